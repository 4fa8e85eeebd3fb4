package practice

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is one word of a text. Start and End are byte offsets, so that text[Start:End] == Text.
type Token struct {
	Text  string
	Lower string // lower case, curly apostrophes made straight
	Start int
	End   int
}

// Tokens cuts a text into its words: runs of letters, digits and combining marks, held together by a single apostrophe
// inside a word ("don't", "o’clock") and by a point or comma between digits ("14.55", "1,200"). Hyphens, symbols and
// punctuation part words and are no words themselves.
func Tokens(text string) []Token {
	var out []Token
	start := -1
	flush := func(end int) {
		if start >= 0 {
			word := text[start:end]
			out = append(out, Token{Text: word, Lower: lowerWord(word), Start: start, End: end})
			start = -1
		}
	}
	var before rune
	for i, r := range text {
		switch {
		case wordRune(r):
			if start < 0 {
				start = i
			}
		case start >= 0 && joins(before, r, text[i:]):
			// stays inside the word
		default:
			flush(i)
		}
		before = r
	}
	flush(len(text))
	return out
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r))
}

// joins reports whether r, which stands between before and what follows it in rest (r first), holds a word together.
func joins(before, r rune, rest string) bool {
	_, width := utf8.DecodeRuneInString(rest) // not RuneLen: a broken byte is one byte wide
	next, _ := utf8.DecodeRuneInString(rest[width:])
	switch r {
	case '\'', '’', 'ʼ':
		return wordRune(before) && wordRune(next)
	case '.', ',':
		return unicode.IsDigit(before) && unicode.IsDigit(next)
	default:
		return false
	}
}

func lowerWord(word string) string {
	return strings.NewReplacer("’", "'", "ʼ", "'").Replace(strings.ToLower(word))
}
