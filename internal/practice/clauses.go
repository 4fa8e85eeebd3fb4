package practice

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clause cutting, in characters and words.
const (
	firstClauseWords = 3   // the first clause is cut at its first mark only when it has at least so many
	longestClause    = 240 // a longer sentence is cut again, at a clause mark or else between words
)

// Clauses cuts what a customer says into the pieces in which it is spoken: the first at its first clause mark, so that
// its sound is ready soon, then whole sentences. A full stop after a title ("Mr.", "Dr."), an initial, or inside a
// number or an abbreviation ends no sentence. A mark after a sentence belongs to it. Joined by single spaces the clauses
// give the words of text back; text without words gives none.
func Clauses(text string) []string { return pieces(text, true) }

// Sentences cuts a text as Clauses does, but for the first clause: a sentence is the same piece wherever it stands.
func Sentences(text string) []string { return pieces(text, false) }

func pieces(text string, firstClause bool) []string {
	var out []string
	var now []string // words of the clause being built
	size, marks := 0, 0
	words := strings.Fields(text)
	flush := func() {
		if len(now) > 0 {
			out = append(out, strings.Join(now, " "))
			now, size, marks = now[:0], 0, 0
		}
	}
	for i, w := range words {
		if IsMark(w) {
			if len(now) == 0 && len(out) > 0 {
				out[len(out)-1] += " " + w
				continue
			}
			marks++
		}
		if n := utf8.RuneCountInString(w) + 1; size+n > longestClause && len(now) > 0 {
			// Too long: keep what follows the last clause mark for the next piece.
			cut := len(now)
			for k := len(now) - 1; k > len(now)/3; k-- {
				if endsClause(now[k]) {
					cut = k + 1
					break
				}
			}
			rest := append([]string(nil), now[cut:]...)
			now = now[:cut]
			flush()
			now = append(now, rest...)
			for _, r := range rest {
				size += utf8.RuneCountInString(r) + 1
			}
		}
		now = append(now, w)
		size += utf8.RuneCountInString(w) + 1
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch {
		case endsSentence(w, next):
			flush()
		case firstClause && len(out) == 0 && len(now)-marks >= firstClauseWords && endsClause(w) && next != "":
			flush()
		}
	}
	flush()
	return joinDashes(out)
}

// joinDashes gives pieces without a letter or digit (a lone dash) to the piece before them.
func joinDashes(pieces []string) []string {
	out := pieces[:0]
	for _, p := range pieces {
		speaks := IsMark(p) || strings.ContainsFunc(p, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		if !speaks && len(out) > 0 {
			out[len(out)-1] += " " + p
			continue
		}
		out = append(out, p)
	}
	return out
}

const closingMarks = "\"'”’)]*_"

// endsClause says whether a word ends with a mark at which one breathes.
func endsClause(w string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(w, closingMarks))
	return strings.ContainsRune(",;:—–…", r)
}

// endsSentence says whether w, followed by next, ends a sentence.
func endsSentence(w, next string) bool {
	if IsMark(w) {
		return false
	}
	if IsMark(next) { // it stands between sentences, however the next one begins
		next = ""
	}
	w = strings.TrimRight(w, closingMarks)
	last, _ := utf8.DecodeLastRuneInString(w)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(next, "\"'“‘([*_"))
	switch last {
	case '?', '!':
		return !unicode.IsLower(first)
	case '…':
		return next == "" || unicode.IsUpper(first)
	case '.':
	default:
		return false
	}
	if next == "" {
		return true
	}
	stem := strings.TrimLeft(strings.TrimRight(w, "."), "\"'“‘([*_")
	if strings.HasSuffix(w, "..") {
		return unicode.IsUpper(first)
	}
	if unicode.IsLower(first) {
		return false
	}
	switch stem {
	case "Mr", "Mrs", "Ms", "Mx", "Dr", "Prof", "St", "Rev", "Capt", "Sgt", "Lt", "Messrs", "No", "Nos", "Ref", "Tel", "Ext", "Approx", "approx",
		"e.g", "i.e", "vs", "Mon", "Tue", "Tues", "Wed", "Thu", "Thur", "Thurs", "Fri", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug",
		"Sep", "Sept", "Oct", "Nov", "Dec":
		return (stem == "No" || stem == "Nos") && !unicode.IsDigit(first)
	}
	// An initial: "J. Smith", but "it was I. They …" ends.
	if utf8.RuneCountInString(stem) == 1 && stem != "I" {
		return !unicode.IsUpper([]rune(stem)[0])
	}
	return true
}
