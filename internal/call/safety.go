package call

import (
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// safety is the call standing still because the trainee's words may have been about the trainee, and not about the case.
type safety struct{ asking bool }

// SafetyChosen is the trainee's answer to the question whether that was part of the practice.
type SafetyChosen struct{ GoOn bool }

// ForgetSound says that the call's sound must not be kept: words are in it that stand nowhere else.
type ForgetSound struct{}

func (SafetyChosen) input() {}
func (ForgetSound) output() {}

// asksAfter stops the call when words may mean that the trainee is in danger, and asks. It tells whether it stands still.
// The words go nowhere: not into the transcript, not to perception or a model, not into the customer's mind.
func (c *Core) asksAfter(text string) bool {
	if c.safety.asking {
		return true
	}
	if c.ended || !customer.MeansDanger(text) {
		return false
	}
	c.safety.asking = true
	c.discard()
	if r := c.reply; r != nil {
		if r.started && !r.cut {
			c.cutReply(8)
		}
		c.settle()
		if c.ended {
			return true
		}
	}
	if c.captions {
		c.show(practice.Caption{Speaker: practice.Trainee, Turn: c.turn, AtMS: c.nowMS()}) // off the screen
	}
	c.clearUtterance()
	c.clearOverlap()
	c.voice.Forget()
	c.put(ForgetSound{})
	c.show(practice.SafetyAsked{On: true})
	return true
}

// onSafetyChosen lets the call go on as if nothing had been said, or ends it as if the trainee had hung up.
func (c *Core) onSafetyChosen(goOn bool) {
	if !c.safety.asking || c.closing != nil {
		return
	}
	choice := practice.SafetyGoOn
	if !goOn {
		choice = practice.SafetyStop
	}
	c.emit(practice.Safety{Choice: choice})
	c.show(practice.SafetyAsked{})
	c.safety.asking = false
	if !goOn {
		c.finish(Finish{Ending: c.mind.Leave(), By: practice.EndedByTrainee, Reason: "hung up"})
		return
	}
	c.voice.Forget()
	c.quietMS, c.askedMS = max(c.quietMS, c.nowMS()), 0
	c.persist()
}
