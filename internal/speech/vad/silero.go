// Package vad tells voice from everything else, 32 ms at a time: with Silero (MIT licence) on ONNX Runtime, or with an
// energy gate where that model is not there. Both hand out detectors with the same method, one for each call. It does
// not go through the inference pool: a frame takes 0.3 ms, less than waiting for a worker would.
package vad

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

// FrameSamples is how many samples of 16 kHz mono a detector takes at a time: 32 ms.
const FrameSamples = 512

const (
	contextSamples = 64 // of the frame before, which the model reads again
	stateSize      = 128
	modelFile      = "silero_vad.onnx"
)

// Silero is the loaded model, shared by all calls.
type Silero struct {
	session *onnx.Session
	busy    atomic.Int64 // nanoseconds
}

// Open loads Silero from its assets folder dir and lets it hear one silent frame to make sure that it is the right
// model. The runtime stays the caller's.
func Open(rt *onnx.Runtime, dir string) (*Silero, error) {
	path := filepath.Join(dir, modelFile)
	session, err := rt.Session(path, []string{"input", "state", "sr"}, []string{"output", "stateN"}, onnx.Options{})
	if err != nil {
		return nil, err
	}
	s := &Silero{session: session}
	d, err := s.NewDetector()
	if err == nil {
		_, err = d.Probability(make([]int16, FrameSamples))
		err = errors.Join(err, d.Close())
	}
	if err != nil {
		return nil, errors.Join(onnx.Unusable(path, err), s.Close())
	}
	return s, nil
}

// Name is how the detector is called in settings, events and measurements.
func (s *Silero) Name() string { return "silero" }

// Close frees the model. Detectors still open then fail with onnx.ErrClosed; close them first.
func (s *Silero) Close() error { return s.session.Close() }

// Detector listens to one call. It is not safe for several goroutines at once.
type Detector struct {
	of                 *Silero
	binding            *onnx.Binding
	input, probability *onnx.Tensor[float32]
	state, next        *onnx.Tensor[float32]
	rate               *onnx.Tensor[int64]
}

// Processor is the processor time that all detectors have taken, 0 where the system does not tell it.
func (s *Silero) Processor() time.Duration { return time.Duration(s.busy.Load()) }

// NewDetector makes a detector for one call; the caller closes it.
func (s *Silero) NewDetector() (*Detector, error) {
	d := &Detector{of: s}
	var err error
	make32 := func(to **onnx.Tensor[float32], shape ...int64) {
		if err == nil {
			*to, err = onnx.NewZeros[float32](shape...)
		}
	}
	make32(&d.input, 1, contextSamples+FrameSamples)
	make32(&d.state, 2, 1, stateSize)
	make32(&d.next, 2, 1, stateSize)
	make32(&d.probability, 1, 1)
	if err == nil {
		d.rate, err = onnx.NewTensor([]int64{practice.SampleRateIn}, 1)
	}
	if err == nil {
		d.binding, err = s.session.Bind([]onnx.Value{d.input, d.state, d.rate}, []onnx.Value{d.probability, d.next})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make voice detector: %w", err), d.Close())
	}
	return d, nil
}

// Probability is how likely it is, 0–1, that frame holds a voice. frame is the next FrameSamples samples of 16 kHz mono;
// what came before it is remembered. It allocates nothing.
func (d *Detector) Probability(frame []int16) (float64, error) {
	if len(frame) != FrameSamples {
		return 0, errFrame(len(frame))
	}
	if d.binding == nil {
		return 0, fmt.Errorf("voice detector: %w", onnx.ErrClosed)
	}
	in := d.input.Data()
	copy(in, in[FrameSamples:])
	for i, v := range frame {
		in[contextSamples+i] = float32(v) / 32768
	}
	took, err := d.binding.RunTimed()
	d.of.busy.Add(int64(took))
	if err != nil {
		return 0, fmt.Errorf("detect voice: %w", err)
	}
	copy(d.state.Data(), d.next.Data())
	return float64(d.probability.Data()[0]), nil
}

// Close frees the detector. Calling it again does nothing.
func (d *Detector) Close() error {
	if d.binding != nil {
		d.binding.Close()
		d.binding = nil
	}
	for _, t := range []*onnx.Tensor[float32]{d.input, d.state, d.next, d.probability} {
		if t != nil {
			t.Close()
		}
	}
	if d.rate != nil {
		d.rate.Close()
	}
	return nil
}

func errFrame(n int) error {
	return fmt.Errorf("voice detector: got a frame of %d samples, want %d: %w", n, FrameSamples, practice.ErrInvalid)
}
