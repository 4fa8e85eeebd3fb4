// Package endpoint estimates from the sound alone whether a person has finished their turn, with Smart Turn v3.2
// (Daily, BSD-2 licence) on ONNX Runtime. It was trained on people and is wrong about synthetic speech, so a low estimate
// should lengthen a wait, never decide alone.
package endpoint

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	modelFile = "smart-turn.onnx"
	// patience is how soon after it is asked for an estimate should be there: the person is waiting to be answered.
	patience = 100 * time.Millisecond
)

// SmartTurn is the loaded model. Any number of calls may use it at once.
type SmartTurn struct {
	pool    *onnx.Pool
	session *onnx.Session

	mu     sync.Mutex
	idle   []*bench // as many as ever ran at once, at most the pool's workers
	closed bool
	inUse  sync.WaitGroup
}

// bench is what one run needs; it is used again.
type bench struct {
	spectrum    *spectrum
	features    *onnx.Tensor[float32]
	probability *onnx.Tensor[float32]
	binding     *onnx.Binding
}

// Open loads Smart Turn from its assets folder dir and runs it once to make sure that it is the right model. The runtime
// and the pool stay the caller's.
func Open(rt *onnx.Runtime, pool *onnx.Pool, dir string) (*SmartTurn, error) {
	path := filepath.Join(dir, modelFile)
	session, err := rt.Session(path, []string{"input_features"}, []string{"logits"}, onnx.Options{})
	if err != nil {
		return nil, err
	}
	s := &SmartTurn{pool: pool, session: session}
	if _, err := s.estimate(make([]int16, practice.SampleRateIn)); err != nil {
		return nil, errors.Join(onnx.Unusable(path, err), s.Close())
	}
	return s, nil
}

// Name is how the estimator is called in settings, events and measurements.
func (s *SmartTurn) Name() string { return "smart-turn-3.2" }

// EndOfTurn is how likely it is, 0–1, that the person who speaks in pcm has finished. pcm is 16 kHz mono and ends at the
// pause, at most 200 ms after the voice did; of more than 8 s the last 8 are heard. Work not begun when ctx ends is
// dropped.
func (s *SmartTurn) EndOfTurn(ctx context.Context, pcm []int16, p practice.Priority) (float64, error) {
	if len(pcm) == 0 {
		return 0, fmt.Errorf("estimate end of turn: no sound given: %w", practice.ErrInvalid)
	}
	var out float64
	err := s.pool.Do(ctx, p, time.Now().Add(patience), func() error {
		var err error
		out, err = s.estimate(pcm)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("estimate end of turn: %w", err)
	}
	return out, nil
}

func (s *SmartTurn) estimate(pcm []int16) (float64, error) {
	b, err := s.take()
	if err != nil {
		return 0, err
	}
	defer s.give(b)
	b.spectrum.features(pcm, b.features.Data())
	if err := b.binding.Run(); err != nil {
		return 0, err
	}
	p := float64(b.probability.Data()[0])
	if math.IsNaN(p) || p < 0 || p > 1 {
		return 0, fmt.Errorf("the model put out %v, which is no probability", p)
	}
	return p, nil
}

// take gives an idle bench, or a new one.
func (s *SmartTurn) take() (*bench, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, onnx.ErrClosed
	}
	if n := len(s.idle); n > 0 {
		b := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.inUse.Add(1)
		return b, nil
	}
	b := &bench{spectrum: newSpectrum()}
	var err error
	if b.features, err = onnx.NewZeros[float32](1, mels, frames); err != nil {
		return nil, err
	}
	if b.probability, err = onnx.NewZeros[float32](1, 1); err != nil {
		b.close()
		return nil, err
	}
	if b.binding, err = s.session.Bind([]onnx.Value{b.features}, []onnx.Value{b.probability}); err != nil {
		b.close()
		return nil, err
	}
	s.inUse.Add(1)
	return b, nil
}

func (s *SmartTurn) give(b *bench) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, b)
	s.inUse.Done()
}

func (b *bench) close() {
	if b.binding != nil {
		b.binding.Close()
	}
	for _, t := range []*onnx.Tensor[float32]{b.features, b.probability} {
		if t != nil {
			t.Close()
		}
	}
}

// Close frees the model, after the runs in progress. Calling it again does nothing.
func (s *SmartTurn) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.inUse.Wait()
	for _, b := range s.idle {
		b.close()
	}
	s.idle = nil
	return s.session.Close()
}
