package fit

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/grading"
)

// momentLabels are the labels whose reasons the raters marked, by the name of their model.
func momentLabels() map[string]string { return map[string]string{"er": "ER", "ip": "IP", "ex": "EX"} }

// Settings of the moments' ridge regressions: penalties of words and vectors, and which terms are read.
const (
	momentLambda       = 1.5
	momentVectorLambda = 1
	momentLeast        = 4 // sentences that a term must be in
	momentTerms        = 5000
	innerFolds         = 4
)

// passage is one labelled reply by its sentences.
type passage struct {
	group     string
	sentences []grading.Sentence
	levels    map[string][]float64 // label → each sentence's level
}

// passages parts the replies and gives each sentence the level of its reply when it lies in a reason that a rater gave
// for it, and 0 otherwise. A level without any reason that is found is every sentence's.
func passages(items []Item) []passage {
	out := make([]passage, len(items))
	for i, item := range items {
		p := passage{group: item.Group, sentences: grading.Sentences(item.Transcript.Turns[len(item.Transcript.Turns)-1].Text), levels: map[string][]float64{}}
		for _, label := range momentLabels() {
			levels, found := make([]float64, len(p.sentences)), false
			var reasons [][]string
			for _, r := range item.Reasons[label] {
				reasons = append(reasons, wordsOf(r))
			}
			for j, s := range p.sentences {
				if item.Labels[label] > 0 && isIn(s.Words, reasons) {
					levels[j], found = item.Labels[label], true
				}
			}
			for j := range levels {
				if !found {
					levels[j] = item.Labels[label]
				}
			}
			p.levels[label] = levels
		}
		out[i] = p
	}
	return out
}

func wordsOf(text string) []string {
	var out []string
	for _, s := range grading.Sentences(text) {
		out = append(out, s.Words...)
	}
	return out
}

// isIn tells whether a sentence is a part of one of the passages, or holds one whole.
func isIn(sentence []string, reasons [][]string) bool {
	a := " " + strings.Join(sentence, " ") + " "
	for _, r := range reasons {
		b := " " + strings.Join(r, " ") + " "
		if len(r) > 0 && (strings.Contains(b, a) || strings.Contains(a, b)) {
			return true
		}
		in, known := map[string]bool{}, 0
		for _, w := range r {
			in[w] = true
		}
		for _, w := range sentence {
			if in[w] {
				known++
			}
		}
		if len(sentence) > 2 && float64(known) > 0.8*float64(len(sentence)) {
			return true
		}
	}
	return false
}

// fitMoments fits the models of sentences on the passages that use lets through.
func fitMoments(all []passage, use func(p passage) bool, vectors map[string][]float32) map[string]grading.Moment {
	var rows []grading.Example
	levels := map[string][]float64{}
	for _, p := range all {
		if !use(p) {
			continue
		}
		for j, s := range p.sentences {
			e := grading.Example{Terms: s.Terms}
			for _, v := range vectors[s.Text] {
				e.Vector = append(e.Vector, float64(v))
			}
			rows = append(rows, e)
			for label, of := range p.levels {
				levels[label] = append(levels[label], of[j])
			}
		}
	}
	m := &matrix{}
	m.weighTerms(rows, Settings{LeastTexts: momentLeast, MostTerms: momentTerms})
	out := map[string]grading.Moment{}
	for name, label := range momentLabels() {
		y := levels[label]
		middle := average(y)
		target := make([]float64, len(y))
		for i := range y {
			target[i] = y[i] - middle
		}
		w := conjugate(len(m.vocabulary), momentLambda, target, func(w, of []float64) {
			for i, row := range m.terms {
				for _, c := range row {
					of[i] += c.x * w[c.at]
				}
			}
		}, func(of, w []float64) {
			for i, row := range m.terms {
				for _, c := range row {
					w[c.at] += c.x * of[i]
				}
			}
		})
		moment := grading.Moment{Intercept: short(middle), Terms: map[string][]float64{}}
		for i, t := range m.vocabulary {
			moment.Terms[t] = []float64{m.idf[i], short(w[i])}
		}
		if vectors != nil {
			moment.Vector, moment.Middle = fitVector(rows, y)
		}
		out[name] = moment
	}
	return out
}

