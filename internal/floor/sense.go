package floor

import "strings"

// Completeness is how finished words look.
type Completeness int

// The kinds of ending. Digits: a number or a code is being dictated, and people pause between its groups.
const (
	Unknown Completeness = iota
	Complete
	Incomplete
	Digits
)

// Bounds of Done at which words look complete and incomplete.
const (
	completeFrom   = 0.75
	incompleteUpTo = 0.3
)

// Look judges how finished text looks from its last words, its clauses and its punctuation.
func Look(text string) Completeness {
	if Dictates(text) {
		return Digits
	}
	switch done := Done(text); {
	case done >= completeFrom:
		return Complete
	case done <= incompleteUpTo:
		return Incomplete
	default:
		return Unknown
	}
}

// How finished words look, 0–1.
const (
	surelyDone  = 1.0
	likelyDone  = 0.85 // a whole sentence
	unknownDone = 0.5
	laterPhrase = 0.7  // a sentence, and after its full stop a phrase: "…, by Monday."
	verbless    = 0.55 // many words, and nobody does anything
	doubtful    = 0.4
	openClause  = 0.35 // "If you give me your number."
	wantsMore   = 0.2  // "I will send."
	surelyOpen  = 0.0  // "I will send it and."
)

// Done says how finished text looks as a turn, from 0 (it cannot end there) to 1. A recogniser that is given half a sentence closes
// it with a full stop or a question mark all the same, so the words outweigh the punctuation: a sentence needs a verb,
// a subordinate clause needs a main one, and some words cannot come last.
func Done(text string) float64 {
	text = strings.TrimSpace(text)
	words := lower(text)
	if len(words) == 0 {
		return unknownDone
	}
	last := words[len(words)-1]
	end := text[len(text)-1]
	sentence := lastSentence(text)
	asked := end == '?' && isAsked(sentence)
	settled := isSettled(words)
	switch {
	case isOpen(last) && !settled, beginsClause(words), strings.HasSuffix(text, "..."), strings.HasSuffix(text, "…"), end == '-':
		return surelyOpen
	case isOpenUnlessAsked(last) && !asked && !settled && !isPair(words):
		if isStranded(sentence) {
			return verbless
		}
		return surelyOpen
	case endsInAdjective(sentence):
		return wantsMore
	case isClosing(sentence) || isShortAnswer(sentence, words):
		return surelyDone
	case end == ',' || end == ':' || end == ';':
		return wantsMore
	}
	return doneSentence(sentence, words, asked, end)
}

// doneSentence judges a sentence whose last word could end one. turn holds all words so far: what a recogniser took for a
// sentence of its own may be the rest of the one before.
func doneSentence(sentence, turn []string, asked bool, end byte) float64 {
	switch {
	case asked:
		return surelyDone
	case wantsObject(sentence):
		return wantsMore
	case endsBeforeMore(sentence):
		return openClause
	case sentence[0] == "because" && len(sentence) > 3 && clauses(sentence) == 1: // an answer to "why"
		return unknownDone
	case isSubordinate(sentence) && clauses(sentence) < 2:
		return openClause
	}
	stopped := end == '.' || end == '!' || end == '?'
	switch {
	case len(sentence) <= 2 && clauses(sentence) == 0 && len(turn) > len(sentence):
		return doubtful
	case clauses(sentence) > 0 && stopped:
		return likelyDone
	case clauses(turn) > 0 && stopped:
		return laterPhrase
	case clauses(turn) > 0:
		return unknownDone
	}
	return verbless
}

// lastSentence returns the words after the last mark that ends a sentence, not counting one at the very end.
func lastSentence(text string) []string {
	body := strings.TrimRight(text, ".!? ")
	for i := len(body) - 2; i >= 0; i-- {
		if (body[i] == '.' || body[i] == '!' || body[i] == '?') && body[i+1] == ' ' {
			if w := lower(body[i+1:]); len(w) > 0 {
				return w
			}
		}
	}
	return lower(body)
}

// isAsked tells whether words are put as a question: with a question word, or a verb before its subject, or a tag.
func isAsked(words []string) bool {
	for len(words) > 1 && in(words[0], "and so but well okay ok now right alright sorry yes no um uh oh then please") {
		words = words[1:]
	}
	n := len(words)
	if n == 0 {
		return false
	}
	if in(words[n-1], "right okay ok yes no please correct sorry pardon hello yeah today then") {
		return true
	}
	if n > 1 && in(words[0], "what when where who why how which whose") {
		return true
	}
	for i := 0; i+1 < n; i++ { // "Can I", "is it", and the tag in "…, is it"
		if isAuxiliary(words[i]) && in(words[i+1], "i you he she it we they there that this the your my any anything anyone somebody someone") {
			return true
		}
	}
	return false
}

