package call

import (
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestPageThatComesBackIsToldWhoHasTheFloor(t *testing.T) {
	s := newStage(t).up()
	s.run(2500)
	if h := s.core.holder; h != practice.FloorCustomer {
		t.Fatalf("her opening is cut: the floor is %s", h)
	}
	s.step(LineIsDown{Reason: "test"}) // … and what is told from now on reaches nobody
	s.run(8000)
	before := len(s.shown)
	s.up()
	for _, m := range s.shown[before:] {
		if f, ok := m.(practice.FloorHeld); ok {
			if f.Holder != practice.FloorFree {
				t.Errorf("%+v", f)
			}
			return
		}
	}
	t.Errorf("it was told %v, and takes her to be speaking still", s.shown[before:])
}
