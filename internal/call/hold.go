package call

import "github.com/rapport-calls/rapport/internal/practice"

// holdState is the customer being on hold, whether the trainee said so or pressed the button.
type holdState struct {
	on        bool
	by        practice.HoldBy
	announced bool // the trainee told her
	counted   bool // it has counted against the trainee that nobody told her
	button    bool // … is pressed: she does not hear the microphone
	pressedMS int64
	sinceMS   int64
}

// unannouncedAfterMS is how long a button may be pressed without a word before it counts: a slip of the finger does not.
const unannouncedAfterMS = 2000

// onHold takes the button. What was being said ends there, and is taken at its pause as usual: it may announce the hold.
func (c *Core) onHold(on bool) {
	h := &c.hold
	if c.closing != nil || h.button == on || c.safety.asking {
		return
	}
	if !on {
		c.endHold(c.nowMS())
		c.discardSilence()
		c.mind = c.mind.OffHold()
		c.quietMS, c.askedMS = max(c.quietMS, c.nowMS()), 0
		return
	}
	if h.on { // it was said before
		h.by, h.button, h.pressedMS = practice.HoldByButton, true, c.nowMS()
		c.tellHold(c.nowMS())
		return
	}
	c.discardSilence()
	*h = holdState{on: true, by: practice.HoldByButton, button: true, pressedMS: c.nowMS(), sinceMS: c.nowMS()}
	c.quietMS, c.askedMS = max(c.quietMS, c.nowMS()), 0
	c.tellHold(c.nowMS())
}

// tellHold says how the hold stands.
func (c *Core) tellHold(atMS int64) {
	h := &c.hold
	c.emitAt(atMS, practice.Hold{On: h.on, By: h.by, Announced: h.announced})
	c.show(practice.Held{On: h.on, By: h.by, AtMS: atMS})
}

func (c *Core) endHold(atMS int64) {
	if !c.hold.on {
		return
	}
	c.hold.on = false
	c.tellHold(max(atMS, c.hold.sinceMS))
	c.hold = holdState{}
}

// keepHold counts a button pressed without a word, once it is sure that there was none.
func (c *Core) keepHold() {
	h := &c.hold
	if !h.on || h.announced || h.counted || !c.opened || c.utt.active || c.prep != nil || c.nowMS()-h.sinceMS < unannouncedAfterMS {
		return
	}
	h.counted = true
	m, a := c.mind.OnHold(false, c.turn-1)
	c.mind, c.heat = m, a.Heat
	c.emit(practice.MindStepped{
		Turn: -1, Ledger: a.Ledger, Heat: a.Heat, Trust: a.Trust, Needs: a.Needs, Move: a.Move, Ending: a.Ending, Cause: causeHold,
		Inputs: c.inputs(),
	})
}

// holdAfter lets a turn begin a hold or end one. startMS is when the turn began.
func (c *Core) holdAfter(holding bool, startMS int64) {
	h := &c.hold
	if h.on && startMS >= max(h.sinceMS, h.pressedMS) && !holding { // who speaks again is back
		c.endHold(startMS)
		return
	}
	switch {
	case !holding:
	case !h.on:
		*h = holdState{on: true, by: practice.HoldByWords, announced: true, sinceMS: c.nowMS()}
		c.tellHold(h.sinceMS)
	case !h.announced: // the button was quicker than the words
		h.announced = true
		c.tellHold(c.nowMS())
	}
}

// discardSilence throws away what she was about to say into a silence that is none any more.
func (c *Core) discardSilence() {
	if c.prep != nil && c.prep.cause == causeSilence {
		c.discard()
	}
}
