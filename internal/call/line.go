package call

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// onLineUp lets the call begin, or go on where the line went down.
func (c *Core) onLineUp(in LineIsUp) {
	if c.up {
		return
	}
	c.up = true
	c.typing = in.Typing || c.cfg.Started.Mode == practice.ModeTyped
	c.heard = heardReports{}
	c.voice.Missing(c.nowMS())
	c.voice.Forget()
	if !c.wasUp {
		c.upTick = c.tick
	}
	c.backTick, c.echoes = c.tick, 0
	c.rejoining = c.wasUp && c.opened && c.tick-c.downTick > missedTicks
	if c.rejoining {
		c.discardSilence()
	}
	again := c.wasUp
	c.wasUp = true
	c.quietMS = max(c.quietMS, c.nowMS())
	c.emit(practice.LineUp{Transport: in.Transport})
	c.show(practice.CallState{State: practice.StateLive})
	if again { // the floor may have changed while nobody could be told
		c.show(practice.FloorHeld{Holder: c.holder, AtMS: c.nowMS()})
	}
	if c.hold.on {
		c.show(practice.Held{On: true, By: c.hold.by, AtMS: c.hold.sinceMS})
	}
	if c.safety.asking {
		c.show(practice.SafetyAsked{On: true})
	}
	if c.gainDB != 0 { // a page that has just come knows of no gain
		c.show(practice.Gain{DB: c.gainDB})
	}
	c.resume()
}

// onLineDown stops the customer in mid-word. What was being said on the other side is lost with the line.
func (c *Core) onLineDown(in LineIsDown) {
	if !c.up {
		return
	}
	c.up, c.downTick = false, c.tick
	c.emit(practice.LineDown{Reason: in.Reason})
	if c.customerSpeaks() {
		c.cutReply(0)
	}
	if !c.utt.typed {
		c.clearUtterance()
	}
	c.clearOverlap()
	c.persist()
	if c.closing != nil {
		c.finishClosing()
	}
}

// onSay takes a typed turn. It stands as it is written: no pause decides when it is over. Lines typed before the
// customer answers are one turn, which has a bound too: while she says goodbye, nothing else ends it.
func (c *Core) onSay(text string) {
	text = strings.TrimSpace(text)
	if text == "" || c.closing != nil || c.safety.asking {
		return
	}
	if c.utt.active && !c.utt.typed {
		c.clearUtterance()
		c.voice.Forget() // what is said on begins after what is typed
	}
	interrupts := false
	if r := c.reply; r != nil && !r.sentAll && !r.cut {
		if r.answer.Ending == practice.EndingNone && r.started {
			c.cutReply(8)
			interrupts = true
		}
	}
	u := &c.utt
	if u.active && len(u.open.text)+1+len(text) > practice.MaxTypedText {
		c.emit(practice.Trouble{Where: "typing", Message: "a typed line was left out: the lines before it have no answer yet, and more does not fit into one turn"})
		return
	}
	if !u.active {
		*u = utterance{active: true, typed: true, startMS: c.nowMS(), silenceMS: max(0, c.nowMS()-max(c.quietMS, c.askedMS)), closed: u.closed[:0]}
		u.yielded = interrupts
		u.open.text = text
	} else {
		u.open.text += " " + text
	}
	u.lastMS = c.nowMS()
	c.discard()
	if c.mayReply() {
		c.prepare()
	}
}
