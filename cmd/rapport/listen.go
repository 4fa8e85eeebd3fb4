package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/bench/listen"
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
)

type speechCmd struct {
	Listen listenCmd `cmd:"" help:"Judge the voices by measuring: loudness, clipping, pitch, quality, recognition."`
	WER    werCmd    `cmd:"" name:"wer" hidden:"" help:"Count word errors of JSON lines on standard input."`
}

type listenCmd struct {
	Python string   `help:"Python with the judge's packages; scripts/listen/run.sh sets it up." required:"" type:"path" placeholder:"FILE"`
	Script string   `help:"The judge's script." default:"scripts/listen/score.py" type:"path" placeholder:"FILE"`
	Out    string   `help:"Keep the WAV files in this folder." type:"path" placeholder:"DIR"`
	Apart  bool     `help:"Only tell who could be taken for whom."`
	Studio bool     `help:"Judge the studio voices instead of the live ones; slow."`
	All    bool     `help:"Judge every speaker, not only those of the customers."`
	Voices []string `arg:"" optional:"" help:"Speakers; those of the customers when none is named; such as hibari/warm-man."`
}

// Run prints the table and exits with 1 when a bar is missed.
func (c *listenCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	m := openModels(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if !m.voice() {
		return fmt.Errorf("there is no voice or no recogniser: run `rapport assets pull`: %w", practice.ErrUnavailable)
	}
	voices, err := c.voices(s)
	if err != nil {
		return err
	}
	var speaks listen.Speaker = m.speaks
	plain := synthesize.DefaultVoice
	if c.Studio {
		k, err := m.openKokoro(s)
		if err != nil {
			return err
		}
		speaks, plain = wordsOnly{k}, ""
	}
	err = listen.Run(ctx, listen.Options{Speaker: speaks, Hearer: m.hears, Judge: listen.Python{Interpreter: c.Python, Script: c.Script}, Voices: voices, Plain: plain, Apart: c.Apart, Out: c.Out}, st.out)
	if errors.Is(err, listen.ErrBars) {
		return statusError{exitMissedBar, err}
	}
	return err
}

// voices are those to judge: each customer's with its own pace and lines, each speaker once.
func (c *listenCmd) voices(s *Settings) ([]listen.Voice, error) {
	l, err := openLibrary(s)
	if err != nil {
		return nil, err
	}
	var out []listen.Voice
	add := func(v listen.Voice) {
		if !slices.ContainsFunc(out, func(o listen.Voice) bool { return o.Speaker == v.Speaker }) {
			out = append(out, v)
		}
	}
	for _, sc := range l.Scenarios() {
		add(voiceOf(l.entries[sc.Slug]))
	}
	var maya []string
	if e, ok := l.entries["late-birthday-parcel"]; ok {
		maya = ownLines(e.Lines)
	}
	wanted := func(v listen.Voice) bool {
		return slices.ContainsFunc(c.Voices, func(name string) bool { return name == v.Speaker || "hibari/"+name == v.Speaker })
	}
	if c.All || len(c.Voices) > 0 {
		for _, v := range synthesize.Voices() {
			add(listen.Voice{Speaker: v.Name, Lines: maya})
		}
	}
	for _, v := range synthesize.Voices() {
		for i := range out {
			if out[i].Speaker == v.Name {
				out[i].Who = v.Of
			}
		}
	}
	if len(c.Voices) > 0 {
		out = slices.DeleteFunc(out, func(v listen.Voice) bool { return !wanted(v) })
	}
	slices.SortFunc(out, func(a, b listen.Voice) int { return strings.Compare(a.Speaker, b.Speaker) })
	return out, nil
}

func voiceOf(e library.Entry) listen.Voice {
	p := e.Scenario.Persona
	return listen.Voice{Speaker: p.Voice.Speaker, Pace: p.Voice.Pace, Lines: ownLines(e.Lines)}
}

// ownLines are a customer's lines to judge a voice by: of those without a slot, a dozen of a good length from all over.
func ownLines(l customer.Lines) []string {
	const wanted, shortest, longest = 12, 6, 24 // lines; words
	var fit []string
	for _, g := range l.Groups {
		for _, line := range g.Say {
			plain := practice.WithoutMarks(line)
			if n := len(strings.Fields(plain)); n >= shortest && n <= longest && !strings.Contains(line, "{") {
				fit = append(fit, plain)
			}
		}
	}
	if len(fit) <= wanted {
		return fit
	}
	out := make([]string, wanted)
	for i := range out {
		out[i] = fit[i*len(fit)/wanted]
	}
	return out
}

// wordsOnly leaves marks out: the studio voices have none of their own.
type wordsOnly struct{ *synthesize.Kokoro }

func (w wordsOnly) Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error) {
	r.Text = practice.WithoutMarks(r.Text)
	return w.Kokoro.Synthesize(ctx, r, p)
}
