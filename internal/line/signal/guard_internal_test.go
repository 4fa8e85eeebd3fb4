package signal

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// ear notes where sound is placed, against when it came.
type ear struct {
	begun time.Time
	at    []int64
	late  []time.Duration
}

func (e *ear) Sound(at int64, _ []int16) {
	e.at = append(e.at, at)
	e.late = append(e.late, time.Since(e.begun)-duration(at))
}
func (*ear) Heard(int64)                {}
func (*ear) Control(practice.LineInput) {}

func TestSoundBehindASwitchFindsItsPlaceThoughItsFirstFramesWereHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ear{begun: time.Now()}
		var closed atomic.Bool
		g := &guard{sink: e, closed: &closed}
		frame := make([]int16, 320)
		first := &way{g: g}
		for i := range int64(100) {
			first.Sound(i*320, frame)
			time.Sleep(20 * time.Millisecond) //nolint:forbidigo // virtual time
		}
		first.cut("the sound goes another way")
		time.Sleep(196 * time.Millisecond) //nolint:forbidigo // virtual time
		second := &way{g: g}
		for i := range int64(6) { // said in 120 ms, held up, and come at once
			second.Sound(7000+i*320, frame)
		}
		for i := range int64(200) {
			time.Sleep(20 * time.Millisecond) //nolint:forbidigo // virtual time
			second.Sound(7000+(6+i)*320, frame)
		}
		for i := range e.at {
			if i > 0 && e.at[i] < e.at[i-1]+320 {
				t.Fatalf("frame at %d after one at %d", e.at[i], e.at[i-1])
			}
		}
		if late := e.late[len(e.late)-1]; late < -time.Millisecond || late > 21*time.Millisecond {
			t.Errorf("the sound behind the switch lies %v off", late)
		}
	})
}
