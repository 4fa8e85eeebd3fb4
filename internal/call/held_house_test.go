package call

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// tick is the last frame that went out.
func (w *wire) tick() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.frames[len(w.frames)-1]
}

func TestHeldMicrophoneIsNeitherHeardNorKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 7*time.Second)
		s.line.ear.Control(practice.HoldPressed{On: true})
		s.line.hears(nil, 100*time.Millisecond)
		from := s.line.tick()
		s.line.hears(voiceOf("please wait now"), 3*time.Second)
		to := s.line.tick()
		s.line.ear.Control(practice.HoldPressed{On: false})
		s.line.hears(voiceOf("your parcel is in leeds"), 5*time.Second)
		s.line.ear.Control(practice.HangUp{})
		<-s.live.Done()
		s.house.Close()
		r := s.log.record(t)
		if len(r.Turns) < 2 || r.Turns[1].Text != "your parcel is in leeds." {
			t.Fatalf("turns %+v", r.Turns)
		}
		if len(r.Holds) != 1 || r.Holds[0].Open {
			t.Fatalf("holds %+v", r.Holds)
		}
		if to-from < 100 {
			t.Fatalf("the hold lasted %d ticks", to-from)
		}
		loud := 0
		for at, sample := range s.tape.trainee {
			switch {
			case at > from && at < to && sample != 0:
				t.Fatalf("at tick %d of a hold %d was kept", at, sample)
			case sample != 0:
				loud++
			}
		}
		if loud == 0 {
			t.Fatal("nothing was kept after the hold")
		}
	})
}
