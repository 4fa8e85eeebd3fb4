package onnx

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	ort "github.com/yalue/onnxruntime_go"
)

// Options are a session's choices; the zero value suits most models.
type Options struct {
	// FoldQuantisation lets the runtime run quantised weights as they are instead of the float arithmetic around
	// them (session.disable_quant_qdq=1). It helps models that quantise on the fly (Moonshine).
	FoldQuantisation bool
	// NoArena frees memory after each run instead of keeping it for the next: less resident memory, slower runs.
	NoArena bool
}

// Session is a loaded model. Any number of goroutines may run it at once.
type Session struct {
	rt      *Runtime
	path    string
	inputs  []string
	outputs []string

	mu sync.RWMutex // held for reading while the model runs, so that Close waits for runs
	s  *ort.DynamicAdvancedSession
}

// Session loads the model at path. inputs and outputs name the model's own, in the order in which Run takes them; a
// model that has no such names fails its first run. Missing or damaged files are practice.ErrUnavailable.
func (r *Runtime) Session(path string, inputs, outputs []string, opt Options) (*Session, error) {
	if err := CheckFile(path); err != nil {
		return nil, err
	}
	o, err := r.options(opt)
	if err != nil {
		return nil, fmt.Errorf("options for %s: %w", path, err)
	}
	defer func() { _ = o.Destroy() }() // always nil
	s, err := ort.NewDynamicAdvancedSession(path, inputs, outputs, o)
	if err != nil {
		return nil, Unusable(path, err)
	}
	trim()
	out := &Session{rt: r, path: path, inputs: slices.Clone(inputs), outputs: slices.Clone(outputs), s: s}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions == nil {
		_ = s.Destroy()
		return nil, fmt.Errorf("load %s: runtime: %w", path, ErrClosed)
	}
	r.sessions[out] = struct{}{}
	return out, nil
}

func (r *Runtime) options(opt Options) (*ort.SessionOptions, error) {
	o, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	errs := []error{
		o.SetIntraOpNumThreads(r.threads),
		o.SetInterOpNumThreads(1),
		// Spinning threads would take the core from other calls while they wait for work.
		o.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
	}
	if opt.FoldQuantisation {
		errs = append(errs, o.AddSessionConfigEntry("session.disable_quant_qdq", "1"))
	}
	if opt.NoArena {
		errs = append(errs, o.SetCpuMemArena(false))
	}
	if err := errors.Join(errs...); err != nil {
		_ = o.Destroy()
		return nil, err
	}
	return o, nil
}

// Run computes outputs from inputs, in the order of the names given to Runtime.Session. An output that is nil is
// allocated by the runtime and becomes the caller's to Close; one that is not nil must have the output's exact shape
// and is written in place. A run cannot be stopped.
func (s *Session) Run(inputs, outputs []Value) error {
	if len(inputs) != len(s.inputs) || len(outputs) != len(s.outputs) {
		return fmt.Errorf("run %s: got %d inputs and %d outputs, want %d and %d",
			s.path, len(inputs), len(outputs), len(s.inputs), len(s.outputs))
	}
	in := make([]ort.Value, len(inputs))
	for i, v := range inputs {
		if v == nil || v.value() == nil {
			return fmt.Errorf("run %s: input %s: %w", s.path, s.inputs[i], ErrClosed)
		}
		in[i] = v.value()
	}
	out := make([]ort.Value, len(outputs))
	for i, v := range outputs {
		if v == nil {
			continue
		}
		if v.value() == nil {
			return fmt.Errorf("run %s: output %s: %w", s.path, s.outputs[i], ErrClosed)
		}
		out[i] = v.value()
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.s == nil {
		return fmt.Errorf("run %s: %w", s.path, ErrClosed)
	}
	if err := s.s.Run(in, out); err != nil {
		for i, v := range out {
			if outputs[i] == nil && v != nil {
				_ = v.Destroy()
			}
		}
		return fmt.Errorf("run %s: %w", s.path, err)
	}
	return adopt(s.path, out, outputs)
}

// adopt hands the outputs that the runtime allocated to the caller, or frees them all when one has an odd type.
func adopt(path string, from []ort.Value, to []Value) error {
	made := make([]Value, len(to))
	for i, v := range from {
		if to[i] != nil {
			continue
		}
		w, err := wrap(v)
		if err != nil {
			for j, u := range from {
				if to[j] == nil {
					_ = u.Destroy()
				}
			}
			return fmt.Errorf("run %s: %w", path, err)
		}
		made[i] = w
	}
	for i, w := range made {
		if w != nil {
			to[i] = w
		}
	}
	return nil
}

// Close frees the model after the runs in progress. Calling it again does nothing.
func (s *Session) Close() error {
	s.rt.mu.Lock()
	delete(s.rt.sessions, s)
	s.rt.mu.Unlock()
	return s.release()
}

func (s *Session) release() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.s == nil {
		return nil
	}
	err := s.s.Destroy()
	s.s = nil
	if err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// Binding ties a session to fixed tensors, so that a run allocates nothing. One goroutine uses it at a time.
type Binding struct {
	s    *Session
	b    *ort.IoBinding
	keep []Value // the runtime reads and writes their memory, so it must not be collected
}

// Bind makes a binding of all inputs and outputs, in the order of the names given to Runtime.Session. The tensors stay
// the caller's and must outlive the binding.
func (s *Session) Bind(inputs, outputs []Value) (*Binding, error) {
	if len(inputs) != len(s.inputs) || len(outputs) != len(s.outputs) {
		return nil, fmt.Errorf("bind %s: got %d inputs and %d outputs, want %d and %d",
			s.path, len(inputs), len(outputs), len(s.inputs), len(s.outputs))
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.s == nil {
		return nil, fmt.Errorf("bind %s: %w", s.path, ErrClosed)
	}
	b, err := s.s.CreateIoBinding()
	if err != nil {
		return nil, fmt.Errorf("bind %s: %w", s.path, err)
	}
	bound := &Binding{s: s, b: b, keep: slices.Concat(inputs, outputs)}
	for i, v := range bound.keep {
		if v == nil || v.value() == nil {
			_ = b.Destroy()
			return nil, fmt.Errorf("bind %s: value %d: %w", s.path, i, ErrClosed)
		}
		if i < len(inputs) {
			err = b.BindInput(s.inputs[i], v.value())
		} else {
			err = b.BindOutput(s.outputs[i-len(inputs)], v.value())
		}
		if err != nil {
			_ = b.Destroy()
			return nil, fmt.Errorf("bind %s: %w", s.path, err)
		}
	}
	return bound, nil
}

// Run computes the bound outputs from what the bound inputs hold now.
func (b *Binding) Run() error {
	b.s.mu.RLock()
	defer b.s.mu.RUnlock()
	if b.s.s == nil || b.b == nil {
		return fmt.Errorf("run %s: %w", b.s.path, ErrClosed)
	}
	if err := b.s.s.RunWithBinding(b.b); err != nil {
		return fmt.Errorf("run %s: %w", b.s.path, err)
	}
	return nil
}

// RunTimed is Run for work that does not pass the pool. It also returns the processor time that it took, 0 where the
// system does not tell it of a thread.
func (b *Binding) RunTimed() (time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, ok := threadTime()
	err := b.Run()
	after, still := threadTime()
	if !ok || !still {
		return 0, err
	}
	return after - before, err
}

// Close frees the binding, not its tensors. Calling it again does nothing.
func (b *Binding) Close() {
	if b.b != nil {
		_ = b.b.Destroy() // always nil
		b.b = nil
	}
}
