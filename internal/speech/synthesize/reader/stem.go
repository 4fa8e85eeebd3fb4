package reader

import (
	"strings"
	"unicode/utf8"
)

// Endings that the lexicon leaves to rule: -s, -ed, -ing, with the sound that each takes after the stem's last one.

const tapping = "AIOWYiuæɑəɛɪɹʊʌ" // after these a t before -ed or -ing is tapped

func (l *lexicon) withS(w, tag string, how float64, next following) (string, bool) {
	if len(w) < 3 || !strings.HasSuffix(w, "s") {
		return "", false
	}
	stem := ""
	switch n := len(w); {
	case !strings.HasSuffix(w, "ss") && l.knows(w[:n-1]):
		stem = w[:n-1]
	case (strings.HasSuffix(w, "'s") || (n > 4 && strings.HasSuffix(w, "es") && !strings.HasSuffix(w, "ies"))) && l.knows(w[:n-2]):
		stem = w[:n-2]
	case n > 4 && strings.HasSuffix(w, "ies") && l.knows(w[:n-3]+"y"):
		stem = w[:n-3] + "y"
	default:
		return "", false
	}
	ps, ok := l.lookup(stem, tag, how, next)
	if !ok {
		return "", false
	}
	return addS(ps), true
}

func addS(ps string) string {
	switch last, _ := utf8.DecodeLastRuneInString(ps); {
	case strings.ContainsRune("ptkfθ", last):
		return ps + "s"
	case strings.ContainsRune("szʃʒʧʤ", last):
		return ps + "ᵻz"
	}
	return ps + "z"
}

func (l *lexicon) withEd(w, tag string, how float64, next following) (string, bool) {
	if len(w) < 4 || !strings.HasSuffix(w, "d") {
		return "", false
	}
	stem := ""
	switch n := len(w); {
	case !strings.HasSuffix(w, "dd") && l.knows(w[:n-1]):
		stem = w[:n-1]
	case n > 4 && strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "eed") && l.knows(w[:n-2]):
		stem = w[:n-2]
	default:
		return "", false
	}
	ps, ok := l.lookup(stem, tag, how, next)
	if !ok {
		return "", false
	}
	last, size := utf8.DecodeLastRuneInString(ps)
	switch {
	case strings.ContainsRune("pkfθʃsʧ", last):
		return ps + "t", true
	case last == 'd':
		return ps + "ᵻd", true
	case last != 't':
		return ps + "d", true
	case tapped(ps):
		return ps[:len(ps)-size] + "ɾᵻd", true
	}
	return ps + "ᵻd", true
}

func (l *lexicon) withIng(w, tag string, how float64, next following) (string, bool) {
	if len(w) < 5 || !strings.HasSuffix(w, "ing") {
		return "", false
	}
	stem := ""
	switch n := len(w); {
	case n > 5 && l.knows(w[:n-3]):
		stem = w[:n-3]
	case l.knows(w[:n-3] + "e"):
		stem = w[:n-3] + "e"
	case n > 5 && (doubled(w[:n-3]) || strings.HasSuffix(w, "cking")) && l.knows(w[:n-4]):
		stem = w[:n-4]
	default:
		return "", false
	}
	ps, ok := l.lookup(stem, tag, how, next)
	if !ok {
		return "", false
	}
	if tapped(ps) {
		return strings.TrimSuffix(ps, "t") + "ɾɪŋ", true
	}
	return ps + "ɪŋ", true
}

func tapped(ps string) bool {
	stem, ok := strings.CutSuffix(ps, "t")
	if !ok || stem == "" {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(stem)
	return strings.ContainsRune(tapping, before)
}

func doubled(stem string) bool {
	n := len(stem)
	return n > 1 && stem[n-1] == stem[n-2] && strings.IndexByte("bcdgklmnprstvxz", stem[n-1]) >= 0
}
