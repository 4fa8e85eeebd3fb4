package practice

import (
	"strconv"
	"strings"
	"unicode"
)

// figure reads a token that holds digits: a number, an ordinal, a year, a time, an amount of money, a share, or a mix of
// letters and digits such as a reference code.
func figure(token string) []slot {
	token = strings.TrimFunc(token, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("£$€%", r)
	})
	unit := func(name string) slot { return slot{{name}} }
	for sign, name := range map[string]string{"£": "pound", "$": "dollar", "€": "euro"} {
		if rest, ok := strings.CutPrefix(token, sign); ok && rest != "" && !strings.HasPrefix(rest, sign) {
			whole, small, cents := strings.Cut(rest, ".")
			if whole != "1" || cents {
				name += "s"
			}
			out := append(figure(whole), unit(name))
			if cents && strings.Trim(small, "0") != "" {
				out = append(out, number(strings.TrimLeft(small, "0")))
			}
			return out
		}
	}
	if rest, ok := strings.CutSuffix(token, "%"); ok {
		if rest == "" || !strings.ContainsFunc(rest, unicode.IsDigit) {
			return []slot{unit("percent")}
		}
		return append(figure(rest), unit("percent"))
	}
	if hours, minutes, ok := strings.Cut(token, ":"); ok && digits(hours) && len(minutes) >= 2 && digits(minutes[:2]) {
		return clock(hours, minutes)
	}
	if whole, part, ok := strings.Cut(token, "."); ok && digits(strings.ReplaceAll(whole, ",", "")) && digits(part) {
		out := figure(whole)
		out = append(out, slot{{"point"}})
		return append(out, slot{each(part, "zero"), each(part, "oh")})
	}
	return mixed(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ',' {
			return r
		}
		return -1
	}, token))
}

// clock reads a time of day such as 5:30, 12:05 or 5:30pm.
func clock(hours, minutes string) []slot {
	out := []slot{number(hours)}
	switch {
	case minutes[:2] == "00":
		out = append(out, slot{nil, {"o", "clock"}, {"oclock"}, {"hundred"}})
	case minutes[0] == '0':
		out = append(out, slot{each(minutes[:2], "oh"), each(minutes[:2], "zero")})
	default:
		out = append(out, number(minutes[:2]))
	}
	if rest := strings.Map(keepLetters, minutes[2:]); rest != "" {
		out = append(out, slot{{rest}})
	}
	return out
}

// mixed reads runs of digits and letters; "15th" and "90s" are one word.
func mixed(token string) []slot {
	var out []slot
	for token != "" {
		n := strings.IndexFunc(token, func(r rune) bool { return !unicode.IsDigit(r) && r != ',' })
		if n < 0 {
			n = len(token)
		}
		run, rest := token[:n], token[n:]
		m := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsDigit(r) || r == ',' })
		if m < 0 {
			m = len(rest)
		}
		letters := rest[:m]
		token = rest[m:]
		run = strings.Trim(run, ",")
		switch letters {
		case "st", "nd", "rd", "th", "s":
			if run != "" {
				out = append(out, ended(number(run), letters))
				continue
			}
		}
		if run != "" {
			out = append(out, number(run))
		}
		if letters != "" { // of a code they are spelled
			out = append(out, slot{{letters}, strings.Split(letters, "")})
		}
	}
	return out
}

// ended puts an ordinal's or a plural's ending on the last word of each reading.
func ended(s slot, ending string) slot {
	for _, words := range s {
		if len(words) == 0 {
			continue
		}
		last := &words[len(words)-1]
		if ending != "s" {
			*last = ordinal(*last)
			continue
		}
		if stem, ok := strings.CutSuffix(*last, "y"); ok {
			*last = stem + "ie"
		}
		*last += "s"
	}
	return s
}

func ordinal(word string) string {
	switch word {
	case "one":
		return "first"
	case "two":
		return "second"
	case "three":
		return "third"
	case "five":
		return "fifth"
	case "eight":
		return "eighth"
	case "nine":
		return "ninth"
	case "twelve":
		return "twelfth"
	}
	if stem, ok := strings.CutSuffix(word, "y"); ok {
		return stem + "ieth"
	}
	return word + "th"
}

// number gives the ways to read a run of digits, commas between thousands allowed, the likeliest first.
func number(run string) slot {
	plain := strings.ReplaceAll(run, ",", "")
	if !digits(plain) {
		return slot{{run}}
	}
	singly := slot{each(plain, "zero"), each(plain, "oh")}
	n, err := strconv.ParseInt(plain, 10, 64)
	if err != nil || n > 999_999_999_999 || (plain[0] == '0' && len(plain) > 1) {
		return append(singly, inPairs(plain))
	}
	whole := slot{cardinal(n, true), cardinal(n, false)}
	switch {
	case run != plain:
		return whole
	case len(plain) == 4: // a year, a code or an amount
		return append(append(slot{inPairs(plain)}, whole...), singly...)
	case len(plain) == 3:
		apart := append(small(n/100), belowHundred(n%100)...)
		return append(append(whole, singly...), apart)
	case len(plain) == 2:
		return append(whole, singly[0])
	case len(plain) == 1:
		return slot{cardinal(n, true), each(plain, "oh")}
	}
	return append(append(whole, singly...), inPairs(plain))
}

// inPairs reads two digits at a time: fourteen fifty-five, nineteen oh four, nineteen hundred.
func inPairs(run string) []string {
	var out []string
	for i := 0; i < len(run); i += 2 {
		if i+1 == len(run) {
			return append(out, each(run[i:], "oh")...)
		}
		pair := run[i : i+2]
		switch {
		case pair == "00" && i > 0 && i+2 == len(run):
			out = append(out, "hundred")
		case pair[0] == '0':
			out = append(out, each(pair, "oh")...)
		default:
			n, _ := strconv.ParseInt(pair, 10, 64) // two digits
			out = append(out, small(n)...)
		}
	}
	return out
}

// cardinal spells 0 … 999,999,999,999; and puts "and" before the tens, as British speakers do.
func cardinal(n int64, and bool) []string {
	if n < 100 {
		return small(n)
	}
	var out []string
	for _, step := range [...]struct {
		size int64
		name string
	}{{1_000_000_000, "billion"}, {1_000_000, "million"}, {1000, "thousand"}, {100, "hundred"}} {
		if n >= step.size {
			out = append(append(out, cardinal(n/step.size, and)...), step.name)
			n %= step.size
		}
	}
	if n > 0 {
		if and {
			out = append(out, "and")
		}
		out = append(out, small(n)...)
	}
	return out
}

// belowHundred is small, with "oh" before a single digit: three oh five.
func belowHundred(n int64) []string {
	if n < 10 {
		return append([]string{"oh"}, small(n)...)
	}
	return small(n)
}

// small spells 0 … 99.
func small(n int64) []string {
	ones := [...]string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
		"twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}
	tens := [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	switch {
	case n < 0 || n > 99:
		return []string{strconv.FormatInt(n, 10)}
	case n < 20:
		return []string{ones[n]}
	case n%10 == 0:
		return []string{tens[n/10]}
	}
	return []string{tens[n/10], ones[n%10]}
}

// each spells digits one by one.
func each(run, zero string) []string {
	var out []string
	for _, r := range run {
		if r == '0' {
			out = append(out, zero)
		} else if r > '0' && r <= '9' {
			out = append(out, small(int64(r-'0'))...)
		}
	}
	return out
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func keepLetters(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}
