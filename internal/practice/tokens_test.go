package practice_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestTokensCutWordsAsPeopleReadThem(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                   nil,
		"  … —  ":                            nil,
		"Don’t, please!":                     {"don't", "please"},
		"by 14.55 or 1,200, say":             {"by", "14.55", "or", "1,200", "say"},
		"£25 well-known 'quoted' customers'": {"25", "well", "known", "quoted", "customers"},
		"Señora É":                           {"señora", "é"},
		"a\xffb'\xff":                        {"a", "b"},
	} {
		var got []string
		for _, token := range practice.Tokens(text) {
			got = append(got, token.Lower)
		}
		if !slices.Equal(got, want) {
			t.Errorf("Tokens(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTokensAreExactOrderedPiecesOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("a'9., é’")))).Draw(t, "text"))
		end := 0
		for _, token := range practice.Tokens(text) {
			if token.Start < end || token.End <= token.Start || text[token.Start:token.End] != token.Text {
				t.Fatalf("token %+v is not the piece it names of %q", token, text)
			}
			if strings.ContainsAny(token.Text, " \n\t") {
				t.Fatalf("token %q has a space", token.Text)
			}
			end = token.End
		}
	})
}
