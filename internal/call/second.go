package call

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of a second reading.
const (
	secondTicks  = 45   // it is waited for 0.9 s at most, while the reply is being said: a kill may cost a second of events, not more
	secondSpanMS = 9500 // sound read as one
	secondLess   = 0.7  // fewer or more words than this share of the first reading: one of them is wrong, keep the first
	secondMore   = 1.4
	secondAgoMS  = 18_000 // sound that began longer ago may be leaving the microphone's memory: its first reading stays
)

// secondReading is a trainee's turn that was cut into segments while it was said, so that the reply did not have to wait
// for all of it, and is now read again as one for the transcript: a recogniser hears less well when a sentence is cut.
// The turn's event, and those after it, wait so long.
type secondReading struct {
	turn      practice.TraineeTurn
	atMS      int64 // when it was committed
	acts      []practice.Act
	pieces    []piece
	untilTick int64
	held      []Emit
}

// readAgain reads a turn again when cuts came inside it. It tells whether the turn's event waits for that.
func (c *Core) readAgain(t practice.TraineeTurn, acts []practice.Act) bool {
	u := &c.utt
	if u.typed || len(u.closed) == 0 || c.second != nil {
		return false
	}
	all := append(append([]piece(nil), u.closed...), u.open)
	var groups []piece
	merged := false
	for _, p := range all {
		n := len(groups)
		if n > 0 && p.toMS-groups[n-1].fromMS <= secondSpanMS && c.nowMS()-groups[n-1].fromMS <= secondAgoMS && !p.failed && !groups[n-1].failed {
			groups[n-1].toMS, groups[n-1].done = p.toMS, false
			merged = true
			continue
		}
		groups = append(groups, p)
	}
	if !merged {
		return false
	}
	for i := range groups {
		if p := &groups[i]; !p.done {
			// Not a guess: with many calls guesses wait so long that the words would stay as they were first read.
			*p = c.ask(p.fromMS, p.toMS, practice.PriorityReply)
		}
	}
	c.second = &secondReading{turn: t, atMS: c.nowMS(), acts: acts, pieces: groups, untilTick: c.tick + secondTicks}
	return true
}

// onSecondWords takes a second reading's words. It tells whether they were one's.
func (c *Core) onSecondWords(w Words) bool {
	s := c.second
	if s == nil {
		return false
	}
	for i := range s.pieces {
		p := &s.pieces[i]
		if p.done || p.id != w.ID {
			continue
		}
		if w.Err != nil {
			c.stopReading()
			return true
		}
		p.done, p.text, p.words = true, strings.TrimSpace(w.Text), w.Words
		c.keepReading()
		return true
	}
	return false
}

// keepReading ends a second reading when all of it has come, or the time is over.
func (c *Core) keepReading() {
	s := c.second
	if s == nil {
		return
	}
	for i := range s.pieces {
		if !s.pieces[i].done {
			if c.tick >= s.untilTick {
				c.stopReading()
			}
			return
		}
	}
	var texts []string
	var words []practice.Word
	for _, p := range s.pieces {
		if p.text != "" {
			texts = append(texts, p.text)
		}
		words = append(words, p.words...)
	}
	text := strings.Join(texts, " ")
	if s.believes(text) {
		s.turn.MindText, s.turn.Text, s.turn.Words = s.turn.Text, text, words
	}
	c.stopReading()
	switch { // what the first reading had misheard
	case !customer.MeansDanger(text):
	case c.closing != nil:
		c.put(ForgetSound{})
	default:
		c.asksAfter(text)
	}
}

// believes tells whether a second reading may stand in the transcript: it has about as many words, and every quote that
// moved the customer is still in it.
func (s *secondReading) believes(text string) bool {
	first, second := len(practice.Tokens(s.turn.Text)), len(practice.Tokens(text))
	if text == s.turn.Text || customer.MeansDanger(text) || float64(second) < secondLess*float64(first) || float64(second) > secondMore*float64(first) {
		return false
	}
	for _, a := range s.acts {
		if !strings.Contains(text, a.Quote) {
			return false
		}
	}
	return true
}

// stopReading writes the turn down as it is known now, and what waited behind it.
func (c *Core) stopReading() {
	s := c.second
	if s == nil {
		return
	}
	c.second = nil
	for _, p := range s.pieces {
		if !p.done {
			c.drop(p.id)
		}
	}
	c.tellTurn(s.turn, s.atMS)
	for _, e := range s.held {
		c.put(e)
	}
	c.put(Persist{})
}
