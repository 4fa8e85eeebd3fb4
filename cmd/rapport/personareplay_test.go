package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
)

const replayed = practice.CallID("00000000-0000-4000-8000-0000000000aa")

// keepCall keeps a short call in a data folder; heat is added to the recorded heat of its last step.
func keepCall(t *testing.T, data string, heat int) {
	t.Helper()
	l, err := openLibrary(&Settings{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := l.entry("late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), data, "test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	kept := store.New(db, store.Hooks{})
	if err := kept.CreateCall(t.Context(), practice.Call{ID: replayed, Scenario: e.Scenario.Slug, Owner: "p", CreatedAt: time.Now(), Mode: practice.ModeTyped, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	var events []practice.Event
	put := func(d practice.EventData) {
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		n := int64(len(events) + 1)
		events = append(events, practice.Event{V: 1, CallID: replayed, Seq: n, AtMS: n * 1000, WallMS: n * 1000, Lease: kept.Lease(), Kind: d.EventKind(), Data: raw})
	}
	step := func(turn int, r customer.Reply, inputs []practice.MindInput, more int) {
		put(practice.MindStepped{Turn: turn, Ledger: r.Ledger, Heat: r.Heat + more, Trust: r.Trust, Needs: r.Needs, Move: r.Move, Told: r.Told, Ending: r.Ending, Inputs: inputs})
	}
	put(practice.CallStarted{Scenario: e.Scenario.Slug, ScenarioDigest: e.Scenario.Digest, MindVersion: customer.MindVersion, PerceiverVersion: "rules-0", Seed: 7, Mode: practice.ModeTyped, Words: "authored"})
	m, r := customer.NewMind(e.Scenario, e.Lines, 7, nil).Open()
	step(-1, r, m.Inputs(), 0)
	m = m.Said(r.Text, false)
	text, n := "That's on us, and nobody told you.", len(m.Inputs())-1
	acts := customer.NewEar(&e.Scenario).Perceive(customer.PerceiveInput{Text: text, CustomerSaid: m.CustomerSaid()})
	put(practice.TraineeTurn{Turn: 1, Text: text, Typed: true})
	put(practice.TurnPerceived{Turn: 1, Perceiver: "rules-0", Acts: append(acts, practice.Act{Name: practice.ActThanks})})
	m, r = m.Hear(customer.HeardTurn{Turn: 1, Text: text, Acts: append(acts, practice.Act{Name: practice.ActThanks})})
	step(1, r, m.Inputs()[n:], heat)
	put(practice.CallEnded{Ending: practice.EndingAbandoned, By: practice.EndedByTrainee})
	if err := kept.Append(t.Context(), replayed, kept.Lease(), events); err != nil {
		t.Fatal(err)
	}
}

func TestAKeptCallReplaysAndAChangedOneIsFound(t *testing.T) {
	for _, c := range []struct {
		heat int
		code int
		says []string
	}{
		{0, 0, []string{"replays exactly: 2 steps", "1 of 1 turns are heard otherwise", "then, not now: thanks"}},
		{5, exitMissedBar, []string{"differs from its replay at event 5", "in heat"}},
	} {
		data := t.TempDir()
		keepCall(t, data, c.heat)
		var out bytes.Buffer
		cmd := personaReplayCmd{Kept: Kept{Data: data}, Call: string(replayed), Reperceive: true, NoModel: true}
		err := cmd.Run(context.WithoutCancel(t.Context()), &Settings{}, &streams{out: &out, err: t.Output(), log: slog.New(slog.DiscardHandler)})
		code := 0
		if s, ok := errors.AsType[statusError](err); ok {
			code = s.code
		} else if err != nil {
			t.Fatal(err)
		}
		if code != c.code {
			t.Errorf("exit status %d, want %d: %v", code, c.code, err)
		}
		for _, want := range c.says {
			if !strings.Contains(out.String(), want) {
				t.Errorf("it does not say %q:\n%s", want, out.String())
			}
		}
	}
}

func TestReplayOfNoCallSaysWhatIsMissing(t *testing.T) {
	data := t.TempDir()
	db, err := store.Open(t.Context(), data, "test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := personaReplayCmd{Kept: Kept{Data: data}, Call: string(replayed)}
	err = cmd.Run(t.Context(), &Settings{}, &streams{out: t.Output(), err: t.Output(), log: slog.New(slog.DiscardHandler)})
	if s, ok := errors.AsType[statusError](err); !ok || s.code != exitBadInput || !strings.Contains(err.Error(), string(replayed)) {
		t.Errorf("error %v", err)
	}
}
