package call

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of what the recogniser is given, in milliseconds.
const (
	prerollMS       = 160    // the detector is late at soft onsets
	tailMS          = 40     // a next segment begins so much after the last one's voice
	cutAfterMS      = 2500   // segments this long are closed at a short pause, so that only the last chunk is left to be read
	longestMS       = 9500   // a native call cannot be cancelled, so no segment is longer
	confirmMS       = 64     // two windows of voice: anything shorter is a click
	estimateMS      = 8000   // what the endpoint model is given at most
	segmentMaxMS    = 10_000 // and never, whatever happens, is a segment longer than this
	windowMaxMS     = 1000   // a detector window longer than this is none
	reestimateMS    = 450    // it is asked again when the pause has grown to this
	lateSoundMS     = 400    // sound this late counts as silence
	hearingPatience = 250    // ticks that a segment's words are waited for
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

// utterance is what the trainee is saying: from the first voice to the turn's end.
type utterance struct {
	active    bool
	typed     bool
	startMS   int64
	lastMS    int64 // end of confirmed voice
	runMS     int64 // onset of the run of voice it has followed so far
	silenceMS int64 // silence of both before it
	fromMS    int64 // start of the open segment
	closed    []piece
	open      piece // the open segment as of this pause
	paused    bool  // the pause has been noticed and its words asked for
	captioned string
	estimate  float64
	estimated bool
	askedEnd  int64 // work
	endAsks   int
	overReply bool // it began over the customer's words
	yielded   bool // … and silenced her
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

// onVoice follows the trainee's voice window by window.
func (c *Core) onVoice(v Voice) {
	if v.ToMS-v.FromMS > windowMaxMS || v.ToMS > c.nowMS()+windowMaxMS || v.FromMS < 0 {
		return
	}
	if c.muted || c.typing || !c.up || c.closing != nil {
		c.voice.Missing(v.ToMS)
		return
	}
	c.add(v)
	voiced := c.voice.Window(v.FromMS, v.ToMS, v.Probability)
	c.followOverlap(voiced, v)
	if !voiced || c.voice.VoicedMS() < confirmMS || c.utt.typed {
		return
	}
	u := &c.utt
	switch {
	case !u.active:
		c.beginUtterance(c.voice.OnsetMS())
	case c.voice.OnsetMS() != u.runMS && u.paused:
		c.resumeUtterance()
	}
	u.runMS, u.lastMS = c.voice.OnsetMS(), c.voice.LastMS()
	if u.lastMS-u.fromMS >= longestMS {
		c.cutUtterance()
	}
}

func (c *Core) beginUtterance(onsetMS int64) {
	c.utt = utterance{
		active:    true,
		startMS:   onsetMS,
		fromMS:    max(0, onsetMS-prerollMS),
		silenceMS: max(0, onsetMS-c.quietMS),
		overReply: c.customerSpeaks(),
		closed:    c.utt.closed[:0],
	}
	c.discard() // a reply that has not begun waits for what is being said now
}

// resumeUtterance goes on after a pause inside a turn.
func (c *Core) resumeUtterance() {
	u := &c.utt
	c.pauses.Learn(c.voice.OnsetMS() - u.lastMS)
	if u.open.id != 0 && u.open.toMS-u.open.fromMS >= cutAfterMS {
		u.closed = append(u.closed, u.open)
		u.fromMS = u.lastMS + tailMS
	} else {
		c.drop(u.open.id)
	}
	c.drop(u.askedEnd)
	u.open, u.paused, u.estimated, u.askedEnd, u.endAsks = piece{}, false, false, 0, 0
	c.discard()
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

// missSound lets time that brought no sound count as silence.
func (c *Core) missSound() { c.voice.Missing(c.nowMS() - lateSoundMS) }

// listen asks at pauses what was said, and takes the turn when the pause has lasted long enough.
func (c *Core) listen() {
	u := &c.utt
	if !u.active {
		return
	}
	if u.typed {
		if c.mayReply() {
			c.prepare()
			c.take()
		}
		return
	}
	c.giveUpHearing()
	quiet := c.voice.UpToMS() - u.lastMS
	if quiet < floor.PauseMS {
		return
	}
	if !u.paused {
		u.paused = true
		u.open = c.ask(u.fromMS, c.voice.UpToMS(), practice.PriorityFinal)
	}
	if !c.mayReply() {
		return
	}
	if wanted := 1 + btoi(quiet >= reestimateMS); u.endAsks < wanted && c.wantsEstimate() {
		u.endAsks = wanted
		u.askedEnd = c.nextID()
		to := c.voice.UpToMS()
		c.put(EstimateEnd{ID: u.askedEnd, FromMS: max(u.startMS-prerollMS, to-estimateMS, 0), ToMS: to, Priority: practice.PriorityFirstClause})
	}
	c.decide(quiet)
}

func (c *Core) wantsEstimate() bool {
	return c.stop.Endpoint == floor.EndpointAuto || c.stop.Endpoint == floor.EndpointAudio || c.stop.Endpoint == ""
}

// mayReply tells whether the customer is free to answer: she is not speaking herself.
func (c *Core) mayReply() bool { return c.reply == nil || c.reply.cut || c.reply.sentAll }

// decide weighs a pause. It is asked at every tick and after every answer, always with the same rules: an answer that
// comes late changes what is known and never what is required.
func (c *Core) decide(quiet int64) {
	u := &c.utt
	text, known, failed := u.text()
	if !known {
		return
	}
	if text == "" && !failed {
		if quiet >= floor.MinWaitMS {
			c.dismiss(floor.Nothing, "")
		}
		return
	}
	if kind := c.overReplyKind(text); kind == floor.Echo || kind == floor.Backchannel {
		c.dismiss(kind, text)
		return
	}
	wait := c.waitMS(text)
	if quiet+prepareAheadMS >= wait {
		c.prepare()
	}
	if quiet >= wait && c.voice.QuietMS() > 0 {
		c.take()
	}
}

func (c *Core) waitMS(text string) int64 {
	return c.stop.WaitMS(floor.Pause{
		Text: text, HasWords: true, Probability: c.utt.estimate, HasEstimate: c.utt.estimated, UsualMS: c.pauses.UsualMS(),
	})
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

// captionOwn shows the trainee's own words at a pause.
func (c *Core) captionOwn() {
	text, known, _ := c.utt.text()
	if !c.captions || !known || text == "" || text == c.utt.captioned {
		return
	}
	c.utt.captioned = text
	c.show(practice.Caption{Speaker: practice.Trainee, Turn: c.turn, Text: text, AtMS: c.nowMS()})
}

func (c *Core) onEstimate(e Estimate) {
	u := &c.utt
	if !u.active || e.ID != u.askedEnd {
		return
	}
	u.askedEnd = 0
	if e.Err != nil || e.Probability != e.Probability {
		return
	}
	u.estimate, u.estimated = min(max(e.Probability, 0), 1), true
	if c.closing == nil {
		c.listen()
		c.tellHolder()
	}
}

// dismiss forgets an utterance that was no turn: a cough, an "mm-hm", the customer's own echo. The silence goes on as
// if it had not been, and a customer whom it silenced goes on from the word where she stopped.
func (c *Core) dismiss(kind floor.Kind, text string) {
	u := &c.utt
	if u.overReply || u.yielded {
		c.recordOverlap(kind, text)
	}
	c.clearUtterance()
	c.clearOverlap()
	c.resume()
}

// clearUtterance forgets the utterance and the work asked for it.
func (c *Core) clearUtterance() {
	u := &c.utt
	for i := range u.closed {
		if !u.closed[i].done {
			c.drop(u.closed[i].id)
		}
	}
	if !u.open.done {
		c.drop(u.open.id)
	}
	c.drop(u.askedEnd)
	c.discard()
	c.utt = utterance{}
}

// onMute switches the microphone. What was being said ends there, and is taken at its pause as usual.
func (c *Core) onMute(on bool) {
	if c.muted == on {
		return
	}
	c.muted = on
	c.emit(practice.Muted{On: on})
	if !on {
		c.voice.Forget()
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
