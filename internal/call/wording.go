package call

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Wordsmith finds other words for a line of the customer's than the authored ones: a model. Say gives each clause as soon
// as it may be spoken; an outcome of authored gave none. Both may be called from several goroutines.
type Wordsmith interface {
	Say(ctx context.Context, w customer.Wording, give func(clause string)) practice.Worded
	Spent() practice.WordsSpent
}

// reworder is a mind whose lines may be said in other words.
type reworder interface {
	Wording(r customer.Reply, t customer.HeardTurn, script []customer.ScriptLine) (customer.Wording, bool)
	Reworded(text string) Mind
}

// Wording is what a model is asked for, for the reply that the mind has just given to a turn.
func (p persona) Wording(r customer.Reply, t customer.HeardTurn, script []customer.ScriptLine) (customer.Wording, bool) {
	return p.mind.Wording(r, t, script)
}

// Reworded is the mind when her newest reply is said in these words.
func (p persona) Reworded(text string) Mind { return persona{p.mind.Reworded(text)} }

// FindWords asks for the words of a reply, clause by clause.
type FindWords struct {
	ID      int64
	Wording customer.Wording
}

// WordsFound answers a FindWords, a clause at a time; the last answer is Done and holds how it went.
type WordsFound struct {
	ID     int64
	Clause string
	Done   bool
	Worded practice.Worded
}

func (FindWords) output() {}
func (WordsFound) input() {}

const (
	// A reply whose turn could be taken waits so long for its first clause: with the time that its sound takes, the
	// customer answers within 1.2 s of it, whatever a server does.
	wordsTicks = 1000 / practice.TickMS
	// Between two clauses she may be silent for as long as people are who look for a word.
	nextWordsTicks = 700 / practice.TickMS
	// wordsMax bounds what nobody waits for any more.
	wordsMax = 10 * time.Second
)

// finding is a reply whose words a model looks for.
type finding struct {
	id      int64 // work; 0 when there is none to wait for
	asked   int64 // tick
	due     int64 // tick at which the authored words are said instead; 0 while nobody waits
	firstMS float64
	wording customer.Wording
	worded  *practice.Worded // once it is known how it went
	model   bool             // a model's words are said
}

// word makes the reply to a turn: with a model when the call has one and it may be asked, else in the authored words.
func (c *Core) word(m Mind, answer customer.Reply, t customer.HeardTurn) *reply {
	rw, ok := m.(reworder)
	if !ok || !c.cfg.Model {
		return c.newReply(answer, causeTurn)
	}
	script := slices.Clip(c.script)
	if r := c.reply; r != nil && r.started {
		if heard, _ := r.heardText(); heard != "" {
			script = append(script, customer.ScriptLine{Speaker: practice.Customer, Text: heard})
		}
	}
	script = append(slices.Clip(script), customer.ScriptLine{Speaker: practice.Trainee, Text: t.Text})
	w, ok := rw.Wording(answer, t, script)
	if !ok {
		return c.newReply(answer, causeTurn)
	}
	c.generation++
	r := &reply{generation: c.generation, cause: causeTurn, answer: answer}
	r.find = finding{id: c.nextID(), asked: c.tick, wording: w}
	c.put(FindWords{ID: r.find.id, Wording: w})
	return r
}

// onWordsFound takes a clause, or the end of a line.
func (c *Core) onWordsFound(in WordsFound) {
	r := c.reply
	if r == nil || r.find.id != in.ID {
		if c.prep == nil || c.prep.reply == nil || c.prep.reply.find.id != in.ID {
			return // of a reply that is gone
		}
		r = c.prep.reply
	}
	if in.ID == 0 {
		return
	}
	if !in.Done {
		c.addClause(r, in.Clause)
		return
	}
	r.find.id = 0
	worded := in.Worded
	r.find.worded = &worded
	if worded.Outage != "" {
		c.emit(practice.Trouble{Where: "words", Message: "her words are the authored ones for a while: " + worded.Outage})
		c.show(practice.Advice{Code: practice.AdviceWords})
	}
	if len(r.clauses) == 0 {
		c.sayAuthored(r)
	}
}

