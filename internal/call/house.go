package call

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Options say how calls are kept in a process. Zero values stand for the defaults.
type Options struct {
	Limit      int           // calls at once whatever the headroom; 0: no such bound
	JoinWithin time.Duration // an admitted call that nobody joins ends after this; 0: 60 s
	LineLost   time.Duration // a call whose line is down for this long ends; 0: 45 s
	Logger     *slog.Logger  // nil: nothing is logged
}

// House holds the calls that go on in this process.
type House struct {
	ports Ports
	opts  Options
	all   sync.WaitGroup

	tally tally

	mu      sync.Mutex
	refused int64
	calls   map[practice.CallID]*Live
	closing bool
	stop    context.CancelFunc
	ctx     func() context.Context
}

// NewHouse returns a house without calls. Close ends it.
func NewHouse(p Ports, o Options) *House {
	if o.JoinWithin <= 0 {
		o.JoinWithin = time.Minute
	}
	if o.LineLost <= 0 {
		o.LineLost = 45 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	return &House{ports: p, opts: o, calls: make(map[practice.CallID]*Live), stop: stop, ctx: func() context.Context { return ctx }}
}

// Admit takes a call in. It begins when its line is up. practice.ErrBusy, mostly a *practice.BusyError: there is no room, or the house is closing;
// practice.ErrConflict: it holds this call already.
func (h *House) Admit(t Ticket) (*Live, error) {
	switch {
	case t.ID == "" || t.Mind == nil || t.Perceive == nil:
		return nil, fmt.Errorf("admit a call: it needs an id, a mind and a perceiver: %w", practice.ErrInvalid)
	case h.ports.Log == nil:
		return nil, fmt.Errorf("admit a call: a log is needed: %w", practice.ErrUnavailable)
	case (h.ports.Recognizer == nil || h.ports.Detector == nil) && t.Config.Started.Mode != practice.ModeTyped:
		return nil, fmt.Errorf("admit a spoken call: there is no recogniser or no voice detector, the call can be held by typing: %w", practice.ErrUnavailable)
	}
	if h.ports.Synthesizer == nil {
		t.Config.Voice = false
	}
	t.Config.Model = t.Words != nil
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.full(); err != nil {
		h.refused++
		return nil, err
	}
	if _, ok := h.calls[t.ID]; ok {
		return nil, fmt.Errorf("admit call %s: %w", t.ID, practice.ErrConflict)
	}
	l := newLive(t, h.ports, h.opts)
	l.tally = &h.tally
	h.calls[t.ID] = l
	h.all.Go(func() {
		l.run(h.ctx())
		h.tally.over(l)
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.calls, t.ID)
	})
	return l, nil
}

// Find returns a call that goes on here.
func (h *House) Find(id practice.CallID) (*Live, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l, ok := h.calls[id]; ok {
		return l, nil
	}
	return nil, fmt.Errorf("call %s goes on no more: %w", id, practice.ErrNotFound)
}

// Drain admits no more calls and waits for those that go on to end by themselves until ctx is done; then it ends them
// cleanly, as the server's doing, and waits for their record to be written. It is safe to call more than once.
func (h *House) Drain(ctx context.Context) error {
	h.mu.Lock()
	h.closing = true
	h.mu.Unlock()
	gone := make(chan struct{})
	go func() { h.all.Wait(); close(gone) }()
	select {
	case <-gone:
		h.stop()
		return nil
	case <-ctx.Done():
	}
	h.stop()
	<-gone
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil
	}
	return ctx.Err()
}

// Close ends all calls now and waits for their record to be written.
func (h *House) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	if err := h.Drain(ctx); err != nil {
		h.opts.Logger.WarnContext(ctx, "close the house", slog.Any("error", err))
	}
}
