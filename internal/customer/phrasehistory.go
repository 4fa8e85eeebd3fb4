package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// stockFrom is in how many calls a phrase must have been said to be a stock phrase.
const stockFrom = 2

// PhraseHistory is what a trainee says to every customer: the words of soothing acts that come back, the same but for
// case and punctuation, in at least two of the calls. It is sorted, so that the same calls give the same history.
func PhraseHistory(calls []practice.Record) []string {
	said := map[string]int{}
	for _, c := range calls {
		here := map[string]bool{}
		for _, t := range c.Turns {
			for _, a := range t.Acts {
				if a.Quote != "" && isSoother(a.Name) {
					here[plainWords(a.Quote)] = true
				}
			}
		}
		for phrase := range here {
			said[phrase]++
		}
	}
	var out []string
	for phrase, n := range said {
		if n >= stockFrom && strings.Contains(phrase, " ") {
			out = append(out, phrase)
		}
	}
	slices.Sort(out)
	return out
}

func plainWords(text string) string {
	var words []string
	for _, t := range practice.Tokens(text) {
		words = append(words, t.Lower)
	}
	return strings.Join(words, " ")
}
