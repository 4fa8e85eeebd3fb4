package call

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// piece is one segment of the trainee's sound and its words.
type piece struct {
	id           int64 // 0: never asked for
	fromMS, toMS int64
	tries        int
	asked        int64 // tick
	done, failed bool
	text         string
	words        []practice.Word
	tookMS       float64
}

// windows remembers the detector's last windows, to find the least bad place for a cut inside unbroken speech.
type windows struct {
	ring [96]Voice
	n    int
}

func (w *windows) add(v Voice) {
	w.ring[w.n%len(w.ring)] = v
	w.n++
}

// quietest is the middle of the least voiced window that begins after fromMS.
func (w *windows) quietest(fromMS, otherwiseMS int64) int64 {
	best, at := 2.0, otherwiseMS
	for i := max(0, w.n-len(w.ring)); i < w.n; i++ {
		v := w.ring[i%len(w.ring)]
		if v.FromMS >= fromMS && v.Probability < best {
			best, at = v.Probability, (v.FromMS+v.ToMS)/2
		}
	}
	return at
}

// cutUtterance closes a segment inside unbroken speech, where voice is weakest.
func (c *Core) cutUtterance() {
	u := &c.utt
	at := c.quietest(u.lastMS-2500, u.lastMS)
	if at <= u.fromMS {
		at = u.lastMS
	}
	p := c.ask(u.fromMS, at, practice.PriorityReply)
	u.closed = append(u.closed, p)
	u.fromMS = at
}

// ask hands a segment to the recogniser.
func (c *Core) ask(fromMS, toMS int64, p practice.Priority) piece {
	fromMS = max(fromMS, toMS-segmentMaxMS)
	id := c.nextID()
	c.put(Recognize{ID: id, FromMS: fromMS, ToMS: toMS, Priority: p})
	return piece{id: id, fromMS: fromMS, toMS: toMS, tries: 1, asked: c.tick}
}

// text joins an utterance's words. known: the recogniser has answered for all of it.
func (u *utterance) text() (text string, known, failed bool) {
	if u.typed {
		return u.open.text, true, false
	}
	var b strings.Builder
	for i := range len(u.closed) + 1 {
		p := &u.open
		if i < len(u.closed) {
			p = &u.closed[i]
		}
		if !p.done {
			return "", false, false
		}
		failed = failed || p.failed
		if p.text != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(p.text)
		}
	}
	return b.String(), true, failed
}

func (u *utterance) words() []practice.Word {
	if u.typed {
		return nil
	}
	var all []practice.Word
	for _, p := range u.closed {
		all = append(all, p.words...)
	}
	return slices.Concat(all, u.open.words)
}

// confidence is the recogniser's mean confidence in an utterance's words; 0 when nothing is known of it.
func (u *utterance) confidence() float64 {
	if u.typed {
		return 0
	}
	sum, n := 0.0, 0
	for _, p := range u.closed {
		sum += confidence(p.words) * float64(len(p.words))
		n += len(p.words)
	}
	sum += confidence(u.open.words) * float64(len(u.open.words))
	return sum / float64(max(n+len(u.open.words), 1))
}

// confidence is the mean confidence of words; 0 without words.
func confidence(words []practice.Word) float64 {
	sum := 0.0
	for _, w := range words {
		sum += w.Confidence
	}
	return sum / float64(max(len(words), 1))
}

// find returns the piece that work belongs to.
func (u *utterance) find(id int64) *piece {
	for i := range u.closed {
		if u.closed[i].id == id {
			return &u.closed[i]
		}
	}
	if u.open.id == id {
		return &u.open
	}
	return nil
}

// onWords takes what the recogniser heard. A segment that failed is tried once more; then it counts as not understood.
func (c *Core) onWords(w Words) {
	if c.onProbe(w) || c.onSecondWords(w) {
		return
	}
	p := c.utt.find(w.ID)
	if p == nil || p.done || !c.utt.active || c.utt.typed {
		return
	}
	if w.Err != nil {
		if p.tries < 2 {
			p.id = c.nextID()
			p.tries++
			p.asked = c.tick
			c.put(Recognize{ID: p.id, FromMS: p.fromMS, ToMS: p.toMS, Priority: practice.PriorityFinal})
			return
		}
		c.fail(p, "what was said could not be recognised, twice")
	} else {
		p.done, p.text, p.words, p.tookMS = true, strings.TrimSpace(w.Text), w.Words, w.TookMS
	}
	c.captionOwn()
	if c.closing != nil {
		c.keepClosing()
		return
	}
	c.judgeOverlap()
	c.listen()
	c.tellHolder()
}

// giveUpHearing lets segments whose words do not come count as not understood: a recogniser that hangs must not leave
// the trainee without an answer.
func (c *Core) giveUpHearing() {
	u := &c.utt
	for i := range u.closed {
		if p := &u.closed[i]; !p.done && c.tick-p.asked > hearingPatience {
			c.drop(p.id)
			c.fail(p, "what was said was not recognised in time")
		}
	}
	if p := &u.open; p.id != 0 && !p.done && c.tick-p.asked > hearingPatience {
		c.drop(p.id)
		c.fail(p, "what was said was not recognised in time")
	}
}

func (c *Core) fail(p *piece, why string) {
	p.done, p.failed = true, true
	c.emit(practice.Trouble{Where: "recognizer", Message: why})
}
