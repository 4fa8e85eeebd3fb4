package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// HoldsPhrase tells whether a text holds one of the phrases, as a customer with these things (nil: the default) hears it.
func HoldsPhrase(phrases []string, text string, things []string) bool {
	compiled := compileAll(phrases)
	ss := sentences(text)
	markThings(ss, things)
	return slices.ContainsFunc(ss, func(s sentence) bool { return holdsPhrase(compiled, s.words) })
}

// NeverMatches tells why a phrase that can be read finds nothing in anything that can be said; "" when it can match.
func NeverMatches(text string) string {
	p, err := compile(text)
	if err != nil {
		return ""
	}
	for _, q := range p.parts {
		for _, w := range slices.Concat(q.words, q.stems) {
			if w == "^" {
				return "^ cannot stand beside words: write a second phrase"
			}
			if got := wordsOf(w); w != "'s" && (len(got) != 1 || got[0].lower != w) {
				return "nobody ever says the word " + w + " as one word: write its parts apart"
			}
		}
	}
	for k, q := range p.parts {
		if q.start && k > 0 || q.end && k < len(p.parts)-1 {
			return "^ stands only at the beginning of a phrase and $ only at its end"
		}
	}
	example, ok := exampleOf(p)
	if !ok {
		return ""
	}
	for _, s := range sentences(example) {
		if _, _, ok := p.find(s.words, 0); ok {
			return ""
		}
	}
	return "not even “" + example + "” matches it"
}

// exampleOf is words that a phrase asks for; false when a class has no example.
func exampleOf(p phrase) (string, bool) {
	var out []string
	for _, q := range p.parts {
		switch {
		case q.gap > 0 || q.start || q.end || q.optional:
		case q.orEnd:
		case len(q.words) > 0:
			out = append(out, q.words[0])
		case len(q.stems) > 0:
			out = append(out, q.stems[0])
		case len(q.classes[0].words) > 0:
			out = append(out, q.classes[0].words[0])
		default:
			found := ""
			for _, try := range []string{"tomorrow at four o'clock", "it", "four", "£5", "soon"} {
				if q.classes[0].at(wordsOf(try), 0) > 0 {
					found = try
				}
			}
			if found == "" {
				return "", false
			}
			out = append(out, found)
		}
	}
	return strings.ReplaceAll(strings.Join(out, " "), " 's", "'s"), true
}

// MomentTopics are the topics of lines that name a moment of a call and not what a question is about.
func MomentTopics() []string {
	return []string{
		"opening", "story", "odd", "unheard", "name", "after-hold", "line-back", "again", "escalated", "insists", "parted-kindly", "plain", "resolved",
		"silence", "silence-again", "hold", "hold-again",
	}
}

// AskingTopics are the topics under which questions are answered that a scenario has no topic for.
func AskingTopics() []string {
	return []string{"?why", "?when", "?where", "?who", "?what", "?which", "?how", "?how_much", "?how_long", "?yes_no", "?", "?again"}
}

// Wanted is a kind of line that every call may come to want.
type Wanted struct {
	Move  practice.Move
	Topic string
	Bands []Band // in each of which there must be enough; nil: it does not depend on heat
}

// WantedLines lists what lines every customer needs, whatever her scenario.
func WantedLines() []Wanted {
	all, upset := []Band{BandCalm, BandTense, BandHot}, []Band{BandTense, BandHot}
	out := []Wanted{
		{practice.MoveVent, "opening", nil},
		{practice.MoveVent, "", all},
		{practice.MoveTellFact, "story", nil},
		{practice.MoveSoften, "", all},
		{practice.MoveConsider, "", all},
		{practice.MoveDecline, "", all},
		{practice.MoveDemand, "", upset},
		{practice.MoveAccept, "", []Band{BandCalm}},
		{practice.MoveThank, "", []Band{BandCalm}},
		{practice.MoveCorrect, "", nil},
		{practice.MoveCorrect, "name", nil},
		{practice.MoveQuestionVagueness, "", all},
		{practice.MoveQuestionVagueness, "odd", nil},
		{practice.MoveQuestionVagueness, "unheard", nil},
		{practice.MovePressUnmetNeed, "", nil},
		{practice.MovePressUnmetNeed, "after-hold", nil},
		{practice.MoveInterrupt, "", nil},
		{practice.MoveSigh, "", all},
		{practice.MoveWaitGrudgingly, "", all},
		{practice.MoveWaitGrudgingly, "silence", nil},
		{practice.MoveWaitGrudgingly, "line-back", nil},
		{practice.MoveAskSupervisor, "", upset},
		{practice.MoveAskSupervisor, "again", nil},
		{practice.MoveThreatenLeave, "", upset},
		{practice.MoveHangUp, "", nil},
		{practice.MoveHangUp, "odd", nil},
		{practice.MoveHangUp, "silence", nil},
	}
	for _, topic := range []string{"plain", "resolved", "parted-kindly", "escalated", "insists"} {
		out = append(out, Wanted{practice.MoveSayGoodbye, topic, nil})
	}
	for _, topic := range AskingTopics() {
		out = append(out, Wanted{practice.MoveAnswer, topic, nil})
	}
	return out
}

// MostSoothed is by how much heat (0–10) a perfect agent could lower a customer in that many turns: every soothing act
// until it is worth nothing, within what one turn may take.
func MostSoothed(s *practice.Scenario, turns int) float64 {
	sum := 0.0
	for name, by := range s.Soothers {
		if isSoother(name) && by < 0 {
			sum -= by * s.Temperament.Recovery * 1.5 // all of it, then half, then nothing
		}
	}
	return min(sum, float64(turns)*s.Temperament.CavingBudget)
}
