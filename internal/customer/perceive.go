package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// PerceiveInput is what perception may look at.
type PerceiveInput struct {
	Text         string               // the trainee's turn as recognised or typed
	Words        []practice.Word      // its words with confidence; nil when typed or not known
	CustomerSaid []string             // what the trainee heard the customer say so far, oldest first
	Vectors      map[string][]float32 // of the turn's own Texts, unit length; nil: no likeness
	Examples     Examples             // what those are compared with; empty: no likeness
}

// unsureBelow is the mean word confidence under which a turn moves nothing.
const unsureBelow = 0.45

// Unsure tells whether recognition of a turn was too uncertain to move anything: the mean confidence of its words is
// below 0.45. No words means that nothing is known against it.
func Unsure(words []practice.Word) bool {
	if len(words) == 0 {
		return false
	}
	sum := 0.0
	for _, w := range words {
		sum += w.Confidence
	}
	return sum/float64(len(words)) < unsureBelow
}

// Perceive finds the acts of a turn, in the order of the words that did them. Every quote is a byte-exact substring of
// in.Text. With in.Vectors and in.Examples likeness to written examples is read beside the rules. An unsure turn holds no
// acts. It is pure: the same input gives the same acts.
func (e *Ear) Perceive(in PerceiveInput) []practice.Act {
	if Unsure(in.Words) {
		return nil
	}
	v := view{in: in, ear: e}
	ss := sentences(in.Text)
	markThings(ss, e.own.things)
	for _, s := range ss {
		v.hear(s)
	}
	v.settle()
	acts := make([]practice.Act, 0, len(v.found))
	count := map[practice.ActName]int{}
	slices.SortStableFunc(v.found, func(a, b finding) int { return a.from - b.from })
	for _, f := range v.found {
		if f.dropped || count[f.act.Name] >= mostOf(f.act.Name) || v.doubtful(f) {
			continue
		}
		count[f.act.Name]++
		acts = append(acts, f.act)
	}
	return acts
}

// mostOf is how often one act counts in a turn.
func mostOf(name practice.ActName) int {
	if name == practice.ActOpenQuestion || name == practice.ActClosedQuestion {
		return 4
	}
	return 3
}

// finding is an act with where it was found, so that findings can be weighed against each other.
type finding struct {
	act      practice.Act
	sentence int
	from, to int // bytes
	dropped  bool
	alike    bool // found by likeness alone
	hedged   bool // followed by "but" in its sentence
}

type view struct {
	in    PerceiveInput
	ear   *Ear
	found []finding
	n     int            // sentences heard
	alone map[int]string // the time that a short sentence gives and nothing else, by sentence
}

func (v *view) add(s sentence, i, j int, act practice.Act) {
	from, to := clauseAround(s, i, j)
	act.Quote = v.in.Text[from:to]
	f := finding{act: act, sentence: v.n, from: s.words[i].start, to: s.words[j-1].end}
	for k := j; k < len(s.words); k++ {
		if isOneOf(s.words[k].lower, "but", "however", "although", "though") {
			f.hedged = true
		}
	}
	v.found = append(v.found, f)
}

// clauseAround widens words [i, j) to their clause when that stays short enough to quote.
func clauseAround(s sentence, i, j int) (from, to int) {
	a, b := 0, len(s.words)
	for _, c := range s.clauses {
		if c <= i {
			a = c
		}
		if c >= j && c < b {
			b = c
		}
	}
	if b-a > 16 {
		a, b = i, j
	}
	return s.words[a].start, s.words[b-1].end
}

func (v *view) hear(s sentence) {
	for _, r := range v.ear.book.rules {
		if i, j, ok := r.hears(s); ok {
			v.add(s, i, j, practice.Act{Name: r.act, What: r.what})
		}
	}
	v.hearOwn(s)
	v.hearNames(s)
	v.hearStakes(s)
	v.hearGuess(s)
	v.hearMirroring(s)
	v.hearCommitments(s)
	v.hearTimeAlone(s)
	v.hearQuestion(s)
	v.hearLikeness(s)
	v.n++
}

func (v *view) has(sentence int, names ...practice.ActName) bool {
	for _, f := range v.found {
		if !f.dropped && (sentence < 0 || f.sentence == sentence) && slices.Contains(names, f.act.Name) {
			return true
		}
	}
	return false
}

func (v *view) hasWhat(sentence int, name practice.ActName, whats ...string) bool {
	for _, f := range v.found {
		if !f.dropped && (sentence < 0 || f.sentence == sentence) && f.act.Name == name && slices.Contains(whats, f.act.What) {
			return true
		}
	}
	return false
}

