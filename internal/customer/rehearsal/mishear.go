package rehearsal

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// mishear changes about one word in ten, as a recogniser does: one lost, one doubled, one taken for another.
func mishear(text string, seed uint64, turn int) string {
	words := strings.Fields(text)
	var out []string
	for i, w := range words {
		switch practice.Draw(seed, turn*1000+i, "mishear", 30) {
		case 0:
		case 1:
			out = append(out, w, w)
		case 2:
			out = append(out, mistake(w))
		default:
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return text
	}
	return strings.Join(out, " ")
}

// soundsLike are words that recognisers take for each other in English.
func soundsLike(w string) string {
	for _, pair := range [][2]string{
		{"four", "for"},
		{"for", "four"},
		{"you", "ewe"},
		{"your", "you're"},
		{"i'll", "all"},
		{"we'll", "well"},
		{"ring", "wring"},
		{"two", "too"},
		{"to", "two"},
		{"there", "their"},
		{"their", "there"},
		{"right", "write"},
		{"by", "buy"},
		{"in", "and"},
		{"and", "in"},
		{"it", "at"},
		{"the", "a"},
		{"is", "as"},
		{"that", "bat"},
		{"our", "are"},
		{"can", "could"},
		{"can't", "can"},
		{"we", "he"},
		{"hour", "our"},
		{"week", "weak"},
		{"sent", "cent"},
		{"new", "knew"},
		{"know", "no"},
		{"here", "hear"},
		{"hear", "here"},
		{"been", "bean"},
		{"won't", "want"},
		{"who", "how"},
		{"i", "a"},
		{"a", "the"},
		{"i'm", "on"},
		{"me", "be"},
		{"so", "sew"},
		{"on", "an"},
		{"of", "off"},
		{"what", "but"},
		{"he", "she"},
		{"ten", "then"},
		{"six", "sex"},
		{"at", "it"},
		{"this", "these"},
		{"with", "width"},
		{"be", "me"},
		{"today", "to day"},
		{"one", "won"},
	} {
		if w == pair[0] {
			return pair[1]
		}
	}
	return ""
}

// mistake takes a word for one that sounds near it: a known confusion, else one with another vowel or a lost ending.
func mistake(w string) string {
	core := strings.Trim(w, ".,?!;:“”\"")
	if near := soundsLike(strings.ToLower(core)); near != "" {
		return strings.Replace(w, core, near, 1)
	}
	if len(core) > 4 && isASCII(core) {
		return strings.Replace(w, core, core[:len(core)-2], 1)
	}
	const vowels = "aeiou"
	for i, r := range core {
		if k := strings.IndexRune(vowels, r); k >= 0 {
			return strings.Replace(w, core, core[:i]+string(vowels[(k+1)%len(vowels)])+core[i+1:], 1)
		}
	}
	return "um"
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
