package words

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// CheckSchema names the shape of Check.
const CheckSchema = "rapport.model-check/1"

// Check is what a model's server was found to do.
type Check struct {
	Schema    string  `json:"schema"`
	Host      string  `json:"host"`
	Model     string  `json:"model"`
	FirstMS   *Spread `json:"first_token_ms"` // of the same line asked for again and again, the first time apart
	LineMS    *Spread `json:"line_ms"`        // until the line was finished
	ColdMS    float64 `json:"cold_first_token_ms"`
	Streaming bool    `json:"streaming"`
	Shape     string  `json:"json"` // json_schema, json_object or none
	Stops     bool    `json:"stop"`
	Usage     bool    `json:"usage"`
	CachedIn  bool    `json:"cached_in"` // the usage tells what was cached
	Lines     []Try   `json:"lines"`
	Enough    bool    `json:"in_time"` // the 95th percentile of the first token is within what a turn waits
	// PerceiveMS is how long one perception took; null without JSON.
	PerceiveMS *float64           `json:"perceive_ms"`
	Spent      practice.ChatUsage `json:"spent"`
	Money      float64            `json:"money"`
}

// Try is one line of the customer's as the model spoke it.
type Try struct {
	Move     practice.Move `json:"move"`
	Authored string        `json:"authored"`
	Words    string        `json:"words"`  // as the model wrote it
	Said     string        `json:"said"`   // what a call would have said of it; empty: the authored words
	Passed   []string      `json:"passed"` // the checks that it passed
	Failed   string        `json:"failed,omitempty"`
}

// Spread is how long something took, in milliseconds.
type Spread struct {
	N   int     `json:"n"`
	Min float64 `json:"min"`
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	Max float64 `json:"max"`
}

func spreadOf(ms []float64) *Spread {
	if len(ms) == 0 {
		return nil
	}
	ms = slices.Sorted(slices.Values(ms))
	at := func(q float64) float64 { return ms[min(len(ms)-1, int(math.Ceil(q*float64(len(ms))))-1)] }
	return &Spread{N: len(ms), Min: ms[0], P50: at(0.5), P95: at(0.95), Max: ms[len(ms)-1]}
}

// CheckOptions say what to ask for.
type CheckOptions struct {
	Host    string
	Wording []customer.Wording // lines to speak, at least one; the first is asked for N times
	Moves   []practice.Move    // of each
	N       int                // at least 1
	Prices  Prices
	Patient time.Duration // for one line; 0: 60 s
	Now     func() time.Time
	Heard   string // a trainee's turn for perception
}

// enoughMS is what a turn waits for the first clause, and half a second before it is over.
const enoughMS = 1200

// CheckModel asks a model for everything that calls need of one. A failure of its server ends it.
func CheckModel(ctx context.Context, m Model, o CheckOptions) (Check, error) {
	if len(o.Wording) == 0 || len(o.Moves) != len(o.Wording) {
		return Check{}, fmt.Errorf("there is no line to speak: %w", practice.ErrInvalid)
	}
	if o.Patient <= 0 {
		o.Patient = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &checker{model: m, opt: o, out: Check{Schema: CheckSchema, Host: o.Host, Model: m.Name(), Lines: []Try{}, Shape: "none"}}
	var first, whole []float64
	for i := range o.N + 1 {
		a, err := c.ask(ctx, o.Wording[0].Request(""))
		if err != nil {
			return c.out, err
		}
		c.out.Usage = c.out.Usage || a.usage != nil
		c.out.CachedIn = c.out.CachedIn || a.usage != nil && a.usage.CachedIn > 0
		c.out.Streaming = c.out.Streaming || a.pieces > 1
		if i == 0 { // it may have had to load the model, and nothing was cached
			c.out.ColdMS = a.firstMS
			c.try(o.Wording[0], o.Moves[0], a.text)
			continue
		}
		first, whole = append(first, a.firstMS), append(whole, a.tookMS)
	}
	c.out.FirstMS, c.out.LineMS = spreadOf(first), spreadOf(whole)
	c.out.Enough = c.out.FirstMS.P95 <= enoughMS
	for i, w := range o.Wording[1:] {
		a, err := c.ask(ctx, w.Request(""))
		if err != nil {
			return c.out, err
		}
		c.try(w, o.Moves[i+1], a.text)
	}
	c.stops(ctx)
	c.shapes(ctx)
	c.out.Money = o.Prices.of(c.out.Spent)
	return c.out, ctx.Err()
}

type checker struct {
	model Model
	opt   CheckOptions
	out   Check
}

type asked struct {
	text            string
	finish          string
	pieces          int
	firstMS, tookMS float64
	usage           *practice.ChatUsage
}

func (c *checker) ask(ctx context.Context, r practice.ChatRequest) (asked, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.opt.Patient, &practice.ModelError{Fault: practice.FaultTimeout, Message: fmt.Sprintf("no whole answer came within %s: use a faster server or a smaller model", c.opt.Patient)})
	defer cancel()
	var a asked
	var text strings.Builder
	began := c.opt.Now()
	answer, err := c.model.Stream(ctx, r, func(piece string) error {
		if a.pieces++; a.pieces == 1 {
			a.firstMS = float64(c.opt.Now().Sub(began)) / float64(time.Millisecond)
		}
		text.WriteString(piece)
		return nil
	})
	a.tookMS = float64(c.opt.Now().Sub(began)) / float64(time.Millisecond)
	a.text, a.finish, a.usage = text.String(), answer.Finish, answer.Usage
	if a.pieces == 0 {
		a.firstMS = a.tookMS
	}
	u := estimate(r, text.Len())
	if a.usage != nil {
		u = *a.usage
	}
	if err == nil || a.pieces > 0 {
		c.out.Spent = c.out.Spent.Plus(u)
	}
	return a, err
}

