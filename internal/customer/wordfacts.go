package customer

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// facts are the numbers, days, stretches of time and names of a text, however they are written.
type facts struct {
	list  []string // as the text gives them: numbers in digits, days and months in small letters
	also  []string // other ways to say those numbers: digit by digit, in pairs
	words map[string]bool
}

// factsOf reads texts together.
func factsOf(texts ...string) facts {
	f := facts{words: map[string]bool{}}
	for _, text := range texts {
		f.read(text)
	}
	slices.Sort(f.list)
	f.list = slices.Compact(f.list)
	return f
}

func (f *facts) read(text string) {
	var run []string // figures that stand side by side: an order number said in groups
	flush := func() {
		if len(run) > 1 {
			f.also = append(f.also, strings.Join(run, ""))
		}
		run = run[:0]
	}
	tokens := spelled(practice.Tokens(text))
	for _, t := range tokens {
		f.words[strings.TrimSuffix(t, "'s")] = true
		n := digitsOf(t)
		if n == "" {
			flush()
			if w := strings.TrimSuffix(t, "'s"); isDated(w) || isKin(w) {
				f.list = append(f.list, w)
			}
			continue
		}
		for part := range strings.SplitSeq(n, ".") {
			if part == "" {
				continue
			}
			run = append(run, part)
			f.list = append(f.list, part)
			if len(part) == 4 { // a year, a time or a code in pairs
				f.also = append(f.also, strings.TrimLeft(part[:2], "0"), strings.TrimLeft(part[2:], "0"))
			}
			if len(part) > 2 {
				f.also = append(f.also, strings.Split(part, "")...)
			}
		}
	}
	flush()
}

// holds tells whether each of the other's facts is here.
func (f facts) holds(list []string) bool {
	for _, want := range list {
		if !slices.Contains(f.list, want) && !slices.Contains(f.also, want) && !f.within(want) {
			return false
		}
	}
	return true
}

// within finds a long number inside one that was given in other groups.
func (f facts) within(want string) bool {
	if len(want) < 3 || digitsOf(want) == "" {
		return false
	}
	return slices.ContainsFunc(f.also, func(s string) bool { return strings.Contains(s, want) }) ||
		slices.ContainsFunc(f.list, func(s string) bool { return digitsOf(s) != "" && strings.Contains(s, want) })
}

// knowsNames tells whether every name in the text, a word with a capital inside a sentence, is known.
func (f facts) knowsNames(text string) bool {
	for _, s := range sentences(text) {
		for i, w := range s.words {
			if i == 0 || !w.cap || isOneOf(w.lower, "i", "am", "ok", "tv", "god", "english", "christ", "jesus", "lord") || isNumber(w.lower) || isDated(w.lower) {
				continue
			}
			if !f.words[w.lower] {
				return false
			}
		}
	}
	return true
}

// isDated tells words that place something in time: a day, a month, a stretch of days or longer.
func isDated(w string) bool {
	switch w {
	case "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august",
		"september", "october", "november", "december", "yesterday", "tomorrow", "tonight", "fortnight", "weekend", "christmas", "easter",
		"week", "weeks", "month", "months", "year", "years", "hours", "noon", "midnight", "birthday", "wedding", "funeral", "pounds", "dollars", "euros":
		return true
	}
	return false
}

// isKin tells words for somebody's people, whom nobody has who has not been given them.
func isKin(w string) bool {
	switch w {
	case "son", "sons", "daughter", "daughters", "husband", "wife", "mother", "mum", "mom", "father", "dad", "sister", "brother", "baby", "boyfriend", "girlfriend",
		"fiancé", "fiancée", "uncle", "aunt", "cousin", "nephew", "niece", "grandson", "granddaughter", "grandmother", "grandfather", "boss", "lawyer", "doctor", "dog", "cat":
		return true
	}
	return false
}

