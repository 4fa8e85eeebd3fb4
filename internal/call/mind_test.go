package call_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// sameEverywhere embeds every text alike, so that all of them are as near as can be, and counts how often it is asked.
type sameEverywhere struct {
	asked int
	err   error
}

func (e *sameEverywhere) Embed(_ context.Context, texts []string, _ practice.Priority) (map[string][]float32, error) {
	e.asked++
	out := map[string][]float32{}
	for _, t := range texts {
		out[t] = []float32{1, 0}
	}
	return out, e.err
}

// examplesOf embeds the examples of one act along the first axis and all others across it.
func examplesOf(t *testing.T, near string) customer.Examples {
	t.Helper()
	vectors := map[string][]float32{}
	for _, text := range customer.ExampleTexts() {
		vectors[text] = []float32{0, 1}
	}
	if _, ok := vectors[near]; !ok {
		t.Fatalf("%q is no example", near)
	}
	vectors[near] = []float32{1, 0}
	return customer.NewExamples(vectors)
}

func TestLikenessIsHeardInACallOnceTheExamplesAreReady(t *testing.T) {
	const text = "Goodness me, all of that waiting about."
	e := &sameEverywhere{}
	var ready customer.Examples
	perceive := call.Perception(customer.NewEar(nil), call.Likeness{Embedder: e, Examples: func() customer.Examples { return ready }})
	feels := func() bool {
		acts, err := perceive(t.Context(), text, nil, nil, practice.PriorityFirstClause)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(acts, func(a practice.Act) bool { return a.Name == practice.ActNamedFeeling && a.Quote != "" })
	}
	if feels() || e.asked > 0 {
		t.Errorf("without examples a feeling was heard, or %d embeddings were asked for to no end", e.asked)
	}
	ready = examplesOf(t, "You must be worn out from chasing this.")
	if !feels() {
		t.Error("a sentence like the examples of a named feeling was not heard as one")
	}
}

func TestAFailingModelLeavesTheRules(t *testing.T) {
	broken := errors.New("broken")
	x := examplesOf(t, "You must be worn out from chasing this.")
	perceive := call.Perception(customer.NewEar(nil), call.Likeness{Embedder: &sameEverywhere{err: broken}, Examples: func() customer.Examples { return x }})
	acts, err := perceive(t.Context(), "That's our fault entirely.", nil, nil, practice.PriorityFirstClause)
	if !errors.Is(err, broken) || !slices.ContainsFunc(acts, func(a practice.Act) bool { return a.Name == practice.ActOwnership }) {
		t.Errorf("acts %v, error %v", acts, err)
	}
}

func TestEveryPatienceSettingWaitsLonger(t *testing.T) {
	last := 0.0
	for _, setting := range []string{"normal", "longer", "much-longer"} { // as serve's --patience takes them
		f := call.PatienceFactor(setting)
		if f <= last {
			t.Errorf("%s waits %g times as long, no more than the setting before", setting, f)
		}
		last = f
	}
}
