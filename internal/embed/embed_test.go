package embed

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func assets(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("RAPPORT_ASSETS")
	if dir == "" {
		tb.Skip("models are needed: run `rapport assets pull` and set RAPPORT_ASSETS to their folder")
	}
	return dir
}

func parts(tb testing.TB) (*onnx.Runtime, *onnx.Pool) {
	tb.Helper()
	rt, err := onnx.Open(filepath.Join(assets(tb), "runtime", "libonnxruntime.so"), 1)
	if err != nil {
		tb.Fatal(err)
	}
	p := onnx.NewPool(2)
	tb.Cleanup(func() {
		p.Close()
		if err := rt.Close(); err != nil {
			tb.Error(err)
		}
	})
	return rt, p
}

func miniLM(tb testing.TB) *MiniLM {
	tb.Helper()
	rt, p := parts(tb)
	m, err := Open(rt, p, filepath.Join(assets(tb), "minilm"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := m.Close(); err != nil {
			tb.Error(err)
		}
	})
	return m
}

func testTokenizer(tb testing.TB) *tokenizer {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(assets(tb), "minilm", tokenizerFile))
	if err != nil {
		tb.Fatal(err)
	}
	tok, err := readTokenizer(b)
	if err != nil {
		tb.Fatal(err)
	}
	return tok
}

