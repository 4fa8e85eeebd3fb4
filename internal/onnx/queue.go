package onnx

import (
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// job is one piece of work.
type job struct {
	priority practice.Priority
	counted  practice.Priority // the class whose work it is or may become
	caller   practice.CallID
	stage    practice.Stage
	turn     uint64    // of its call within the class: the first piece of every call comes before anybody's second
	deadline time.Time // zero: none
	arrival  uint64
	since    time.Time
	fn       func() error
	done     chan error // takes one value without blocking
	at       int        // position in the queue; -1 once out of it
}

// before says whether a is more urgent than b.
func (a *job) before(b *job) bool {
	if a.priority != b.priority {
		return a.priority < b.priority
	}
	if a.turn != b.turn {
		return a.turn < b.turn
	}
	if !a.deadline.Equal(b.deadline) {
		if a.deadline.IsZero() || b.deadline.IsZero() {
			return b.deadline.IsZero()
		}
		return a.deadline.Before(b.deadline)
	}
	return a.arrival < b.arrival
}

// turns shares one class among calls. It is start-time fair queueing with every piece of work costing the same: a call's
// piece begins no sooner than the piece that is served now and after the call's own piece before it. So a call with ten
// pieces waiting lets every other call's first piece pass its second, and nobody waits for ever, since turns only grow.
type turns struct {
	now  uint64                     // turn of the work that began last
	next map[practice.CallID]uint64 // turn of a call's next piece, where that is later than now
}

// take gives a call's next piece its turn. Work for no call takes the present one.
func (t *turns) take(c practice.CallID) uint64 {
	if c == "" {
		return t.now
	}
	turn := max(t.now, t.next[c])
	if t.next == nil {
		t.next = make(map[practice.CallID]uint64)
	}
	t.next[c] = turn + 1
	return turn
}

// giveBack returns the turn of a piece that will not begin, so that what was refused or dropped costs its call nothing.
// With a later piece of the call waiting there is nothing to return: that one stays where it is.
func (t *turns) giveBack(c practice.CallID, turn uint64) {
	if c == "" || t.next[c] != turn+1 {
		return
	}
	if turn <= t.now {
		delete(t.next, c)
		return
	}
	t.next[c] = turn
}

// began moves on to the turn of work that has begun, and forgets calls that are owed nothing.
func (t *turns) began(turn uint64) {
	if turn <= t.now {
		return
	}
	t.now = turn
	for c, next := range t.next {
		if next <= turn {
			delete(t.next, c)
		}
	}
}

// idle forgets everything: nobody waits.
func (t *turns) idle() {
	t.now = 0
	clear(t.next)
}

// queue is a heap of waiting work, the most urgent first.
type queue []*job

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].before(q[j]) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}

// Push implements heap.Interface.
func (q *queue) Push(x any) {
	j, _ := x.(*job)
	j.at = len(*q)
	*q = append(*q, j)
}

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	old := *q
	n := len(old) - 1
	j := old[n]
	old[n] = nil
	*q = old[:n]
	j.at = -1
	return j
}

// last is the position of the least urgent work that match takes, or -1; and how much such work there is.
func (q queue) last(match func(*job) bool) (at, n int) {
	at = -1
	for i, j := range q {
		if !match(j) {
			continue
		}
		n++
		if at < 0 || q[at].before(j) {
			at = i
		}
	}
	return at, n
}
