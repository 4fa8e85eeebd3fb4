package practice

import (
	"strings"
	"unicode"
)

// WordErrors counts how many words of ref, what was said, a recogniser got wrong in hyp, what it wrote: the least
// number of words to replace, drop and add (Levenshtein), and how many words ref has. Both are first made alike: lower
// case, no punctuation, hyphens are spaces, common abbreviations and British and American spellings are one, and figures
// are spelled out. A figure that can be read in several ways ("1455": fourteen fifty-five, one thousand four hundred and
// fifty-five, one four five five) counts as the way that fits best, whichever side it is on. The word error rate of
// several clips is the sum of errors over the sum of words.
func WordErrors(ref, hyp string) (errors, words int) {
	r, h := spoken(ref), spoken(hyp)
	rc, hc := make([]int, len(r)), make([]int, len(h))
	best := distance(chosen(r, rc), chosen(h, hc))
	// One figure at a time: they hardly touch each other, and all combinations could be many.
	improve := func(slots []slot, choice []int) {
		for i, s := range slots {
			kept := choice[i]
			for k := range s {
				choice[i] = k
				if d := distance(chosen(r, rc), chosen(h, hc)); d < best {
					best, kept = d, k
				}
			}
			choice[i] = kept
		}
	}
	improve(h, hc)
	improve(r, rc)
	return best, len(chosen(r, rc))
}

// slot is one word of a text, or the ways to read one figure, the likeliest first.
type slot [][]string

func chosen(slots []slot, choice []int) []string {
	var out []string
	for i, s := range slots {
		out = append(out, s[choice[i]]...)
	}
	return out
}

// distance is the Levenshtein distance in words.
func distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// spoken makes a text the words that a person says.
func spoken(text string) []slot {
	text = strings.NewReplacer("’", "'", "‘", "'", "&", " and ", "-", " ", "–", " ", "—", " ", "/", " ", "…", " ").
		Replace(strings.ToLower(text))
	var out []slot
	for token := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(token, unicode.IsDigit) {
			out = append(out, figure(token)...)
			continue
		}
		word := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsMark(r) {
				return r
			}
			return -1
		}, token)
		if word != "" {
			out = append(out, slot{oneSpelling(word)})
		}
	}
	return joinPairs(out)
}

// oneSpelling is the one form of a word that people write in several ways.
func oneSpelling(word string) []string {
	switch word {
	case "mr":
		return []string{"mister"}
	case "mrs":
		return []string{"missus"}
	case "dr":
		return []string{"doctor"}
	case "prof":
		return []string{"professor"}
	case "etc":
		return []string{"et", "cetera"}
	case "vs":
		return []string{"versus"}
	case "ok":
		return []string{"okay"}
	case "mmhm", "mhm", "mmhmm":
		return []string{"mm", "hm"}
	case "grey":
		return []string{"gray"}
	case "cheque":
		return []string{"check"}
	case "programme":
		return []string{"program"}
	case "centre":
		return []string{"center"}
	case "cancelled":
		return []string{"canceled"}
	case "travelling":
		return []string{"traveling"}
	}
	for _, p := range [...][2]string{{"colour", "color"}, {"favour", "favor"}, {"honour", "honor"}, {"behaviour", "behavior"}, {"neighbour", "neighbor"}, {"labour", "labor"}} {
		if strings.HasPrefix(word, p[0]) {
			return []string{p[1] + word[len(p[0]):]}
		}
	}
	for _, p := range [...][2]string{{"ise", "ize"}, {"ised", "ized"}, {"ising", "izing"}, {"isation", "ization"}} {
		if stem, ok := strings.CutSuffix(word, p[0]); ok && izes(stem) {
			return []string{stem + p[1]}
		}
	}
	return []string{word}
}

// izes says whether stem takes -ize in American spelling (realise, apologise), unlike "wise" or "promise".
func izes(stem string) bool {
	switch stem {
	case "apolog", "real", "organ", "recogn", "author", "prior", "final", "emphas", "summar", "special", "minim", "maxim",
		"custom", "personal", "categor", "critic", "memor", "sympath", "empath":
		return true
	}
	return false
}

// joinPairs joins two words that are as often written as one.
func joinPairs(in []slot) []slot {
	var out []slot
	for _, s := range in {
		if n := len(out); n > 0 && len(s) == 1 && len(out[n-1]) == 1 && len(s[0]) == 1 && len(out[n-1][0]) == 1 {
			switch a, b := out[n-1][0][0], s[0][0]; {
			case a == "per" && b == "cent", a == "all" && b == "right", a == "any" && b == "more", a == "good" && b == "bye":
				joined := a + b
				if joined == "allright" {
					joined = "alright"
				}
				out[n-1] = slot{{joined}}
				continue
			}
		}
		out = append(out, s)
	}
	return out
}
