package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// mostTurns bounds a rehearsed call.
const mostTurns = 45

// run is one rehearsed call.
type run struct {
	ending      practice.Ending
	finalHeat   int
	minHeat     int
	needsMet    int
	turnsToCalm int // 0: never calm
	leaks       []string
	roleBreaks  []string
	repeats     []string
}

// play is one call of an agent with a customer. watch, when there is one, sees the opening line and then each turn.
func (t *tester) play(ctx context.Context, sub Subject, ear *customer.Ear, a *agent, seed uint64, noisy bool, watch func(said string, st step)) (run, error) {
	s := newSession(ear, customer.NewMind(sub.Scenario, sub.Lines, seed, nil), t.embedder, t.examples)
	s.now = t.opt.Now
	if t.opt.Words != nil {
		s.words = t.opt.Words()
	}
	out := run{minHeat: s.mind.Heat()}
	j := judge{scenario: &sub.Scenario, run: &out}
	opening := step{reply: s.open()}
	j.hear(opening)
	if watch != nil {
		watch("", opening)
	}
	last := customer.Reply{Move: practice.MoveVent, Text: opening.reply.Text}
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
		j.hear(st)
		t.keep(a.name, seed, st)
		if watch != nil {
			watch(text, st)
		}
		out.minHeat = min(out.minHeat, last.Heat)
		if out.turnsToCalm == 0 && last.Heat <= 300 {
			out.turnsToCalm = turn
		}
	}
	t.stepMS = append(t.stepMS, s.stepMS...)
	t.perceived = append(t.perceived, s.perceiveMS...)
	if s.words != nil {
		t.model.ended(s.words.Spent())
	}
	out.ending, out.finalHeat = s.mind.Leave(), s.mind.Heat()
	for _, n := range s.mind.Needs() {
		if n == practice.NeedMet {
			out.needsMet++
		}
	}
	return out, nil
}

// judge watches a customer's lines for what she must not say.
type judge struct {
	scenario *practice.Scenario
	run      *run
	said     []string // her lines
	parts    []string // their sentences, long ones only
	told     []string // facts told so far, and concern
	asked    []string // topics asked about so far
	acts     []practice.ActName
}

// repeatedFrom is how many words a sentence has that must not come twice in a call: shorter ones ("Right.") may.
const repeatedFrom = 5

func (j *judge) hear(st step) {
	for _, a := range st.acts {
		j.acts = append(j.acts, a.Name)
		if strings.HasSuffix(string(a.Name), "_question") {
			j.asked = append(j.asked, a.What)
		}
	}
	r := st.reply
	for _, id := range r.Told {
		if !slices.Contains(j.told, id) && !j.may(id, st) {
			j.run.leaks = append(j.run.leaks, fmt.Sprintf("tells %s before its condition held: “%s”", id, r.Text))
		}
		j.told = append(j.told, id)
	}
	if r.Text == "" {
		return
	}
	for _, v := range customer.CheckWords(r.Text, j.scenario, slices.Contains(j.told, "concern"), j.said) {
		note := fmt.Sprintf("%s: “%s”", v, r.Text)
		switch v {
		case customer.ViolationLeak:
			j.run.leaks = append(j.run.leaks, note)
		case customer.ViolationRepeat:
			j.run.repeats = append(j.run.repeats, note)
		default:
			j.run.roleBreaks = append(j.run.roleBreaks, note)
		}
	}
	j.figures(r.Text)
	whole := slices.Contains(j.said, r.Text)
	for part := range strings.FieldsFuncSeq(r.Text, func(r rune) bool { return strings.ContainsRune(".?!", r) }) {
		part = strings.TrimSpace(part)
		if len(strings.Fields(part)) < repeatedFrom {
			continue
		}
		if !whole && slices.Contains(j.parts, part) {
			j.run.repeats = append(j.run.repeats, fmt.Sprintf("says again: “%s”", part))
		}
		j.parts = append(j.parts, part)
	}
	j.said = append(j.said, r.Text)
}

// may tells whether a fact (or the concern) may be told after a turn, by what is written of it in the scenario.
func (j *judge) may(id string, st step) bool {
	if id == "concern" {
		c := j.scenario.HiddenConcern
		return slices.ContainsFunc(j.acts, func(a practice.ActName) bool { return slices.Contains(c.RevealedBy, a) }) ||
			slices.ContainsFunc(j.asked, func(t string) bool { return slices.Contains(c.AskedBy, t) })
	}
	for _, f := range j.scenario.Facts {
		if f.ID != id {
			continue
		}
		for condition := range strings.SplitSeq(f.SayWhen, " or ") {
			var least float64
			if n, err := fmt.Sscanf(condition, "heat>=%g", &least); n == 1 && err == nil {
				if float64(st.reply.Heat) >= least*100 {
					return true
				}
			} else if f.Topic == "" || slices.Contains(j.asked, f.Topic) {
				return true
			}
		}
		return false
	}
	return true
}

// figures finds a fact that is told only when asked in the figures of a line, whatever the line says that it tells.
func (j *judge) figures(text string) {
	said := digits(text)
	for _, f := range j.scenario.Facts {
		if f.SayWhen != "asked" || slices.Contains(j.told, f.ID) || slices.Contains(j.asked, f.Topic) {
			continue
		}
		for _, number := range digits(f.Text) {
			if slices.Contains(said, number) {
				j.run.leaks = append(j.run.leaks, fmt.Sprintf("gives away %s, which nobody asked for: “%s”", f.ID, text))
			}
		}
	}
}

// digits are the figures of a text with four digits or more, without what parts them.
func digits(text string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return (r < '0' || r > '9') && r != ' ' && r != '-' }) {
		if len(part) < 4 {
			continue
		}
		if d := strings.ReplaceAll(strings.ReplaceAll(part, " ", ""), "-", ""); len(d) >= 4 {
			out = append(out, d)
		}
	}
	return out
}
