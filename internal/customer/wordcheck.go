package customer

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/rapport-calls/rapport/internal/practice"
)

// What only a model's words are checked for.
const (
	ViolationFact     Violation = "gives a number, day or name that nobody gave"
	ViolationLanguage Violation = "is not in her language"
	ViolationEmpty    Violation = "says nothing"
	ViolationMissing  Violation = "leaves out what had to be said"
	ViolationMood     Violation = "is kinder than she feels"
	ViolationStray    Violation = "has nothing to do with what was said"
)

// modelRules are phrases that a model's words may not hold besides those that nobody's may.
type modelRules struct {
	role, echo, solution, thanks []phrase
	foreign                      []string
}

//nolint:gochecknoglobals // a table made once from constants and never written
var modelBook = sync.OnceValue(func() modelRules {
	return modelRules{
		role: compileAll([]string{
			"help|assist|assisting|serve you .. today|with", "i am here|happy|glad to help|assist", "what|how can i|we .. help|assist", "what can i|we do for",
			"your patience|understanding|concern|concerns|frustration|feedback|inconvenience|satisfaction|convenience|situation",
			"your parcel|delivery|order|account|booking|flight|refund|case|claim|reservation .. is|was|has|will|should|number|reference",
			"can|could|may|would you? i? .. provide|confirm|give|verify .. your", "may i have|get|ask", "please hold|provide|confirm|verify|allow|bear",
			"let me .. check|look|see|pull|verify|transfer|find .. your|that|this|it|you|up|into|out|for", "i|we will|can .. refund|send you|check|arrange|offer|escalate|look|investigate|issue|process|expedite|credit|rebook",
			"sorry to hear", "sorry for|about the|that|this|any|your|all", "we|i do? apologise|apologize|value|understand|appreciate .. your|you|how|that|the",
			"valued customer", "our customers|customer|system|records|courier|warehouse|depot|team|department|side|end", "customer service|support|care representative|agent|team here", "is there anything else",
			"how .. we handle|resolve|solve|help|proceed|assist", "i will|am going? to? give|send|refund|offer|arrange|provide|assist you", "i will|am going? to? make sure", "i will|am going? to? ensure|arrange|refund|escalate", "my|our new? customer|customers", "help you", "i will|am going? to? call|ring|let|update you", "i will|am going? to? tell you what", "having you", "we can|could|will|would|do not? .. fix|do|help|send|offer|resolve|check|replace|deliver|refund", "we are not? going to", "how .. we handle|resolve|solve|help|proceed|assist", "thanks for .. calling|contacting|reaching|bringing|your|waiting|holding", "thank you for .. calling|contacting|reaching|bringing|letting|your|waiting|holding", "as a customer service", "i am|as an? .. ai|bot|model|assistant|computer|program", "have a great|nice|wonderful|good day|rest",
			"i understand|know how frustrating|upsetting|you feel|you must",
		}),
		echo: compileAll([]string{
			"the|this play|bracket|phone", "character*|dialogue|dialog|protagonist|storyline|narrative", "in this situation|scenario|context|case|conversation|example", "next line", "a continuation", "the story|details has|have been", "scene is|in|where|from|set", "classic|dramatic|previous|next|opening|this|that scene|play|plays", "dramatic|playwriting|playwright|theatre", "my|next|first|last|clumsy sentence|paragraph|introduction|essay|opening", "paragraph|introduction|essay", "first|next|last part", "when you write", "the conversation|customer|caller|speaker|reader|audience", "this is an? .. example|conversation", "write|writes|writing|written .. line|lines|part|scene|script", "next line", "stage direction*", "the agent", "agent says|said", "my role|character", "five|5 stars", "5 star", "here is|are .. poem|recipe|joke|prompt|instructions|line|response|story|song|code|list",
			"sure here", "ignore .. instructions", "system message|prompt|instruction*", "instructions", "as requested", "means to say", "hacked|pwned", "roses are red", "once upon",
		}),
		solution: compileAll([]string{
			"you|we could|should|can .. send|refund|reorder|offer|ship|replace|expedite|credit|compensate|rebook", "why do not|not you|we .. send|refund|order|give|offer|ship|replace", "how|what about a|an|if you|sending|refunding",
			"i suggest|recommend|propose", "maybe|perhaps you|we could|can|should", "if you .. send|refund|expedite|reserve|put .. i|that would|it would", "one|another option|solution|idea|way",
		}),
		thanks: compileAll([]string{
			"thank you|thanks so|very much", "i appreciate", "no problem|worries", "that is|sounds|would great|perfect|wonderful|fantastic|lovely|amazing", "that would be great|perfect|wonderful|fantastic|lovely|fine", "sounds great|good|perfect|fine|lovely", "you are|have been .. helpful|kind|great|wonderful",
			"i understand|get .. it|that|you|completely|totally", "take your time", "it is okay|fine|alright", "that is fine|okay by|with me", "not your fault", "i am so sorry", "i am sorry i was|am", "i am not angry|upset", "^ do not worry", "i am so|very? happy|glad|pleased|relieved|grateful|satisfied with|that|now|you|to hear", "no rush|hurry", "whenever you", "i trust you", "great|perfect|wonderful|fantastic|awesome|absolutely|certainly $",
		}),
		foreign: []string{
			"que", "el", "los", "las", "una", "por", "pero", "mi", "está", "und", "nicht", "ich", "das", "ist", "ein", "eine", "der", "je", "vous", "est", "pas", "les", "une", "mais", "mon", "il", "che", "sono", "per", "una", "och", "inte", "är", "det", "het", "een", "niet", "não", "uma", "você", "meu", "jest", "nie",
		},
	}
})

