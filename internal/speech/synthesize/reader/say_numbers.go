package reader

import (
	"strconv"
	"strings"
)

func ones(n int) string {
	return [...]string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
		"fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}[n]
}

func tens(n int) string {
	return [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}[n]
}

func scales() []string {
	return []string{"", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion"}
}

// cardinal is a number in words: "four thousand four hundred seventy one". n must not be negative.
func cardinal(n uint64) string {
	if n == 0 {
		return ones(0)
	}
	var groups []string
	for _, scale := range scales() {
		if g := int(n % 1000); g > 0 {
			groups = append(groups, below1000(g)+scale)
		}
		if n /= 1000; n == 0 {
			break
		}
	}
	for i, j := 0, len(groups)-1; i < j; i, j = i+1, j-1 {
		groups[i], groups[j] = groups[j], groups[i]
	}
	return strings.Join(groups, " ")
}

func below1000(n int) string {
	var parts []string
	if n >= 100 {
		parts = append(parts, ones(n/100), "hundred")
		n %= 100
	}
	switch {
	case n >= 20:
		parts = append(parts, tens(n/10))
		if n%10 > 0 {
			parts = append(parts, ones(n%10))
		}
	case n > 0:
		parts = append(parts, ones(n))
	}
	return strings.Join(parts, " ")
}

// ordinal is a number's place in words: "seventeenth", "one hundred first".
func ordinal(n uint64) string {
	text := cardinal(n)
	at := strings.LastIndexByte(text, ' ') + 1
	last := text[at:]
	switch last {
	case "one":
		last = "first"
	case "two":
		last = "second"
	case "three":
		last = "third"
	case "five":
		last = "fifth"
	case "eight":
		last = "eighth"
	case "nine":
		last = "ninth"
	case "twelve":
		last = "twelfth"
	default:
		if stem, ok := strings.CutSuffix(last, "y"); ok {
			last = stem + "ieth"
		} else {
			last += "th"
		}
	}
	return text[:at] + last
}

// year is a year as people say it: "nineteen eighty four", "two thousand five", "twenty twenty six".
func year(n uint64) string {
	high, low := n/100, n%100
	switch {
	case n < 1000 || n > 9999 || (high%10 == 0 && low < 10):
		return cardinal(n)
	case low == 0:
		return cardinal(high) + " hundred"
	case low < 10:
		return cardinal(high) + " oh " + cardinal(low)
	}
	return cardinal(high) + " " + cardinal(low)
}

// digits reads a run of digits one by one.
func digits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(ones(int(r - '0')))
		}
	}
	return b.String()
}

// wholeNumber parses digits with or without thousands commas; false when it is not one or too long to be said.
func wholeNumber(s string) (uint64, bool) {
	if strings.ContainsRune(s, ',') {
		groups := strings.Split(s, ",")
		for i, g := range groups {
			if !allDigits(g) || (i > 0 && len(g) != 3) || (i == 0 && len(g) > 3) {
				return 0, false
			}
		}
		s = strings.Join(groups, "")
	}
	if !allDigits(s) || len(s) > 18 {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}

// decimalWords says a number with or without commas and decimals: "one thousand two point five".
func decimalWords(s string) (string, bool) {
	sign := ""
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		s, sign = rest, "minus "
	} else if rest, ok := strings.CutPrefix(s, "+"); ok {
		s, sign = rest, "plus "
	}
	whole, fraction, point := strings.Cut(s, ".")
	if point && !allDigits(fraction) {
		return "", false
	}
	if point && whole == "" {
		return sign + "point " + digits(fraction), true
	}
	n, ok := wholeNumber(whole)
	if !ok {
		return "", false
	}
	text := sign + cardinal(n)
	if point {
		text += " point " + digits(fraction)
	}
	return text, true
}

