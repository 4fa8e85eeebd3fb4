package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// session is one call without sound.
type session struct {
	ear      *customer.Ear
	mind     customer.Mind
	embedder Embedder
	examples customer.Examples
	turn     int
	told     []string // facts told so far, and concern
	last     step
	words    Wordsmith // nil: authored words
	script   []customer.ScriptLine

	now        func() time.Time // nil: nothing is timed
	stepMS     []float64
	perceiveMS []float64
}

// timed runs f and appends how long it took.
func (s *session) timed(to *[]float64, f func()) {
	if s.now == nil {
		f()
		return
	}
	start := s.now()
	f()
	*to = append(*to, float64(s.now().Sub(start))/float64(time.Millisecond))
}

// step is one turn of the trainee (or a silence) with what it did.
type step struct {
	text  string
	acts  []practice.Act
	reply customer.Reply
	words *practice.Worded // how a model found them; nil when none was asked
}

// newSession is a call about to begin. With an embedder, examples are what it compares with; none: they are embedded
// when they are first needed.
func newSession(ear *customer.Ear, mind customer.Mind, e Embedder, examples customer.Examples) *session {
	return &session{ear: ear, mind: mind, embedder: e, examples: examples}
}

func (s *session) open() customer.Reply {
	var r customer.Reply
	s.mind, r = s.mind.Open()
	s.heard(r)
	return r
}

// heard takes a reply as heard in full.
func (s *session) heard(r customer.Reply) {
	if r.Text != "" {
		s.mind = s.mind.Said(r.Text, false)
		s.script = append(s.script, customer.ScriptLine{Speaker: practice.Customer, Text: practice.WithoutMarks(r.Text)})
		s.turn++
	}
}

func (s *session) say(ctx context.Context, text string) (step, error) {
	in := customer.PerceiveInput{Text: text, CustomerSaid: s.mind.CustomerSaid()}
	if s.embedder != nil {
		if s.examples.Empty() {
			v, err := s.embedder.Embed(ctx, customer.ExampleTexts(), practice.PriorityBackground)
			if err != nil {
				return step{}, fmt.Errorf("embedding examples: %w", err)
			}
			s.examples = customer.NewExamples(v)
		}
		var err error
		if in.Vectors, err = s.embedder.Embed(ctx, customer.Texts(in), practice.PriorityFirstClause); err != nil {
			return step{}, fmt.Errorf("embedding the turn: %w", err)
		}
		in.Examples = s.examples
	}
	var acts []practice.Act
	s.timed(&s.perceiveMS, func() { acts = s.ear.Perceive(in) })
	return s.hear(ctx, text, acts), nil
}

func (s *session) hear(ctx context.Context, text string, acts []practice.Act) step {
	var r customer.Reply
	heard := customer.HeardTurn{Turn: s.turn, Text: text, Acts: acts}
	s.timed(&s.stepMS, func() { s.mind, r = s.mind.Hear(heard) })
	odd := slices.ContainsFunc(acts, func(a practice.Act) bool { return a.Name == practice.ActManipulation })
	s.script = append(s.script, customer.ScriptLine{Speaker: practice.Trainee, Text: text, Odd: odd})
	r, worded := s.reword(ctx, r, heard)
	s.turn++
	s.heard(r)
	return step{text: text, acts: acts, reply: r, words: worded}
}

func (s *session) silence(ms int64) step {
	var r customer.Reply
	s.mind, r = s.mind.Silence(ms, s.turn)
	s.heard(r)
	return step{reply: r}
}

// noted keeps what a step did, for whoever asks how things stand.
func (s *session) noted(r step) {
	s.last = r
	for _, id := range r.reply.Told {
		if !slices.Contains(s.told, id) {
			s.told = append(s.told, id)
		}
	}
}
