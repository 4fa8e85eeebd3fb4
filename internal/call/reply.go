package call

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	frameSamples  = practice.SampleRateOut * practice.TickMS / 1000
	clausesAhead  = 2   // clauses asked for before their turn
	synthPatience = 150 // ticks that a clause's sound is waited for; then its words come without
	// Reading pace of a clause without sound: a bit quicker than speech.
	readBaseMS, readWordMS = 250, 260
)

// clause is one clause of a reply: its words, and how long they take.
type clause struct {
	text    string
	id      int64 // work
	asked   int64 // tick
	ready   bool
	silent  bool // no sound: its words come as captions
	samples int
	pauseMS int64
	words   []spoken
	tookMS  float64
}

// spoken is a word of a clause: when in the clause, and when it went out.
type spoken struct {
	text         string
	fromMS, toMS int64
	atMS         int64 // call clock; -1 while it has not been sent
}

// reply is one of the customer's turns, from its first clause's sound to its last heard word.
type reply struct {
	generation int
	turn       int // its number in the transcript, once it has started: who says nothing takes none
	cause      string
	answer     customer.Reply
	clauses    []clause
	stages     practice.StageTimes
	trace      practice.TurnTrace
	takenTick  int64

	cur        int // the clause that plays or comes next
	playing    bool
	find       finding
	fromSample int   // where the current clause goes on
	endTick    int64 // first tick after the clause that plays
	gapTick    int64 // the next clause may begin
	taken      bool  // it is what she says next: the mind has moved with it
	started    bool
	startMS    int64
	endMS      int64 // end of what has been sent
	sentAll    bool
	cut        bool // silenced: by the trainee, or by a line that went down
	cutMS      int64
}

// newReply makes a reply out of the mind's answer and asks for its first clause.
func (c *Core) newReply(answer customer.Reply, cause string) *reply {
	c.generation++
	r := &reply{generation: c.generation, cause: cause, answer: answer}
	cut := practice.Clauses
	if c.cfg.Rendered {
		cut = practice.Sentences
	}
	for _, text := range cut(c.breathe(answer, cause)) {
		if strings.TrimSpace(text) != "" {
			r.clauses = append(r.clauses, clause{text: strings.TrimSpace(text)})
		}
	}
	c.synthesize(r)
	return r
}

// synthesize asks for the clauses that come next. Without a voice they are ready at once.
func (c *Core) synthesize(r *reply) {
	for i := r.cur; i < len(r.clauses) && i <= r.cur+clausesAhead; i++ {
		cl := &r.clauses[i]
		if cl.id != 0 || cl.ready {
			continue
		}
		if !c.cfg.Voice || c.typing {
			cl.withoutSound()
			continue
		}
		if i > 0 && !r.taken { // only the first clause is worth having before it is sure that she speaks
			return
		}
		p := practice.PriorityFirstClause
		if i > r.cur {
			p = practice.PriorityReply
		}
		cl.id, cl.asked = c.nextID(), c.tick
		c.put(Synthesize{ID: cl.id, Generation: r.generation, Clause: i, Priority: p, Request: practice.SpeechRequest{
			Text: cl.text, Speaker: c.cfg.Speaker, Pace: c.cfg.Pace, Heat: r.answer.Heat, Seed: c.cfg.Started.Seed,
		}})
	}
}

// withoutSound lets a clause's words come as captions at reading pace.
func (cl *clause) withoutSound() {
	n := len(strings.Fields(cl.text))
	cl.ready, cl.silent = true, true
	cl.samples = (readBaseMS + n*readWordMS) * practice.SampleRateOut / 1000
	cl.words = spread(cl.text, int64(readBaseMS+n*readWordMS))
}

// spread gives each word of a text its share of a duration by its letters.
func spread(text string, ms int64) []spoken {
	fields := strings.Fields(text)
	letters := int64(0)
	for _, f := range fields {
		letters += int64(len(f)) + 1
	}
	words := make([]spoken, 0, len(fields))
	at := int64(0)
	for _, f := range fields {
		from := at * ms / max(letters, 1)
		at += int64(len(f)) + 1
		words = append(words, spoken{text: f, fromMS: from, toMS: at * ms / max(letters, 1), atMS: -1})
	}
	return words
}

// onSynthesized takes a clause's sound. A clause that could not be spoken is shown instead.
func (c *Core) onSynthesized(s Synthesized) {
	if c.onHumSound(s) {
		return
	}
	r := c.reply
	cl := r.clause(s.ID)
	if cl == nil && c.prep != nil {
		r = c.prep.reply
		cl = r.clause(s.ID)
	}
	if cl == nil || cl.ready {
		return // of a reply that is gone
	}
	if s.Err != nil || s.Samples <= 0 {
		c.emit(practice.Trouble{Where: "voice", Message: "a clause could not be spoken; it was shown instead"})
		cl.withoutSound()
	} else {
		cl.ready, cl.samples, cl.pauseMS, cl.tookMS = true, s.Samples, s.PauseMS, s.TookMS
		for _, w := range s.Words {
			cl.words = append(cl.words, spoken{text: w.Text, fromMS: w.StartMS, toMS: w.EndMS, atMS: -1})
		}
		if len(cl.words) == 0 {
			cl.words = spread(cl.text, int64(s.Samples)*1000/practice.SampleRateOut)
		}
	}
}

func (r *reply) clause(id int64) *clause {
	if r == nil || id == 0 {
		return nil
	}
	for i := range r.clauses {
		if r.clauses[i].id == id {
			return &r.clauses[i]
		}
	}
	return nil
}

