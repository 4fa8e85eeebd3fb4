package synthesize

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/speech/synthesize/reader"
)

// Files of the voice's folder.
const (
	modelFile    = "hibari.onnx"       // as the package ships it
	timedFile    = "hibari-timed.onnx" // derived: the same with the phonemes' lengths as one more output
	guessFile    = "oov.onnx"
	alphabetFile = "oov.json"
	vocabFile    = "vocab.json"
)

// lengthsOutput is the model's inner value that holds each phoneme's length, in pairs of 12.5 ms frames.
const lengthsOutput = "/Clip_output_0"

// Prepare makes the derived files in dir, the voice's assets folder, from the package's own: flat pronunciation tables
// and a model that also puts out the phonemes' lengths. It can be run again at any time; files are replaced whole.
func Prepare(dir string) error {
	for _, name := range []string{modelFile, guessFile, alphabetFile, vocabFile} {
		if err := onnx.CheckFile(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if err := reader.Prepare(dir); err != nil {
		return fmt.Errorf("prepare the voice's pronunciation: %w", err)
	}
	model, err := os.ReadFile(filepath.Join(dir, modelFile)) //nolint:gosec // the assets folder is the operator's own
	if err != nil {
		return fmt.Errorf("prepare the voice: %w", err)
	}
	timed, err := withOutput(model, lengthsOutput)
	if err != nil {
		return fmt.Errorf("prepare the voice: %s: %w", modelFile, err)
	}
	return onnx.WriteWhole(filepath.Join(dir, timedFile), timed)
}

// withOutput adds an inner value of a serialised ONNX model to its outputs. Protocol buffers merge a message that
// appears twice, so the addition is a few bytes at the end: ModelProto.graph (field 7) holding GraphProto.output
// (field 12) holding ValueInfoProto.name (field 1).
func withOutput(model []byte, name string) ([]byte, error) {
	if len(name) > 100 {
		return nil, errors.New("output name too long")
	}
	if !bytes.Contains(model, []byte(name)) {
		return nil, fmt.Errorf("it has no value %s: it is another version than the one that this program knows", name)
	}
	field := func(tag byte, inner []byte) []byte {
		return append([]byte{tag, byte(len(inner))}, inner...) //nolint:gosec // the longest is 104 bytes, so its length is one byte
	}
	return append(bytes.Clone(model), field(0x3a, field(0x62, field(0x0a, []byte(name))))...), nil
}
