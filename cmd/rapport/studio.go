package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/assets"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/studio"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
)

var (
	_ call.Synthesizer = (*studio.Voice)(nil)
	_ studio.Live      = (*synthesize.Hibari)(nil)
	_ voice            = (*stage)(nil)
)

// studioMost is the most bytes of rendered sentences: room for seventeen customers.
const studioMost = 1 << 30

func studioFolder(s *Settings) string { return filepath.Join(s.Assets, "studio") }

// Heat at which a line of a band is rendered, in hundredths, and one of every mood.
const renderedCalm, renderedTense, renderedHot, renderedAny = 200, 550, 850, 450

// studioPart is all that a customer may say with a voice that was rendered ahead.
func studioPart(e library.Entry) studio.Part {
	var lines []studio.Line
	own := e.Lines.Slotless()
	for _, g := range own.Groups {
		heat := renderedAny
		if len(g.Heat) == 1 {
			heat = map[customer.Band]int{customer.BandCalm: renderedCalm, customer.BandTense: renderedTense, customer.BandHot: renderedHot}[g.Heat[0]]
		}
		for _, text := range append(append([]string(nil), g.Say...), g.Then...) {
			lines = append(lines, studio.Line{Text: text, Heat: heat})
		}
	}
	for _, text := range own.Backchannels {
		lines = append(lines, studio.Line{Text: text, Heat: renderedCalm})
	}
	lines = append(lines, studio.Line{Text: call.DidNotCatch, Heat: renderedAny})
	v := e.Scenario.Persona.Voice
	return studio.NewPart(v.Speaker, v.Pace, lines)
}

// stage is the live voice with those who are rendered ahead beside it.
type stage struct {
	voice
	studio *studio.Voice
}

// Synthesize lets whoever is cast speak with the rendered voice, everybody else with the live one.
func (s *stage) Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error) {
	if strings.HasPrefix(r.Speaker, studio.Family) {
		return s.studio.Synthesize(ctx, r, p)
	}
	return s.voice.Synthesize(ctx, r, p)
}

// openStudio puts rendered voices beside the live one when there are any, or may be.
func (m *models) openStudio(s *Settings, log *slog.Logger) {
	if m.hibari == nil {
		return
	}
	if _, err := os.Stat(studioFolder(s)); err != nil && !studioInstalled(s) {
		return
	}
	store, err := studio.OpenStore(studioFolder(s), studioMost)
	if err != nil {
		log.Warn("going on without studio voices", slog.Any("error", err))
		return
	}
	m.studio = studio.NewVoice(store, m.hibari, synthesize.KokoroModel)
	m.speaks = &stage{voice: m.hibari, studio: m.studio}
}

func studioInstalled(s *Settings) bool {
	l, err := assets.ReadSet(assets.SetKokoro)
	return err == nil && assets.Installed(s.Assets, l, assets.JobStudio) == nil
}

// cast decides at a call's start which voice the customer has, for the whole call: the rendered one only when all that she
// may say is rendered and nobody but her author finds her words. It returns the lines that she has then.
func (m *models) cast(e library.Entry, started *practice.CallStarted) (speaker string, lines customer.Lines) {
	if m.studio == nil || started.Mode != practice.ModeVoice || started.Words != practice.SourceAuthored || e.Scenario.Pinned != nil {
		return "", e.Lines
	}
	speaker, err := m.studio.Cast(string(e.Scenario.Slug)+"/"+e.Scenario.Digest, studioPart(e))
	if err != nil {
		return "", e.Lines
	}
	started.Voice, started.Unslotted = "kokoro", true
	return speaker, e.Lines.Slotless()
}

// openKokoro opens the studio voices themselves, beside hibari.
func (m *models) openKokoro(s *Settings) (*synthesize.Kokoro, error) {
	if m.hibari == nil {
		return nil, fmt.Errorf("no model can run: run `rapport assets pull`: %w", practice.ErrUnavailable)
	}
	k, err := synthesize.OpenKokoro(m.runtime, m.pool, m.hibari, filepath.Join(s.Assets, "kokoro"))
	if err != nil {
		return nil, err
	}
	m.closers = append(m.closers, k.Close)
	return k, nil
}

