package outgoing_test

import (
	"math"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/outgoing"
)

func TestReportsMapToTicksOverTheWrapAndOnlyForward(t *testing.T) {
	q := outgoing.NewQueue(math.MaxUint32 - 3*audio.FrameOut)
	q.SetUp(true)
	if _, ok := q.Heard(q.Time(0)); ok {
		t.Error("heard before anything was sent")
	}
	for tick := range int64(4000) {
		q.Sent(tick)
	}
	for _, c := range []struct {
		time uint32
		tick int64 // -1: ignored
	}{
		{q.Time(3990), 3990},
		{q.Time(3990) + 1, -1},     // says nothing new
		{q.Time(3991) + 959, 3991}, // in the middle of a frame: that one is not over
		{q.Time(3000), -1},         // back
		{q.Time(4000), -1},         // ahead of what was sent
		{q.Time(3999) + 1<<31, -1},
		{q.Time(3999), 3999},
	} {
		tick, ok := q.Heard(c.time)
		if ok != (c.tick >= 0) || ok && tick != c.tick {
			t.Errorf("%d is tick %d, %v; want %d", c.time, tick, ok, c.tick)
		}
	}
}

func TestFramesOfAnotherLengthAndBeforeTheLineIsUpAreLeftOut(t *testing.T) {
	q := outgoing.NewQueue(0)
	if queued, _ := q.Put(1, make([]int16, audio.FrameOut)); queued {
		t.Error("queued before the line is up")
	}
	q.SetUp(true)
	if queued, _ := q.Put(1, make([]int16, audio.FrameIn)); queued {
		t.Error("a short frame was queued")
	}
	for tick := range int64(10) {
		if queued, dropped := q.Put(tick, make([]int16, audio.FrameOut)); !queued || dropped != (tick >= outgoing.Size) {
			t.Errorf("tick %d: queued %v, dropped %v", tick, queued, dropped)
		}
	}
	var f outgoing.Frame
	if !q.Take(&f) || f.Tick != 2 {
		t.Errorf("the first left is %d", f.Tick)
	}
}
