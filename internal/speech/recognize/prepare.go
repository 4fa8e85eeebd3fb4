package recognize

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapport-calls/rapport/internal/onnx"
)

// The files of the recogniser's assets folder. The first three come from packages, the rest are derived by Prepare.
const (
	encoderFile   = "encoder_model.onnx"
	mergedFile    = "decoder_model_merged.onnx"
	tokenizerFile = "llama-tokenizer.js" //nolint:gosec // a file name, no credential
	soundFile     = "decoder_sound.onnx"
	stepFile      = "decoder_step.onnx"
	vocabFile     = "vocab.txt"
)

// Prepare derives, inside the recogniser's assets folder dir, the two flat decoders and the vocabulary from the files
// of the packages. It writes only what is not there already with the same content, each file by rename, so it can be
// called at any time and mends what is damaged.
func Prepare(dir string) error {
	merged, err := readAsset(filepath.Join(dir, mergedFile))
	if err != nil {
		return err
	}
	sound, step, err := splitDecoder(merged)
	if err != nil {
		return onnx.Unusable(filepath.Join(dir, mergedFile), err)
	}
	js, err := readAsset(filepath.Join(dir, tokenizerFile))
	if err != nil {
		return err
	}
	vocab, err := extractVocabulary(js)
	if err != nil {
		return onnx.Unusable(filepath.Join(dir, tokenizerFile), err)
	}
	for _, f := range []struct {
		name    string
		content []byte
	}{{soundFile, sound}, {stepFile, step}, {vocabFile, []byte(strings.Join(vocab, "\n") + "\n")}} {
		if err := writeOnce(filepath.Join(dir, f.name), f.content); err != nil {
			return err
		}
	}
	return nil
}

func readAsset(path string) ([]byte, error) {
	if err := onnx.CheckFile(path); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path) //nolint:gosec // the assets folder is the operator's own choice
	if err != nil {
		return nil, fmt.Errorf("read asset: %w", err)
	}
	return b, nil
}

// writeOnce leaves path with exactly content, all of it or none.
func writeOnce(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) { //nolint:gosec // as in readAsset
		return nil
	}
	if err := onnx.WriteWhole(path, content); err != nil {
		return fmt.Errorf("prepare %s: %w", path, err)
	}
	return nil
}

// minVocabulary is fewer pieces than any real vocabulary has.
const minVocabulary = 1000

// extractVocabulary finds the list of token pieces in llama-tokenizer.js: a base64 literal of lines in order of token
// number, the first of which is <unk>.
func extractVocabulary(js []byte) ([]string, error) {
	for _, literal := range strings.FieldsFunc(string(js), func(r rune) bool { return r == '"' || r == '\'' || r == '`' }) {
		if len(literal) < minVocabulary {
			continue
		}
		text, err := base64.StdEncoding.DecodeString(literal)
		if err != nil || !bytes.HasPrefix(text, []byte("<unk>\n")) {
			continue
		}
		pieces := strings.Split(string(text), "\n")
		if len(pieces) >= minVocabulary {
			return pieces, nil
		}
	}
	return nil, errors.New("it holds no vocabulary that begins with <unk>")
}
