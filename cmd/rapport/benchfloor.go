package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

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
	Trials   int      `help:"Trials of each situation." default:"20"`
	Patience string   `help:"The customer's patience: normal, longer or much-longer." enum:"normal,longer,much-longer" default:"normal"`
	Merge    []string `help:"Measure nothing; make one result of the --out folders of several runs." type:"existingdir" placeholder:"DIR…" sep:"none"`
	Curve    bool     `help:"Measure how yielding trades against talking on, and waiting against cutting in, at several settings."`
	Markdown bool     `help:"Print the tables of docs/bench."`
	Dirs     []string `arg:"" optional:"" help:"Further folders of --merge." type:"existingdir"`
	benchFlags
}

// Run measures all situations in the same calls. It exits with 0 whatever the figures, with 3 when one could not be had.
func (c *benchFloorCmd) Run(ctx context.Context, s *Settings, st *streams) error {
	if err := c.check(); err != nil {
		return err
	}
	if len(c.Merge) > 0 {
		res, err := bench.Merge(append(c.Merge, c.Dirs...))
		return c.show(st, res, err)
	}
	o, err := c.options(st)
	if err != nil {
		return err
	}
	o.Trials = c.Trials
	if c.Patience != "normal" {
		o.Patience = c.Patience
	}
	if err := c.prepareSpeech(ctx, s, st, &o); err != nil {
		return err
	}
	if c.Curve {
		return c.curve(ctx, s, st, o)
	}
	res, err := c.measure(ctx, s, st, o, bench.Floor)
	return c.show(st, res, err)
}

func (c *benchFloorCmd) check() error {
	wrong := ""
	switch {
	case c.Trials < 1:
		wrong = "--trials must be at least 1"
	case len(c.Dirs) > 0 && len(c.Merge) == 0:
		wrong = "folders can be given to --merge only"
	case len(c.Merge) > 0 && c.Curve:
		wrong = "--merge and --curve cannot be had together"
	case c.Markdown && c.JSON:
		wrong = "choose one of --json and --markdown"
	case c.Curve && c.URL != "":
		wrong = "--curve starts a server for each of its settings: leave --url out"
	case c.Curve && c.Out != "":
		wrong = "--curve keeps no sound: leave --out out"
	default:
		return nil
	}
	return statusError{exitBadInput, errors.New(wrong)}
}

func (c *benchFloorCmd) show(st *streams, res bench.Result, err error) error {
	if res.Schema == "" {
		return err
	}
	if c.Markdown {
		return errors.Join(bench.Markdown(st.out, res), err)
	}
	return errors.Join(c.print(st, res), err)
}

// curve measures the two trade-offs of turn-taking, one server a setting.
func (c *benchFloorCmd) curve(ctx context.Context, s *Settings, st *streams, o bench.Options) error {
	var points bench.Curve
	for _, percent := range []int{40, 70, 100, 150, 200} {
		o.Only, o.Patience = bench.OnlyOverlaps, ""
		res, err := c.measure(ctx, s, st, o, bench.Floor, "--yields", strconv.Itoa(percent))
		if res.Schema == "" {
			return err
		}
		points.Yields = append(points.Yields, bench.YieldPoint(percent, res))
	}
	for _, patience := range []string{"normal", "longer", "much-longer"} {
		o.Only, o.Patience = bench.OnlyTurns, patience
		res, err := c.measure(ctx, s, st, o, bench.Floor)
		if res.Schema == "" {
			return err
		}
		points.Waits = append(points.Waits, bench.WaitPoint(patience, res))
	}
	if c.JSON {
		return json.NewEncoder(st.out).Encode(points.Told())
	}
	return points.Markdown(st.out)
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