// settle weighs findings against each other: a kind word in a cold sentence is no kindness, a stock phrase stays one.
func (v *view) settle() {
	v.joinTimes()
	odd := v.has(-1, practice.ActManipulation)
	cold := v.has(-1, practice.ActDismissive, practice.ActBlame, practice.ActCalmDown, practice.ActAbuse)
	kindNo := v.has(-1, practice.ActRefusalKind)
	for i := range v.found {
		f := &v.found[i]
		n := f.sentence
		if f.alike && !isCredit(f.act.Name) && v.has(-1, practice.ActClosing, practice.ActThanks) {
			f.dropped = true // nobody is cold by likeness alone while saying goodbye
			continue
		}
		switch f.act.Name {
		case practice.ActNamedFeeling:
			switch {
			case odd || v.hasWhat(n, practice.ActDismissive, "sarcasm", "backhanded", ""):
				f.dropped = true
			case f.act.What == "" && v.hasWhat(n, practice.ActNamedFeeling, "stock") && !v.has(n, practice.ActNamedStakes, practice.ActMirroring):
				f.dropped = true
			case f.act.What == "stock" && v.hasWhat(n, practice.ActNamedFeeling, "") && v.has(n, practice.ActNamedStakes, practice.ActMirroring):
				f.dropped = true
			case cold || f.hedged && v.has(n, practice.ActPolicyFirst, practice.ActRefusalFlat):
				f.act.What = "stock"
			}
		case practice.ActNamedStakes, practice.ActMirroring, practice.ActOwnership, practice.ActSpecificApology, practice.ActGuessedConcern, practice.ActCheckedUnderstanding, practice.ActHonestExplanation:
			f.dropped = odd || v.has(n, practice.ActDismissive, practice.ActBlame, practice.ActAbuse) || f.act.Name == practice.ActHonestExplanation && v.has(n, practice.ActJargon)
			if f.act.Name == practice.ActMirroring && v.has(n, practice.ActNamedStakes) && cold {
				f.dropped = true
			}
		case practice.ActGenericApology:
			f.dropped = f.act.What == "" && (v.has(n, practice.ActSpecificApology) || v.hasWhat(n, practice.ActGenericApology, "conditional"))
		case practice.ActRefusalFlat:
			f.dropped = kindNo || v.has(n, practice.ActDismissive)
		case practice.ActOpenQuestion, practice.ActClosedQuestion:
			f.dropped = v.has(n, practice.ActDismissive, practice.ActBlame, practice.ActAbuse, practice.ActManipulation, practice.ActClosing, practice.ActHoldAnnounced, practice.ActCalmDown, practice.ActTransfer) ||
				strings.HasPrefix(f.act.What, "?") && (v.has(n, practice.ActCheckedUnderstanding, practice.ActOffer, practice.ActRefusalKind) || v.has(-1, practice.ActClosing))
		case practice.ActClosing:
			f.dropped = v.has(n, practice.ActGreeting, practice.ActIntroducesSelf)
		case practice.ActHoldAnnounced, practice.ActExtraMile:
			f.dropped = f.act.Name == practice.ActHoldAnnounced && v.has(n, practice.ActClosing)
		case practice.ActTransfer:
			f.dropped = v.hasWhat(n, practice.ActDismissive, "handoff")
		case practice.ActOffer, practice.ActSpecificPlan, practice.ActPromise:
			f.dropped = f.dropped || v.has(n, practice.ActManipulation, practice.ActTransfer)
		case practice.ActPolicyFirst:
			f.dropped = kindNo && v.has(n, practice.ActRefusalKind)
		default:
		}
	}
}

// doubtful tells whether an act rests on words that the recogniser was unsure of.
func (v *view) doubtful(f finding) bool {
	if len(v.in.Words) == 0 {
		return false
	}
	at, sum, n := 0, 0.0, 0
	for _, w := range v.in.Words {
		k := strings.Index(v.in.Text[at:], w.Text)
		if k < 0 {
			continue
		}
		start := at + k
		at = start + len(w.Text)
		if start < f.to && at > f.from {
			sum += w.Confidence
			n++
		}
	}
	return n > 0 && sum/float64(n) < unsureBelow
}

