package floor

// ConfirmMS is the voice that begins a turn: two windows of the detector. Anything shorter is a click.
const ConfirmMS = 64

// Start decides when a voice takes the floor.
type Start struct{}

// Started is what is known of a voice that has just come up.
type Started struct {
	VoicedMS int64 // voice in its run
	Speaking bool  // a turn is open: the voice goes on with it
	Paused   bool  // … and its pause has been noticed
	Typed    bool  // the open turn is being typed: a voice in the room is none of it
}

// Move is what a voice does to the floor.
type Move int

// The moves.
const (
	Ignore Move = iota
	Begin       // a turn begins
	GoOn        // the open turn goes on after a pause: what was prepared is thrown away
	Keep        // the open turn goes on
)

// Judge says what a voice does now.
func (Start) Judge(s Started) Move {
	switch {
	case s.VoicedMS < ConfirmMS || s.Typed:
		return Ignore
	case !s.Speaking:
		return Begin
	case s.Paused:
		return GoOn
	default:
		return Keep
	}
}
