package grading

import "strings"

// meaning says what a hit is worth by its own sentence; an empty name means nothing.
func (rd *reader) meaning(r *reading, h hit) (string, float64) {
	s := r.sentenceOf(h.from)
	question := r.questions[s]
	asks := question || r.inSentence("open_question", s)
	switch h.category {
	case "feel_named":
		if r.inSentence("stock_empathy", s) && h.to-h.from <= 3 {
			return "stock_empathy", 0.5
		}
		if firstPersonFeeling(r.words[h.from:h.to]) || r.inSentence("backhanded", s) {
			return "", 0
		}
		return "names_feeling", 1
	case "validate":
		if r.inSentence("stock_empathy", s) || r.inSentence("policy_first", s) || isWord(r.words, h.from-1, "not") {
			return "", 0
		}
		return "validates", 1
	case "burden":
		if asks || r.inSentence("blame", s) || r.inSentence("commit", s) {
			return "", 0
		}
		return "names_burden", 1
	case "stakes_named":
		if asks || r.inSentence("data_asked", s) || r.inSentence("stock_empathy", s) {
			return "", 0
		}
		if r.inSentence("commit", s) {
			return "names_stakes", 0.5
		}
		return "names_stakes", 1
	case "stock_empathy":
		return "stock_empathy", 1
	case "apology":
		if r.inSentence("specific_apology", s) || r.inSentence("stock_empathy", s) {
			return "", 0
		}
		return "generic_apology", 1
	case "specific_apology":
		if r.inSentence("backhanded", s) || r.inSentence("stock_empathy", s) && h.to-h.from < 5 {
			return "", 0
		}
		return "specific_apology", 1
	case "open_question":
		if !question && !rightPlaceForQuestion(r.words, h.from) {
			return "", 0
		}
		return "open_question", 1
	case "closed_question":
		if r.inSentence("open_question", s) || !question && (!startsSentence(r.words, h.from) || h.to-h.from < 2) {
			return "", 0
		}
		return "closed_question", 1
	case "commit":
		if negated(r.words, h.from, h.to) || r.inSentence("dismissive", s) {
			return "", 0
		}
		if r.inSentence("time", s) {
			return "plan_with_time", 1
		}
		if r.inSentence("announce", s) {
			return "", 0
		}
		return "commit", 1
	case "done", "offer", "options", "extra", "tip", "follow_up":
		if negated(r.words, h.from, h.to) || r.inSentence("dismissive", s) {
			return "", 0
		}
		return h.category, 1
	case "refusal":
		if r.has("refusal_soft") || r.has("options") || r.has("validate") || r.has("commit") && !r.has("dismissive") {
			return "refusal_kind", 1
		}
		return "refusal_flat", 1
	case "dismissive":
		if r.inSentence("validate", s) && !r.inSentence("blame", s) || r.has("refusal_soft") && r.has("commit") || isWord(r.words, h.from-1, "not") || isWord(r.words, h.from-1, "if") || isWord(r.words, h.from-1, "when") || isWord(r.words, h.from-1, "than") {
			return "", 0
		}
		return "dismissive", 1
	case "blame":
		if r.inSentence("ownership", s) {
			return "", 0
		}
		return "blame", 1
	case "transfer":
		if r.inSentence("commit", s) && r.inSentence("time", s) {
			return "", 0
		}
		return "transfer", 1
	case "data_asked":
		if rd.told["number"] && asks && strings.Contains(r.sentenceText(s), "number") {
			return "asked_again", 1
		}
		return "", 0
	case "ownership", "explanation", "check", "mirror", "announce", "summary", "anything_else", "warm", "thanks",
		"backhanded", "sarcasm", "self_praise", "manipulation", "abuse", "policy_first", "jargon", "wish", "crude":
		return h.category, 1
	default:
		return "", 0
	}
}

func isWord(words []word, at int, w string) bool {
	return at >= 0 && at < len(words) && words[at].w == w
}

func startsSentence(words []word, at int) bool {
	if at == 0 || words[at-1].sentence != words[at].sentence {
		return true
	}
	switch words[at-1].w {
	case "and", "so", "but", "or", "okay", "ok", "now", "right", "well", "please", "then", "first", "yes", "sure":
		return true
	default:
		return false
	}
}

// rightPlaceForQuestion keeps "that is what happened" and "I know how it is" from being questions.
func rightPlaceForQuestion(words []word, at int) bool {
	if startsSentence(words, at) {
		return true
	}
	switch words[at-1].w {
	case "is", "know", "see", "that", "of", "understand", "how", "about", "exactly", "hear", "not", "on", "at", "for", "was", "with":
		return false
	default:
		return words[at].w == "tell" || words[at].w == "could" || words[at].w == "can" || words[at].w == "would" || words[at].w == "what" || words[at].w == "how" || words[at].w == "help"
	}
}

// firstPersonFeeling keeps the trainee's own feelings from counting as the customer's.
func firstPersonFeeling(words []word) bool {
	return len(words) >= 2 && words[0].w == "i" && words[1].w == "am"
}

// negated reports whether words[from:to], or the five before in the same sentence, say not.
func negated(words []word, from, to int) bool {
	for i := max(0, from-5); i < to; i++ {
		if words[i].sentence != words[from].sentence {
			continue
		}
		switch words[i].w {
		case "not", "never", "cannot", "unable", "without", "wish":
			return true
		}
	}
	return false
}
