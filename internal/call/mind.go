package call

import (
	"context"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Mind is the customer as a call needs her: a value that is never changed in place, so that a reply may be prepared on
// a copy while the trainee still pauses, and thrown away without a trace. The methods are those of customer.Mind.
type Mind interface {
	Open() (Mind, customer.Reply)
	Hear(t customer.HeardTurn) (Mind, customer.Reply)
	NextSilenceMS() int64
	Silence(ms int64, turn int) (Mind, customer.Reply)
	Said(heard string, interrupted bool) Mind
	OnHold(announced bool, turn int) (Mind, customer.Reply)
	OffHold() Mind
	LineBack(rest string, unfinished customer.Reply) (Mind, customer.Reply)
	Backchannels() []string
	Leave() practice.Ending
}

// Persona makes a customer's mind into a call's.
func Persona(m customer.Mind) Mind { return persona{m} }

type persona struct{ mind customer.Mind }

func (p persona) Open() (Mind, customer.Reply) {
	m, r := p.mind.Open()
	return persona{m}, r
}

func (p persona) Hear(t customer.HeardTurn) (Mind, customer.Reply) {
	m, r := p.mind.Hear(t)
	return persona{m}, r
}

func (p persona) Silence(ms int64, turn int) (Mind, customer.Reply) {
	m, r := p.mind.Silence(ms, turn)
	return persona{m}, r
}

func (p persona) NextSilenceMS() int64 { return p.mind.NextSilenceMS() }

func (p persona) Said(heard string, interrupted bool) Mind {
	return persona{p.mind.Said(heard, interrupted)}
}

func (p persona) OnHold(announced bool, turn int) (Mind, customer.Reply) {
	m, r := p.mind.OnHold(announced, turn)
	return persona{m}, r
}

func (p persona) OffHold() Mind { return persona{p.mind.OffHold()} }

func (p persona) LineBack(rest string, unfinished customer.Reply) (Mind, customer.Reply) {
	m, r := p.mind.LineBack(rest, unfinished)
	return persona{m}, r
}

func (p persona) Backchannels() []string { return p.mind.Backchannels() }

func (p persona) Leave() practice.Ending { return p.mind.Leave() }

// taped is a mind that keeps what it is told, for replays; judging is one that says afterwards what it made of the call.
type (
	taped   interface{ Inputs() []practice.MindInput }
	judging interface {
		Outcome(e practice.Ending) practice.Verdict
	}
)

// Inputs are all that the mind has been told.
func (p persona) Inputs() []practice.MindInput { return p.mind.Inputs() }

// Outcome is what she makes of the call.
func (p persona) Outcome(e practice.Ending) practice.Verdict { return p.mind.Outcome(e) }

// inputs are what the mind has been told since they were last written down.
func (c *Core) inputs() []practice.MindInput {
	m, ok := c.mind.(taped)
	if !ok {
		return nil
	}
	all := m.Inputs()
	out := all[min(c.taped, len(all)):]
	c.taped = len(all)
	return out
}

// outcome is what she makes of a call that ends so; nil when it was cut.
func (c *Core) outcome(e practice.Ending) *practice.Verdict {
	m, ok := c.mind.(judging)
	if !ok || e == practice.EndingNone {
		return nil
	}
	v := m.Outcome(e)
	return &v
}

// Likeness is what perception by likeness needs: who embeds a turn's sentences, and the examples that they are compared
// with. Examples is asked at every turn, since examples may become ready while calls go on; while it gives none, and
// when Embedder is nil, acts are found by rules alone.
type Likeness struct {
	Embedder Embedder
	Examples func() customer.Examples
}

// Perception makes a customer's Perceiver. When vectors cannot be had in time the rules decide alone, and the error is
// told beside the acts.
func Perception(ear *customer.Ear, l Likeness) Perceiver {
	return func(ctx context.Context, text string, words []practice.Word, said []string, p practice.Priority) ([]practice.Act, error) {
		in := customer.PerceiveInput{Text: text, Words: words, CustomerSaid: said}
		var err error
		if l.Embedder != nil && l.Examples != nil {
			in.Examples = l.Examples()
			if texts := customer.Texts(in); len(texts) > 0 && !in.Examples.Empty() {
				in.Vectors, err = l.Embedder.Embed(ctx, texts, p)
			}
		}
		return ear.Perceive(in), err
	}
}

// Setup fills a call's configuration from its scenario: who speaks how, and in which mood.
func Setup(s *practice.Scenario, started practice.CallStarted) Config {
	return Config{
		Started: started, Speaker: s.Persona.Voice.Speaker, Pace: s.Persona.Voice.Pace, Heat: int(s.Opening.Heat*100 + 0.5),
		Cuts:     int(s.Temperament.InterruptsAbove*100 + 0.5),
		EvenMood: s.Pinned != nil && !s.Pinned.MoodFloor, Voice: true, Patience: PatienceFactor(started.Patience),
	}
}

// PatienceFactor is how much longer than usual the customer waits, by the trainee's patience setting: normal (or
// empty), longer, much-longer.
func PatienceFactor(setting string) float64 {
	switch setting {
	case "longer":
		return 1.6
	case "much-longer":
		return 2.5
	default:
		return 1
	}
}
