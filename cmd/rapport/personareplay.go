package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
)

type personaReplayCmd struct {
	Kept       `embed:""`
	Call       string `arg:"" help:"The call's id, as its address shows it."`
	Reperceive bool   `help:"Hear every turn again with today's perception as well, and tell what is heard otherwise."`
	JSON       bool   `help:"Print one JSON value and nothing else."`
	NoModel    bool   `help:"With --reperceive: by rules alone, without the sentence model."`
}

// replayReport is what a replay prints as JSON.
type replayReport struct {
	Call        practice.CallID `json:"call"`
	Scenario    practice.Slug   `json:"scenario"`
	MindVersion string          `json:"mind_version"`
	customer.Replayed
	Reperceived *customer.Reperceived `json:"reperceived,omitempty"`
}

// Run derives a call's ledger again from its events. A difference is exit status 1.
func (c *personaReplayCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	l, err := openLibrary(s)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Data, store.FileName)); err != nil { // a mistyped folder is not to be made
		return statusError{exitBadInput, fmt.Errorf("no server has kept calls in %s: name its folder with --data: %w", c.Data, err)}
	}
	db, err := store.Open(ctx, c.Data, "replay", time.Now())
	if err != nil {
		return statusError{exitBadInput, err}
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	kept := store.New(db, store.Hooks{})
	events, err := kept.Events(ctx, practice.CallID(c.Call))
	if err != nil {
		return statusError{exitBadInput, fmt.Errorf("call %s in %s: %w", c.Call, c.Data, err)}
	}
	record, err := practice.Fold(events)
	if err != nil || !record.HasStarted {
		return statusError{exitBadInput, fmt.Errorf("call %s cannot be read: %w", c.Call, errors.Join(err, practice.ErrInvalid))}
	}
	started := record.Started
	entry, err := (&versions{shelf: l, store: kept}).entry(ctx, started.Scenario, started.ScenarioDigest)
	if err != nil {
		return statusError{exitBadInput, err}
	}
	if entry.Scenario.Digest != started.ScenarioDigest {
		return statusError{exitBadInput, fmt.Errorf("scenario %s has changed since this call and its older version was not kept: the call cannot be replayed: %w", started.Scenario, practice.ErrInvalid)}
	}
	if started.MindVersion != customer.MindVersion {
		return statusError{exitBadInput, fmt.Errorf("this call was held with %s and this release has %s: replay it with the release that held it: %w", started.MindVersion, customer.MindVersion, practice.ErrInvalid)}
	}
	report := replayReport{Call: record.CallID, Scenario: started.Scenario, MindVersion: started.MindVersion}
	if report.Replayed, err = customer.Replay(entry.Scenario, entry.Lines, events); err != nil {
		return statusError{exitBadInput, err}
	}
	if c.Reperceive {
		if report.Reperceived, err = c.hearAgain(ctx, s, st, customer.NewEar(&entry.Scenario), events); err != nil {
			return err
		}
	}
	if c.JSON {
		err = json.NewEncoder(st.out).Encode(report)
	} else {
		err = report.print(st.out)
	}
	if err != nil {
		return fmt.Errorf("print the replay: %w", err)
	}
	if report.Difference != nil {
		return statusError{exitMissedBar, nil}
	}
	return nil
}

// hearAgain perceives the call's turns with today's perception.
func (c *personaReplayCmd) hearAgain(ctx context.Context, s *Settings, st *streams, ear *customer.Ear, events []practice.Event) (_ *customer.Reperceived, err error) {
	hear := func(_ context.Context, in customer.PerceiveInput) ([]practice.Act, error) {
		return ear.Perceive(in), nil
	}
	if !c.NoModel {
		m := openSentences(s, st.log)
		defer func() { err = errors.Join(err, m.Close()) }()
		if m.embeds != nil {
			v, err := m.embeds.Embed(ctx, customer.ExampleTexts(), practice.PriorityBackground)
			if err != nil {
				return nil, fmt.Errorf("embed the examples: %w", err)
			}
			examples := customer.NewExamples(v)
			hear = func(ctx context.Context, in customer.PerceiveInput) ([]practice.Act, error) {
				in.Examples = examples
				if texts := customer.Texts(in); len(texts) > 0 {
					if in.Vectors, err = m.embeds.Embed(ctx, texts, practice.PriorityFirstClause); err != nil {
						return nil, err
					}
				}
				return ear.Perceive(in), nil
			}
		}
	}
	out, err := customer.Reperceive(ctx, events, hear)
	return &out, err
}

func (r replayReport) print(out io.Writer) error {
	var err error
	say := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(out, format+"\n", args...)
		}
	}
	if d := r.Difference; d != nil {
		say("Call %s differs from its replay at event %d (turn %d) in %s.\nrecorded: %s\nderived:  %s", r.Call, d.Seq, d.Turn, d.What, d.Recorded, d.Derived)
	} else {
		say("Call %s with %s replays exactly: %d steps, %d ledger entries.", r.Call, r.Scenario, r.Steps, r.Entries)
	}
	if p := r.Reperceived; p != nil {
		say("Heard again by %s: %d of %d turns are heard otherwise.", p.Perceiver, len(p.Drift), p.Turns)
		for _, d := range p.Drift {
			say("turn %d “%s”", d.Turn, d.Text)
			for _, a := range d.Gone {
				say("  then, not now: %s %s “%s”", a.Name, a.What, a.Quote)
			}
			for _, a := range d.Found {
				say("  now, not then: %s %s “%s”", a.Name, a.What, a.Quote)
			}
		}
	}
	return err
}