// fitVector is the ridge regression of the sentences' vectors, which have a middle of their own.
func fitVector(rows []grading.Example, y []float64) (weights []float64, middle float64) {
	n := 0
	for _, e := range rows {
		n = max(n, len(e.Vector))
	}
	mean := make([]float64, n)
	for _, e := range rows {
		for j, v := range e.Vector {
			mean[j] += v / float64(len(rows))
		}
	}
	middle = average(y)
	target := make([]float64, len(y))
	for i := range y {
		target[i] = y[i] - middle
	}
	w := conjugate(n, momentVectorLambda, target, func(w, of []float64) {
		shift := dot(mean, w)
		for i, e := range rows {
			if len(e.Vector) == n {
				of[i] += dot(e.Vector, w) - shift
			}
		}
	}, func(of, w []float64) {
		for i, e := range rows {
			for j, v := range e.Vector {
				w[j] += (v - mean[j]) * of[i]
			}
		}
	})
	middle -= dot(mean, w)
	for j := range w {
		w[j] = short(w[j])
	}
	return w, short(middle)
}

// conjugate solves (XᵀX + λ) w = Xᵀy by conjugate gradients, the matrix given by what it does: apply adds X w to of,
// back adds Xᵀ of to w.
func conjugate(n int, lambda float64, y []float64, apply, back func(from, to []float64)) []float64 {
	const mostSteps, enough = 200, 1e-10
	w, r := make([]float64, n), make([]float64, n)
	back(y, r)
	p := append([]float64(nil), r...)
	size := dot(r, r)
	first := size
	for range mostSteps {
		if size <= enough*first || size == 0 {
			break
		}
		of, ap := make([]float64, len(y)), make([]float64, n)
		apply(p, of)
		back(of, ap)
		for i := range ap {
			ap[i] += lambda * p[i]
		}
		step := size / dot(p, ap)
		for i := range w {
			w[i] += step * p[i]
			r[i] -= step * ap[i]
		}
		next := dot(r, r)
		for i := range p {
			p[i] = r[i] + next/size*p[i]
		}
		size = next
	}
	return w
}

// heard is what the moments say of each reply, by words alone and with vectors.
type heard struct{ plain, full [][]float64 }

func (h *heard) hear(i int, models map[string]grading.Moment, p passage, vectors map[string][]float32) {
	h.plain[i] = grading.MomentFeatures(models, p.sentences, nil)
	h.full[i] = grading.MomentFeatures(models, p.sentences, vectors)
}

// momentsOf gives each reply what moments say that were fitted without it: of the replies that count in fitting, those
// of other inner folds; of the others, all.
func momentsOf(all []passage, leave int, vectors map[string][]float32) (heard, map[string]grading.Moment) {
	out := heard{plain: make([][]float64, len(all)), full: make([][]float64, len(all))}
	counts := func(p passage) bool { return Fold(p.group) != leave }
	for inner := range innerFolds {
		without := fitMoments(all, func(p passage) bool { return counts(p) && innerFold(p.group) != inner }, vectors)
		for i, p := range all {
			if counts(p) && innerFold(p.group) == inner {
				out.hear(i, without, p, vectors)
			}
		}
	}
	models := fitMoments(all, counts, vectors)
	for i, p := range all {
		if !counts(p) {
			out.hear(i, models, p, vectors)
		}
	}
	return out, models
}

func innerFold(group string) int {
	h := uint32(2166136261) // FNV-1a of another word than Fold's, so that the two cut differently
	for _, c := range []byte("inner " + group) {
		h = (h ^ uint32(c)) * 16777619
	}
	return int(h>>8) % innerFolds
}
