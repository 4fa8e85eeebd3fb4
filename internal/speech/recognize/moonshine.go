// Package recognize turns speech into words with Moonshine-tiny (Useful Sensors, MIT licence), quantised to int8, on
// ONNX Runtime: text, a confidence and a time for each word. Everything runs through the one inference pool.
package recognize

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

// The model's dimensions and token numbers.
const (
	layers = 6
	heads  = 8
	// timingLayers are the last layers, whose attention tells best where a word is: the median error of word starts at
	// joins without a pause is 57 ms with these three, 77 ms with all six.
	timingLayers = 3
	firstToken   = 1
	lastToken    = 2
)

// patience is how long after it is asked for that a segment should be done; the pool orders equally urgent work by it.
const patience = 300 * time.Millisecond

// Moonshine is the recogniser. Any number of calls may use it at once.
type Moonshine struct {
	pool    *onnx.Pool
	encoder *onnx.Session
	sound   *onnx.Session // makes the keys and values of the sound
	step    *onnx.Session // makes a token
	vocab   []string      // by token number; "▁" begins a word, <0xNN> is a byte

	mu     sync.Mutex
	idle   []*scratch // as many as ever ran at once, at most the pool's workers
	closed bool
}

// Open loads the recogniser from its assets folder dir, which Prepare has completed, and lets it hear a moment of
// silence to make sure that the files belong together. The runtime and the pool stay the caller's.
func Open(rt *onnx.Runtime, pool *onnx.Pool, dir string) (*Moonshine, error) {
	m := &Moonshine{pool: pool}
	if err := m.load(rt, dir); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

func (m *Moonshine) load(rt *onnx.Runtime, dir string) error {
	vocabPath := filepath.Join(dir, vocabFile)
	text, err := readAsset(vocabPath)
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		m.vocab = append(m.vocab, lines.Text())
	}
	if len(m.vocab) < minVocabulary {
		return onnx.Unusable(vocabPath, fmt.Errorf("it has %d pieces", len(m.vocab)))
	}

	// The keys and values of each layer, of the tokens (decoder) and of the sound (encoder).
	cache := func(prefix string, of ...string) []string {
		var names []string
		for l := range layers {
			for _, part := range of {
				name := prefix + strconv.Itoa(l) + "." + part
				names = append(names, name+".key", name+".value")
			}
		}
		return names
	}
	var attention []string
	for l := layers - timingLayers; l < layers; l++ {
		attention = append(attention, "attention."+strconv.Itoa(l))
	}
	opt := onnx.Options{FoldQuantisation: true}
	open := func(to **onnx.Session, file string, in, out []string) error {
		s, err := rt.Session(filepath.Join(dir, file), in, out, opt)
		*to = s
		return err
	}
	if err := open(&m.encoder, encoderFile, []string{"input_values"}, []string{"last_hidden_state"}); err != nil {
		return err
	}
	if err := open(&m.sound, soundFile, []string{"encoder_hidden_states"}, cache("present.", "encoder")); err != nil {
		return err
	}
	if err := open(&m.step, stepFile, append([]string{"input_ids"}, cache("past_key_values.", "decoder", "encoder")...),
		slices.Concat([]string{"logits"}, cache("present.", "decoder"), attention)); err != nil {
		return err
	}
	if _, err := m.hear(context.Background(), make([]int16, practice.SampleRateIn/2)); err != nil {
		return onnx.Unusable(dir, err)
	}
	return nil
}

// Name is how the recogniser is called in settings, events and measurements.
func (m *Moonshine) Name() string { return "moonshine-tiny-int8" }

// Close frees the models, after the runs in progress.
func (m *Moonshine) Close() error {
	var errs []error
	for _, s := range []*onnx.Session{m.encoder, m.sound, m.step} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	for _, s := range m.idle {
		s.close()
	}
	m.idle = nil
	return errors.Join(errs...)
}

// Recognize hears pcm, 16 kHz mono of any length, and says what was said in it; word times are relative to its first
// sample. Text is empty when there was no speech. Sound longer than 10 s is cut at its quietest points and read piece by
// piece. When ctx ends, work not begun is dropped and work begun stops at the next token.
func (m *Moonshine) Recognize(ctx context.Context, pcm []int16, p practice.Priority) (practice.Recognition, error) {
	var all practice.Recognition
	for _, cut := range segments(pcm) {
		piece := pcm[cut.from:cut.to]
		if silent(piece) {
			continue
		}
		var heard []practice.Word
		err := m.pool.Do(ctx, p, time.Now().Add(patience), func() error {
			var err error
			heard, err = m.hear(ctx, piece)
			return err
		})
		if err != nil {
			return practice.Recognition{}, fmt.Errorf("recognise speech: %w", err)
		}
		offset := int64(cut.from) * 1000 / practice.SampleRateIn
		for _, w := range heard {
			w.StartMS += offset
			w.EndMS += offset
			all.Words = append(all.Words, w)
		}
	}
	texts := make([]string, len(all.Words))
	for i, w := range all.Words {
		texts[i] = w.Text
	}
	all.Text = strings.Join(texts, " ")
	return all, nil
}

// hear reads one segment.
func (m *Moonshine) hear(ctx context.Context, pcm []int16) ([]practice.Word, error) {
	s, err := m.take()
	if err != nil {
		return nil, err
	}
	defer m.give(s)
	s.load(pcm)
	said, err := m.decode(ctx, s, tokenLimit(len(pcm)))
	if err != nil {
		return nil, err
	}
	said.dropInvented()
	words := m.words(said, pcm)
	refine(words, pcm)
	return words, nil
}

func (m *Moonshine) take() (*scratch, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.idle); n > 0 {
		s := m.idle[n-1]
		m.idle = m.idle[:n-1]
		return s, nil
	}
	return newScratch()
}

func (m *Moonshine) give(s *scratch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		s.close()
		return
	}
	m.idle = append(m.idle, s)
}