// first tells whether the reply can begin.
func (r *reply) first() bool { return len(r.clauses) > 0 && r.clauses[0].ready }

// giveUpWaiting lets a clause whose sound does not come be shown.
func (c *Core) giveUpWaiting(r *reply) {
	if r == nil || r.cur >= len(r.clauses) {
		return
	}
	cl := &r.clauses[r.cur]
	if !cl.ready && cl.id != 0 && c.tick-cl.asked > synthPatience {
		c.drop(cl.id)
		c.emit(practice.Trouble{Where: "voice", Message: "a clause's sound came too late; it was shown instead"})
		cl.withoutSound()
	}
}

// speak plays the reply clause by clause, and ends it when its last word has been heard. Only ticks call it: a frame
// goes out with each.
func (c *Core) speak() {
	r := c.reply
	if r == nil || r.cut || !c.up {
		return
	}
	if r.playing && c.tick >= r.endTick {
		r.playing = false
		r.gapTick = r.endTick + r.clauses[r.cur].pauseMS/practice.TickMS
		r.cur++
		r.sentAll = r.cur == len(r.clauses) && r.find.id == 0
	}
	if !r.sentAll && !r.playing && r.cur == len(r.clauses) && !c.awaitWords(r) {
		r.sentAll = true
	}
	if r.sentAll {
		if c.heardTick() >= r.endTick-1 {
			c.settle()
		}
		return
	}
	c.synthesize(r)
	c.giveUpWaiting(r)
	if r.playing || c.tick < r.gapTick || r.cur == len(r.clauses) || !r.clauses[r.cur].ready {
		return
	}
	c.play(r.fromSample)
	r.fromSample = 0
}

// play starts the current clause at a sample.
func (c *Core) play(fromSample int) {
	r := c.reply
	cl := &r.clauses[r.cur]
	if !r.started {
		c.start(r)
	}
	if !c.overlap.active {
		c.setGain(0, 8) // whatever silenced her before, she is heard now
	}
	fromMS := int64(fromSample) * 1000 / practice.SampleRateOut
	for i := range cl.words {
		if w := &cl.words[i]; w.atMS < 0 {
			w.atMS = c.nowMS() + max(0, w.fromMS-fromMS)
		}
	}
	r.playing = true
	r.endTick = c.tick + int64((cl.samples-fromSample+frameSamples-1)/frameSamples)
	r.endMS = r.endTick * practice.TickMS
	if !cl.silent {
		c.put(Play{Generation: r.generation, Clause: r.cur, FromSample: fromSample})
	}
	if cl.silent || c.captions || c.typing {
		c.show(practice.Caption{Speaker: practice.Customer, Turn: r.turn, Text: r.textTo(r.cur), AtMS: c.nowMS()})
	}
}

// start gives the customer the floor.
func (c *Core) start(r *reply) {
	r.started, r.startMS, r.turn = true, c.nowMS(), c.turn
	c.countBreath(r)
	c.turn++
	if r.cause == causeTurn {
		r.stages.SendMS = took(float64((c.tick-r.takenTick)*practice.TickMS), true)
		r.stages.SynthesizeMS = took(r.clauses[0].tookMS, !r.clauses[0].silent)
	}
	c.emit(practice.ReplyStarted{Turn: r.turn, Generation: r.generation, Move: r.answer.Move, Text: r.text(), Source: r.source(), Stages: r.stages})
	c.tellHolder()
}

func took(ms float64, ran bool) *float64 {
	if !ran {
		return nil
	}
	return &ms
}

// textTo is the reply's words up to and including a clause, as the transcript shows them.
func (r *reply) textTo(clause int) string {
	parts := make([]string, 0, clause+1)
	for i := range r.clauses[:clause+1] {
		parts = append(parts, r.clauses[i].text)
	}
	return practice.Transcribed(strings.Join(parts, " "))
}

// cutReply silences the customer within rampMS and fixes what was heard.
func (c *Core) cutReply(rampMS int) {
	r := c.reply
	if r == nil || r.cut {
		return
	}
	r.cutMS = min((c.heardTick()+1)*practice.TickMS, c.nowMS())
	r.cut, r.playing = true, false
	for i := range r.clauses {
		for j := range r.clauses[i].words {
			if w := &r.clauses[i].words[j]; w.atMS >= 0 && !w.heardBy(r.cutMS) {
				w.atMS = -1
			}
		}
	}
	c.put(Quiet{Generation: r.generation})
	c.setGain(floor.FlushDB, rampMS)
}

// resume lets a customer who was silenced by nothing go on from the word that was cut.
func (c *Core) resume() {
	r := c.reply
	switch {
	case r == nil || r.cut && (!c.up || c.utt.active || c.rejoining): // nobody to go on, nobody to hear it, or something else comes first
		return
	case !r.cut:
		c.setGain(0, 120)
		return
	}
	c.discard() // an answer that was made to a reply cut short
	r.cut = false
	for i := range r.clauses {
		for j, w := range r.clauses[i].words {
			if w.atMS < 0 {
				c.resumeAt(i, j)
				return
			}
		}
	}
	r.cur, r.sentAll, r.playing = len(r.clauses), r.find.id == 0, false
	c.setGain(0, 8)
}

// resumeAt goes on with a word of a clause. The clause plays from there at the next tick.
func (c *Core) resumeAt(clause, word int) {
	r := c.reply
	r.cur, r.sentAll, r.playing = clause, false, false
	r.gapTick = c.tick
	cl := &r.clauses[clause]
	if cl.ready && word > 0 {
		r.fromSample = int(cl.words[word].fromMS) * practice.SampleRateOut / 1000
	}
}
