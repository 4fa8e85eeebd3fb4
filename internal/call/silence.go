package call

import (
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// idle tells whether nobody speaks and nothing is being prepared.
func (c *Core) idle() bool { return c.up && !c.utt.active && c.reply == nil }

// open lets the customer say why she calls, unless the trainee is speaking already.
func (c *Core) open() {
	if c.opened || !c.idle() {
		return
	}
	if c.prep == nil {
		c.prep = &prepared{cause: causeOpening}
		c.prep.mind, c.prep.answer = c.mind.Open()
		c.prep.reply = c.newReply(c.prep.answer, causeOpening)
	}
	c.giveUpWaiting(c.prep.reply)
	if c.tick-c.upTick < openingDelayTicks || !c.prep.ready() || c.voice.QuietMS() == 0 && c.voice.UpToMS() > 0 {
		return
	}
	c.opened = true
	c.give(-1)
}

// breakSilence lets the customer ask whether anybody is there.
func (c *Core) breakSilence() {
	if !c.opened || c.rejoining || !c.idle() {
		return
	}
	if c.prep == nil && !c.askIntoSilence() {
		return
	}
	if c.prep.cause != causeSilence {
		return
	}
	c.giveUpWaiting(c.prep.reply)
	if c.prep.ready() {
		c.give(-1)
	}
}

// typingFactor is how much longer silence may last where turns are typed.
const typingFactor = 5

// givesUpAfterMS bounds a silence into which the mind says nothing: no call stays open for ever.
const givesUpAfterMS = 300_000

// askIntoSilence lets the mind speak when nobody has for long enough. It tells whether she is about to.
func (c *Core) askIntoSilence() bool {
	factor := max(c.cfg.Patience, 1)
	if c.typing {
		factor *= typingFactor
	}
	quiet := c.nowMS() - c.quietMS
	q := floor.Quiet{LimitMS: c.mind.NextSilenceMS(), SinceAskedMS: c.nowMS() - c.askedMS, Turn: c.turn}
	if !c.rest.Due(int64(float64(quiet)/factor), q) {
		return false
	}
	m, answer := c.mind.Silence(int64(float64(quiet)/factor), c.turn)
	c.askedMS = c.nowMS()
	if answer.Text == "" && answer.Ending == practice.EndingNone {
		if quiet > givesUpAfterMS {
			c.finish(Finish{Ending: practice.EndingAbandoned, By: practice.EndedByCustomer, Reason: "nobody spoke"})
		}
		return false
	}
	c.prep = &prepared{cause: causeSilence, mind: m, answer: answer}
	c.prep.reply = c.newReply(answer, causeSilence)
	return true
}
