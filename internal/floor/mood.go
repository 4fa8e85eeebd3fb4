package floor

import "github.com/rapport-calls/rapport/internal/practice"

// EvenHeat is the heat at which no rule of the floor follows her mood: for measuring.
const EvenHeat = 500

// Bounds of mood, in hundredths of heat: below CalmHeat she is calm, from AngryHeat on angry.
const (
	CalmHeat  = 400
	AngryHeat = 700
)

// Monologue decides when a customer has heard enough of one turn.
type Monologue struct {
	Above    int     // heat from which she interrupts at all, hundredths; 0: never
	Patience float64 // the trainee's patience setting; below 1 counts as 1
}

// How long she listens: at the heat from which she interrupts, and at the top.
const (
	listensMS    = 20_000
	listensHotMS = 12_000
)

// CutInMS is the pause at which she takes the floor from a monologue: a breath between words will do.
const CutInMS = PauseMS + 20

// LimitMS is how long a turn may be before she cuts in, in milliseconds; 0: as long as it likes.
func (m Monologue) LimitMS(heat int) int64 {
	if m.Above <= 0 || heat < m.Above {
		return 0
	}
	limit := int64(listensHotMS)
	if m.Above < 1000 {
		limit = listensMS - int64(listensMS-listensHotMS)*int64(min(heat, 1000)-m.Above)/int64(1000-m.Above)
	}
	return int64(float64(limit) * max(m.Patience, 1))
}

// hurriedMS is a wait as an angry customer keeps it: up to a third less at the top, never below MinWaitMS.
func hurriedMS(waitMS int64, heat int) int64 {
	if heat < AngryHeat || waitMS <= MinWaitMS {
		return waitMS
	}
	return max(MinWaitMS, waitMS-waitMS*int64(min(heat, 1000)-AngryHeat+100)/int64(3*(1000-AngryHeat+100)))
}

// Listening decides when a calm customer hums while the trainee speaks.
type Listening struct {
	Seed uint64
}

// Listened is what is known of the turn that she listens to.
type Listened struct {
	Heat        int
	SinceMS     int64 // voice and pauses since the turn began, or since she last hummed
	QuietMS     int64 // of the pause now
	Text        string
	HasWords    bool
	Probability float64 // that the turn is over
	HasEstimate bool
	Turn, Said  int // the transcript's length and how often she has hummed in the call: for the draw
}

// Bounds of humming, in milliseconds.
const (
	humEveryMS    = 6000 // at most one in so much, and up to humSpreadMS more
	humSpreadMS   = 2001
	humFromMS     = 160 // into a pause …
	humToMS       = 450 // … not so late that she answers over the next words
	HumLongestMS  = 500 // longer, and it would take the floor
	HumSilenceMS  = 600 // after it, before she may speak
	humTurnIsOver = 0.5 // an end of turn as probable as this is none to hum at
)

// HumDB is how much quieter than her words a backchannel is.
const HumDB = -6.0

// Due tells whether she hums now: at a pause inside a long turn that will go on, by its words and by its sound.
func (l Listening) Due(in Listened) bool {
	switch {
	case in.Heat >= CalmHeat, in.QuietMS < humFromMS, in.QuietMS > humToMS, !in.HasWords:
		return false
	case in.SinceMS < humEveryMS+int64(practice.Draw(l.Seed, in.Turn*97+in.Said, "hum", humSpreadMS)):
		return false
	}
	switch look := Look(in.Text); {
	case look == Digits, asksBack(in.Text):
		return false
	case in.HasEstimate:
		return in.Probability < humTurnIsOver
	default:
		return look == Incomplete
	}
}

// asksBack tells whether words ask for an answer: nobody hums at a question.
func asksBack(text string) bool { return givesFloor(text) }

// Which tells which of n backchannels she hums.
func (l Listening) Which(said, n int) int {
	if n < 1 {
		return 0
	}
	first := practice.Draw(l.Seed, 0, "hums", n)
	return (first + said) % n // one after the other: people do not say the same one twice in a row
}
