package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Marks are what authored lines may hold besides words, between square brackets: sounds and silences that the voice makes.
func Marks() []string { return []string{practice.MarkSighs, practice.MarkBreath, practice.MarkPause} }

// SplitMarks is a line's words alone. ok is false when a mark stands anywhere but before or between sentences.
func SplitMarks(text string) (words string, ok bool) {
	if !strings.Contains(text, "[") {
		return text, true
	}
	ok = true
	var out strings.Builder
	for rest := text; ; {
		at, mark := firstMark(rest)
		if mark == "" {
			out.WriteString(rest)
			break
		}
		before, after := strings.TrimRight(out.String()+rest[:at], " "), strings.TrimLeft(rest[at+len(mark):], " ")
		if before != "" && !strings.ContainsRune(".?!…", lastRune(before)) || after == "" {
			ok = false
		}
		out.Reset()
		out.WriteString(before)
		if before != "" {
			out.WriteByte(' ')
		}
		rest = after
	}
	return strings.TrimSpace(out.String()), ok
}

func firstMark(text string) (at int, mark string) {
	at = len(text)
	for _, m := range Marks() {
		if i := strings.Index(text, m); i >= 0 && i < at {
			at, mark = i, m
		}
	}
	return at, mark
}

// lastRune is the last character of a text that is no closing quotation mark.
func lastRune(text string) rune {
	rs := []rune(text)
	for _, r := range slices.Backward(rs) {
		if !strings.ContainsRune("\"'”’", r) {
			return r
		}
	}
	return 0
}
