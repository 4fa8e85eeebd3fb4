package customer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Things besides turns and silences that happen to a customer: she is put on hold, taken off it, loses the line, or has
// heard enough.

// OnHold tells her that the trainee has put her on hold without speaking now. An announced hold is granted with the
// patience of NextSilenceMS; one without a word counts against the trainee at once. She says nothing.
func (m Mind) OnHold(announced bool, turn int) (Mind, Reply) {
	m = m.clone()
	m.record(practice.MindInput{Op: practice.OpOnHold, Announced: announced, Turn: turn})
	r := Reply{Move: practice.MoveWaitGrudgingly, Ending: m.ending}
	if m.ending == practice.EndingNone {
		m.silences, m.held = 0, false
		if announced {
			m.holding, m.left = true, false
		} else if !m.holding && !m.left {
			m.left = true
			b := &book{m: &m, turn: turn}
			m.hurt(b, practice.Act{Name: practice.ActUnannouncedHold}, nil)
			r.Ledger = b.entries
		}
	}
	r.Heat, r.Trust, r.Needs, r.Holding = m.heat, m.trust, m.Needs(), m.holding
	return m, r
}

// OffHold tells her that the hold is over and nothing has been said yet. From now on silence is silence. One that she has
// not noticed leaves no trace: a button may be pressed any number of times.
func (m Mind) OffHold() Mind {
	if !m.holding && !m.left && m.silences == 0 {
		return m
	}
	m.record(practice.MindInput{Op: practice.OpOffHold})
	m.held = m.held || m.holding || m.left
	m.holding, m.left, m.silences = false, false, 0
	return m
}

// LineBack is what she says when the line was gone and is there again: that she hears nobody, and then rest, the words
// that were cut off by it, of the reply unfinished. Without authored words for it she just says rest.
func (m Mind) LineBack(rest string, unfinished Reply) (Mind, Reply) {
	m = m.clone()
	m.record(practice.MindInput{Op: practice.OpLineBack, Text: rest, Move: unfinished.Move, Told: slices.Clone(unfinished.Told), Ending: unfinished.Ending})
	m.step++
	m.silences = 0
	r := Reply{Move: practice.MoveWaitGrudgingly, Heat: m.heat, Trust: m.trust, Needs: m.Needs(), Ending: m.ending, Holding: m.holding}
	for _, topic := range []string{"line-back", "silence"} {
		if f, ok := m.find(wish{move: practice.MoveWaitGrudgingly, topic: topic}); ok {
			m.take(f)
			r.Text = f.text
			break
		}
	}
	if rest = strings.TrimSpace(rest); rest != "" {
		first, size := utf8.DecodeRuneInString(rest)
		r.Text = strings.TrimSpace(r.Text + " " + string(unicode.ToUpper(first)) + rest[size:])
		r.Move, r.Told, r.Ending = unfinished.Move, slices.Clone(unfinished.Told), unfinished.Ending
		m.telling = slices.Clone(unfinished.Told)
	}
	m.spoke(r)
	return m, r
}

// Backchannels are what she may hum while the trainee speaks.
func (m Mind) Backchannels() []string { return m.lines.Backchannels }

// cutIn puts the words that take the floor before what she has to say.
func (m *Mind) cutIn(r *Reply) {
	if r.Ending != practice.EndingNone || r.Text == "" {
		return
	}
	f, ok := m.find(wish{move: practice.MoveInterrupt})
	if !ok || spokenSentences(f.text)+spokenSentences(r.Text) > 4 || len(wordsOf(f.text))+len(wordsOf(r.Text)) > MostWords {
		return
	}
	m.take(f)
	r.Text, r.Move = f.text+" "+r.Text, practice.MoveInterrupt
	m.spoke(*r)
}