// digitsOf is a token's number in digits, parts of it joined by full stops; empty when it holds none.
func digitsOf(t string) string {
	if !strings.ContainsFunc(t, unicode.IsDigit) {
		return ""
	}
	var parts []string
	for p := range strings.FieldsFuncSeq(strings.ReplaceAll(t, ",", ""), func(r rune) bool { return !unicode.IsDigit(r) }) {
		if p = strings.TrimLeft(p, "0"); p == "" {
			p = "0"
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, ".")
}

// spelled writes tokens in small letters and spelled numbers in digits: "forty-one" is 41, "four four one" is 441, "the
// seventh" is 7. One alone is no number, but a word for somebody or something.
func spelled(tokens []practice.Token) []string {
	var flat []string
	for _, t := range tokens {
		parts := strings.Split(t.Lower, "-")
		if strings.ContainsFunc(t.Lower, unicode.IsDigit) {
			parts = []string{t.Lower}
		}
		flat = append(flat, parts...)
	}
	var out []string
	for i := 0; i < len(flat); {
		n, used := 0, 0
		if run := singles(flat[i:]); run >= 3 {
			var b strings.Builder
			for _, w := range flat[i : i+run] {
				v, _ := valueOf(w)
				b.WriteString(strconv.Itoa(v))
			}
			out = append(out, b.String())
			i += run
			continue
		}
		if v, ok := valueOf(flat[i]); ok {
			n, used = v, 1
			if v >= 20 && v%10 == 0 && i+1 < len(flat) {
				if u, ok := valueOf(flat[i+1]); ok && u > 0 && u < 10 {
					n, used = v+u, 2
				}
			}
		}
		switch {
		case used == 0 || used == 1 && isOneOf(flat[i], "one", "oh", "first", "second", "zero"):
			out = append(out, flat[i])
			i++
		default:
			out = append(out, strconv.Itoa(n))
			i += used
		}
	}
	return out
}

// singles counts words at the start that are one digit each.
func singles(words []string) int {
	for n, w := range words {
		if v, ok := valueOf(w); !ok || v > 9 || strings.HasSuffix(w, "th") || isOneOf(w, "first", "second", "third", "once", "twice") {
			return n
		}
	}
	return len(words)
}

// valueOf reads a spelled number below a hundred, cardinal or ordinal.
func valueOf(w string) (int, bool) {
	units := [...]string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
		"fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}
	ordinals := [...]string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"}
	tens := [...]string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	switch w {
	case "oh":
		return 0, true
	case "once":
		return 0, false
	case "twice":
		return 2, true
	case "hundred", "hundreds":
		return 100, true
	case "thousand", "thousands":
		return 1000, true
	case "million":
		return 1_000_000, true
	}
	if i := slices.Index(units[:], w); i >= 0 {
		return i, true
	}
	if i := slices.Index(ordinals[1:], w); i >= 0 {
		return i + 1, true
	}
	if i := slices.Index(tens[:], w); i >= 0 {
		return 20 + 10*i, true
	}
	if s, ok := strings.CutSuffix(w, "th"); ok && utf8.RuneCountInString(s) > 3 {
		if s, ok := strings.CutSuffix(s, "ie"); ok {
			return valueOf(s + "y")
		}
		return valueOf(s)
	}
	return 0, false
}

// inFigures writes numbers that are said digit by digit in figures, so that no digit is taken for a word.
func inFigures(text string) string {
	tokens := practice.Tokens(text)
	var words []string
	for _, t := range tokens {
		words = append(words, t.Lower)
	}
	var b strings.Builder
	at := 0
	for i := 0; i < len(tokens); i++ {
		n := singles(words[i:])
		if n < 3 {
			continue
		}
		b.WriteString(text[at:tokens[i].Start])
		for _, w := range words[i : i+n] {
			v, _ := valueOf(w)
			b.WriteString(strconv.Itoa(v))
		}
		at = tokens[i+n-1].End
		i += n - 1
	}
	return b.String() + text[at:]
}
