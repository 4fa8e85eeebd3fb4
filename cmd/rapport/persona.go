package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rapport-calls/rapport/internal/customer/rehearsal"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
)

type personaCmd struct {
	Test  personaTestCmd  `cmd:"" help:"Play the customers against scripted trainees and check that they stay who they are."`
	Chat  personaChatCmd  `cmd:"" help:"Talk to a customer by text."`
	Check personaCheckCmd `cmd:"" help:"Read scenarios strictly and say what a player would miss in them."`
}

type personaChatCmd struct {
	Slug    string `arg:"" help:"Scenario, such as late-birthday-parcel."`
	Seed    uint64 `help:"Another seed, another course of the same call." default:"1"`
	Explain bool   `help:"Show after each turn what was heard in it and what it moved."`
	NoModel bool   `help:"Perceive by rules alone, without the sentence model."`
}

// Run plays the customer in the terminal.
func (c *personaChatCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	l, err := openLibrary(s)
	if err != nil {
		return err
	}
	e, err := l.named(c.Slug)
	if err != nil {
		return err
	}
	o := rehearsal.ChatOptions{Scenario: e.Scenario, Lines: e.Lines, Seed: c.Seed, Explain: c.Explain}
	if !c.NoModel {
		m := openSentences(s, st.log)
		defer func() { err = errors.Join(err, m.Close()) }()
		if m.embeds != nil {
			o.Embedder = m.embeds
		}
	}
	_, err = rehearsal.Chat(ctx, st.in, st.out, o)
	return err
}

// named is the scenario of that slug; the error lists what there is.
func (l *shelf) named(slug string) (library.Entry, error) {
	e, err := l.entry(practice.Slug(slug))
	if err != nil {
		var have []string
		for _, s := range l.shown {
			have = append(have, string(s.Slug))
		}
		return e, statusError{exitBadInput, fmt.Errorf("%w: choose one of %s", err, strings.Join(have, ", "))}
	}
	return e, nil
}

type personaTestCmd struct {
	Slugs   []string `arg:"" optional:"" name:"slug" help:"Scenarios; all of the library when none is named."`
	Seeds   int      `help:"Calls of each agent with each customer." default:"20"`
	JSON    bool     `help:"Print one JSON value and nothing else."`
	NoModel bool     `help:"Perceive by rules alone, without the sentence model."`
}

// Run plays the calls and prints what came of them. A missed bar is exit status 1.
func (c *personaTestCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	if c.Seeds < 1 || c.Seeds > 1000 {
		return statusError{exitBadInput, fmt.Errorf("--seeds %d: use a number from 1 to 1000", c.Seeds)}
	}
	l, err := openLibrary(s)
	if err != nil {
		return err
	}
	slugs := c.Slugs
	if len(slugs) == 0 {
		for _, sc := range l.shown {
			slugs = append(slugs, string(sc.Slug))
		}
	}
	o := rehearsal.TestOptions{Seeds: c.Seeds, Now: time.Now}
	for _, slug := range slugs {
		e, err := l.named(slug)
		if err != nil {
			return err
		}
		o.Subjects = append(o.Subjects, rehearsal.Subject{Scenario: e.Scenario, Lines: e.Lines})
	}
	if !c.NoModel {
		m := openSentences(s, st.log)
		defer func() { err = errors.Join(err, m.Close()) }()
		if m.embeds != nil {
			o.Embedder = m.embeds
		}
	}
	said := time.Now()
	o.Progress = func(done, calls int) {
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			_, _ = fmt.Fprintf(st.err, "%d of %d calls played\n", done, calls)
		}
	}
	r, err := rehearsal.Test(ctx, o)
	if err != nil {
		return err
	}
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

// printPersonaTest is the report for people: the agents' calls, then the bars.
func printPersonaTest(out io.Writer, r rehearsal.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // the writer keeps its error for Flush
	row("Perceived by %s, %d calls of each agent.", r.Perceiver, r.Seeds)
	for _, p := range r.Personas {
		row("\n%s, difficulty %d, opens at heat %.1f", p.Slug, p.Difficulty, p.OpeningHeat)
		row("agent\tresolved\tparted kindly\tescalated\thung up\tabandoned\theat at the end\t(least–most)\tmisheard: resolved\theat\theld back: resolved\theat")
		for _, name := range rehearsal.AgentNames() {
			a, misheard, held := p.Agents[name], p.Misheard[name], p.HeldBack[name]
			row("%s\t%d\t%d\t%d\t%d\t%d\t%.1f\t(%.1f–%.1f)\t%d\t%.1f\t%d\t%.1f", strings.ReplaceAll(name, "_", " "),
				a.Endings[practice.EndingResolved], a.Endings[practice.EndingPartedKindly], a.Endings[practice.EndingEscalated], a.Endings[practice.EndingHungUp], a.Endings[practice.EndingAbandoned],
				a.FinalHeat.Mean, a.FinalHeat.Min, a.FinalHeat.Max, misheard.Endings[practice.EndingResolved], misheard.FinalHeat.Mean, held.Endings[practice.EndingResolved], held.FinalHeat.Mean)
		}
	}
	row("\nscenario\tbar\twanted\tfound\t")
	for _, b := range r.Bars {
		verdict := "reached"
		if !b.OK {
			verdict = "MISSED"
		}
		row("%s\t%s\t%s %g\t%g\t%s", b.Slug, strings.ReplaceAll(b.Name, "_", " "), b.Op, b.Bar, b.Value, verdict)
	}
	if d, p := r.MindStepMS, r.PerceiveMS; d != nil && p != nil {
		row("\nA step of the mind took %.2f ms at the median and %.2f at the 95th percentile, perceiving a turn %.2f and %.2f.", d.P50, d.P95, p.P50, p.P95)
	}
	return w.Flush()
}
