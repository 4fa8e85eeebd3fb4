package floor

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Kind is what a sound over the other's voice was.
type Kind int

// The kinds. Nothing: no words were found in it.
const (
	Nothing Kind = iota
	Backchannel
	Echo
	Speech
)

// Classify says what words spoken over the customer are. said holds the customer's own latest words, which a
// microphone near a loudspeaker hears too.
func Classify(text, said string) (kind Kind, speechWords int) {
	words := lower(text)
	if len(words) == 0 {
		return Nothing, 0
	}
	if IsEcho(words, lower(said)) {
		return Echo, 0
	}
	for _, w := range words {
		if !isBackchannel(w) {
			speechWords++
		}
	}
	if speechWords == 0 || isBackchannelPhrase(words) {
		return Backchannel, 0
	}
	return Speech, speechWords
}

// Supportive tells whether a backchannel says "I hear you" rather than "I am still on the line": it is counted in the
// trainee's favour.
func Supportive(text string) bool {
	words := lower(text)
	if len(words) == 0 {
		return false
	}
	if isBackchannelPhrase(words) {
		return true
	}
	for _, w := range words {
		if !isBackchannel(w) || w == "uh" || w == "um" || w == "huh" || w == "really" {
			return false
		}
	}
	return true
}

func isBackchannelPhrase(words []string) bool {
	switch strings.Join(words, " ") {
	case "i see", "i know", "of course", "got it", "go on", "oh no", "oh dear", "oh my", "i hear you", "that's right", "oh i see",
		"yeah i see", "yes of course", "oh gosh", "okay got it", "makes sense", "that makes sense":
		return true
	default:
		return false
	}
}

// isHum tells whether a word is what recognisers write for a hum: mm, mama, mana, mom, hmm.
func isHum(w string) bool {
	return len(w) > 1 && (w[0] == 'm' || w[0] == 'h' && strings.Contains(w, "mm")) && strings.Trim(w, "mnaouh") == "" && w != "man" && w != "human"
}

func isBackchannel(w string) bool {
	if isHum(w) {
		return true
	}
	switch w {
	case "mm", "mmm", "mhm", "mm-hm", "mm-hmm", "mmhm", "mmhmm", "mm-mm", "hm", "hmm", "hmmm", "uh-huh", "uh", "huh", "um", "ah", "aha", "oh", "ooh",
		"yeah", "yes", "yep", "yup", "right", "okay", "ok", "sure", "wow", "true", "really", "exactly", "absolutely", "alright", "gosh", "indeed":
		return true
	default:
		return false
	}
}

// echoShare is the share of heard words that must be the customer's own, in her order, to be her echo.
const echoShare = 0.7

// IsEcho tells whether heard words are the customer's own words come back: most of them, in order. A single word is her
// echo when it is among her last few.
func IsEcho(heard, said []string) bool {
	if len(heard) == 0 || len(said) == 0 {
		return false
	}
	if len(heard) == 1 {
		return slices.Contains(said[max(0, len(said)-4):], heard[0])
	}
	best := 0
	for start := range said {
		if said[start] == heard[0] || len(heard) > 1 && said[start] == heard[1] {
			best = max(best, inOrder(heard, said[start:]))
		}
	}
	return best >= 2 && float64(best) >= echoShare*float64(len(heard))
}

// inOrder counts heard words found in said in order; up to three of hers may be lost in between.
func inOrder(heard, said []string) int {
	matched, from := 0, 0
	for _, w := range heard {
		for j := from; j < len(said) && j < from+4; j++ {
			if said[j] == w {
				matched++
				from = j + 1
				break
			}
		}
	}
	return matched
}

// lower returns the text's words in lower case.
func lower(text string) []string {
	tokens := practice.Tokens(text)
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.Lower
	}
	return out
}

// SameWords tells whether two texts hold the same words, whatever their case and punctuation.
func SameWords(a, b string) bool {
	x, y := lower(a), lower(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}
