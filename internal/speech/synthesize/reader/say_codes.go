package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// codeWord says whether a word announces a number that is read digit by digit.
func codeWord(low string) bool {
	switch strings.TrimSuffix(low, "'s") {
	case "order", "account", "acct", "reference", "ref", "number", "no", "num", "code", "card", "ending", "pin", "case", "ticket",
		"booking", "tracking", "invoice", "policy", "serial", "model", "id", "postcode", "zip", "confirmation", "claim", "customer",
		"reservation", "flight", "complaint", "transaction", "membership", "extension", "phone", "mobile", "digits", "reg", "sku":
		return true
	}
	return false
}

// sayCode says numbers and letter-and-digit codes the way people dictate them: an order number digit by digit, groups
// with a breath between them, letters by their names.
func sayCode(s sentence, i int) ([]Spoken, bool) {
	c := s[i]
	core, hash := strings.CutPrefix(c.core, "#")
	if core == "" {
		return nil, false
	}
	if allDigits(core) {
		return sayDigitCode(s, i, core, hash)
	}
	if grouped(core) {
		return append(words(hashWord(hash)), spellGroups(core)...), true
	}
	if !strings.ContainsFunc(core, unicode.IsLetter) || !strings.ContainsAny(core, "0123456789") || !ascii(core) || len(core) > 40 {
		return nil, false
	}
	if strings.Trim(core, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_.") != "" || unitAfter(core) {
		return nil, false
	}
	return append(words(hashWord(hash)), sayMixed(core)...), true
}

func hashWord(hash bool) string {
	if hash {
		return "number"
	}
	return ""
}

func sayDigitCode(s sentence, i int, core string, hash bool) ([]Spoken, bool) {
	c := s[i]
	before := digitGroup(s.at(i-1).core) && s.joins(i-1)
	after := digitGroup(s.at(i+1).core) && s.joins(i)
	long := len(core) >= 3
	switch {
	case before || after:
		if len(core) < 2 {
			return nil, false
		}
		said := append(words(hashWord(hash)), words(digits(core))...)
		if after {
			said = append(said, mark(','))
		}
		return said, true
	case hash && long, core[0] == '0' && len(core) > 1:
	case c.code && long && !counts(s, i):
		if prev := s.at(i - 1).low; len(core) == 3 && !codeWord(prev) && prev != "is" && prev != "in" && prev != "it's" && prev != "was" {
			return nil, false
		}
	case len(core) == 4 && core >= "1900" && core <= "2099":
		return nil, false // a year
	case len(core) == 4 && !strings.HasSuffix(core, "00") && !counts(s, i):
	case len(core) >= 5 && !strings.HasSuffix(core, "000") && !counts(s, i):
	case len(core) > 7:
	default:
		return nil, false
	}
	return append(words(hashWord(hash)), words(digits(core))...), true
}

// digitGroup says whether a chunk could be part of a number written in groups, such as "441 792".
func digitGroup(core string) bool { return allDigits(core) && len(core) >= 2 && len(core) <= 8 }

// counts says whether the number counts the next word: "1455 people", "2300 points".
func counts(s sentence, i int) bool {
	if !s.joins(i) {
		return false
	}
	next := s.at(i + 1).low
	switch next {
	case "people", "children", "men", "women", "percent", "miles", "of", "more", "other":
		return true
	case "is", "was", "has", "as", "this", "says", "its", "it's", "that's", "what's", "does", "yes", "plus", "always", "arrives", "comes", "shows", "needs", "gets":
		return false
	}
	return len(next) > 3 && strings.HasSuffix(next, "s") && !strings.HasSuffix(next, "ss")
}

// grouped says whether core is digits in groups joined by dashes, as in 441-792 or 555-0123 (but not a range like 10-15).
func grouped(core string) bool {
	parts := strings.Split(core, "-")
	if len(parts) < 2 || len(parts) > 8 {
		return false
	}
	for _, p := range parts {
		if !allDigits(p) || len(p) > 8 {
			return false
		}
	}
	return len(parts) > 2 || (len(parts[0]) >= 3 && len(parts[1]) >= 3)
}

func spellGroups(core string) []Spoken {
	var out []Spoken
	for _, p := range strings.FieldsFunc(core, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(out) > 0 {
			out = append(out, mark(','))
		}
		out = append(out, words(digits(p))...)
	}
	return out
}

