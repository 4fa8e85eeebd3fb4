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
	Voices  []Voice
	Plain   string // the model's own voice, to tell what lines cost from what speakers do; empty: not told
	Apart   bool   // only who could be taken for whom: no hearer and no judge
	Out     string // folder for the WAV files; empty: a temporary one, removed afterwards
}

// Voice is a speaker as somebody uses it.
type Voice struct {
	Speaker string   // such as hibari/lower-woman
	Pace    float64  // of the persona; 0 is 1
	Who     string   // whose voice it is; one person's may be alike
	Lines   []string // what the persona says, without marks; none: the common lines
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

// leadMS of silence come before what is recognised, as from a voice detector.
const leadMS = 200

// restHeat is the heat at which voices are compared.
const restHeat = 300

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
	plain         int // word errors in the same lines said by the model's own voice
	sighed        int // word errors in the same lines begun with sighs and breaths
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
	if !(float64(r.sighed)/float64(max(1, r.words)) <= mostWER) {
		out = append(out, fmt.Sprintf("%d errors of %d words with sighs", r.sighed, r.words))
	}
	if r.clicks > 0 {
		out = append(out, fmt.Sprintf("%d clicks", r.clicks))
	}
	return out
}

// Run speaks and measures every voice at calm and furious and prints the table to stdout, then who could be taken for
// whom. It returns ErrBars when a bar is missed.
func Run(ctx context.Context, opts Options, stdout io.Writer) error {
	if opts.Speaker == nil || !opts.Apart && (opts.Hearer == nil || opts.Judge == nil) || len(opts.Voices) == 0 {
		return fmt.Errorf("listening needs a voice, a recogniser, a judge and at least one speaker: %w", practice.ErrInvalid)
	}
	if opts.Apart {
		alike, err := strangers(ctx, opts, stdout)
		if err == nil && alike > 0 {
			err = fmt.Errorf("%d of %d speakers too alike: %w", alike, len(opts.Voices), ErrBars)
		}
		return err
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
				return fmt.Errorf("listen to %s, %s: %w", voice.Speaker, m.name, err)
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
	missed, err := table(stdout, rows)
	if err != nil {
		return err
	}
	alike, err := strangers(ctx, opts, stdout)
	if err == nil && missed+alike > 0 {
		err = fmt.Errorf("%d of %d rows, %d of %d speakers too alike: %w", missed, len(rows), alike, len(opts.Voices), ErrBars)
	}
	return err
}

func table(stdout io.Writer, rows []row) (missed int, err error) {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "voice\tmood\toverall\twords\tWER\town voice\twith sighs\tLUFS\tclipped\tclicks\tpitch Hz\tspread st\t") //nolint:errcheck // Flush tells
	for _, r := range rows {
		verdict := "ok"
		if m := r.misses(); len(m) > 0 {
			missed++
			verdict = strings.Join(m, "; ")
		}
		fmt.Fprintf(w, "%s\t%s\t%.2f\t%d\t%.1f %%\t%.1f %%\t%.1f %%\t%.1f\t%d\t%d\t%.0f\t%.1f\t%s\n", //nolint:errcheck // Flush tells
			r.voice, r.mood, r.overall, r.words, 100*r.wer(), 100*float64(r.plain)/float64(max(1, r.words)), 100*float64(r.sighed)/float64(max(1, r.words)), r.lufs, r.clipped, r.clicks, r.pitch, r.spread, verdict)
	}
	if err := w.Flush(); err != nil {
		return missed, fmt.Errorf("print the table: %w", err)
	}
	return missed, nil
}

// measure speaks all lines of one voice in one mood, writes them to a file and measures all but the quality.
func measure(ctx context.Context, opts Options, dir string, v Voice, m mood) (row, string, error) {
	r := row{voice: v.Speaker, mood: m.name}
	said := v.Lines
	if len(said) == 0 {
		said = lines()
	}
	var all []int16
	for n, line := range said {
		sound, clicks, err := speak(ctx, opts.Speaker, v, line, m, n)
		if err != nil {
			return row{}, "", err
		}
		errs, words, err := errorsIn(ctx, opts.Hearer, sound, line)
		if err != nil {
			return row{}, "", err
		}
		r.errors += errs
		r.words += words
		r.clicks += clicks
		all = append(all, sound...)
		// What the line itself costs, whoever says it: names that the recogniser does not know.
		if opts.Plain != "" {
			if sound, _, err = speak(ctx, opts.Speaker, Voice{Speaker: opts.Plain}, line, mood{heat: restHeat}, n); err != nil {
				return row{}, "", err
			}
			if errs, _, err = errorsIn(ctx, opts.Hearer, sound, line); err != nil {
				return row{}, "", err
			}
			r.plain += errs
		}
		// The same line behind a sigh or a breath must be heard as well.
		mark := practice.MarkSighs
		if n%2 == 1 {
			mark = practice.MarkBreath
		}
		if sound, _, err = speak(ctx, opts.Speaker, v, mark+" "+line, m, n); err != nil {
			return row{}, "", err
		}
		if errs, _, err = errorsIn(ctx, opts.Hearer, sound, line); err != nil {
			return row{}, "", err
		}
		r.sighed += errs
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
	r.pitch, r.spread = melody(low)
	file := filepath.Join(dir, strings.ReplaceAll(v.Speaker, "/", "-")+"-"+m.name+".wav")
	return r, file, writeWAV(file, low)
}

// speak says a line clause by clause as a call does.
func speak(ctx context.Context, s Speaker, v Voice, line string, m mood, seed int) (sound []int16, clicks int, err error) {
	for _, clause := range practice.Clauses(line) {
		r := practice.SpeechRequest{Text: clause, Speaker: v.Speaker, Pace: v.Pace, Heat: m.heat, Seed: uint64(seed)} //nolint:gosec // a small count
		sp, err := s.Synthesize(ctx, r, practice.PriorityBackground)
		if err != nil {
			return nil, 0, err
		}
		clicks += edges(sp.PCM)
		sound = append(sound, sp.PCM...)
		sound = append(sound, make([]int16, sp.PauseMS*practice.SampleRateOut/1000)...)
	}
	return sound, clicks, nil
}

// errorsIn counts the words of a line that the recogniser gets wrong.
func errorsIn(ctx context.Context, h Hearer, sound []int16, line string) (errs, words int, err error) {
	// In a call silence comes before a voice.
	heard, err := audio.ResampleClip(append(make([]int16, leadMS*practice.SampleRateOut/1000), sound...), practice.SampleRateOut, practice.SampleRateIn)
	if err != nil {
		return 0, 0, err
	}
	rec, err := h.Recognize(ctx, heard, practice.PriorityBackground)
	if err != nil {
		return 0, 0, err
	}
	errs, words = practice.WordErrors(line, rec.Text)
	return errs, words, nil
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
