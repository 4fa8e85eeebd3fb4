package call

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// closing is a call that the trainee has ended while words were still being recognised.
type closing struct {
	by        practice.EndedBy
	reason    string
	untilTick int64
}

// closingTicks is how long the last words are waited for.
const closingTicks = 100

// close ends the call as soon as what the trainee said last is known.
func (c *Core) close(how closing) {
	if c.closing != nil {
		return
	}
	c.closing = &how
	how.untilTick = c.tick + closingTicks
	if c.customerSpeaks() {
		c.cutReply(8)
	}
	u := &c.utt
	if u.active && !u.typed && !u.open.done && u.open.id == 0 {
		u.paused, u.sure = true, true
		u.open = c.ask(u.fromMS, max(c.voice.UpToMS(), u.lastMS), practice.PriorityFinal)
	}
	c.makeSure()
	c.keepClosing()
}

// keepClosing waits for the last words, but not for ever.
func (c *Core) keepClosing() {
	if c.utt.active {
		if _, known, _ := c.utt.text(); !known && c.tick < c.closing.untilTick {
			return
		}
	}
	c.finishClosing()
}

func (c *Core) finishClosing() {
	how := *c.closing
	m := c.mind
	if r := c.reply; r != nil && r.started {
		heard, _ := r.heardText()
		m = r.meant(m).Said(heard, r.cut)
	}
	c.finish(Finish{Ending: m.Leave(), By: how.by, Reason: how.reason})
}

// finish ends the call now. What was heard and said until now is in the record.
func (c *Core) finish(f Finish) {
	if c.ended {
		return
	}
	c.ended = true
	c.stopReading()
	c.settle()
	c.lastWords()
	c.discard()
	c.emit(practice.CallEnded{Ending: f.Ending, By: f.By, Reason: f.Reason, Inputs: c.inputs(), Outcome: c.outcome(f.Ending)})
	c.show(practice.CallState{State: practice.StateEnded})
	c.show(practice.CallOver(f))
	c.persist()
	c.put(f)
}

// lastWords keeps a turn that nobody could answer any more.
func (c *Core) lastWords() {
	u := &c.utt
	if !u.active {
		return
	}
	text, words := "", []practice.Word(nil)
	if all, known, _ := u.text(); known {
		text, words = all, u.words()
	} else { // the segments that are known
		for _, p := range u.closed {
			if p.done && p.text != "" {
				text = strings.TrimSpace(text + " " + p.text)
				words = append(words, p.words...)
			}
		}
	}
	kind := floor.Speech
	if u.overReply && !u.yielded { // hanging up has silenced her, so that her end says nothing of this voice
		kind, _ = floor.Classify(text, c.saidSince(u.startMS))
	}
	danger := customer.MeansDanger(text)
	if danger { // nobody is there to be asked: the words are kept nowhere
		c.put(ForgetSound{})
	}
	if text == "" || kind != floor.Speech || danger {
		c.clearUtterance()
		return
	}
	c.writeTurn(&prepared{text: text, words: words})
	c.clearUtterance()
}
