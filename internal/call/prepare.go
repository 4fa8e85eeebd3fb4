package call

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Why the customer speaks.
const (
	causeTurn    = "turn"
	causeOpening = "opening"
	causeSilence = "silence"
	causeHold    = "hold"
	causeLine    = "line"
)

const (
	prepareAheadMS    = 500 // a reply is prepared so long before the pause is long enough
	perceivePatience  = 60  // ticks that perception is waited for; then the words move nothing
	openingDelayTicks = 40  // the customer opens 0.8 s after the line is up
)

// DidNotCatch is said when a turn could not be recognised and the mind has no words for it.
const DidNotCatch = "Sorry, say that again? I didn't catch it."

// prepared is a reply made while it is not yet sure that it will be said. It rests on a copy of the mind: thrown away,
// it leaves no trace.
type prepared struct {
	cause     string
	text      string // of the trainee's turn
	words     []practice.Word
	perceive  int64 // work; 0 when there is none to wait for
	askedTick int64
	acts      []practice.Act
	unsure    bool
	cutIn     bool // she cuts in on a turn that goes on too long for her
	tookMS    float64
	mind      Mind
	answer    customer.Reply
	reply     *reply // nil while the mind has not answered
}

// ready tells whether the customer could speak now.
func (p *prepared) ready() bool {
	return p.reply != nil && (len(p.reply.clauses) == 0 && p.reply.find.id == 0 || p.reply.first())
}

// prepare makes a reply to what the trainee has said so far, unless it is being made already.
func (c *Core) prepare() {
	u := &c.utt
	text, known, failed := u.text()
	if !known || text == "" && !failed {
		return
	}
	c.prepareTurn(text, u.words())
}

// prepareTurn makes a reply to a turn with these words.
func (c *Core) prepareTurn(text string, words []practice.Word) {
	if c.asksAfter(text) {
		return
	}
	cutIn := c.cutsIn(text)
	if p := c.prep; p != nil && p.cause == causeTurn && p.text == text && p.cutIn == cutIn {
		if p.perceive != 0 && c.tick-p.askedTick > perceivePatience {
			c.drop(p.perceive)
			c.emit(practice.Trouble{Where: "perception", Message: "what was said could not be judged in time; it moved nothing"})
			p.perceive, p.unsure = 0, true
			c.think()
		}
		return
	}
	c.discard()
	p := &prepared{cause: causeTurn, text: text, words: words, cutIn: cutIn, askedTick: c.tick}
	p.unsure = text == "" || customer.Unsure(p.words)
	c.prep = p
	if text == "" {
		c.think()
		return
	}
	p.perceive = c.nextID()
	c.put(Perceive{ID: p.perceive, Text: text, Words: p.words, CustomerSaid: c.saidSoFar(), Priority: practice.PriorityFirstClause})
}

// saidSoFar is what the customer has said, with what was heard of a line that has just ended or been cut.
func (c *Core) saidSoFar() []string {
	said := slices.Clip(c.said)
	if c.reply != nil && c.reply.started {
		if heard, _ := c.reply.heardText(); practice.WithoutMarks(heard) != "" {
			said = append(said, practice.WithoutMarks(heard))
		}
	}
	return said
}

// onPerceived takes the acts of the turn that is being prepared for.
func (c *Core) onPerceived(in Perceived) {
	p := c.prep
	if p == nil || p.perceive == 0 || in.ID != p.perceive {
		return
	}
	p.perceive, p.acts, p.tookMS = 0, in.Acts, in.TookMS
	if in.Err != nil {
		c.emit(practice.Trouble{Where: "perception", Message: "what was said was judged by rules alone"})
	}
	c.think()
}

// think lets a copy of the mind answer the prepared turn.
func (c *Core) think() {
	p, u := c.prep, &c.utt
	m := c.mind
	if r := c.reply; r != nil && r.started {
		heard, _ := r.heardText()
		m = r.meant(m).Said(heard, r.cut)
	}
	turn := customer.HeardTurn{
		Turn: c.turn, Text: p.text, Acts: p.acts, Unsure: p.unsure, SilenceMS: u.silenceMS,
		DurationMS: max(0, u.lastMS-u.startMS), Interrupted: u.yielded, CutIn: p.cutIn,
	}
	m, p.answer = m.Hear(turn)
	if p.text == "" && strings.TrimSpace(p.answer.Text) == "" {
		p.answer.Text = DidNotCatch
	}
	p.mind = m
	p.reply = c.word(m, p.answer, turn)
}

// discard throws a prepared reply away.
func (c *Core) discard() {
	p := c.prep
	if p == nil {
		return
	}
	c.prep = nil
	c.drop(p.perceive)
	if p.reply == nil {
		return
	}
	c.drop(p.reply.find.id)
	for i := range p.reply.clauses {
		if !p.reply.clauses[i].ready {
			c.drop(p.reply.clauses[i].id)
		}
	}
	c.put(Release{Generation: p.reply.generation})
}

