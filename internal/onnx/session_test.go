package onnx

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

func assets(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("RAPPORT_ASSETS")
	if dir == "" {
		tb.Skip("models are needed: run `rapport assets pull` and set RAPPORT_ASSETS to their folder")
	}
	return dir
}

func open(tb testing.TB) *Runtime {
	tb.Helper()
	rt, err := Open(filepath.Join(assets(tb), "runtime", "libonnxruntime.so"), 0)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := rt.Close(); err != nil {
			tb.Error(err)
		}
	})
	return rt
}

func silero(tb testing.TB, rt *Runtime) *Session {
	tb.Helper()
	s, err := rt.Session(filepath.Join(assets(tb), "silero", "silero_vad.onnx"),
		[]string{"input", "state", "sr"}, []string{"output", "stateN"}, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func sileroInputs(tb testing.TB) []Value {
	tb.Helper()
	x, err1 := NewZeros[float32](1, 576)
	state, err2 := NewZeros[float32](2, 1, 128)
	rate, err3 := NewTensor([]int64{16000}, 1)
	if err := errors.Join(err1, err2, err3); err != nil {
		tb.Fatal(err)
	}
	in := []Value{x, state, rate}
	tb.Cleanup(func() { CloseAll(in...) })
	return in
}

func TestMissingOrDamagedLibraryOrModelSaysHowToMendIt(t *testing.T) {
	dir := t.TempDir()
	check := func(t *testing.T, name string, err error) {
		t.Helper()
		if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "rapport assets pull") ||
			!strings.Contains(err.Error(), name) {
			t.Errorf("got %v", err)
		}
	}
	t.Run("library", func(t *testing.T) {
		_, err := Open(filepath.Join(dir, "libonnxruntime.so"), 1)
		check(t, "libonnxruntime.so", err)
		_, err = Open(dir, 1)
		check(t, dir, err)
	})
	t.Run("model", func(t *testing.T) {
		rt := open(t)
		path := filepath.Join(dir, "model.onnx")
		_, err := rt.Session(path, []string{"x"}, []string{"y"}, Options{})
		check(t, "model.onnx", err)
		if err := os.WriteFile(path, []byte("not a model"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = rt.Session(path, []string{"x"}, []string{"y"}, Options{})
		check(t, "model.onnx", err)
	})
}

func TestASecondLibraryInOneProcessIsRefused(t *testing.T) {
	open(t)
	other := filepath.Join(t.TempDir(), "other.so")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(other, 1); !errors.Is(err, practice.ErrConflict) {
		t.Errorf("got %v", err)
	}
	open(t) // the same one may be opened again
}

func TestRunAllocatesOutputsOrWritesThoseGiven(t *testing.T) {
	rt := open(t)
	s := silero(t, rt)
	in := sileroInputs(t)
	made := make([]Value, 2)
	if err := s.Run(in, made); err != nil {
		t.Fatal(err)
	}
	defer CloseAll(made...)
	given, err := NewZeros[float32](1, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer given.Close()
	state, err := NewZeros[float32](2, 1, 128)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	bound, err := s.Bind(in, []Value{given, state})
	if err != nil {
		t.Fatal(err)
	}
	defer bound.Close()
	if err := bound.Run(); err != nil {
		t.Fatal(err)
	}
	p, err := Data[float32](made[0])
	if err != nil {
		t.Fatal(err)
	}
	if p[0] <= 0 || p[0] != given.Data()[0] {
		t.Errorf("allocated %v, given %v", p[0], given.Data()[0])
	}
	if _, err := Data[int64](made[0]); err == nil {
		t.Error("floats were read as whole numbers")
	}
}

func TestWrongValuesAreErrorsNotCrashes(t *testing.T) {
	rt := open(t)
	s := silero(t, rt)
	in := sileroInputs(t)
	closed, err := NewZeros[float32](1, 576)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	closed.Close()
	odd, err := NewZeros[float32](3)
	if err != nil {
		t.Fatal(err)
	}
	defer odd.Close()
	for name, bad := range map[string][]Value{
		"too few": in[:2], "nil": {nil, in[1], in[2]}, "closed": {closed, in[1], in[2]}, "odd shape": {in[0], odd, in[2]},
	} {
		if err := s.Run(bad, make([]Value, 2)); err == nil {
			t.Errorf("%s inputs ran", name)
		}
		if b, err := s.Bind(bad, sileroInputs(t)[:2]); err == nil {
			if err := b.Run(); err == nil {
				t.Errorf("%s bound inputs ran", name)
			}
			b.Close()
		}
	}
	unknown, err := rt.Session(s.path, []string{"input", "state", "nothing"}, s.outputs, Options{NoArena: true, FoldQuantisation: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := unknown.Run(in, make([]Value, 2)); err == nil {
		t.Error("an input that the model does not have was taken")
	}
	for _, shape := range [][]int64{{}, {-1}, {2, 2}} {
		if _, err := NewTensor([]float32{1}, shape...); err == nil {
			t.Errorf("one value filled a tensor of shape %v", shape)
		}
	}
	if _, err := NewZeros[float32](-2); err == nil {
		t.Error("a negative dimension was taken")
	}
	empty, err := NewZeros[float32](0, 8, 1, 36)
	if err != nil || len(empty.Data()) != 0 {
		t.Errorf("an empty tensor: %v", err)
	}
	empty.Close()
}

func TestClosingWaitsForRunsAndLaterRunsFail(t *testing.T) {
	rt := open(t)
	s := silero(t, rt)
	var wait sync.WaitGroup
	for range 4 {
		in := sileroInputs(t)
		wait.Go(func() {
			for {
				out := make([]Value, 2)
				err := s.Run(in, out)
				CloseAll(out...)
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	if err := rt.Close(); err != nil { // closes its sessions
		t.Error(err)
	}
	wait.Wait()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := rt.Session(s.path, s.inputs, s.outputs, Options{}); !errors.Is(err, ErrClosed) {
		t.Errorf("a session of a closed runtime: %v", err)
	}
	if _, err := s.Bind(sileroInputs(t), sileroInputs(t)[:2]); !errors.Is(err, ErrClosed) {
		t.Errorf("a binding of a closed session: %v", err)
	}
}
