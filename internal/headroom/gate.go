package headroom

import (
	"math"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// The rules. Where two numbers stand for one thing, the first closes the gate and the second opens it again: between
// them it stays as it is, so that it does not flap.
const (
	windowFor = 25 * time.Second // readings are looked at for so long
	closedFor = 5 * time.Second  // once closed, at least

	// Share of the workers, or of the processor, that calls may use. Work comes in bursts: at four fifths, a final segment
	// that comes at a bad moment still begins within one piece of work.
	fullShare, roomShare = 0.80, 0.74
	// 95th percentile of the time that urgent work waits for a worker. A person notices a third of a second.
	slowMS, quickMS = 300, 180
	// Share of 20 ms ticks that came more than a tick late: the processor is taken by something that we do not measure.
	lateShare, punctualShare = 0.02, 0.01

	fewestDelays = 20    // below that, a percentile says nothing
	probeWeight  = 60.0  // call-seconds that the start-up estimate counts for beside measured ones
	memory       = 900.0 // call-seconds that the learnt cost looks back on
	caution      = 0.5   // what is added to a cost that is all estimate

	// Calls are taken to last so long until some have ended.
	usualCall   = 4 * time.Minute
	soonestBack = 5 * time.Second
	latestBack  = 2 * time.Minute
)

// Rules are what a gate is told of its machine.
type Rules struct {
	Workers int     // of the inference pool
	Cores   int     // that the process may use
	Probe   float64 // start-up estimate of what a spoken call costs, in workers
}

// Reading is what has been counted up to a moment. All but At, Calls, Load and Up only ever grow.
type Reading struct {
	At         time.Time
	Calls      int           // admitted and not over
	Load       float64       // of these, in spoken calls; one by typing weighs less
	Up         float64       // of the load, with a line now
	Busy       time.Duration // workers' time spent for calls
	Processor  time.Duration // processor time of the process, without background work; 0 when it cannot be had
	Delays     Delays        // of urgent work
	Ticks      int64
	LateTicks  int64
	Ended      int64
	EndedAfter time.Duration // sum of ended calls' lengths
}

// Delays is a histogram: counts by upper bound in milliseconds, ascending, and one more count for all above.
type Delays struct {
	BoundsMS []float64
	Counts   []uint64
}

// Gate opens and closes for new calls. Any goroutine may use it.
type Gate struct {
	rules Rules

	mu       sync.Mutex
	readings []Reading // of the window, oldest first
	seconds  float64   // call-seconds that the costs were learnt from
	busy     float64   // workers' seconds in them
	cpu      float64   // processor seconds in them
	shut     time.Time // since when the gate has been closed; zero: it is open
	why      string
}

// New returns an open gate that has measured nothing.
func New(r Rules) *Gate {
	r.Workers, r.Cores = max(r.Workers, 1), max(r.Cores, 1)
	if r.Probe <= 0 || math.IsNaN(r.Probe) {
		r.Probe = 0.1
	}
	return &Gate{rules: r}
}

// Observe takes a reading, about once a second.
func (g *Gate) Observe(r Reading) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n := len(g.readings); n > 0 {
		last := g.readings[n-1]
		dt := r.At.Sub(last.At).Seconds()
		if dt <= 0 {
			return
		}
		g.learn(last.Up*dt, (r.Busy - last.Busy).Seconds(), (r.Processor - last.Processor).Seconds())
	}
	g.readings = append(g.readings, r)
	old := 0
	for old < len(g.readings)-2 && r.At.Sub(g.readings[old+1].At) >= windowFor {
		old++
	}
	g.readings = append(g.readings[:0], g.readings[old:]...)
	g.settle(r.At, r.Calls, r.Load)
}

// learn adds what calls cost in a stretch, and lets what is long ago fade.
func (g *Gate) learn(callSeconds, busy, cpu float64) {
	if callSeconds <= 0 {
		return
	}
	g.seconds += callSeconds
	g.busy += max(busy, 0)
	g.cpu += max(cpu, 0)
	if g.seconds > memory {
		keep := memory / g.seconds
		g.seconds *= keep
		g.busy *= keep
		g.cpu *= keep
	}
}

// Room judges one more spoken call beside those that have been admitted, at a time not before the last reading's.
func (g *Gate) Room(now time.Time, calls int, load float64) practice.Room {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settle(now, calls, load)
	f := g.figures(load)
	if !g.shut.IsZero() {
		return practice.Room{Why: g.why, RetryIn: g.retryIn(f, calls)}
	}
	return practice.Room{More: g.more(f)}
}

// Reasons, as parts of a sentence.
const (
	whyLoad  = "the calls that go on need what this machine has, and one more would make them worse"
	whyDelay = "the calls that go on wait for the models already, and one more would make them worse"
	whyLate  = "this machine is busy with something else"
)

// settle opens or closes the gate. The first call is always let in: a machine that is too slow for one says so by its
// figures, not by refusing everybody for ever.
func (g *Gate) settle(now time.Time, calls int, load float64) {
	f := g.figures(load)
	if calls == 0 {
		g.open()
		return
	}
	switch {
	case f.Delays >= fewestDelays && f.DelayMS > slowMS:
		g.close(now, whyDelay)
	case f.Late > lateShare:
		g.close(now, whyLate)
	case f.Next > fullShare:
		g.close(now, whyLoad)
	case g.shut.IsZero():
	case now.Sub(g.shut) >= closedFor && f.Next <= roomShare && f.Late <= punctualShare && (f.Delays < fewestDelays || f.DelayMS <= quickMS):
		g.open()
	}
}

func (g *Gate) close(now time.Time, why string) {
	if g.shut.IsZero() {
		g.shut = now
	}
	g.why = why
}

func (g *Gate) open() { g.shut, g.why = time.Time{}, "" }

// more is how many further calls fit.
func (g *Gate) more(f Figures) int {
	n := 1
	if step := f.Next - f.Used; step > 0 {
		n = max(1, int((fullShare-f.Used)/step))
	}
	return n
}

// retryIn is when somebody who is refused now may find room: when one of the calls is likely to end, or when the window
// has moved past what closed the gate.
func (g *Gate) retryIn(f Figures, calls int) time.Duration {
	wait := time.Duration(float64(f.CallLength) / float64(max(calls, 1)))
	if g.why == whyDelay || g.why == whyLate {
		wait = min(wait, windowFor)
	}
	return min(max(wait, soonestBack), latestBack).Round(time.Second)
}
