package grading

import (
	"sort"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// act is one thing that a turn did, after its surroundings were looked at.
type act struct {
	name     string
	from, to int     // words
	weight   float64 // 1 full credit; less where the surroundings take from it
}

// reading is one turn as the grader understands it.
type reading struct {
	turn      int
	speaker   practice.Speaker
	text      string
	words     []word
	questions []bool
	hits      []hit
	acts      []act
	salad     bool // stock words without grammar
	announced bool // says that a look-up will take a moment
}

func (r *reading) has(category string) bool {
	for _, h := range r.hits {
		if h.category == category {
			return true
		}
	}
	return false
}

func (r *reading) did(name string) bool {
	for _, a := range r.acts {
		if a.name == name && a.weight > 0 {
			return true
		}
	}
	return false
}

func (r *reading) sentenceOf(at int) int { return r.words[at].sentence }

func (r *reading) inSentence(category string, sentence int) bool {
	for _, h := range r.hits {
		if h.category == category && r.sentenceOf(h.from) == sentence {
			return true
		}
	}
	return false
}

// sentenceText is a sentence's words joined by blanks: what is compared to see whether it was said before.
func (r *reading) sentenceText(sentence int) string {
	var b strings.Builder
	for _, w := range r.words {
		if w.sentence == sentence {
			b.WriteString(w.w)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// reader reads a whole call; said remembers what the trainee has said before, and asked what the customer has told.
type reader struct {
	lex   *lexicon
	said  map[string]int // trainee sentences and stock phrases
	told  map[string]bool
	lastC *reading
}

// readCall reads every turn. Only trainee turns get acts.
func readCall(lex *lexicon, turns []practice.TranscriptTurn) []reading {
	rd := reader{lex: lex, said: map[string]int{}, told: map[string]bool{}}
	out := make([]reading, len(turns))
	for i, t := range turns {
		r := &out[i]
		r.turn, r.speaker, r.text = i, t.Speaker, t.Text
		r.words, r.questions = read(t.Text)
		r.hits = lex.find(r.words)
		if t.Speaker == practice.Trainee {
			rd.interpret(r)
		} else {
			rd.lastC = r
			rd.remember(r)
		}
	}
	return out
}

// remember notes which reference data the customer has given: a long number told is an order number told.
func (rd *reader) remember(r *reading) {
	for _, w := range r.words {
		if len(w.w) >= 4 && strings.ContainsAny(w.w[:1], "0123456789") {
			rd.told["number"] = true
		}
	}
}

// interpret turns a trainee turn's hits into acts.
func (rd *reader) interpret(r *reading) {
	r.salad = isSalad(r.words)
	r.announced = r.has("announce")
	for _, h := range r.hits {
		if name, weight := rd.meaning(r, h); name != "" {
			r.acts = append(r.acts, act{name, h.from, h.to, weight})
		}
	}
	if from, to, mocked := rd.mocks(r); mocked {
		r.acts = append(r.acts, act{"sarcasm", from, to, 1})
	}
	rd.surroundings(r)
	rd.repetition(r)
	sort.SliceStable(r.acts, func(a, b int) bool { return r.acts[a].from < r.acts[b].from })
}

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
		if r.inSentence("validate", s) && !r.inSentence("blame", s) || r.has("refusal_soft") && r.has("commit") || isWord(r.words, h.from-1, "not") {
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

// surroundings takes back credit which the rest of the turn unsays.
func (rd *reader) surroundings(r *reading) {
	var hostile, dismissed, backhanded, but bool
	firstWarm, lastCold := len(r.words), -1
	for _, a := range r.acts {
		switch a.name {
		case "sarcasm", "abuse":
			hostile = true
		case "dismissive", "blame", "refusal_flat":
			dismissed = true
			lastCold = max(lastCold, a.from)
		case "backhanded":
			backhanded = true
		case "names_feeling", "validates", "stock_empathy", "names_burden", "names_stakes":
			firstWarm = min(firstWarm, a.from)
		}
	}
	for i := firstWarm; i < lastCold; i++ {
		but = but || r.words[i].w == "but" || r.words[i].w == "however"
	}
	spoiled := map[int]bool{} // sentences with a fault in them
	for _, a := range r.acts {
		switch a.name {
		case "dismissive", "blame", "backhanded", "self_praise", "manipulation":
			spoiled[r.sentenceOf(a.from)] = true
		}
	}
	for i := range r.acts {
		a := &r.acts[i]
		switch {
		case !isFault(a.name) && (r.salad || spoiled[r.sentenceOf(a.from)]):
			a.weight = 0
		case hostile && !isFault(a.name):
			a.weight *= 0.1
		case dismissed && isWarmth(a.name):
			a.weight *= 0.35
		case backhanded && (isWarmth(a.name) || a.name == "ownership"):
			a.weight *= 0.3
		}
	}
	if but && dismissed {
		r.acts = append(r.acts, act{"empathy_dismissed", firstWarm, min(lastCold+1, len(r.words)), 1})
	}
}

// repetition gives nothing for what was said before: the third "I understand" is worth nothing.
func (rd *reader) repetition(r *reading) {
	again := map[int]bool{}
	seen := map[int]string{}
	for i := range r.acts {
		a := &r.acts[i]
		if isFault(a.name) {
			continue
		}
		s := r.sentenceOf(a.from)
		text, known := seen[s]
		if !known {
			text = r.sentenceText(s)
			seen[s] = text
			again[s] = rd.said[text] > 0 && strings.Count(text, " ") >= 3
		}
		phrase := a.name
		switch {
		case again[s]:
			a.weight = 0
		case a.name == "stock_empathy" || a.name == "generic_apology":
			if rd.said[phrase] > 0 {
				a.weight = 0
			}
			rd.said[phrase]++
		}
	}
	last := -1
	for _, w := range r.words {
		if w.sentence != last {
			last = w.sentence
			rd.said[r.sentenceText(last)]++
		}
	}
}

// mocks finds the customer's own first-person words thrown back after an "oh" or a "wow".
func (rd *reader) mocks(r *reading) (from, to int, ok bool) {
	if rd.lastC == nil || len(r.words) < 4 {
		return 0, 0, false
	}
	switch r.words[0].w {
	case "oh", "aw", "aww", "wow", "ooh", "boo", "waah":
	default:
		return 0, 0, false
	}
	heard := rd.lastC.words
	for i := range r.words {
		for j := range heard {
			run, first := 0, false
			for i+run < len(r.words) && j+run < len(heard) && r.words[i+run].w == heard[j+run].w {
				switch r.words[i+run].w {
				case "i", "my", "me":
					first = true
				}
				run++
			}
			if run >= 3 && first {
				return i, i + run, true
			}
		}
	}
	return 0, 0, false
}

func isFault(name string) bool {
	switch name {
	case "dismissive", "blame", "backhanded", "sarcasm", "empathy_dismissed", "self_praise", "manipulation", "abuse", "refusal_flat", "policy_first", "transfer", "jargon", "asked_again", "repeated", "crude":
		return true
	default:
		return false
	}
}

func isWarmth(name string) bool {
	switch name {
	case "names_feeling", "names_stakes", "names_burden", "validates", "stock_empathy", "generic_apology", "specific_apology":
		return true
	default:
		return false
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
