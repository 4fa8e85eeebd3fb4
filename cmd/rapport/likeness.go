package main

import (
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// likeness gives calls the examples that perception compares with, once they are embedded.
type likeness struct {
	examples atomic.Pointer[customer.Examples]
	stop     context.CancelFunc
	done     chan struct{}
}

// learn begins to embed the examples in the background, so that the server is ready before; calls go by rules until then.
func learn(ctx context.Context, e call.Embedder, log *slog.Logger) *likeness {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	l := &likeness{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		customer.NewEar(nil).Perceive(customer.PerceiveInput{Text: "Hello, how can I help?"}) // reads the rules before the first call needs them
		if e == nil {
			return
		}
		v, err := e.Embed(ctx, customer.ExampleTexts(), practice.PriorityBackground)
		if err != nil {
			if ctx.Err() == nil {
				log.WarnContext(ctx, "customers perceive by rules alone: the examples could not be embedded", slog.Any("error", err))
			}
			return
		}
		x := customer.NewExamples(v)
		l.examples.Store(&x)
	}()
	return l
}

// now gives the examples, or none while they are not ready.
func (l *likeness) now() customer.Examples {
	if x := l.examples.Load(); x != nil {
		return *x
	}
	return customer.Examples{}
}

func (l *likeness) close() error {
	l.stop()
	<-l.done
	return nil
}
