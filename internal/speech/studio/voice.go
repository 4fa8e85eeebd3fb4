package studio

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Live is the voice of calls, which makes the sounds that are no words.
type Live interface {
	Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error)
}

// Part is all that a customer may say, ready to be rendered.
type Part struct {
	Speaker string                   // of the live voice
	Lines   []practice.SpeechRequest // each sentence once, with the heat at which it is rendered
}

// Keys are the names of a part's sentences.
func (p Part) Keys(model string) []string {
	out := make([]string, len(p.Lines))
	for i, l := range p.Lines {
		out[i] = Key(model, l)
	}
	return out
}

// NewPart collects the sentences of lines, each without its marks and at the first heat that it comes with.
func NewPart(speaker string, pace float64, lines []Line) Part {
	p := Part{Speaker: speaker}
	seen := map[string]bool{}
	for _, l := range lines {
		for _, sentence := range practice.Sentences(l.Text) {
			text := practice.WithoutMarks(sentence)
			if name := spelling(text); name != "" && !seen[name] {
				seen[name] = true
				p.Lines = append(p.Lines, practice.SpeechRequest{Text: text, Speaker: speaker, Pace: pace, Heat: l.Heat})
			}
		}
	}
	return p
}

// Line is something that a customer may say, and about how hot she is then, in hundredths.
type Line struct {
	Text string
	Heat int
}

// spelling is what two sentences that sound the same share: a sentence's first letter may be large or small. It is empty
// for what has nothing to say.
func spelling(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return ""
	}
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(r)) + text[size:]
}

// Voice speaks rendered sentences in calls. A customer who is cast is known by the name that Cast gives; nobody else is.
type Voice struct {
	store *Store
	live  Live
	model string
	mu    sync.Mutex
	cast  map[string]actor
}

type actor struct {
	speaker string
	pace    float64
	lines   map[string]rendered
}

type rendered struct {
	key  string
	heat int
}

// NewVoice speaks what store holds of model's sentences.
func NewVoice(store *Store, live Live, model string) *Voice {
	return &Voice{store: store, live: live, model: model, cast: map[string]actor{}}
}

// Family begins the names of those who are cast.
const Family = "kokoro/"

// Cast makes a customer ready for a call under a name of her own, such as a scenario's digest, and gives the speaker to ask
// for. It is refused with practice.ErrUnavailable unless every sentence of the part is rendered.
func (v *Voice) Cast(name string, p Part) (speaker string, err error) {
	speaker = Family + name
	v.mu.Lock()
	defer v.mu.Unlock()
	a := actor{speaker: p.Speaker, lines: make(map[string]rendered, len(p.Lines))}
	for i, key := range p.Keys(v.model) {
		if !v.store.Has(key) {
			return "", fmt.Errorf("%d of %d sentences are rendered: %w", i, len(p.Lines), practice.ErrUnavailable)
		}
		a.lines[spelling(p.Lines[i].Text)] = rendered{key, p.Lines[i].Heat}
		a.pace = p.Lines[i].Pace
	}
	v.cast[speaker] = a
	return speaker, nil
}

// Knows tells whether a speaker is cast.
func (v *Voice) Knows(speaker string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, ok := v.cast[speaker]
	return ok
}

// Silences around a mark, in milliseconds: before words, long enough to be told from them.
const beforeWordsMS, betweenMS = 180, 140

// Synthesize gives the sound of whole sentences. What was not rendered is practice.ErrNotFound: the customer does not
// change voice.
func (v *Voice) Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error) {
	v.mu.Lock()
	a, ok := v.cast[r.Speaker]
	v.mu.Unlock()
	if !ok {
		return practice.Speech{}, fmt.Errorf("nobody is cast as %q: %w", r.Speaker, practice.ErrInvalid)
	}
	var out practice.Speech
	add := func(sp practice.Speech, gapMS int) {
		if len(out.PCM) > 0 {
			out.PCM = append(out.PCM, make([]int16, gapMS*practice.SampleRateOut/1000)...)
		}
		at := int64(len(out.PCM)) * 1000 / practice.SampleRateOut
		for _, w := range sp.Words {
			w.StartMS += at
			w.EndMS += at
			out.Words = append(out.Words, w)
		}
		out.PCM = append(out.PCM, sp.PCM...)
		out.PauseMS = sp.PauseMS
	}
	for _, part := range parted(r.Text) {
		if practice.IsMark(part) {
			sp, err := v.live.Synthesize(ctx, practice.SpeechRequest{Text: part, Speaker: a.speaker, Pace: r.Pace, Heat: r.Heat, Seed: r.Seed}, p)
			if err != nil {
				return practice.Speech{}, err
			}
			add(sp, betweenMS)
			continue
		}
		line, ok := a.lines[spelling(part)]
		if !ok {
			return practice.Speech{}, fmt.Errorf("a sentence was not rendered ahead: %w", practice.ErrNotFound)
		}
		sp, err := v.store.Get(line.key)
		if err != nil {
			return practice.Speech{}, err
		}
		sp.PCM = louder(sp.PCM, r.Heat-line.heat)
		add(sp, beforeWordsMS)
	}
	return out, nil
}

// parted is a sentence's marks and, between them, its words.
func parted(text string) []string {
	if practice.WithoutMarks(text) == text {
		return []string{text}
	}
	var out []string
	words := false
	for f := range strings.FieldsSeq(text) {
		switch {
		case practice.IsMark(f):
			out, words = append(out, f), false
		case words:
			out[len(out)-1] += " " + f
		default:
			out, words = append(out, f), true
		}
	}
	return out
}

// louder follows the heat of the moment in loudness alone: 1.7 decibels from calm to furious.
func louder(pcm []int16, heat int) []int16 {
	gain := math.Pow(10, 1.7*float64(heat)/1000/20)
	if peak := audio.Peak(pcm); peak*gain > .9 {
		gain = max(1, .9/peak)
	}
	out := slices.Clone(pcm)
	for i, s := range out {
		out[i] = int16(max(-32767, min(32767, math.Round(float64(s)*gain))))
	}
	return out
}
