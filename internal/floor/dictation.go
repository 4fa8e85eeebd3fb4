package floor

import "strings"

// Dictates tells whether text ends in a number or a code being read out: groups of spoken or written digits, single
// letters, "B as in bravo", "double u", an alphabet of names. People pause between the groups, and no pause tells which
// is the last.
func Dictates(text string) bool {
	words := lower(text)
	if spells(words) {
		return true
	}
	run, cued := 0, announces(words)
	for i := len(words) - 1; i >= 0; i-- {
		w := words[i]
		switch {
		case i >= 2 && in(words[i-1], "for in") && isSymbol(words[i-2]) || i >= 3 && words[i-1] == "in" && words[i-2] == "as" && isSymbol(words[i-3]):
			// "b for bravo", "b as in bravo": w may be any word
			run += 2
			if words[i-1] == "in" && words[i-2] == "as" {
				i--
			}
			i -= 2
			continue
		case isDigitWord(w):
			run++
			if n := len(w); n > 1 && w[0] >= '0' && w[0] <= '9' && !isYear(words, i) && (n > 2 || cued) {
				run++ // a group written in figures, as in "412"
			}
			continue
		case isLetter(w), isMixed(w):
			run++
			if isMixed(w) {
				run++
			}
			continue
		case isSpelled(w):
			run++
			continue
		case run > 0 && in(w, "dash hyphen slash dot point space capital and then"):
			continue
		}
		break
	}
	last := len(words) - 1
	// Of "nine two eight" a recogniser may make "9 to 8": where a number has been spoken of, one figure at the end will do.
	if run < 2 && (run == 0 || !cued || words[last] == "one" || isYear(words, last)) {
		return false
	}
	return !isAmount(words, text)
}

// spellsWords is how many words may follow "it is spelled" and still be what is being spelled: a recogniser makes words of
// letters ("bar" of B, A, R), so their form tells nothing.
const spellsWords = 4

// spells tells whether the text ends in a word being spelled, or is about to.
func spells(words []string) bool {
	for i := len(words) - 1; i > 0 && i >= len(words)-1-spellsWords; i-- {
		if in(words[i], "spelled spelt") {
			told := in(words[i-1], "correctly wrongly have has had") || i+1 < len(words) && in(words[i+1], "correctly wrong wrongly right differently out")
			return !told // how, and not what
		}
	}
	return false
}

// announces tells whether a number or code has been spoken of, so that few figures are enough.
func announces(words []string) bool {
	for _, w := range words {
		if in(w, "number code reference postcode zip account digits booking telephone phone serial ref pin") {
			return true
		}
	}
	return false
}

// isAmount tells whether the number at the end is a sum or a count with its own words and no dictation: "£25", "4.95".
func isAmount(words []string, text string) bool {
	last := words[len(words)-1]
	return strings.ContainsAny(last, "£$€.:%") || strings.HasSuffix(strings.TrimRight(text, ".?! "), "%")
}

// isYear tells whether the figures at i are a year or a lone number behind a word that counts with it: "in 2024", "by 16".
func isYear(words []string, i int) bool {
	return i > 0 && in(words[i-1], "in since by until before after at around about nearly almost only") && i == len(words)-1
}

func isDigitWord(w string) bool {
	if in(w, "zero oh nought one two three four five six seven eight nine double triple") {
		return true
	}
	for _, r := range w {
		if (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return w != "" && w != "-"
}

// isLetter tells whether a word is one letter being spelled. "I" and "a" are words of their own as well; they count only
// inside a run.
func isLetter(w string) bool { return len(w) == 1 && w[0] >= 'b' && w[0] <= 'z' && w != "i" }

// isMixed tells whether a word mixes letters and figures, as codes do: "b4t", "ln20".
func isMixed(w string) bool {
	figures, letters := 0, 0
	for _, r := range w {
		switch {
		case r >= '0' && r <= '9':
			figures++
		case r >= 'a' && r <= 'z':
			letters++
		default:
			return false
		}
	}
	if figures == 0 || letters == 0 {
		return false
	}
	// "2nd", "16th", "5pm" and "10kg" are no codes.
	return !in(strings.TrimLeft(w, "0123456789"), "st nd rd th pm am kg g km m cm mm p k s hrs")
}

// isSymbol tells whether a word is a letter or a digit on its own.
func isSymbol(w string) bool { return len(w) == 1 || isDigitWord(w) }

// isSpelled lists the names of letters as recognisers write them, and the spelling alphabet.
func isSpelled(w string) bool {
	return in(w, "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray "+
		"yankee zulu bee cee dee gee jay kay el em en pee cue ar ess tee vee ex zed zee double u")
}
