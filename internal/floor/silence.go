package floor

import "github.com/rapport-calls/rapport/internal/practice"

// Silence decides when nobody speaking has lasted too long.
type Silence struct {
	Seed uint64
}

// Quiet is what is known of a silence besides its length.
type Quiet struct {
	LimitMS      int64 // how long the customer lets it last: short unannounced, long in an announced hold
	SinceAskedMS int64 // since she last spoke into it, or could have
	Turn         int   // the transcript's length, for the draw
}

// Bounds in milliseconds. Nobody says "Hello?" at the same second each time; and having said it, one listens.
const (
	silenceSpreadMS = 1001
	askAgainMS      = 5000
)

// Due tells whether the customer speaks into a silence that has lasted quietMS.
func (s Silence) Due(quietMS int64, q Quiet) bool {
	wait := q.LimitMS + int64(practice.Draw(s.Seed, q.Turn, "silence", silenceSpreadMS))
	return quietMS >= wait && q.SinceAskedMS >= askAgainMS
}
