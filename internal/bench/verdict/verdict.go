package verdict

// Bounds of the definitions in docs/bench/README.md.
const (
	backchannelMS  = 500 // a customer's sound up to this long …
	afterwardsMS   = 600 // … with this much silence behind it is a backchannel
	fillerGapMS    = 250
	levelBeforeMS  = 500
	duckDB         = 12
	silentDB       = 30
	YieldWithinMS  = 2000
	talkOnMS       = 1500
	gapMS          = 350 // of a line that goes on, beyond its own punctuation
	downDB         = 15
	downMS         = 400
	soundingMS     = 60
	clockMS        = 60  // how far the times of her words may lie from where they were heard
	OwnPauseMostMS = 600 // no punctuation of a line is a longer pause than this
)

// CutOff is what became of a turn with a pause.
type CutOff struct {
	Void        bool // the customer was speaking already when the pause began
	Off         bool
	OnsetMS     float64 // of what cut it off
	Backchannel bool    // at least one sound that was short enough to be none
}

// JudgeCutOff looks for the customer between the (first) pause's start and the turn's end. What she does afterwards
// only tells a backchannel from a cut, so h should reach 1.1 s beyond the end.
func JudgeCutOff(h Heard, turnMS, pauseMS, endMS float64) CutOff {
	if early := h.Sounds(turnMS, pauseMS, afterwardsMS); len(early) > 0 || h.LoudBefore(turnMS) {
		return CutOff{Void: true}
	}
	var c CutOff
	for _, s := range h.Sounds(pauseMS, endMS, afterwardsMS) {
		if s.LengthMS() <= backchannelMS {
			c.Backchannel = true
			continue
		}
		return CutOff{Off: true, OnsetMS: s.FromMS, Backchannel: c.Backchannel}
	}
	return c
}

// Word is where the first word of a reply begins when its onset is a filler: a sound of at most 500 ms, 250 ms of silence,
// and more speech.
func Word(h Heard, onsetMS float64) (wordMS float64, filler bool) {
	sounds := h.Sounds(onsetMS, onsetMS+FrameMS, fillerGapMS)
	if len(sounds) == 0 || sounds[0].LengthMS() > backchannelMS {
		return onsetMS, false
	}
	if next, ok := h.Onset(sounds[0].ToMS); ok {
		return next, true
	}
	return onsetMS, false
}

// Sounding tells whether she is in the midst of speech at a time, not in a pause of her own.
func Sounding(h Heard, at float64) bool {
	loud := 0
	for _, f := range h.between(at-soundingMS, at+1) {
		if f.DB > OnsetDB {
			loud++
		}
	}
	return loud >= 2
}

// Yield is what the customer did about an interruption.
type Yield struct {
	Void   bool     // she was not speaking
	OK     bool     // silent within 2 s, until the trainee ended
	DuckMS *float64 // onset → 12 dB down
	DownMS *float64 // onset → 30 dB down, if she stayed there
}

// JudgeYield compares with her level in the 500 ms before the trainee's onset. Syllables fall by 12 dB all the time, so
// a duck is a gain of −12 dB or the silence that lasts; where her own pause runs into that silence, the reaction is where
// the server asked for it.
func JudgeYield(h Heard, onsetMS, endMS float64) Yield {
	ref, ok := h.level(onsetMS-levelBeforeMS, onsetMS)
	if !ok {
		return Yield{Void: true}
	}
	var y Yield
	var silent *Frame
	for _, f := range h.between(onsetMS, endMS) {
		if y.DuckMS == nil && f.GainDB <= -duckDB {
			y.DuckMS = since(onsetMS, f.AtMS)
		}
		switch {
		case f.DB > ref-silentDB:
			silent = nil
		case silent == nil, silent.GainDB > -silentDB && f.GainDB <= -silentDB:
			silent = &f
		}
	}
	if silent == nil {
		return y
	}
	y.DownMS = since(onsetMS, silent.AtMS)
	if y.DuckMS == nil || *y.DuckMS > *y.DownMS {
		y.DuckMS = y.DownMS
	}
	y.OK = *y.DownMS <= YieldWithinMS
	return y
}

func since(from, to float64) *float64 {
	d := to - from
	return &d
}

// TalkOn is what the customer did about a sound that should not stop her.
type TalkOn struct {
	Void     bool // she was not speaking, or her line ended within 1.5 s by itself
	OK       bool
	GapMS    float64 // the longest silence beyond her punctuation
	DownMS   float64 // the longest time more than 15 dB down beyond her punctuation
	GoneOnMS float64 // how long after the onset she was still heard, at most 1.5 s
}

// JudgeTalkOn looks at the 1.5 s after a sound's onset. pauses are the line's own, at its punctuation; ended tells that the
// line came to its own end, so that silence at the end of the window says nothing.
func JudgeTalkOn(h Heard, onsetMS float64, pauses []Span, ended bool) TalkOn {
	ref, ok := h.level(onsetMS-levelBeforeMS, onsetMS)
	if !ok {
		return TalkOn{Void: true}
	}
	end := onsetMS + talkOnMS
	own := func(s Span) float64 {
		sum := 0.0
		for _, p := range pauses {
			wide := Span{FromMS: p.FromMS - clockMS, ToMS: p.ToMS + clockMS}
			sum += min(s.overlap(wide), p.LengthMS(), OwnPauseMostMS)
		}
		return sum
	}
	var t TalkOn
	const beyond = OwnPauseMostMS + downMS // far enough to see how long a silence is that begins within the window
	for _, s := range h.stretches(onsetMS, end+beyond, func(f Frame) bool { return f.DB <= OnsetDB }) {
		if s.FromMS >= end {
			break
		}
		if ended && s.ToMS > end+beyond-2*FrameMS {
			return TalkOn{Void: true}
		}
		t.GapMS = max(t.GapMS, s.LengthMS()-own(s))
	}
	for _, s := range h.stretches(onsetMS, end, func(f Frame) bool { return f.DB < ref-downDB }) {
		t.DownMS = max(t.DownMS, s.LengthMS()-own(s))
	}
	for _, f := range h.between(onsetMS, end) {
		if f.DB > OnsetDB {
			t.GoneOnMS = f.AtMS + FrameMS - onsetMS
		}
	}
	t.OK = t.GapMS <= gapMS && t.DownMS <= downMS
	return t
}
