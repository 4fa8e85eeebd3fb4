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
	node := func(op, in, out string, more ...byte) []byte {
		n := appendText(nil, nodeInput, in)
		n = appendText(n, nodeOutput, out)
		return append(appendText(n, nodeOpType, op), more...)
	}
	branch := func(suffix string, takesWeight bool) []byte {
		g := appendMessage(nil, graphNode, node("Softmax", "hidden", crossAttentionBefore+"0"+crossAttentionAfter))
		weight := "bias"
		if takesWeight {
			weight = "weight"
		}
		g = appendMessage(g, graphNode, node("MatMul", weight, "scores"+suffix))
		g = appendMessage(g, graphOutput, appendText(nil, valueName, "scores"+suffix))
		return appendMessage(g, graphOutput, appendText(nil, valueName, "past.encoder.key"))
	}
	attr := func(name string, g []byte) []byte {
		return appendMessage(appendText(nil, attributeName, name), attributeGraph, g)
	}
	n := appendText(nil, nodeOpType, "If")
	n = appendText(n, nodeInput, "use_cache_branch")
	n = appendText(n, nodeOutput, "logits")
	n = appendText(n, nodeOutput, "present.0.encoder.key")
	n = appendMessage(n, nodeAttribute, attr("else_branch", branch("_first", true)))
	n = appendMessage(n, nodeAttribute, attr("then_branch", branch("_step", false)))
	g := appendMessage(nil, graphNode, n)
	for _, name := range []string{"weight", "bias"} {
		g = appendMessage(g, graphInitializer, appendText(nil, tensorName, name))
	}
	for _, name := range []string{"use_cache_branch", "hidden", "past.encoder.key"} {
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
	first, step, err := splitDecoder(miniature())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		half                         string
		model                        []byte
		inputs, outputs, initializer string
	}{
		{"first", first, "hidden past.encoder.key", "logits present.0.encoder.key attention.0", "weight"},
		{"step", step, "hidden past.encoder.key", "logits attention.0", "bias"},
	} {
		g := graphOf(t, c.model)
		if names(g.inputs) != c.inputs || names(g.outputs) != c.outputs || names(g.initializers) != c.initializer {
			t.Errorf("%s: inputs %q, outputs %q, initializers %q", c.half, names(g.inputs), names(g.outputs), names(g.initializers))
		}
		for _, n := range g.nodes {
			if n.op == "If" {
				t.Errorf("%s still chooses", c.half)
			}
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
		first, step, err := splitDecoder(b)
		if err != nil {
			return
		}
		for _, half := range [][]byte{first, step} {
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
	for _, name := range []string{firstFile, stepFile, vocabFile} {
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
	for _, bad := range []string{encoderFile, firstFile, stepFile, vocabFile} {
		for _, how := range []string{"missing", "cut", "another"} {
			t.Run(how+" "+bad, func(t *testing.T) {
				dir := t.TempDir()
				for _, name := range []string{encoderFile, firstFile, stepFile, vocabFile} {
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
