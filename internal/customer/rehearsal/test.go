package rehearsal

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Subject is a scenario to test.
type Subject struct {
	Scenario practice.Scenario
	Lines    customer.Lines
	Wordings string // what the agents say to this customer, in the form of words/; "": what is built in
}

// TestOptions say how to test.
type TestOptions struct {
	Subjects []Subject
	Seeds    int // calls an agent and scenario; 0 means 20
	Embedder Embedder
	Now      func() time.Time      // the clock for mind_step_ms and perceive_ms; nil leaves them null
	Words    func() Wordsmith      // one for each call; nil: authored words. With a model only the known wordings are played
	Progress func(done, calls int) // told after each call; nil: nobody is told
}

// seeds is how many calls of an agent are played.
func (o TestOptions) seeds() int {
	if o.Seeds == 0 {
		return 20
	}
	return o.Seeds
}

// Calls is how many calls a test of one subject plays at most.
func (o TestOptions) Calls() int { return len(AgentNames()) * len(o.hearings()) * o.seeds() }

// hearings are those that a test plays.
func (o TestOptions) hearings() []Hearing {
	if o.Words != nil {
		return []Hearing{Known}
	}
	return hearings()
}

// Hearing is how an agent's words reach the customer.
type Hearing string

// The hearings: as written; one word in ten misheard; wordings held back from whoever changes perception.
const (
	Known    Hearing = "known"
	Misheard Hearing = "misheard"
	HeldBack Hearing = "held-back"
)

func hearings() []Hearing { return []Hearing{Known, Misheard, HeldBack} }

// tester plays calls and keeps the times of their steps.
type tester struct {
	opt       TestOptions
	model     *ModelReport // nil without a model
	embedder  Embedder
	examples  customer.Examples
	stepMS    []float64
	perceived []float64
	done      int
}

// cache embeds each text once.
type cache struct {
	inner Embedder
	known map[string][]float32
}

// Embed implements Embedder.
func (c *cache) Embed(ctx context.Context, texts []string, p practice.Priority) (map[string][]float32, error) {
	var missing []string
	for _, t := range texts {
		if _, ok := c.known[t]; !ok {
			missing = append(missing, t)
		}
	}
	if len(missing) > 0 {
		got, err := c.inner.Embed(ctx, missing, p)
		if err != nil {
			return nil, err
		}
		maps.Copy(c.known, got)
	}
	out := make(map[string][]float32, len(texts))
	for _, t := range texts {
		out[t] = c.known[t]
	}
	return out, nil
}

// Test plays every subject against the scripted agents, clean and with one word in ten misheard, and then with the
// held-back wordings that nobody who changes perception has read. Every figure of the report but the times depends on
// nothing but the subjects, the seeds and the embedder.
func Test(ctx context.Context, opt TestOptions) (Report, error) {
	t, err := newTester(ctx, opt)
	if err != nil {
		return Report{}, err
	}
	r := Report{Schema: TestSchema, Words: "authored", Perceiver: "rules", Seeds: opt.seeds(), Personas: []PersonaReport{}, Bars: []Bar{}}
	if t.model != nil {
		r.Words = practice.SourceModel
	}
	if opt.Embedder != nil {
		r.Perceiver = "rules+minilm"
	}
	for _, s := range opt.Subjects {
		p, err := t.persona(ctx, s)
		if err != nil {
			return Report{}, err
		}
		r.Personas = append(r.Personas, p)
		b := bars(p)
		if t.model != nil {
			b = onlyWords(b)
		}
		r.Bars = append(r.Bars, b...)
	}
	r.Model = t.model.sum()
	r.steps, r.perceived = t.stepMS, t.perceived
	r.MindStepMS, r.PerceiveMS = distOf(t.stepMS), distOf(t.perceived)
	return r, nil
}

// Join puts reports of different subjects into one, in their order, as if they had been tested together.
func Join(reports ...Report) Report {
	out := Report{Personas: []PersonaReport{}, Bars: []Bar{}}
	for _, r := range reports {
		out.Schema, out.Words, out.Perceiver, out.Seeds = r.Schema, r.Words, r.Perceiver, r.Seeds
		out.Personas, out.Bars = append(out.Personas, r.Personas...), append(out.Bars, r.Bars...)
		out.Model = out.Model.and(r.Model)
		out.steps, out.perceived = append(out.steps, r.steps...), append(out.perceived, r.perceived...)
	}
	out.MindStepMS, out.PerceiveMS = distOf(out.steps), distOf(out.perceived)
	return out
}

func newTester(ctx context.Context, opt TestOptions) (*tester, error) {
	t := &tester{opt: opt}
	if opt.Words != nil {
		t.model = newModelReport()
	}
	if opt.Embedder == nil {
		return t, nil
	}
	t.embedder = &cache{inner: opt.Embedder, known: map[string][]float32{}}
	v, err := t.embedder.Embed(ctx, customer.ExampleTexts(), practice.PriorityBackground)
	if err != nil {
		return nil, fmt.Errorf("embedding examples: %w", err)
	}
	t.examples = customer.NewExamples(v)
	return t, nil
}

// wordingsFor are what the agents say to a subject in one hearing; empty when nobody has written any.
func wordingsFor(s Subject, h Hearing) (wordings, error) {
	if h != HeldBack {
		return knownWordings(s)
	}
	w, err := heldBackWordings(s)
	if err != nil {
		return nil, fmt.Errorf("held back: %w", err)
	}
	return w, nil
}

// persona plays one subject's calls.
func (t *tester) persona(ctx context.Context, s Subject) (PersonaReport, error) {
	p := PersonaReport{Slug: s.Scenario.Slug, Difficulty: s.Scenario.Difficulty, OpeningHeat: s.Scenario.Opening.Heat, HeldBack: map[string]AgentReport{}}
	from := len(t.stepMS)
	ear := customer.NewEar(&s.Scenario)
	for _, h := range t.opt.hearings() {
		words, err := wordingsFor(s, h)
		if err != nil {
			return p, err
		}
		into := map[string]AgentReport{}
		for _, name := range AgentNames() {
			if len(words) == 0 || !words.speaks(name) {
				continue
			}
			var runs []run
			for seed := uint64(1); len(runs) < t.opt.seeds(); seed++ {
				r, err := t.play(ctx, s, ear, newAgent(name, words, seed*7919), seed, h == Misheard, nil)
				if err != nil {
					return p, fmt.Errorf("%s against %s: %w", name, s.Scenario.Slug, err)
				}
				p.count(CallName{name, seed, h}, r)
				runs = append(runs, r)
				if t.done++; t.opt.Progress != nil {
					t.opt.Progress(t.done, t.opt.Calls()*len(t.opt.Subjects))
				}
			}
			into[name] = summarise(runs, s.Scenario)
		}
		switch h {
		case Known:
			p.Agents = into
		case Misheard:
			p.Misheard = into
		case HeldBack:
			p.HeldBack = into
		}
	}
	p.OrderHolds = len(orderMissed(p.Agents)) == 0
	p.P99StepMS = p99(t.stepMS[from:])
	return p, nil
}
