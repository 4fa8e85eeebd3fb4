package call

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// fullDisk is a recorder that can keep no more from a tick on.
type fullDisk struct {
	*tape
	from int64
}

func (r fullDisk) Advance(tick int64) error {
	if tick >= r.from {
		return errors.New("no space left on device")
	}
	return r.tape.Advance(tick)
}

func TestFullDiskLosesTheSoundAndNotTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, func(_ *Ports, k *Ticket) {
			rec, ok := k.Recorder.(*tape)
			if !ok {
				t.Fatal("no tape")
			}
			k.Recorder = fullDisk{rec, 250}
		}).join()
		s.line.hears(nil, 7*time.Second)
		s.line.hears(voiceOf("your parcel is in leeds"), 6*time.Second)
		s.line.ear.Control(practice.HangUp{})
		<-s.live.Done()
		s.house.Close()
		r := s.log.record(t)
		if len(r.Troubles) != 1 || r.Troubles[0].Where != "recording" {
			t.Fatalf("troubles %+v", r.Troubles)
		}
		if len(r.Turns) < 3 || r.Turns[1].Text != "your parcel is in leeds." || !s.tape.closed {
			t.Fatalf("turns %+v, recording closed %v", r.Turns, s.tape.closed)
		}
	})
}
