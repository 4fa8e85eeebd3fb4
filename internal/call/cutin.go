package call

import "github.com/rapport-calls/rapport/internal/floor"

// sealTicks is how long after a breath she may still cut in with what was said until then.
const sealTicks = 75

// hadEnough tells whether the trainee's turn has gone on for longer than an angry customer listens.
func (c *Core) hadEnough() bool {
	u := &c.utt
	if c.cfg.EvenMood || !c.opened || c.hold.on || !u.active || u.typed || u.cutIn {
		return false
	}
	limit := c.monologue.LimitMS(c.heat)
	return limit > 0 && u.lastMS-u.startMS >= limit
}

// cutsIn tells whether she takes the floor at a pause after text: a number that is being read out she lets go on.
func (c *Core) cutsIn(text string) bool { return c.hadEnough() && !floor.Dictates(text) }

// seal marks the end of what she has heard of a monologue, when the trainee goes on before she could cut in: she cuts in
// all the same, over the next words. The open segment is the last of the turn then.
func (c *Core) seal() bool {
	u := &c.utt
	if u.open.id == 0 || !c.hadEnough() || !c.mayReply() {
		return false
	}
	c.makeSure()
	u.closed = append(u.closed, u.open)
	u.sealed, u.sealTick, u.sealedMS, u.resumedMS = len(u.closed), c.tick, u.lastMS, c.voice.OnsetMS()
	u.fromMS = u.lastMS + tailMS
	return true
}

// talkOver cuts in over the words after a seal.
func (c *Core) talkOver() {
	u := &c.utt
	if u.sealed == 0 {
		return
	}
	if c.tick-u.sealTick > sealTicks || u.sealed != len(u.closed) || !c.mayReply() {
		c.unseal()
		return
	}
	whole := utterance{closed: u.closed[:u.sealed-1], open: u.closed[u.sealed-1]}
	text, known, failed := whole.text()
	if !known || failed || text == "" {
		return
	}
	if floor.Dictates(text) {
		c.unseal()
		return
	}
	c.prepareTurn(text, whole.words())
	p := c.prep
	if p == nil || !p.cutIn || !p.ready() {
		return
	}
	rest := c.utt
	u.closed, u.open, u.lastMS = whole.closed, whole.open, u.sealedMS
	c.take()
	switch {
	case c.prep == p: // not now
		c.utt = rest
	case !c.ended:
		c.utt = utterance{
			active: true, startMS: rest.resumedMS, fromMS: rest.fromMS, lastMS: rest.lastMS,
			overReply: c.customerSpeaks(), cutIn: c.customerSpeaks(),
		}
	}
}

func (c *Core) unseal() {
	c.utt.sealed = 0
	if c.prep != nil && c.prep.cutIn {
		c.discard()
	}
}

// talkedOn forgets the end of a turn that she cut in on, when it has ended while she speaks: it is on record as said over
// her words.
func (c *Core) talkedOn(quiet int64, known bool, text string) {
	if known || quiet > floor.LateWordsMS {
		c.dismiss(floor.Speech, text)
	}
}

// fellSilent forgets the end of a turn that she cut in on, when it ended before it could be heard over her words.
func (c *Core) fellSilent() {
	u := &c.utt
	if quiet := c.voice.UpToMS() - u.lastMS; u.active && u.cutIn && quiet >= floor.OverQuietMS {
		text, known, _ := u.text()
		c.talkedOn(quiet, known, text)
	}
}

// kindTalkedOn is a practice.BargeIn's kind: words over hers that did not stop her.
const kindTalkedOn = "talked_on"
