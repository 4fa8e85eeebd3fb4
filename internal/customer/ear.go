package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Ear is how one customer listens: her scenario's phrases, read once. Nothing writes to it after NewEar, so that calls
// may share it.
type Ear struct {
	scenario *practice.Scenario
	book     *rulebook
	topics   []topic // in the order of their ids
	stakes   []phrase
	guesses  []phrase
	own      ownWays
	amounts  []float64 // of money that stand in the scenario: hers, and no gift
}

// topic is what questions may be about, with the phrases that ask about it.
type topic struct {
	id      string
	phrases []phrase
}

// NewEar reads a scenario's phrases; s must not change afterwards. Without a scenario (nil) only what every customer
// understands is heard. Phrases that cannot be read find nothing: the library refuses them when it loads a scenario.
func NewEar(s *practice.Scenario) *Ear {
	e := &Ear{scenario: s, book: ruleBook(), own: ownWays{courier: true}}
	if s == nil {
		return e
	}
	e.own = waysOf(s, e.book)
	e.amounts = amountsIn(s)
	e.stakes, e.guesses = compileAll(s.Stakes), compileAll(s.HiddenConcern.Guesses)
	for id, phrases := range s.Topics {
		e.topics = append(e.topics, topic{id, compileAll(phrases)})
	}
	slices.SortFunc(e.topics, func(a, b topic) int { return strings.Compare(a.id, b.id) })
	return e
}

// amountsIn are the amounts of money in what the customer and the company know of her case.
func amountsIn(s *practice.Scenario) []float64 {
	texts := []string{s.Situation}
	for _, f := range s.Facts {
		texts = append(texts, f.Text)
	}
	for _, row := range slices.Concat(s.CRMCard.Rows, s.CRMCard.LastContacts) {
		texts = append(texts, row.Text)
	}
	var out []float64
	for _, t := range texts {
		ws := wordsOf(t)
		for i := range ws {
			if n := amountAt(ws, i); n > 0 && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}
