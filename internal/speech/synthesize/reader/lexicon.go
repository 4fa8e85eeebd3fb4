package reader

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// following is what comes after a word, which decides the weak forms ("the end", "the start", "used to").
type following struct {
	sound byte // 'v' a vowel, 'c' a consonant, 0 punctuation or nothing
	to    bool // the word "to"
}

// lexicon finds a word's phonemes in two dictionaries: gold, checked by people, and silver, made by rule.
type lexicon struct{ gold, silver *table }

func openLexicon(dir string) (*lexicon, error) {
	gold, err := readTable(filepath.Join(dir, goldFile))
	if err != nil {
		return nil, err
	}
	silver, err := readTable(filepath.Join(dir, silverFile))
	if err != nil {
		return nil, err
	}
	return &lexicon{gold: gold, silver: silver}, nil
}

// entry finds a word, also under its other capitalisation where that has no entry of its own.
func entry(t *table, w string) ([]byte, bool) {
	if v, ok := t.get(w); ok {
		return v, true
	}
	if len(w) < 2 {
		return nil, false
	}
	low := strings.ToLower(w)
	switch w {
	case low:
		if c := capitalise(w); c != w {
			return t.get(c)
		}
	case capitalise(low):
		return t.get(low)
	}
	return nil, false
}

func capitalise(w string) string {
	r, size := utf8.DecodeRuneInString(w)
	return string(unicode.ToUpper(r)) + w[size:]
}

// reading picks from an entry with several readings by part of speech.
func reading(v []byte, tag string, next following) string {
	if !bytes.ContainsRune(v, '=') {
		return string(v)
	}
	find := func(tag string) (string, bool) {
		for part := range bytes.SplitSeq(v, []byte{'|'}) {
			name, ps, _ := bytes.Cut(part, []byte{'='})
			if string(name) == tag {
				return string(ps), true
			}
		}
		return "", false
	}
	if next.sound == 0 {
		if ps, ok := find("None"); ok {
			return ps
		}
	}
	for _, t := range []string{tag, family(tag), "DEFAULT"} {
		if ps, ok := find(t); ok {
			return ps
		}
	}
	return ""
}

// family is the wider part of speech that some entries are sorted by.
func family(tag string) string {
	switch {
	case strings.HasPrefix(tag, "VB"):
		return "VERB"
	case strings.HasPrefix(tag, "NN"):
		return "NOUN"
	case strings.HasPrefix(tag, "RB"):
		return "ADV"
	case strings.HasPrefix(tag, "JJ"):
		return "ADJ"
	}
	return tag
}

// word returns a word's phonemes, and false when the lexicon cannot say it.
func (l *lexicon) word(w, tag string, next following) (string, bool) {
	how := stressAsIs
	if w != strings.ToLower(w) {
		how = stressCapital
		if w == strings.ToUpper(w) {
			how = stressShouting
		}
	}
	if ps, ok := l.special(w, tag, how, next); ok {
		return ps, ps != ""
	}
	w = l.uncapital(w, tag, next)
	switch {
	case l.knows(w):
		return l.lookup(w, tag, how, next)
	case strings.HasSuffix(w, "s'") && l.knows(w[:len(w)-2]+"'s"):
		return l.lookup(w[:len(w)-2]+"'s", tag, how, next)
	case strings.HasSuffix(w, "'") && l.knows(w[:len(w)-1]):
		return l.lookup(w[:len(w)-1], tag, how, next)
	}
	for _, stem := range []func(string, string, float64, following) (string, bool){l.withS, l.withEd} {
		if ps, ok := stem(w, tag, how, next); ok {
			return ps, true
		}
	}
	if how == stressAsIs {
		how = stressCapital
	}
	return l.withIng(w, tag, how, next)
}

// uncapital lowers a capitalised word that only its small form explains.
func (l *lexicon) uncapital(w, tag string, next following) string {
	low := strings.ToLower(w)
	if len(w) < 2 || w == low || (tag == "NNP" && utf8.RuneCountInString(w) <= 7) || l.has(w) || !lettersOnly(strings.ReplaceAll(w, "'", "")) {
		return w
	}
	if w != strings.ToUpper(w) && !isCapitalised(w) {
		return w
	}
	if l.has(low) {
		return low
	}
	for _, stem := range []func(string, string, float64, following) (string, bool){l.withS, l.withEd, l.withIng} {
		if _, ok := stem(low, tag, stressAsIs, next); ok {
			return low
		}
	}
	return w
}

