package recordings_test

import (
	"context"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/recordings"
)

// TestAFrameIsRecordedWithoutAllocation holds the whole way of a frame, the writer's goroutine included. A page, every
// half second, may allocate: it is written by the operating system's calls.
func TestAFrameIsRecordedWithoutAllocation(t *testing.T) {
	a, _, err := recordings.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	take, err := a.Begin(practice.CallID("0f8b1c2d-0000-4000-8000-000000000001"), audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	in, out := make([]int16, 320), make([]int16, 960)
	tick := int64(0)
	step := func() {
		take.Trainee(tick*320, in)
		take.Customer(tick*960, out)
		if err := take.Advance(tick); err != nil {
			t.Fatal(err)
		}
		tick++
	}
	for range 400 {
		step()
	}
	if got := testing.AllocsPerRun(200, step); got > 0 {
		t.Errorf("%v allocations a frame", got)
	}
	if err := take.Close(context.Background(), tick); err != nil {
		t.Error(err)
	}
	if a.Busy() <= 0 {
		t.Error("encoding took no time")
	}
}
