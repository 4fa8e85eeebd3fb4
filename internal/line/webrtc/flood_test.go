package webrtc

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func TestRateOfPacketsIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		every       time.Duration
		packets     int
		taken, most int // how many may pass
		ends        bool
	}{
		"a person's sound for ten minutes": {20 * time.Millisecond, 30_000, 30_000, 30_000, false},
		"the shortest frames":              {10 * time.Millisecond, 60_000, 60_000, 60_000, false},
		"ten seconds that come at once":    {0, 500, 500, 500, false},
		"a little too fast":                {4 * time.Millisecond, 2000, 2000, 2000, false},
		"a flood":                          {time.Millisecond, 3000, 600, 1200, true},
		"a torrent":                        {10 * time.Microsecond, 3000, 600, 610, true},
	} {
		var f flood
		taken, ended := 0, false
		for i := range c.packets {
			ok, over := f.take(time.Duration(i) * c.every)
			if ok {
				taken++
			}
			ended = ended || over
		}
		if taken < c.taken || taken > c.most || ended != c.ends {
			t.Errorf("%s: %d of %d taken, ended %v", name, taken, c.packets, ended)
		}
	}
}

func TestStallsOverAndOverEndNoLine(t *testing.T) {
	var f flood
	for i := range 60 { // every ten seconds twenty seconds' worth
		for range 1000 {
			if _, over := f.take(time.Duration(i) * 10 * time.Second); over {
				t.Fatalf("the line was ended at stall %d", i)
			}
		}
	}
}

func TestEncoderExpectsTheLossThatIsReported(t *testing.T) {
	var l loss
	steps := []struct {
		fraction    uint8
		least, most int64
	}{{0, leastLoss, leastLoss}, {64, 25, 25}, {255, mostLoss, mostLoss}, {0, mostLoss, mostLoss}}
	for _, s := range steps {
		l.take(&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{FractionLost: s.fraction}}})
		if got := l.percent.Load(); got < s.least || got > s.most {
			t.Errorf("after a report of %d/256: %d %%", s.fraction, got)
		}
	}
	for range 30 {
		l.take(&rtcp.SenderReport{Reports: []rtcp.ReceptionReport{{}}})
	}
	if got := l.percent.Load(); got != leastLoss {
		t.Errorf("after half a minute without loss: %d %%", got)
	}
}
