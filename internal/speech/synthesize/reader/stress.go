package reader

import "strings"

// Stress marks and sounds of the voice's phoneme alphabet (Kokoro's, by way of misaki).
const (
	primary    = 'ˈ'
	secondary  = 'ˌ'
	vowels     = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ"
	consonants = "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ"
	diphthongs = "AIOQWYʤʧ"
)

// How strongly a word is said, relative to its entry in the lexicon.
const (
	stressAsIs     = 0.25 // any value that no rule below names: leave it
	stressNone     = -2
	stressWeaker   = -1
	stressHalf     = -0.5
	stressCapital  = 0.5
	stressShouting = 2
)

func isVowel(r rune) bool     { return strings.ContainsRune(vowels, r) }
func isStress(r rune) bool    { return r == primary || r == secondary }
func hasStress(s string) bool { return strings.ContainsFunc(s, isStress) }

// restress strengthens or weakens the stress of a word's phonemes (misaki's apply_stress).
func restress(ps string, how float64) string {
	switch {
	case how == stressAsIs || ps == "":
		return ps
	case how < -1:
		return strings.Map(func(r rune) rune {
			if isStress(r) {
				return -1
			}
			return r
		}, ps)
	case how == stressWeaker || ((how == 0 || how == stressHalf) && strings.ContainsRune(ps, primary)):
		ps = strings.ReplaceAll(ps, string(secondary), "")
		return strings.ReplaceAll(ps, string(primary), string(secondary))
	case (how == 0 || how == stressCapital || how == 1) && !hasStress(ps):
		return beforeVowel(secondary, ps)
	case how >= 1 && !strings.ContainsRune(ps, primary) && strings.ContainsRune(ps, secondary):
		return strings.ReplaceAll(ps, string(secondary), string(primary))
	case how > 1 && !hasStress(ps):
		return beforeVowel(primary, ps)
	}
	return ps
}

func beforeVowel(mark rune, ps string) string {
	at := strings.IndexFunc(ps, isVowel)
	if at < 0 {
		return ps
	}
	return ps[:at] + string(mark) + ps[at:]
}

// weight is how long a word's phonemes are, diphthongs counting double.
func weight(ps string) int {
	n := 0
	for _, r := range ps {
		n++
		if strings.ContainsRune(diphthongs, r) {
			n++
		}
	}
	return n
}

// joinParts puts the parts of a compound together, keeping only as many primary stresses as one word bears.
func joinParts(parts, texts []string) string {
	type part struct {
		primary bool
		weight  int
		at      int
	}
	var spoken []part
	stressed := 0
	for i, ps := range parts {
		if ps != "" {
			p := part{strings.ContainsRune(ps, primary), weight(ps), i}
			spoken = append(spoken, p)
			if p.primary {
				stressed++
			}
		}
	}
	switch {
	case len(spoken) == 2 && len(texts[spoken[0].at]) == 1:
		parts[spoken[1].at] = restress(parts[spoken[1].at], stressHalf)
	case len(spoken) >= 2 && stressed > (len(spoken)+1)/2:
		// Weakest first: those without primary stress, then the shortest.
		for range len(spoken) / 2 {
			weakest := -1
			for k, p := range spoken {
				if p.weight >= 0 && (weakest < 0 || lighter(p.primary, spoken[weakest].primary, p.weight, spoken[weakest].weight)) {
					weakest = k
				}
			}
			parts[spoken[weakest].at] = restress(parts[spoken[weakest].at], stressHalf)
			spoken[weakest].weight = -1
		}
	}
	return strings.Join(parts, "")
}

func lighter(aPrimary, bPrimary bool, a, b int) bool {
	if aPrimary != bPrimary {
		return !aPrimary
	}
	return a < b
}
