package practice

import (
	"slices"
	"strings"
	"testing"
)

func TestMarksAreNoLettersAndOnlySighsAreShown(t *testing.T) {
	for _, tc := range []struct{ text, plain, shown string }{
		{"[sighs] Right. [pause] I'll wait. [breath]", "Right. I'll wait.", "[sighs] Right. I'll wait."},
		{"No marks  at all.", "No marks  at all.", "No marks  at all."},
		{"[laughs] stays, [sighs]. too", "[laughs] stays, [sighs]. too", "[laughs] stays, [sighs]. too"},
		{"[breath]", "", ""},
		{"[sighs]", "", "[sighs]"},
	} {
		if got := WithoutMarks(tc.text); got != tc.plain {
			t.Errorf("WithoutMarks(%q) = %q, want %q", tc.text, got, tc.plain)
		}
		if got := Transcribed(tc.text); got != tc.shown {
			t.Errorf("Transcribed(%q) = %q, want %q", tc.text, got, tc.shown)
		}
	}
}

func TestMarksStayWithTheirSentences(t *testing.T) {
	for text, want := range map[string][]string{
		// Before the first words they lead them, and do not count as words of a first clause.
		"[sighs] Look, I ordered it, and it never came.": {"[sighs] Look, I ordered it,", "and it never came."},
		"[sighs] Well, that is all.":                     {"[sighs] Well, that is all."},
		// Between sentences they belong to the one before: its clause ends with them, and the next is made meanwhile.
		"That's it? [sighs] Fine. [pause] I'll wait.": {"That's it? [sighs]", "Fine. [pause]", "I'll wait."},
		"Fine. [breath] [sighs]":                      {"Fine. [breath] [sighs]"},
		"[pause]":                                     {"[pause]"},
		"Fine. [sighs] and then?":                     {"Fine. [sighs]", "and then?"},
	} {
		got := Clauses(text)
		if !slices.Equal(got, want) {
			t.Errorf("Clauses(%q) = %q, want %q", text, got, want)
		}
		if strings.Join(got, " ") != text {
			t.Errorf("Clauses(%q) lost something: %q", text, got)
		}
	}
}
