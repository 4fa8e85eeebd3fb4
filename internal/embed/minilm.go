// Package embed turns sentences into vectors with all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), quantised to
// int8, on ONNX Runtime: sentences of alike meaning have vectors that point alike. Everything runs through the one
// inference pool. It keeps nothing: remembering vectors by text is the caller's.
package embed

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Size is the number of dimensions of a vector.
const Size = 384

const (
	modelFile     = "model.onnx"
	tokenizerFile = "tokenizer.json" //nolint:gosec // a file name, no credential

	// maxBatch and batchTokens bound one run, so that urgent work waits for about 50 ms at most. Texts of a batch are of
	// nearly the same length, because the shorter ones are padded.
	maxBatch    = 8
	batchTokens = 256

	patience = 100 * time.Millisecond
)

// MiniLM is the loaded model. Any number of callers may use it at once.
type MiniLM struct {
	pool      *onnx.Pool
	session   *onnx.Session
	tokenizer *tokenizer
}

// Open loads the model and its tokeniser from their assets folder dir and runs them once to make sure that they are the
// right ones. The runtime and the pool stay the caller's.
func Open(rt *onnx.Runtime, pool *onnx.Pool, dir string) (*MiniLM, error) {
	path := filepath.Join(dir, tokenizerFile)
	if err := onnx.CheckFile(path); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path) //nolint:gosec // the assets folder is the operator's own choice
	if err != nil {
		return nil, fmt.Errorf("read asset: %w", err)
	}
	tok, err := readTokenizer(b)
	if err != nil {
		return nil, onnx.Unusable(path, err)
	}
	path = filepath.Join(dir, modelFile)
	session, err := rt.Session(path, []string{"input_ids", "attention_mask", "token_type_ids"}, []string{"last_hidden_state"}, onnx.Options{})
	if err != nil {
		return nil, err
	}
	m := &MiniLM{pool: pool, session: session, tokenizer: tok}
	if _, err := m.run([][]int64{tok.tokens("Hello.")}); err != nil {
		return nil, errors.Join(onnx.Unusable(path, err), m.Close())
	}
	return m, nil
}

// Name is how the embedder is called in settings, events and measurements.
func (m *MiniLM) Name() string { return "all-MiniLM-L6-v2-int8" }

// Close frees the model, after the runs in progress. Calling it again does nothing.
func (m *MiniLM) Close() error { return m.session.Close() }

// Embed gives each text its vector of Size dimensions and length 1; the same text twice is computed once. Of a text, the
// first 126 word pieces count, about 90 words; one without any gets a vector that is like nothing in particular. The
// vectors do not depend on which texts are asked for together, but for rounding. Work not begun when ctx ends is dropped.
func (m *MiniLM) Embed(ctx context.Context, texts []string, p practice.Priority) (map[string][]float32, error) {
	out := make(map[string][]float32, len(texts))
	var todo []text
	for _, s := range texts {
		if _, ok := out[s]; !ok {
			out[s] = nil
			todo = append(todo, text{s, m.tokenizer.tokens(s)})
		}
	}
	slices.SortStableFunc(todo, func(a, b text) int { return len(a.tokens) - len(b.tokens) })
	deadline := time.Now().Add(patience)
	for len(todo) > 0 {
		n := batch(todo)
		ids := make([][]int64, n)
		for i := range ids {
			ids[i] = todo[i].tokens
		}
		var vectors [][]float32
		err := m.pool.Do(ctx, p, deadline, func() error {
			var err error
			vectors, err = m.run(ids)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("embed text: %w", err)
		}
		for i, v := range vectors {
			out[todo[i].text] = v
		}
		todo = todo[n:]
	}
	return out, nil
}

type text struct {
	text   string
	tokens []int64
}

// batch is how many of todo, sorted by length, go into the next run.
func batch(todo []text) int {
	n := 1
	for n < len(todo) && n < maxBatch {
		longest := len(todo[n].tokens)
		if longest*(n+1) > batchTokens || longest > len(todo[0].tokens)*5/4+2 {
			break
		}
		n++
	}
	return n
}

// run embeds texts of any lengths, given as tokens, in one go.
func (m *MiniLM) run(texts [][]int64) ([][]float32, error) {
	longest := 0
	for _, ids := range texts {
		longest = max(longest, len(ids))
	}
	ids := make([]int64, len(texts)*longest) // 0 is the padding token
	mask := make([]int64, len(ids))
	for i, t := range texts {
		copy(ids[i*longest:], t)
		for j := range t {
			mask[i*longest+j] = 1
		}
	}
	shape := []int64{int64(len(texts)), int64(longest)}
	inputs := make([]onnx.Value, 0, 3)
	defer func() { onnx.CloseAll(inputs...) }()
	for _, data := range [][]int64{ids, mask, make([]int64, len(ids))} {
		t, err := onnx.NewTensor(data, shape...)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, t)
	}
	outputs := make([]onnx.Value, 1)
	if err := m.session.Run(inputs, outputs); err != nil {
		return nil, err
	}
	defer onnx.CloseAll(outputs...)
	hidden, err := onnx.Data[float32](outputs[0])
	if err != nil {
		return nil, err
	}
	if len(hidden) != len(ids)*Size {
		return nil, fmt.Errorf("the model put out %d values for %d tokens, want %d each", len(hidden), len(ids), Size)
	}
	vectors := make([][]float32, len(texts))
	for i, t := range texts {
		vectors[i] = pool(hidden[i*longest*Size:], len(t))
	}
	return vectors, nil
}

// pool is the mean of the first n token vectors, brought to length 1.
func pool(hidden []float32, n int) []float32 {
	var sum [Size]float64
	for j := range n {
		for k, v := range hidden[j*Size : (j+1)*Size] {
			sum[k] += float64(v)
		}
	}
	var squares float64
	for _, v := range sum {
		squares += v * v
	}
	length := math.Sqrt(max(squares, 1e-24))
	out := make([]float32, Size)
	for k, v := range sum {
		out[k] = float32(v / length)
	}
	return out
}
