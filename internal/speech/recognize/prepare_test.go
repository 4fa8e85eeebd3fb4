package recognize

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

// miniature is a merged decoder of one layer, with only what the surgery looks at.
func miniature() []byte {
	node := func(op, out string, in ...string) []byte {
		var n []byte
		for _, name := range in {
			n = appendText(n, nodeInput, name)
		}
		return appendText(appendText(n, nodeOutput, out), nodeOpType, op)
	}
	branch := func(name string, outputs []string, nodes ...[]byte) []byte {
		var g []byte
		for _, n := range nodes {
			g = appendMessage(g, graphNode, n)
		}
		for _, o := range outputs {
			g = appendMessage(g, graphOutput, appendText(nil, valueName, o))
		}
		return appendMessage(appendText(nil, attributeName, name), attributeGraph, g)
	}
	attention := crossAttentionBefore + "0" + crossAttentionAfter
	n := node("If", "logits", "use_cache_branch")
	n = appendText(n, nodeOutput, "present.0.encoder.key")
	n = appendMessage(n, nodeAttribute, branch("else_branch", []string{"scores_first", "key"},
		node("Embed", "tokens", "ids"), node("Shape", "size", "tokens"), node("MatMul", "product", soundInput, "weight"),
		node("Reshape", "key", "product", "size"), node("Softmax", attention, "key"),
		node("MatMul", "scores_first", attention, "bias")))
	n = appendMessage(n, nodeAttribute, branch("then_branch", []string{"scores_step", "past.encoder.key"},
		node("Softmax", attention, "past.encoder.key", "ids"), node("MatMul", "scores_step", attention, "bias")))
	g := appendMessage(nil, graphNode, n)
	for _, name := range []string{"weight", "bias"} {
		g = appendMessage(g, graphInitializer, appendText(nil, tensorName, name))
	}
	for _, name := range []string{"use_cache_branch", "ids", soundInput, "past.encoder.key"} {
		g = appendMessage(g, graphInput, appendText(nil, valueName, name))
	}
	m := protowire.AppendVarint(protowire.AppendTag(nil, modelIRVersion, protowire.VarintType), 10)
	m = appendMessage(m, modelOpsetImport, nil)
	return appendMessage(m, modelGraph, g)
}

