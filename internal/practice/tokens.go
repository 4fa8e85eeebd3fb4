package practice

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is one word of a text. Start and End are byte offsets into the text, so text[Start:End] == Text.
type Token struct {
	Text  string
	Lower string // lower case, straight apostrophes, no dots inside abbreviations: "P.M." is "pm"
	Start int
	End   int
}

// Tokens cuts a text into words. A word is a run of letters, digits and combining marks; it may hold an apostrophe
// between letters (don't), a point, comma or colon between digits (4.95, 1,000, 16:00), a currency sign before a digit
// (£25) and dots between single letters (p.m.). Hyphens and everything else part words and are not tokens themselves.
// It never fails: bytes that are no UTF-8 part words like punctuation does.
func Tokens(text string) []Token {
	tokens := make([]Token, 0, len(text)/5+1)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case isWordRune(r, size):
			end := wordEnd(text, i)
			tokens = append(tokens, newToken(text, i, end))
			i = end
		case isCurrency(r) && startsWithDigit(text[i+size:]):
			end := wordEnd(text, i+size)
			tokens = append(tokens, newToken(text, i, end))
			i = end
		default:
			i += size
		}
	}
	return tokens
}

func newToken(text string, start, end int) Token {
	raw := text[start:end]
	lower := strings.ToLower(raw)
	lower = strings.ReplaceAll(lower, "’", "'")
	if isInitials(lower) {
		lower = strings.ReplaceAll(lower, ".", "")
	}
	return Token{Text: raw, Lower: lower, Start: start, End: end}
}

// wordEnd returns where the word that begins at start ends.
func wordEnd(text string, start int) int {
	if end := initialsEnd(text, start); end > start {
		return end
	}
	i := start
	var before rune
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if isWordRune(r, size) {
			before = r
			i += size
			continue
		}
		next, nextSize := utf8.DecodeRuneInString(text[i+size:])
		joins := (r == '\'' || r == '’') && unicode.IsLetter(before) && unicode.IsLetter(next) && nextSize > 0 ||
			(r == '.' || r == ',' || r == ':') && unicode.IsDigit(before) && unicode.IsDigit(next)
		if !joins {
			break
		}
		before = r
		i += size
	}
	return i
}

// initialsEnd finds the end of single letters joined by dots, such as p.m. or U.K., or returns start.
func initialsEnd(text string, start int) int {
	i, letters := start, 0
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) || i+size >= len(text) || text[i+size] != '.' {
			break
		}
		i += size + 1
		letters++
	}
	if letters < 2 {
		return start
	}
	if r, size := utf8.DecodeRuneInString(text[i:]); isWordRune(r, size) {
		return start
	}
	return i
}

func isInitials(lower string) bool {
	return strings.HasSuffix(lower, ".") && strings.Count(lower, ".") >= 2
}

func isWordRune(r rune, size int) bool {
	if r == utf8.RuneError && size <= 1 {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func isCurrency(r rune) bool { return unicode.Is(unicode.Sc, r) }

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}
