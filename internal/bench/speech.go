package bench

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/bench/sound"
	"github.com/rapport-calls/rapport/internal/practice"
)

// The public-domain recordings that bench speaks with unless it is given others.
//
//go:embed testdata/speech/*.flac testdata/speech/*.tsv
var builtin embed.FS

// BuiltinSpeech returns the recordings that come with Rapport.
func BuiltinSpeech() (fs.FS, error) { return fs.Sub(builtin, "testdata/speech") }

// Recording is one turn to speak: a clip, or consecutive clips that together end a sentence.
type Recording struct {
	Name     string
	Text     string
	PCM      []int16 // 48 kHz mono
	Finished bool    // ends a sentence
	Source   string  // human, synthetic or generated

	Boundaries []int   // places between words that are quiet enough for a pause, ascending, in samples
	Places     []Place // words whose beginning is known

	ownPauseMS int // its longest silence between words, where that is known

	startAt int // the first sample above −40 dB of the peak
	endAt   int // the sample after the last one
}

// EndMS is the trainee's end: the last sample above −40 dB of the file's peak, in milliseconds from the start.
func (r Recording) EndMS() float64 { return float64(r.endAt) * 1000 / practice.SampleRateOut }

// joins are consecutive clips of the built-in reading that end a sentence only together.
func joins() [][]string {
	return [][]string{
		{"LJ001-0001", "LJ001-0002"},
		{"LJ001-0003", "LJ001-0004", "LJ001-0005"},
		{"LJ001-0007", "LJ001-0008"},
		{"LJ001-0011", "LJ001-0012", "LJ001-0013"},
		{"LJ001-0014", "LJ001-0015"},
	}
}

// LoadSpeech reads a folder of FLAC clips with a manifest.tsv (a header line, then file and transcript separated by a
// tab) and returns what can be spoken: clips that end a sentence, known joins, and clips that stop inside one. A
// transcript without any punctuation is taken to end where it ends.
func LoadSpeech(fsys fs.FS) ([]Recording, error) {
	return LoadSpeechWithPlaces(context.Background(), fsys, nil)
}

// LoadSpeechWithPlaces reads a folder as LoadSpeech does and finds the places for pauses: those of the folder's
// boundaries.tsv, those that a reader finds when there is none, and without a reader the quiet stretches.
func LoadSpeechWithPlaces(ctx context.Context, fsys fs.FS, reader Reader) ([]Recording, error) {
	clips, order, err := loadClips(ctx, fsys, reader)
	if err != nil {
		return nil, err
	}
	var out []Recording
	joined := map[string]bool{}
	for _, names := range joins() {
		if r, ok := join(clips, names); ok {
			out = append(out, r)
			for _, n := range names {
				joined[n] = true
			}
		}
	}
	for _, n := range order {
		if !joined[n] {
			out = append(out, clips[n])
		}
	}
	return out, nil
}

// LoadClips reads the same folder and returns every clip by itself.
func LoadClips(fsys fs.FS) ([]Recording, error) {
	clips, order, err := loadClips(context.Background(), fsys, nil)
	if err != nil {
		return nil, err
	}
	out := make([]Recording, len(order))
	for i, n := range order {
		out[i] = clips[n]
	}
	return out, nil
}

// loadClips reads the clips of a folder, and tells their order.
func loadClips(ctx context.Context, fsys fs.FS, reader Reader) (map[string]Recording, []string, error) {
	known, err := readPlaces(fsys)
	if err != nil {
		return nil, nil, err
	}
	clips := map[string]Recording{}
	var order []string
	err = eachClip(fsys, func(file, text string) error {
		r, err := readClip(fsys, file, text)
		if err != nil {
			return err
		}
		if err := r.place(ctx, known, file, reader); err != nil {
			return err
		}
		clips[r.Name] = r
		order = append(order, r.Name)
		return nil
	})
	if err == nil && len(order) == 0 {
		err = fmt.Errorf("the speech folder's manifest.tsv names no clip: %w", practice.ErrInvalid)
	}
	return clips, order, err
}

// eachClip goes through a folder's manifest.tsv.
func eachClip(fsys fs.FS, do func(file, text string) error) error {
	f, err := fsys.Open("manifest.tsv")
	if err != nil {
		return fmt.Errorf("the speech folder needs a manifest.tsv with the columns file and transcript: %w", errors.Join(err, practice.ErrInvalid))
	}
	defer f.Close() //nolint:errcheck // only read
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		file, text, ok := strings.Cut(sc.Text(), "\t")
		if line == 1 || !ok {
			continue
		}
		if err := do(file, text); err != nil {
			return fmt.Errorf("manifest.tsv line %d: %w", line, err)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read manifest.tsv: %w", err)
	}
	return nil
}

func join(clips map[string]Recording, names []string) (Recording, bool) {
	var out Recording
	for i, n := range names {
		c, ok := clips[n]
		if !ok {
			return Recording{}, false
		}
		if i == 0 {
			out = Recording{Name: c.Name, Text: c.Text, PCM: append([]int16(nil), c.PCM...), Source: c.Source, Boundaries: slices.Clone(c.Boundaries), Places: slices.Clone(c.Places), ownPauseMS: c.ownPauseMS}
			continue
		}
		at := len(out.PCM)
		out.ownPauseMS = max(out.ownPauseMS, c.ownPauseMS)
		out.Boundaries = append(out.Boundaries, at)
		for _, b := range c.Boundaries {
			out.Boundaries = append(out.Boundaries, at+b)
		}
		for _, p := range c.Places {
			out.Places = append(out.Places, Place{Word: p.Word + len(practice.Tokens(out.Text)), AtMS: p.AtMS + float64(at)*1000/practice.SampleRateOut})
		}
		out.Name += "+" + n[max(0, len(n)-4):]
		out.Text += " " + c.Text
		out.PCM = append(out.PCM, c.PCM...)
	}
	out.Finished = true
	out.startAt, out.endAt = sound.Edges(out.PCM)
	return out, true
}

func readClip(fsys fs.FS, file, text string) (Recording, error) {
	f, err := fsys.Open(path.Clean(file))
	if err != nil {
		return Recording{}, err
	}
	defer f.Close() //nolint:errcheck // only read
	c, err := audio.ReadFLAC(f)
	if err != nil {
		return Recording{}, fmt.Errorf("%s: %w", file, err)
	}
	pcm, err := audio.ResampleClip(c.Mono().PCM, c.Rate, practice.SampleRateOut)
	if err != nil {
		return Recording{}, fmt.Errorf("%s: %w", file, err)
	}
	r := Recording{Name: strings.TrimSuffix(path.Base(file), path.Ext(file)), Text: text, PCM: pcm, Finished: endsSentence(text), Source: human}
	r.startAt, r.endAt = sound.Edges(pcm)
	r.Places = []Place{{Word: 0, AtMS: float64(r.startAt) * 1000 / practice.SampleRateOut}}
	return r, nil
}

func endsSentence(text string) bool {
	text = strings.TrimRight(strings.TrimSpace(text), `"'”’)`)
	if !strings.ContainsAny(text, ".,;:?!") && text == strings.ToLower(text) {
		return true
	}
	return strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "!")
}