// take commits the trainee's turn and gives the customer the floor, once her reply can begin. Until then the turn is
// open: a voice that goes on takes it up again and nothing has been said in between. Only ticks take.
func (c *Core) take() {
	p := c.prep
	if !c.ticking || !c.up || p == nil || p.cause != causeTurn || c.nowMS() < c.hums.freeMS {
		return
	}
	c.giveUpWords(p.reply)
	c.giveUpWaiting(p.reply)
	if !p.ready() {
		return
	}
	u := c.utt
	if u.yielded && c.reply != nil {
		c.emit(practice.BargeIn{Generation: c.reply.generation, Kind: "yielded", OnsetMS: u.startMS})
	}
	c.settle()
	if c.ended {
		return
	}
	c.writeTurn(p)
	c.emit(practice.TurnPerceived{Turn: c.turn - 1, Perceiver: c.perceiver(p.acts), Acts: p.acts, Unsure: p.unsure})
	c.askedMS, c.quietMS = 0, max(u.lastMS, c.quietMS)
	recognize := u.open.tookMS
	p.reply.stages.RecognizeMS = took(recognize, !u.typed)
	p.reply.stages.DecideMS = took(p.tookMS, p.text != "")
	p.reply.stages.WordsMS = took(p.reply.find.firstMS, p.reply.find.firstMS > 0)
	endpoint := float64(c.nowMS()-u.lastMS) - recognize - p.tookMS - p.reply.find.firstMS - p.reply.firstTook()
	p.reply.stages.EndpointMS = took(max(0, endpoint), !u.typed)
	c.traceTurn(p)
	c.utt = utterance{closed: u.closed[:0]}
	c.clearOverlap()
	c.adviseLevel()
	c.opened, c.rejoining = true, false
	c.holdAfter(p.answer.Holding, u.startMS)
	c.give(c.turn - 1)
}

func (r *reply) firstTook() float64 {
	if len(r.clauses) == 0 {
		return 0
	}
	return r.clauses[0].tookMS
}

// writeTurn puts the trainee's turn into the transcript.
func (c *Core) writeTurn(p *prepared) {
	u := &c.utt
	t := practice.TraineeTurn{
		Turn: c.turn, Text: p.text, Words: p.words, StartMS: max(spokenFrom(u.startMS, p.words), c.saidUpToMS), Typed: u.typed,
		WaitedMS: max(0, c.nowMS()-u.lastMS), Interrupted: u.yielded, SilenceMS: u.silenceMS,
	}
	t.EndMS = max(u.lastMS, t.StartMS)
	c.saidUpToMS = t.EndMS
	c.script = append(c.script, customer.ScriptLine{Speaker: practice.Trainee, Text: t.Text, Odd: isOdd(p.acts)})
	if u.ends.Known() {
		estimate := u.ends.Probability()
		t.EndpointP = &estimate
	}
	c.turn++
	if p.cause == causeTurn && c.readAgain(t, p.acts) {
		return
	}
	c.tellTurn(t, c.nowMS())
}

// isOdd tells a turn that tried to make the customer somebody else.
func isOdd(acts []practice.Act) bool {
	return slices.ContainsFunc(acts, func(a practice.Act) bool { return a.Name == practice.ActManipulation })
}

// spokenFrom is when a turn begins to be heard. The detector finds a voice once it is loud; a word that begins softly,
// with an s or a th, is known to begin earlier.
func spokenFrom(startMS int64, words []practice.Word) int64 {
	const soft = 200
	if len(words) == 0 || words[0].StartMS >= startMS {
		return startMS
	}
	return max(0, startMS-soft, words[0].StartMS)
}

// tellTurn writes the trainee's turn down and shows it.
func (c *Core) tellTurn(t practice.TraineeTurn, atMS int64) {
	c.emitAt(atMS, t)
	if c.captions && !t.Typed {
		c.show(practice.Caption{Speaker: practice.Trainee, Turn: t.Turn, Text: t.Text, Final: true, AtMS: c.nowMS()})
	}
	c.show(practice.TurnShown{Turn: t.Turn, Speaker: practice.Trainee, Text: t.Text, StartMS: t.StartMS, EndMS: t.EndMS, Words: t.Words})
}

// give makes the prepared answer what happens: the mind has moved, and the reply takes its place in the transcript.
// turn is the trainee's turn that moved her, or -1.
func (c *Core) give(turn int) {
	p := c.prep
	c.prep = nil
	c.mind, c.heat = p.mind, p.answer.Heat
	a := p.answer
	c.emit(practice.MindStepped{
		Turn: turn, Ledger: a.Ledger, Heat: a.Heat, Trust: a.Trust, Needs: a.Needs, Move: a.Move, Told: a.Told, Ending: a.Ending, Cause: p.cause,
		Inputs: c.inputs(),
	})
	c.persist()
	if len(p.reply.clauses) == 0 { // she keeps silent
		c.put(Release{Generation: p.reply.generation})
		if a.Ending != practice.EndingNone {
			c.finish(Finish{Ending: a.Ending, By: practice.EndedByCustomer, Reason: string(a.Move)})
			return
		}
		if p.cause == causeTurn {
			c.quietMS = c.nowMS()
		}
		return
	}
	r := p.reply
	r.taken, r.takenTick = true, c.tick
	c.reply = r
	c.speak()
}
