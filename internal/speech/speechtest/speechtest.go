// Package speechtest gives the tests of the speech rooms their models and recordings, and skips them with a sentence
// where these are not there. Only tests import it.
package speechtest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mewkiz/flac"

	"github.com/rapport-calls/rapport/internal/onnx"
)

// Assets is the folder of models that RAPPORT_ASSETS names.
func Assets(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("RAPPORT_ASSETS") //nolint:forbidigo // how tests are told where the models are
	if dir == "" {
		tb.Skip("models are needed: run `rapport assets pull` and set RAPPORT_ASSETS to their folder")
	}
	return dir
}

// Runtime opens ONNX Runtime from Assets for the length of the test.
func Runtime(tb testing.TB) *onnx.Runtime {
	tb.Helper()
	rt, err := onnx.Open(filepath.Join(Assets(tb), "runtime", "libonnxruntime.so"), 1)
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

// Pool makes an inference pool of two workers for the length of the test.
func Pool(tb testing.TB) *onnx.Pool {
	tb.Helper()
	p := onnx.NewPool(2)
	tb.Cleanup(p.Close)
	return p
}

// Clip is a recording of a person with what was said.
type Clip struct {
	Name string
	Text string
	PCM  []int16 // 16 kHz mono
}

// Clips are the recordings that bench ships, or those of the folder that RAPPORT_SPEECH names, in the order of their
// manifest.
func Clips(tb testing.TB) []Clip {
	tb.Helper()
	dir := os.Getenv("RAPPORT_SPEECH") //nolint:forbidigo // how a larger set of recordings is given to the tests
	if dir == "" {
		dir = filepath.Join("..", "..", "bench", "testdata", "speech")
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.tsv")) //nolint:gosec // a path of this repository
	if errors.Is(err, os.ErrNotExist) {
		tb.Skip("recordings are needed: internal/bench/testdata/speech is not there")
	}
	if err != nil {
		tb.Fatal(err)
	}
	var out []Clip
	for i, line := range strings.Split(strings.TrimSpace(string(manifest)), "\n") {
		name, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if i == 0 || !ok {
			continue // the heading
		}
		out = append(out, Clip{Name: name, Text: text, PCM: readFLAC(tb, filepath.Join(dir, name))})
	}
	return out
}

func readFLAC(tb testing.TB, path string) []int16 {
	tb.Helper()
	s, err := flac.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = s.Close() }() // only read
	if s.Info.SampleRate != 16000 || s.Info.NChannels != 1 || s.Info.BitsPerSample != 16 {
		tb.Fatalf("%s is not 16 kHz mono 16-bit", path)
	}
	var out []int16
	for {
		f, err := s.ParseNext()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			tb.Fatal(err)
		}
		for _, v := range f.Subframes[0].Samples {
			out = append(out, int16(v)) //nolint:gosec // 16 bits, checked above
		}
	}
}
