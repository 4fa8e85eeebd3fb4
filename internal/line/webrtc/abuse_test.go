package webrtc_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc"
)

func TestReplayedPacketsAreHeardOnce(t *testing.T) {
	r := newRig(t, 0, 0)
	r.net.mu.Lock()
	r.net.twice = true
	r.net.mu.Unlock()
	r.talk(t, func() bool {
		order, _, _ := r.sink.snapshot()
		return len(order) > 150
	})
	order, levels, _ := r.sink.snapshot()
	var at []float64
	for i, p := range order {
		if i > 0 && p < order[i-1]+audio.FrameIn {
			t.Fatalf("frame at %d after one at %d", p, order[i-1])
		}
		at = append(at, float64(p)/16)
	}
	if s := starts(at, levels); len(s) < 3 || offBeat(s) > 0.25 {
		t.Errorf("bursts heard at %.0f ms", s)
	}
	if s := r.server.Stats(); s.Packets > int64(len(order))*3/2 { // what is replayed does not even reach the buffer
		t.Errorf("%+v for %d frames", s, len(order))
	}
}

func TestFloodIsLeftOutAndThenEndsTheLine(t *testing.T) {
	r := newRig(t, 0, 0)
	r.talk(t, func() bool {
		order, _, _ := r.sink.snapshot()
		return len(order) > 20
	})
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		t.Fatal(err)
	}
	packet, err := enc.Encode(bursts(0))
	if err != nil {
		t.Fatal(err)
	}
	limit := time.After(patience)
	for flooding := true; flooding; {
		select {
		case <-r.call.Done():
			flooding = false
		case <-limit:
			t.Fatalf("the line stays open: %+v", r.server.Stats())
		default:
			if _, err := r.call.SpeakPacket(packet); err != nil {
				flooding = false
			}
		}
	}
	<-r.call.Done()
	var p signal.LineError
	if err := r.call.Err(); !errors.As(err, &p) || p.Code != signal.CodeTooFast || !p.Fatal {
		t.Errorf("the client was told %v", err)
	}
	if s := r.server.Stats(); s.Flooded < 1000 {
		t.Errorf("%+v", s)
	}
}

func TestPacketsThatAreNoOpusDoNotHurtTheLine(t *testing.T) {
	r := newRig(t, 0, 0)
	dice := rand.New(rand.NewPCG(9, 9))
	for n := range 300 {
		junk := make([]byte, n%200)
		for i := range junk {
			junk[i] = byte(dice.Uint32())
		}
		if _, err := r.call.SpeakPacket(junk); err != nil {
			t.Fatal(err)
		}
	}
	order, _, _ := r.sink.snapshot()
	had := len(order)
	r.talk(t, func() bool {
		order, levels, _ := r.sink.snapshot()
		var at []float64
		for _, p := range order {
			at = append(at, float64(p)/16)
		}
		return len(order) > had+150 && len(starts(at[had:], levels[had:])) >= 3
	})
}

func TestReportedLossReachesTheEncoder(t *testing.T) {
	r := newRig(t, 0.3, 0)
	r.talk(t, func() bool { return webrtc.ExpectedLoss(r.media) >= 20 })
}