// isClosing knows phrases that hand the floor over whatever was said before.
func isClosing(words []string) bool {
	s := " " + strings.Join(words, " ") + " "
	for _, phrase := range [...]string{
		" thank you ", " thanks ", " thank you very much ", " thank you so much ", " thanks very much ", " goodbye ", " bye bye ", " thanks bye ", " you bye ", " take care ",
		" have a nice day ", " have a good day ", " have a lovely day ", " you're welcome ", " no problem ", " of course ", " is that okay ", " is that all right ",
		" is that alright ", " hang on ", " hold on ", " go ahead ", " one moment please ", " bear with me ", " just a moment ", " one moment ", " what do you think ", " let me know ",
	} {
		if strings.HasSuffix(s, phrase) {
			return true
		}
	}
	return false
}

// isShortAnswer tells whether at most four words are an answer by themselves: "yeah", "yes please", "I can", "no it's not".
func isShortAnswer(words, turn []string) bool {
	n := len(words)
	if n == 0 || n > 4 {
		return false
	}
	if alone := in(words[n-1], "bye one") && n < 3 && len(turn) > n; alone {
		return false // what a recogniser makes of "by" and of the rest of a sentence
	}
	answers := 0
	for _, w := range words {
		if isAnswer(w) || isBackchannel(w) && !in(w, "um uh oh ooh ah") {
			answers++
		}
	}
	if answers == n {
		return true
	}
	for len(words) > 2 && isAnswer(words[0]) {
		words = words[1:]
	}
	n = len(words)
	return n >= 2 && n <= 3 && in(words[0], "i you he she it we they that there") && (isAuxiliary(words[1]) || in(words[1], "understand see know agree promise think hope")) &&
		(n == 2 || in(words[2], "not so too now"))
}

// isSubordinate tells whether a sentence begins with a clause that needs another.
func isSubordinate(words []string) bool {
	for len(words) > 1 && in(words[0], "and so but well okay ok now right alright yes no um uh then for even just") {
		words = words[1:]
	}
	return len(words) > 1 && in(words[0], "if when while although though unless once whenever until after before since as whether because whatever whoever however wherever whereas")
}

// clauses counts the finite verbs of a sentence, each with its helpers as one: "will be sent" is one, "to send" none.
func clauses(words []string) int {
	n, before := 0, false
	for i, w := range words {
		verb := isAuxiliary(w) || isVerb(w)
		// "said it's" are two: the second brings its own subject.
		apart := strings.Contains(w, "'") && !strings.HasSuffix(w, "n't")
		if verb && (!before || apart) && (i == 0 || !in(words[i-1], "to the a an my your our their his her this that's of")) {
			n++
		}
		before = verb || before && in(w, "not never always also just really already been probably i you he she it we they")
	}
	return n
}

// endsInAdjective tells whether a sentence ends in a determiner and words that describe the noun to come: "the true
// printed".
func endsInAdjective(words []string) bool {
	n := 0
	for n < 3 && n < len(words) && isAdjective(words[len(words)-1-n]) {
		n++
	}
	return n > 0 && n < len(words) && in(words[len(words)-1-n], "the a an my your our their his her its every each another such very more most")
}

// isAdjective knows common words, and endings, that describe and hardly ever name. A participle counts only after another
// adjective would: the caller looks for the determiner.
func isAdjective(w string) bool {
	if in(w, "new old whole full only main true real different small large big great extra current original correct exact single previous entire immediate similar "+
		"lovely little long short early late brand printed broken damaged missing updated revised attached") {
		return true
	}
	for _, suffix := range [...]string{"able", "ible", "ful", "ous", "less", "ical"} {
		if len(w) > len(suffix)+2 && strings.HasSuffix(w, suffix) {
			return true
		}
	}
	return false
}

// wantsObject tells whether a sentence ends in a verb that does something to something.
func wantsObject(words []string) bool {
	n := len(words)
	if n < 2 || !in(words[n-1], "send give tell need want get make take put bring offer provide arrange ensure include contain contains need needs wants says said "+
		"means gives makes takes gets got sending giving telling making getting putting bringing offering providing let see find consider discuss contact ensure expect receive") {
		return false
	}
	if in(words[n-1], "see find") { // "let me see", "as you see" and "I see" are talk of their own
		return words[n-2] == "to" || words[n-2] == "can"
	}
	// "what you need", "whatever you want", "anything I can offer" have their object before.
	for _, w := range words[:n-1] {
		if in(w, "what whatever which that as like all everything anything") {
			return false
		}
	}
	return true
}

