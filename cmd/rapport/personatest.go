package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rapport-calls/rapport/internal/customer/rehearsal"
	"github.com/rapport-calls/rapport/internal/practice"
)

type personaTestCmd struct {
	Slugs      []string `arg:"" optional:"" name:"slug" help:"Scenarios; all of the library when none is named."`
	Seeds      int      `help:"Calls of each agent with each customer." default:"20"`
	JSON       bool     `help:"Print one JSON value and nothing else."`
	Rules      bool     `name:"no-model" help:"Perceive by rules alone, without the sentence model."`
	Model      bool     `help:"Let the model of --llm-base-url find the customers' words: known wordings alone, and bars for what is said."`
	Transcript string   `help:"Print one call instead, with what was heard and moved: AGENT:SEED, such as average:3, and :misheard or :held-back after it." placeholder:"CALL"`
}

// Run plays the calls and prints what came of them. A missed bar is exit status 1.
func (c *personaTestCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	if c.Seeds < 1 || c.Seeds > 1000 {
		return statusError{exitBadInput, fmt.Errorf("--seeds %d: use a number from 1 to 1000", c.Seeds)}
	}
	subjects, err := c.subjects(s)
	if err != nil {
		return err
	}
	o := rehearsal.TestOptions{Seeds: c.Seeds, Now: time.Now}
	if !c.Rules {
		m := openSentences(s, st.log)
		defer func() { err = errors.Join(err, m.Close()) }()
		if m.embeds != nil {
			kept, kerr := keepVectors(s, m)
			if kerr != nil {
				return kerr
			}
			defer func() { err = errors.Join(err, kept.Close()) }()
			o.Embedder = kept
		}
	}
	if c.Model {
		talk, err := s.LLM.patient()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, talk.close()) }()
		if err := talk.maker.Ready(ctx); err != nil {
			return fmt.Errorf("%w: %w", err, practice.ErrUnavailable)
		}
		o.Words = func() rehearsal.Wordsmith { return talk.maker.Call() }
	}
	if c.Transcript != "" {
		return c.transcript(ctx, o, subjects, st.out)
	}
	began := time.Now()
	r, err := playAll(ctx, o, subjects, st.err)
	if err != nil {
		if errors.Is(err, practice.ErrNotFound) || errors.Is(err, practice.ErrInvalid) {
			err = statusError{exitBadInput, err}
		}
		return err
	}
	_, _ = fmt.Fprintf(st.err, "%d customers in %s\n", len(subjects), time.Since(began).Round(100*time.Millisecond))
	if c.JSON {
		err = json.NewEncoder(st.out).Encode(r)
	} else {
		err = printPersonaTest(st.out, r)
	}
	if err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if r.Missed() {
		return statusError{exitMissedBar, nil}
	}
	return nil
}

// subjects are the scenarios to play, with wordings that their folders bring along.
func (c *personaTestCmd) subjects(s *Settings) ([]rehearsal.Subject, error) {
	l, err := openLibrary(s)
	if err != nil {
		return nil, err
	}
	slugs := c.Slugs
	if len(slugs) == 0 {
		for _, sc := range l.Scenarios() {
			slugs = append(slugs, string(sc.Slug))
		}
	}
	var out []rehearsal.Subject
	for _, slug := range slugs {
		e, err := l.named(slug)
		if err != nil {
			return nil, err
		}
		words, err := l.library.File(e.Scenario.Slug, rehearsal.WordingsFile)
		if err != nil && !errors.Is(err, practice.ErrNotFound) {
			return nil, err
		}
		out = append(out, rehearsal.Subject{Scenario: e.Scenario, Lines: e.Lines, Wordings: string(words)})
	}
	return out, nil
}

// transcript prints one call.
func (c *personaTestCmd) transcript(ctx context.Context, o rehearsal.TestOptions, subjects []rehearsal.Subject, out io.Writer) error {
	if len(subjects) != 1 {
		return statusError{exitBadInput, errors.New("--transcript shows one call: name one scenario")}
	}
	call, err := rehearsal.ParseCallName(c.Transcript)
	if err != nil {
		return statusError{exitBadInput, fmt.Errorf("--transcript: %w", err)}
	}
	text, err := rehearsal.Transcript(ctx, o, subjects[0], call)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}

