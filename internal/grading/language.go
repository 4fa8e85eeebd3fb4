package grading

import "unicode"

// functionWord reports whether a word is one of English grammar's: articles, pronouns, prepositions, auxiliaries.
func functionWord(w string) bool {
	switch w {
	case "a", "an", "the", "this", "that", "these", "those", "i", "you", "he", "she", "it", "we", "they", "me", "him", "her", "us", "them",
		"my", "your", "his", "its", "our", "their", "mine", "yours", "myself", "yourself", "is", "am", "are", "was", "were", "be", "been", "being",
		"do", "does", "did", "have", "has", "had", "will", "would", "shall", "should", "can", "could", "may", "might", "must",
		"not", "no", "yes", "and", "or", "but", "if", "because", "so", "as", "than", "then", "while", "when", "where", "what", "which", "who", "how", "why",
		"of", "in", "on", "at", "by", "for", "with", "about", "to", "from", "up", "down", "out", "off", "over", "into", "through", "until", "after", "before",
		"again", "here", "there", "all", "any", "some", "more", "most", "too", "very", "just", "also", "now", "only", "okay", "ok", "well", "oh", "right",
		"going", "got", "get", "let", "s", "t":
		return true
	default:
		return false
	}
}

// foreignWord reports whether a word is a common grammar word of another language and no English word.
func foreignWord(w string) bool {
	switch w {
	case "el", "los", "las", "que", "qué", "por", "para", "con", "una", "es", "está", "muy", "pero", "lo", "su", "usted", "siento", "le", "del", "yo", "mi", "se",
		"les", "des", "une", "est", "et", "vous", "je", "nous", "pas", "pour", "dans", "sur", "avec", "votre", "ce", "mais", "très", "suis", "que'",
		"der", "die", "das", "und", "ist", "nicht", "ich", "sie", "wir", "ein", "eine", "mit", "für", "auf", "zu", "es'", "haben", "ihr", "ihre", "wird",
		"il", "che", "di", "non", "per", "sono", "della", "è", "mi'", "ho", "gli", "ci", "molto", "lei",
		"de", "het", "een", "niet", "ik", "u", "dat", "en", "van", "wij", "voor", "zijn", "heb",
		"não", "você", "uma", "muito", "com", "eu", "da", "os", "um'", "och", "att", "det", "jag", "inte", "är", "som", "på",
		"nie", "jest", "się", "na", "w", "z", "jak", "bardzo", "mam", "ve", "bir", "bu", "için", "çok":
		return true
	default:
		return false
	}
}

// wordCounts says what kinds of words a text is made of.
type wordCounts struct{ all, english, foreign, otherScript int }

func (c *wordCounts) add(words []word) {
	for _, w := range words {
		c.all++
		switch {
		case functionWord(w.w):
			c.english++
		case foreignWord(w.w):
			c.foreign++
		}
		for _, r := range w.w {
			if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
				c.otherScript++
				break
			}
		}
	}
}

// foreignLanguage reports whether the words are another language's: another script, or other grammar words than English.
func (c wordCounts) foreignLanguage() bool {
	return c.all >= 6 && (2*c.otherScript > c.all || c.foreign >= 2 && c.foreign*5 >= c.all && c.foreign > c.english)
}

// noise reports whether so little grammar is left that the words are noise: keyboard mashing, or a recogniser on music.
func (c wordCounts) noise() bool { return c.all >= 15 && c.english*12 < c.all }

// isSalad reports whether a turn is a heap of words without grammar, or says the same words over and over. Non-native and
// clipped English stay well above the bar: pronouns and auxiliaries alone make a fifth of it.
func isSalad(words []word) bool {
	if len(words) < 8 {
		return false
	}
	var c wordCounts
	c.add(words)
	if c.english*7 < c.all {
		return true
	}
	pairs := map[string]int{}
	again := 0
	for i := 1; i < len(words); i++ {
		pair := words[i-1].w + " " + words[i].w
		if pairs[pair] > 0 {
			again++
		}
		pairs[pair]++
	}
	return len(words) >= 16 && 2*again > len(words)
}