// try holds a line against the checks of a call.
func (c *checker) try(w customer.Wording, move practice.Move, text string) {
	d := w.NewDraft()
	said := d.End(false)
	if text != "" {
		d = w.NewDraft()
		said, _ = d.Add(text)
		said = append(said, d.End(false)...)
	}
	t := Try{Move: move, Authored: w.Authored, Words: text, Said: strings.Join(said, " "), Passed: []string{}}
	if v := d.Refused(); v != "" {
		t.Failed = string(v)
	}
	for _, v := range customer.Violations() {
		if string(v) == t.Failed {
			break // the checks after it were not made
		}
		t.Passed = append(t.Passed, string(v))
	}
	c.out.Lines = append(c.out.Lines, t)
}

// stops finds out whether the server stops where it is told: hardly a word of English is without an e.
func (c *checker) stops(ctx context.Context) {
	a, err := c.ask(ctx, practice.ChatRequest{
		Messages: []practice.ChatMessage{{Role: practice.ChatUser, Text: "Write one sentence about the sea."}}, MaxTokens: 30, Stop: []string{"e"},
	})
	limits, known := c.model.(interface{ Stops() bool })
	c.out.Stops = err == nil && a.pieces > 0 && !strings.Contains(a.text, "e") && (!known || limits.Stops())
}

// shapes finds out which form of JSON the server binds an answer to, and how long it takes to perceive a turn.
func (c *checker) shapes(ctx context.Context) {
	for _, shape := range []practice.ChatShape{practice.ShapeSchema, practice.ShapeJSON} {
		a, err := c.ask(ctx, practice.ChatRequest{
			Messages:  []practice.ChatMessage{{Role: practice.ChatUser, Text: `Is snow white? Answer with JSON, {"answer": "yes"} or {"answer": "no"}.`}},
			MaxTokens: 40, Shape: shape, Schema: json.RawMessage(answerSchema),
		})
		if errors.Is(err, context.Canceled) {
			return
		}
		if err != nil || !bound(a.text, shape) {
			continue
		}
		c.out.Shape = string(shape)
		if a, err = c.ask(ctx, customer.PerceiveRequest(c.opt.Heard, "", shape)); err == nil {
			c.out.PerceiveMS = &a.tookMS
		}
		return
	}
}

const answerSchema = `{"type":"object","additionalProperties":false,"required":["answer"],"properties":{"answer":{"type":"string","enum":["yes","no"]}}}`

// bound tells whether an answer has the shape that was asked for.
func bound(text string, shape practice.ChatShape) bool {
	var v map[string]any
	if json.Unmarshal([]byte(text), &v) != nil {
		return false
	}
	return shape == practice.ShapeJSON || len(v) == 1 && (v["answer"] == "yes" || v["answer"] == "no")
}