func (l *lexicon) has(w string) bool {
	if _, ok := entry(l.gold, w); ok {
		return true
	}
	_, ok := entry(l.silver, w)
	return ok
}

// knows says whether lookup can answer w: it has an entry, or it is spelled letter by letter.
func (l *lexicon) knows(w string) bool {
	if l.has(w) {
		return true
	}
	if w == "" || !lettersOnly(w) || !ascii(w) {
		return false
	}
	if len(w) == 1 {
		return true
	}
	if w == strings.ToUpper(w) {
		if _, ok := entry(l.gold, strings.ToLower(w)); ok {
			return true
		}
	}
	return w[1:] == strings.ToUpper(w[1:])
}

func (l *lexicon) lookup(w, tag string, how float64, next following) (string, bool) {
	name := false
	if _, gold := entry(l.gold, w); !gold && w == strings.ToUpper(w) {
		w = strings.ToLower(w)
		name = tag == "NNP"
	}
	v, ok := entry(l.gold, w)
	if !ok && !name {
		v, ok = entry(l.silver, w)
	}
	ps := ""
	if ok {
		ps = reading(v, tag, next)
	}
	if ps == "" || (name && !strings.ContainsRune(ps, primary)) {
		if spelled, ok := l.spell(w); ok {
			return spelled, true
		}
	}
	return restress(ps, how), ps != ""
}

// spell says a word letter by letter, the last one stressed.
func (l *lexicon) spell(w string) (string, bool) {
	var b strings.Builder
	for _, r := range w {
		if !unicode.IsLetter(r) {
			continue
		}
		v, ok := l.gold.get(strings.ToUpper(string(r)))
		if !ok {
			return "", false
		}
		b.Write(v)
	}
	ps := restress(b.String(), 0)
	at := strings.LastIndex(ps, string(secondary))
	if at < 0 {
		return ps, ps != ""
	}
	return ps[:at] + string(primary) + ps[at+utf8.RuneLen(secondary):], true
}

// special answers the small words whose sound depends on what follows or on their part of speech.
func (l *lexicon) special(w, tag string, how float64, next following) (string, bool) {
	gold := func(w string) string {
		v, _ := l.gold.get(w)
		return reading(v, tag, following{sound: 'c'})
	}
	switch w {
	case "a", "A":
		if tag == "DT" {
			return "ɐ", true
		}
		return "ˈA", true
	case "am", "Am", "AM":
		if strings.HasPrefix(tag, "NN") {
			return l.spell(w)
		}
		if next.sound == 0 || w != "am" || (how != stressAsIs && how > 0) {
			return gold("am"), true
		}
		return "ɐm", true
	case "an", "An", "AN":
		if w == "AN" && strings.HasPrefix(tag, "NN") {
			return l.spell(w)
		}
		return "ɐn", true
	case "I":
		if tag == "PRP" {
			return string(secondary) + "I", true
		}
	case "by", "By", "BY":
		if family(tag) == "ADV" {
			return "bˈI", true
		}
	case "to", "To":
		return l.to(next), true
	case "TO":
		if tag == "TO" || tag == "IN" {
			return l.to(next), true
		}
	case "in", "In":
		return weakIn(tag, next), true
	case "IN":
		if tag != "NNP" {
			return weakIn(tag, next), true
		}
	case "the", "The":
		return weakThe(next), true
	case "THE":
		if tag == "DT" {
			return weakThe(next), true
		}
	case "used", "Used", "USED":
		v, _ := l.gold.get("used")
		if (tag == "VBD" || tag == "JJ") && next.to {
			return reading(v, "VBD", following{sound: 'c'}), true
		}
		return reading(v, "DEFAULT", following{sound: 'c'}), true
	}
	return "", false
}

func (l *lexicon) to(next following) string {
	switch next.sound {
	case 'v':
		return "tʊ"
	case 'c':
		return "tə"
	}
	v, _ := l.gold.get("to")
	return reading(v, "DEFAULT", following{sound: 'c'})
}

func weakIn(tag string, next following) string {
	if next.sound == 0 || tag != "IN" {
		return "ˈɪn"
	}
	return "ɪn"
}

func weakThe(next following) string {
	if next.sound == 'v' {
		return "ði"
	}
	return "ðə"
}

func lettersOnly(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return s != ""
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
