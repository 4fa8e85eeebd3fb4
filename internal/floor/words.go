package floor

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Completeness is how finished words look.
type Completeness int

// The kinds of ending. Digits: a number is being dictated, and people pause between its groups.
const (
	Unknown Completeness = iota
	Complete
	Incomplete
	Digits
)

// Look judges how finished text looks from its last words and its punctuation. A recogniser that is given half a
// sentence often closes it with a full stop all the same, so a last word that cannot end a sentence outweighs it.
func Look(text string) Completeness {
	text = strings.TrimSpace(text)
	words := lower(text)
	if len(words) == 0 {
		return Unknown
	}
	last := words[len(words)-1]
	if digits(words) {
		return Digits
	}
	asked := strings.HasSuffix(text, "?")
	if isOpen(last) && !isSettled(words) || isOpenUnlessAsked(last) && !asked && !isSettled(words) || strings.HasSuffix(text, "...") || strings.HasSuffix(text, "…") || strings.HasSuffix(text, "-") {
		return Incomplete
	}
	switch text[len(text)-1] {
	case '.', '!', '?':
		return Complete
	case ',', ':', ';':
		return Incomplete
	}
	if len(words) <= 2 && isAnswer(last) {
		return Complete
	}
	return Unknown
}

// digits tells whether the text ends in a number being read out: at least two spoken digits in a row at its end.
func digits(words []string) bool {
	n := 0
	for _, w := range slices.Backward(words) {
		if !isDigitWord(w) {
			break
		}
		n++
		if len(w) > 1 && w[0] >= '0' && w[0] <= '9' {
			n++ // a group written in figures, as in "41 22"
		}
	}
	return n >= 2
}

