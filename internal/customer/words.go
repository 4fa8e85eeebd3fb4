package customer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// word is a token as the phrase language sees it: contractions are opened ("don't" is do + not), and both halves
// point at the same bytes, so that a match still quotes the text exactly.
type word struct {
	lower  string
	start  int
	end    int
	quoted bool // stands between quotation marks
	cap    bool // begins with a capital
	thing  thing
}

// sentence is a run of words between full stops, with what its form says about it.
type sentence struct {
	words    []word
	start    int // bytes
	end      int
	question bool  // it ends with a question mark or is built like a question
	clauses  []int // index of the first word of each clause
}

// openings are the contractions that are opened everywhere. The unspelt ones ("dont") are what recognisers and hurried
// typists write; those that are words of their own ("ill", "were", "well", "its") are left alone.
func opening(lower string) (a, b string) {
	switch lower {
	case "won't", "wont":
		return "will", "not"
	case "can't", "cant", "cannot":
		return "can", "not"
	case "shan't":
		return "shall", "not"
	case "ain't", "aint":
		return "is", "not"
	case "let's", "lets":
		return "let", "us"
	case "gonna":
		return "going", "to"
	case "wanna":
		return "want", "to"
	case "gotta":
		return "got", "to"
	case "i'm", "im":
		return "i", "am"
	case "ive":
		return "i", "have"
	case "youre":
		return "you", "are"
	case "youve":
		return "you", "have"
	case "youll":
		return "you", "will"
	case "theyre":
		return "they", "are"
	case "weve":
		return "we", "have"
	case "thats":
		return "that", "is"
	case "whats":
		return "what", "is"
	case "theres":
		return "there", "is"
	case "hes":
		return "he", "is"
	}
	if slices.Contains([]string{"dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "werent", "havent", "hasnt", "hadnt", "shouldnt", "wouldnt", "couldnt", "mustnt"}, lower) {
		return strings.TrimSuffix(lower, "nt"), "not"
	}
	if s, ok := strings.CutSuffix(lower, "n't"); ok {
		return s, "not"
	}
	for suffix, full := range map[string]string{"'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"} {
		if s, ok := strings.CutSuffix(lower, suffix); ok && s != "" {
			return s, full
		}
	}
	if s, ok := strings.CutSuffix(lower, "'s"); ok && s != "" {
		switch s {
		case "it", "that", "what", "who", "how", "where", "when", "there", "here", "he", "she", "this", "everything", "nobody", "something", "nothing", "why", "which":
			return s, "is"
		}
		return s, "'s"
	}
	return "", ""
}

// sentences cuts a text into sentences of words. A full stop inside a number or an abbreviation does not end one.
func sentences(text string) []sentence {
	var out []sentence
	var cur sentence
	tokens := practice.Tokens(text)
	inQuotes := false
	at := 0
	flush := func(end int, question bool) {
		if len(cur.words) > 0 {
			cur.start, cur.end = cur.words[0].start, end
			cur.question = question || looksAsked(cur.words)
			out = append(out, cur)
		}
		cur = sentence{}
	}
	for n, tok := range tokens {
		ends, asked, parts := false, false, false
		for _, r := range text[at:tok.Start] {
			switch r {
			case '.', '!', '…', '\n':
				ends = true
			case '?':
				ends, asked = true, true
			case ',', ';', ':', '—', '–', '-', '(':
				parts = true
			case '"', '“', '”', '«', '»':
				inQuotes = !inQuotes && r != '”' && r != '»'
			}
		}
		if ends {
			flush(at, asked)
		}
		if parts || len(cur.words) == 0 {
			cur.clauses = append(cur.clauses, len(cur.words))
		}
		first, _ := utf8.DecodeRuneInString(tok.Text)
		w := word{lower: tok.Lower, start: tok.Start, end: tok.End, quoted: inQuotes, cap: unicode.IsUpper(first)}
		a, b := opening(tok.Lower)
		if tok.Lower == "ill" && n+1 < len(tokens) && isAction(tokens[n+1].Lower) {
			a, b = "i", "will" // what "I'll" becomes without its apostrophe
		}
		if a != "" {
			w.lower = a
			cur.words = append(cur.words, w)
			w.lower, w.cap = b, false
		}
		cur.words = append(cur.words, w)
		at = tok.End
	}
	flush(at, strings.Contains(text[at:], "?"))
	return out
}

// looksAsked tells a question without its mark, as typists and recognisers leave it.
func looksAsked(words []word) bool {
	i := 0
	for i < len(words) && (isLeadIn(words[i].lower) || isHello(words[i].lower)) {
		i++
	}
	if i+1 >= len(words) {
		return false
	}
	first, second := words[i].lower, words[i+1].lower
	switch first {
	case "what":
		if isOneOf(second, "went", "happened") || isOneOf(second, "is", "has", "'s") && isOneOf(words[min(i+2, len(words)-1)].lower, "happened", "gone", "happening", "wrong") || isPersonal(second) {
			for k := i + 2; k < min(i+6, len(words)); k++ {
				if isOneOf(words[k].lower, "is", "was") {
					return false
				}
			}
		}
		return !isPersonal(second) && !isOneOf(second, "a", "an")
	case "when", "where", "who", "which", "whose":
		return !isPersonal(second)
	case "why", "how":
		return second != "ever"
	case "can", "could", "would", "will", "do", "did", "does", "have", "has", "is", "are", "was", "were", "may", "shall", "should":
		switch second {
		case "you", "i", "we", "it", "that", "he", "she", "they", "there", "this", "the", "your", "anyone", "somebody":
			return second != "not"
		}
	}
	return false
}

func isPersonal(w string) bool {
	switch w {
	case "i", "we", "you", "he", "she", "they", "it":
		return true
	}
	return false
}

// isHello tells words of a greeting, after which a question may follow without a stop.
func isHello(w string) bool {
	return isOneOf(w, "hi", "hello", "hey", "hiya", "there", "good", "morning", "afternoon", "evening")
}

func isLeadIn(w string) bool {
	switch w {
	case "and", "so", "but", "okay", "ok", "right", "well", "please", "now", "um", "uh", "er", "sorry", "also", "then", "yes", "yeah", "sure":
		return true
	}
	return false
}

// wordsOf opens a text into one run of words, for phrases and for comparing.
func wordsOf(text string) []word {
	var out []word
	for _, s := range sentences(text) {
		out = append(out, s.words...)
	}
	return out
}
