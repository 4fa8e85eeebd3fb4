package words

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Call finds one call's words and keeps count of their cost. It is safe for use by many goroutines.
type Call struct {
	maker *Maker

	mu    sync.Mutex
	spent practice.WordsSpent
	lines int  // asked for so far
	out   bool // the call has been told that the server fails
}

// Call begins a call.
func (m *Maker) Call() *Call {
	return &Call{maker: m, spent: practice.WordsSpent{Model: m.model.Name(), Currency: m.opt.Prices.Currency}}
}

// Spent is what the call's words have cost so far.
func (c *Call) Spent() practice.WordsSpent {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spent
}

// Say asks for a line's words and gives each clause as soon as it may be spoken. When the outcome's source is authored
// nothing was given, and the caller says the authored words. A line that was begun is always brought to an end.
func (c *Call) Say(ctx context.Context, w customer.Wording, give func(clause string)) practice.Worded {
	began := c.maker.opt.Now()
	out := c.say(ctx, w, give, began)
	out.TookMS = float64(c.maker.opt.Now().Sub(began)) / float64(time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	out.Outage = c.tells(out.Outage, ctx.Err() == nil)
	if ctx.Err() == nil { // else the line is not wanted any more
		if out.Source == practice.SourceModel {
			c.spent.Lines++
		} else {
			c.spent.Authored++
		}
		c.spent.Why = out.Why
	}
	out.Spent = c.spent
	return out
}

// tells is the failure that a line found, when the call has not been told of it: each call is told once, whichever call
// found it, and one that a line found which was given up is told with the next. The lock is held.
func (c *Call) tells(failing string, wanted bool) string {
	if failing == "" || !wanted {
		return ""
	}
	told := c.out
	c.out = true
	if told {
		return ""
	}
	return failing
}

func (c *Call) say(ctx context.Context, w customer.Wording, give func(string), began time.Time) practice.Worded {
	out := practice.Worded{Source: practice.SourceAuthored}
	if c.over() {
		out.Why = "the call's limit for the model is used up"
		return out
	}
	ok, why := c.maker.allowed()
	if !ok {
		out.Why, out.Outage = why, why
		return out
	}
	c.mu.Lock()
	c.lines++
	n := c.lines
	c.mu.Unlock()
	var refused customer.Violation
	for range 2 {
		d := w.NewDraft()
		err := c.ask(ctx, w.Request(refused), d, give, &out, began)
		if v := d.Refused(); v != "" && (err == nil || v != customer.ViolationEmpty) {
			out.Refused = append(out.Refused, string(v))
			refused = v
		}
		if ctx.Err() != nil && err != nil {
			return out
		}
		if len(d.Said()) > 0 {
			out.Source = practice.SourceModel
			c.well()
			if err != nil {
				out.Why = plain(err)
			}
			if d.Open() {
				if tail := w.TrailOff(n); tail != "" {
					give(tail)
				}
			}
			return out
		}
		if err != nil {
			c.maker.br.failed(err, c.maker.opt.Now())
			out.Why = plain(err)
			out.Outage = out.Why
			return out
		}
		if c.maker.opt.Now().Sub(began) > c.maker.opt.RetryWithin || c.over() {
			break
		}
	}
	out.Why = fmt.Sprintf("the model's line was struck out because it %s", refused)
	return out
}

// well forgets that the call was told of a failure: a later one is another.
func (c *Call) well() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = false
}

// ask is one request. A nil error means that the answer was read as far as it is wanted.
func (c *Call) ask(ctx context.Context, r practice.ChatRequest, d *customer.Draft, give func(string), out *practice.Worded, began time.Time) error {
	o := c.maker.opt
	asked := o.Now()
	bounded, cancel := context.WithTimeoutCause(ctx, o.Line, errSlow)
	defer cancel()
	bounded, silent := context.WithCancelCause(bounded)
	defer silent(nil)
	timer := time.AfterFunc(o.FirstToken, func() { silent(errNoToken) })
	defer timer.Stop()
	letters := 0
	answer, err := c.maker.model.Stream(bounded, r, func(piece string) error {
		if letters == 0 && timer.Stop() && out.FirstMS == nil {
			ms := float64(o.Now().Sub(began)) / float64(time.Millisecond)
			out.FirstMS = &ms
		}
		letters += len(piece)
		clauses, done := d.Add(piece)
		for _, clause := range clauses {
			give(clause)
		}
		if done {
			return errEnough
		}
		return nil
	})
	var refusal *practice.ModelError
	if !errors.As(err, &refusal) || letters > 0 { // a request that was turned away costs nothing
		c.count(r, answer, letters)
	}
	switch {
	case errors.Is(err, errEnough):
		err = nil
	case ctx.Err() != nil:
		// Given up by the caller. One that gave no token for so long is no better for having been given up.
		if letters == 0 && o.Now().Sub(asked) > o.FirstToken/2 {
			c.maker.br.failed(errNoToken, o.Now())
		}
		return ctx.Err()
	case err == nil && bounded.Err() != nil: // it ended as the time did
		err = context.Cause(bounded)
	}
	for _, clause := range d.End(err != nil || answer.Finish == "length" || answer.Finish == "unknown") {
		give(clause)
	}
	if err == nil {
		c.maker.br.well()
	}
	return err
}

// count adds a request to what the call has cost.
func (c *Call) count(r practice.ChatRequest, a practice.ChatAnswer, letters int) {
	u := estimate(r, letters)
	if a.Usage != nil {
		u = *a.Usage
	}
	o := c.maker.opt
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spent.Requests++
	c.spent.Usage = c.spent.Usage.Plus(u)
	c.spent.Money = o.Prices.of(c.spent.Usage)
	if o.MostMoney > 0 {
		c.spent.Used = c.spent.Money / o.MostMoney
	}
	if o.MostTokens > 0 {
		c.spent.Used = max(c.spent.Used, float64(c.spent.Usage.In+c.spent.Usage.Out)/float64(o.MostTokens))
	}
	c.spent.Over = c.spent.Used >= 1
}

func (c *Call) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spent.Over
}

// estimate counts tokens by letters, four to one, for a server that does not tell.
func estimate(r practice.ChatRequest, letters int) practice.ChatUsage {
	u := practice.ChatUsage{Out: (letters + 3) / 4, Estimated: true}
	for _, m := range r.Messages {
		u.In += 4 + (len(m.Text)+3)/4
	}
	return u
}
