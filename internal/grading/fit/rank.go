package fit

import (
	"math"
	"sort"
)

// Spearman is the rank correlation of two lists of the same length, ties sharing their mean rank.
func Spearman(x, y []float64) float64 { return pearson(ranks(x), ranks(y)) }

// AUC is the chance that a yes scores above a no, ties counting half.
func AUC(score []float64, yes []bool) float64 {
	r := ranks(score)
	sum, pos := 0.0, 0.0
	for i, is := range yes {
		if is {
			sum += r[i]
			pos++
		}
	}
	neg := float64(len(yes)) - pos
	if pos == 0 || neg == 0 {
		return math.NaN()
	}
	return (sum - pos*(pos+1)/2) / (pos * neg)
}

func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return x[order[a]] < x[order[b]] })
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			out[order[k]] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}

func pearson(x, y []float64) float64 {
	mx, my := average(x), average(y)
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}
