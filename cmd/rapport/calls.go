package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/recordings"
	"github.com/rapport-calls/rapport/internal/server"
	"github.com/rapport-calls/rapport/internal/store"
)

var (
	_ call.Line     = signal.Line(nil)
	_ call.Log      = (*store.Store)(nil)
	_ call.Recorder = (*recordings.Take)(nil)
	_ signal.Sink   = (*call.Ear)(nil)
	_ server.Calls  = (*desk)(nil)
)

// desk starts calls: it joins a scenario, a mind, the models and the store.
type desk struct {
	house    *call.House
	shelf    *shelf
	versions *versions
	store    *store.Store
	archive  *recordings.Archive
	models   *models
	alike    *likeness
	speaker  *speaker
	idle     *idle
	opts     Call
	log      *slog.Logger
}

// Start implements server.Calls. What was made for a call that then finds no room is taken back.
func (d *desk) Start(ctx context.Context, c practice.Call) (err error) {
	if err := d.house.Full(); err != nil {
		return err
	}
	entry, err := d.shelf.entry(c.Scenario)
	if err != nil {
		return err
	}
	history, err := d.phraseHistory(ctx, c.Owner)
	if err != nil {
		return err
	}
	n := d.models.names(d.opts.Endpoint)
	scenario := &entry.Scenario
	started := practice.CallStarted{
		Scenario: c.Scenario, ScenarioDigest: scenario.Digest, MindVersion: customer.MindVersion, PerceiverVersion: customer.PerceiverVersion,
		Seed: c.Seed, Owner: c.Owner, NoticeVersion: c.NoticeVersion, KeepSound: c.KeepSound, Mode: c.Mode, PhraseHistory: history,
		Recognizer: n.recognizer, Endpoint: d.opts.Endpoint, Voice: n.voice, Words: d.speaker.name(),
		Patience: cmp.Or(c.Patience, d.opts.Patience),
	}
	speaker, lines := d.models.cast(entry, &started)
	mind := customer.NewMind(*scenario, lines, c.Seed, history)
	if scenario.FollowUpOf != "" {
		memory, err := d.Memory(ctx, c.Owner, *scenario)
		if err != nil {
			return err
		}
		mind, started.Memory = mind.Remembering(memory), &memory
	}
	if err := d.versions.keep(ctx, entry); err != nil {
		return err
	}
	if err := d.store.CreateCall(ctx, c); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.store.Erase(context.WithoutCancel(ctx), c.ID))
		}
	}()
	config := call.Setup(scenario, started)
	config.Yields = d.opts.Yields
	if speaker != "" {
		config.Speaker, config.Rendered = speaker, true
	}
	t := call.Ticket{
		ID: c.ID, Lease: d.store.Lease(), Config: config,
		Mind:     call.Persona(mind),
		Perceive: call.Perception(customer.NewEar(scenario), call.Likeness{Embedder: d.models.embedder(), Examples: d.alike.now}),
	}
	d.speaker.join(&t)
	if c.KeepSound && c.Mode == practice.ModeVoice {
		take, err := d.archive.Begin(c.ID, audio.RecordingTags{Title: scenario.Title, Persona: scenario.Persona.Name})
		if err != nil {
			return err
		}
		t.Recorder = take
	}
	d.idle.hush()
	if _, err = d.house.Admit(t); err != nil && t.Recorder != nil {
		err = errors.Join(err, t.Recorder.Close(context.WithoutCancel(ctx), 0), d.archive.Erase(context.WithoutCancel(ctx), c.ID))
	}
	return err
}

// Full implements server.Calls.
func (d *desk) Full() error { return d.house.Full() }

// join lets a client that holds a good token into its call.
func (d *desk) join(tokens *server.Tokens) func(context.Context, signal.JoinRequest, signal.Line) (signal.Sink, error) {
	return func(ctx context.Context, r signal.JoinRequest, l signal.Line) (signal.Sink, error) {
		if err := tokens.Redeem(r.Token, r.Call, practice.Trainee); err != nil {
			return nil, err
		}
		live, err := d.house.Find(r.Call)
		if err != nil {
			return nil, err
		}
		ear, err := live.Join(ctx, l, r.TakeOver)
		if err != nil {
			return nil, err
		}
		return ear, nil
	}
}

// remembered is how many of a trainee's calls the phrase history looks back on.
const remembered = 10

// phraseHistory is the stock phrases that this person has used in earlier calls: a phrase that every customer hears
// calms less.
func (d *desk) phraseHistory(ctx context.Context, owner practice.PersonID) ([]string, error) {
	calls, err := d.store.Calls(ctx, owner, remembered)
	if err != nil {
		return nil, fmt.Errorf("look back on earlier calls: %w", err)
	}
	var records []practice.Record
	for _, c := range calls {
		events, err := d.store.Events(ctx, c.ID)
		if err != nil {
			return nil, fmt.Errorf("look back on earlier calls: %w", err)
		}
		r, err := practice.Fold(events)
		if err != nil {
			d.log.WarnContext(ctx, "an earlier call cannot be read", slog.String("call", string(c.ID)), slog.Any("error", err))
			continue
		}
		records = append(records, r)
	}
	return customer.PhraseHistory(records), nil
}
