package practice

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWordErrorsTreatsSpellingsOfTheSameSpeechAlike(t *testing.T) {
	for _, same := range [][2]string{
		{"about fourteen fifty-five", "About 1455."},
		{"in nineteen oh four", "in 1904"},
		{"in nineteen hundred", "in 1900"},
		{"in two thousand and six", "in 2006"},
		{"in the eighteen fifties", "in the 1850s"},
		{"order four four seven one", "order 4471"},
		{"order forty-four seventy-one", "order 4471"},
		{"it cost one thousand, four hundred and fifty-five", "it cost 1,455"},
		{"one hundred five", "105"},
		{"one hundred and five", "105"},
		{"room three oh five", "room 305"},
		{"forty-two line Bible", "42-line bible"},
		{"the fifteenth century", "the 15th century"},
		{"the twenty-first of may", "the 21st of May"},
		{"twelfth night", "12th night"},
		{"the nineties", "the 90s"},
		{"twenty-five percent", "25%"},
		{"twenty five per cent", "25 percent"},
		{"twenty-five pounds", "£25"},
		{"one pound", "£1"},
		{"nine pounds ninety nine", "£9.99"},
		{"a thousand dollars", "a thousand dollars!"},
		{"half past three, or three thirty", "half past 3, or 3:30"},
		{"at five pm", "at 5pm"},
		{"at five pm", "at 5:00 p.m."},
		{"at nine oh five", "at 9:05"},
		{"three point one four", "3.14"},
		{"call oh seven seven double", "call 077 double"},
		{"A B twelve", "A B12"},
		{"k l m seven seven zero nine two", "KLM77092"},
		{"mister Dashwood and missus Bennet", "Mr. Dashwood and Mrs. Bennet"},
		{"okay, all right", "OK alright"},
		{"I apologise for the colour", "I apologize for the color"},
		{"don’t say can't", "dont say can’t"},
		{"you and I", "you & I"},
		{"two million and one", "2,000,001"},
	} {
		for _, pair := range [][2]string{same, {same[1], same[0]}} {
			if errors, words := WordErrors(pair[0], pair[1]); errors != 0 || words == 0 {
				t.Errorf("WordErrors(%q, %q) = %d of %d, want none", pair[0], pair[1], errors, words)
			}
		}
	}
}

func TestWordErrorsCountsReplacedDroppedAndAddedWords(t *testing.T) {
	for _, c := range []struct {
		ref, hyp      string
		errors, words int
	}{
		{"", "", 0, 0},
		{"", "hello there", 2, 0},
		{"hello there", "", 2, 2},
		{"hello there", "hello where", 1, 2},
		{"hello there maya", "hello maya", 1, 3},
		{"hello maya", "hello there maya", 1, 2},
		{"fourteen fifty-five", "1456", 1, 3},
		{"not wise, a promise", "not wize, a promize", 2, 4},
		{"fifty", "15", 1, 1},
		{"twenty-five pounds", "25", 1, 3},
	} {
		if errors, words := WordErrors(c.ref, c.hyp); errors != c.errors || words != c.words {
			t.Errorf("WordErrors(%q, %q) = %d of %d, want %d of %d", c.ref, c.hyp, errors, words, c.errors, c.words)
		}
	}
}

func TestWordErrorsHoldsItsBoundsForAnyText(t *testing.T) {
	text := rapid.StringMatching(`([a-z0-9,.:£$%'’ -]{0,8} ?){0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		errors, words := WordErrors(a, b)
		if errors < 0 || words < 0 || errors > max(words, 30*len(b)+30) {
			t.Fatalf("%d errors in %d words", errors, words)
		}
		if errors, _ := WordErrors(a, a); errors != 0 {
			t.Fatalf("%q differs from itself by %d", a, errors)
		}
		if errors, _ := WordErrors(a, strings.ToUpper(a)); errors != 0 && !strings.ContainsAny(a, "’") {
			t.Fatalf("%q differs from its upper case by %d", a, errors)
		}
	})
}
