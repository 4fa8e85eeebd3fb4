package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/customer/rehearsal"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/words"
)

type modelCmd struct {
	Check modelCheckCmd `cmd:"" help:"Ask the model of --llm-base-url for everything that a call needs of it, and let it speak as Maya."`
}

type modelCheckCmd struct {
	Runs int  `short:"n" help:"How often the same line is timed." default:"5"`
	JSON bool `help:"Print one JSON value and nothing else."`
}

// patient is the model for where nobody waits on the line.
func (l LLM) patient() (*speaker, error) {
	c, err := l.client()
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, statusError{exitBadInput, errNoLLM}
	}
	o := l.options()
	o.FirstToken, o.Line, o.RetryWithin = time.Minute, 2*time.Minute, time.Minute
	s := &speaker{client: c, maker: words.NewMaker(c, o), asked: make(chan struct{}), stop: func() {}}
	close(s.asked)
	return s, nil
}

var errNoLLM = errors.New("no model is named: set --llm-base-url and --llm-model (RAPPORT_LLM_BASE_URL and RAPPORT_LLM_MODEL), such as http://localhost:11434/v1 and a model that is there")

// Run asks the model and prints what it does. 2: settings; 3: it cannot be reached or asked.
func (c *modelCheckCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	if c.Runs < 1 || c.Runs > 100 {
		return statusError{exitBadInput, fmt.Errorf("--runs %d: use a number from 1 to 100", c.Runs)}
	}
	client, err := s.LLM.client()
	switch {
	case err != nil:
		return err
	case client == nil:
		return statusError{exitBadInput, errNoLLM}
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	l, err := openLibrary(s)
	if err != nil {
		return err
	}
	e, err := l.named("late-birthday-parcel")
	if err != nil {
		return err
	}
	o := sample(e)
	o.Host, o.N, o.Prices = client.Host(), c.Runs, s.LLM.options().Prices
	out, err := words.CheckModel(ctx, client, o)
	if err != nil {
		var m *practice.ModelError
		if errors.As(err, &m) && m.Fault == practice.FaultKey {
			return statusError{exitBadInput, err}
		}
		return statusError{exitNoMeasure, err}
	}
	if c.JSON {
		return json.NewEncoder(st.out).Encode(out)
	}
	return printCheck(st.out, out, s.LLM.Currency)
}

// sample is Maya at three moments of a call: told to calm down, asked for her number, and heard.
func sample(e library.Entry) words.CheckOptions {
	o := words.CheckOptions{Heard: "I'm so sorry. You stayed in for two days for nothing, and that was our depot's mistake. I'll ring them today."}
	ear := customer.NewEar(&e.Scenario)
	mind := customer.NewMind(e.Scenario, e.Lines, 1, nil)
	mind, r := mind.Open()
	mind = mind.Said(r.Text, false)
	script := []customer.ScriptLine{{Speaker: practice.Customer, Text: practice.WithoutMarks(r.Text)}}
	for i, text := range []string{
		"Please calm down, it is only a parcel.",
		"I'm sorry, that was the wrong thing to say. What is your order number?",
		"Thank you. Two days in for nothing would wear anybody out. Our depot left it lying there on Monday, and that is our mistake.",
	} {
		heard := customer.HeardTurn{Turn: 2*i + 1, Text: text, Acts: ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: mind.CustomerSaid()})}
		mind, r = mind.Hear(heard)
		script = append(script, customer.ScriptLine{Speaker: practice.Trainee, Text: text})
		if w, ok := mind.Wording(r, heard, slices.Clone(script)); ok {
			o.Wording, o.Moves = append(o.Wording, w), append(o.Moves, r.Move)
		}
		mind = mind.Said(r.Text, false)
		script = append(script, customer.ScriptLine{Speaker: practice.Customer, Text: practice.WithoutMarks(r.Text)})
	}
	return o
}

func printCheck(out io.Writer, c words.Check, currency string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // the writer keeps its error for Flush
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	row("%s at %s", c.Model, c.Host)
	row("first token\t%s\tthe first time %.0f ms", spread(c.FirstMS), c.ColdMS)
	row("whole line\t%s", spread(c.LineMS))
	row("streams\t%s", yes(c.Streaming))
	row("JSON\t%s\t", c.Shape)
	if c.PerceiveMS != nil {
		row("perceives a turn in\t%.0f ms\tuseful in a call below %d ms", *c.PerceiveMS, words.PerceiveWithin.Milliseconds())
	}
	row("stops where told\t%s", yes(c.Stops))
	row("tells its usage\t%s\tcached part: %s", yes(c.Usage), yes(c.CachedIn))
	row("this check took\t%d tokens in, %d out\t%s", c.Spent.In, c.Spent.Out, money(c.Money, currency))
	for _, t := range c.Lines {
		row("\nMaya %s. Authored: “%s”", strings.ReplaceAll(string(t.Move), "_", " "), t.Authored)
		row("The model: “%s”", strings.TrimSpace(t.Words))
		switch {
		case t.Failed != "" && t.Said != "":
			row("Said: “%s”; the rest was struck out because it %s.", t.Said, t.Failed)
		case t.Failed != "":
			row("Struck out because it %s: the authored words are said. It passed %d of %d checks before that one.", t.Failed, len(t.Passed), len(customer.Violations()))
		default:
			row("Said: “%s”; it passed all %d checks.", t.Said, len(t.Passed))
		}
	}
	if c.Enough {
		row("\nFast enough for calls: its first word comes within what a turn waits.")
	} else {
		row("\nToo slow for calls: a turn waits 1.2 s for the first word, and mostly the authored words will be said.")
	}
	return w.Flush()
}

func spread(s *words.Spread) string {
	if s == nil {
		return "not known"
	}
	return fmt.Sprintf("%.0f ms (%.0f–%.0f, 95th percentile %.0f, %d times)", s.P50, s.Min, s.Max, s.P95, s.N)
}

func money(v float64, currency string) string {
	if v == 0 {
		return "no price set"
	}
	return fmt.Sprintf("%s%.5f", currency, v)
}

// printModelWords says how often a model's words were said, and why not.
func printModelWords(row func(string, ...any), m *rehearsal.ModelReport) {
	if m == nil {
		return
	}
	row("\n%s was asked for %d lines: %d were said in its words (%d of them ended early), for %d the authored words stood in.", m.Model, m.Asked, m.Spoken, m.CutShort, m.Authored)
	for _, part := range []struct {
		what  string
		count map[string]int
	}{{"struck out because it", m.Refused}, {"authored because", m.Failed}} {
		keys := slices.SortedFunc(maps.Keys(part.count), func(a, b string) int { return part.count[b] - part.count[a] })
		for _, k := range keys {
			row("%s %s\t%d", part.what, k, part.count[k])
		}
	}
	if m.FirstMS != nil {
		row("Its first token came after %.0f ms at the median and %.0f at the 95th percentile; %d tokens in (%d cached), %d out%s.",
			m.FirstMS.P50, m.FirstMS.P95, m.Usage.In, m.Usage.CachedIn, m.Usage.Out, map[bool]string{true: ", partly estimated"}[m.Usage.Estimated])
	}
}
