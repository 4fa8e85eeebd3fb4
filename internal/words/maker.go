package words

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Model is a chat model that streams its answer. A failure of its server is a *practice.ModelError; an error of delta ends
// the answer and comes back as it is.
type Model interface {
	Name() string
	Stream(ctx context.Context, r practice.ChatRequest, delta func(text string) error) (practice.ChatAnswer, error)
}

// Prices are for a million tokens each.
type Prices struct {
	In, CachedIn, Out float64
	Currency          string
}

func (p Prices) of(u practice.ChatUsage) float64 {
	return (float64(u.In-u.CachedIn)*p.In + float64(u.CachedIn)*p.CachedIn + float64(u.Out)*p.Out) / 1e6
}

// Options say how a model is used. Zero values stand for the defaults; the limits' zero is none.
type Options struct {
	Prices      Prices
	MostMoney   float64       // of one call
	MostTokens  int           // of one call, in and out together
	FirstToken  time.Duration // 2.5 s: no token until then, and the server counts as failing
	Line        time.Duration // 6 s: the whole line
	RetryWithin time.Duration // 600 ms: struck-out words are tried once more when they were struck out so soon
	Now         func() time.Time
}

// Maker finds words for all calls of a server. Close waits for what it began.
type Maker struct {
	model  Model
	opt    Options
	br     breaker
	shapes shapes
	work   sync.WaitGroup
	ctx    func() context.Context
	stop   context.CancelFunc
}

// NewMaker returns a maker that has asked nothing yet.
func NewMaker(m Model, o Options) *Maker {
	if o.FirstToken <= 0 {
		o.FirstToken = 2500 * time.Millisecond
	}
	if o.Line <= 0 {
		o.Line = 6 * time.Second
	}
	if o.RetryWithin <= 0 {
		o.RetryWithin = 600 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Maker{model: m, opt: o, ctx: func() context.Context { return ctx }, stop: stop}
}

// Name is the model's name.
func (m *Maker) Name() string { return m.model.Name() }

// Close ends what goes on in the background.
func (m *Maker) Close() error {
	m.stop()
	m.work.Wait()
	return nil
}

// Failing says in plain words why the model is left alone just now; empty while it is well. Asking lets a server that has
// rested be tried again.
func (m *Maker) Failing() string {
	_, why := m.allowed()
	return why
}

// allowed tells whether the model may be asked now, and begins to find out when it has rested long enough.
func (m *Maker) allowed() (bool, string) {
	ok, probe, why := m.br.ask(m.opt.Now())
	if probe {
		m.work.Go(m.lookAgain)
	}
	return ok, why
}

// lookAgain finds out whether a server that failed is well. It outlives whoever noticed that it has rested; the breaker
// keeps what comes of it.
func (m *Maker) lookAgain() { _ = m.probe(m.ctx()) }

var (
	errNoToken = errors.New("no token came in time")
	errSlow    = errors.New("the line was not finished in time")
	errEnough  = errors.New("no more is wanted")
)

// Ready asks the model for a word, so that a server that fails is known before the first call.
func (m *Maker) Ready(ctx context.Context) error { return m.probe(ctx) }

// probe is the smallest question there is.
func (m *Maker) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 4*m.opt.FirstToken, errNoToken) // longer than a turn waits: it may have to load first
	defer cancel()
	_, err := m.model.Stream(ctx, practice.ChatRequest{Messages: []practice.ChatMessage{{Role: practice.ChatUser, Text: "Say yes."}}, MaxTokens: 4},
		func(string) error { return errEnough })
	switch {
	case err == nil, errors.Is(err, errEnough):
		m.br.well()
		return nil
	default:
		m.br.failed(err, m.opt.Now())
		return err
	}
}
