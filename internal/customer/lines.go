package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Lines are a scenario's authored words, as lines.yaml holds them.
type Lines struct {
	Groups []LineGroup `yaml:"lines" json:"lines"`
	// Backchannels are what she hums while she listens: a word or two, as often as she likes.
	Backchannels []string `yaml:"backchannels,omitempty" json:"backchannels,omitempty"`
}

// MaxLines is the most lines that a scenario may have.
const MaxLines = 4096

// LineGroup is a set of lines that say the same thing in different words, with when they may be said. An empty
// condition asks for nothing; of the groups that fit a moment the most particular ones are used first.
type LineGroup struct {
	Move    practice.Move    `yaml:"move" json:"move"`
	Heat    []Band           `yaml:"heat,omitempty" json:"heat,omitempty"`       // bands in which it fits
	Topic   string           `yaml:"topic,omitempty" json:"topic,omitempty"`     // of a question, or a moment such as opening
	Need    string           `yaml:"need,omitempty" json:"need,omitempty"`       // the need that it presses for
	Because practice.ActName `yaml:"because,omitempty" json:"because,omitempty"` // the act that it answers
	What    string           `yaml:"what,omitempty" json:"what,omitempty"`       // and that act's What
	Heard   []string         `yaml:"heard,omitempty" json:"heard,omitempty"`     // phrases, one of which the trainee said
	Tells   []string         `yaml:"tells,omitempty" json:"tells,omitempty"`     // facts told with it, or concern
	Known   bool             `yaml:"known,omitempty" json:"known,omitempty"`     // only once the concern is told
	Unknown bool             `yaml:"unknown,omitempty" json:"unknown,omitempty"` // only until then
	// Remembers is what became of the last call's promises, in a follow-up call: kept, broken or unknown.
	Remembers Remembered `yaml:"remembers,omitempty" json:"remembers,omitempty"`
	Say       []string   `yaml:"say" json:"say"`
	Then      []string   `yaml:"then,omitempty" json:"then,omitempty"` // each of Say may be followed by each of these
}

// Slotless are the lines that take nothing up from the call: all that can be rendered ahead. A group without any is left
// out.
func (l Lines) Slotless() Lines {
	plain := func(lines []string) []string {
		return slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return strings.Contains(s, "{") })
	}
	out := Lines{Backchannels: l.Backchannels}
	for _, g := range l.Groups {
		had := len(g.Then)
		g.Say, g.Then = plain(g.Say), plain(g.Then)
		if len(g.Say) > 0 && (had == 0 || len(g.Then) > 0) {
			out.Groups = append(out.Groups, g)
		}
	}
	return out
}

// Band is a stretch of heat.
type Band string

// The bands: calm below 4, tense below 7, hot from there.
const (
	BandCalm  Band = "calm"
	BandTense Band = "tense"
	BandHot   Band = "hot"
)

// BandOf is the band of a heat in hundredths.
func BandOf(heat int) Band {
	switch {
	case heat < 400:
		return BandCalm
	case heat < 700:
		return BandTense
	default:
		return BandHot
	}
}

// Remembered is what a customer who rings again knows of the promises made to her.
type Remembered string

// What became of them. RememberedUnknown is a customer who knows nothing of an earlier call, or has not found out yet.
const (
	RememberedKept    Remembered = "kept"
	RememberedBroken  Remembered = "broken"
	RememberedUnknown Remembered = "unknown"
)

// size is how many different lines a group can say.
func (g LineGroup) size() int { return len(g.Say) * max(1, len(g.Then)) }

// text is the group's n-th line. A group with Then goes through all pairs, both halves changing from line to line.
func (g LineGroup) text(n int) string {
	if len(g.Then) == 0 {
		return g.Say[n]
	}
	i := n % len(g.Say)
	return g.Say[i] + " " + g.Then[(n/len(g.Say)+i)%len(g.Then)]
}

// wish is what the mind wants to say.
type wish struct {
	move    practice.Move
	topic   string
	need    string
	because practice.ActName
	what    string
	after   string // what the line must still fit behind in one breath
}

