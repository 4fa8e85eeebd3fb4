package words

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Perceiver finds the acts in a trainee's turn.
type Perceiver = func(ctx context.Context, text string, words []practice.Word, customerSaid []string, p practice.Priority) ([]practice.Act, error)

// PerceiveWithin is how long a turn waits for a model's perception after the rules': most of the half second by which a
// reply is prepared before the turn can be over.
const PerceiveWithin = 450 * time.Millisecond

// shapes is what the server has shown to bind answers by; it is found out by asking.
type shapes struct {
	mu  sync.Mutex
	now practice.ChatShape
	off bool
	bad int // answers without the shape, one after another
}

// mostBad is how many answers in a row may lack the shape that was asked for: a model slips now and then, a server that
// does not bind answers does so again and again.
const mostBad = 3

func (s *shapes) get() (practice.ChatShape, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == "" {
		return practice.ShapeSchema, !s.off
	}
	return s.now, !s.off
}

// answered takes note of whether an answer had its shape.
func (s *shapes) answered(was practice.ChatShape, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ok {
		s.bad = 0
		return
	}
	if s.bad++; s.bad >= mostBad {
		s.next(was)
	}
}

// refused takes note of a request that the server does not take because of its shape.
func (s *shapes) refused(was practice.ChatShape) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next(was)
}

// next goes from a schema to any JSON, and from there to nothing. The lock is held.
func (s *shapes) next(was practice.ChatShape) {
	s.bad = 0
	switch was {
	case practice.ShapeSchema:
		s.now = practice.ShapeJSON
	default:
		s.off = true
	}
}

// Perception adds what the model finds in a turn to what rules finds, when it comes within a time that costs the trainee
// nothing; else the rules stand alone. Acts of the model's say so. Its cost counts with the call's.
func (c *Call) Perception(rules Perceiver, within time.Duration) Perceiver {
	return func(ctx context.Context, text string, words []practice.Word, said []string, p practice.Priority) ([]practice.Act, error) {
		answered := make(chan []practice.Act, 1)
		asking, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		shape, on := c.maker.shapes.get()
		ok, _ := c.maker.allowed()
		if on && ok && !c.over() && text != "" && !customer.Unsure(words) {
			before := ""
			if n := len(said); n > 0 {
				before = said[n-1]
			}
			c.maker.work.Go(func() { answered <- c.perceive(asking, text, before, shape) })
		} else {
			answered <- nil
		}
		acts, err := rules(ctx, text, words, said, p)
		return customer.MergeActs(acts, <-answered, text), err // it ends by itself, at the latest with its time
	}
}

func (c *Call) perceive(ctx context.Context, text, before string, shape practice.ChatShape) []practice.Act {
	r := customer.PerceiveRequest(text, before, shape)
	var b strings.Builder
	answer, err := c.maker.model.Stream(ctx, r, func(piece string) error {
		b.WriteString(piece)
		return nil
	})
	c.count(r, answer, b.Len())
	if err != nil {
		var m *practice.ModelError
		if errors.As(err, &m) && m.Fault == practice.FaultRequest {
			c.maker.shapes.refused(shape)
		}
		return nil
	}
	acts, ok := customer.ModelActs(b.String(), text)
	if ok || answer.Finish != "length" {
		c.maker.shapes.answered(shape, ok)
	}
	return acts
}
