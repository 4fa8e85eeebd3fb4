package onnx

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hold is work that takes d of virtual time.
func hold(d time.Duration) func() error {
	return func() error {
		time.Sleep(d) //nolint:forbidigo // virtual time
		return nil
	}
}

// queued starts a Do and returns when it waits or runs. The error arrives on the channel.
func queued(ctx context.Context, p *Pool, pr practice.Priority, deadline time.Time, fn func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- p.Do(ctx, pr, deadline, fn) }()
	synctest.Wait()
	return done
}

func TestUrgentWorkRunsFirstThenByDeadlineThenByArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		ctx, now := context.Background(), time.Now()
		first := queued(ctx, p, practice.PriorityBackground, time.Time{}, hold(time.Second))
		var order []string
		var all []<-chan error
		for _, w := range []struct {
			name     string
			priority practice.Priority
			deadline time.Time
		}{
			{"render", practice.PriorityBackground, time.Time{}},
			{"grade", practice.PriorityBackground, now.Add(time.Hour)},
			{"guess", practice.PrioritySpeculation, now.Add(time.Second)},
			{"late clause", practice.PriorityFirstClause, now.Add(3 * time.Second)},
			{"soon clause", practice.PriorityFirstClause, now.Add(2 * time.Second)},
			{"whenever clause", practice.PriorityFirstClause, time.Time{}},
			{"final a", practice.PriorityFinal, now.Add(time.Second)},
			{"final b", practice.PriorityFinal, now.Add(time.Second)},
		} {
			all = append(all, queued(ctx, p, w.priority, w.deadline, func() error {
				order = append(order, w.name)
				return nil
			}))
		}
		for _, done := range append(all, first) {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		want := []string{"final a", "final b", "soon clause", "late clause", "whenever clause", "guess", "grade", "render"}
		if !slices.Equal(order, want) {
			t.Errorf("order %q, want %q", order, want)
		}
	})
}

func TestStaleWorkNeverBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		busy := queued(context.Background(), p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := p.Do(ctx, practice.PrioritySpeculation, time.Time{}, func() error {
			t.Error("stale work ran")
			return nil
		})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 100*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if err := p.Do(ctx, practice.PriorityFinal, time.Time{}, hold(0)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("work that was stale from the start: %v", err)
		}
		if err := <-busy; err != nil {
			t.Error(err)
		}
		if s := p.Stats(); s.Classes[practice.PrioritySpeculation].Dropped != 1 || s.Classes[practice.PriorityFinal].Dropped != 1 {
			t.Errorf("dropped: %+v", s.Classes)
		}
	})
}

func TestWorkThatHasBegunIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		finished := false
		err := p.Do(ctx, practice.PriorityFinal, time.Time{}, func() error {
			time.Sleep(time.Second) //nolint:forbidigo // virtual time
			finished = true
			return nil
		})
		if err != nil || !finished {
			t.Errorf("returned before its memory was free: %v", err)
		}
	})
}

func TestBackgroundWorkLeavesAWorkerFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(2, 100)
		defer p.Close()
		ctx := context.Background()
		a := queued(ctx, p, practice.PriorityBackground, time.Time{}, hold(time.Minute))
		b := queued(ctx, p, practice.PriorityBackground, time.Time{}, hold(time.Minute))
		if s := p.Stats(); s.Busy != 1 || s.Classes[practice.PriorityBackground].Waiting != 1 {
			t.Errorf("%d busy, %+v", s.Busy, s.Classes[practice.PriorityBackground])
		}
		began := time.Now()
		if err := p.Do(ctx, practice.PriorityFinal, time.Time{}, hold(0)); err != nil || time.Since(began) > 0 {
			t.Errorf("the final segment waited %v behind rendering: %v", time.Since(began), err)
		}
		if err := errors.Join(<-a, <-b); err != nil {
			t.Error(err)
		}
	})
}

func TestAFullQueueRefusesTheLeastUrgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 2)
		defer p.Close()
		ctx, now := context.Background(), time.Now()
		busy := queued(ctx, p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		guess := queued(ctx, p, practice.PrioritySpeculation, now.Add(time.Second), hold(0))
		clause := queued(ctx, p, practice.PriorityFirstClause, now.Add(time.Second), hold(0))
		if err := p.Do(ctx, practice.PriorityBackground, time.Time{}, hold(0)); !errors.Is(err, practice.ErrBusy) {
			t.Errorf("the least urgent of all: %v", err)
		}
		final := queued(ctx, p, practice.PriorityFinal, now.Add(time.Second), hold(0))
		if err := <-guess; !errors.Is(err, practice.ErrBusy) {
			t.Errorf("speculation in the way of a final segment: %v", err)
		}
		if err := errors.Join(<-busy, <-clause, <-final); err != nil {
			t.Error(err)
		}
	})
}

func TestCloseRefusesWhatWaitsAndWaitsForWhatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		ctx, began := context.Background(), time.Now()
		running := queued(ctx, p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		waiting := queued(ctx, p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		p.Close()
		if time.Since(began) != time.Second {
			t.Errorf("closed after %v", time.Since(began))
		}
		if err := <-running; err != nil {
			t.Error(err)
		}
		if err := <-waiting; !errors.Is(err, practice.ErrUnavailable) {
			t.Errorf("waiting work: %v", err)
		}
		if err := p.Do(ctx, practice.PriorityFinal, time.Time{}, hold(0)); !errors.Is(err, practice.ErrUnavailable) {
			t.Errorf("work after the close: %v", err)
		}
		p.Close()
	})
}

