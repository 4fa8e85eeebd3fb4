package grading

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"sort"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Models are the fitted small models by name: er, ex, total, uptake, receptiveness and politeness.
type Models struct {
	Version    string           `json:"version"`
	Provenance []string         `json:"provenance"` // corpora, licences and how they were fitted
	Features   string           `json:"features"`   // fingerprint of the lexicons that they were fitted with
	Models     map[string]Model `json:"models"`
	// Moments read a reply sentence by sentence: er, ex and ip. Models that ask for them get what they say as features.
	Moments map[string]Moment `json:"moments"`
}

// Fingerprint names the features that this release computes: models fitted with other ones must be fitted again.
func Fingerprint() string {
	sum := sha256.Sum256([]byte(lexiconText + "\x00" + markersText))
	return hex.EncodeToString(sum[:8])
}

// Model is one ridge regression in two forms: without sentence vectors, and with them.
type Model struct {
	Context bool   `json:"context"` // reads what the reply answers, too
	Moments bool   `json:"moments"` // reads what the moments say of its sentences
	Lexical Linear `json:"lexical"`
	Vectors Linear `json:"vectors"` // no weights when it was fitted without vectors
}

// Linear is a fitted linear model over standardised dense features, weighted terms and sentence vectors.
type Linear struct {
	Intercept float64              `json:"intercept"`
	Center    float64              `json:"center"` // mean and spread of its own predictions when fitted: what 0.5 and its slope mean
	Spread    float64              `json:"spread"`
	Mean      []float64            `json:"mean"` // of the dense features
	Scale     []float64            `json:"scale"`
	Dense     []float64            `json:"dense"`
	Terms     map[string][]float64 `json:"terms"` // term → inverse document frequency, weight
	Vector    []float64            `json:"vector"`

	MomentMean  []float64 `json:"moment_mean,omitempty"` // of what the moments say
	MomentScale []float64 `json:"moment_scale,omitempty"`
	Moment      []float64 `json:"moment,omitempty"`
}

// Example is one reply as a fitted model sees it. Vector is nil without sentence vectors.
type Example struct {
	Dense   []float64
	Terms   map[string]float64
	Vector  []float64
	Moments []float64 // see MomentFeatures; nil for a model that does not read them
}

// Predict returns the model's estimate on its label's own scale.
func (l *Linear) Predict(e Example) float64 {
	y := l.Intercept
	for i, v := range e.Dense {
		if i < len(l.Dense) && l.Scale[i] > 0 {
			y += l.Dense[i] * bounded((v-l.Mean[i])/l.Scale[i])
		}
	}
	for i, v := range e.Moments {
		if i < len(l.Moment) && l.MomentScale[i] > 0 {
			y += l.Moment[i] * bounded((v-l.MomentMean[i])/l.MomentScale[i])
		}
	}
	y += termScore(l.Terms, e.Terms)
	for i, v := range e.Vector {
		if i < len(l.Vector) {
			y += l.Vector[i] * v
		}
	}
	return y
}

// bounded keeps a feature far from all that was seen when fitting from deciding alone.
func bounded(z float64) float64 { return math.Max(-4, math.Min(4, z)) }

// termScore is what weighted terms say of a text's, by the cosine of their weights.
func termScore(weights map[string][]float64, terms map[string]float64) float64 {
	if len(weights) == 0 {
		return 0
	}
	keys := make([]string, 0, len(terms)) // summed in a fixed order: the last bit of a float depends on it
	for t := range terms {
		if weights[t] != nil {
			keys = append(keys, t)
		}
	}
	sort.Strings(keys)
	var sum, norm float64
	for _, t := range keys {
		w := weights[t]
		x := terms[t] * w[0]
		sum += x * w[1]
		norm += x * x
	}
	if norm == 0 {
		return 0
	}
	return sum / math.Sqrt(norm)
}

// Unit is the estimate put between 0 and 1: 0.5 at the fitting data's middle, steepness by its spread.
func (l *Linear) Unit(e Example) float64 {
	z := (l.Predict(e) - l.Center) / math.Max(l.Spread, 1e-9)
	return 1 / (1 + math.Exp(-1.5*z))
}

// pick returns the form that fits what is at hand.
func (m *Model) pick(e Example) *Linear {
	if len(e.Vector) > 0 && len(m.Vectors.Vector) > 0 {
		return &m.Vectors
	}
	return &m.Lexical
}

// ExampleOf turns a transcript's trainee turn at position i into a model's example: the features that Grade uses, for
// fitting with the same code. context says whether the model may read the customer's words before it.
func (g *Grader) ExampleOf(t practice.Transcript, i int, context bool, vectors map[string][]float32) Example {
	words, questions := read(t.Turns[i].Text)
	x := exchange{reply: words, questions: questions, replyText: t.Turns[i].Text, replyVect: vectors[vectorKey(t.Turns[i].Text)], vectors: vectors}
	if context {
		for j := i - 1; j >= 0; j-- {
			if t.Turns[j].Speaker == practice.Customer {
				x.before, _ = read(t.Turns[j].Text)
				x.beforeText, x.beforeVector = t.Turns[j].Text, vectors[vectorKey(t.Turns[j].Text)]
				break
			}
		}
	}
	return g.example(x)
}

// example makes a reply's features. What the moments say is computed when the grader has any.
func (g *Grader) example(x exchange) Example {
	e := Example{Dense: dense(g.lex, g.markers, x), Terms: terms(x.reply)}
	if len(g.models.Moments) > 0 {
		e.Moments = MomentFeatures(g.models.Moments, sentencesOf(x.replyText, x.reply, x.questions), x.vectors)
	}
	if len(x.replyVect) > 0 {
		e.Vector = vectorFeatures(x)
	}
	return e
}

// vectorFeatures are the reply's vector and, where there is something that it answers, how the two vectors meet.
func vectorFeatures(x exchange) []float64 {
	n := len(x.replyVect)
	out := make([]float64, 2*n+1)
	for i, v := range x.replyVect {
		out[i] = float64(v)
	}
	if len(x.beforeVector) == n {
		cosine := 0.0
		for i, v := range x.replyVect {
			p := float64(v) * float64(x.beforeVector[i])
			out[n+i] = p * math.Sqrt(float64(n)) // of the same size as the entries above
			cosine += p
		}
		out[2*n] = cosine
	}
	return out
}

// vectorKey is the part of a text that is worth a vector: sentence models read no more than their first 256 pieces.
func vectorKey(text string) string {
	const most = 1200 // bytes
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && text[end]&0xC0 == 0x80 {
		end--
	}
	return text[:end]
}

// Texts returns the texts whose sentence vectors Grade can use, each once, in the transcript's order.
func Texts(t practice.Transcript) []string {
	seen := map[string]bool{}
	var out []string
	add := func(text string) {
		if key := vectorKey(text); key != "" && !seen[key] {
			seen[key] = true
			out = append(out, key)
		}
	}
	for _, turn := range t.Turns {
		add(turn.Text)
		if turn.Speaker == practice.Trainee {
			for _, s := range Sentences(turn.Text) {
				add(s.Text)
			}
		}
	}
	return out
}