// Violations are all checks of a model's line, in the order in which they are made.
func Violations() []Violation {
	return []Violation{
		ViolationLeak, ViolationStage, ViolationSlot, ViolationRole, ViolationEcho, ViolationSolution, ViolationMood, ViolationLength, ViolationLanguage,
		ViolationFact, ViolationRepeat, ViolationStray, ViolationEmpty, ViolationMissing,
	}
}

// Check returns what is wrong with text as her line so far. all says that no more comes.
func (w Wording) Check(text string, all bool) (Violation, bool) {
	ws := wordsOf(text)
	if v := CheckWords(inFigures(text), w.scenario, w.told, w.said); len(v) > 0 {
		return v[0], false
	}
	rules := modelBook()
	switch {
	case strings.ContainsAny(text, "[](){}<>*_#|\\`~=@\n") || unpaired(text) || strings.Contains(text, "://"):
		return ViolationStage, false
	case holdsPhrase(rules.role, ws), strings.Contains(text, "AGENT"), strings.HasPrefix(strings.ToUpper(text), w.label+":"), narrates(ws, w.label), w.outside(text, ws):
		return ViolationRole, false
	case holdsPhrase(rules.echo, ws):
		return ViolationEcho, false
	case holdsPhrase(rules.solution, ws):
		return ViolationSolution, false
	case !w.kind && w.heat >= 400 && holdsPhrase(rules.thanks, ws):
		return ViolationMood, false
	case len(ws) > mostModel:
		return ViolationLength, false
	case !inEnglish(text, ws, rules.foreign):
		return ViolationLanguage, false
	case w.invents(text):
		return ViolationFact, false
	case w.repeats(text), circles(text):
		return ViolationRepeat, false
	case w.strays(text, ws):
		return ViolationStray, false
	}
	if !all {
		return "", true
	}
	switch {
	case len(ws) < 2 && !isOneOf(strings.ToLower(strings.Trim(text, ".,!? ")), "yes", "no", "fine", "okay", "right", "what", "sorry", "pardon"):
		return ViolationEmpty, false
	case strings.HasSuffix(text, ":"):
		return ViolationStage, false
	case len(w.must) > 0 && !holdsAny(text, w.must), !factsOf(text).holds(w.exact):
		return ViolationMissing, false
	}
	return "", true
}

// narrates tells a line about her in the third person: people say their own name only to give it.
func narrates(ws []word, label string) bool {
	name := strings.ToLower(label)
	for i, w := range ws {
		if w.lower == name && (i == 0 || !isOneOf(ws[i-1].lower, "am", "is", "it's", "name", "called", "for", "me")) {
			return true
		}
	}
	return len(ws) > 0 && isOneOf(ws[0].lower, "sighs", "sighing", "pauses", "pausing", "angrily", "furiously", "shouting", "crying", "laughs", "silence")
}

