package fit_test

import (
	"math"
	"os"
	"testing"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/grading/fit"
)

func TestSpearmanSharesRanksOfTies(t *testing.T) {
	if got := fit.Spearman([]float64{1, 2, 2, 9}, []float64{10, 20, 20, 21}); math.Abs(got-1) > 1e-12 {
		t.Errorf("same order: %v", got)
	}
	if got := fit.Spearman([]float64{1, 2, 3}, []float64{3, 2, 1}); math.Abs(got+1) > 1e-12 {
		t.Errorf("reversed: %v", got)
	}
	if got := fit.Spearman([]float64{1, 1, 1}, []float64{3, 2, 1}); got != 0 {
		t.Errorf("a constant ranks nothing: %v", got)
	}
}

func TestAUC(t *testing.T) {
	if got := fit.AUC([]float64{0.1, 0.4, 0.35, 0.8}, []bool{false, false, true, true}); got != 0.75 {
		t.Errorf("got %v", got)
	}
	if got := fit.AUC([]float64{1, 1}, []bool{true, false}); got != 0.5 {
		t.Errorf("a tie: %v", got)
	}
}

// TestRidgeLearnsWhatDecides makes replies whose label is one feature and one term, and asks for new ones.
func TestRidgeLearnsWhatDecides(t *testing.T) {
	example := func(i int) (grading.Example, float64) {
		x, word := float64(i%7), "dull"
		y := x
		if i%3 == 0 {
			word, y = "bright", y+4
		}
		return grading.Example{Dense: []float64{x, float64(i % 5)}, Terms: map[string]float64{word: 1, "the": 1}}, y
	}
	var examples []grading.Example
	var labels []float64
	for i := range 200 {
		e, y := example(i)
		examples, labels = append(examples, e), append(labels, y)
	}
	model, err := fit.Ridge(examples, labels, fit.Settings{Dense: 1, Terms: 1, Lambda: 0.01, LeastTexts: 2, MostTerms: 10})
	if err != nil {
		t.Fatal(err)
	}
	for i := 200; i < 230; i++ {
		e, y := example(i)
		if got := model.Predict(e); math.Abs(got-y) > 0.2 {
			t.Errorf("reply %d: %.2f, wanted %.2f", i, got, y)
		}
	}
}

func TestFoldsSpreadTheGroups(t *testing.T) {
	seen := map[int]bool{}
	for _, group := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"} {
		if fit.Fold(group) < 0 || fit.Fold(group) >= fit.Folds {
			t.Errorf("fold of %s", group)
		}
		seen[fit.Fold(group)] = true
	}
	if len(seen) < 3 {
		t.Errorf("twelve groups fell into %d folds", len(seen))
	}
}

// TestBarsHoldOnTheLabelledData needs the labelled texts, which are not part of the repository.
func TestBarsHoldOnTheLabelledData(t *testing.T) {
	dir := os.Getenv("RAPPORT_GRADING_DATA")
	if dir == "" {
		t.Skip("RAPPORT_GRADING_DATA is not set: the labelled replies are not part of the repository")
	}
	files, err := fit.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	f, err := fit.NewFitter(files, nil, fit.Tasks())
	if err != nil {
		t.Fatal(err)
	}
	bars, err := fit.ReadBars(nil)
	if err != nil {
		t.Fatal(err)
	}
	report, err := f.Check(bars)
	if err != nil {
		t.Fatal(err)
	}
	for _, fig := range report.Figures {
		t.Logf("%-34s %-9s %.3f", fig.Name, fig.Measure, fig.Value)
		if !fig.OK {
			t.Errorf("%s is %.3f, its bar %.2f", fig.Name, fig.Value, *fig.Bar)
		}
	}
}
