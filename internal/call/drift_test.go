package call

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"
)

// samples is how long so many of them last.
func samples(n int64) time.Duration { return time.Duration(n) * time.Second / 16000 }

// sender is a trainee's machine: its clock is off by ppm (above zero: fast), and each frame takes delay to arrive, and up
// to 40 ms more. As through a jitter buffer, no frame arrives before the one sent before it.
type sender struct {
	ppm   float64
	delay func(sent time.Duration) time.Duration
}

// into sends frames for a time and returns how far off each was placed, in milliseconds: placed against sent, by the
// call's clock. Above zero: too late.
func (s sender) into(m *microphone, total time.Duration) []float64 {
	dice := rand.New(rand.NewPCG(3, 4))
	frame := make([]int16, 320)
	var off []float64
	arrived := time.Duration(0)
	for at := int64(0); ; at += 320 {
		sent := time.Duration(float64(time.Duration(at+320)*time.Second/16000) / (1 + s.ppm/1e6)) // when its last sample has been said
		if sent > total {
			return off
		}
		arrived = max(arrived, sent+s.delay(sent)+time.Duration(dice.Float64()*40)*time.Millisecond)
		m.place(int64(arrived*16000/time.Second), at, frame)
		placed := samples(at + 320 + m.offset)
		off = append(off, float64(placed-sent)/float64(time.Millisecond))
	}
}

func steady(d time.Duration) func(time.Duration) time.Duration {
	return func(time.Duration) time.Duration { return d }
}

func TestHalfAnHourOfTheTraineesSoundStaysInItsPlace(t *testing.T) {
	for name, s := range map[string]sender{
		"a true clock": {0, steady(20 * time.Millisecond)},
		"a fast clock": {80, steady(20 * time.Millisecond)},
		"a network grown slower": {0, func(at time.Duration) time.Duration {
			return 20*time.Millisecond + after(at, time.Minute, 100*time.Millisecond)
		}},
		"a buffer grown deeper": {0, func(at time.Duration) time.Duration { return min(120*time.Millisecond, at/300) }},
		"slower, and quicker again": {0, func(at time.Duration) time.Duration {
			return 20*time.Millisecond + after(at, 5*time.Minute, 90*time.Millisecond) - after(at, 20*time.Minute, 60*time.Millisecond)
		}},
		"a first frame held up": {0, func(at time.Duration) time.Duration {
			return 140*time.Millisecond - after(at, 500*time.Millisecond, 120*time.Millisecond)
		}},
	} {
		m := newMicrophone(nil, new(atomic.Int64))
		off := s.into(m, 30*time.Minute)
		for i, ms := range off[100:] {
			if ms < -45 || ms > 45 {
				t.Errorf("%s: after %v the sound lies %.0f ms off", name, samples(int64(i+100)*320), ms)
				break
			}
		}
		t.Logf("%s: at the end %.0f ms off", name, off[len(off)-1])
		if m.lost != 0 {
			t.Errorf("%s: %d samples counted as lost", name, m.lost)
		}
	}
}

// after is d from a time on.
func after(at, since, d time.Duration) time.Duration {
	if at > since {
		return d
	}
	return 0
}

func TestSoundAfterALaptopsSleepIsPlacedByTheClock(t *testing.T) {
	for _, slept := range []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute} {
		for name, clockStops := range map[string]bool{"and its clock slept too": true, "while its clock went on": false} {
			m := newMicrophone(nil, new(atomic.Int64))
			frame := make([]int16, 320)
			now, at := int64(0), int64(0)
			place := func() {
				m.place(now, at, frame)
				at += 320
			}
			for range 500 {
				now += 320
				place()
			}
			now += int64(slept * 16000 / time.Second)
			if !clockStops {
				at += int64(slept*16000/time.Second) - 50*320
			}
			for range 50 { // what was still in a queue comes at once
				now += 2
				place()
			}
			for range 500 {
				now += 320
				place()
			}
			if off := samples(m.upTo - now); off < -60*time.Millisecond || off > 20*time.Millisecond {
				t.Errorf("%v of sleep, %s: sound lies %v off", slept, name, off)
			}
		}
	}
}
