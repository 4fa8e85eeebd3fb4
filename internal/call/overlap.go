package call

import (
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// overlapGapMS parts one sound over the customer from the next: three "mm-hm"s are three sounds and never add up.
const overlapGapMS = 300

// overlap is the trainee's voice over the customer's.
type overlap struct {
	active        bool
	onsetMS       int64
	lastMS        int64
	voicedMS      int64
	probes        int
	probe         int64 // work: the words so far
	probeVoicedMS int64
	hasWords      bool
	text          string
	confidence    float64
	wordsVoicedMS int64
	compare       int64 // work: is it her echo?
	compares      int64
	likeness      float64
}

// followOverlap counts voice over the customer's words.
func (c *Core) followOverlap(voiced bool, v Voice) {
	if !voiced || !c.customerSpeaks() {
		return
	}
	o := &c.overlap
	if o.active && v.FromMS-o.lastMS > overlapGapMS {
		if c.utt.active {
			was := c.heardOver(v.FromMS - o.lastMS)
			c.dismiss(was.Kind(), was.Text)
		}
		c.clearOverlap()
	}
	if !c.utt.active && v.FromMS == c.voice.OnsetMS() { // clicks come one by one: no voice has been confirmed until now
		c.clearOverlap()
	}
	if !o.active {
		*o = overlap{active: true, onsetMS: v.FromMS}
	}
	o.voicedMS += v.ToMS - v.FromMS
	o.lastMS = v.ToMS
}

func (c *Core) clearOverlap() {
	c.drop(c.overlap.probe)
	c.drop(c.overlap.compare)
	c.overlap = overlap{}
}

// judgeOverlap lets the customer talk on, come down or fall silent. It reads nothing but what is known now, so it may
// be asked at any time.
func (c *Core) judgeOverlap() {
	o := &c.overlap
	if !c.customerSpeaks() || c.reply.sentAll {
		return
	}
	if !o.active {
		c.fellSilent()
		return
	}
	c.probeOverlap()
	c.compareOverlap()
	quiet := c.voice.UpToMS() - o.lastMS
	now := c.heardOver(quiet)
	verdict := c.over.Judge(now)
	switch verdict {
	case floor.TalkOn:
		c.setGain(0, 120)
		if quiet < floor.OverQuietMS {
			return
		}
		if c.utt.active && c.utt.cutIn {
			c.talkedOn(quiet, now.HasWords, now.Text)
			return
		}
		if kind := now.Kind(); c.utt.active && (now.HasWords && kind != floor.Speech || quiet > floor.LateWordsMS) {
			c.dismiss(kind, now.Text)
		}
	case floor.Duck:
		if now.DuckGainDB() > c.gainDB {
			c.setGain(now.DuckGainDB(), 80)
		} else {
			c.setGain(now.DuckGainDB(), 30)
		}
	case floor.Yield:
		c.yield()
	}
}

// heardOver is what is known of the sound over her words, quietMS after its end.
func (c *Core) heardOver(quietMS int64) floor.Overlap {
	o := &c.overlap
	now := floor.Overlap{
		VoicedMS: o.voicedMS, QuietMS: quietMS, Text: o.text, HasWords: o.hasWords, Confidence: o.confidence, WordsVoicedMS: o.wordsVoicedMS,
		Said: c.saidSince(o.onsetMS), Heat: c.mood(), Protected: c.reply.answer.Ending != practice.EndingNone,
		CutIn: c.utt.cutIn, Likeness: o.likeness,
	}
	if all, done, failed := c.utt.text(); c.utt.active && done && !failed {
		now.Text, now.HasWords, now.Confidence, now.WordsVoicedMS = all, true, c.utt.confidence(), o.voicedMS
	}
	return now
}

// probeOverlap asks for the words of a sound over the customer before it has ended.
func (c *Core) probeOverlap() {
	o := &c.overlap
	bounds := floor.Probes()
	if o.probe != 0 || o.probes >= len(bounds) || o.voicedMS < bounds[o.probes] {
		return
	}
	o.probes++
	p := c.ask(max(0, o.onsetMS-prerollMS), c.voice.UpToMS(), practice.PriorityFinal)
	o.probe, o.probeVoicedMS = p.id, o.voicedMS
}

// onProbe takes a probe's words. It tells whether they were a probe's.
func (c *Core) onProbe(w Words) bool {
	o := &c.overlap
	if o.probe == 0 || w.ID != o.probe {
		return false
	}
	o.probe = 0
	if w.Err == nil {
		o.hasWords, o.text, o.wordsVoicedMS, o.confidence = true, w.Text, o.probeVoicedMS, confidence(w.Words)
	}
	c.judgeOverlap()
	c.tellHolder()
	return true
}

// Comparisons of one sound over her words: the first when she would come down, then as it grows.
const (
	compareEveryMS = 120
	mostCompares   = 8
)

// compareOverlap asks whether the sound is her own.
func (c *Core) compareOverlap() {
	o := &c.overlap
	if o.compare != 0 || o.compares >= mostCompares || o.voicedMS < floor.DuckAfterMS+o.compares*compareEveryMS {
		return
	}
	o.compares++
	o.compare = c.nextID()
	to := c.voice.UpToMS()
	c.put(Compare{ID: o.compare, FromMS: max(0, o.onsetMS, to-echoLongest), ToMS: to})
}

// onCompared takes how like her own sound it is.
func (c *Core) onCompared(in Compared) {
	o := &c.overlap
	if o.compare == 0 || in.ID != o.compare {
		return
	}
	o.compare = 0
	if in.Likeness != in.Likeness {
		return
	}
	o.likeness = in.Likeness
	if c.utt.active && c.utt.overReply {
		c.utt.likeness = in.Likeness
	}
	if c.closing == nil {
		c.judgeOverlap()
		c.tellHolder()
	}
}

// yield silences the customer for somebody who means to speak. What was heard until now is what she said, unless it
// turns out that nobody spoke: then she goes on from the word that was cut.
func (c *Core) yield() {
	c.cutReply(8)
	u := &c.utt
	u.yielded, u.overReply = true, true
	c.drop(c.overlap.probe)
	c.drop(c.overlap.compare)
	c.overlap.probe, c.overlap.compare, c.overlap.active = 0, 0, false
}

// recordOverlap writes down a sound over the customer that was no turn.
func (c *Core) recordOverlap(kind floor.Kind, text string) {
	if c.reply == nil || text != "" && c.asksAfter(text) {
		return
	}
	e := practice.BargeIn{Generation: c.reply.generation, Kind: "noise", OnsetMS: c.utt.startMS}
	switch kind {
	case floor.Backchannel:
		e.Kind, e.Text, e.Supportive = "backchannel", text, floor.Supportive(text)
	case floor.Echo:
		e.Kind = "echo"
		if c.echoes++; c.echoes == echoesTold {
			c.show(practice.Advice{Code: practice.AdviceEcho})
		}
	case floor.Speech: // too little to stop her, or to be a turn; it was said all the same
		if text != "" {
			e.Kind, e.Text = kindTalkedOn, text
		}
	case floor.Nothing:
	}
	if c.utt.cutIn {
		e.Kind, e.Text = kindTalkedOn, text
	}
	c.emit(e)
}

// echoesTold is how often the microphone may hear her before the trainee is told: once may be chance.
const echoesTold = 2

// answerLeadMS: a lone "yeah" that began this near to her end is an answer and no backchannel.
const answerLeadMS = 400

// overReplyKind says what an utterance that has ended was, when it began over the customer's words: Speech when it is a
// turn. One that did not is always a turn, even if it says her own words back to her.
func (c *Core) overReplyKind(text string) floor.Kind {
	u := &c.utt
	if !u.overReply {
		return floor.Speech
	}
	if u.likeness >= floor.EchoSure && u.lastMS <= c.lastEndMS()+echoLagMS {
		return floor.Echo
	}
	kind, _ := floor.Classify(text, c.saidSince(u.startMS))
	if kind == floor.Backchannel && !u.yielded && u.startMS+answerLeadMS > c.lastEndMS() {
		return floor.Speech
	}
	return kind
}

// lastEndMS is when the customer's last sound was sent.
func (c *Core) lastEndMS() int64 {
	if r := c.reply; r != nil {
		return r.endMS
	}
	return c.replyEndMS
}
