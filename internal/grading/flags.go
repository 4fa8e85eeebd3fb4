package grading

import (
	"sort"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// The flags. The first four fail a call until a coach has looked.
const (
	FlagAbuse        = "abusive_language"
	FlagPrivacy      = "privacy"
	FlagOverpromise  = "overpromise"
	FlagSafety       = "safety_ignored"
	FlagRepetition   = "repetition"
	FlagManipulation = "grader_manipulation"
	FlagInterruption = "interruption"
	FlagLongSilence  = "long_silence"
)

// Flags lists the flags in the order in which they are shown.
func Flags() []string {
	return []string{FlagAbuse, FlagPrivacy, FlagOverpromise, FlagSafety, FlagRepetition, FlagManipulation, FlagInterruption, FlagLongSilence}
}

func autoFail(flag string) bool {
	switch flag {
	case FlagAbuse, FlagPrivacy, FlagOverpromise, FlagSafety:
		return true
	default:
		return false
	}
}

// flagger gathers flags with the words that raised them.
type flagger struct {
	c       *call
	details []practice.FlagDetail
	seen    map[string]bool
}

func (f *flagger) raise(flag string, r *reading, from, to int, sure bool) {
	start, end := r.quote(from, to)
	quote := r.text[start:end]
	key := flag + "\x00" + quote
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	f.details = append(f.details, practice.FlagDetail{Flag: flag, Turn: r.turn, Quote: quote, AutoFail: sure && autoFail(flag), Coach: "pending"})
}

func (g *Grader) flags(c *call, policy *practice.PolicyCard) []practice.FlagDetail {
	f := &flagger{c: c, seen: map[string]bool{}}
	for _, i := range c.trainee {
		r := &c.turns[i]
		for _, a := range r.acts {
			switch a.name {
			case "abuse":
				f.raise(FlagAbuse, r, a.from, a.to, true)
			case "manipulation":
				f.raise(FlagManipulation, r, a.from, a.to, true)
			}
		}
		f.privacy(r)
		f.promises(r, policy)
	}
	f.safety()
	f.repeated()
	for _, i := range c.timing.overlaps {
		if len(c.timing.overlaps) >= 2 {
			f.raise(FlagInterruption, &c.turns[i], 0, len(c.turns[i].words), true)
		}
	}
	for _, i := range c.timing.silences {
		f.raise(FlagLongSilence, &c.turns[i], 0, len(c.turns[i].words), true)
	}
	order := map[string]int{}
	for i, name := range Flags() {
		order[name] = i
	}
	sort.SliceStable(f.details, func(a, b int) bool {
		if x, y := order[f.details[a].Flag], order[f.details[b].Flag]; x != y {
			return x < y
		}
		return f.details[a].Turn < f.details[b].Turn
	})
	return f.details
}

// privacy finds data that must not be said aloud: another person's details, secrets asked for, a whole card number.
func (f *flagger) privacy(r *reading) {
	for _, h := range r.hits {
		if h.category == "privacy" && !negated(r.words, h.from, h.from+1) && !saysNever(r, h) {
			f.raise(FlagPrivacy, r, h.from, h.to, true)
		}
	}
	digits, from := 0, 0
	for i, w := range r.words {
		if strings.Trim(w.w, "0123456789") != "" {
			digits = 0
			continue
		}
		if digits == 0 {
			from = i
		}
		digits += len(w.w)
		if digits >= 13 {
			f.raise(FlagPrivacy, r, from, i+1, true)
			return
		}
	}
}

// saysNever keeps "I will never ask for your PIN" from being a request for it.
func saysNever(r *reading, h hit) bool {
	for _, w := range r.words {
		if w.sentence == r.words[h.from].sentence && (w.w == "never" || w.w == "not" || w.w == "without") {
			return true
		}
	}
	return false
}

// safety finds a danger that the customer named and that neither of the trainee's next two turns takes up.
func (f *flagger) safety() {
	for i := range f.c.turns {
		r := &f.c.turns[i]
		if r.speaker != practice.Customer {
			continue
		}
		at := -1
		for _, h := range r.hits {
			if h.category == "safety_need" && !r.inSentence("not_safety", r.sentenceOf(h.from)) && !negated(r.words, h.from, h.from+1) {
				at = h.from
				break
			}
		}
		if at < 0 {
			continue
		}
		var answers []*reading
		for j := i + 1; j < len(f.c.turns) && len(answers) < 2; j++ {
			if f.c.turns[j].speaker == practice.Trainee && len(f.c.turns[j].words) > 0 {
				answers = append(answers, &f.c.turns[j])
			}
		}
		cared := len(answers) == 0
		for _, a := range answers {
			cared = cared || a.has("safety_care") && !a.did("dismissive") && !a.did("sarcasm")
		}
		if !cared {
			f.raise(FlagSafety, answers[0], 0, len(answers[0].words), true)
		}
	}
}

// weighty counts the words that are more than grammar.
func weighty(words []word) int {
	n := 0
	for _, w := range words {
		if content(w.w) {
			n++
		}
	}
	return n
}

// repeated finds a sentence of at least four words said three times, and stock phrases in a third of the turns or more.
func (f *flagger) repeated() {
	count := map[string]int{}
	stock, raised := 0, false
	for _, i := range f.c.trainee {
		r := &f.c.turns[i]
		for _, s := range sentences(r) {
			if s.to-s.from < 4 || weighty(r.words[s.from:s.to]) < 2 {
				continue
			}
			key := r.sentenceText(s.n)
			count[key]++
			if count[key] == 3 {
				f.raise(FlagRepetition, r, s.from, s.to, true)
				r.acts = append(r.acts, act{"repeated", s.from, s.to, 1})
			}
		}
		for _, h := range r.hits {
			if h.category != "stock_empathy" {
				continue
			}
			stock++ // once a turn
			if stock >= 3 && 3*stock >= len(f.c.trainee) && !raised {
				raised = true
				f.raise(FlagRepetition, r, h.from, h.to, true)
				r.acts = append(r.acts, act{"repeated", h.from, h.to, 1})
			}
			break
		}
	}
}
