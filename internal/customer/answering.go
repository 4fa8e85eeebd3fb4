package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// answerAll puts the answer to what was asked first and then, when a breath is left, the reaction.
func (m *Mind) answerAll(acts []practice.Act, ledger []practice.LedgerEntry, ws []wish) Reply {
	var topics []string
	for _, a := range acts {
		if (a.Name == practice.ActOpenQuestion || a.Name == practice.ActClosedQuestion) && a.What != "" && !slices.Contains(topics, a.What) {
			topics = append(topics, m.answerable(a))
		}
	}
	slices.SortStableFunc(topics, func(a, b string) int {
		return strings.Count(a[:min(1, len(a))], "?") - strings.Count(b[:min(1, len(b))], "?")
	}) // what she knows before what she makes up
	reveals := len(ws) > 0 && ws[0].move == practice.MoveRevealConcern
	parting := m.ending != practice.EndingNone || len(ws) > 0 && isOneOf(string(ws[0].move), string(practice.MoveAskSupervisor), string(practice.MoveThreatenLeave), string(practice.MoveHangUp)) || has(acts, practice.ActManipulation, practice.ActAbuse)
	if len(topics) == 0 || parting {
		return m.speak(ledger, ws...)
	}
	r := Reply{Ledger: ledger, Heat: m.heat, Trust: m.trust, Needs: m.Needs(), Ending: m.ending, Holding: m.holding}
	if reveals {
		if f, ok := m.find(ws[0]); ok {
			m.take(f)
			r.Text, r.Move, r.Told = f.text, f.move, append(r.Told, f.tells...)
			ws = ws[1:]
		} else {
			reveals = false
		}
	}
	for _, topic := range topics {
		if reveals && strings.HasPrefix(topic, "?") {
			continue
		}
		if reveals && slices.Contains(m.scenario.HiddenConcern.AskedBy, topic) || spokenSentences(r.Text) >= 3 {
			continue
		}
		f, ok := m.answer(topic, has(acts, practice.ActAskedAgain), r.Text)
		if !ok {
			continue
		}
		text, _ := join(r.Text, f.text)
		if r.Text == "" {
			text = f.text
		}
		m.take(f)
		r.Text, r.Told = text, append(r.Told, f.tells...)
		if !reveals {
			r.Move = practice.MoveAnswer
		}
		if !slices.Contains(m.answered, topic) {
			m.answered = append(m.answered, topic)
		}
	}
	if r.Text == "" {
		return m.speak(ledger, ws...)
	}
	if len(topics) == 1 && !reveals {
		m.addReaction(&r, ws)
	}
	m.spoke(r)
	return r
}

// addReaction adds to an answer what must not go unsaid: the concern when it is earned, a correction, or a sore point.
func (m *Mind) addReaction(r *Reply, ws []wish) {
	for _, w := range ws {
		must := w.move == practice.MoveRevealConcern || w.move == practice.MoveCorrect ||
			isOneOf(string(w.because), string(practice.ActCalmDown), string(practice.ActBlame), string(practice.ActDismissive), string(practice.ActTransfer), string(practice.ActSpecificPlan), string(practice.ActPolicyFirst))
		if !must {
			continue
		}
		f, ok := m.find(w)
		if !ok {
			continue
		}
		if text, fits := join(r.Text, f.text); fits {
			m.take(f)
			r.Text, r.Told = text, append(r.Told, f.tells...)
			if w.move == practice.MoveRevealConcern {
				r.Move = practice.MoveRevealConcern
			}
		}
		return
	}
}

// answer finds words on a topic that still fit into the breath begun with after; one that the scenario does not know is
// answered by its asking word.
func (m *Mind) answer(topic string, again bool, after string) (found, bool) {
	w := wish{move: practice.MoveAnswer, topic: topic, after: after}
	if again {
		w.because = practice.ActAskedAgain
	}
	if f, ok := m.find(w); ok {
		return f, true
	}
	if w.after = ""; after != "" {
		if _, ok := m.find(w); ok {
			return found{}, false // there are words for it, but no breath
		}
	}
	w = wish{move: practice.MoveAnswer, topic: "?", after: after}
	if topic[0] != '?' {
		w.topic = "?again"
	}
	return m.find(w)
}

// intelligible tells whether a turn holds words that she can take for speech in her language.
func intelligible(text string, acts []practice.Act) bool {
	ws := wordsOf(text)
	if len(ws) == 0 {
		return false
	}
	if len(ws) <= 2 || slices.ContainsFunc(acts, func(a practice.Act) bool { return !strings.HasPrefix(a.What, "?") }) {
		return true // more than a question mark was understood
	}
	known := 0
	for _, w := range ws {
		if isStopWord(w.lower) || isPersonal(w.lower) || isLeadIn(w.lower) || isNumber(w.lower) ||
			isOneOf(w.lower, "a", "is", "to", "of", "in", "on", "it", "i", "he", "she", "we", "at", "by", "my", "do", "be", "as", "if", "or", "so", "an", "mm", "hm", "hmm", "yeah", "uh", "oh", "order", "parcel", "delivery", "depot", "help", "call") {
			known++
		}
	}
	return known*5 >= len(ws)
}