func isDigitWord(w string) bool {
	switch w {
	case "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple":
		return true
	}
	for _, r := range w {
		if (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return w != "" && w != "-"
}

// isOpen lists words after which an English sentence is almost never over.
func isOpen(w string) bool {
	switch w {
	case "and", "or", "but", "so", "because", "cause", "if", "when", "while", "although", "though", "unless", "until",
		"which", "whose", "than", "then", "also", "plus", "the", "a", "an", "my", "your", "his", "its", "our", "their",
		"every", "of", "i", "we", "they", "i'm", "i'll", "i've", "i'd", "we're", "we'll", "we've", "you're", "they're", "it's",
		"that's", "let", "let's", "um", "uh", "er", "erm", "hmm", "very", "quite":
		return true
	default:
		return false
	}
}

// isOpenUnlessAsked lists words that end a question ("what is this about?") but hardly ever a statement.
func isOpenUnlessAsked(w string) bool {
	switch w {
	case "to", "at", "for", "from", "with", "by", "about", "into", "as", "like", "between", "without", "in", "on",
		"was", "were", "been", "being", "has", "have", "had", "will", "would", "can", "could", "should", "shall", "might", "must",
		"who", "where", "he", "she", "her", "some", "any", "this", "these", "those", "really", "just", "more", "not", "is", "are", "be":
		return true
	default:
		return false
	}
}

// isSettled tells whether the last two words end a sentence although the last alone would not: "I think so".
func isSettled(words []string) bool {
	if len(words) < 2 {
		return false
	}
	switch words[len(words)-2] {
	case "think", "hope", "guess", "suppose", "believe", "afraid", "say", "course", "it", "he", "she", "they", "we", "you", "i", "not":
		last := words[len(words)-1]
		return last != "and" && last != "or" && last != "but" && last != "the" && last != "because" && last != "just" && last != "really"
	default:
		return false
	}
}

// isAnswer lists words that are a whole answer by themselves, whatever the recogniser put after them: a lone "yeah"
// must not wait for more.
func isAnswer(w string) bool {
	switch w {
	case "yes", "yeah", "yep", "yup", "no", "nope", "okay", "ok", "sure", "right", "thanks", "please", "hello", "hi", "hey",
		"bye", "goodbye", "correct", "exactly", "absolutely", "certainly", "sorry", "you", "fine", "good", "great":
		return true
	default:
		return false
	}
}

// Kind is what a sound over the other's voice was.
type Kind int

// The kinds. Nothing: no words were found in it.
const (
	Nothing Kind = iota
	Backchannel
	Echo
	Speech
)

// Classify says what words spoken over the customer are. said holds the customer's own latest words, which a
// microphone near a loudspeaker hears too.
func Classify(text, said string) (kind Kind, speechWords int) {
	words := lower(text)
	if len(words) == 0 {
		return Nothing, 0
	}
	if IsEcho(words, lower(said)) {
		return Echo, 0
	}
	for _, w := range words {
		if !isBackchannel(w) {
			speechWords++
		}
	}
	if speechWords == 0 || isBackchannelPhrase(words) {
		return Backchannel, 0
	}
	return Speech, speechWords
}

// Supportive tells whether a backchannel says "I hear you" rather than "I am still on the line": it is counted in the
// trainee's favour.
func Supportive(text string) bool {
	words := lower(text)
	if len(words) == 0 {
		return false
	}
	if isBackchannelPhrase(words) {
		return true
	}
	for _, w := range words {
		if !isBackchannel(w) || w == "uh" || w == "um" || w == "huh" || w == "really" {
			return false
		}
	}
	return true
}

func isBackchannelPhrase(words []string) bool {
	switch strings.Join(words, " ") {
	case "i see", "i know", "of course", "got it", "go on", "oh no", "oh dear", "oh my", "i hear you", "that's right", "oh i see",
		"yeah i see", "yes of course", "oh gosh", "okay got it", "makes sense", "that makes sense":
		return true
	default:
		return false
	}
}

// isHum tells whether a word is what recognisers write for a hum: mm, mama, mana, mom, hmm.
func isHum(w string) bool {
	return len(w) > 1 && (w[0] == 'm' || w[0] == 'h' && strings.Contains(w, "mm")) && strings.Trim(w, "mnaouh") == "" && w != "man" && w != "human"
}

func isBackchannel(w string) bool {
	if isHum(w) {
		return true
	}
	switch w {
	case "mm", "mmm", "mhm", "mm-hm", "mm-hmm", "mmhm", "mmhmm", "mm-mm", "hm", "hmm", "hmmm", "uh-huh", "uh", "huh", "um", "ah", "aha", "oh", "ooh",
		"yeah", "yes", "yep", "yup", "right", "okay", "ok", "sure", "wow", "true", "really", "exactly", "absolutely", "alright", "gosh", "indeed":
		return true
	default:
		return false
	}
}

// echoShare is the share of heard words that must be the customer's own, in her order, to be her echo.
const echoShare = 0.7

// IsEcho tells whether heard words are the customer's own words come back: most of them, in order. A single word is her
// echo when it is among her last few.
func IsEcho(heard, said []string) bool {
	if len(heard) == 0 || len(said) == 0 {
		return false
	}
	if len(heard) == 1 {
		return slices.Contains(said[max(0, len(said)-4):], heard[0])
	}
	best := 0
	for start := range said {
		if said[start] == heard[0] || len(heard) > 1 && said[start] == heard[1] {
			best = max(best, inOrder(heard, said[start:]))
		}
	}
	return best >= 2 && float64(best) >= echoShare*float64(len(heard))
}

// inOrder counts heard words found in said in order; up to three of hers may be lost in between.
func inOrder(heard, said []string) int {
	matched, from := 0, 0
	for _, w := range heard {
		for j := from; j < len(said) && j < from+4; j++ {
			if said[j] == w {
				matched++
				from = j + 1
				break
			}
		}
	}
	return matched
}

// lower returns the text's words in lower case.
func lower(text string) []string {
	tokens := practice.Tokens(text)
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.Lower
	}
	return out
}

// SameWords tells whether two texts hold the same words, whatever their case and punctuation.
func SameWords(a, b string) bool {
	x, y := lower(a), lower(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}
