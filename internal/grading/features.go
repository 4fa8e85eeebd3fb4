package grading

import (
	_ "embed" // the markers are data
	"math"
	"strings"
	"unicode"
)

//go:embed markers.txt
var markersText string

// pairFeatures and textFeatures are the features before the markers' counts, in the order of appendFeatures.
const (
	textFeatures = 14
	pairFeatures = 16
)

// exchange is one reply with what it answers.
type exchange struct {
	before, reply           []word
	beforeText, replyText   string
	questions               []bool // of the reply's sentences
	beforeVector, replyVect []float32
	vectors                 map[string][]float32 // of the reply's sentences, by text
}

// dense returns the reply's structural, lexical and pair features. Counts are log(1+n) of occurrences and of
// occurrences a hundred words, so that neither a long nor a short reply stands out by its length alone.
func dense(lex, markers *lexicon, x exchange) []float64 {
	n := len(x.reply)
	out := make([]float64, 0, textFeatures+pairFeatures+2*(len(lex.categories)+len(markers.categories)))
	out = appendText(out, x)
	out = appendPair(out, x)
	for _, l := range []*lexicon{lex, markers} {
		counts := make(map[string]int, len(l.categories))
		for _, h := range l.find(x.reply) {
			counts[h.category]++
		}
		for _, c := range l.categories {
			k := float64(counts[c])
			out = append(out, math.Log1p(k), math.Log1p(100*k/float64(n+8)))
		}
	}
	return out
}

func appendText(out []float64, x exchange) []float64 {
	n := len(x.reply)
	sentences, asked, lastAsked := len(x.questions), 0, 0.0
	for i, q := range x.questions {
		if q {
			asked++
			if i == sentences-1 {
				lastAsked = 1
			}
		}
	}
	marks, dots, upper, letters := 0, 0, 0, 0
	for _, r := range x.replyText {
		switch {
		case r == '!':
			marks++
		case r == '.':
			dots++
		case unicode.IsUpper(r):
			upper++
			letters++
		case unicode.IsLetter(r):
			letters++
		}
	}
	kinds := map[string]bool{}
	long := 0
	for _, w := range x.reply {
		kinds[w.w] = true
		if len(w.w) >= 7 {
			long++
		}
	}
	firstAsked := 0.0
	if sentences > 0 && x.questions[0] {
		firstAsked = 1
	}
	share := func(k, of int) float64 { return float64(k) / float64(max(of, 1)) }
	return append(out,
		math.Log1p(float64(n)), math.Log1p(float64(sentences)), math.Log1p(share(n, sentences)),
		math.Log1p(float64(asked)), share(asked, sentences), lastAsked, firstAsked,
		math.Log1p(float64(marks)), math.Log1p(float64(dots)), share(upper, letters), share(long, n), share(len(kinds), n),
		bool01(n <= 4), bool01(n > 80))
}

// appendPair adds how the reply takes up what was said before.
func appendPair(out []float64, x exchange) []float64 {
	if len(x.before) == 0 {
		return append(out, make([]float64, pairFeatures)...)
	}
	before, reply := contentSet(x.before), contentSet(x.reply)
	all := map[string]bool{}
	for _, w := range x.before {
		all[w.w] = true
	}
	shared, sharedAny, inQuestion, late := 0, 0, 0, 0
	lastSentence := x.before[len(x.before)-1].sentence
	lateWords := map[string]bool{}
	for _, w := range x.before {
		if w.sentence == lastSentence && content(w.w) {
			lateWords[stem(w.w)] = true
		}
	}
	for s := range reply {
		if before[s] {
			shared++
		}
		if lateWords[s] {
			late++
		}
	}
	firstShared := -1
	for i, w := range x.reply {
		if all[w.w] {
			sharedAny++
		}
		if content(w.w) && before[stem(w.w)] {
			if firstShared < 0 {
				firstShared = i
			}
			if w.sentence < len(x.questions) && x.questions[w.sentence] {
				inQuestion++
			}
		}
	}
	run := commonRun(x.before, x.reply)
	share := func(k, of int) float64 { return float64(k) / float64(max(of, 1)) }
	early := 0.0
	if firstShared >= 0 {
		early = 1 / float64(1+firstShared)
	}
	return append(out,
		math.Log1p(float64(shared)), share(shared, len(reply)), share(shared, len(before)), share(sharedAny, len(x.reply)),
		math.Log1p(float64(inQuestion)), math.Log1p(float64(late)), share(late, len(lateWords)), math.Log1p(float64(run)),
		early, math.Log1p(float64(len(x.before))), math.Log1p(float64(len(x.reply))/float64(len(x.before))),
		bool01(shared == 0), bool01(strings.Contains(x.beforeText, "?")), bool01(len(before) == 0),
		bool01(shared > 0 && inQuestion > 0), bool01(run >= 3))
}

// commonRun is the longest run of words that the reply repeats.
func commonRun(a, b []word) int {
	const most = 400 // words of each side looked at; enough for any spoken turn
	a, b = a[max(0, len(a)-most):], b[:min(len(b), most)]
	best := 0
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			above := row[j+1]
			row[j+1] = 0
			if a[i].w == b[j].w {
				row[j+1] = diagonal + 1
				best = max(best, row[j+1])
			}
			diagonal = above
		}
	}
	return best
}

func contentSet(words []word) map[string]bool {
	out := map[string]bool{}
	for _, w := range words {
		if content(w.w) {
			out[stem(w.w)] = true
		}
	}
	return out
}

// content reports whether a word carries matter rather than grammar.
func content(w string) bool { return !functionWord(w) }

// stem cuts the commonest English endings, so that "delivered" and "delivery" meet.
func stem(w string) string {
	for _, ending := range []string{"ingly", "edly", "ings", "ing", "ies", "ied", "ely", "ery", "ers", "ed", "es", "er", "ly", "s", "y", "e"} {
		if len(w) >= len(ending)+4 && strings.HasSuffix(w, ending) {
			return w[:len(w)-len(ending)]
		}
	}
	return w
}

func bool01(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// terms are the reply's words and word pairs, the first marked as first, with 1+log of their count.
func terms(words []word) map[string]float64 {
	counts := map[string]float64{}
	before := "^"
	for i, w := range words {
		text := w.w
		if strings.ContainsAny(text[:1], "0123456789") {
			text = "0"
		}
		if i > 0 && words[i-1].sentence != w.sentence {
			before = "^"
		}
		counts[text]++
		counts[before+" "+text]++
		before = text
	}
	for t, k := range counts {
		counts[t] = 1 + math.Log(k)
	}
	return counts
}
