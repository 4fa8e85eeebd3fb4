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
	formula   bool // stock words with nothing of this caller's in them
	hostile   bool // sarcasm or abuse
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
	r.formula = rd.isFormula(r)
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

// isFormula reports whether a turn is made of stock words: it says sorry or "I understand", and besides those words and
// names of feelings there is next to nothing in it that could not be said to any caller.
func (rd *reader) isFormula(r *reading) bool {
	if !r.has("stock_empathy") && !r.has("apology") && !r.has("stock_phrase") {
		return false
	}
	own := map[string]bool{}
	for _, w := range r.words {
		if content(w.w) && !rd.lex.classes["generic"].has(w.w) && !rd.lex.classes["feel"].has(w.w) {
			own[stem(w.w)] = true
		}
	}
	return len(own) <= 1+len(r.words)/25
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
	r.hostile = hostile
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
		case r.formula && a.name != "stock_empathy" && a.name != "generic_apology" && isCredit(a.name):
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
	for i := range r.acts {
		a := &r.acts[i]
		if isFault(a.name) {
			continue
		}
		text := r.sentenceText(r.sentenceOf(a.from))
		if rd.said[text] > 0 && strings.Count(text, " ") >= 3 {
			a.weight = 0
		}
		if a.name == "stock_empathy" || a.name == "generic_apology" {
			if rd.said[a.name] > 0 {
				a.weight = 0
			}
			rd.said[a.name]++
		}
	}
	for _, s := range sentences(r) {
		rd.said[r.sentenceText(s.n)]++
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

// isCredit reports whether an act claims that the caller was met, which a formula cannot.
func isCredit(name string) bool {
	switch name {
	case "ownership", "mirror", "check", "explanation", "wish", "commit", "done", "extra", "summary":
		return true
	default:
		return isWarmth(name)
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
