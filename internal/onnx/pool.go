package onnx

import (
	"container/heap"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// queueLimit is the most work that may wait. Sixteen calls have at most a handful of pieces each; beyond this the
// machine is minutes behind and waiting helps nobody.
const queueLimit = 256

// Pool is the one inference pool of a process. Work waits in order of priority, then deadline, then arrival, so calls
// that are equally urgent are served in the order in which their people have to be answered, and no call can pass
// another by asking more often.
//
// Background work never takes the last free worker when there are two or more, because a run cannot be interrupted and
// a person waits for the next one.
//
// Overflow: when the queue is full, the least urgent piece of work, of the waiting and the new one, is refused with
// practice.ErrBusy.
type Pool struct {
	workers int
	limit   int
	wait    sync.WaitGroup

	mu         sync.Mutex
	ready      *sync.Cond // signalled when work arrives, a worker frees or the pool closes
	queue      queue
	arrivals   uint64
	busy       int
	background int // of the busy
	closed     bool
	classes    [practice.PriorityBackground + 1]classCount
}

// NewPool starts workers goroutines, less than 1 meaning one for each core. Close ends them.
func NewPool(workers int) *Pool {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	return newPool(workers, queueLimit)
}

func newPool(workers, limit int) *Pool {
	p := &Pool{workers: workers, limit: limit}
	p.ready = sync.NewCond(&p.mu)
	for range workers {
		p.wait.Go(p.work)
	}
	return p
}

// Do runs fn on a worker and returns its error. Work that has not begun when ctx is done is dropped with ctx's error;
// once begun it is waited for, because a native run cannot be stopped and uses the caller's memory. A zero deadline
// comes after every other of its priority. A panic in fn is returned as a *PanicError: one call's fault must not end
// the others. It fails with practice.ErrBusy when the queue overflows and practice.ErrUnavailable once the pool closes.
func (p *Pool) Do(ctx context.Context, pr practice.Priority, deadline time.Time, fn func() error) error {
	if pr < 0 || int(pr) >= len(p.classes) {
		return fmt.Errorf("inference priority %d: %w", pr, practice.ErrInvalid)
	}
	if err := ctx.Err(); err != nil {
		p.mu.Lock()
		p.classes[pr].dropped++
		p.mu.Unlock()
		return fmt.Errorf("inference dropped before it began: %w", err)
	}
	j := &job{priority: pr, deadline: deadline, fn: fn, since: time.Now(), done: make(chan error, 1)}
	if err := p.add(j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
	}
	p.mu.Lock()
	if j.at >= 0 {
		heap.Remove(&p.queue, j.at)
		p.classes[pr].dropped++
		p.mu.Unlock()
		return fmt.Errorf("inference dropped before it began: %w", ctx.Err())
	}
	p.mu.Unlock()
	return <-j.done
}

func (p *Pool) add(j *job) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosing()
	}
	p.arrivals++
	j.arrival = p.arrivals
	if len(p.queue) >= p.limit {
		last := p.queue.last()
		if !j.before(p.queue[last]) {
			p.classes[j.priority].refused++
			return errFull()
		}
		out := p.queue[last]
		heap.Remove(&p.queue, last)
		p.classes[out.priority].refused++
		out.done <- errFull()
	}
	heap.Push(&p.queue, j)
	p.ready.Signal()
	return nil
}

func errFull() error {
	return fmt.Errorf("too much is waiting for the models; try again with fewer calls at once: %w", practice.ErrBusy)
}

func errClosing() error {
	return fmt.Errorf("the models are shutting down: %w", practice.ErrUnavailable)
}

func (p *Pool) work() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for !p.closed && !p.eligible() {
			p.ready.Wait()
		}
		if p.closed {
			return
		}
		j, _ := heap.Pop(&p.queue).(*job)
		p.busy++
		if j.priority == practice.PriorityBackground {
			p.background++
		}
		begun := time.Now()
		p.classes[j.priority].began(begun.Sub(j.since))
		p.mu.Unlock()

		err := run(j.fn)

		p.mu.Lock()
		p.busy--
		if j.priority == practice.PriorityBackground {
			p.background--
			p.ready.Signal() // another worker may have had to leave background work alone
		}
		p.classes[j.priority].running += time.Since(begun)
		j.done <- err
	}
}

// eligible says whether the most urgent waiting work may begin on one more worker.
func (p *Pool) eligible() bool {
	if len(p.queue) == 0 {
		return false
	}
	return p.queue[0].priority != practice.PriorityBackground || p.workers == 1 || p.background < p.workers-1
}

// PanicError is a panic inside a piece of work.
type PanicError struct {
	Value any
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string { return fmt.Sprintf("inference work panicked: %v", e.Value) }

func run(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return fn()
}

// Close refuses what waits and what comes later with practice.ErrUnavailable, and returns when the runs in progress have
// ended. Calling it again does nothing.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	for _, j := range p.queue {
		j.at = -1
		j.done <- errClosing()
	}
	p.queue = nil
	p.ready.Broadcast()
	p.mu.Unlock()
	p.wait.Wait()
}