func TestAPanicInOneCallsWorkSparesTheOthers(t *testing.T) {
	p := NewPool(1)
	defer p.Close()
	var panicked *PanicError
	err := p.Do(context.Background(), practice.PriorityFinal, time.Time{}, func() error {
		var none []int
		_ = none[len(none)]
		return nil
	})
	if !errors.As(err, &panicked) || len(panicked.Stack) == 0 {
		t.Errorf("got %v", err)
	}
	want := errors.New("its own fault")
	if err := p.Do(context.Background(), practice.PriorityFinal, time.Time{}, func() error { return want }); !errors.Is(err, want) {
		t.Errorf("the next work: %v", err)
	}
}

func TestUnknownPrioritiesAreRefused(t *testing.T) {
	p := NewPool(0)
	defer p.Close()
	for _, pr := range []practice.Priority{-1, practice.PriorityBackground + 1} {
		if err := p.Do(context.Background(), pr, time.Time{}, hold(0)); !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("priority %d: %v", pr, err)
		}
	}
}

func TestStatsTellHowLongWorkWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		var all []<-chan error
		for range 4 { // they wait 0, 100, 200 and 300 ms
			all = append(all, queued(context.Background(), p, practice.PriorityFinal, time.Time{}, hold(100*time.Millisecond)))
		}
		for _, done := range all {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		c := p.Stats().Classes[practice.PriorityFinal]
		d := c.Delay
		if c.Begun != 4 || c.Running != 400*time.Millisecond || d.Count() != 4 || d.SumMS != 600 || d.MinMS != 0 || d.MaxMS != 300 {
			t.Errorf("%+v", c)
		}
		if q := d.QuantileMS(1); q != 300 {
			t.Errorf("the longest is %v ms", q)
		}
		if q := d.QuantileMS(0.5); q < 75 || q > 100 {
			t.Errorf("the median is %v ms", q)
		}
		if q := (Histogram{}).QuantileMS(0.5); q != 0 {
			t.Errorf("the median of nothing is %v", q)
		}
	})
}

func TestEveryPieceOfWorkEndsExactlyOnceWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		workers, limit := rapid.IntRange(1, 3).Draw(rt, "workers"), rapid.IntRange(1, 5).Draw(rt, "limit")
		type work struct{ priority, deadlineMS, arriveMS, takeMS, giveUpMS int }
		var all []work
		for i := range rapid.IntRange(1, 25).Draw(rt, "pieces") {
			n := func(what string, top int) int { return rapid.IntRange(0, top).Draw(rt, fmt.Sprint(what, i)) }
			all = append(all, work{n("priority", 4), n("deadline", 50), n("arrive", 30), n("take", 20), n("give up", 40)})
		}
		closeMS := rapid.IntRange(0, 60).Draw(rt, "close")
		synctest.Test(t, func(*testing.T) {
			p := newPool(workers, limit)
			begin := time.Now()
			var ran, busy, most atomic.Int32
			var answers sync.WaitGroup
			for _, w := range all {
				answers.Go(func() {
					time.Sleep(time.Duration(w.arriveMS) * time.Millisecond) //nolint:forbidigo // virtual time
					ctx, cancel := context.WithTimeout(context.Background(), time.Duration(w.giveUpMS)*time.Millisecond)
					defer cancel()
					began := false
					err := p.Do(ctx, practice.Priority(w.priority), begin.Add(time.Duration(w.deadlineMS)*time.Millisecond), func() error {
						began = true
						ran.Add(1)
						most.Store(max(most.Load(), busy.Add(1)))
						time.Sleep(time.Duration(w.takeMS) * time.Millisecond) //nolint:forbidigo // virtual time
						busy.Add(-1)
						return nil
					})
					if (err == nil) != began {
						rt.Errorf("began: %v, error: %v", began, err)
					}
				})
			}
			time.Sleep(time.Duration(closeMS) * time.Millisecond) //nolint:forbidigo // virtual time
			p.Close()
			answers.Wait()
			var begun, ended uint64
			s := p.Stats()
			for _, c := range s.Classes {
				begun += c.Begun
				ended += c.Begun + c.Dropped + c.Refused
				if c.Waiting != 0 {
					rt.Errorf("%d still wait after the close", c.Waiting)
				}
			}
			if int(ran.Load()) != int(begun) || ended > uint64(len(all)) || s.Busy != 0 || int(most.Load()) > workers {
				rt.Errorf("%d ran, %d counted, %d ended of %d, %d busy, %d at once", ran.Load(), begun, ended, len(all), s.Busy, most.Load())
			}
		})
	})
}

func TestThePoolTellsTheProcessorTimeOfItsWork(t *testing.T) {
	if _, ok := threadTime(); !ok {
		t.Skip("this system does not tell a thread's processor time")
	}
	p := NewPool(1)
	defer p.Close()
	sum := 0.0
	spin := func() error {
		for i := range 20_000_000 {
			sum += float64(i)
		}
		return nil
	}
	if err := p.Do(t.Context(), practice.PriorityFinal, time.Time{}, spin); err != nil {
		t.Fatal(err)
	}
	if got := p.Stats().Processor; got <= 0 {
		t.Fatalf("%v of processor time for %v", got, sum)
	}
}
