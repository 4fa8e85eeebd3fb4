package embed

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// counting makes a vector of each text's length and counts what it is asked for.
type counting struct{ asked []string }

func (c *counting) Embed(_ context.Context, texts []string, _ practice.Priority) (map[string][]float32, error) {
	c.asked = append(c.asked, texts...)
	out := map[string][]float32{}
	for _, t := range texts {
		v := make([]float32, Size)
		v[0], v[1] = float32(len(t)), 0.125
		out[t] = v
	}
	return out, nil
}

func ask(t *testing.T, k *Kept, texts ...string) map[string][]float32 {
	t.Helper()
	v, err := k.Embed(t.Context(), texts, practice.PriorityBackground)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func keep(t *testing.T, inner Inner, dir string) *Kept {
	t.Helper()
	k, err := Keep(inner, dir, "0123456789abcdef0123")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}

func TestATextIsEmbeddedOnceForAllRuns(t *testing.T) {
	dir, model := t.TempDir(), &counting{}
	first := keep(t, model, dir)
	want := ask(t, first, "one", "three")
	ask(t, first, "one")
	second := keep(t, model, dir)
	got := ask(t, second, "three", "one")
	if !slices.Equal(got["three"], want["three"]) || !slices.Equal(got["one"], want["one"]) {
		t.Error("a kept vector is another one")
	}
	if ask(t, second, "new"); !slices.Equal(model.asked, []string{"one", "three", "new"}) {
		t.Errorf("the model was asked for %v", model.asked)
	}
}

// A file cut short by a crash or damaged is begun anew, and what it held is embedded again.
func TestADamagedFileIsBegunAnew(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut":       func(b []byte) []byte { return b[:len(b)-7] },
		"changed":   func(b []byte) []byte { b[len(b)-100] ^= 1; return b },
		"another":   func([]byte) []byte { return []byte("something else") },
		"emptied":   func([]byte) []byte { return nil },
		"half head": func(b []byte) []byte { return b[:5] },
	} {
		t.Run(name, func(t *testing.T) {
			dir, model := t.TempDir(), &counting{}
			ask(t, keep(t, model, dir), "one", "two")
			files, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			b, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(files[0], damage(b), 0o600); err != nil {
				t.Fatal(err)
			}
			if v := ask(t, keep(t, model, dir), "one"); v["one"][0] != 3 {
				t.Errorf("vector of one begins %v", v["one"][0])
			}
			if len(model.asked) != 3 {
				t.Errorf("the model was asked for %v", model.asked)
			}
			ask(t, keep(t, model, dir), "one")
			if len(model.asked) != 3 {
				t.Error("the new file keeps nothing")
			}
		})
	}
}
