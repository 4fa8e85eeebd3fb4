package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapport-calls/rapport/internal/bench"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
)

var _ bench.Voice = (*synthesize.Hibari)(nil)

type benchFloorCmd struct {
	Trials int    `help:"Trials of each situation." default:"20"`
	Line   string `help:"How sound travels." enum:"webrtc,websocket" default:"webrtc"`
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
	if c.Line != "webrtc" {
		return statusError{exitBadInput, fmt.Errorf("bench cannot join over %s yet: leave --line out", c.Line)}
	}
	o.Trials, o.Line = c.Trials, c.Line
	if o.Speech, err = c.speech(); err != nil {
		return err
	}
	if err := prepareSpeech(ctx, s, st, &o); err != nil {
		return err
	}
	return c.measured(ctx, s, st, o, bench.Floor)
}

// prepareSpeech renders what no recording says. The models are closed again before anything is measured.
func prepareSpeech(ctx context.Context, s *Settings, st *streams, o *bench.Options) (err error) {
	m := openModels(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.speaks == nil {
		return statusError{exitNoMeasure, fmt.Errorf("interruptions need a voice to speak them: run `rapport assets pull`: %w", practice.ErrUnavailable)}
	}
	o.Note("rendering interruptions, backchannels and dictation")
	o.Script, err = bench.NewScript(ctx, m.speaks)
	return err
}
