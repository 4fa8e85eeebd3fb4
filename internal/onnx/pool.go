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

// Bounds of the queue. Sixteen calls have at most a handful of pieces each; beyond this the machine is minutes behind and
// waiting helps nobody.
const (
	queueLimit       = 256
	speculationLimit = 32 // of all calls together
	backgroundLimit  = 64
)

// callLimit is how many pieces of a class one call may have waiting. The final segments of its turns have no limit of
// their own: they are what the call is for.
func callLimit(pr practice.Priority) int {
	switch pr {
	case practice.PriorityFinal, practice.PriorityBackground:
		return queueLimit
	case practice.PrioritySpeculation:
		return 3
	case practice.PriorityFirstClause, practice.PriorityReply:
	}
	return 8
}

// classLimit is how many pieces of a class may wait.
func classLimit(pr practice.Priority) int {
	switch pr {
	case practice.PrioritySpeculation:
		return speculationLimit
	case practice.PriorityBackground:
		return backgroundLimit
	case practice.PriorityFinal, practice.PriorityFirstClause, practice.PriorityReply:
	}
	return queueLimit
}

// Pool is the one inference pool of a process. Work waits in order of priority, then fairly by call (practice.WorkOf),
// then by deadline, then by arrival: of calls that are equally urgent the one whose person has to be answered first is
// served first, and no call can pass another by asking more often.
//
// Background work never takes the last free worker when there are two or more, because a run cannot be interrupted and
// a person waits for the next one.
//
// Unsure work may become urgent while it waits (practice.WithRaise). It then has the turn of a piece that has just come,
// and the deadline with which it came. It is counted as of the class that it may rise to.
//
// Overflow: a call's fourth speculation takes the place of its oldest, since it is about newer sound; a call's ninth
// piece of the other classes is refused. When a class or the whole queue is full, the least urgent piece of it, of the
// waiting and the new one, is refused: background work goes first, then speculation, and a final segment only when 256
// final segments wait. Refused work gets practice.ErrBusy.
type Pool struct {
	workers int
	limit   int
	wait    sync.WaitGroup

	mu         sync.Mutex
	ready      *sync.Cond // signalled when work arrives, a worker frees or the pool closes
	queue      queue
	turns      [practice.PriorityBackground + 1]turns
	arrivals   uint64
	busy       int
	background int // of the busy
	processor  time.Duration
	closed     bool
	classes    [practice.PriorityBackground + 1]classCount
	stages     map[practice.Stage]*classCount
}

// NewPool starts workers goroutines, less than 1 meaning one for each core. Close ends them.
func NewPool(workers int) *Pool {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	return newPool(workers, queueLimit)
}

func newPool(workers, limit int) *Pool {
	p := &Pool{workers: workers, limit: limit, stages: newStageCounts()}
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
	sure, to := practice.RaiseOf(ctx)
	if sure == nil || to > pr {
		sure, to = nil, pr
	}
	select {
	case <-sure:
		sure, pr = nil, to
	default:
	}
	w := practice.WorkOf(ctx)
	j := &job{priority: pr, counted: to, caller: w.Call, stage: w.Stage, deadline: deadline, fn: fn, since: time.Now(), done: make(chan error, 1)}
	if err := p.add(j); err != nil {
		return err
	}
	for waits := true; waits; {
		select {
		case err := <-j.done:
			return err
		case <-sure:
			p.raise(j, to)
			sure = nil
		case <-ctx.Done():
			waits = false
		}
	}
	p.mu.Lock()
	if j.at >= 0 {
		p.takeOut(j)
		p.classes[j.priority].dropped++
		p.mu.Unlock()
		return fmt.Errorf("inference dropped before it began: %w", ctx.Err())
	}
	p.mu.Unlock()
	return <-j.done
}

// raise makes work more urgent that still waits. Its delay counts from now on.
func (p *Pool) raise(j *job, to practice.Priority) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if j.at < 0 {
		return
	}
	p.takeOut(j)
	j.priority, j.since = to, time.Now()
	j.turn = p.turns[to].take(j.caller)
	heap.Push(&p.queue, j)
	p.ready.Signal()
}

// takeOut removes work that will not begin where it waits, and with it its claim on a turn.
func (p *Pool) takeOut(j *job) {
	heap.Remove(&p.queue, j.at)
	p.turns[j.priority].giveBack(j.caller, j.turn)
}

func (p *Pool) add(j *job) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosing()
	}
	p.arrivals++
	j.arrival = p.arrivals
	if len(p.queue) == 0 && p.busy == 0 {
		for i := range p.turns {
			p.turns[i].idle()
		}
	}
	if err := p.makeRoom(j); err != nil {
		p.classes[j.priority].refused++
		return err
	}
	heap.Push(&p.queue, j)
	p.ready.Signal()
	return nil
}

// makeRoom gives a piece of work its turn, and refuses it or another where there is no room for both.
func (p *Pool) makeRoom(j *job) error {
	if j.caller != "" {
		own := func(o *job) bool { return o.priority == j.priority && o.caller == j.caller }
		if at, n := p.queue.last(own); n >= callLimit(j.priority) {
			if j.priority != practice.PrioritySpeculation {
				return errFull()
			}
			for i, o := range p.queue {
				if own(o) && o.arrival < p.queue[at].arrival {
					at = i
				}
			}
			j.turn = p.queue[at].turn // it comes in the other's place
			p.refuse(at)
			return nil
		}
	}
	j.turn = p.turns[j.priority].take(j.caller)
	full := func(match func(*job) bool, limit int) error {
		at, n := p.queue.last(match)
		if n < limit {
			return nil
		}
		if !j.before(p.queue[at]) {
			p.turns[j.priority].giveBack(j.caller, j.turn)
			return errFull()
		}
		p.refuse(at)
		return nil
	}
	if err := full(func(o *job) bool { return o.priority == j.priority }, classLimit(j.priority)); err != nil {
		return err
	}
	return full(func(*job) bool { return true }, p.limit)
}

// refuse takes waiting work out of the queue.
func (p *Pool) refuse(at int) {
	out := p.queue[at]
	p.takeOut(out)
	p.classes[out.priority].refused++
	out.done <- errFull()
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
		p.turns[j.priority].began(j.turn)
		p.busy++
		if j.priority == practice.PriorityBackground {
			p.background++
		}
		begun := time.Now()
		p.classes[j.counted].began(begun.Sub(j.since))
		stage := p.stages[j.stage]
		if stage != nil {
			stage.began(begun.Sub(j.since))
		}
		p.mu.Unlock()

		used, err := runTimed(j.fn)

		p.mu.Lock()
		p.processor += used
		p.busy--
		if j.priority == practice.PriorityBackground {
			p.background--
			p.ready.Signal() // another worker may have had to leave background work alone
		}
		took := time.Since(begun)
		p.classes[j.counted].running += took
		if stage != nil {
			stage.running += took
		}
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

// runTimed runs work on a thread of its own for as long as it takes, so that its processor time can be told.
func runTimed(fn func() error) (used time.Duration, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, ok := threadTime()
	err = run(fn)
	if after, still := threadTime(); ok && still {
		used = after - before
	}
	return used, err
}

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
