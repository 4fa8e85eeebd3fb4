package floor

// Mute decides which sound the customer has no ears for. What was being said when it begins ends there, and is taken at its
// pause as usual: sound that is not heard is silence.
type Mute struct {
	Button   bool  // the trainee's mute switch
	HeldFrom int64 // the hold button was pressed at this time; sound before it, still on its way, is heard
	Held     bool
	Typed    bool // the line carries no sound
	Down     bool // there is no line
	Closing  bool // the trainee has hung up
}

// Deaf tells whether sound that begins at fromMS is not heard.
func (m Mute) Deaf(fromMS int64) bool {
	return m.Button || m.Typed || m.Down || m.Closing || m.Held && fromMS >= m.HeldFrom
}
