package bench

import (
	"math"
	"sort"

	"github.com/rapport-calls/rapport/internal/practice"
)

// sample is one measured value and the recording it came from; values of one recording resemble each other, so
// intervals are drawn over recordings.
type sample struct {
	recording string
	value     float64
}

const resamples = 1000

// dist summarises samples. Its intervals are percentile bootstraps clustered by recording (Davison and Hinkley 1997,
// section 3.8), drawn with the run's seed.
func dist(in []sample, seed uint64) *Dist {
	if len(in) == 0 {
		return nil
	}
	v := make([]float64, len(in))
	groups := map[string][]float64{}
	for i, s := range in {
		v[i] = s.value
		groups[s.recording] = append(groups[s.recording], s.value)
	}
	sort.Float64s(v)
	d := &Dist{N: len(v), Min: round(v[0]), P50: round(quantile(v, 0.5)), P95: round(quantile(v, 0.95)), Max: round(v[len(v)-1])}
	names := sortedKeys(groups)
	medians, tails := make([]float64, resamples), make([]float64, resamples)
	var again []float64
	for i := range resamples {
		again = again[:0]
		for k := range names {
			again = append(again, groups[names[practice.Draw(seed, i*len(names)+k, "bootstrap", len(names))]]...)
		}
		sort.Float64s(again)
		medians[i], tails[i] = quantile(again, 0.5), quantile(again, 0.95)
	}
	d.P50CI, d.P95CI = interval(medians), interval(tails)
	return d
}

// interval is the middle 95 % of v, which it sorts.
func interval(v []float64) [2]float64 {
	sort.Float64s(v)
	return [2]float64{round(quantile(v, 0.025)), round(quantile(v, 0.975))}
}

// quantile interpolates linearly between the two nearest of sorted values (Hyndman and Fan 1996, type 7).
func quantile(sorted []float64, q float64) float64 {
	pos := q * float64(len(sorted)-1)
	i := int(pos)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (pos-float64(i))*(sorted[i+1]-sorted[i])
}

// rate is k of n with Wilson's 95 % interval (Wilson 1927).
func rate(k, n, void int) *Rate {
	r := &Rate{N: n, K: k, Void: void}
	if n == 0 {
		return r
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	r.Value = p
	r.CI = [2]float64{math.Max(0, centre-half), math.Min(1, centre+half)}
	if k == 0 { // rounding leaves 1e−17
		r.CI[0] = 0
	}
	return r
}

// wordCount is the word errors of one trial.
type wordCount struct {
	recording     string
	errors, words int
}

// wer pools errors over all trials; its interval is a bootstrap clustered by recording.
func wer(in []wordCount, seed uint64) *WER {
	w := &WER{}
	groups := map[string][]wordCount{}
	for _, c := range in {
		w.N, w.Errors = w.N+c.words, w.Errors+c.errors
		groups[c.recording] = append(groups[c.recording], c)
	}
	if w.N == 0 {
		return nil
	}
	w.Value = float64(w.Errors) / float64(w.N)
	names := sortedKeys(groups)
	values := make([]float64, resamples)
	for i := range resamples {
		var errors, words int
		for k := range names {
			for _, c := range groups[names[practice.Draw(seed, i*len(names)+k, "bootstrap", len(names))]] {
				errors, words = errors+c.errors, words+c.words
			}
		}
		values[i] = float64(errors) / float64(max(1, words))
	}
	sort.Float64s(values)
	w.CI = [2]float64{quantile(values, 0.025), quantile(values, 0.975)}
	return w
}

func round(v float64) float64 { return math.Round(v*10) / 10 }