// outside tells a line from outside of her: about her as "she", with a speaker's mark before it, or one that gives what is
// hers to the trainee ("your son").
func (w Wording) outside(text string, ws []word) bool {
	pronoun, _, _ := strings.Cut(strings.ToLower(w.scenario.Persona.Pronouns), "/")
	if len(ws) > 1 && ws[0].lower == pronoun && isOneOf(ws[1].lower, "is", "was", "will", "would", "has", "had", "needs", "wants", "feels", "did", "does", "can", "could", "ordered", "says", "said", "stayed", "lives", "promised") {
		return true
	}
	for i := 1; i < len(ws); i++ {
		if ws[i-1].lower == "your" && slices.Contains(w.scenario.HiddenConcern.Words, ws[i].lower) {
			return true
		}
	}
	if head, _, found := strings.Cut(text, ":"); found && (len(strings.Fields(head)) == 1 || strings.Contains(text, `: "`)) {
		return true
	}
	for _, part := range wholeSentences(text) { // facts are written about her, not by her
		first, _, _ := strings.Cut(strings.ToLower(part), " ")
		if isOneOf(first, pronoun, "her", "his", "their") && slices.ContainsFunc(w.scenario.Facts, func(f practice.Fact) bool { return strings.Contains(plainWords(f.Text), plainWords(part)) }) {
			return true
		}
	}
	return false
}

// inEnglish tells words of her language by the small words that every sentence of it has.
func inEnglish(text string, ws []word, foreign []string) bool {
	for _, r := range text {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	strange, known := 0, 0
	for _, w := range ws {
		if slices.Contains(foreign, w.lower) {
			strange++
		}
		if isStopWord(w.lower) || isPersonal(w.lower) || isLeadIn(w.lower) || isOneOf(w.lower, "a", "an", "is", "am", "to", "of", "in", "on", "at", "by", "my", "do", "be", "as", "if", "or", "so", "no", "up", "off", "again", "day", "time", "nobody", "nothing", "never", "every", "even") {
			known++
		}
	}
	return strange < 2 && (len(ws) < 4 || known*5 >= len(ws))
}

// repeats tells a line that says in much the same words what she said before. Short ones may recur.
func (w Wording) repeats(text string) bool {
	for _, part := range wholeSentences(text) {
		n, words := len(contentWords(part)), len(strings.Fields(part))
		for _, before := range w.said {
			for _, b := range wholeSentences(before) {
				if words >= 5 && plainWords(b) == plainWords(part) || n >= 4 && alike(b, part) || n >= 3 && strings.Contains(plainWords(b), plainWords(part)) {
					return true
				}
			}
		}
	}
	return false
}

// circles tells a line that says one thing over and over.
func circles(text string) bool {
	count := map[string]int{}
	for _, c := range contentWords(text) {
		if count[c]++; count[c] > 3 {
			return true
		}
	}
	return false
}

// unpaired tells a quotation mark that is opened and not closed: a line that quotes somebody closes it.
func unpaired(text string) bool {
	return strings.Count(text, `"`)%2 == 1 || strings.HasPrefix(text, `"`)
}

// strays tells a line that greets in the middle of a call, or none of whose words has to do with it.
func (w Wording) strays(text string, ws []word) bool {
	if len(ws) > 0 && isOneOf(ws[0].lower, "hello", "hi", "hey", "welcome", "greetings") {
		return true
	}
	content := contentWords(text)
	if len(content) < groundedFrom {
		return false
	}
	return !slices.ContainsFunc(content, func(c string) bool { return w.about[c] || c[0] <= '9' })
}

// groundedFrom is how many words that mean something a line has, one of which has to be of what was said or of what she
// knows. People speak in pictures: more than one in a short line would be too much to ask.
const groundedFrom = 6

// wholeSentences cuts a line at its full stops.
func wholeSentences(text string) []string {
	var out []string
	open := false
	for _, c := range practice.Clauses(text) {
		if open {
			out[len(out)-1] += " " + c
		} else {
			out = append(out, c)
		}
		open = !endsLine(c)
	}
	return out
}

// invents tells whether the text gives a number, a day or a name that stands nowhere in what she knows.
func (w Wording) invents(text string) bool {
	return !w.known.holds(factsOf(text).list) || !w.known.knowsNames(text)
}
