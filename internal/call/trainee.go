package call

import (
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of what the recogniser is given, in milliseconds.
const (
	prerollMS       = 160    // the detector is late at soft onsets
	tailMS          = 40     // a next segment begins so much after the last one's voice
	cutAfterMS      = 2500   // segments this long are closed at a short pause, so that only the last chunk is left to be read
	longestMS       = 9500   // a native call cannot be cancelled, so no segment is longer
	estimateMS      = 8000   // what the endpoint model is given at most
	segmentMaxMS    = 10_000 // and never, whatever happens, is a segment longer than this
	windowMaxMS     = 1000   // a detector window longer than this is none
	lateSoundMS     = 400    // sound this late counts as silence
	hearingPatience = 250    // ticks that a segment's words are waited for
)

// utterance is what the trainee is saying: from the first voice to the turn's end.
type utterance struct {
	active    bool
	typed     bool
	startMS   int64
	lastMS    int64 // end of confirmed voice
	silenceMS int64 // silence of both before it
	fromMS    int64 // start of the open segment
	closed    []piece
	open      piece // the open segment as of this pause
	paused    bool  // the pause has been noticed and its words asked for
	sure      bool  // … and it has lasted long enough to let others wait for them
	captioned string
	ends      floor.Estimates
	melody    floor.Melody
	askedEnd  int64 // work
	endAsks   int
	overReply bool    // it began over the customer's words
	yielded   bool    // … and silenced her
	likeness  float64 // … is it her own sound?
	cutIn     bool    // it is the end of a turn that she cut in on
	sealed    int     // closed segments that she has heard of a monologue, and cuts in on; 0: none
	sealTick  int64
	sealedMS  int64 // end of their voice
	resumedMS int64 // onset of the voice after it
}

// onVoice follows the trainee's voice window by window.
func (c *Core) onVoice(v Voice) {
	if v.ToMS-v.FromMS > windowMaxMS || v.ToMS > c.nowMS()+windowMaxMS || v.FromMS < 0 {
		return
	}
	if c.mute().Deaf(v.FromMS) {
		c.voice.Missing(v.ToMS)
		return
	}
	c.add(v)
	voiced := c.voice.Window(v.FromMS, v.ToMS, v.Probability)
	c.followOverlap(voiced, v)
	if !voiced {
		return
	}
	u := &c.utt
	switch (floor.Start{}).Judge(floor.Started{VoicedMS: c.voice.VoicedMS(), Speaking: u.active, Paused: u.paused, Typed: u.typed}) {
	case floor.Ignore:
		return
	case floor.Begin:
		c.beginUtterance(c.voice.OnsetMS())
	case floor.GoOn: // a click has not come this far; the gap may lie inside a run
		c.resumeUtterance()
	case floor.Keep:
	}
	c.level.Window(v.Power, v.AtFullScale)
	u.lastMS = c.voice.LastMS()
	if u.lastMS-u.fromMS >= longestMS {
		c.cutUtterance()
	}
}

// mute is what the customer has no ears for now.
func (c *Core) mute() floor.Mute {
	return floor.Mute{Button: c.muted || c.safety.asking, Held: c.hold.button, HeldFrom: c.hold.pressedMS, Typed: c.typing, Down: !c.up, Closing: c.closing != nil}
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
	c.drop(u.askedEnd)
	u.askedEnd = 0
	sealed := c.seal()
	switch {
	case sealed:
	case u.open.id != 0 && u.open.toMS-u.open.fromMS >= cutAfterMS:
		c.makeSure() // nothing reads it again
		u.closed = append(u.closed, u.open)
		u.fromMS = u.lastMS + tailMS
	default:
		c.drop(u.open.id)
	}
	u.open, u.paused, u.sure, u.ends, u.melody, u.endAsks = piece{}, false, false, floor.Estimates{}, floor.Melody{}, 0
	if !sealed {
		c.discard()
	}
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
		c.talkOver()
		return
	}
	if u.sealed > 0 {
		c.unseal() // a pause is as good a place as any
	}
	if !u.paused {
		u.paused, u.sure = true, quiet >= floor.SurePauseMS
		u.open = c.ask(u.fromMS, c.voice.UpToMS(), c.urgency(practice.PriorityFinal))
	}
	if quiet >= floor.SurePauseMS && c.voice.QuietMS() > 0 { // no voice has come back that may yet turn out to be one
		c.makeSure()
	}
	if !c.mayReply() {
		return
	}
	c.askEnd(quiet)
	c.decide(quiet)
}

// urgency is that of work which is p once the pause is sure.
func (c *Core) urgency(p practice.Priority) practice.Priority {
	if c.utt.sure {
		return p
	}
	return practice.PrioritySpeculation
}

// makeSure makes what was asked at a pause urgent: it will most likely be needed.
func (c *Core) makeSure() {
	u := &c.utt
	if !u.paused || u.sure {
		return
	}
	u.sure = true
	if !u.open.done {
		c.put(Raise{ID: u.open.id})
	}
	if u.askedEnd != 0 {
		c.put(Raise{ID: u.askedEnd})
	}
}

// askEnd asks the endpoint model as the pause grows.
func (c *Core) askEnd(quiet int64) {
	u := &c.utt
	asks := floor.AskAfterMS()
	if u.askedEnd != 0 || u.endAsks >= len(asks) || quiet < asks[u.endAsks] || !c.wantsEstimate() {
		return
	}
	first := u.endAsks == 0
	for u.endAsks < len(asks) && quiet >= asks[u.endAsks] {
		u.endAsks++
	}
	u.askedEnd = c.nextID()
	to := c.voice.UpToMS()
	c.put(EstimateEnd{ID: u.askedEnd, FromMS: max(u.startMS-prerollMS, to-estimateMS, 0), ToMS: to, Melody: first, Priority: c.urgency(practice.PriorityFirstClause)})
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
	if c.cutsIn(text) {
		wait = min(wait, floor.CutInMS)
	}
	if quiet+prepareAheadMS >= wait {
		c.prepare()
	}
	if quiet >= wait && c.voice.QuietMS() > 0 {
		c.take()
	}
}

func (c *Core) waitMS(text string) int64 {
	return c.stop.WaitMS(floor.Pause{
		Text: text, HasWords: true, Probability: c.utt.ends.Probability(), HasEstimate: c.utt.ends.Known(), UsualMS: c.pauses.UsualMS(),
		Melody: c.utt.melody, Heat: c.mood(),
	})
}

// adviseLevel tells a trainee whose turns come in far too low, or overdriven.
func (c *Core) adviseLevel() {
	quiet, clipping := c.level.Turn()
	if quiet {
		c.show(practice.Advice{Code: practice.AdviceQuiet})
	}
	if clipping {
		c.show(practice.Advice{Code: practice.AdviceClipping})
	}
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
	if e.Melody.Known {
		u.melody = e.Melody
	}
	if e.Err != nil || e.Probability != e.Probability {
		return
	}
	u.ends.Add(e.Probability)
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
	c.level.Forget()
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
