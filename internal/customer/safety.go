package customer

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed safety.txt
var safetyText string

// dangerRule is the one section that safety.txt is.
//
//nolint:gochecknoglobals // a table read once from the embedded file and never written
var dangerRule = sync.OnceValues(func() (rule, error) {
	rules, err := parseRules("[safety negated]\n" + safetyText)
	if err != nil {
		return rule{}, err
	}
	return rules[0], nil
})

// MeansDanger tells whether a trainee's words may mean harm to themselves or that they are in danger: about whoever
// speaks, and not about the customer, a figure of speech, or somebody's words given back. It is precise rather than
// complete, and no substitute for a person who listens.
func MeansDanger(text string) bool {
	r, err := dangerRule()
	if err != nil {
		return false // a test keeps the table readable
	}
	ss := sentences(text)
	for n, s := range ss {
		// A recogniser may set a stop in the middle: "I don't want to live. Anymore."
		if n+1 < len(ss) && len(ss[n+1].words) <= 2 {
			s.words = append(append([]word(nil), s.words...), ss[n+1].words...)
		}
		if s.question && asksHer(s) {
			continue
		}
		if i, j, ok := r.hears(s); ok && !allQuoted(s.words[i:j]) {
			return true
		}
	}
	return false
}

// asksHer tells a question to the customer: who asks whether she is safe speaks of her.
func asksHer(s sentence) bool {
	first := strings.ToLower(s.words[0].lower)
	return isOneOf(first, "do", "are", "did", "have", "is", "were", "can", "could", "would") && isOneOf(at(s.words, 1), "you", "he", "she", "they", "your")
}
