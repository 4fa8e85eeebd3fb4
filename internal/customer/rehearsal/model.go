package rehearsal

import (
	"context"
	"fmt"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Wordsmith finds other words for a line of the customer's than the authored ones: a model. An outcome of authored gave
// no clause.
type Wordsmith interface {
	Say(ctx context.Context, w customer.Wording, give func(clause string)) practice.Worded
	Spent() practice.WordsSpent
}

// ModelReport is how a model did as the customer's voice: only with --model.
type ModelReport struct {
	Model      string              `json:"model"`
	Asked      int                 `json:"asked"`    // lines that it was asked for
	Spoken     int                 `json:"spoken"`   // of these, said in its words
	CutShort   int                 `json:"cut"`      // of these, ended early because the rest might not be said
	Authored   int                 `json:"authored"` // said in the authored words instead
	Refused    map[string]int      `json:"refused"`  // tries that were struck out, by why
	Failed     map[string]int      `json:"failed"`   // lines that a failure of the server's made authored, by why
	FirstMS    *Dist               `json:"first_token_ms"`
	LineMS     *Dist               `json:"line_ms"`
	Usage      practice.ChatUsage  `json:"usage"`
	Money      float64             `json:"money"`
	Currency   string              `json:"currency"`
	Transcript map[string][]string `json:"transcripts"` // the first call of each agent, her lines marked by whose words they are
	first, all []float64
}

func newModelReport() *ModelReport {
	return &ModelReport{Refused: map[string]int{}, Failed: map[string]int{}, Transcript: map[string][]string{}}
}

// took notes how a line was found.
func (m *ModelReport) took(w practice.Worded) {
	m.Asked++
	if w.Source == practice.SourceModel {
		m.Spoken++
		if len(w.Refused) > 0 || w.Why != "" {
			m.CutShort++
		}
	} else {
		m.Authored++
		if len(w.Refused) == 0 {
			m.Failed[w.Why]++
		}
	}
	for _, why := range w.Refused {
		m.Refused[why]++
	}
	if w.FirstMS != nil {
		m.first = append(m.first, *w.FirstMS)
	}
	m.all = append(m.all, w.TookMS)
}

// ended adds what a call cost.
func (m *ModelReport) ended(w practice.WordsSpent) {
	m.Model, m.Currency = w.Model, w.Currency
	m.Usage, m.Money = m.Usage.Plus(w.Usage), m.Money+w.Money
}

func (m *ModelReport) sum() *ModelReport {
	if m != nil {
		m.FirstMS, m.LineMS = distOf(m.first), distOf(m.all)
	}
	return m
}

// and joins two reports of the same model; either may be nil.
func (m *ModelReport) and(o *ModelReport) *ModelReport {
	switch {
	case o == nil:
		return m
	case m == nil:
		m = newModelReport()
	}
	m.Model, m.Currency = o.Model, o.Currency
	m.Asked, m.Spoken, m.CutShort, m.Authored = m.Asked+o.Asked, m.Spoken+o.Spoken, m.CutShort+o.CutShort, m.Authored+o.Authored
	for k, n := range o.Refused {
		m.Refused[k] += n
	}
	for k, n := range o.Failed {
		m.Failed[k] += n
	}
	for k, lines := range o.Transcript {
		m.Transcript[k] = append(m.Transcript[k], lines...)
	}
	m.Usage, m.Money = m.Usage.Plus(o.Usage), m.Money+o.Money
	m.first, m.all = append(m.first, o.first...), append(m.all, o.all...)
	return m.sum()
}

// reword says a reply in a model's words where there is a model and its words may be said.
func (s *session) reword(ctx context.Context, r customer.Reply, t customer.HeardTurn) (customer.Reply, *practice.Worded) {
	if s.words == nil {
		return r, nil
	}
	w, ok := s.mind.Wording(r, t, s.script)
	if !ok {
		return r, nil
	}
	var clauses []string
	out := s.words.Say(ctx, w, func(c string) { clauses = append(clauses, c) })
	if out.Source == practice.SourceModel {
		r.Text = strings.Join(clauses, " ")
		s.mind = s.mind.Reworded(r.Text)
	}
	return r, &out
}

// onlyWords are the bars that a run in a model's words is held to: her mind is the same as without one.
func onlyWords(all []Bar) []Bar {
	var out []Bar
	for _, b := range all {
		if b.Name == "leaks" || b.Name == "role_breaks" || b.Name == "repeats" {
			out = append(out, b)
		}
	}
	return out
}

// keep notes a turn of a call in a model's words, and of each agent's first call what was said.
func (t *tester) keep(agent string, seed uint64, st step) {
	if t.model == nil {
		return
	}
	source := practice.SourceAuthored
	if st.words != nil {
		t.model.took(*st.words)
		source = st.words.Source
	}
	if seed == 1 {
		t.model.Transcript[agent] = append(t.model.Transcript[agent], "trainee: "+st.text, fmt.Sprintf("customer (%s, %s): %s", st.reply.Move, source, st.reply.Text))
	}
}
