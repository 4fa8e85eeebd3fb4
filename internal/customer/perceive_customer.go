package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// hearStakes finds what is at stake for this customer being named, in the scenario's own phrases.
func (v *view) hearStakes(s sentence) {
	if v.ear.scenario == nil || s.question {
		return
	}
	i, j, ok := anyPhrase(v.ear.stakes, s.words)
	if !ok || allQuoted(s.words[i:j]) {
		return
	}
	v.add(s, i, j, practice.Act{Name: practice.ActNamedStakes})
}

// hearGuess finds the hidden concern being guessed before the customer has told it.
func (v *view) hearGuess(s sentence) {
	if v.ear.scenario == nil {
		return
	}
	c := v.ear.scenario.HiddenConcern
	for _, said := range v.in.CustomerSaid {
		if holdsAny(said, c.Words) {
			return
		}
	}
	i, j, ok := anyPhrase(v.ear.guesses, s.words)
	if !ok {
		return
	}
	v.add(s, i, j, practice.Act{Name: practice.ActGuessedConcern, What: c.ID})
}

// holdsAny tells whether a text holds one of the words, whole.
func holdsAny(text string, words []string) bool {
	for _, w := range wordsOf(text) {
		if slices.Contains(words, w.lower) {
			return true
		}
	}
	return false
}

// hearMirroring finds the customer's own words given back: two or more of them from what she said last, or the frames
// in which people give words back with at least one.
func (v *view) hearMirroring(s sentence) {
	said := v.in.CustomerSaid
	if len(said) == 0 || len(s.words) == 0 {
		return
	}
	recent := said[max(0, len(said)-3):]
	var hers []string
	for _, line := range recent {
		hers = append(hers, contentWords(line)...)
	}
	from, to := s.words[0].start, s.end
	shared := map[string]bool{}
	for _, w := range contentWords(v.in.Text[from:min(to, len(v.in.Text))]) {
		if slices.Contains(hers, w) {
			shared[w] = true
		}
	}
	need := 2
	if _, _, ok := anyPhrase(v.ear.book.frames, s.words); ok {
		need = 1
	}
	if need > 1 && v.has(v.n, practice.ActGreeting) {
		return // greetings are nobody's own words
	}
	if s.question && need > 1 {
		need = 3
	}
	if len(shared) < need || len(shared) == 1 && len(s.words) < 4 {
		return
	}
	v.add(s, 0, len(s.words), practice.Act{Name: practice.ActMirroring})
}

// hearQuestion finds what the trainee asks, with its topic in What: a topic of the scenario, or ? and the asking word
// when the scenario has none for it.
func (v *view) hearQuestion(s sentence) {
	asks := s.question
	if !asks {
		var i int
		if i, _, asks = anyPhrase(v.ear.book.requests, s.words); asks && sparesHer(s.words, i) {
			return
		}
	}
	if !asks {
		return
	}
	topics := v.ear.topicsOf(s)
	open := isOpen(s)
	if len(topics) == 0 {
		if askingWord(s) == "yes_no" && len(s.words) < 3 && !isOneOf(s.words[0].lower, "can", "is", "are", "do", "did", "will", "would") {
			return // "Hello?", "Yeah?"
		}
		topics = []string{"?" + askingWord(s)}
	}
	for _, topic := range topics {
		name := practice.ActClosedQuestion
		if open || v.ear.scenario != nil && slices.Contains(v.ear.scenario.HiddenConcern.AskedBy, topic) {
			name = practice.ActOpenQuestion
		}
		v.add(s, 0, len(s.words), practice.Act{Name: name, What: topic})
	}
}

// sparesHer tells a request that need not be answered: "don't read me the number, I've got it".
func sparesHer(ws []word, i int) bool {
	for k := max(0, i-4); k < min(i+2, len(ws)); k++ {
		if ws[k].lower == "not" && isOneOf(at(ws, k-1), "do", "need", "must", "should") || ws[k].lower == "no" && at(ws, k+1) == "need" {
			return true
		}
	}
	before := at(ws, i-1) // somebody else is to tell: "they'll tell me", "I'll get the shop to read me the size"
	return isOneOf(at(ws, i), "tell", "read", "give", "show") && (before == "will" || before == "to" && at(ws, i-2) != "you")
}

