package call

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// answers counts her replies to the trainee's turns, and those that began with a breath or a sigh, authored ones too.
type answers struct{ begun, breathed int }

// breathe is a reply's text as it is spoken: sometimes she breathes in or sighs first. What her lines have of it by
// themselves is enough.
func (c *Core) breathe(answer customer.Reply, cause string) string {
	if cause != causeTurn || !c.cfg.Voice || c.cfg.EvenMood || c.typing || answer.Text == "" || practice.WithoutMarks(answer.Text) != answer.Text {
		return answer.Text
	}
	mark := c.breathing.Mark(floor.Answering{Heat: answer.Heat, Move: answer.Move, Replies: c.answers.begun, Before: c.answers.breathed})
	if mark == "" {
		return answer.Text
	}
	return mark + " " + answer.Text
}

func (c *Core) countBreath(r *reply) {
	if r.cause != causeTurn {
		return
	}
	c.answers.begun++
	if first, _, _ := strings.Cut(r.clauses[0].text, " "); practice.IsMark(first) {
		c.answers.breathed++
	}
}
