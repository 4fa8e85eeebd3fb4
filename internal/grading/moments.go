package grading

import (
	"math"
	"slices"
	"sort"
)

// Moment is a model of one sentence: how strongly it alone shows one of the things that people look for in a reply. It is
// fitted on the passages that EPITOME's raters marked as the reason for their label (Sharma et al. 2020), which say where
// in a reply the thing is; a label of the whole reply says only that it is somewhere.
type Moment struct {
	Intercept float64              `json:"intercept"`
	Terms     map[string][]float64 `json:"terms"`  // term → inverse document frequency, weight
	Vector    []float64            `json:"vector"` // empty when it was fitted without vectors
	Middle    float64              `json:"middle"` // intercept of the vector's part
}

// Sentence is one sentence of a reply as a Moment reads it.
type Sentence struct {
	Text  string
	Words []string
	Terms map[string]float64
}

// Sentences parts a reply as the grader does.
func Sentences(text string) []Sentence {
	words, questions := read(text)
	return sentencesOf(text, words, questions)
}

func sentencesOf(text string, words []word, questions []bool) []Sentence {
	var out []Sentence
	for from := 0; from < len(words); {
		to := from + 1
		for to < len(words) && words[to].sentence == words[from].sentence {
			to++
		}
		s := Sentence{Text: text[words[from].start:words[to-1].end], Terms: terms(words[from:to])}
		for _, w := range words[from:to] {
			s.Words = append(s.Words, w.w)
		}
		if n := words[from].sentence; n < len(questions) && questions[n] {
			s.Terms["?"] = 1
			s.Text += "?"
		}
		out = append(out, s)
		from = to
	}
	return out
}

// say is the model's estimate for one sentence; without a vector the words alone speak.
func (m *Moment) say(s Sentence, vector []float32) float64 {
	y := m.Intercept + termScore(m.Terms, s.Terms)
	if len(vector) == 0 || len(vector) != len(m.Vector) {
		return y
	}
	v := m.Middle
	for i, x := range vector {
		v += m.Vector[i] * float64(x)
	}
	return (y + v) / 2
}

// statistics of one Moment over a reply's sentences.
const momentStatistics = 8

// MomentFeatures says how a reply's sentences stand with each of the models, by name in rising order: strongest, second,
// sum of the three strongest, mean, sum by the root of their number, first, last, and how far the strongest stands out;
// and at the end how many sentences there are. vectors holds the sentences' vectors by text; nil: words alone.
func MomentFeatures(models map[string]Moment, sentences []Sentence, vectors map[string][]float32) []float64 {
	if len(models) == 0 {
		return nil
	}
	names := make([]string, 0, len(models))
	for name := range models {
		names = append(names, name)
	}
	sort.Strings(names)
	out := make([]float64, 0, len(names)*momentStatistics+1)
	for _, name := range names {
		m := models[name]
		said := make([]float64, 0, len(sentences)+1)
		for _, s := range sentences {
			said = append(said, m.say(s, vectors[vectorKey(s.Text)]))
		}
		if len(said) == 0 {
			said = append(said, 0)
		}
		out = append(out, statisticsOf(said)...)
	}
	return append(out, math.Log1p(float64(len(sentences))))
}

func statisticsOf(said []float64) []float64 {
	n, sum := float64(len(said)), 0.0
	for _, y := range said {
		sum += y
	}
	strongest := slices.Clone(said)
	sort.Sort(sort.Reverse(sort.Float64Slice(strongest)))
	second, three := 0.0, 0.0
	for i, y := range strongest[:min(3, len(strongest))] {
		if i == 1 {
			second = y
		}
		three += y
	}
	return []float64{strongest[0], second, three, sum / n, sum / math.Sqrt(n), said[0], said[len(said)-1], strongest[0] - sum/n}
}
