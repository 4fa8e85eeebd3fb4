// Package listen judges the customer's voice without ears: it speaks a fixed set of lines with each speaker in each
// mood and measures loudness, clipping, joins, pitch, quality as a network trained on listeners hears it (DNSMOS), and
// how many words a recogniser gets wrong. It serves `make listen`, which fails when a bar is missed.
package listen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Speaker makes sound of a clause.
type Speaker interface {
	Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error)
}

// Hearer reads 16 kHz sound.
type Hearer interface {
	Recognize(ctx context.Context, pcm []int16, p practice.Priority) (practice.Recognition, error)
}

// Judge gives the quality of WAV files (16 kHz mono) as listeners would, about 1 bad to 5 excellent, in their order.
type Judge interface {
	Overall(ctx context.Context, files []string) ([]float64, error)
}

// Options says what to listen to.
type Options struct {
	Speaker Speaker
	Hearer  Hearer
	Judge   Judge
	Voices  []string // speakers, such as hibari/lower-woman
	Out     string   // folder for the WAV files; empty: a temporary one, removed afterwards
}

// ErrBars says that the sound was measured and falls short; the table shows where.
var ErrBars = errors.New("the voice misses a bar")

// The bars.
const (
	leastOverall = 3.1
	mostWER      = 0.02
	loudness     = -19.0
	loudnessBand = 1.5
)

// mood is a heat at which a speaker is heard.
type mood struct {
	name string
	heat int // hundredths
}

func moods() []mood { return []mood{{"calm", 100}, {"furious", 950}} }

// row is what was measured of one speaker in one mood.
type row struct {
	voice, mood   string
	lufs          float64
	clipped       int // samples at full scale
	clicks        int // clause ends that do not start and end in silence
	pitch, spread float64
	overall       float64
	errors, words int
}

func (r row) wer() float64 { return float64(r.errors) / float64(max(1, r.words)) }

// misses names the bars that the row misses.
func (r row) misses() []string {
	var out []string
	if !(r.overall >= leastOverall) {
		out = append(out, fmt.Sprintf("overall %.2f < %.1f", r.overall, leastOverall))
	}
	if !(r.wer() <= mostWER) {
		out = append(out, fmt.Sprintf("WER %.1f %% > %.0f %%", 100*r.wer(), 100*mostWER))
	}
	if !(math.Abs(r.lufs-loudness) <= loudnessBand) {
		out = append(out, fmt.Sprintf("%.1f LUFS outside %.0f ± %.1f", r.lufs, loudness, loudnessBand))
	}
	if r.clipped > 0 {
		out = append(out, fmt.Sprintf("%d clipped samples", r.clipped))
	}
	if r.clicks > 0 {
		out = append(out, fmt.Sprintf("%d clicks", r.clicks))
	}
	return out
}

// Run speaks and measures every voice at calm and furious and prints the table to stdout. It returns ErrBars when a bar
// is missed.
func Run(ctx context.Context, opts Options, stdout io.Writer) error {
	if opts.Speaker == nil || opts.Hearer == nil || opts.Judge == nil || len(opts.Voices) == 0 {
		return fmt.Errorf("listening needs a voice, a recogniser, a judge and at least one speaker: %w", practice.ErrInvalid)
	}
	dir := opts.Out
	if dir == "" {
		tmp, err := os.MkdirTemp("", "rapport-listen-")
		if err != nil {
			return fmt.Errorf("make a folder for the sound: %w", err)
		}
		defer os.RemoveAll(tmp) //nolint:errcheck // temporary
		dir = tmp
	} else if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("make a folder for the sound: %w", err)
	}
	var rows []row
	var files []string
	for _, voice := range opts.Voices {
		for _, m := range moods() {
			r, file, err := measure(ctx, opts, dir, voice, m)
			if err != nil {
				return fmt.Errorf("listen to %s, %s: %w", voice, m.name, err)
			}
			rows = append(rows, r)
			files = append(files, file)
		}
	}
	overall, err := opts.Judge.Overall(ctx, files)
	if err != nil {
		return fmt.Errorf("judge the sound: %w", err)
	}
	if len(overall) != len(rows) {
		return fmt.Errorf("judge the sound: %d scores for %d files", len(overall), len(rows))
	}
	for i := range rows {
		rows[i].overall = overall[i]
	}
	return table(stdout, rows)
}

