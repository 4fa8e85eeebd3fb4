package practice

// MindInput is one thing that a customer's mind was told, in the order in which it was. With the turns and their acts, which
// stand in other events, all inputs of a call give its whole course again.
type MindInput struct {
	Op          MindOp   `json:"op"`
	Turn        int      `json:"turn,omitempty"`        // of hear, silence and hold: the trainee's turn
	Text        string   `json:"text,omitempty"`        // of said: what was heard; of reworded: the words; of line_back: what had been cut off
	Interrupted bool     `json:"interrupted,omitempty"` // of hear: it cut her off; of said: she was cut off
	Unsure      bool     `json:"unsure,omitempty"`      // of hear
	CutIn       bool     `json:"cut_in,omitempty"`      // of hear: she cuts in on it
	Announced   bool     `json:"announced,omitempty"`   // of on_hold
	MS          int64    `json:"ms,omitempty"`          // of silence: how long; of hear: the silence before it
	LastedMS    int64    `json:"lasted_ms,omitempty"`   // of hear: how long the trainee spoke
	Move        Move     `json:"move,omitempty"`        // of line_back: of the reply that was cut off
	Told        []string `json:"told,omitempty"`
	Ending      Ending   `json:"ending,omitempty"`
}

// MindOp names what was told.
type MindOp string

// The operations, which are the mind's methods.
const (
	OpOpen     MindOp = "open"
	OpHear     MindOp = "hear"
	OpSilence  MindOp = "silence"
	OpSaid     MindOp = "said"
	OpReworded MindOp = "reworded"
	OpOnHold   MindOp = "on_hold"
	OpOffHold  MindOp = "off_hold"
	OpLineBack MindOp = "line_back"
)
