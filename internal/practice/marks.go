package practice

import "strings"

// The marks that stand in a customer's words for what she does without words. The voice makes them sound; all else that
// stands in brackets is an ordinary word. A mark is a word of its own, before a sentence, between two, or after the last.
const (
	MarkSighs  = "[sighs]"
	MarkBreath = "[breath]"
	MarkPause  = "[pause]"
)

// IsMark tells whether a word is one of the three marks.
func IsMark(word string) bool { return word == MarkSighs || word == MarkBreath || word == MarkPause }

// WithoutMarks is text as it is said in letters: without marks, its words joined by single spaces.
func WithoutMarks(text string) string { return without(text, IsMark) }

// Transcribed is text as the transcript shows it: with sighs, without breaths and pauses. A text without marks comes back
// as it is.
func Transcribed(text string) string { return without(text, hiddenMark) }

// hiddenMark tells a mark that no transcript shows.
func hiddenMark(word string) bool { return word == MarkBreath || word == MarkPause }

func without(text string, drop func(string) bool) string {
	if !strings.Contains(text, "[") {
		return text
	}
	fields := strings.Fields(text)
	kept := fields[:0]
	for _, f := range fields {
		if !drop(f) {
			kept = append(kept, f)
		}
	}
	if len(kept) == len(fields) {
		return text
	}
	return strings.Join(kept, " ")
}