// found is a line that fits a wish.
type found struct {
	move  practice.Move
	text  string
	tells []string
	id    int
}

// find looks for an unused line: the most particular groups that fit, one drawn by the call's seed.
func (m *Mind) find(w wish) (found, bool) {
	best, id := -1, 0
	var fits []found
	for group, g := range m.lines.Groups {
		n := g.size()
		if score := m.fit(g, m.answers[group], w); score >= 0 && score >= best {
			for k := range n {
				if m.isUsed(id + k) {
					continue
				}
				text, ok := m.fill(g.text(k), m.slotsOf(g))
				if !ok || strings.Contains(g.text(k), "{") && m.said(text) {
					continue
				}
				if w.after != "" { // joining reads both texts, and most lines stand alone
					if _, fits := join(w.after, text); !fits {
						continue
					}
				}
				if score > best {
					best, fits = score, fits[:0]
				}
				fits = append(fits, found{g.Move, text, g.Tells, id + k})
			}
		}
		id += n
	}
	if len(fits) == 0 {
		return found{}, false
	}
	return fits[practice.Draw(m.seed, m.step, "line/"+string(w.move)+"/"+w.topic, len(fits))], true
}

// fit scores how particularly a group fits a wish, or is -1.
func (m *Mind) fit(g LineGroup, answers []phrase, w wish) int {
	if g.Move != w.move || g.Topic != w.topic || g.Known && !m.knows() || g.Unknown && m.knows() {
		return -1
	}
	score := 0
	if len(g.Heat) > 0 {
		in := false
		for _, b := range g.Heat {
			in = in || b == BandOf(m.heat)
		}
		if !in {
			return -1
		}
		score += 2
	}
	for _, c := range []struct {
		has, want string
		worth     int
	}{{g.Need, w.need, 4}, {string(g.Because), string(w.because), 8}, {g.What, w.what, 8}} {
		if c.has == "" {
			continue
		}
		if c.has != c.want {
			return -1
		}
		score += c.worth
	}
	if len(g.Heard) > 0 {
		heard := false
		for _, s := range m.hearing {
			if _, _, ok := anyPhrase(answers, s.words); ok {
				heard = true
				break
			}
		}
		if !heard {
			return -1
		}
		score += 32
	}
	if g.Known || g.Unknown {
		score++
	}
	if g.Remembers != "" {
		if g.Remembers != m.remembers() {
			return -1
		}
		score += 16
	}
	for _, f := range g.Tells {
		if !m.mayTell(f) {
			return -1
		}
	}
	return score
}

// slotsOf are the words that a group's slots take: the earlier call's when it speaks of that.
func (m *Mind) slotsOf(g LineGroup) slots {
	if g.Remembers != "" {
		return m.recalled
	}
	return m.slots
}

func (m *Mind) isUsed(id int) bool { return id/64 < len(m.used) && m.used[id/64]&(1<<(id%64)) != 0 }

func (m *Mind) use(id int) {
	for id/64 >= len(m.used) {
		m.used = append(m.used, 0)
	}
	m.used[id/64] |= 1 << (id % 64)
}

// said tells whether she has said just this before in the call, whoever wrote it and however it was filled.
func (m *Mind) said(text string) bool {
	text = practice.WithoutMarks(text)
	return slices.ContainsFunc(m.spoken, func(s string) bool { return practice.WithoutMarks(s) == text })
}

// spokenSentences counts the sentences of a line as a listener would.
func spokenSentences(text string) int {
	n := 0
	for _, s := range sentences(text) {
		if len(s.words) > 0 {
			n++
		}
	}
	return n
}

// join puts two lines together when both still fit into what people say in one breath.
func join(a, b string) (string, bool) {
	if spokenSentences(a)+spokenSentences(b) > 3 || len(wordsOf(a))+len(wordsOf(b)) > 34 {
		return a, false
	}
	return strings.TrimSpace(a + " " + b), true
}