func table(stdout io.Writer, rows []row) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "voice\tmood\toverall\tWER\tLUFS\tclipped\tclicks\tpitch Hz\tspread st\t") //nolint:errcheck // Flush tells
	missed := 0
	for _, r := range rows {
		verdict := "ok"
		if m := r.misses(); len(m) > 0 {
			missed++
			verdict = strings.Join(m, "; ")
		}
		fmt.Fprintf(w, "%s\t%s\t%.2f\t%.1f %%\t%.1f\t%d\t%d\t%.0f\t%.1f\t%s\n", //nolint:errcheck // Flush tells
			r.voice, r.mood, r.overall, 100*r.wer(), r.lufs, r.clipped, r.clicks, r.pitch, r.spread, verdict)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d rows: %w", missed, len(rows), ErrBars)
	}
	return nil
}

// measure speaks all lines of one voice in one mood, writes them to a file and measures all but the quality.
func measure(ctx context.Context, opts Options, dir, voice string, m mood) (row, string, error) {
	r := row{voice: voice, mood: m.name}
	var all []int16
	for n, line := range lines() {
		var sound []int16
		for _, clause := range practice.Clauses(line) {
			s, err := opts.Speaker.Synthesize(ctx, practice.SpeechRequest{Text: clause, Speaker: voice, Heat: m.heat, Seed: uint64(n)}, practice.PriorityBackground)
			if err != nil {
				return row{}, "", err
			}
			r.clicks += edges(s.PCM)
			sound = append(sound, s.PCM...)
			sound = append(sound, make([]int16, s.PauseMS*practice.SampleRateOut/1000)...)
		}
		heard, err := audio.ResampleClip(sound, practice.SampleRateOut, practice.SampleRateIn)
		if err != nil {
			return row{}, "", err
		}
		rec, err := opts.Hearer.Recognize(ctx, heard, practice.PriorityBackground)
		if err != nil {
			return row{}, "", err
		}
		e, words := practice.WordErrors(line, rec.Text)
		r.errors += e
		r.words += words
		all = append(all, sound...)
	}
	r.lufs = audio.LUFS(all, practice.SampleRateOut)
	for _, s := range all {
		if s == math.MaxInt16 || s <= -math.MaxInt16 {
			r.clipped++
		}
	}
	low, err := audio.ResampleClip(all, practice.SampleRateOut, practice.SampleRateIn)
	if err != nil {
		return row{}, "", err
	}
	r.pitch, r.spread = melody(low, practice.SampleRateIn)
	file := filepath.Join(dir, strings.ReplaceAll(voice, "/", "-")+"-"+m.name+".wav")
	return r, file, writeWAV(file, low)
}

// edges counts ends of a clause that would click when it is joined to silence: a first or last sample above −66 dBFS.
func edges(pcm []int16) int {
	const quiet = 16
	n := 0
	for _, at := range []int{0, len(pcm) - 1} {
		if at >= 0 && at < len(pcm) && (pcm[at] > quiet || pcm[at] < -quiet) {
			n++
		}
	}
	return n
}

func writeWAV(file string, pcm []int16) error {
	f, err := os.Create(file) //nolint:gosec // in the folder that the caller named
	if err != nil {
		return fmt.Errorf("write the sound: %w", err)
	}
	err = audio.WriteWAV(f, audio.Clip{PCM: pcm, Rate: practice.SampleRateIn, Channels: 1})
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write the sound: %w", err)
	}
	return nil
}

// lines are what the customers say here: every kind of sentence a call has, with few names, so that a recogniser's own
// weaknesses count little.
func lines() []string {
	return []string{
		"I ordered this two weeks ago, and nobody can tell me where it is.",
		"My daughter's birthday was yesterday, and I had nothing to give her.",
		"No, I don't want another voucher, I want to know what happened.",
		"Are you even listening to me?",
		"I have called three times already, and every time I get a different story.",
		"The website says that it was delivered on Tuesday, but it was not.",
		"Look, I know it isn't your fault, but somebody has to fix this.",
		"What exactly are you going to do about it?",
		"Please don't put me on hold again, I have been waiting for twenty minutes.",
		"All right, that sounds fair, thank you for being honest with me.",
		"I paid for next day delivery, so why has it been sitting in a warehouse?",
		"If you can promise me that it will be here by Friday, I can live with that.",
	}
}
