package rehearsal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	Progress func(done, calls int) // told after each call; nil: nobody is told
}

// mostTurns bounds a rehearsed call.
const mostTurns = 45

// run is one rehearsed call.
type run struct {
	ending      practice.Ending
	finalHeat   int
	minHeat     int
	needsMet    int
	turnsToCalm int // 0: never calm
	said        []string
	leaks       int
	roleBreaks  int
	repeats     int
}

// tester plays calls and keeps the times of their steps.
type tester struct {
	opt       TestOptions
	embedder  Embedder
	examples  customer.Examples
	stepMS    []float64
	perceived []float64
	done      int
	calls     int
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
	t := &tester{opt: opt}
	if opt.Seeds == 0 {
		t.opt.Seeds = 20
	}
	t.calls = len(opt.Subjects) * len(AgentNames()) * 3 * t.opt.Seeds
	perceiver := "rules"
	if opt.Embedder != nil {
		t.embedder, perceiver = &cache{inner: opt.Embedder, known: map[string][]float32{}}, "rules+minilm"
		v, err := opt.Embedder.Embed(ctx, customer.ExampleTexts(), practice.PriorityBackground)
		if err != nil {
			return Report{}, fmt.Errorf("embedding examples: %w", err)
		}
		t.examples = customer.NewExamples(v)
	}
	r := Report{Schema: TestSchema, Words: "authored", Perceiver: perceiver, Seeds: t.opt.Seeds, Personas: []PersonaReport{}, Bars: []Bar{}}
	for _, s := range opt.Subjects {
		p, err := t.persona(ctx, s)
		if err != nil {
			return Report{}, err
		}
		r.Personas = append(r.Personas, p)
		r.Bars = append(r.Bars, bars(p)...)
	}
	r.MindStepMS, r.PerceiveMS = distOf(t.stepMS), distOf(t.perceived)
	return r, nil
}

// persona plays one subject's calls.
func (t *tester) persona(ctx context.Context, s Subject) (PersonaReport, error) {
	known, err := knownWordings(s)
	if err != nil {
		return PersonaReport{}, err
	}
	heldBack, err := heldBackWordings(s)
	if err != nil {
		return PersonaReport{}, fmt.Errorf("held back: %w", err)
	}
	p := PersonaReport{Slug: s.Scenario.Slug, Difficulty: s.Scenario.Difficulty, OpeningHeat: s.Scenario.Opening.Heat}
	from := len(t.stepMS)
	ear := customer.NewEar(&s.Scenario)
	for _, part := range []struct {
		words wordings
		noisy bool
		into  *map[string]AgentReport
	}{{known, false, &p.Agents}, {known, true, &p.Misheard}, {heldBack, false, &p.HeldBack}} {
		*part.into = map[string]AgentReport{}
		for _, name := range AgentNames() {
			if len(part.words) == 0 || !part.words.speaks(name) {
				continue
			}
			var runs []run
			for seed := range t.opt.Seeds {
				r, err := t.play(ctx, s, ear, newAgent(name, part.words, (uint64(seed)+1)*7919), uint64(seed)+1, part.noisy)
				if err != nil {
					return p, fmt.Errorf("%s against %s: %w", name, s.Scenario.Slug, err)
				}
				p.Leaks += r.leaks
				p.RoleBreaks += r.roleBreaks
				p.Repeats += r.repeats
				runs = append(runs, r)
				if t.done++; t.opt.Progress != nil {
					t.opt.Progress(t.done, t.calls)
				}
			}
			(*part.into)[name] = summarise(runs, s.Scenario)
		}
	}
	p.OrderHolds = orderHolds(p.Agents)
	p.P99StepMS = p99(t.stepMS[from:])
	return p, nil
}

// play is one call of an agent with a customer.
func (t *tester) play(ctx context.Context, sub Subject, ear *customer.Ear, a *agent, seed uint64, noisy bool) (run, error) {
	s := newSession(ear, customer.NewMind(sub.Scenario, sub.Lines, seed, nil), t.embedder, t.examples)
	s.now = t.opt.Now
	out := run{minHeat: s.mind.Heat()}
	first := s.open()
	out.said = append(out.said, first)
	last := customer.Reply{Move: practice.MoveVent, Text: first}
	told := false
	for turn := 1; turn <= mostTurns && s.mind.Ending() == practice.EndingNone; turn++ {
		if err := ctx.Err(); err != nil {
			return out, fmt.Errorf("stopped: %w", err)
		}
		text := a.next(last)
		if noisy {
			text = mishear(text, seed, turn)
		}
		var st step
		var err error
		if text == "" {
			st = s.silence(s.mind.NextSilenceMS())
		} else if st, err = s.say(ctx, text); err != nil {
			return out, err
		}
		last = st.reply
		told = told || slices.Contains(last.Told, "concern")
		if last.Text != "" {
			for _, v := range customer.CheckWords(last.Text, &sub.Scenario, told, out.said) {
				switch v {
				case customer.ViolationLeak:
					out.leaks++
				case customer.ViolationRepeat:
					out.repeats++
				default:
					out.roleBreaks++
				}
			}
			out.said = append(out.said, last.Text)
		}
		out.leaks += leakedFacts(last, st, sub.Scenario)
		out.minHeat = min(out.minHeat, last.Heat)
		if out.turnsToCalm == 0 && last.Heat <= 300 {
			out.turnsToCalm = turn
		}
	}
	t.stepMS = append(t.stepMS, s.stepMS...)
	t.perceived = append(t.perceived, s.perceiveMS...)
	out.ending, out.finalHeat = s.mind.Leave(), s.mind.Heat()
	for _, n := range s.mind.Needs() {
		if n == practice.NeedMet {
			out.needsMet++
		}
	}
	return out, nil
}

// leakedFacts counts facts told in a reply whose condition did not hold: asked for in that turn, or hot enough.
func leakedFacts(r customer.Reply, st step, sc practice.Scenario) int {
	n := 0
	for _, id := range r.Told {
		for _, f := range sc.Facts {
			if f.ID != id || f.SayWhen != "asked" {
				continue
			}
			asked := slices.ContainsFunc(st.acts, func(a practice.Act) bool {
				return a.What == f.Topic && strings.HasSuffix(string(a.Name), "_question")
			})
			if !asked {
				n++
			}
		}
	}
	return n
}
