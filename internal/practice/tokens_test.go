package practice_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/practice"
)

func lowers(text string) []string {
	var out []string
	for _, t := range practice.Tokens(text) {
		out = append(out, t.Lower)
	}
	return out
}

func TestTokensCutWordsAsPeopleSayThem(t *testing.T) {
	for text, want := range map[string][]string{
		"":                             nil,
		"  … !? ":                      nil,
		"That's on us.":                {"that's", "on", "us"},
		"That’s on us":                 {"that's", "on", "us"},
		"customers' boxes":             {"customers", "boxes"},
		"by 4 p.m. today":              {"by", "4", "pm", "today"},
		"at 16:00, for £4.95.":         {"at", "16:00", "for", "£4.95"},
		"1,000 of them, 25, 26":        {"1,000", "of", "them", "25", "26"},
		"train-set — really":           {"train", "set", "really"},
		"£ 25":                         {"25"},
		"Inês Duarte":                  {"inês", "duarte"},
		"I am. Be":                     {"i", "am", "be"},
		"the U.K. depot":               {"the", "uk", "depot"},
		"bad \xff\xfebytes":            {"bad", "bytes"},
		"'quoted' words":               {"quoted", "words"},
		"7th birthday":                 {"7th", "birthday"},
		"Don't. Won’t.":                {"don't", "won't"},
		"It was A.":                    {"it", "was", "a"},
		"order 441 792":                {"order", "441", "792"},
		"e\u0301tat":                   {"e\u0301tat"},
		"x.y.z":                        {"x", "y", "z"},
		"Wednesday,then \"delayed\"":   {"wednesday", "then", "delayed"},
		"100% sure":                    {"100", "sure"},
		"two\nlines\tand\u00a0a space": {"two", "lines", "and", "a", "space"},
	} {
		if got := lowers(text); !slices.Equal(got, want) {
			t.Errorf("Tokens(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTokensPointIntoTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`([a-zA-Z'’.,:£0-9 -]){0,60}`)).Draw(t, "text")
		last := 0
		for _, tok := range practice.Tokens(text) {
			if tok.Start < last || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("token %+v does not follow byte %d of %q", tok, last, text)
			}
			if text[tok.Start:tok.End] != tok.Text {
				t.Fatalf("token %+v is not what %q holds there", tok, text)
			}
			last = tok.End
		}
	})
}
