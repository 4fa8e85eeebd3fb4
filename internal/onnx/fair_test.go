package onnx

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// by marks work of a call.
func by(c practice.CallID) context.Context {
	return practice.WithWork(context.Background(), practice.Work{Call: c, Stage: practice.StageRecognize})
}

func TestACallWithManyPiecesLetsTheOthersIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		now := time.Now()
		first := queued(by("a"), p, practice.PriorityReply, now.Add(time.Second), hold(time.Second))
		var order []practice.CallID
		var all []<-chan error
		ask := func(c practice.CallID) {
			all = append(all, queued(by(c), p, practice.PriorityReply, now.Add(time.Second), func() error {
				order = append(order, c)
				return nil
			}))
			time.Sleep(time.Millisecond) //nolint:forbidigo // virtual time
		}
		for _, c := range []practice.CallID{"a", "a", "a", "a", "b", "c", "b"} {
			ask(c)
		}
		for _, done := range append(all, first) {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if want := []practice.CallID{"b", "c", "a", "b", "a", "a", "a"}; !slices.Equal(order, want) {
			t.Errorf("order %q, want %q", order, want)
		}
	})
}

func TestACallWithManyPiecesIsServedWhileOthersKeepAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		busy := queued(by("z"), p, practice.PriorityReply, time.Time{}, hold(10*time.Millisecond))
		var greedy []<-chan error
		for range 5 {
			greedy = append(greedy, queued(by("greedy"), p, practice.PriorityReply, time.Time{}, hold(10*time.Millisecond)))
		}
		stop := make(chan struct{})
		done := make(chan int)
		for _, c := range []practice.CallID{"b", "c"} { // each asks again as soon as it is served: the worker is never free
			go func() {
				n := 0
				for {
					select {
					case <-stop:
						done <- n
						return
					default:
						if err := p.Do(by(c), practice.PriorityReply, time.Time{}, hold(10*time.Millisecond)); err != nil {
							t.Error(err)
						}
						n++
					}
				}
			}()
		}
		began := time.Now()
		for _, g := range append(greedy, busy) {
			if err := <-g; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took > 200*time.Millisecond {
			t.Errorf("five pieces took %v beside two calls that ask one at a time", took)
		}
		close(stop)
		if a, b := <-done, <-done; min(a, b) < 4 {
			t.Errorf("the other calls were served %d and %d times", a, b)
		}
	})
}

func TestACallsOldSpeculationGivesWayToItsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		busy := queued(by("b"), p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		old := queued(by("a"), p, practice.PrioritySpeculation, time.Time{}, hold(0))
		second := queued(by("a"), p, practice.PrioritySpeculation, time.Time{}, hold(0))
		third := queued(by("a"), p, practice.PrioritySpeculation, time.Time{}, hold(0))
		fourth := queued(by("a"), p, practice.PrioritySpeculation, time.Time{}, hold(0))
		other := queued(by("b"), p, practice.PrioritySpeculation, time.Time{}, hold(0))
		if err := <-old; !errors.Is(err, practice.ErrBusy) {
			t.Errorf("the oldest guess: %v", err)
		}
		if err := errors.Join(<-busy, <-second, <-third, <-fourth, <-other); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsRefusedOrDroppedCostsItsCallNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, queueLimit)
		defer p.Close()
		busy := queued(by("x"), p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		fill, empty := context.WithCancel(context.Background())
		var all []<-chan error
		for range speculationLimit {
			all = append(all, queued(fill, p, practice.PrioritySpeculation, time.Time{}, hold(0)))
		}
		for range 5 {
			if err := p.Do(by("refused"), practice.PrioritySpeculation, time.Time{}, hold(0)); !errors.Is(err, practice.ErrBusy) {
				t.Fatal(err)
			}
		}
		empty()
		for _, done := range all {
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		for range 5 {
			ctx, cancel := context.WithCancel(by("dropped"))
			done := queued(ctx, p, practice.PrioritySpeculation, time.Time{}, hold(0))
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		var order []practice.CallID
		ask := func(c practice.CallID) <-chan error {
			return queued(by(c), p, practice.PrioritySpeculation, time.Time{}, func() error { order = append(order, c); return nil })
		}
		var replaced []<-chan error
		for range 7 { // three of them stay
			replaced = append(replaced, ask("replaced"))
		}
		for _, done := range []<-chan error{busy, ask("refused"), ask("dropped"), ask("other")} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		for i, done := range replaced {
			if err := <-done; (err == nil) != (i >= 4) {
				t.Errorf("guess %d: %v", i, err)
			}
		}
		if want := []practice.CallID{"replaced", "refused", "dropped", "other", "replaced", "replaced"}; !slices.Equal(order, want) {
			t.Errorf("order %q, want %q", order, want)
		}
	})
}

