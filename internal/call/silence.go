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
	if !c.opened || !c.idle() {
		return
	}
	if c.prep == nil {
		since := max(c.quietMS, c.askedMS)
		q := floor.Quiet{Turn: c.turn, Asked: c.asked, Heat: c.mood(), HoldMS: c.holdMS}
		wait := float64(c.rest.AfterMS(q)) * max(c.cfg.Patience, 1)
		if c.typing {
			wait *= typingFactor
		}
		if c.nowMS()-since < int64(wait) {
			return
		}
		m, answer := c.mind.Silence(c.nowMS()-c.quietMS, c.turn)
		c.asked++
		c.askedMS = c.nowMS()
		if answer.Text == "" && answer.Ending == practice.EndingNone {
			if c.asked > givesUpAfter {
				c.finish(Finish{Ending: practice.EndingAbandoned, By: practice.EndedByCustomer, Reason: "nobody spoke"})
				return
			}
			if len(answer.Ledger) > 0 {
				c.prep = &prepared{cause: causeSilence, mind: m, answer: answer, reply: c.newReply(answer, causeSilence)}
				c.give(-1)
			}
			return
		}
		c.prep = &prepared{cause: causeSilence, mind: m, answer: answer, reply: c.newReply(answer, causeSilence)}
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

// givesUpAfter bounds how often a silent mind is asked before the customer is gone: no call stays open for ever.
const givesUpAfter = 8
