package call

import (
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Headroom judges whether calls fit beside those that go on, which weigh load: 1 for a spoken call, TypedLoad for one by
// typing.
type Headroom interface {
	Room(now time.Time, calls int, load float64) practice.Room
}

// TypedLoad is what a call by typing weighs beside a spoken one: no sound, now and then a sentence to compare.
const TypedLoad = 0.1

// tally counts over all calls of a house, without a lock: each call's owner adds at every tick.
type tally struct {
	ticks, late atomic.Int64
	judging     atomic.Int64 // nanoseconds
	ended       atomic.Int64
	lastedMS    atomic.Int64
}

func (t *tally) over(l *Live) {
	t.ended.Add(1)
	select {
	case <-l.clock:
		t.lastedMS.Add(time.Since(l.started).Milliseconds())
	default: // nobody joined
	}
}

// Figures are what a house counts, for admission and metrics. All but the first three only grow.
type Figures struct {
	Calls     int     // admitted and not over
	Load      float64 // what they weigh
	Up        float64 // what those weigh that have a line now
	Refused   int64
	Ended     int64
	Lasted    time.Duration // sum of the ended calls' lengths
	Ticks     int64
	LateTicks int64
	Judging   time.Duration // that voice detectors took, on the lines' own goroutines
}

// Figures returns a snapshot.
func (h *House) Figures() Figures {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := Figures{
		Calls: len(h.calls), Load: h.load(), Refused: h.refused, Ended: h.tally.ended.Load(),
		Lasted: time.Duration(h.tally.lastedMS.Load()) * time.Millisecond, Ticks: h.tally.ticks.Load(), LateTicks: h.tally.late.Load(),
		Judging: time.Duration(h.tally.judging.Load()),
	}
	for _, l := range h.calls {
		if l.lineUp.Load() {
			f.Up += l.weight()
		}
	}
	return f
}

func (l *Live) weight() float64 {
	if l.ticket.Config.Started.Mode == practice.ModeTyped {
		return TypedLoad
	}
	return 1
}

func (h *House) load() float64 {
	var sum float64
	for _, l := range h.calls {
		sum += l.weight()
	}
	return sum
}

// Room says how many more calls fit.
func (h *House) Room() practice.Room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.room()
}

// usualWait is when to ask again after a refusal by the bound alone.
const usualWait = 15 * time.Second

func (h *House) room() practice.Room {
	if h.closing {
		return practice.Room{Why: "the server is being stopped", RetryIn: usualWait}
	}
	left := -1
	if h.opts.Limit > 0 {
		if left = h.opts.Limit - len(h.calls); left <= 0 {
			return practice.Room{Why: "as many calls go on as this server is allowed to hold", RetryIn: usualWait}
		}
	}
	r := practice.Room{More: max(left, 1)}
	if h.ports.Headroom != nil {
		r = h.ports.Headroom.Room(time.Now(), len(h.calls), h.load())
		if left >= 0 {
			r.More = min(r.More, left)
		}
	}
	return r
}

// Full is nil while another call would be let in, and else says why not and when to ask again: a *practice.BusyError.
func (h *House) Full() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.full()
}

func (h *House) full() error {
	if r := h.room(); r.More <= 0 {
		return &practice.BusyError{Why: r.Why, RetryIn: r.RetryIn}
	}
	return nil
}
