package grading

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

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

// courierTime reports whether a sentence says by the clock when the parcel comes. When it is sent off, put by in a shop or
// paid back, and when the trainee calls again, is theirs to promise.
func courierTime(r *reading, s span) bool {
	carrier, comes, goes := false, false, false
	before := func(i int, words ...string) bool {
		return i > s.from && slices.Contains(words, r.words[i-1].w)
	}
	for i := s.from; i < s.to; i++ {
		switch r.words[i].w {
		case "courier", "driver":
			carrier = true
		case "delivery", "parcel", "package", "van":
			carrier = carrier || !r.inSentence("shipping_refund", s.n)
		case "arrive", "arrives", "arriving", "deliver", "delivers", "delivered", "come", "comes", "coming", "reach", "reaches", "expect", "doorstep":
			comes = true
		case "door":
			comes = comes || !before(i, "our", "the")
		case "there":
			comes = comes || before(i, "be", "is", "get", "gets")
		case "with":
			comes = comes || before(i, "be", "is") && isWord(r.words, i+1, "you")
		case "to":
			comes = comes || isWord(r.words, i+1, "you") && slices.ContainsFunc(r.words[max(s.from, i-4):i], func(w word) bool { return w.w == "get" || w.w == "gets" })
		case "have", "get", "receive":
			comes = comes || before(i, "you", "will", "should", "to") && (isWord(r.words, i+1, "it") || isWord(r.words, i+1, "your") || isWord(r.words, i+1, "all")) && slices.ContainsFunc(r.words[s.from:i], func(w word) bool { return w.w == "you" })
		case "leave", "leaves", "leaving", "left", "pack", "packed", "ship", "shipped", "dispatch", "dispatched", "send", "sent", "picks", "collects", "loaded":
			goes = true
		case "store", "shop", "branch", "counter":
			return false
		case "call", "ring", "email", "phone", "text", "message", "update", "speak":
			if before(i, "will", "to", "and", "i") {
				return false
			}
		}
	}
	return (comes || carrier && !goes) && clockTime(r.words[:s.to], s.n)
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
