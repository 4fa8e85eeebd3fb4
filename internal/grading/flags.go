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

// promises finds what the policy card does not allow. Without a card only loud promises are marked, as possible:
// for a coach to look at, not failing the call.
func (f *flagger) promises(r *reading, policy *practice.PolicyCard) {
	for _, s := range sentences(r) {
		if !r.inSentence("commit", s.n) && !r.inSentence("overpromise_hint", s.n) && !r.inSentence("done", s.n) && !promises(r, s) {
			continue
		}
		if refused(r, s) || r.questions[s.n] && !r.inSentence("overpromise_hint", s.n) {
			continue
		}
		if policy == nil {
			if r.inSentence("overpromise_hint", s.n) && (r.inSentence("full_refund", s.n) || r.inSentence("giveaway", s.n) || courierTime(r, s) || r.inSentence("time", s.n)) {
				f.raise(FlagOverpromise, r, s.from, s.to, false)
			}
			continue
		}
		if outOfPolicy(r, s, policy) {
			f.raise(FlagOverpromise, r, s.from, s.to, true)
		}
	}
}

type span struct{ n, from, to int }

func sentences(r *reading) []span {
	var out []span
	for i, w := range r.words {
		if len(out) == 0 || out[len(out)-1].n != w.sentence {
			out = append(out, span{w.sentence, i, i})
		}
		out[len(out)-1].to = i + 1
	}
	return out
}

// promises reports whether a sentence says that something will be, whoever does it.
func promises(r *reading, s span) bool {
	for i := s.from; i < s.to; i++ {
		switch r.words[i].w {
		case "will", "promise", "guarantee", "guaranteed", "shall":
			return true
		case "going":
			return isWord(r.words, i+1, "to")
		case "get", "getting", "have", "give", "giving", "be":
			if i > 0 && (r.words[i-1].w == "you" || r.words[i-1].w == "am" || r.words[i-1].w == "us") {
				return true
			}
		}
	}
	return false
}

// refused reports whether the sentence says that it cannot or will not be done.
func refused(r *reading, s span) bool {
	for i := s.from; i < s.to; i++ {
		switch r.words[i].w {
		case "cannot", "unable", "wish", "beyond":
			return true
		case "not":
			if i > s.from {
				switch r.words[i-1].w {
				case "can", "could", "will", "am", "do", "would", "are", "is", "allowed":
					// "you do not have to worry, I will …" goes on to promise
					if !isWord(r.words, i+1, "have") && !isWord(r.words, i+1, "worry") && !isWord(r.words, i+1, "let") && !isWord(r.words, i+1, "only") {
						return true
					}
				}
			}
		}
	}
	return false
}

func courierTime(r *reading, s span) bool {
	who := false
	for i := s.from; i < s.to; i++ {
		switch r.words[i].w {
		case "courier", "driver", "van", "delivery", "parcel", "package", "it", "they", "he", "she", "delivered", "arrive", "arrives", "there", "door", "doorstep":
			who = true
		case "call", "ring", "email", "phone", "text", "message", "update", "speak":
			if i > s.from && (r.words[i-1].w == "will" || r.words[i-1].w == "to" || r.words[i-1].w == "and" || r.words[i-1].w == "i") {
				return false // the trainee's own call back is theirs to promise
			}
		}
	}
	return who && clockTime(r.words[:s.to], s.n)
}

func outOfPolicy(r *reading, s span, policy *practice.PolicyCard) bool {
	may := strings.ToLower(strings.Join(policy.CanOffer, " "))
	allows := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(may, w) {
				return true
			}
		}
		return false
	}
	for _, not := range policy.MustNot {
		not = strings.ToLower(not)
		if strings.Contains(not, "time") && (strings.Contains(not, "courier") || strings.Contains(not, "deliver") || strings.Contains(not, "driver")) {
			if courierTime(r, s) {
				return true
			}
			continue
		}
		if names(r, s, not) {
			return true
		}
	}
	shipping := r.inSentence("shipping_refund", s.n)
	if r.inSentence("full_refund", s.n) && !shipping && !allows("full_refund", "refund_full", "refund_order", "refund_item", "money_back") && !exactly(policy.CanOffer, "refund") {
		return true
	}
	if r.inSentence("giveaway", s.n) && !shipping && !allows("free", "gift", "compensat", "discount") {
		return true
	}
	for _, sum := range amounts(r.words) {
		if sum.from < s.from || sum.from >= s.to || sum.value <= policy.GoodwillBudget || policy.GoodwillBudget < 0 {
			continue
		}
		if gives(r, s) && !exactly(policy.CanOffer, "refund") && !allows("full_refund", "refund_full") {
			return true
		}
	}
	return false
}

func exactly(list []string, item string) bool {
	for _, x := range list {
		if strings.EqualFold(x, item) {
			return true
		}
	}
	return false
}

// gives reports whether money moves to the customer in a sentence, rather than having been paid by her.
func gives(r *reading, s span) bool {
	for i := s.from; i < s.to; i++ {
		switch r.words[i].w {
		case "refund", "refunding", "refunded", "voucher", "credit", "crediting", "credited", "back", "compensation", "compensate", "off", "give", "giving", "goodwill", "gift", "discount", "reimburse", "pay", "paying", "offer", "send", "add", "put":
			return true
		case "paid", "spent", "cost", "owe":
			return false
		}
	}
	return false
}

// names reports whether a sentence has every weighty word of a must_not item: waive_cancellation_fee.
func names(r *reading, s span, item string) bool {
	found := 0
	for _, part := range strings.FieldsFunc(item, func(c rune) bool { return c == '_' || c == ' ' || c == '-' }) {
		switch part {
		case "promise", "offer", "give", "say", "tell", "the", "a", "any", "of", "to", "no", "not", "guarantee":
			continue
		}
		here := false
		for i := s.from; i < s.to; i++ {
			here = here || stem(r.words[i].w) == stem(part)
		}
		if !here {
			return false
		}
		found++
	}
	return found > 0
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
