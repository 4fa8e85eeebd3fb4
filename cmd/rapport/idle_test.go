package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheIdleJobRunsOnlyWhileNoCallIsUpAndStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var busy atomic.Bool
		var began, cut atomic.Int32
		job := func(ctx context.Context) error {
			began.Add(1)
			select {
			case <-ctx.Done():
				cut.Add(1)
				return ctx.Err()
			case <-time.After(10 * time.Minute):
				return nil
			}
		}
		i := startIdle(t.Context(), busy.Load, job, slog.New(slog.DiscardHandler))
		pass := func(d time.Duration) {
			time.Sleep(d) //nolint:forbidigo // virtual time
			synctest.Wait()
		}
		pass(idleAfter - time.Second)
		if began.Load() != 0 {
			t.Error("it began before the server had been idle for long")
		}
		pass(2 * time.Second)
		if began.Load() != 1 {
			t.Fatal("it did not begin")
		}
		i.hush() // a call begins
		synctest.Wait()
		if cut.Load() != 1 {
			t.Error("it went on under a call")
		}
		busy.Store(true)
		pass(time.Minute)
		if began.Load() != 1 {
			t.Error("it began again during the call")
		}
		busy.Store(false)
		pass(idleAfter + time.Second)
		if began.Load() != 2 {
			t.Fatal("it did not go on after the call")
		}
		busy.Store(true) // a call that nobody told of
		pass(time.Second)
		if cut.Load() != 2 {
			t.Error("it went on under a call")
		}
		busy.Store(false)
		pass(idleAfter + 11*time.Minute)
		if began.Load() != 3 {
			t.Fatalf("it began %d times", began.Load())
		}
		pass(30 * time.Minute)
		if began.Load() != 3 {
			t.Error("it began again with nothing left to do")
		}
		pass(31 * time.Minute)
		if began.Load() != 4 {
			t.Error("it never looked again")
		}
		if err := i.close(); err != nil || cut.Load() != 3 {
			t.Errorf("closed with %v while the job ran: %d cut", err, cut.Load())
		}
	})
}

func TestAnIdleJobThatFailsWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var began atomic.Int32
		i := startIdle(t.Context(), func() bool { return false }, func(context.Context) error { began.Add(1); return errors.New("no disk") }, slog.New(slog.DiscardHandler))
		time.Sleep(idleAgain / 2) //nolint:forbidigo // virtual time
		synctest.Wait()
		if began.Load() != 1 {
			t.Errorf("it was tried %d times", began.Load())
		}
		_ = i.close()
	})
}
