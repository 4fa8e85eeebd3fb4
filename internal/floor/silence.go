package floor

import "github.com/rapport-calls/rapport/internal/practice"

// Silence decides when nobody speaking has lasted too long.
type Silence struct {
	Seed uint64
}

// Quiet is what is known of a silence.
type Quiet struct {
	Turn   int   // the transcript's length, for the draw
	Asked  int   // how often the customer has already asked in this silence
	Heat   int   // hundredths
	HoldMS int64 // patience granted by an announced hold; 0 without one
}

// Bounds of the first "Hello?", and how much each further one waits, in milliseconds.
const (
	helloMinMS    = 6000
	helloSpreadMS = 2001
	helloAgainMS  = 7000
)

// AfterMS is how long nobody must have spoken, since the floor became free or since the last "Hello?", before the
// customer says something. Nothing nags during an announced hold until its patience is used up.
func (s Silence) AfterMS(q Quiet) int64 {
	if q.Asked > 0 {
		return helloAgainMS - int64(q.Heat)*2
	}
	first := int64(helloMinMS + practice.Draw(s.Seed, q.Turn, "silence", helloSpreadMS))
	return max(first, q.HoldMS)
}

// HoldMS is the patience that an announced hold is granted: the customer's own, less when she is angry.
func (s Silence) HoldMS(patienceS float64, heat int) int64 {
	if patienceS <= 0 {
		patienceS = 25
	}
	share := 1.2 - 0.7*float64(min(max(heat, 0), 1000))/1000
	return max(int64(patienceS*share*1000), helloMinMS+helloSpreadMS)
}
