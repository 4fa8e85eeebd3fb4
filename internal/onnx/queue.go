package onnx

import (
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// job is one piece of work.
type job struct {
	priority practice.Priority
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
	if !a.deadline.Equal(b.deadline) {
		if a.deadline.IsZero() || b.deadline.IsZero() {
			return b.deadline.IsZero()
		}
		return a.deadline.Before(b.deadline)
	}
	return a.arrival < b.arrival
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

// last is the position of the least urgent work; the queue must not be empty.
func (q queue) last() int {
	worst := 0
	for i := range q {
		if q[worst].before(q[i]) {
			worst = i
		}
	}
	return worst
}