// playAll tests the subjects side by side, one on each core.
func playAll(ctx context.Context, o rehearsal.TestOptions, subjects []rehearsal.Subject, progress io.Writer) (rehearsal.Report, error) {
	var mu sync.Mutex
	done, said := 0, time.Now()
	o.Progress = func(int, int) {
		mu.Lock()
		defer mu.Unlock()
		if done++; time.Since(said) > 5*time.Second {
			said = time.Now()
			_, _ = fmt.Fprintf(progress, "%d of at most %d calls played\n", done, o.Calls()*len(subjects))
		}
	}
	reports := make([]rehearsal.Report, len(subjects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for i, s := range subjects {
		group.Go(func() error {
			one := o
			one.Subjects = []rehearsal.Subject{s}
			var err error
			reports[i], err = rehearsal.Test(ctx, one)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return rehearsal.Report{}, err //nolint:wrapcheck // it says which scenario and agent
	}
	return rehearsal.Join(reports...), nil
}

// printPersonaTest is the report for people: each customer's calls, the bars that were missed and by how much, and at
// the end one line a customer.
func printPersonaTest(out io.Writer, r rehearsal.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // the writer keeps its error for Flush
	row("Perceived by %s, %d calls of each agent. Heat is where it stood at the end.", r.Perceiver, r.Seeds)
	for _, p := range r.Personas {
		printPersona(row, p, barsOf(r, p.Slug))
	}
	if len(r.Personas) > 1 {
		printSummary(row, r)
	}
	printModelWords(row, r.Model)
	if d, p := r.MindStepMS, r.PerceiveMS; d != nil && p != nil {
		row("\nA step of the mind took %.2f ms at the median and %.2f at the 95th percentile, perceiving a turn %.2f and %.2f.", d.P50, d.P95, p.P50, p.P95)
		if worst := r.SlowestStepMS(); worst != nil {
			row("At the 99th percentile a step took %.2f ms for the slowest customer.", *worst)
		}
	}
	return w.Flush()
}

func barsOf(r rehearsal.Report, slug practice.Slug) []rehearsal.Bar {
	var out []rehearsal.Bar
	for _, b := range r.Bars {
		if b.Slug == slug {
			out = append(out, b)
		}
	}
	return out
}

func printPersona(row func(string, ...any), p rehearsal.PersonaReport, bars []rehearsal.Bar) {
	row("\n%s, difficulty %d, opens at heat %.1f", p.Slug, p.Difficulty, p.OpeningHeat)
	row("  agent\tresolved\tkindly\tescal.\thung up\taband.\theat\t(least–most)\tmisheard: resolved\theat\theld back: resolved\theat")
	for _, name := range rehearsal.AgentNames() {
		a, ok := p.Agents[name]
		if !ok {
			continue
		}
		row("  %s\t%d\t%d\t%d\t%d\t%d\t%.1f\t(%.1f–%.1f)\t%s\t%s", strings.ReplaceAll(name, "_", " "),
			a.Endings[practice.EndingResolved], a.Endings[practice.EndingPartedKindly], a.Endings[practice.EndingEscalated], a.Endings[practice.EndingHungUp], a.Endings[practice.EndingAbandoned],
			a.FinalHeat.Mean, a.FinalHeat.Min, a.FinalHeat.Max, short(p.Misheard, name), short(p.HeldBack, name))
	}
	missed := 0
	for _, b := range bars {
		if b.OK {
			continue
		}
		missed++
		row("  MISSED %s: %.3g, wanted %s %g", strings.ReplaceAll(b.Name, "_", " "), b.Value, b.Op, b.Bar)
		for _, s := range b.Says {
			row("    %s", s)
		}
		for _, c := range b.Calls {
			row("    see: rapport persona test %s --transcript %s", p.Slug, c)
		}
	}
	row("  %d of %d bars reached", len(bars)-missed, len(bars))
}

// short is an agent's resolved calls and mean heat; dashes where it was not played.
func short(agents map[string]rehearsal.AgentReport, name string) string {
	a, ok := agents[name]
	if !ok {
		return "–\t–"
	}
	return fmt.Sprintf("%d\t%.1f", a.Endings[practice.EndingResolved], a.FinalHeat.Mean)
}

// printSummary is one line a customer: what each agent took off her heat, and what was missed.
func printSummary(row func(string, ...any), r rehearsal.Report) {
	agents := []string{"excellent", "plain_kind", "average", "script_reader", "dismissive"}
	row("\nHeat taken off (opening − end, a hang-up counted as ten)\t%s\tmissed", strings.ReplaceAll(strings.Join(agents, "\t"), "_", " "))
	for _, p := range r.Personas {
		cells := []string{string(p.Slug)}
		for _, name := range agents {
			cells = append(cells, fmt.Sprintf("%.2f", p.Agents[name].Dropped()))
		}
		var missed []string
		for _, b := range barsOf(r, p.Slug) {
			if !b.OK {
				missed = append(missed, strings.ReplaceAll(b.Name, "_", " "))
			}
		}
		row("%s\t%s", strings.Join(cells, "\t"), strings.Join(missed, ", "))
	}
}
