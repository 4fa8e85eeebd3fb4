package bench

import (
	"math"
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Place is a word of a recording whose beginning is known.
type Place struct {
	Word int     // of the transcript, as practice.Tokens counts
	AtMS float64 // its first sound, from the recording's first sample
}

// wordTimes compares where phrases began with where the transcript says their first words did. Words are matched in
// order (longest common subsequence); a first word that was misheard says nothing. zeroMS is the recording's first
// sample on the client's clock, originMS the call clock's zero.
func wordTimes(r Recording, heard []practice.Word, zeroMS, originMS float64) []wordTimeError {
	if len(r.Places) == 0 || len(heard) == 0 {
		return nil
	}
	said := practice.Tokens(r.Text)
	ref := make([]string, len(said))
	for i, t := range said {
		ref[i] = t.Lower
	}
	hyp := make([]string, len(heard))
	for i, w := range heard {
		if t := practice.Tokens(w.Text); len(t) > 0 {
			hyp[i] = t[0].Lower
		}
	}
	match := common(ref, hyp)
	var out []wordTimeError
	for _, p := range r.Places {
		if p.Word >= len(match) || match[p.Word] < 0 {
			continue
		}
		at := zeroMS + p.AtMS
		w := heard[match[p.Word]]
		out = append(out, wordTimeError{Word: w.Text, AtMS: math.Round(at), OffMS: tenths(float64(w.StartMS) + originMS - at)})
	}
	return out
}

// common matches a with b: for each word of a its word of b, or −1.
func common(a, b []string) []int {
	best := make([][]int, len(a)+1)
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i, word := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			if word == b[j] {
				best[i][j] = best[i+1][j+1] + 1
			} else {
				best[i][j] = max(best[i+1][j], best[i][j+1])
			}
		}
	}
	out := make([]int, len(a))
	i, j := 0, 0
	for i < len(a) {
		switch {
		case j < len(b) && a[i] == b[j]:
			out[i] = j
			i, j = i+1, j+1
		case j < len(b) && best[i][j+1] >= best[i+1][j]:
			j++
		default:
			out[i] = -1
			i++
		}
	}
	return out
}
