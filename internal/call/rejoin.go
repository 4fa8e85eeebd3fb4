package call

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// A line that was gone for longer than this has been missed: she asks whether somebody is there before she goes on. And
// she gives the new line a moment to carry her first word.
const (
	missedTicks  = 3000 / practice.TickMS
	lineBackTick = 800 / practice.TickMS
)

// sayLineBack lets the customer say "Hello? Are you there?" when the line is back, and repeat the clause that was cut off.
// A trainee who speaks first needs no asking.
func (c *Core) sayLineBack() {
	if !c.rejoining || !c.up || c.utt.active { // who speaks may only have coughed
		return
	}
	r := c.reply
	if c.hold.on || r != nil && !r.cut {
		c.rejoining = false
		if c.prep != nil && c.prep.cause == causeLine {
			c.discard()
		}
		c.resume()
		return
	}
	if c.prep == nil && !c.prepareLineBack() {
		c.rejoining = false
		c.resume()
		return
	}
	if c.prep.cause != causeLine {
		return
	}
	c.giveUpWaiting(c.prep.reply)
	if c.tick-c.backTick < lineBackTick || !c.prep.ready() {
		return
	}
	c.rejoining = false
	c.settle()
	if !c.ended {
		c.give(-1)
	}
}

// prepareLineBack makes what she says. It tells whether she says anything.
func (c *Core) prepareLineBack() bool {
	m, p := c.mind, &prepared{cause: causeLine}
	if r := c.reply; r != nil && r.started {
		rest := r.rest()
		if rest == "" && r.answer.Ending != practice.EndingNone {
			return false // all was heard, and the call ends with it
		}
		heard, _ := r.heardText()
		p.mind, p.answer = r.meant(m).Said(heard, r.cut).LineBack(rest, r.answer)
	} else {
		p.mind, p.answer = m.LineBack("", p.answer)
	}
	if p.answer.Text == "" {
		return false
	}
	p.reply = c.newReply(p.answer, causeLine)
	c.prep = p
	return true
}

// rest is what was not heard of the reply, from the beginning of the clause that was cut.
func (r *reply) rest() string {
	var out []string
	for i := range r.clauses {
		cl := &r.clauses[i]
		if len(out) > 0 || len(cl.words) == 0 || cl.words[len(cl.words)-1].atMS < 0 {
			out = append(out, cl.text)
		}
	}
	return strings.Join(out, " ")
}
