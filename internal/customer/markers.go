package customer

import (
	"slices"
	"strings"
)

// Markers are what authored lines may hold besides words, between square brackets: sounds and silences that the voice makes.
func Markers() []string { return []string{"[sighs]", "[breath]", "[pause]"} }

// WithoutMarkers is a line's words alone. ok is false when a marker stands anywhere but before or between sentences.
func WithoutMarkers(text string) (words string, ok bool) {
	if !strings.Contains(text, "[") {
		return text, true
	}
	ok = true
	var out strings.Builder
	for rest := text; ; {
		at, marker := firstMarker(rest)
		if marker == "" {
			out.WriteString(rest)
			break
		}
		before, after := strings.TrimRight(out.String()+rest[:at], " "), strings.TrimLeft(rest[at+len(marker):], " ")
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

func firstMarker(text string) (at int, marker string) {
	at = len(text)
	for _, m := range Markers() {
		if i := strings.Index(text, m); i >= 0 && i < at {
			at, marker = i, m
		}
	}
	return at, marker
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
