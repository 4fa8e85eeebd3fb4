package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// When the idle job works: after so long without a call, and again so long after it had nothing left to do or failed.
const (
	idleAfter = 20 * time.Second
	idleAgain = time.Hour
	idleLook  = 200 * time.Millisecond
)

// idle does a job while no call is up. The job is another process, so that it can be ended at once and its memory goes
// with it.
type idle struct {
	busy func() bool
	job  func(context.Context) error
	log  *slog.Logger
	stop context.CancelFunc
	done chan struct{}

	mu     sync.Mutex
	cancel context.CancelFunc // of the job that runs
	free   time.Time          // since when no call was up
}

// startIdle begins to watch. busy tells whether a call is up. A job that a call has ended is begun again soon,
// one that ended by itself after an hour.
func startIdle(ctx context.Context, busy func() bool, job func(context.Context) error, log *slog.Logger) *idle {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	i := &idle{busy: busy, job: job, log: log, stop: stop, done: make(chan struct{}), free: time.Now()}
	go func() {
		defer close(i.done)
		i.watch(ctx)
	}()
	return i
}

// close ends the job and waits for it.
func (i *idle) close() error {
	i.stop()
	<-i.done
	return nil
}

// hush ends the job now: a call begins.
func (i *idle) hush() {
	if i == nil {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.free = time.Now()
	if i.cancel != nil {
		i.cancel()
		i.cancel = nil
	}
}

func (i *idle) watch(ctx context.Context) {
	tick := time.NewTicker(idleLook)
	defer tick.Stop()
	var ended chan error
	var next time.Time
	for {
		select {
		case <-ctx.Done():
			i.hush()
			if ended != nil {
				<-ended //nolint:errcheck // it was told to stop
			}
			return
		case err := <-ended:
			ended = nil
			i.mu.Lock()
			hushed := i.cancel == nil
			if !hushed {
				i.cancel()
				i.cancel = nil
			}
			i.mu.Unlock()
			if !hushed {
				next = time.Now().Add(idleAgain)
				if err != nil && ctx.Err() == nil {
					i.log.WarnContext(ctx, "studio voices could not be rendered; trying again in an hour", slog.Any("error", err))
				}
			}
		case <-tick.C:
			if i.busy() {
				i.hush()
			}
			if ended == nil && i.may(next) {
				ended = make(chan error, 1)
				work, cancel := context.WithCancel(ctx)
				i.mu.Lock()
				i.cancel = cancel
				i.mu.Unlock()
				go func(ended chan<- error) { ended <- i.job(work) }(ended)
			}
		}
	}
}

func (i *idle) may(next time.Time) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Now()
	return now.Sub(i.free) >= idleAfter && !now.Before(next)
}

// renderChild renders what is missing in a process of its own.
func renderChild(s *Settings) func(context.Context) error {
	return func(ctx context.Context) error {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		args := []string{"voices", "render", "--idle", "--workers", "1", "--assets", s.Assets}
		if s.Personas != "" {
			args = append(args, "--personas", s.Personas)
		}
		out, err := exec.CommandContext(ctx, self, args...).CombinedOutput() //nolint:gosec // this program itself
		if err != nil && ctx.Err() == nil {
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			return fmt.Errorf("%w: %s", err, lines[len(lines)-1])
		}
		return nil
	}
}