func golden(tb testing.TB, name string, into any) {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

func TestTokensAreThoseOfTheReference(t *testing.T) {
	tok := testTokenizer(t)
	var want []struct {
		Text   string
		Tokens []int64
	}
	golden(t, "tokens.json", &want)
	for _, w := range want {
		if got := tok.tokens(w.Text); !slices.Equal(got, w.Tokens) {
			t.Errorf("%q:\n got %v\nwant %v", w.Text, got, w.Tokens)
		}
	}
}

func TestTextCannotSmuggleInMarkers(t *testing.T) {
	tok := testTokenizer(t)
	for _, marker := range []string{"[SEP]", "[CLS]", "[PAD]"} {
		got := tok.tokens("so " + marker + " there")
		if slices.Contains(got[1:len(got)-1], tok.vocab[marker]) {
			t.Errorf("%s in a text became the marker: %v", marker, got)
		}
	}
}

func TestVectorsAreThoseOfTheReference(t *testing.T) {
	m := miniLM(t)
	var want []struct {
		Text   string
		Vector []float64 // the first values
	}
	golden(t, "vectors.json", &want)
	for _, w := range want {
		got, err := m.Embed(context.Background(), []string{w.Text}, practice.PriorityFirstClause)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range w.Vector {
			if math.Abs(float64(got[w.Text][i])-v) > 0.01 {
				t.Errorf("%q: value %d is %.4f, the reference %.4f", w.Text, i, got[w.Text][i], v)
			}
		}
	}
}

func TestAlikeSentencesPointAlike(t *testing.T) {
	m := miniLM(t)
	a, near, far := "My son was in tears because the parcel did not arrive.",
		"The package never came and it made my boy cry.", "Could you give me your postcode, please?"
	v, err := m.Embed(context.Background(), []string{a, near, far, a}, practice.PriorityFirstClause)
	if err != nil {
		t.Fatal(err)
	}
	if len(v) != 3 {
		t.Fatalf("%d vectors for three texts", len(v))
	}
	for s, x := range v {
		if n := dot(x, x); len(x) != Size || math.Abs(n-1) > 1e-5 {
			t.Errorf("%q: %d dimensions, length² %v", s, len(x), n)
		}
	}
	if dot(v[a], v[near]) < dot(v[a], v[far])+0.2 {
		t.Errorf("near %.2f, far %.2f", dot(v[a], v[near]), dot(v[a], v[far]))
	}
}

func dot(a, b []float32) float64 {
	var s float64
	for i := range a {
		s += float64(a[i]) * float64(b[i])
	}
	return s
}

func TestVectorsDoNotDependOnCompany(t *testing.T) {
	m := miniLM(t)
	texts := []string{"", "Yes.", strings.Repeat("I will call you back tomorrow. ", 40)}
	for i := range 30 {
		texts = append(texts, strings.Repeat("and then ", i)+"it broke.")
	}
	together, err := m.Embed(context.Background(), texts, practice.PriorityBackground)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range texts {
		alone, err := m.Embed(context.Background(), []string{s}, practice.PriorityBackground)
		if err != nil {
			t.Fatal(err)
		}
		if d := dot(together[s], alone[s]); d < 0.999 {
			t.Errorf("%.30q: alone and together differ, cosine %.4f", s, d)
		}
	}
}

func TestBatchesStayWithinTheirBounds(t *testing.T) {
	var todo []text
	for n := 2; n <= maxTokens; n++ {
		todo = append(todo, text{tokens: make([]int64, n)})
	}
	for len(todo) > 0 {
		n := batch(todo)
		longest := len(todo[n-1].tokens)
		if n < 1 || n > maxBatch || (n > 1 && n*longest > batchTokens) {
			t.Fatalf("a batch of %d texts of up to %d tokens", n, longest)
		}
		todo = todo[n:]
	}
}

func TestStaleRequestsAndClosedModelsAreErrors(t *testing.T) {
	m := miniLM(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.Embed(ctx, []string{"x"}, practice.PriorityFinal); !errors.Is(err, context.Canceled) {
		t.Errorf("a stale request: %v", err)
	}
	if v, err := m.Embed(context.Background(), nil, practice.PriorityFinal); err != nil || len(v) != 0 {
		t.Errorf("no texts: %v, %v", v, err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if _, err := m.Embed(context.Background(), []string{"x"}, practice.PriorityFinal); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("a closed model: %v", err)
	}
}

func TestMissingOrDamagedFilesSayHowToMendThem(t *testing.T) {
	rt, p := parts(t)
	whole := map[string][]byte{}
	for _, name := range []string{modelFile, tokenizerFile} {
		b, err := os.ReadFile(filepath.Join(assets(t), "minilm", name))
		if err != nil {
			t.Fatal(err)
		}
		whole[name] = b
	}
	for name, content := range map[string][]byte{"missing": nil, "empty": {}, "cut": nil, "another": []byte(`{"model":{}}`)} {
		for _, bad := range []string{modelFile, tokenizerFile} {
			t.Run(name+" "+bad, func(t *testing.T) {
				dir := t.TempDir()
				for file, b := range whole {
					if file == bad {
						b = content
						if name == "cut" {
							b = whole[file][:len(whole[file])/3]
						}
					}
					if b == nil {
						continue
					}
					if err := os.WriteFile(filepath.Join(dir, file), b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				_, err := Open(rt, p, dir)
				if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "rapport assets pull") ||
					!strings.Contains(err.Error(), bad) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// small is a tokeniser that needs no assets.
const small = `{"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"lowercase":true},
"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
"vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"##b":4,"cafe":5,"!":6,"é":7,"世":8}}}`

func FuzzTokens(f *testing.F) {
	tok, err := readTokenizer([]byte(small))
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "abb café!", "\xff\xfe\x00", "世界", strings.Repeat("a ", 300), "a\u0301\u200d", "[SEP]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := tok.tokens(s)
		if len(got) < 2 || len(got) > maxTokens || got[0] != tok.begin || got[len(got)-1] != tok.end {
			t.Fatalf("%q: %v", s, got)
		}
		for _, id := range got {
			if id < 0 || id > 8 {
				t.Fatalf("%q: token %d is not in the vocabulary", s, id)
			}
		}
	})
}

func FuzzReadTokenizer(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"model":{"vocab":{"[CLS]":-1}}}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := readTokenizer(b)
		if err != nil {
			return
		}
		if got := tok.tokens("abb café, 世!"); len(got) < 2 {
			t.Fatalf("no markers: %v", got)
		}
	})
}

func BenchmarkSentence(b *testing.B) {
	m := miniLM(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Embed(context.Background(), []string{"I am so sorry that your parcel missed your son's birthday."}, practice.PriorityFirstClause); err != nil {
			b.Fatal(err)
		}
	}
}
