package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapport-calls/rapport/internal/bench"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/recognize"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
)

var (
	_ bench.Voice  = (*synthesize.Hibari)(nil)
	_ bench.Reader = (*recognize.Moonshine)(nil)
)

type benchFloorCmd struct {
	Trials int `help:"Trials of each situation." default:"20"`
	benchFlags
}

// Run measures all situations in the same calls. It exits with 0 whatever the figures, with 3 when one could not be had.
func (c *benchFloorCmd) Run(ctx context.Context, s *Settings, st *streams) error {
	if c.Trials < 1 {
		return statusError{exitBadInput, errors.New("--trials must be at least 1")}
	}
	o, err := c.options(st)
	if err != nil {
		return err
	}
	o.Trials = c.Trials
	if err := c.prepareSpeech(ctx, s, st, &o); err != nil {
		return err
	}
	return c.measured(ctx, s, st, o, bench.Floor)
}

// prepareSpeech renders what no recording says and finds the words of recordings that nobody has looked at. The models
// are closed again before anything is measured.
func (c *benchFloorCmd) prepareSpeech(ctx context.Context, s *Settings, st *streams, o *bench.Options) (err error) {
	m := openModels(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.speaks == nil {
		return statusError{exitNoMeasure, fmt.Errorf("interruptions need a voice to speak them: run `rapport assets pull`: %w", practice.ErrUnavailable)}
	}
	var reader bench.Reader
	if m.hears != nil {
		reader = m.hears
	}
	fsys, err := c.recordings()
	if err != nil {
		return err
	}
	if o.Speech, err = bench.LoadSpeechWithPlaces(ctx, fsys, reader); err != nil {
		return err
	}
	o.Note("rendering interruptions, backchannels and dictation")
	o.Script, err = bench.NewScript(ctx, m.speaks)
	return err
}

type benchPlacesCmd struct {
	Speech string `help:"Folder of FLAC clips with a manifest.tsv; the built-in recordings when not given." type:"existingdir" placeholder:"DIR"`
}

// Run prints a speech folder's boundaries.tsv: where pauses may be put.
func (c *benchPlacesCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	m := openModels(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.hears == nil {
		return statusError{exitNoMeasure, fmt.Errorf("words are found by the recogniser: run `rapport assets pull`: %w", practice.ErrUnavailable)}
	}
	fsys, err := (&benchFlags{Speech: c.Speech}).recordings()
	if err != nil {
		return err
	}
	return bench.WritePlaces(ctx, st.out, fsys, m.hears)
}
