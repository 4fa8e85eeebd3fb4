package practice

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClausesCutTheFirstAtItsFirstMarkAndTheRestBySentence(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"first clause":            {"I ordered it two weeks ago, and nothing came. Nothing at all, you hear?", []string{"I ordered it two weeks ago,", "and nothing came.", "Nothing at all, you hear?"}},
		"too short to cut":        {"No, I won't wait. Fix it.", []string{"No, I won't wait.", "Fix it."}},
		"second mark of a first":  {"Well, look, I am tired of this, so help me.", []string{"Well, look, I am tired of this,", "so help me."}},
		"exactly three words":     {"I told you, it never came.", []string{"I told you,", "it never came."}},
		"titles":                  {"Is this Mr. Brown or Dr. Lee? Tell me.", []string{"Is this Mr. Brown or Dr. Lee?", "Tell me."}},
		"initials":                {"It is J. K. Rowling's book. I want it.", []string{"It is J. K. Rowling's book.", "I want it."}},
		"numbers and times":       {"It was £4.95 at 4 p.m. on Tuesday. Right?", []string{"It was £4.95 at 4 p.m. on Tuesday.", "Right?"}},
		"number abbreviation":     {"It says No. 12 here. No. Not that one.", []string{"It says No. 12 here.", "No.", "Not that one."}},
		"dates with stops":        {"It came on Tue. 17 Nov. 2026 at last. Thanks.", []string{"It came on Tue. 17 Nov. 2026 at last.", "Thanks."}},
		"trailing off":            {"I just… I don't know... Maybe. Fine.", []string{"I just…", "I don't know...", "Maybe.", "Fine."}},
		"exclaimed in the middle": {"You said \"soon!\" and it is not here.", []string{"You said \"soon!\" and it is not here."}},
		"quotes":                  {"He said \"Tuesday.\" Then nothing.", []string{"He said \"Tuesday.\"", "Then nothing."}},
		"dash between":            {"That is the third time — the third! Honestly.", []string{"That is the third time —", "the third!", "Honestly."}},
		"lone dash at the end":    {"I want it. —", []string{"I want it. —"}},
		"one word":                {"Hello?", []string{"Hello?"}},
		"nothing":                 {"  \n ", nil},
		"no mark at all":          {"just send it again please", []string{"just send it again please"}},
		"comma at the very end":   {"I was going to say,", []string{"I was going to say,"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Clauses(tc.text)
			if strings.Join(got, "|") != strings.Join(tc.want, "|") {
				t.Errorf("Clauses(%q)\n got %q\nwant %q", tc.text, got, tc.want)
			}
		})
	}
}

func TestClausesLoseNoWordAndStayShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(
			rapid.StringMatching(`[A-Za-z']{1,12}[,.;:!?…—]{0,2}`), rapid.SampledFrom([]string{"Mr.", "—", "£4.95", "p.m.", "\"Yes.\"", "😀", "J."}),
		)).Draw(t, "words"), " ")
		got := Clauses(text)
		if joined := strings.Join(got, " "); joined != strings.Join(strings.Fields(text), " ") {
			t.Fatalf("clauses %q do not give %q back", got, text)
		}
		for _, c := range got {
			if n := utf8.RuneCountInString(c); n > longestClause+20 && strings.Contains(c, " ") {
				t.Fatalf("clause of %d characters: %q", n, c)
			}
		}
	})
}
