package customer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// slots are what a line may take up from what was just said.
type slots struct {
	agent  string // how the trainee calls himself
	when   string // the time that he gave
	doing  string // what he promised, turned round: "you'll ring the depot"
	theirs string // his own words, when short enough to throw back
}

// fill puts slots into a line; a line whose slot has nothing to hold is not said.
func (m *Mind) fill(line string, from slots) (string, bool) {
	if !strings.Contains(line, "{") {
		return line, true
	}
	for _, s := range []struct{ name, value string }{
		{"{agent_name}", from.agent}, {"{when}", from.when}, {"{promise}", from.doing}, {"{their_words}", from.theirs},
	} {
		if !strings.Contains(line, s.name) {
			continue
		}
		if s.value == "" {
			return "", false
		}
		line = strings.ReplaceAll(line, s.name, s.value)
	}
	return capitalise(line), true
}

// capitalise makes the first letter of each sentence large, so that a slot may open one.
func capitalise(line string) string {
	start, mark := true, false
	return strings.Map(func(r rune) rune {
		switch {
		case r == '[' || mark: // a sigh or a breath opens no sentence and ends none
			mark = r != ']'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if start {
				r = unicode.ToUpper(r)
			}
			start = false
		case r == '.' || r == '?' || r == '!':
			start = true
		case !unicode.IsSpace(r) && r != '"' && r != '“' && r != '‘' && r != '\'' && r != '’':
			start = false
		}
		return r
	}, line)
}

// takeUp keeps what of this turn her lines may take up.
func (m *Mind) takeUp(acts []practice.Act) {
	m.slots.theirs = ""
	for _, a := range acts {
		switch a.Name {
		case practice.ActIntroducesSelf:
			m.slots.agent = a.What
		case practice.ActSpecificPlan:
			m.slots.when = speakable(a.When)
			m.slots.doing = turnRound(a.What, a.When)
		case practice.ActPromise:
			if !m.isTooMuch(a.What) && a.What != whatDelivery && !has(acts, practice.ActSpecificPlan) {
				m.slots.doing, m.slots.when = turnRound(a.What, ""), ""
			}
		case practice.ActCalmDown, practice.ActDismissive, practice.ActBlame, practice.ActJargon, practice.ActRefusalFlat, practice.ActGenericApology:
			if n := len(wordsOf(a.Quote)); n > 0 && n <= 6 && m.slots.theirs == "" && isSayable(a.Quote) {
				m.slots.theirs = lowerFirst(a.Quote)
			}
		default:
		}
	}
}

// isSayable tells words that can be thrown back: typed ones may hold brackets and other signs, which would be a mark, a
// slot or a stage direction in her line, and something else again in a prompt.
func isSayable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" ,.!?'’-£$€%", r)
	})
}

func speakable(when string) string {
	when = strings.TrimSpace(when)
	if len(when) > 40 || strings.HasPrefix(strings.ToLower(when), "while") || !isSayable(strings.ReplaceAll(when, ":", "")) {
		return ""
	}
	return lowerFirst(when)
}

// lowerFirst lowers a first letter unless it begins a name of a day or the word I.
func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	for _, keep := range []string{"I ", "I'", "I’", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "March", "April", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"} {
		if strings.HasPrefix(s, keep) {
			return s
		}
	}
	return string(unicode.ToLower(r)) + s[size:]
}

// turnRound says the trainee's words from her side: "I'll ring you" is "you'll ring me". Too long or too tangled, it is "".
func turnRound(what, when string) string {
	if when != "" {
		if k := strings.Index(what, when); k >= 0 {
			what = what[:k] + what[k+len(when):]
		}
	}
	tokens := practice.Tokens(what)
	for i, t := range tokens {
		if i > 2 && isOneOf(t.Lower, "so", "because", "which", "until", "unless", "whatever", "whether") {
			tokens = tokens[:i]
			break
		}
	}
	if len(tokens) < 3 || len(tokens) > 11 {
		return ""
	}
	var out []string
	for i, t := range tokens {
		w := strings.ReplaceAll(t.Text, "’", "'")
		switch t.Lower {
		case "i", "we":
			w = "you"
		case "i'll", "we'll":
			w = "you'll"
		case "i'm", "we're":
			w = "you're"
		case "i've", "we've":
			w = "you've"
		case "am":
			w = "are"
		case "my", "our":
			w = "your"
		case "your":
			w = "my"
		case "me", "us":
			w = "you"
			if i == 1 && strings.EqualFold(tokens[0].Text, "let") {
				w = ""
			}
		case "let":
			if i == 0 {
				w = "you'll"
			}
		case "you":
			w = "me"
			if i+1 < len(tokens) && isOneOf(tokens[i+1].Lower, "will", "have", "can", "would", "could", "should", "get", "hear", "are") {
				w = "I"
			}
		case "you'll":
			w = "I'll"
		case "you've":
			w = "I've"
		case "you're":
			w = "I'm"
		case "myself":
			w = "yourself"
		case "now", "please", "just", "also", "and", "so":
			if i == 0 || i == len(tokens)-1 || t.Lower == "just" || t.Lower == "also" {
				w = ""
			}
		}
		if w != "" {
			out = append(out, w)
		}
	}
	if n := len(out); n > 0 && tokens[len(tokens)-1].Lower == "now" && isOneOf(out[n-1], "right", "just") {
		out = out[:n-1]
	}
	if len(out) < 3 || !strings.HasPrefix(out[0], "you") && !strings.HasPrefix(out[0], "I'") {
		return ""
	}
	if isOneOf(strings.ToLower(out[len(out)-1]), "the", "a", "to", "with", "of", "for", "your", "my", "at", "in", "on", "by", "that", "when", "if") {
		return ""
	}
	return strings.Join(out, " ")
}
