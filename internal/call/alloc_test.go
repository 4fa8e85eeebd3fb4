package call

import (
	"testing"
)

// TestSteadyStateAllocatesNothing holds the cost of a tick at which nothing happens, with 16 calls of 50 ticks a second.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	s := newStage(t).up()
	s.run(2000) // she is speaking, nothing else happens
	core, tick := s.core, s.tick
	at := s.nextWinMS
	got := testing.AllocsPerRun(30, func() {
		core.Step(tick, Voice{FromMS: at, ToMS: at + 32, Probability: 0.01})
		core.Step(tick, Tick{})
		at += 32
		tick++
	})
	if got > 0 {
		t.Fatalf("%v allocations a tick", got)
	}
}