func graphOf(t *testing.T, model []byte) graph {
	t.Helper()
	fs, err := fields(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fs {
		if f.num == modelGraph {
			g, err := readGraph(f.bytes)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
	}
	t.Fatal("the model has no graph")
	return graph{}
}

func names(vs []named) string {
	var out []string
	for _, v := range vs {
		out = append(out, v.name)
	}
	return strings.Join(out, " ")
}

func TestSplittingADecoderKeepsWhatEachHalfNeedsAndShowsItsAttention(t *testing.T) {
	sound, step, err := splitDecoder(miniature())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		half                                 string
		model                                []byte
		inputs, outputs, initializers, nodes string
	}{
		{"sound", sound, soundInput, "present.0.encoder.key", "weight", "Shape MatMul Reshape Identity"},
		{"step", step, "ids past.encoder.key", "logits attention.0", "bias", "Softmax MatMul Identity Identity"},
	} {
		g := graphOf(t, c.model)
		var ops []string
		for _, n := range g.nodes {
			ops = append(ops, n.op)
		}
		if names(g.inputs) != c.inputs || names(g.outputs) != c.outputs || names(g.initializers) != c.initializers ||
			strings.Join(ops, " ") != c.nodes {
			t.Errorf("%s: inputs %q, outputs %q, initializers %q, nodes %q",
				c.half, names(g.inputs), names(g.outputs), names(g.initializers), ops)
		}
	}
}

func FuzzSplitDecoder(f *testing.F) {
	whole := miniature()
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte{})
	f.Add([]byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add(bytes.Repeat([]byte{0x3a, 0x7e}, 100))
	f.Fuzz(func(t *testing.T, b []byte) {
		sound, step, err := splitDecoder(b)
		if err != nil {
			return
		}
		for _, half := range [][]byte{sound, step} {
			if len(graphOf(t, half).outputs) == 0 {
				t.Error("a half without outputs")
			}
		}
	})
}

func FuzzExtractVocabulary(f *testing.F) {
	f.Add([]byte(`x="PHVuaz4K"`))
	f.Add([]byte(vocabularyJS(1500)))
	f.Fuzz(func(t *testing.T, b []byte) {
		pieces, err := extractVocabulary(b)
		if err == nil && (len(pieces) < minVocabulary || pieces[0] != "<unk>") {
			t.Errorf("%d pieces", len(pieces))
		}
	})
}

func vocabularyJS(n int) string {
	text := "<unk>"
	for i := 1; i < n; i++ {
		text += "\n▁w" + strconv.Itoa(i)
	}
	return "const a = 'x', vocab = \"" + base64.StdEncoding.EncodeToString([]byte(text)) + "\";"
}

func TestVocabularyIsFoundInTheScript(t *testing.T) {
	pieces, err := extractVocabulary([]byte(vocabularyJS(1500)))
	if err != nil || len(pieces) != 1500 || pieces[7] != "▁w7" {
		t.Errorf("%d pieces, %v", len(pieces), err)
	}
	if _, err := extractVocabulary([]byte("<html>")); err == nil {
		t.Error("a page without one was taken")
	}
}

// folder holds a miniature decoder and a vocabulary.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, mergedFile), miniature())
	write(t, filepath.Join(dir, tokenizerFile), []byte(vocabularyJS(1500)))
	return dir
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPrepareCanBeRepeatedAndMendsWhatItDerived(t *testing.T) {
	dir := folder(t)
	if err := Prepare(dir); err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{}
	for _, name := range []string{soundFile, stepFile, vocabFile} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || len(b) == 0 {
			t.Fatalf("%s: %d bytes, %v", name, len(b), err)
		}
		want[name] = b
	}
	write(t, filepath.Join(dir, stepFile), []byte("damaged"))
	if err := os.Remove(filepath.Join(dir, vocabFile)); err != nil {
		t.Fatal(err)
	}
	if err := Prepare(dir); err != nil {
		t.Fatal(err)
	}
	for name, b := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s was not mended: %v", name, err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 5 {
		t.Errorf("%d files are left, %v", len(files), err)
	}
}

func TestPrepareSaysHowToMendMissingOrDamagedFiles(t *testing.T) {
	for _, bad := range []string{mergedFile, tokenizerFile} {
		for name, content := range map[string][]byte{"missing": nil, "damaged": []byte("<html>")} {
			t.Run(name+" "+bad, func(t *testing.T) {
				dir := folder(t)
				if err := os.Remove(filepath.Join(dir, bad)); err != nil {
					t.Fatal(err)
				}
				if content != nil {
					write(t, filepath.Join(dir, bad), content)
				}
				wantMend(t, Prepare(dir), bad)
			})
		}
	}
}

func wantMend(t *testing.T, err error, file string) {
	t.Helper()
	if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "rapport assets pull") ||
		!strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
}

func TestOpenSaysHowToMendMissingOrDamagedFiles(t *testing.T) {
	rt, pool := speechtest.Runtime(t), speechtest.Pool(t)
	whole := filepath.Join(speechtest.Assets(t), "moonshine")
	for _, bad := range []string{encoderFile, soundFile, stepFile, vocabFile} {
		for _, how := range []string{"missing", "cut", "another"} {
			t.Run(how+" "+bad, func(t *testing.T) {
				dir := t.TempDir()
				for _, name := range []string{encoderFile, soundFile, stepFile, vocabFile} {
					if name != bad {
						if err := os.Symlink(filepath.Join(whole, name), filepath.Join(dir, name)); err != nil {
							t.Fatal(err)
						}
					}
				}
				switch how {
				case "cut":
					b, err := os.ReadFile(filepath.Join(whole, bad))
					if err != nil {
						t.Fatal(err)
					}
					write(t, filepath.Join(dir, bad), b[:len(b)/100])
				case "another":
					write(t, filepath.Join(dir, bad), []byte("<html>"))
				}
				m, err := Open(rt, pool, dir)
				if m != nil {
					t.Error("a recogniser without all its files")
				}
				wantMend(t, err, bad)
			})
		}
	}
}
