package fit

import (
	"errors"
	"math"
	"sort"

	"github.com/rapport-calls/rapport/internal/grading"
)

// Settings are a ridge regression's penalties: how much each block of features may say, and how much all may.
type Settings struct {
	Dense, Terms, Vector, Moments float64 // kernel weight of each block
	Lambda                        float64
	LeastTexts                    int // a term must be in as many texts: rarer ones say more about a text than about people
	MostTerms                     int
}

// sparse is a text's weighted terms by term number, in rising order.
type sparse []struct {
	at int
	x  float64
}

// Ridge fits a linear model by kernel ridge regression (the dual form: there are more features than replies).
func Ridge(examples []grading.Example, y []float64, s Settings) (grading.Linear, error) {
	n := len(examples)
	if n < 10 || len(y) != n {
		return grading.Linear{}, errors.New("too few labelled replies to fit")
	}
	m := newMatrix(examples, s)
	middle := average(y)
	k := m.kernel(s)
	for i := range k {
		k[i][i] += s.Lambda
	}
	target := make([]float64, n)
	for i := range y {
		target[i] = y[i] - middle
	}
	alpha, err := solve(k, target)
	if err != nil {
		return grading.Linear{}, err
	}
	out := m.linear(alpha, s)
	out.Intercept = middle
	// what the model says of unseen replies is flatter than what it says of these; the spread of the kernel fit without
	// each reply itself is the honest one
	out.Center, out.Spread = leaveOneOut(k, alpha, y)
	return out, nil
}

type matrix struct {
	dense       [][]float64
	mean, scale []float64
	vocabulary  []string
	idf         []float64
	terms       []sparse
	vectors     [][]float64

	moments                 [][]float64
	momentMean, momentScale []float64
}

func newMatrix(examples []grading.Example, s Settings) *matrix {
	m := &matrix{}
	m.dense, m.mean, m.scale = standardise(examples, func(e grading.Example) []float64 { return e.Dense })
	if s.Moments > 0 {
		m.moments, m.momentMean, m.momentScale = standardise(examples, func(e grading.Example) []float64 { return e.Moments })
	}
	m.weighTerms(examples, s)
	for _, e := range examples {
		m.vectors = append(m.vectors, e.Vector)
	}
	return m
}

// standardise returns the rows that of takes from the examples with mean 0 and spread 1, bounded as they will be when
// the model is used, and the means and spreads.
func standardise(examples []grading.Example, of func(grading.Example) []float64) (rows [][]float64, mean, scale []float64) {
	p, n := len(of(examples[0])), float64(len(examples))
	mean, scale = make([]float64, p), make([]float64, p)
	for _, e := range examples {
		for j, v := range of(e) {
			mean[j] += v / n
		}
	}
	for _, e := range examples {
		for j, v := range of(e) {
			scale[j] += (v - mean[j]) * (v - mean[j]) / n
		}
	}
	for j := range scale {
		scale[j] = math.Sqrt(scale[j])
		if scale[j] < 1e-6 {
			scale[j] = 0
		}
		mean[j], scale[j] = short(mean[j]), short(scale[j])
	}
	for _, e := range examples {
		row := make([]float64, p)
		for j, v := range of(e) {
			if scale[j] > 0 {
				row[j] = math.Max(-4, math.Min(4, (v-mean[j])/scale[j]))
			}
		}
		rows = append(rows, row)
	}
	return rows, mean, scale
}

func (m *matrix) weighTerms(examples []grading.Example, s Settings) {
	in := map[string]int{}
	for _, e := range examples {
		for t := range e.Terms {
			in[t]++
		}
	}
	for t, k := range in {
		if k >= s.LeastTexts {
			m.vocabulary = append(m.vocabulary, t)
		}
	}
	sort.Slice(m.vocabulary, func(a, b int) bool {
		x, y := m.vocabulary[a], m.vocabulary[b]
		if in[x] != in[y] {
			return in[x] > in[y]
		}
		return x < y
	})
	m.vocabulary = m.vocabulary[:min(len(m.vocabulary), s.MostTerms)]
	number := map[string]int{}
	for i, t := range m.vocabulary {
		number[t] = i
		m.idf = append(m.idf, short(math.Log(float64(1+len(examples))/float64(1+in[t]))+1))
	}
	for _, e := range examples {
		var row sparse
		norm := 0.0
		for t, k := range e.Terms {
			if i, ok := number[t]; ok {
				row = append(row, struct {
					at int
					x  float64
				}{i, k * m.idf[i]})
			}
		}
		sort.Slice(row, func(a, b int) bool { return row[a].at < row[b].at })
		for _, c := range row {
			norm += c.x * c.x
		}
		for i := range row {
			row[i].x /= math.Sqrt(norm)
		}
		m.terms = append(m.terms, row)
	}
}