// requests are ways of asking without a question.
func requests() []string {
	return []string{
		"tell|remind me", "give|read|show me your|the|an|that|some|it", "walk|talk|take me through", "i|we will? need|require your|the|an|some", "your .. @data please|first",
		"^ and? your? .. @data please? $", "what|which .. @data", "can|could|may|might i .. have|take|get|ask", "can|could|would you .. tell|give|confirm|explain|say|spell|read|repeat|describe|share",
		"help me understand", "i would like to hear|know|understand", "describe", "i want to hear|know|understand", "let me have your", "i am wondering", "do you mind telling|me",
		"^ @data please", "need to know", "confirm your", "start from|at the beginning", "how much $", "^ and? why|when|where|who|how $", "^ and? how much|many|old|long", "the|your number please? $",
	}
}

// frames are ways of giving somebody's words back.
func frames() []string {
	return []string{"^ you said|told|mentioned|have|had|were|are", "^ so you|it|he|that|the|what", "what i am hearing", "sounds like", "if i heard", "you have been"}
}

// topicsOf names the scenario's topics that a question asks about, in the order in which it asks, at most four.
// Topics whose words lie inside another's longer phrase do not count: "order number" is not "number".
func (e *Ear) topicsOf(s sentence) []string {
	type hit struct {
		topic    string
		from, to int
		weight   int
	}
	var hits []hit
	for _, t := range e.topics {
		best := hit{}
		for _, p := range t.phrases {
			if i, j, ok := p.find(s.words, 0); ok && p.weight > best.weight {
				best = hit{t.id, i, j, p.weight}
			}
		}
		if best.weight > 0 {
			hits = append(hits, best)
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.weight != b.weight {
			return b.weight - a.weight
		}
		if a.from != b.from {
			return a.from - b.from
		}
		return strings.Compare(a.topic, b.topic)
	})
	var kept []hit
	for _, h := range hits {
		overlaps := slices.ContainsFunc(kept, func(k hit) bool { return h.from < k.to && k.from < h.to })
		if !overlaps && len(kept) < 4 {
			kept = append(kept, h)
		}
	}
	slices.SortFunc(kept, func(a, b hit) int { return a.from - b.from })
	var out []string
	for _, h := range kept {
		out = append(out, h.topic)
	}
	return out
}

// isOpen tells whether a question leaves the answer to her, rather than asking for a datum or a yes.
func isOpen(s sentence) bool {
	for i, w := range s.words {
		switch w.lower {
		case "what":
			for k := i; k < min(i+6, len(s.words)); k++ {
				if isDatum(s.words[k].lower) || isOneOf(s.words[k].lower, "time", "day", "colour", "color", "size") {
					return false
				}
			}
			return true
		case "why":
			return true
		case "how":
			return !isOneOf(at(s.words, i+1), "much", "many", "old", "long", "far", "soon", "often")
		case "tell":
			if at(s.words, i+1) == "me" {
				for k := i; k < min(i+5, len(s.words)); k++ {
					if isDatum(s.words[k].lower) {
						return false
					}
				}
				return true
			}
		case "walk", "talk", "take", "run":
			return at(s.words, i+1) == "me"
		case "describe", "understand":
			return true
		}
	}
	return false
}

func askingWord(s sentence) string {
	for i, w := range s.words {
		switch w.lower {
		case "why", "when", "where", "what", "which":
			return w.lower
		case "tell", "walk", "talk":
			if at(s.words, i+1) == "me" {
				return "what"
			}
		case "who", "whose", "whom":
			return "who"
		case "how":
			switch at(s.words, i+1) {
			case "much", "many":
				return "how_much"
			case "old", "long", "far", "often", "soon":
				return "how_long"
			}
			return "how"
		}
	}
	return "yes_no"
}
