package reader

import (
	"errors"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tagger names parts of speech (Penn Treebank tags) by an averaged perceptron over a five-word window. A word with one
// dominant tag is answered from a dictionary, everything else by summed weights.
type tagger struct {
	t    *table
	tags []string
}

func openTagger(dir string) (*tagger, error) {
	t, err := readTable(filepath.Join(dir, tagsFile))
	if err != nil {
		return nil, err
	}
	tags, ok := t.get("tags")
	if !ok {
		return nil, errors.New("read pronunciation table " + tagsFile + ": it has no list of tags")
	}
	return &tagger{t: t, tags: strings.Fields(string(tags))}, nil
}

// tag returns one tag a word. No word may be empty.
func (g *tagger) tag(words []string) []string {
	window := make([]string, 0, len(words)+4)
	window = append(window, "-START2-", "-START-")
	for _, w := range words {
		n := plainForm(w)
		if _, known := g.t.get("v " + n); !known {
			n = "<" + shape(w) + ">"
		}
		window = append(window, n)
	}
	window = append(window, "-END-", "-END2-")
	prev, prev2 := "-START-", "-START2-"
	tags := make([]string, len(words))
	scores := make([]float64, len(g.tags))
	for i, w := range words {
		tag := ""
		if known, ok := g.t.get("t " + w); ok {
			tag = string(known)
		} else {
			tag = g.predict(i, w, window, prev, prev2, scores)
		}
		tags[i] = tag
		prev2, prev = prev, tag
	}
	return tags
}

func (g *tagger) predict(i int, w string, window []string, prev, prev2 string, scores []float64) string {
	clear(scores)
	first, _ := utf8.DecodeRuneInString(w)
	place := "i+"
	if i == 0 {
		place = "i0"
	}
	c := window[i : i+5]
	features := [...]string{
		"b", "s3=" + lastRunes(w, 3), "p1=" + string(first), "w=" + c[2], "sh=" + shape(w), place,
		"t-1=" + prev, "t-2=" + prev2, "t-12=" + prev + "," + prev2,
		"w-1=" + c[1], "s3-1=" + lastRunes(c[1], 3), "w-2=" + c[0],
		"w+1=" + c[3], "s3+1=" + lastRunes(c[3], 3), "w+2=" + c[4],
	}
	for _, f := range features {
		if weights, ok := g.t.get("w " + f); ok {
			addWeights(scores, weights)
		}
	}
	best := 0
	for t := range scores {
		if scores[t] > scores[best] || (scores[t] == scores[best] && g.tags[t] > g.tags[best]) {
			best = t
		}
	}
	return g.tags[best]
}

// addWeights adds "place:weight place:weight …" to scores; weights have one decimal at most in the shipped model, but
// any decimal number is read.
func addWeights(scores []float64, line []byte) {
	for at := 0; at < len(line); {
		place := 0
		for at < len(line) && line[at] != ':' {
			place = place*10 + int(line[at]-'0')
			at++
		}
		at++ // the colon
		sign, whole, scale := 1.0, 0.0, 0.0
		for at < len(line) && line[at] != ' ' {
			switch ch := line[at]; ch {
			case '-':
				sign = -1
			case '.':
				scale = 1
			default:
				whole = whole*10 + float64(ch-'0')
				scale *= 10
			}
			at++
		}
		at++ // the space
		if scale > 1 {
			whole /= scale
		}
		if place >= 0 && place < len(scores) {
			scores[place] += sign * whole
		}
	}
}

// plainForm is a word as the tagger's vocabulary spells it.
func plainForm(w string) string {
	switch {
	case strings.Contains(w, "-") && w[0] != '-':
		return "!HYPHEN"
	case len(w) == 4 && allDigits(w):
		return "!YEAR"
	case w[0] >= '0' && w[0] <= '9':
		return "!DIGITS"
	}
	return strings.ToLower(w)
}

// shape is what stands for a word that the vocabulary does not hold.
func shape(w string) string {
	letters, lower, upper := true, true, true
	for _, r := range w {
		letters = letters && unicode.IsLetter(r)
		lower = lower && !unicode.IsUpper(r)
		upper = upper && !unicode.IsLower(r)
	}
	switch {
	case letters && lower:
		return "x"
	case letters && upper && utf8.RuneCountInString(w) > 1:
		return "XX"
	case letters && upper:
		return "X1"
	case letters && isCapitalised(w):
		return "Xx"
	case letters:
		return "xX"
	case allDigits(w):
		return "d"
	}
	var b strings.Builder
	n := 0
	for _, r := range w {
		if n++; n > 4 {
			break
		}
		switch {
		case unicode.IsDigit(r):
			b.WriteByte('d')
		case unicode.IsLetter(r):
			b.WriteByte('x')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isCapitalised(w string) bool {
	first, size := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(first) && w[size:] == strings.ToLower(w[size:])
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func lastRunes(s string, n int) string {
	at := len(s)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}
