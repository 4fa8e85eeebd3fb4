package call

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// heardReports is what the line has told of the trainee's ear.
type heardReports struct {
	any   bool
	frame int64
	tick  int64 // when it was told
}

// staleReportTicks is how long a report says anything about now.
const staleReportTicks = 100

// report takes a line's report. Frames that were not sent yet cannot have been heard.
func (h *heardReports) report(frame, tick int64) {
	if frame >= tick || frame < 0 || h.any && frame < h.frame {
		return
	}
	h.any, h.frame, h.tick = true, frame, tick
}

// heardTick is the last outgoing frame that the trainee has heard by now: by the line's last report and the time since,
// or, without a fresh report, by a nominal latency.
func (c *Core) heardTick() int64 {
	if c.typing || !c.cfg.Voice {
		return c.tick
	}
	h := c.heard
	if !h.any || c.tick-h.tick > staleReportTicks {
		return c.tick - nominalLatencyTicks
	}
	return min(h.frame+c.tick-h.tick, c.tick-1)
}

// heardShare is how much of a word must have been heard to have heard it.
const heardShare = 0.6

func (w *spoken) heardBy(ms int64) bool {
	return w.atMS+int64(float64(w.toMS-w.fromMS)*heardShare) <= ms
}

// heardWords are the words that the trainee heard, on the call clock. After a cut the words that were not heard have
// lost their times. Breaths and pauses are not among them.
func (r *reply) heardWords() []practice.Word {
	var out []practice.Word
	for i := range r.clauses {
		for _, w := range r.clauses[i].words {
			if w.atMS < 0 {
				return out
			}
			if practice.Transcribed(w.text) == "" {
				continue
			}
			out = append(out, practice.Word{Text: w.text, StartMS: w.atMS, EndMS: w.atMS + w.toMS - w.fromMS, Confidence: 1})
		}
		if len(r.clauses[i].words) == 0 {
			return out
		}
	}
	return out
}

// heardText parts the reply's words into what was heard and what was not, as the transcript shows them.
func (r *reply) heardText() (heard, unheard string) {
	var h, u []string
	for i := range r.clauses {
		cl := &r.clauses[i]
		n := 0
		for n < len(cl.words) && cl.words[n].atMS >= 0 {
			n++
		}
		switch {
		case len(u) > 0 || n == 0:
			u = append(u, cl.text)
		case n == len(cl.words):
			h = append(h, cl.text)
		default:
			fields := strings.Fields(cl.text)
			k := cl.written(n, len(fields))
			if k > 0 {
				h = append(h, strings.Join(fields[:k], " "))
			}
			u = append(u, strings.Join(fields[k:], " "))
		}
	}
	return practice.Transcribed(strings.Join(h, " ")), practice.Transcribed(strings.Join(u, " "))
}

// written is how many of the clause's written words were heard with its first n spoken ones: a voice may say several as
// one (a word and the dash after it). Where its words are not the text's ("25" in two), only those count of which it is
// sure, each written word being at least one spoken: what was not heard must not be taken for said.
func (cl *clause) written(n, fields int) int {
	first, all := 0, 0
	for i := range cl.words {
		size := len(strings.Fields(cl.words[i].text))
		all += size
		if i < n {
			first += size
		}
	}
	if all == fields {
		return first
	}
	return max(0, min(n, fields-(len(cl.words)-n)))
}

// settle ends the customer's turn: what was heard enters the transcript and her memory, the rest stays on record as
// never heard. A turn that carries an ending ends the call.
func (c *Core) settle() {
	r := c.reply
	if r == nil {
		return
	}
	if !r.cut && !r.sentAll {
		c.cutReply(8)
	}
	c.reply = nil
	c.drop(r.find.id)
	c.clearOverlap()
	c.put(Release{Generation: r.generation})
	for i := range r.clauses {
		if !r.clauses[i].ready {
			c.drop(r.clauses[i].id)
		}
	}
	if !r.started {
		return
	}
	heard, unheard := r.heardText()
	words := r.heardWords()
	end := r.endMS
	if r.cut {
		end = r.startMS
		if n := len(words); n > 0 { // the last word may have been cut in its second half
			words[n-1].EndMS = max(words[n-1].StartMS, min(words[n-1].EndMS, r.cutMS))
			end = words[n-1].EndMS
		}
	}
	c.mind = r.meant(c.mind).Said(heard, r.cut)
	if plain := practice.WithoutMarks(heard); plain != "" {
		c.script = append(c.script, customer.ScriptLine{Speaker: practice.Customer, Text: plain})
		c.said = append(c.said, plain)
	}
	c.replyEndMS = end
	e := practice.ReplyHeard{
		Turn: r.turn, Generation: r.generation, Text: heard, Unheard: unheard, Words: words, StartMS: r.startMS, EndMS: end, Interrupted: r.cut,
	}
	c.emit(e)
	c.tellWords(r)
	shown := practice.TurnShown{
		Turn: r.turn, Speaker: practice.Customer, Text: heard, Unheard: unheard, StartMS: r.startMS, EndMS: end, Words: words, Stages: &r.stages,
	}
	c.show(shown)
	if c.captions || c.typing {
		c.show(practice.Caption{Speaker: practice.Customer, Turn: r.turn, Text: heard, Final: true, AtMS: c.nowMS()})
	}
	c.traceReply(r, end)
	c.persist()
	if r.cause == causeSilence {
		c.askedMS = c.nowMS()
	} else {
		c.quietMS, c.askedMS = c.nowMS(), 0
	}
	if r.answer.Ending != practice.EndingNone && !r.cut {
		c.finish(Finish{Ending: r.answer.Ending, By: practice.EndedByCustomer, Reason: string(r.answer.Move)})
	}
}

// saidSince is what a microphone near a loudspeaker may hear of the customer from a time on.
func (c *Core) saidSince(ms int64) string {
	const delayMS = 1500 // of the slowest echo path, with a margin for long words
	r := c.reply
	if r == nil {
		if len(c.said) == 0 {
			return ""
		}
		return c.said[len(c.said)-1]
	}
	var b strings.Builder
	for i := range r.clauses {
		for _, w := range r.clauses[i].words {
			if w.atMS >= ms-delayMS && w.atMS <= c.nowMS() && !practice.IsMark(w.text) {
				b.WriteString(w.text)
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}
