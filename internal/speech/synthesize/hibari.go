package synthesize

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize/reader"
)

const (
	// MaxText is the most characters that one request may hold, about a minute of speech.
	MaxText = 1000
	// maxIDs is the most phonemes that the model is given at once, some 20 s; it was trained on fewer than 510.
	maxIDs = 320
	// patience is when a clause should be ready: what is asked first is served first within a priority.
	patience = 150 * time.Millisecond
)

// Hibari speaks with the Hibari model. Any number of goroutines may use it; the work runs in the inference pool.
type Hibari struct {
	pool    *onnx.Pool
	reader  *reader.Reader
	guesser *guesser
	model   acoustic
	vocab   map[rune]int64
	doubler *doubler
	breaths breaths
	idle    sync.Pool // of *vocoder
}

// Open loads the voice from dir, its assets folder, where Prepare must have run. Missing or damaged files give an error
// that wraps practice.ErrUnavailable and says what to do.
func Open(rt *onnx.Runtime, pool *onnx.Pool, dir string) (*Hibari, error) {
	h := &Hibari{pool: pool, doubler: newDoubler()}
	gauss := newGauss()
	h.idle.New = func() any { return newVocoder(gauss) }
	var err error
	if err = onnx.CheckFile(filepath.Join(dir, timedFile)); err != nil {
		return nil, fmt.Errorf("open the voice: %w", err)
	}
	if h.vocab, err = openVocab(dir); err != nil {
		return nil, fmt.Errorf("open the voice: %w", err)
	}
	if h.reader, err = reader.Open(dir); err != nil {
		return nil, fmt.Errorf("open the voice: %w", onnx.Unusable(dir, err))
	}
	if h.guesser, err = openGuesser(rt, dir); err != nil {
		return nil, fmt.Errorf("open the voice: %w", err)
	}
	h.model.s, err = rt.Session(filepath.Join(dir, timedFile), []string{"ids", "speed"},
		[]string{"lh", "theta", "ln", "lr", "phi", "f0", lengthsOutput}, onnx.Options{})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the voice: %w", err), h.guesser.s.Close())
	}
	// A first run sets aside the memory that later ones use, and shows a model that cannot run.
	if err := h.warm(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the voice: %w", onnx.Unusable(dir, err)), h.Close())
	}
	return h, nil
}

func (h *Hibari) warm() error {
	m, err := mannerOf(DefaultVoice)
	if err != nil {
		return err
	}
	if err := h.openBreaths(); err != nil {
		return err
	}
	_, err = h.speak(practice.SpeechRequest{Text: "Hello."}, m)
	return err
}

// Name is how the voice is called where it is chosen or recorded.
func (h *Hibari) Name() string { return "hibari" }

// Close frees the models.
func (h *Hibari) Close() error { return errors.Join(h.guesser.s.Close(), h.model.s.Close()) }

// Synthesize speaks one clause. The sound starts 30 ms before the first thing heard and ends 100 ms after the last; each
// written word has its time, those that cannot be said (an emoji) with no length. Text without anything to say gives
// empty sound. The same request always gives the same samples. Text longer than MaxText and unknown speakers are
// practice.ErrInvalid.
func (h *Hibari) Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error) {
	if n := utf8.RuneCountInString(r.Text); n > MaxText {
		return practice.Speech{}, fmt.Errorf("text of %d characters is too long to speak at once; give at most %d, clause by clause: %w",
			n, MaxText, practice.ErrInvalid)
	}
	m, err := mannerOf(r.Speaker)
	if err != nil {
		return practice.Speech{}, err
	}
	m = m.heated(r.Heat).paced(r.Pace)
	var out practice.Speech
	err = h.pool.Do(ctx, p, time.Now().Add(patience), func() error {
		var err error
		out, err = h.speak(r, m)
		return err
	})
	if err != nil {
		return practice.Speech{}, fmt.Errorf("speak: %w", err)
	}
	return out, nil
}

// speak does the whole work of one clause.
func (h *Hibari) speak(r practice.SpeechRequest, m manner) (practice.Speech, error) {
	v, ok := h.idle.Get().(*vocoder)
	if !ok {
		return practice.Speech{}, errors.New("no vocoder")
	}
	defer h.idle.Put(v)
	var u utterance
	rng := noise(r.Seed ^ textHash(r.Text))
	parts := Passages(r.Text)
	for i, p := range parts {
		if p.Mark {
			h.mark(&u, v, p.Text, m, r.Heat, i == len(parts)-1, rng+noise(len(u.wave)))
		} else if err := h.words(&u, v, p.Text, m, rng); err != nil {
			return practice.Speech{}, err
		}
	}
	sound := h.doubler.double(u.wave)
	limit(sound)
	return practice.Speech{PCM: quantise(sound), Words: timed(u.sounds, u.spans, len(u.wave)), PauseMS: pauseAfter(r.Text)}, nil
}

// words appends text without marks.
func (h *Hibari) words(u *utterance, v *vocoder, text string, m manner, rng noise) error {
	sounds, err := h.reader.Read(text, h.guesser.guess)
	if err != nil {
		return err
	}
	u.sounds = append(u.sounds, sounds...)
	first := true
	for _, p := range h.pieces(sounds) {
		part, times, err := h.piece(v, p, m, rng+noise(len(u.wave)))
		if err != nil {
			return err
		}
		if !first && len(u.wave) > 0 && len(part) > 0 {
			u.silence(commaMS)
		}
		end := max(0, len(part)-tailMS*modelRate/1000) // no word lasts into the silence after it
		for _, t := range times {
			u.spans = append(u.spans, span{min(t.from, end) + len(u.wave), min(t.to, end) + len(u.wave)})
		}
		first = first && len(part) == 0
		u.wave = append(u.wave, part...)
	}
	return nil
}

// piece speaks one run of the model.
func (h *Hibari) piece(v *vocoder, p piece, m manner, rng noise) ([]float32, []span, error) {
	spans := make([]span, len(p.ids))
	total := 0
	for _, w := range p.ids {
		total += len(w)
	}
	if total == 0 {
		return nil, spans, nil
	}
	ids, first := p.flat(h.vocab[' '])
	// The model rounds each phoneme to 25 ms, so its own speed moves in jumps; the pace is set in the vocoder.
	f, err := h.model.run(ids, 1)
	if err != nil {
		return nil, nil, err
	}
	defer f.close()
	b := newBend(m, f.f0)
	wave := v.speak(make([]float32, 0, b.framesOf(f.n)*hop), f, b, rng)
	level(wave, m.loudLUFS)
	wave, offset := trim(wave)
	level(wave, m.loudLUFS) // again, without the silence around it
	starts := startsOf(f.lengths, b.pace)
	for i, w := range p.ids {
		if len(w) > 0 {
			// A vowel starts while the model still counts the space before it.
			from := first[i]
			if from > 1 {
				from--
			}
			spans[i] = span{starts[from] - offset, starts[first[i]+p.sounding[i]] - offset}
		}
	}
	return wave, spans, nil
}

// textHash is FNV-1a.
func textHash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
