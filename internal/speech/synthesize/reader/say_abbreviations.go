package reader

import (
	"strings"
	"unicode"
)

// title is said before a name.
func title(low string) (string, bool) {
	switch low {
	case "mr":
		return "Mister", true
	case "mrs":
		return "Missus", true
	case "ms":
		return "Miz", true
	case "mx":
		return "Mix", true
	case "dr":
		return "Doctor", true
	case "st":
		return "Saint", true
	case "prof":
		return "Professor", true
	case "rev":
		return "Reverend", true
	case "capt":
		return "Captain", true
	case "sgt":
		return "Sergeant", true
	case "lt":
		return "Lieutenant", true
	case "messrs":
		return "messers", true
	}
	return "", false
}

// shortened is a word that is written short; those that need their full stop to be one say so.
func shortened(low string) (long string, needsDot, ok bool) {
	switch low {
	case "jr":
		return "Junior", false, true
	case "sr":
		return "Senior", true, true
	case "ave":
		return "Avenue", true, true
	case "rd":
		return "Road", false, true
	case "blvd":
		return "Boulevard", false, true
	case "ln":
		return "Lane", true, true
	case "apt":
		return "apartment", true, true
	case "dept":
		return "department", false, true
	case "ltd":
		return "limited", false, true
	case "inc":
		return "incorporated", true, true
	case "corp":
		return "corporation", true, true
	case "co":
		return "company", true, true
	case "etc":
		return "et cetera", false, true
	case "e.g", "eg":
		return "for example", false, true
	case "i.e", "ie":
		return "that is", false, true
	case "vs":
		return "versus", false, true
	case "approx":
		return "approximately", false, true
	case "no", "nos":
		return "number", true, true
	case "ref":
		return "reference", true, true
	case "acct":
		return "account", false, true
	case "tel":
		return "telephone", true, true
	case "ext":
		return "extension", true, true
	case "qty":
		return "quantity", false, true
	case "min", "mins":
		return "minutes", true, true
	case "max":
		return "maximum", true, true
	case "incl":
		return "including", true, true
	case "p.s", "ps":
		return "P.S", true, true
	case "w/":
		return "with", false, true
	case "w/o":
		return "without", false, true
	case "asap":
		return "as soon as possible", false, true
	case "tbc":
		return "to be confirmed", false, true
	}
	return "", false, false
}

func isAbbreviation(low string) bool {
	if _, ok := title(low); ok {
		return true
	}
	if _, ok := halfOfDay(low); ok {
		return true
	}
	if _, _, ok := shortened(low); ok {
		return low != "no" && low != "eg" && low != "ie"
	}
	return strings.Contains(low, ".") && initials(low)
}

// keepsDot says whether the full stop after chunk i only ends its abbreviation, not the sentence.
func keepsDot(s sentence, i int) bool {
	c := s[i]
	if i+1 >= len(s) {
		return false
	}
	next := s[i+1].core
	if c.low == "st" && streetBefore(s, i) {
		return !capital(next)
	}
	if _, ok := title(c.low); ok {
		return capital(next)
	}
	if c.low == "no" {
		return digitAt(next, 0)
	}
	if len(c.core) == 1 && capital(c.core) && c.core != "I" {
		return capital(next)
	}
	if _, ok := dayName(c.core); ok {
		return true
	}
	if name, _ := dayName(c.core); name != "" {
		return true
	}
	if _, ok := monthName(c.core); ok && len(c.core) <= 4 {
		return digitAt(next, 0)
	}
	return isAbbreviation(c.low) && !capital(next)
}

func streetBefore(s sentence, i int) bool { return s.joins(i-1) && capital(s.at(i-1).core) }

// sayAbbreviation says titles before names, shortened words, dotted initials and acronyms of mixed kind.
func sayAbbreviation(s sentence, i int) ([]Spoken, bool) {
	c := s[i]
	next := s.at(i + 1).core
	switch {
	case c.low == "st" && c.core != "ST" && streetBefore(s, i):
		return words("Street"), true
	case c.low == "dr" && streetBefore(s, i) && !capital(next) && c.core != "DR":
		return words("Drive"), true
	}
	if long, ok := title(c.low); ok && capital(c.core) && c.core != strings.ToUpper(c.core) && (capital(next) || c.dot) {
		return words(long), true
	}
	if long, needsDot, ok := shortened(c.low); ok && (c.dot || !needsDot) {
		switch {
		case c.low == "no" || c.low == "nos":
			if digitAt(next, 0) {
				return words(long), true
			}
			return nil, false
		case c.low == "p.s" || c.low == "ps":
			return letters("PS"), true
		case (c.low == "ie" || c.low == "eg") && c.core != c.low:
			return nil, false
		}
		return words(long), true
	}
	if strings.Contains(c.core, ".") && initials(c.low) {
		return letters(c.core), true
	}
	if len(c.core) == 1 && c.dot && capital(c.core) && c.core != "I" && capital(next) {
		return letters(c.core), true
	}
	return nil, false
}

// initials says whether core is single letters with full stops between: "u.s.a".
func initials(core string) bool {
	n := 0
	for part := range strings.SplitSeq(core, ".") {
		if len([]rune(part)) != 1 || !lettersOnly(part) {
			return false
		}
		n++
	}
	return n > 1
}

// symbolName is the name of a sign that is said.
func symbolName(r rune) (string, bool) {
	switch r {
	case '&':
		return "and", true
	case '+':
		return "plus", true
	case '=':
		return "equals", true
	case '@':
		return "at", true
	case '%':
		return "percent", true
	case '#':
		return "number", true
	case '£':
		return "pounds", true
	case '$':
		return "dollars", true
	case '€':
		return "euros", true
	case '°':
		return "degrees", true
	case '×':
		return "times", true
	case '÷':
		return "divided by", true
	}
	return "", false
}

// saySymbols says "~30" and words joined by slashes ("and/or", "he/she").
func saySymbols(s sentence, i int) ([]Spoken, bool) {
	core := s[i].core
	if !strings.ContainsRune(core, '/') {
		return nil, false
	}
	var out []Spoken
	for part := range strings.SplitSeq(core, "/") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' }) {
			return nil, false
		}
		if len(out) > 0 && !strings.EqualFold(part, "or") && !strings.EqualFold(out[len(out)-1].Text, "and") {
			out = append(out, Spoken{Text: "or"})
		}
		out = append(out, Spoken{Text: part})
	}
	return out, true
}
