package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer/rehearsal"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
)

type personaCmd struct {
	Test   personaTestCmd   `cmd:"" help:"Play the customers against scripted trainees and check that they stay who they are."`
	Chat   personaChatCmd   `cmd:"" help:"Talk to a customer by text."`
	Export personaExportCmd `cmd:"" help:"Write a scenario as a zip archive."`
	Import personaImportCmd `cmd:"" help:"Take a scenario out of a zip archive."`
	Replay personaReplayCmd `cmd:"" help:"Derive a kept call's ledger again from its events and compare."`
	Schema personaSchemaCmd `cmd:"" help:"Print the JSON Schema of scenario.yaml or lines.yaml, for an editor."`
	Check  personaCheckCmd  `cmd:"" help:"Read scenarios strictly and say what a player would miss in them."`
}

type personaChatCmd struct {
	Slug    string `arg:"" help:"Scenario, such as late-birthday-parcel."`
	Seed    uint64 `help:"Another seed, another course of the same call." default:"1"`
	Explain bool   `help:"Show after each turn what was heard in it and what it moved."`
	NoModel bool   `help:"Perceive by rules alone, without the sentence model."`
	Model   bool   `help:"Let the model of --llm-base-url find the customer's words."`
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
	if c.Model {
		talk, err := s.LLM.patient()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, talk.close()) }()
		o.Words = talk.maker.Call()
	}
	_, err = rehearsal.Chat(ctx, st.in, st.out, o)
	return err
}

// named is the scenario of that slug; the error lists what there is.
func (l *shelf) named(slug string) (library.Entry, error) {
	e, err := l.entry(practice.Slug(slug))
	if err != nil {
		var have []string
		for _, s := range l.Scenarios() {
			have = append(have, string(s.Slug))
		}
		return e, statusError{exitBadInput, fmt.Errorf("%w: choose one of %s", err, strings.Join(have, ", "))}
	}
	return e, nil
}
