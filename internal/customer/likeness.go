package customer

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed likeness.txt
var likenessText string

// example is a written example of an act; an empty act is a neutral one.
type example struct {
	act  practice.ActName
	text string
}

//nolint:gochecknoglobals // a table read once from the embedded file and never written
var exampleBook = sync.OnceValue(func() []example { return parseExamples(likenessText) })

func parseExamples(text string) []example {
	var out []example
	var act practice.ActName
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			act = practice.ActName(strings.Trim(line, "[]"))
			if act == "neutral" {
				act = ""
			}
		default:
			out = append(out, example{act, line})
		}
	}
	return out
}

// ExampleTexts lists the written examples that perception compares with. They never change while the program runs, so a
// caller embeds them once and keeps the Examples.
func ExampleTexts() []string {
	var out []string
	for _, e := range exampleBook() {
		out = append(out, e.text)
	}
	return out
}

// Examples are the vectors of the written examples, in the book's order. The zero value has none, and perception then
// goes by rules alone. Nothing writes to them after NewExamples, so that calls may share them.
type Examples struct {
	vectors [][]float32
}

// NewExamples keeps the vectors of ExampleTexts, by text and of unit length. A text without one compares with nothing.
func NewExamples(vectors map[string][]float32) Examples {
	x := Examples{vectors: make([][]float32, len(exampleBook()))}
	for i, e := range exampleBook() {
		x.vectors[i] = vectors[e.text]
	}
	return x
}

// Empty tells whether there is nothing to compare with, so that a turn's own sentences need no vectors either.
func (x Examples) Empty() bool { return len(x.vectors) == 0 }

// Texts lists the turn's own sentences, which the caller embeds before Perceive.
func Texts(in PerceiveInput) []string {
	var out []string
	for _, s := range sentences(in.Text) {
		if t := sentenceText(in.Text, s); len(s.words) >= 3 && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func sentenceText(text string, s sentence) string {
	return strings.TrimSpace(text[s.start:min(s.end, len(text))])
}

// Likeness that counts: cosine to an act's nearest examples, and how much nearer they must be than neutral ones.
const (
	likeEnough = 0.45
	likeMargin = 0.05
)

// hearLikeness adds the one act whose examples a sentence is most like, when the rules found none of that act in it.
func (v *view) hearLikeness(s sentence) {
	if v.in.Examples.Empty() || len(v.in.Vectors) == 0 || len(s.words) < 4 {
		return
	}
	own, ok := v.in.Vectors[sentenceText(v.in.Text, s)]
	if !ok {
		return
	}
	best := map[practice.ActName]float64{}
	for i, e := range exampleBook() {
		if ev := v.in.Examples.vectors[i]; len(ev) == len(own) {
			best[e.act] = max(best[e.act], dot(own, ev))
		}
	}
	act, like := practice.ActName(""), 0.0
	for name, l := range best {
		if name != "" && (l > like || l == like && name < act) {
			act, like = name, l
		}
	}
	if act == "" || like < likeEnough || like < best[""]+likeMargin || v.has(v.n, act) {
		return
	}
	kind := isCredit(act)
	warm := v.has(-1, practice.ActOwnership, practice.ActNamedStakes, practice.ActSpecificApology, practice.ActSpecificPlan, practice.ActHonestExplanation, practice.ActCheckedUnderstanding, practice.ActExtraMile) || v.hasWhat(-1, practice.ActNamedFeeling, "")
	cold := v.has(-1, practice.ActDismissive, practice.ActBlame, practice.ActCalmDown, practice.ActAbuse, practice.ActManipulation, practice.ActPolicyFirst, practice.ActRefusalFlat)
	if kind && cold || !kind && warm { // likeness alone does not turn the tone of a turn
		return
	}
	if kind && (s.question != (act == practice.ActOpenQuestion) || v.has(v.n, practice.ActDismissive, practice.ActBlame, practice.ActCalmDown, practice.ActAbuse, practice.ActManipulation, practice.ActRefusalFlat) || v.hasWhat(v.n, practice.ActNamedFeeling, "stock")) {
		return
	}
	if act != practice.ActOpenQuestion && v.has(v.n, practice.ActClosedQuestion, practice.ActOpenQuestion) {
		return
	}
	if !kind && (v.has(v.n, practice.ActClosedQuestion, practice.ActOpenQuestion, practice.ActCheckedUnderstanding, practice.ActOffer) || v.has(v.n, practice.ActOwnership, practice.ActNamedFeeling, practice.ActNamedStakes, practice.ActSpecificApology, practice.ActSpecificPlan, practice.ActPromise, practice.ActHonestExplanation) || like < likeEnough+0.08) {
		return
	}
	if act == practice.ActNamedStakes && v.ear.scenario != nil && !v.sharesConcern(s) {
		return
	}
	if act == practice.ActOpenQuestion && v.has(v.n, practice.ActClosedQuestion, practice.ActOpenQuestion, practice.ActCheckedUnderstanding) {
		return
	}
	v.add(s, 0, len(s.words), practice.Act{Name: act})
	v.found[len(v.found)-1].alike = true
}

// sharesConcern tells whether a sentence speaks of anything this customer spoke of or cares about: likeness alone must
// not credit stakes to a sentence that could be said to anybody.
func (v *view) sharesConcern(s sentence) bool {
	text := sentenceText(v.in.Text, s)
	if holdsAny(text, v.ear.scenario.HiddenConcern.Words) {
		return true
	}
	var hers []string
	for _, line := range v.in.CustomerSaid {
		hers = append(hers, contentWords(line)...)
	}
	return slices.ContainsFunc(contentWords(text), func(w string) bool { return slices.Contains(hers, w) })
}

func isCredit(act practice.ActName) bool {
	switch act {
	case practice.ActDismissive, practice.ActBlame, practice.ActCalmDown, practice.ActPolicyFirst:
		return false
	default:
		return true
	}
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
