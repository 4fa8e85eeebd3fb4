package call

import (
	"strings"
	"testing"
)

func TestCutClauseHoldsOnlyTheWrittenWordsThatWereHeard(t *testing.T) {
	for _, c := range []struct {
		name, text string
		words      []string
		heard      int
		want, rest string
	}{
		{"a word each", "I want my money back", []string{"I", "want", "my", "money", "back"}, 3, "I want my", "money back"},
		{"several at once, behind", "I paid with 25 pounds 50", []string{"I", "paid", "with", "25 pounds 50"}, 3, "I paid with", "25 pounds 50"},
		{"several at once, before", "25 pounds 50 is too much", []string{"25 pounds 50", "is", "too", "much"}, 1, "25 pounds 50", "is too much"},
		{"a dash on its own", "Well — where is it", []string{"Well —", "where", "is", "it"}, 2, "Well — where", "is it"},
		{"one in several", "RP-40917 was late again", []string{"R", "P", "four", "oh", "nine", "one", "seven", "was", "late", "again"}, 5, "", "RP-40917 was late again"},
		{"one in several, heard", "RP-40917 was late again", []string{"R", "P", "four", "oh", "nine", "one", "seven", "was", "late", "again"}, 8, "RP-40917 was", "late again"},
	} {
		cl := clause{text: c.text}
		for i, w := range c.words {
			at := int64(i) * 100
			if i >= c.heard {
				at = -1
			}
			cl.words = append(cl.words, spoken{text: w, atMS: at})
		}
		r := reply{clauses: []clause{cl}}
		if heard, unheard := r.heardText(); heard != c.want || unheard != c.rest {
			t.Errorf("%s: heard %q, not %q; unheard %q, not %q", c.name, heard, c.want, unheard, c.rest)
		}
	}
}

func TestSighsAreTranscribedWhereTheyWereHeardAndBreathsAreNot(t *testing.T) {
	words := []string{"[sighs]", "Fine.", "[breath]", "I", "will", "wait.", "[sighs]"}
	for heard, want := range []struct{ heard, rest string }{
		0: {"", "[sighs] Fine. I will wait. [sighs]"},
		1: {"[sighs]", "Fine. I will wait. [sighs]"},
		2: {"[sighs] Fine.", "I will wait. [sighs]"},
		3: {"[sighs] Fine.", "I will wait. [sighs]"},
		6: {"[sighs] Fine. I will wait.", "[sighs]"},
		7: {"[sighs] Fine. I will wait. [sighs]", ""},
	} {
		cl := clause{text: strings.Join(words, " ")}
		for i, w := range words {
			at := int64(i) * 100
			if i >= heard {
				at = -1
			}
			cl.words = append(cl.words, spoken{text: w, toMS: 90, atMS: at})
		}
		r := reply{clauses: []clause{cl}}
		if want.heard == "" && want.rest == "" {
			continue
		}
		if got, rest := r.heardText(); got != want.heard || rest != want.rest {
			t.Errorf("%d words: heard %q, not %q; unheard %q, not %q", heard, got, want.heard, rest, want.rest)
		}
		timed := r.heardWords()
		if got := len(timed); got != len(strings.Fields(want.heard)) {
			t.Errorf("%d words: %d have a time, not those of %q", heard, got, want.heard)
		}
	}
}