type voicesRenderCmd struct {
	Slugs []string `arg:"" optional:"" help:"Customers; all when none is named." placeholder:"SLUG"`
	Limit int      `help:"Render at most so many sentences; 0 is all." default:"0"`
	Idle  bool     `help:"Give way to everything else on the machine." hidden:""`
}

// Run renders what is missing, sentence by sentence; it may be stopped at any time and goes on where it stopped.
func (c *voicesRenderCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	if c.Idle {
		giveWay()
	}
	if !studioInstalled(s) {
		return fmt.Errorf("the studio voices are not here: run `rapport assets fetch kokoro` (90 MB): %w", practice.ErrUnavailable)
	}
	shelf, err := openLibrary(s)
	if err != nil {
		return err
	}
	store, err := studio.OpenStore(studioFolder(s), studioMost)
	if err != nil {
		return err
	}
	parts, err := c.parts(shelf, store)
	if err != nil {
		return err
	}
	var missing []practice.SpeechRequest
	for _, p := range parts {
		for i, key := range p.Keys(synthesize.KokoroModel) {
			if !store.Has(key) {
				missing = append(missing, p.Lines[i])
			}
		}
	}
	if len(missing) == 0 {
		_, err = fmt.Fprintln(st.err, "Every sentence is rendered.")
		return err
	}
	if c.Limit > 0 && c.Limit < len(missing) {
		missing = missing[:c.Limit]
	}
	return c.render(ctx, s, st, store, missing)
}

// parts are those of the customers named. Rendering all of them throws away what none of them says any more.
func (c *voicesRenderCmd) parts(l *shelf, store *studio.Store) ([]studio.Part, error) {
	var parts []studio.Part
	if len(c.Slugs) > 0 {
		for _, slug := range c.Slugs {
			e, err := l.named(slug)
			if err != nil {
				return nil, err
			}
			if !synthesize.HasStudio(e.Scenario.Persona.Voice.Speaker) {
				return nil, fmt.Errorf("%s speaks as %s, who has no studio voice: %w", slug, e.Scenario.Persona.Voice.Speaker, practice.ErrInvalid)
			}
			parts = append(parts, studioPart(e))
		}
		return parts, nil
	}
	keep := map[string]bool{}
	for _, sc := range l.shown {
		e := l.entries[sc.Slug]
		if !synthesize.HasStudio(e.Scenario.Persona.Voice.Speaker) {
			continue
		}
		p := studioPart(e)
		parts = append(parts, p)
		for _, key := range p.Keys(synthesize.KokoroModel) {
			keep[key] = true
		}
	}
	_, err := store.Sweep(keep)
	return parts, err
}

func (c *voicesRenderCmd) render(ctx context.Context, s *Settings, st *streams, store *studio.Store, missing []practice.SpeechRequest) (err error) {
	m, _ := openRuntime(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.runtime != nil {
		if m.hibari, err = synthesize.Open(m.runtime, m.pool, filepath.Join(s.Assets, "hibari")); err != nil {
			return err
		}
		m.closers = append(m.closers, m.hibari.Close)
	}
	k, err := m.openKokoro(s)
	if err != nil {
		return err
	}
	began, sound := time.Now(), 0.0
	for i, r := range missing {
		sp, err := k.Synthesize(ctx, r, practice.PriorityBackground)
		if err == nil {
			err = store.Put(studio.Key(synthesize.KokoroModel, r), sp)
		}
		if err != nil {
			return err
		}
		sound += float64(len(sp.PCM)) / practice.SampleRateOut
		if n := i + 1; n%20 == 0 || n == len(missing) {
			took := time.Since(began).Seconds()
			_, _ = fmt.Fprintf(st.err, "%d of %d sentences, %.0f s of sound in %.0f s (%.2f of its length)\n", n, len(missing), sound, took, took/sound)
		}
	}
	return nil
}