// sayNumber says what is left of numbers after codes, dates and money: counts, decimals, versions.
func sayNumber(s sentence, i int) ([]Spoken, bool) {
	core := s[i].core
	about := ""
	if rest, ok := strings.CutPrefix(core, "#"); ok && digitAt(rest, 0) {
		core, about = rest, "number "
	}
	if allDigits(core) {
		if len(core) == 4 && core >= "1900" && core <= "2099" {
			n, _ := wholeNumber(core)
			return words(about + year(n)), true
		}
		return append(words(about), bareNumber(core)...), true
	}
	if text, ok := decimalWords(core); ok {
		return words(about + text), true
	}
	if parts := strings.Split(core, "."); len(parts) > 2 && allDigits(strings.Join(parts, "")) && len(core) < 20 {
		said := make([]string, 0, len(parts))
		for _, p := range parts {
			if n, ok := wholeNumber(p); ok {
				said = append(said, cardinal(n))
			}
		}
		return words(about + strings.Join(said, " point ")), true
	}
	return nil, false
}

// bareNumber says digits that stand alone: as a count when that is short, else digit by digit.
func bareNumber(s string) []Spoken {
	n, ok := wholeNumber(s)
	if !ok || (len(s) > 1 && s[0] == '0') || (len(s) > 4 && n%1000 != 0) || len(s) > 12 {
		return words(digits(s))
	}
	return words(cardinal(n))
}

// sayOrdinal says 1st, 22nd, 1,000th.
func sayOrdinal(s sentence, i int) ([]Spoken, bool) {
	low := s[i].low
	if len(low) < 3 || !digitAt(low, 0) {
		return nil, false
	}
	switch low[len(low)-2:] {
	case "st", "nd", "rd", "th":
	default:
		return nil, false
	}
	n, ok := wholeNumber(low[:len(low)-2])
	if !ok {
		return nil, false
	}
	return words(ordinal(n)), true
}

// sayFraction says 3/4, and 2½ (which split wrote as 2&1/2).
func sayFraction(s sentence, i int) ([]Spoken, bool) {
	core := s[i].core
	lead := ""
	if whole, rest, ok := strings.Cut(core, "&"); ok {
		n, number := wholeNumber(whole)
		if !number {
			return nil, false
		}
		core, lead = rest, cardinal(n)+" and "
	}
	top, bottom, ok := strings.Cut(core, "/")
	if !ok {
		return nil, false
	}
	a, okA := wholeNumber(top)
	b, okB := wholeNumber(bottom)
	if !okA || !okB || a > 9999 || b > 9999 {
		return nil, false
	}
	if core == "24/7" || (a == b && a >= 10) {
		return words(cardinal(a) + " " + cardinal(b)), true
	}
	if a == 0 || a >= b || b > 10 {
		return words(lead + cardinal(a) + " out of " + cardinal(b)), true
	}
	name := ordinal(b)
	switch b {
	case 2:
		name = "half"
	case 4:
		name = "quarter"
	}
	switch {
	case a > 1:
		return words(lead + cardinal(a) + " " + name + "s"), true
	case lead != "" || b == 2 || b == 4:
		if b == 2 && lead == "" {
			return words("half"), true
		}
		return words(lead + "a " + name), true
	}
	return words("one " + name), true
}

// sayRange says 3-5 and 10–15 as "three to five".
func sayRange(s sentence, i int) ([]Spoken, bool) {
	core := strings.ReplaceAll(s[i].core, "–", "-")
	from, to, ok := strings.Cut(core, "-")
	if !ok || len(from) > 6 || len(to) > 6 || from == "" {
		return nil, false
	}
	tail := ""
	if rest, ok := strings.CutSuffix(to, "%"); ok {
		from, to, tail = strings.TrimSuffix(from, "%"), rest, " percent"
	}
	a, okA := decimalWords(from)
	b, okB := decimalWords(to)
	if !okA || !okB {
		return nil, false
	}
	return words(a + " to " + b + tail), true
}
