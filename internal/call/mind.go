package call

import "github.com/rapport-calls/rapport/internal/practice"

// Mind is the customer as a call needs her: a value that is never changed in place, so that a reply may be prepared on
// a copy while the trainee still pauses, and thrown away without a trace.
type Mind interface {
	// Open gives the opening line.
	Open() (Mind, Reply)
	// Hear gives the reply to a trainee's turn.
	Hear(t HeardTurn) (Mind, Reply)
	// Silence gives what she says, if anything, when nobody has spoken for ms milliseconds.
	Silence(ms int64, turn int) (Mind, Reply)
	// Said tells her how much of her last reply was heard: only that enters her memory.
	Said(heard string, interrupted bool) Mind
}

// HeardTurn is a trainee's turn as the mind hears it.
type HeardTurn struct {
	Turn        int
	Text        string
	Acts        []practice.Act
	Unsure      bool // recognition too uncertain to move anything
	SilenceMS   int64
	DurationMS  int64
	Interrupted bool
}

// Reply is what the customer does and says next. Empty words: she says nothing. With an ending the call ends when the
// words have been heard.
type Reply struct {
	Move   practice.Move
	Text   string
	Ledger []practice.LedgerEntry
	Heat   int // hundredths, 0–1000
	Trust  int
	Needs  map[string]practice.NeedState
	Told   []string
	Ending practice.Ending
}
