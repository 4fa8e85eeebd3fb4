package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/bench/sound"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Reader finds the words of recordings, so that pauses are put between them.
type Reader interface {
	// Recognize reads 16 kHz mono; word times are relative to its start.
	Recognize(ctx context.Context, pcm []int16, p practice.Priority) (practice.Recognition, error)
}

// placesFile says for each clip where a pause may stand and how long its own longest pause is, in milliseconds.
const placesFile = "boundaries.tsv"

// ownPauseMS is the length from which a recording's own silence between two words counts as a pause in the sentence.
const ownPauseMS = 500

// places are the word boundaries of one clip.
type places struct {
	atMS      []int
	longestMS int
}

// readPlaces reads a speech folder's places; a folder without any has none.
func readPlaces(fsys fs.FS) (map[string]places, error) {
	f, err := fsys.Open(placesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", placesFile, err)
	}
	defer f.Close() //nolint:errcheck // only read
	out := map[string]places{}
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		if line == 1 {
			continue
		}
		cols := strings.Split(sc.Text(), "\t")
		if len(cols) != 3 {
			return nil, fmt.Errorf("%s line %d needs three columns (file, boundaries_ms, longest_pause_ms): %w", placesFile, line, practice.ErrInvalid)
		}
		var p places
		if p.longestMS, err = strconv.Atoi(cols[2]); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", placesFile, line, errors.Join(err, practice.ErrInvalid))
		}
		for v := range strings.FieldsSeq(cols[1]) {
			at, err := strconv.Atoi(v)
			if err != nil || at < 0 || len(p.atMS) > 0 && at <= p.atMS[len(p.atMS)-1] {
				return nil, fmt.Errorf("%s line %d: %q is no ascending number of milliseconds: %w", placesFile, line, v, practice.ErrInvalid)
			}
			p.atMS = append(p.atMS, at)
		}
		out[cols[0]] = p
	}
	return out, sc.Err()
}

// findPlaces takes the ends of the words that a recogniser hears, each moved to the quietest point near it.
func findPlaces(ctx context.Context, r Reader, rec Recording) (places, error) {
	pcm, err := audio.ResampleClip(rec.PCM, practice.SampleRateOut, practice.SampleRateIn)
	if err != nil {
		return places{}, err
	}
	heard, err := r.Recognize(ctx, pcm, practice.PriorityBackground)
	if err != nil {
		return places{}, fmt.Errorf("find the words of %s: %w", rec.Name, err)
	}
	var p places
	var ends []int
	for i := 0; i+1 < len(heard.Words); i++ {
		end, next := heard.Words[i].EndMS, heard.Words[i+1].StartMS
		ends = append(ends, int((end+next)/2)*practice.SampleRateOut/1000)
		p.longestMS = max(p.longestMS, int(next-end))
	}
	for _, at := range sound.Boundaries(rec.PCM, ends) {
		p.atMS = append(p.atMS, at*1000/practice.SampleRateOut)
	}
	return p, nil
}

// place gives a recording the places that its folder names, that a reader finds, or, without either, its quiet stretches.
func (r *Recording) place(ctx context.Context, known map[string]places, file string, reader Reader) error {
	p, ok := known[file]
	if !ok && reader == nil {
		r.Boundaries = sound.Quiet(r.PCM)
		return nil
	}
	if !ok {
		var err error
		if p, err = findPlaces(ctx, reader, *r); err != nil {
			return err
		}
	}
	r.ownPauseMS = p.longestMS
	for _, at := range p.atMS {
		if s := at * practice.SampleRateOut / 1000; s > r.startAt && s < r.endAt {
			r.Boundaries = append(r.Boundaries, s)
		}
	}
	return nil
}

// WritePlaces writes the places of a folder's clips as its boundaries.tsv.
func WritePlaces(ctx context.Context, w io.Writer, fsys fs.FS, reader Reader) error {
	_, err := fmt.Fprintln(w, "file\tboundaries_ms\tlongest_pause_ms")
	if err != nil {
		return err
	}
	return eachClip(fsys, func(file, text string) error {
		rec, err := readClip(fsys, file, text)
		if err != nil {
			return err
		}
		p, err := findPlaces(ctx, reader, rec)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\t%s\t%d\n", file, strings.Trim(fmt.Sprint(p.atMS), "[]"), p.longestMS)
		return err
	})
}
