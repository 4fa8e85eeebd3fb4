package grading

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// The least that is graded, and the most that may be unsure.
const (
	leastTurns      = 3
	leastWords      = 15
	needTurns       = 3    // customer turns that make a short answer a finding instead of a reason
	unsureBelow     = 0.45 // a word's confidence
	unsureShare     = 0.5  // of the trainee's timed words
	emptyTurnsShare = 0.5  // of the trainee's turns
)

// abstentions says why a call is not graded. It never blames the trainee for what the machine could not hear.
func abstentions(t practice.Transcript, c *call) []practice.Reason {
	var out []practice.Reason
	add := func(code, message string) { out = append(out, practice.Reason{Code: code, Message: message}) }
	if t.CutByServer {
		add("technical_failure", "The server cut this call, so it is not graded.")
	}
	var spoken wordCounts
	for _, i := range c.trainee {
		spoken.add(c.turns[i].words)
	}
	if l := strings.ToLower(t.Language); l != "" && l != "en" && !strings.HasPrefix(l, "en-") && !strings.HasPrefix(l, "en_") {
		add("unsupported_language", "This grader reads English only; the transcript says "+t.Language+".")
	} else if spoken.foreignLanguage() {
		add("unsupported_language", "The words are not English, and this grader reads English only.")
	}
	said, blank, timed, unsure := 0, 0, 0, 0
	for i, turn := range t.Turns {
		if turn.Speaker != practice.Trainee {
			continue
		}
		said++
		if len(c.turns[i].words) == 0 {
			blank++
		}
		for _, w := range turn.Words {
			timed++
			if w.Confidence < unsureBelow {
				unsure++
			}
		}
	}
	if said > 0 && float64(blank) > emptyTurnsShare*float64(said) || float64(unsure) > unsureShare*float64(timed) || spoken.noise() && len(out) == 0 {
		add("unintelligible", "Too little of what was said could be recognised to grade it fairly.")
	}
	if len(out) > 0 {
		return out
	}
	curt := len(c.trainee) > 0 && customersNeed(c)
	if (len(c.trainee) < leastTurns || spoken.all < leastWords) && !curt {
		add("insufficient_data", "There is too little to grade: at least three turns and fifteen words of the trainee are needed.")
	}
	return out
}

// customersNeed reports whether the customer spoke at least three times and raised something: then short answers are a
// finding about the call, and grading it is fair.
func customersNeed(c *call) bool {
	spoke, words, need := 0, 0, false
	for i := range c.turns {
		r := &c.turns[i]
		if r.speaker != practice.Customer || len(r.words) == 0 {
			continue
		}
		spoke++
		words += len(r.words)
		need = need || r.has("need") || r.has("heat") || strings.Contains(r.text, "?")
	}
	return spoke >= needTurns && (need || words >= 30)
}
