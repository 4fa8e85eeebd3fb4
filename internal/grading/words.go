package grading

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// word is one word as the patterns see it: lower case, contractions expanded. Several words may come from one token of
// the text ("don't" is do and not) and then share its bytes.
type word struct {
	w          string
	start, end int // bytes of the token in the turn's text
	sentence   int
}

// expand rewrites one lower-case token as the words that it stands for. Recognisers drop apostrophes, so forms
// without them are read as well where they are no other word.
func expand(token string) []string {
	switch token {
	case "um", "uh", "er", "erm", "uhm", "ah", "mm", "hmm":
		return nil // a filler is neither credit nor fault
	case "can't", "cant", "cannot":
		return []string{"can", "not"}
	case "won't", "wont":
		return []string{"will", "not"}
	case "shan't":
		return []string{"shall", "not"}
	case "ain't", "aint":
		return []string{"is", "not"}
	case "let's", "lets":
		return []string{"let", "us"}
	case "im":
		return []string{"i", "am"}
	case "ive":
		return []string{"i", "have"}
	case "dont", "didnt", "doesnt", "isnt", "wasnt", "werent", "arent", "couldnt", "wouldnt", "shouldnt", "havent", "hasnt", "hadnt":
		return []string{strings.TrimSuffix(token, "nt"), "not"}
	case "youre", "theyre":
		return []string{strings.TrimSuffix(token, "re"), "are"}
	case "youve", "weve", "theyve":
		return []string{strings.TrimSuffix(token, "ve"), "have"}
	case "youll", "theyll", "itll", "thatll":
		return []string{strings.TrimSuffix(token, "ll"), "will"}
	case "thats", "whats", "hes", "shes", "theres", "heres":
		return []string{strings.TrimSuffix(token, "s"), "is"}
	case "gonna":
		return []string{"going", "to"}
	case "wanna":
		return []string{"want", "to"}
	case "gotta":
		return []string{"got", "to"}
	}
	host, tail, found := strings.Cut(token, "'")
	if !found || host == "" {
		return []string{token}
	}
	switch tail {
	case "m":
		return []string{host, "am"}
	case "re":
		return []string{host, "are"}
	case "ve":
		return []string{host, "have"}
	case "ll":
		return []string{host, "will"}
	case "d":
		return []string{host, "would"}
	case "t":
		return []string{strings.TrimSuffix(host, "n"), "not"}
	case "s":
		if isAfter(host) {
			return []string{host, "is"}
		}
		return []string{host}
	default:
		return []string{token}
	}
}

// isAfter reports whether 's after this word is short for is, rather than a possessive.
func isAfter(host string) bool {
	switch host {
	case "that", "it", "he", "she", "what", "here", "there", "who", "where", "how", "when", "this", "everything", "nothing", "something":
		return true
	default:
		return false
	}
}

// longSentence is the number of words after which a sentence without marks is parted at its conjunctions: recognised
// speech often has no marks at all, and an act belongs to its clause, not to the whole turn.
const longSentence = 14

// read cuts a text into words and numbers its sentences. questions[s] says that sentence s ends with a question mark.
func read(text string) (words []word, questions []bool) {
	tokens := practice.Tokens(text)
	sentence, last := 0, 0
	questions = []bool{false}
	for _, token := range tokens {
		between := text[last:token.Start]
		if len(words) > 0 && strings.ContainsAny(between, ".!?;\n…") {
			questions[sentence] = strings.Contains(between, "?")
			sentence++
			questions = append(questions, false)
		}
		for _, w := range expand(token.Lower) {
			if n := len(words); w == "of" && n > 0 && (words[n-1].w == "should" || words[n-1].w == "could" || words[n-1].w == "would") {
				w = "have" // as it is said, and so as it is heard
			}
			words = append(words, word{w: w, start: token.Start, end: token.End, sentence: sentence})
		}
		last = token.End
	}
	questions[sentence] = strings.Contains(text[last:], "?")
	return partLong(words, questions)
}

func partLong(words []word, questions []bool) ([]word, []bool) {
	count := make([]int, len(questions))
	for _, w := range words {
		count[w.sentence]++
	}
	var out []bool
	before, since := -1, 0
	for i := range words {
		old := words[i].sentence
		switch {
		case old != before:
			out = append(out, questions[old])
			before, since = old, 0
		case count[old] > longSentence && since >= 4 && i+1 < len(words) && conjunction(words[i].w) && clauseOpener(words[i+1].w):
			// the part before keeps no question mark of its own: the mark stands at the end
			out[len(out)-1] = false
			out = append(out, questions[old])
			since = 0
		}
		since++
		words[i].sentence = len(out) - 1
	}
	if len(out) == 0 {
		out = []bool{len(questions) > 0 && questions[0]}
	}
	return words, out
}

func conjunction(w string) bool {
	switch w {
	case "and", "but", "so", "because", "then", "okay", "ok", "now", "which", "if", "while", "although":
		return true
	default:
		return false
	}
}

func clauseOpener(w string) bool {
	switch w {
	case "i", "we", "you", "it", "that", "this", "he", "she", "they", "what", "how", "let", "there", "your", "the", "when", "can", "could", "is", "are", "do", "did", "would", "tell":
		return true
	default:
		return false
	}
}