func (m *matrix) kernel(s Settings) [][]float64 {
	n := len(m.dense)
	p := float64(len(m.mean))
	k := make([][]float64, n)
	spread := make([]float64, len(m.vocabulary))
	for i := range k {
		k[i] = make([]float64, n)
		for _, c := range m.terms[i] {
			spread[c.at] = c.x
		}
		for j := 0; j <= i; j++ {
			sum := s.Dense / p * dot(m.dense[i], m.dense[j])
			t := 0.0
			for _, c := range m.terms[j] {
				t += c.x * spread[c.at]
			}
			sum += s.Terms * t
			if s.Vector > 0 {
				sum += s.Vector * dot(m.vectors[i], m.vectors[j])
			}
			if s.Moments > 0 {
				sum += s.Moments / float64(len(m.momentMean)) * dot(m.moments[i], m.moments[j])
			}
			k[i][j] = sum
		}
		for _, c := range m.terms[i] {
			spread[c.at] = 0
		}
	}
	for i := range k {
		for j := i + 1; j < n; j++ {
			k[i][j] = k[j][i]
		}
	}
	return k
}

// linear turns the dual weights into weights of features, rounded to what matters.
func (m *matrix) linear(alpha []float64, s Settings) grading.Linear {
	p := len(m.mean)
	out := grading.Linear{Mean: m.mean, Scale: m.scale, Dense: make([]float64, p), Terms: map[string][]float64{}}
	termWeights := make([]float64, len(m.vocabulary))
	if s.Vector > 0 {
		out.Vector = make([]float64, len(m.vectors[0]))
	}
	if s.Moments > 0 {
		out.MomentMean, out.MomentScale, out.Moment = m.momentMean, m.momentScale, make([]float64, len(m.momentMean))
	}
	for i, a := range alpha {
		for j := range out.Moment {
			out.Moment[j] += a * s.Moments / float64(len(out.Moment)) * m.moments[i][j]
		}
		for j, v := range m.dense[i] {
			out.Dense[j] += a * s.Dense / float64(p) * v
		}
		for _, c := range m.terms[i] {
			termWeights[c.at] += a * s.Terms * c.x
		}
		for j := range out.Vector {
			out.Vector[j] += a * s.Vector * m.vectors[i][j]
		}
	}
	for j := range out.Dense {
		out.Dense[j] = short(out.Dense[j])
	}
	for j := range out.Vector {
		out.Vector[j] = short(out.Vector[j])
	}
	for j := range out.Moment {
		out.Moment[j] = short(out.Moment[j])
	}
	for i, t := range m.vocabulary {
		out.Terms[t] = []float64{m.idf[i], short(termWeights[i])}
	}
	return out
}

// leaveOneOut returns the mean and spread of the ridge's leave-one-out estimates, by the dual's closed form
// y_i − α_i / (K+λI)⁻¹_ii, with the inverse's diagonal taken as its mean: near enough for a slope.
func leaveOneOut(k [][]float64, alpha, y []float64) (center, spread float64) {
	n := float64(len(y))
	middle, diagonal := average(y), 0.0
	for i := range k {
		diagonal += 1 / k[i][i] / n
	}
	var out []float64
	for i := range y {
		out = append(out, y[i]-alpha[i]/math.Max(diagonal, 1e-9))
	}
	center = middle
	for _, v := range out {
		spread += (v - average(out)) * (v - average(out)) / n
	}
	return short(center), short(math.Sqrt(spread))
}

// solve returns x of A x = b for a symmetric positive definite A by Cholesky's decomposition. A is kept.
func solve(a [][]float64, b []float64) ([]float64, error) {
	n := len(b)
	l := make([][]float64, n)
	for i := range l {
		l[i] = make([]float64, i+1)
		for j := 0; j <= i; j++ {
			sum := a[i][j] - dot(l[i][:j], l[j][:j])
			if i == j {
				if sum <= 0 {
					return nil, errors.New("the features are degenerate; raise lambda")
				}
				l[i][i] = math.Sqrt(sum)
			} else {
				l[i][j] = sum / l[j][j]
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = (b[i] - dot(l[i][:i], x[:i])) / l[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		x[i] /= l[i][i]
		for j := 0; j < i; j++ {
			x[j] -= l[i][j] * x[i]
		}
	}
	return x, nil
}

func dot(a, b []float64) float64 {
	sum := 0.0
	b = b[:len(a)]
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// short keeps five significant digits: more would only make the weights file longer.
func short(x float64) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow(10, 4-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*scale) / scale
}
