package reader

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// aloud writes what is said on one line: letters in capitals, marks beside their word.
func aloud(text string) string {
	var b strings.Builder
	for _, c := range Say(text) {
		for _, w := range c.Said {
			if b.Len() > 0 && w.Kind != KindMark {
				b.WriteByte(' ')
			}
			b.WriteString(w.Text)
		}
	}
	return b.String()
}

func TestSayReadsAsPeopleDo(t *testing.T) {
	for kind, rows := range map[string][][2]string{
		"numbers": {
			{"7 of 12", "seven of twelve"},
			{"1,200 reviews", "one thousand two hundred reviews"},
			{"1455 people", "one thousand four hundred fifty five people"},
			{"3.5 stars", "three point five stars"},
			{"-5", "minus five"},
			{"2½ hours", "two and a half hours"},
			{"¾ full", "three quarters full"},
			{"3/4 of it", "three quarters of it"},
			{"10-15 items", "ten to fifteen items"},
			{"10–15%", "ten to fifteen percent"},
			{"24/7", "twenty four seven"},
			{"version 1.2.3", "version one point two point three"},
			{"1000000", "one million"},
			{"007", "zero zero seven"},
			{"99999999999999999999", strings.TrimSpace(strings.Repeat("nine ", 20))},
		},
		"ordinals": {
			{"the 1st, 2nd, 3rd and 22nd time", "the first, second, third and twenty second time"},
			{"12th", "twelfth"},
			{"101st", "one hundred first"},
			{"40th", "fortieth"},
		},
		"codes": {
			{"Order 4471 is late.", "Order four four seven one is late."},
			{"My order number is 4471.", "My order number is four four seven one."},
			{"#4471", "number four four seven one"},
			{"the reference is 441 792", "the reference is four four one, seven nine two"},
			{"RX-2087", "R X, two zero eight seven"},
			{"account 00123", "account zero zero one two three"},
			{"ABC123", "A B C one two three"},
			{"ref. 12-34-56", "reference one two, three four, five six"},
			{"It is 83291", "It is eight three two nine one"},
			{"SW1A 1AA", "S W one A one A A"},
			{"the M25", "the M twenty five"},
			{"Covid-19", "Covid nineteen"},
			{"two MP3s", "two M P threes"},
			{"order 2 of 3", "order two of three"},
			{"card ending in 2019", "card ending in two zero one nine"},
		},
		"times": {
			{"at 4 pm", "at four P M"},
			{"at 4pm.", "at four P M."},
			{"at 4 p.m. on Tuesday", "at four P M on Tuesday"},
			{"16:00", "four P M"},
			{"16:30", "four thirty P M"},
			{"9:30", "nine thirty"},
			{"9:05 am", "nine oh five A M"},
			{"9:00", "nine o'clock"},
			{"12:00", "twelve o'clock"},
			{"00:00", "midnight"},
			{"00:30", "twelve thirty A M"},
			{"9-11am", "nine to eleven A M"},
			{"9.30am", "nine thirty A M"},
			{"25:99", "twenty five: ninety nine"},
		},
		"dates": {
			{"Tue 17 Nov", "Tuesday the seventeenth of November"},
			{"17 November 2026", "the seventeenth of November twenty twenty six"},
			{"the 17th of November", "the seventeenth of November"},
			{"on the 17 November", "on the seventeenth of November"},
			{"Nov. 17th, 2026", "November seventeenth, twenty twenty six"},
			{"November 17", "November seventeenth"},
			{"11/17", "November seventeenth"},
			{"17/11/2026", "the seventeenth of November, twenty twenty six"},
			{"11/17/26", "November seventeenth, twenty twenty six"},
			{"2026-11-17", "November seventeenth, twenty twenty six"},
			{"since 2019", "since twenty nineteen"},
			{"in 2005", "in two thousand five"},
			{"in 1984", "in nineteen eighty four"},
			{"I sat in the sun on Monday", "I sat in the sun on Monday"},
			{"He may march", "He may march"},
		},
		"money": {
			{"£4.95", "four pounds ninety five"},
			{"$25", "twenty five dollars"},
			{"€30", "thirty euros"},
			{"£1", "one pound"},
			{"$4.95", "four dollars and ninety five cents"},
			{"£0.50", "fifty pence"},
			{"$0.01", "one cent"},
			{"50p", "fifty pence"},
			{"£4.05", "four pounds and five pence"},
			{"£1,250.00", "one thousand two hundred fifty pounds"},
			{"a £10 voucher", "a ten pound voucher"},
			{"£3 million", "three million pounds"},
			{"£1.2m", "one point two million pounds"},
			{"£30/month", "thirty pounds a month"},
			{"GBP 20", "twenty pounds"},
			{"25€", "twenty five euros"},
			{"-£5", "minus five pounds"},
			{"£5-10", "five to ten pounds"},
		},
		"phones": {
			{"020 7946 0958", "zero two zero, seven nine four six, zero nine five eight"},
			{"+44 20 7946 0958", "plus four four two zero, seven nine four six, zero nine five eight"},
			{"(555) 123-4567", "five five five, one two three, four five six seven"},
			{"555-0123", "five five five, zero one two three"},
		},
		"shares and units": {
			{"20% off", "twenty percent off"},
			{"2.5%", "two point five percent"},
			{"5kg", "five kilograms"},
			{"1 kg", "one kilogram"},
			{"45 min", "forty five minutes"},
			{"20°C", "twenty degrees Celsius"},
			{"100 Mbps", "one hundred megabits a second"},
			{"5G", "five G"},
		},
		"addresses": {
			{"maya.chen@example.com", "maya dot chen at example dot com"},
			{"help@example.co.uk.", "help at example dot co dot U K."},
			{"www.example.com", "W W W dot example dot com"},
			{"a_b1@example.org", "A underscore B one at example dot org"},
		},
		"abbreviations": {
			{"Mr. Brown and Mrs Jones", "Mister Brown and Missus Jones"},
			{"Dr. Lee met Ms. Ray", "Doctor Lee met Miz Ray"},
			{"on Oak St. near St. James", "on Oak Street near Saint James"},
			{"12 Elm Dr.", "twelve Elm Drive."},
			{"e.g. this, etc.", "for example this, et cetera."},
			{"No. 5. No. Not now.", "number five. No. Not now."},
			{"ASAP", "as soon as possible"},
			{"the U.S.A. office", "the U S A office"},
			{"J. Smith", "J Smith"},
			{"the VAT and the CRM", "the VAT and the CRM"},
		},
		"signs and odd text": {
			{"bed & breakfast", "bed and breakfast"},
			{"and/or", "and or"},
			{"he/she", "he or she"},
			{"well — no", "well— no"},
			{"well...", "well…"},
			{"(really) yes", "really, yes"},
			{"\"stop!\"", "stop!"},
			{"I said (twice) no", "I said, twice, no"},
			{"Really?!", "Really?"},
			{"*sighs*", "sighs"},
			{"don’t", "don't"},
			{"the customers' parcels", "the customers' parcels"},
			{"", ""},
			{"😀", ""},
			{"—", ""},
			{"yes 😀 no", "yes no"},
			{"self-service", "self-service"},
			{"well—no", "well— no"},
		},
	} {
		for _, row := range rows {
			if got := aloud(row[0]); got != row[1] {
				t.Errorf("%s: %q is said %q, want %q", kind, row[0], got, row[1])
			}
		}
	}
}

func TestSayKeepsEveryWrittenWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		checkSaid(t, text)
	})
}

func FuzzSay(f *testing.F) {
	for _, s := range []string{
		"Order 4471 came to £4.95 on Tue 17 Nov at 16:00.", "RX-2087 / #441 792 +44 (0)20", "½¼&1/2 2026-13-45 99:99pm", "a@b.c http://x/%00?=&", "…—''\"\"((", "\xff\xfe £", "Mr. J. St. No. 5",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) <= 4000 { // what Synthesize lets through
			checkSaid(t, text)
		}
	})
}

// checkSaid holds what is true of all text: no written word is lost, what is said is bounded and clean.
func checkSaid(t interface{ Fatalf(string, ...any) }, text string) {
	chunks := Say(text)
	written := make([]string, len(chunks))
	for i, c := range chunks {
		written[i] = c.Written
		size := 0
		for _, w := range c.Said {
			size += len(w.Text) + 1
			if w.Text == "" || strings.ContainsFunc(w.Text, unicode.IsSpace) {
				t.Fatalf("%q says %q", c.Written, w.Text)
			}
			if w.Kind == KindWord && strings.ContainsAny(w.Text, "0123456789") {
				t.Fatalf("%q leaves digits in %q", c.Written, w.Text)
			}
			if w.Kind == KindMark && utf8.RuneCountInString(w.Text) != 1 {
				t.Fatalf("%q has the mark %q", c.Written, w.Text)
			}
		}
		if size > 60*len(c.Written)+60 {
			t.Fatalf("%q is said in %d bytes", c.Written, size)
		}
	}
	if got, want := strings.Join(written, " "), strings.Join(strings.Fields(text), " "); got != want {
		t.Fatalf("written words %q, want %q", got, want)
	}
}
