package headroom

import (
	"slices"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// machine is a server in virtual time: readings are what it would measure.
type machine struct {
	t        *testing.T
	gate     *Gate
	now      time.Time
	r        Reading
	cost     float64 // of a call that is up, in workers
	cpu      float64 // … in cores
	waitMS   float64 // of urgent work
	late     float64 // share of ticks
	admitted int
}

func newMachine(t *testing.T, probe float64) *machine {
	t.Helper()
	m := &machine{t: t, gate: New(Rules{Workers: 2, Cores: 2, Probe: probe}), now: time.Unix(0, 0), cost: 0.05, cpu: 0.07, waitMS: 5}
	m.r.Delays = Delays{BoundsMS: []float64{10, 100, 200, 350, 1000}, Counts: make([]uint64, 6)}
	m.run(time.Second)
	return m
}

// run lets time pass.
func (m *machine) run(d time.Duration) {
	for end := m.now.Add(d); m.now.Before(end); {
		m.now = m.now.Add(time.Second)
		m.r.At = m.now
		m.r.Calls, m.r.Load = m.admitted, float64(m.admitted)
		m.r.Busy += time.Duration(m.r.Up * m.cost * float64(time.Second))
		m.r.Processor += time.Duration(m.r.Up * m.cpu * float64(time.Second))
		m.r.Ticks += int64(m.r.Up * 50)
		m.r.LateTicks += int64(m.r.Up * 50 * m.late)
		for i, b := range m.r.Delays.BoundsMS {
			if m.waitMS <= b {
				m.r.Delays.Counts[i] += uint64(m.r.Up)
				break
			}
		}
		r := m.r
		r.Delays.Counts = slices.Clone(r.Delays.Counts)
		m.gate.Observe(r)
		m.r.Up = float64(m.admitted) // whoever was admitted is on the line a second later
	}
}

func (m *machine) room() practice.Room { return m.gate.Room(m.now, m.admitted, float64(m.admitted)) }

// rush asks for n calls at once and returns how many got in.
func (m *machine) rush(n int) int {
	in := 0
	for range n {
		if m.room().More > 0 {
			m.admitted++
			in++
		}
	}
	return in
}

func TestSixteenCallsAtOnceFitWhereTheProbeSaysSo(t *testing.T) {
	m := newMachine(t, 0.05)
	if got := m.rush(16); got != 16 {
		t.Errorf("%d of 16 got in, on a machine whose probe has room for %v", got, 0.8*2/0.05)
	}
	m.run(time.Minute)
	if f := m.gate.Figures(16); f.Sure < 0.8 || f.Cost < 0.049 || f.Cost > 0.051 {
		t.Errorf("a minute of 16 calls taught %+v", f)
	}
}

func TestARushDoesNotGetInOnTheIdleMachinesFigures(t *testing.T) {
	m := newMachine(t, 0.1) // with care 0.15 each: 1.6 of 2 workers hold ten
	if got := m.rush(40); got != 10 {
		t.Fatalf("%d of 40 got in at once", got)
	}
	refused := m.room()
	if refused.More != 0 || refused.Why == "" || refused.RetryIn < soonestBack || refused.RetryIn > latestBack {
		t.Errorf("the next is told %+v", refused)
	}
	m.run(time.Minute) // they cost half of what was feared
	if got := m.rush(40); got < 6 {
		t.Errorf("%d more got in when the cost was known", got)
	}
	if f := m.gate.Figures(float64(m.admitted)); f.Next <= fullShare {
		t.Errorf("a rush of 40 left room: %+v", f)
	}
}

func TestACheapProbeDoesNotOutweighWhatIsMeasured(t *testing.T) {
	m := newMachine(t, 0.01)
	m.cost, m.cpu = 0.2, 0.25
	m.rush(4)
	m.run(time.Minute)
	m.rush(40)
	if m.admitted > 7 {
		t.Errorf("%d calls of a quarter core each on two cores", m.admitted)
	}
}

func TestTheProcessorCountsAsWellAsTheWorkers(t *testing.T) {
	m := newMachine(t, 0.05)
	m.cost, m.cpu = 0.02, 0.16
	m.rush(6)
	m.run(time.Minute)
	m.rush(40)
	if m.admitted < 8 || m.admitted > 10 {
		t.Errorf("%d calls of 0.16 cores each on two cores", m.admitted)
	}
}

func TestWaitingForTheModelsClosesTheGateBeforeItIsFull(t *testing.T) {
	m := newMachine(t, 0.05)
	m.rush(8)
	m.run(time.Minute)
	m.waitMS = 900
	m.run(10 * time.Second)
	if r := m.room(); r.More != 0 || r.RetryIn > windowFor {
		t.Fatalf("with urgent work waiting 900 ms: %+v", r)
	}
	m.waitMS = 5
	m.run(5 * time.Second)
	if m.room().More != 0 {
		t.Error("it opened while the bad ones were still in the window")
	}
	m.run(windowFor)
	if m.room().More == 0 {
		t.Errorf("it stayed closed: %+v", m.gate.Figures(8))
	}
}

func TestAFewSlowPiecesCloseNothing(t *testing.T) {
	m := newMachine(t, 0.05)
	m.rush(1)
	m.waitMS = 900
	m.run(fewestDelays / 2 * time.Second)
	if m.room().More == 0 {
		t.Error("closed by ten pieces of work")
	}
}

func TestLateTicksCloseTheGate(t *testing.T) {
	m := newMachine(t, 0.05)
	m.rush(4)
	m.run(time.Minute)
	m.late = 0.1
	m.run(windowFor)
	if r := m.room(); r.More != 0 || r.Why != whyLate {
		t.Errorf("with a tenth of the ticks late: %+v", r)
	}
}

// Between its two bounds the gate stays as it is: a call that comes and goes at the edge does not open and close it.
func TestTheGateDoesNotFlap(t *testing.T) {
	m := newMachine(t, 0.05)
	m.rush(10)
	m.run(time.Minute)
	m.rush(100)
	if m.room().More != 0 {
		t.Fatal("not full")
	}
	changes, open := 0, false
	for range 60 { // one call leaves and one asks, once a second
		m.admitted--
		m.run(time.Second)
		if now := m.room().More > 0; now != open {
			changes++
			open = now
		}
		m.admitted++
		m.run(time.Second)
	}
	if changes > 1 {
		t.Errorf("opened and closed %d times in a minute", changes)
	}
	m.admitted -= 4
	m.run(windowFor + closedFor)
	if m.room().More == 0 {
		t.Errorf("four calls have gone and there is no room: %+v", m.gate.Figures(float64(m.admitted)))
	}
}

func TestTheFirstCallIsAlwaysLetIn(t *testing.T) {
	m := newMachine(t, 5)
	if m.room().More == 0 {
		t.Fatal("a slow machine refuses everybody for ever")
	}
	m.admitted = 1
	if m.room().More != 0 {
		t.Error("a second call on a machine that is too slow for one")
	}
	m.run(time.Minute)
	m.admitted = 0
	m.run(time.Second)
	if m.room().More == 0 {
		t.Error("closed with nobody there")
	}
}

func TestWhoeverIsRefusedIsToldWhenACallIsLikelyToEnd(t *testing.T) {
	m := newMachine(t, 0.1)
	m.cost = 0.16
	m.rush(40)
	m.r.Ended, m.r.EndedAfter = 99, 99*10*time.Minute
	m.run(10 * time.Second)
	long := m.room().RetryIn
	m.r.Ended, m.r.EndedAfter = 199, 199*time.Minute
	m.run(time.Second)
	if short := m.room().RetryIn; long < 50*time.Second || long > 70*time.Second || short > long/5 {
		t.Errorf("with ten calls of ten minutes: %v; of one minute: %v", long, short)
	}
}

func TestOddReadingsDoNotUpsetTheGate(t *testing.T) {
	m := newMachine(t, 0.05)
	m.gate.Observe(m.r) // the same moment again
	back := m.r
	back.At = back.At.Add(-time.Hour)
	m.gate.Observe(back)
	less := m.r
	less.At, less.Busy, less.Delays = m.now.Add(time.Second), -time.Hour, Delays{}
	m.gate.Observe(less)
	if f := m.gate.Figures(0); f.Used < 0 || f.Next <= 0 || f.Window < 0 {
		t.Errorf("%+v", f)
	}
	if m.room().More == 0 {
		t.Error("closed")
	}
}
