package floor

// DuckDB is how far the customer comes down while it is not clear whether she is interrupted: enough to be heard as a
// reaction (12 dB), not so much that she seems gone (15 dB).
const DuckDB = -13.0

// EaseDB is where she comes back to when a quarter of a second at a whisper has not shown that she is interrupted. A
// dip that lasts longer is heard as stopping: over 400 ms below 15 dB is no talking on, and her own quiet syllables are
// 5 dB down already.
const EaseDB = -8.0

// FlushDB is the gain at which nothing is left to hear.
const FlushDB = -80.0

// Bounds of an overlap, in milliseconds of voice. A backchannel is over within 700 ms; an interruption goes on.
const (
	DuckAfterMS  = 160  // confirmed voice: come down
	EaseAfterMS  = 420  // … and half of the way up again
	YieldAfterMS = 600  // no backchannel lasts longer, unless its words say so
	SureAfterMS  = 900  // whatever the words are, this is somebody talking
	BackUpMS     = 130  // the sound over her may have ended: she comes back up, and down again should it go on; longer than the gaps in words
	OverQuietMS  = 240  // … it has ended
	TalksOnMS    = 1800 // who is cut in on and talks on for so long will not yield
	LateWordsMS  = 1200 // words that come later than this after the sound ended change nothing
)

// SureWords is the mean confidence from which words heard in a few hundred milliseconds of sound are believed: of an
// "uh-huh" recognisers make "is her" and "if I", at 0.35–0.60; first words of real interruptions come at 0.6–0.95.
const SureWords = 0.62

// EchoSure is the likeness from which a sound is her own, come back: an echo in a bare room has 0.55–0.8 and on a desk 0.9 or more,
// in 98 of 100 other people's words of 300 ms and more it stays below 0.5.
const EchoSure = 0.6

// Probes are the amounts of voice, in milliseconds, at which it is worth asking for the words so far.
// An "Okay, but I need …" is a backchannel until about 700.
func Probes() [6]int64 { return [...]int64{320, 440, 560, 680, SureAfterMS - 80, SureAfterMS + 300} }

// Verdict is what the customer does about a voice over hers.
type Verdict int

// The verdicts.
const (
	TalkOn Verdict = iota // at full voice
	Duck                  // talk on, lower
	Yield                 // fall silent
)

// Overlap is what is known of a voice over the customer's.
type Overlap struct {
	VoicedMS      int64   // voice since its onset, in one run: earlier "mm-hm"s do not add up
	QuietMS       int64   // silence since
	Text          string  // its words so far
	HasWords      bool    // the recogniser has answered at least once
	Confidence    float64 // mean of the words', 0–1; 0 when not known, which counts as sure
	WordsVoicedMS int64   // how much voice that answer had heard
	Said          string  // the customer's own latest words
	Heat          int     // hundredths: an angry customer holds the floor through weak interruptions, a calm one yields at the first word
	Protected     bool    // she is saying goodbye and will not be stopped
	Likeness      float64 // 0–1: how like what had just been sent to the other's loudspeaker the sound is
	CutIn         bool    // the other spoke first and she cut in: it is for the other to yield
}

// DuckGainDB is how far she comes down for a sound that has made her duck: decibels.
func (o Overlap) DuckGainDB() float64 {
	if o.VoicedMS+o.QuietMS >= EaseAfterMS {
		return EaseDB
	}
	return DuckDB
}

// Kind says what the sound was, as far as can be told now. Doubtful words of a short sound are none.
func (o Overlap) Kind() Kind {
	kind, _ := o.classify()
	return kind
}

func (o Overlap) classify() (kind Kind, words int) {
	if o.Likeness >= EchoSure {
		return Echo, 0
	}
	if !o.HasWords {
		return Nothing, 0
	}
	kind, words = Classify(o.Text, o.Said)
	if kind == Speech && o.Confidence > 0 && o.Confidence < SureWords && o.VoicedMS < YieldAfterMS {
		return Nothing, 0
	}
	return kind, words
}

// Interruption judges overlaps. The zero value is how customers are.
type Interruption struct {
	Percent int // of the bounds after which she yields; 0 is 100. More: she holds the floor longer. For measuring the trade-off
}

// scaled is a bound by the trade-off that was asked for.
func (i Interruption) scaled(ms int64) int64 {
	if i.Percent <= 0 {
		return ms
	}
	return ms * int64(i.Percent) / 100
}

// Judge says what to do now. It looks at nothing but the overlap, so it may be asked every tick.
func (i Interruption) Judge(o Overlap) Verdict {
	if o.VoicedMS < DuckAfterMS {
		return TalkOn
	}
	kind, words := o.classify()
	over := o.QuietMS >= OverQuietMS
	if o.CutIn { // the end of what was being said is no interruption; who talks on gets the floor back
		if !over && kind != Echo && o.VoicedMS >= TalksOnMS {
			return Yield
		}
		return TalkOn
	}
	if o.Protected {
		if over {
			return TalkOn
		}
		return Duck
	}
	yieldAfter, sureAfter := i.scaled(YieldAfterMS), i.scaled(SureAfterMS)
	if o.Heat >= AngryHeat {
		yieldAfter, sureAfter = yieldAfter*3/2, sureAfter*3/2
	}
	switch kind {
	case Echo:
		return TalkOn
	case Speech:
		enough := i.scaled(2 * DuckAfterMS)
		switch {
		case o.Heat >= AngryHeat: // a word will not do
			enough *= 2
		case o.Heat < CalmHeat:
			enough = i.scaled(DuckAfterMS)
		}
		sure := i.Percent <= 100 || o.VoicedMS >= enough // who is to hold the floor longer does not go by words alone
		if sure && (words >= 2 && o.Heat < AngryHeat || words >= 3) || o.VoicedMS >= enough {
			if over && o.QuietMS > LateWordsMS {
				return TalkOn
			}
			return Yield
		}
	case Backchannel, Nothing:
	}
	if o.QuietMS >= BackUpMS {
		return TalkOn
	}
	switch {
	case !o.HasWords && o.VoicedMS >= yieldAfter:
		return Yield
	case o.VoicedMS >= sureAfter && (kind != Backchannel || o.VoicedMS-o.WordsVoicedMS >= yieldAfter):
		return Yield
	}
	return Duck
}
