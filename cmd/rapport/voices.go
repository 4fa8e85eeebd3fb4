package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/bench/listen"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
)

type voicesCmd struct {
	List voicesListCmd `cmd:"" help:"List the speakers."`
	Say  voicesSayCmd  `cmd:"" help:"Speak a text into a WAV file."`
}

type voicesListCmd struct{}

// Run lists who can speak.
func (voicesListCmd) Run(st *streams) error {
	w := tabwriter.NewWriter(st.out, 0, 4, 2, ' ', 0)
	for _, v := range synthesize.Voices() {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", v.Name, v.Says)
	}
	return w.Flush()
}

type voicesSayCmd struct {
	Text    string  `arg:"" help:"What to say."`
	Out     string  `short:"o" help:"WAV file to write, 48 kHz mono." required:"" type:"path" placeholder:"FILE"`
	Speaker string  `help:"Who says it; see rapport voices list." default:"hibari/woman"`
	Heat    float64 `help:"How angry, 0 to 10." default:"3"`
	Pace    float64 `help:"How fast; 1 is the speaker's own pace." default:"1"`
	Seed    uint64  `help:"Makes the voice's noise repeatable." default:"1"`
}

// Run speaks clause by clause as a call does.
func (c *voicesSayCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	m := openModels(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.speaks == nil {
		return fmt.Errorf("there is no voice: run `rapport assets pull`: %w", practice.ErrUnavailable)
	}
	var pcm []int16
	for _, clause := range practice.Clauses(c.Text) {
		sp, err := m.speaks.Synthesize(ctx, practice.SpeechRequest{Text: clause, Speaker: c.Speaker, Pace: c.Pace, Heat: int(c.Heat * 100), Seed: c.Seed}, practice.PriorityBackground)
		if err != nil {
			return err
		}
		pcm = append(pcm, sp.PCM...)
		pcm = append(pcm, make([]int16, sp.PauseMS*practice.SampleRateOut/1000)...)
	}
	f, err := os.CreateTemp(filepath.Dir(c.Out), ".rapport-say-*")
	if err != nil {
		return fmt.Errorf("write the sound: %w", err)
	}
	if err := errors.Join(audio.WriteWAV(f, audio.Clip{PCM: pcm, Rate: practice.SampleRateOut, Channels: 1}), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write the sound: %w", err), os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), c.Out)
}

type speechCmd struct {
	Listen listenCmd `cmd:"" help:"Judge the voices by measuring: loudness, clipping, pitch, quality, recognition."`
	WER    werCmd    `cmd:"" name:"wer" hidden:"" help:"Count word errors of JSON lines on standard input."`
}

type listenCmd struct {
	Python string   `help:"Python with the judge's packages; scripts/listen/run.sh sets it up." required:"" type:"path" placeholder:"FILE"`
	Script string   `help:"The judge's script." default:"scripts/listen/score.py" type:"path" placeholder:"FILE"`
	Out    string   `help:"Keep the WAV files in this folder." type:"path" placeholder:"DIR"`
	All    bool     `help:"Judge every speaker, not only those of the customers."`
	Voices []string `arg:"" optional:"" help:"Speakers; those of the customers when none is named."`
}

// Run prints the table and exits with 1 when a bar is missed.
func (c *listenCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	m := openModels(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if !m.voice() {
		return fmt.Errorf("there is no voice or no recogniser: run `rapport assets pull`: %w", practice.ErrUnavailable)
	}
	voices, err := c.speakers(s)
	if err != nil {
		return err
	}
	err = listen.Run(ctx, listen.Options{Speaker: m.speaks, Hearer: m.hears, Judge: listen.Python{Interpreter: c.Python, Script: c.Script}, Voices: voices, Out: c.Out}, st.out)
	if errors.Is(err, listen.ErrBars) {
		return statusError{exitMissedBar, err}
	}
	return err
}

// speakers are those to judge, each once.
func (c *listenCmd) speakers(s *Settings) ([]string, error) {
	if len(c.Voices) > 0 {
		return c.Voices, nil
	}
	var out []string
	if c.All {
		for _, v := range synthesize.Voices() {
			out = append(out, v.Name)
		}
		return out, nil
	}
	l, err := openLibrary(s)
	if err != nil {
		return nil, err
	}
	for _, e := range l.entries {
		out = append(out, e.Scenario.Persona.Voice.Speaker)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