// endsBeforeMore tells whether the last word mostly stands before another: an adverb of degree or manner, a number word
// without what it counts, "had then".
func endsBeforeMore(words []string) bool {
	w := words[len(words)-1]
	if in(w, "always never usually often sometimes actually basically especially principally probably certainly mainly mostly only even almost nearly "+
		"simply currently fully completely particularly specifically normally generally possibly merely rather therefore however unfortunately obviously "+
		"twenty thirty forty fifty sixty seventy eighty ninety hundred thousand fifteenth pounds' half mister mr mrs miss dr number") {
		return len(words) > 1 || !in(w, "always never usually often sometimes actually certainly probably absolutely")
	}
	return false
}

// isOpen lists words after which an English sentence is almost never over.
func isOpen(w string) bool {
	return in(w, "and or but so because cause if when while although though unless until which whose than then also plus the a an my your his its our their "+
		"every of i we they i'm i'll i've i'd we're we'll we've you're you'll you've you'd they're they'll it's it'll that's there's he's she's who's what's let let's "+
		"um uh er erm hmm very quite")
}

// isOpenUnlessAsked lists words that end a question ("what is this about?") but hardly ever a statement.
func isOpenUnlessAsked(w string) bool {
	return in(w, "to at for from with by about into onto as like between without in on during against towards through "+
		"was were been being has have had will would can could should shall may might must did does do who where he she her some any this these those "+
		"really just more most not is are am be whether")
}

// beginsClause tells whether the last two words are a conjunction and the subject of its clause: "I can see that you".
func beginsClause(words []string) bool {
	n := len(words)
	return n > 2 && in(words[n-1], "you it he she we they i this there") && in(words[n-2], "that if when because where while as and but so") &&
		!in(words[n-3], "like do did on about of for with")
}

// isStranded tells whether a last word has what it belongs to before it: "how frustrating this must be", "what I keep coming
// back to", "a position to be in".
func isStranded(words []string) bool {
	n := len(words)
	last := words[n-1]
	if n < 4 || !in(last, "to at for from with by about into in on through be been do have had this was") || in(last, "was") && n < 5 {
		return false
	}
	if words[n-2] == "be" && words[n-3] == "to" || last == "this" && strings.HasSuffix(words[n-2], "ing") || last == "had" && words[n-2] == "ever" {
		return true
	}
	if last == "be" && !in(words[n-2], "must would will") {
		return false
	}
	for _, w := range words[:n-2] {
		if in(w, "what how who which where something anything everything thing") {
			return last != "this"
		}
	}
	return false
}

// isPair knows particles that end a sentence with the word before them: "hold on", "come in", "this is what it is for".
func isPair(words []string) bool {
	n := len(words)
	if n < 2 {
		return false
	}
	before := words[n-2]
	switch words[n-1] {
	case "on":
		return in(before, "hold go come hang carry put switched turned going later move moving it")
	case "in":
		return in(before, "log logged come sign signed fill check it")
	case "for", "about", "with", "from", "to", "at":
		return in(before, "looking waiting paid asked asking talking care worried dealing happy spoke speaking came from sent")
	case "like":
		return in(before, "you i we they would you'd i'd feels looks")
	case "this", "these", "those", "that":
		return in(before, "about for with like of on do to all than sorry fix solve mean sort with resolve understand help doing")
	case "her", "some", "more", "any":
		return in(before, "to for with told tell give once any some you no")
	case "is", "was", "does", "has":
		return in(before, "it that he she this there i")
	case "are", "were":
		return in(before, "we you they there those these")
	case "am":
		return before == "i"
	case "through":
		return in(before, "came been go going get getting put you")
	case "do", "can", "have", "will", "did", "would", "could", "should":
		return strings.HasSuffix(before, "'d") || strings.HasSuffix(before, "'ll") || in(before, "we i you they he she it to can that")
	case "be":
		return in(before, "should could will can may might") && n > 2 && in(words[n-3], "it that this they he she")
	}
	return false
}

// isSettled tells whether the last two words end a sentence although the last alone would not: "I think so".
func isSettled(words []string) bool {
	if len(words) < 2 {
		return false
	}
	before, last := words[len(words)-2], words[len(words)-1]
	switch last {
	case "so":
		return in(before, "think hope guess suppose believe afraid say said do did doing not")
	case "not":
		return in(before, "hope guess of course why afraid is it's do or certainly absolutely definitely")
	case "then":
		return in(before, "okay ok right it well now alright goodbye bye until since fine today tomorrow please")
	case "also", "too":
		return false
	case "though":
		return len(words) > 3 || in(before, "it is you that even not for")
	case "when", "why", "how", "where":
		return in(before, "and by or say know you") && len(words) < 8 || in(before, "know sure")
	}
	return false
}
