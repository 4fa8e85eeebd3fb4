package synthesize

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapport-calls/rapport/internal/onnx"
)

// frames is what the acoustic network says of one piece of speech. The spectra are frequency-major: bins rows of n
// frames.
type frames struct {
	n       int       // 12.5 ms frames
	lh      []float32 // log magnitude of the harmonics' filter
	theta   []float32 // its phase, before π·tanh
	ln      []float32 // log magnitude of the noise
	lr      []float32 // log magnitude of the free part
	phi     []float32 // phase of the free part
	f0      []float32 // pitch in hertz, below voiceless when there is none
	lengths []float32 // frame pairs of each phoneme
	values  []onnx.Value
}

func (f *frames) close() { onnx.CloseAll(f.values...) }

// acoustic is the network from phonemes to spectra.
type acoustic struct{ s *onnx.Session }

// run speaks ids (with a 0 at both ends) at speed (1 is the voice's own pace). The frames must be closed.
func (a acoustic) run(ids []int64, speed float32) (*frames, error) {
	in, err := onnx.NewTensor(ids, 1, int64(len(ids)))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	pace, err := onnx.NewTensor([]float32{speed}, 1)
	if err != nil {
		return nil, err
	}
	defer pace.Close()
	f := &frames{values: make([]onnx.Value, 7)}
	if err := a.s.Run([]onnx.Value{in, pace}, f.values); err != nil {
		return nil, err
	}
	for i, into := range []*[]float32{&f.lh, &f.theta, &f.ln, &f.lr, &f.phi, &f.f0, &f.lengths} {
		if *into, err = onnx.Data[float32](f.values[i]); err != nil {
			f.close()
			return nil, err
		}
	}
	f.n = len(f.f0)
	if f.n == 0 || len(f.lengths) != len(ids) {
		n, l := f.n, len(f.lengths)
		f.close()
		return nil, fmt.Errorf("the voice model put out %d frames and %d lengths for %d phonemes", n, l, len(ids))
	}
	for _, spectrum := range [][]float32{f.lh, f.theta, f.ln, f.lr, f.phi} {
		if len(spectrum) != bins*f.n {
			n := len(spectrum)
			f.close()
			return nil, fmt.Errorf("the voice model put out a spectrum of %d values for %d frames", n, f.n)
		}
	}
	return f, nil
}

// guesser spells out words that the lexicon does not hold: characters in, phonemes out, by a small network read the
// CTC way (repeats collapse, 0 is nothing).
type guesser struct {
	s       *onnx.Session
	in      map[rune]int64
	out     []string // phoneme by output id less one
	longest int
}

func openGuesser(rt *onnx.Runtime, dir string) (*guesser, error) {
	var alphabet struct {
		In     []string `json:"in"`
		Out    []string `json:"out"`
		MaxLen int      `json:"maxlen"`
	}
	if err := readJSON(filepath.Join(dir, alphabetFile), &alphabet); err != nil {
		return nil, err
	}
	g := &guesser{in: make(map[rune]int64, len(alphabet.In)), out: alphabet.Out, longest: alphabet.MaxLen}
	for i, c := range alphabet.In {
		for _, r := range c {
			g.in[r] = int64(i + 1)
		}
	}
	var err error
	g.s, err = rt.Session(filepath.Join(dir, guessFile), []string{"chars"}, []string{"ids"}, onnx.Options{})
	return g, err
}

func (g *guesser) guess(word string) (string, error) {
	var ids []int64
	for _, r := range word {
		if id, ok := g.in[r]; ok && len(ids) < g.longest {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return "", nil
	}
	in, err := onnx.NewTensor(ids, 1, int64(len(ids)))
	if err != nil {
		return "", err
	}
	defer in.Close()
	out := make([]onnx.Value, 1)
	if err := g.s.Run([]onnx.Value{in}, out); err != nil {
		return "", err
	}
	defer onnx.CloseAll(out...)
	said, err := onnx.Data[int64](out[0])
	if err != nil {
		return "", err
	}
	var b strings.Builder
	prev := int64(0)
	for _, id := range said {
		if id != prev && id > 0 && int(id) <= len(g.out) {
			b.WriteString(g.out[id-1])
		}
		prev = id
	}
	return b.String(), nil
}

// openVocab reads the model's alphabet: the id of each phoneme character.
func openVocab(dir string) (map[rune]int64, error) {
	var raw map[string]int64
	if err := readJSON(filepath.Join(dir, vocabFile), &raw); err != nil {
		return nil, err
	}
	vocab := make(map[rune]int64, len(raw))
	for c, id := range raw {
		for _, r := range c {
			vocab[r] = id
		}
	}
	return vocab, nil
}

func readJSON(path string, into any) error {
	if err := onnx.CheckFile(path); err != nil {
		return err
	}
	data, err := os.ReadFile(path) //nolint:gosec // the assets folder is the operator's own
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return onnx.Unusable(path, err)
	}
	return nil
}