func TestAGuessDelaysNobodyUntilItIsSure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		var order []string
		named := func(name string) func() error {
			return func() error { order = append(order, name); return nil }
		}
		busy := queued(by("x"), p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		sure, never := make(chan struct{}), make(chan struct{})
		all := []<-chan error{
			busy,
			queued(practice.WithRaise(by("a"), never, practice.PriorityFinal), p, practice.PrioritySpeculation, time.Time{}, named("guess")),
			queued(practice.WithRaise(by("b"), sure, practice.PriorityFinal), p, practice.PrioritySpeculation, time.Time{}, named("raised")),
			queued(by("c"), p, practice.PriorityReply, time.Time{}, named("reply")),
			queued(by("d"), p, practice.PriorityFinal, time.Time{}, named("final")),
		}
		time.Sleep(500 * time.Millisecond) //nolint:forbidigo // virtual time
		close(sure)
		synctest.Wait()
		all = append(all, queued(by("e"), p, practice.PriorityFinal, time.Time{}, named("later final")))
		all = append(all, queued(practice.WithRaise(by("f"), sure, practice.PriorityFinal), p, practice.PrioritySpeculation, time.Time{}, named("sure from the start")))
		for _, done := range all {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if want := []string{"raised", "final", "later final", "sure from the start", "reply", "guess"}; !slices.Equal(order, want) {
			t.Errorf("ran %q, want %q", order, want)
		}
		s := p.Stats().Classes
		if f := s[practice.PriorityFinal]; f.Begun != 6 || f.Delay.MaxMS > 1000 || s[practice.PrioritySpeculation].Begun != 0 {
			t.Errorf("%d finals were counted, and %d guesses", f.Begun, s[practice.PrioritySpeculation].Begun)
		}
	})
}

func TestARaisedPieceThatNobodyWantsAnyMoreIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		busy := queued(by("x"), p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		sure := make(chan struct{})
		ctx, cancel := context.WithCancel(practice.WithRaise(by("a"), sure, practice.PriorityFinal))
		guess := queued(ctx, p, practice.PrioritySpeculation, time.Time{}, func() error { t.Error("it ran"); return nil })
		close(sure)
		synctest.Wait()
		cancel()
		if err := <-guess; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := <-busy; err != nil {
			t.Error(err)
		}
		if s := p.Stats().Classes[practice.PriorityFinal]; s.Dropped != 1 || s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestACallCannotFillTheQueueAndFinalSegmentsAlwaysFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, queueLimit)
		defer p.Close()
		ctx, cancel := context.WithCancel(by("a"))
		busy := queued(by("b"), p, practice.PriorityFinal, time.Time{}, hold(time.Second))
		var waiting []<-chan error
		for range callLimit(practice.PriorityReply) {
			waiting = append(waiting, queued(ctx, p, practice.PriorityReply, time.Time{}, hold(0)))
		}
		if err := p.Do(ctx, practice.PriorityReply, time.Time{}, hold(0)); !errors.Is(err, practice.ErrBusy) {
			t.Errorf("one more clause: %v", err)
		}
		var finals []<-chan error
		for range 20 {
			finals = append(finals, queued(by("a"), p, practice.PriorityFinal, time.Time{}, hold(0)))
		}
		for range speculationLimit {
			finals = append(finals, queued(context.Background(), p, practice.PrioritySpeculation, time.Time{}, hold(0)))
		}
		if err := p.Do(by("b"), practice.PrioritySpeculation, time.Time{}, hold(0)); !errors.Is(err, practice.ErrBusy) {
			t.Errorf("more speculation than the class takes: %v", err)
		}
		for _, f := range append(finals, busy) {
			if err := <-f; err != nil {
				t.Error(err)
			}
		}
		for _, w := range waiting {
			if err := <-w; err != nil {
				t.Error(err)
			}
		}
		cancel()
	})
}

func TestTurnsOfCallsThatAreGoneAreForgotten(t *testing.T) {
	var s turns
	for i := range 100 {
		s.began(s.take(practice.CallID(rune('A' + i))))
	}
	at := s.take("one") // the first of a long line
	for range 9 {
		at = s.take("one")
	}
	s.began(at)
	if len(s.next) != 1 { // its own
		t.Errorf("%d calls are remembered", len(s.next))
	}
	s.idle()
	if len(s.next) != 0 || s.now != 0 {
		t.Errorf("%d calls are remembered when nobody waits", len(s.next))
	}
}

func TestTwoSnapshotsGiveAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 100)
		defer p.Close()
		run := func(n int, d time.Duration) {
			var all []<-chan error
			for range n {
				all = append(all, queued(by("a"), p, practice.PriorityFinal, time.Time{}, hold(d)))
			}
			for _, done := range all {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		}
		run(4, time.Second)
		before := p.Stats()
		run(2, 10*time.Millisecond)
		after := p.Stats()
		w := after.Classes[practice.PriorityFinal].Delay.Since(before.Classes[practice.PriorityFinal].Delay)
		if w.Count() != 2 || w.SumMS != 10 || w.QuantileMS(0.95) > 10 {
			t.Errorf("the window: %+v", w)
		}
		for _, s := range after.Stages {
			if s.Stage == practice.StageRecognize && (s.Delay.Count() != 6 || s.Running != 4020*time.Millisecond) {
				t.Errorf("recognition: %+v", s)
			}
		}
	})
}