func (v *view) hearNames(s sentence) {
	if v.ear.scenario == nil {
		return
	}
	names := strings.Fields(strings.ToLower(v.ear.scenario.Persona.Name))
hers:
	for i, w := range s.words {
		for _, n := range names {
			if w.lower == n || len(n) >= 4 && len(w.lower) >= 3 && !isStopWord(w.lower) && !isOneOf(w.lower, "may", "many", "mayo", "major") && w.lower[0] == n[0] && nearlySame(w.lower, n) {
				v.add(s, i, i+1, practice.Act{Name: practice.ActNameUsed})
				f := &v.found[len(v.found)-1]
				f.act.Quote = v.in.Text[w.start:w.end]
				break hers
			}
		}
	}
	if i, j, ok := otherName(s, names); ok && !v.has(v.n, practice.ActNameUsed) {
		v.add(s, i, j, practice.Act{Name: practice.ActNameUsed, What: "wrong"})
		f := &v.found[len(v.found)-1]
		f.act.Quote = quoteOf(v.in.Text, s.words, i, j)
	}
	for i, w := range s.words {
		name := ""
		j := i + 1
		switch {
		case w.lower == "my" && at(s.words, i+1) == "name" && isOneOf(at(s.words, i+2), "is", "'s"):
			j = i + 4
			name = properName(s, i+3, true)
		case w.lower == "it" && at(s.words, i+1) == "is" && !isOneOf(at(s.words, i+3), "", "here", "speaking", "from", "calling", "again"):
		case w.lower == "this" && at(s.words, i+1) == "is", w.lower == "i" && at(s.words, i+1) == "am", w.lower == "it" && at(s.words, i+1) == "is":
			j = i + 3
			name = properName(s, i+2, isOneOf(at(s.words, i+3), "speaking", "from", "here"))
		case isOneOf(w.lower, "to", "with", "through") && i > 0 && isOneOf(at(s.words, i-1), "speaking", "talking"):
			j = i + 2
			name = properName(s, i+1, false)
		case at(s.words, i+1) == "speaking" && (i == 0 || w.cap):
			j = i + 2
			name = properName(s, i, true)
		}
		if name != "" && j <= len(s.words) {
			v.add(s, i, j, practice.Act{Name: practice.ActIntroducesSelf, What: name})
			return
		}
	}
}

// properName is the name at word i in its usual spelling, or "" when it is no name.
func properName(s sentence, i int, sure bool) string {
	if i >= len(s.words) {
		return ""
	}
	w := s.words[i]
	if !sure && !w.cap || isStopWord(w.lower) || isLeadIn(w.lower) || isNumber(w.lower) || len(w.lower) < 2 ||
		isOneOf(w.lower, "customer", "calling", "the", "a", "an", "so", "afraid", "maya", "looking", "glad", "happy", "unacceptable", "on", "rapport", "support", "great", "good", "mr", "mrs", "ms", "miss", "sir", "madam", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "christmas", "stopping", "staying") {
		return ""
	}
	return strings.ToUpper(w.lower[:1]) + w.lower[1:]
}

// otherName finds the customer being called by a name that is not hers.
func otherName(s sentence, names []string) (i, j int, ok bool) {
	for i, w := range s.words {
		spokenOf := isOneOf(at(s.words, i-1), "for", "to", "with", "ask", "from", "is", "by", "and", "of", "about", "that", "a", "the", "through", "am")
		if isOneOf(w.lower, "mr", "mrs", "ms", "miss") && !spokenOf && i+1 < len(s.words) && s.words[i+1].cap && !slices.Contains(names, s.words[i+1].lower) {
			last := names[len(names)-1]
			if !nearlySame(s.words[i+1].lower, last) && s.words[i+1].lower[0] != last[0] {
				return i, i + 2, true
			}
		}
		spoken := i > 0 && isOneOf(s.words[i-1].lower, "hi", "hello", "hey", "thanks", "you", "okay", "morning", "afternoon", "right", "sorry") && isOneOf(s.words[0].lower, "hi", "hello", "hey", "thanks", "thank", "okay", "good", "right", "sorry")
		if spoken && w.cap && isCommonName(w.lower) {
			return i, i + 1, true
		}
	}
	return 0, 0, false
}

func isCommonName(w string) bool {
	return isOneOf(w, "sarah", "emma", "laura", "anna", "susan", "karen", "linda", "mary", "jane", "julie", "lisa", "kate", "rachel", "emily", "sophie", "lucy", "claire",
		"helen", "amy", "maria", "marie", "mia", "molly", "tina", "nina", "diana", "olivia", "hannah", "jessica", "rebecca", "david", "john", "james", "tom", "peter", "mark", "paul", "daniel", "michael")
}

// nearlySame tells whether two words differ by at most one letter, as a misheard name does.
func nearlySame(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > 1 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return a[i+1:] == b[i+1:]
	}
	return a[i+1:] == b[i:]
}