// addClause lets her say a clause more.
func (c *Core) addClause(r *reply, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if len(r.clauses) == 0 {
		r.find.firstMS = float64((c.tick - r.find.asked) * practice.TickMS)
	}
	r.find.model = true
	r.clauses = append(r.clauses, clause{text: text})
	r.sentAll = false
	c.synthesize(r)
}

// sayAuthored gives a reply its authored words.
func (c *Core) sayAuthored(r *reply) {
	r.find.firstMS = float64((c.tick - r.find.asked) * practice.TickMS)
	for _, text := range practice.Clauses(r.answer.Text) {
		if text = strings.TrimSpace(text); text != "" {
			r.clauses = append(r.clauses, clause{text: text})
		}
	}
	c.synthesize(r)
}

// giveUpWords says the authored words when the model's do not come in time. It is asked while the turn could be taken.
func (c *Core) giveUpWords(r *reply) {
	if r == nil || r.find.id == 0 || len(r.clauses) > 0 {
		return
	}
	if r.find.due == 0 {
		r.find.due = c.tick + wordsTicks
	}
	if c.tick < r.find.due {
		return
	}
	c.drop(r.find.id)
	r.find.id = 0
	r.find.worded = &practice.Worded{Source: practice.SourceAuthored, Why: "the model's words did not come in time", TookMS: float64((c.tick - r.find.asked) * practice.TickMS)}
	c.sayAuthored(r)
}

// awaitWords is asked when all that is known of her line has been said. It tells whether more of it comes.
func (c *Core) awaitWords(r *reply) bool {
	if r.find.id == 0 {
		return false
	}
	if c.tick-r.endTick <= nextWordsTicks {
		return true
	}
	c.drop(r.find.id)
	r.find.id = 0
	r.find.worded = &practice.Worded{Source: practice.SourceModel, Why: "the rest of the model's line did not come in time", TookMS: float64((c.tick - r.find.asked) * practice.TickMS)}
	if tail := r.find.wording.Tail(r.clauses[len(r.clauses)-1].text, r.generation); tail != "" {
		c.addClause(r, tail)
	}
	return r.cur < len(r.clauses)
}

// perceiver names who found acts: the rules, and the model when one of them is its.
func (c *Core) perceiver(acts []practice.Act) string {
	version := c.cfg.Started.PerceiverVersion
	if slices.ContainsFunc(acts, func(a practice.Act) bool { return a.By == customer.ByModel }) {
		version += "+" + c.cfg.Started.Words
	}
	return version
}

// meant is the mind when what it last said was said in a reply's words.
func (r *reply) meant(m Mind) Mind {
	if rw, ok := m.(reworder); ok && r.find.model {
		heard, unheard := r.heardText()
		return rw.Reworded(strings.TrimSpace(heard + " " + unheard))
	}
	return m
}

// source says whose words a reply is said in.
func (r *reply) source() string {
	if r.find.model {
		return practice.SourceModel
	}
	return practice.SourceAuthored
}

// text is all that is known of what she means to say.
func (r *reply) text() string {
	if !r.find.model {
		return r.answer.Text
	}
	return r.textTo(len(r.clauses) - 1)
}

// tellWords writes down how a reply's words were found.
func (c *Core) tellWords(r *reply) {
	if r.find.worded != nil {
		c.emit(practice.ReplyWorded{Turn: r.turn, Generation: r.generation, Worded: *r.find.worded})
	}
}

// findWords asks the call's wordsmith.
func (o *owner) findWords(ctx context.Context, f FindWords) {
	o.start(ctx, f.ID, practice.StageWords, wordsMax, func(work context.Context) answer {
		worded := o.ticket.Words.Say(work, f.Wording, func(clause string) {
			select {
			case o.answers <- answer{id: f.ID, in: WordsFound{ID: f.ID, Clause: clause}, more: true}:
			case <-work.Done():
			}
		})
		return answer{in: WordsFound{ID: f.ID, Done: true, Worded: worded}}
	})
}