// sayMixed says RX-2087, ABC123, SW1A, M25, Covid-19.
func sayMixed(core string) []Spoken {
	var out []Spoken
	parts := strings.FieldsFunc(core, func(r rune) bool { return r == '-' || r == '/' || r == '_' || r == '.' })
	for n, part := range parts {
		runs := letterDigitRuns(part)
		if short := len(parts) == 2 && len(part) <= 2; n > 0 && !short {
			out = append(out, mark(','))
		}
		for k, run := range runs {
			switch {
			case run == "s" && k == len(runs)-1 && k > 0:
				out[len(out)-1].Text += "s" // MP3s
			case !allDigits(run) && isCodeLetters(run):
				out = append(out, letters(run)...)
			case !allDigits(run):
				out = append(out, Spoken{Text: run})
			case len(run) <= 2 && run[0] != '0' && len(runs) <= 2 && (k == len(runs)-1 || k == 0) && len(parts) <= 2:
				out = append(out, bareNumber(run)...)
			default:
				out = append(out, words(digits(run))...)
			}
		}
	}
	return out
}

func letterDigitRuns(s string) []string {
	var runs []string
	start := 0
	for i := 1; i <= len(s); i++ {
		if i == len(s) || digitAt(s, i) != digitAt(s, i-1) {
			runs = append(runs, s[start:i])
			start = i
		}
	}
	return runs
}

// isCodeLetters says whether a run of letters in a code is spelled: capitals, or too short to be a word.
func isCodeLetters(run string) bool {
	return len(run) <= 2 || (run == strings.ToUpper(run) && len(run) <= 5) || !strings.ContainsAny(strings.ToLower(run), "aeiouy")
}

// sayPhone says numbers written with a plus, brackets or dots: +44 20 7946 0958, (555) 123-4567, 555.123.4567. Groups in
// separate chunks are left to sayCode.
func sayPhone(s sentence, i int) ([]Spoken, bool) {
	core, plus := strings.CutPrefix(s[i].core, "+")
	count := 0
	for _, r := range core {
		switch {
		case r >= '0' && r <= '9':
			count++
		case !strings.ContainsRune("-.()", r):
			return nil, false
		}
	}
	next := s.at(i + 1).core
	areaCode := s[i].open && len(core) == 3 && allDigits(core) && digitAt(next, 0)
	switch {
	case count == 0:
		return nil, false
	case plus && (count >= 5 || digitAt(next, 0)):
		return append(words("plus"), spellGroups(core)...), true
	case areaCode:
		return spellGroups(core), true
	case count >= 9 && count <= 15 && (strings.ContainsAny(core, "()") || strings.Count(core, ".") >= 2 || strings.Count(core, "-") >= 2):
		return spellGroups(core), true
	}
	return nil, false
}

// sayAddress says e-mail addresses and web addresses: "maya dot chen at example dot com".
func sayAddress(s sentence, i int) ([]Spoken, bool) {
	core := s[i].core
	local, domain, mail := strings.Cut(core, "@")
	if mail {
		if local == "" || !strings.Contains(domain, ".") || strings.ContainsRune(domain, '@') {
			return nil, false
		}
		return append(append(addressPart(local), Spoken{Text: "at"}), addressPart(domain)...), true
	}
	low := s[i].low
	rest := core
	for _, p := range []string{"https://", "http://"} {
		if strings.HasPrefix(low, p) {
			rest = core[len(p):]
		}
	}
	host, _, _ := strings.Cut(rest, "/")
	if len(rest) == len(core) && !strings.HasPrefix(low, "www.") && !topDomain(host) {
		return nil, false
	}
	return addressPart(rest), true
}

func topDomain(host string) bool {
	if strings.ContainsFunc(host, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-' }) {
		return false
	}
	at := strings.LastIndexByte(host, '.')
	if at < 1 {
		return false
	}
	switch strings.ToLower(host[at+1:]) {
	case "com", "org", "net", "edu", "gov", "io", "uk", "de", "fr", "info", "biz", "eu", "ie", "au":
		return true
	}
	return false
}

func addressPart(part string) []Spoken {
	var out []Spoken
	start := 0
	flush := func(end int) {
		for _, run := range letterDigitRuns(part[start:end]) {
			switch low := strings.ToLower(run); {
			case run == "":
			case allDigits(run):
				out = append(out, words(digits(run))...)
			case low == "www" || low == "uk" || low == "io" || low == "eu" || low == "tv" || utf8.RuneCountInString(run) == 1 || !strings.ContainsAny(low, "aeiouy"):
				out = append(out, letters(run)...)
			default:
				out = append(out, Spoken{Text: run})
			}
		}
	}
	for i, r := range part {
		name := ""
		switch r {
		case '.':
			name = "dot"
		case '-':
			name = "dash"
		case '_':
			name = "underscore"
		case '/':
			name = "slash"
		case '+':
			name = "plus"
		case ':', '?', '=', '&', '#', '%', '~', ',', '!', '$', '*', '\'', '(', ')':
			name = " "
		default:
			continue
		}
		flush(i)
		start = i + utf8.RuneLen(r)
		out = append(out, words(name)...)
	}
	flush(len(part))
	return out
}
