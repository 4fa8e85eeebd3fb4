package call

import "github.com/rapport-calls/rapport/internal/practice"

// Output is something that Step wants done. Answers come back as inputs with the same ID; answers that Step no longer
// waits for are ignored, so nothing breaks when a Drop comes too late.
type Output interface{ output() }

// Recognize asks for the words between two times of the call clock.
type Recognize struct {
	ID           int64
	FromMS, ToMS int64
	Priority     practice.Priority
}

// Compare asks how like the sound between two times of the call clock is to what had been sent before.
type Compare struct {
	ID           int64
	FromMS, ToMS int64
}

// EstimateEnd asks how probable it is that the turn which began at FromMS is over at ToMS. Melody: the melody of its last
// seconds is wanted too.
type EstimateEnd struct {
	ID           int64
	FromMS, ToMS int64
	Melody       bool
	Priority     practice.Priority
}

// Perceive asks for the acts in a trainee's turn. CustomerSaid is what she has said in the call so far, latest last.
type Perceive struct {
	ID           int64
	Text         string
	Words        []practice.Word
	CustomerSaid []string
	Priority     practice.Priority
}

// Synthesize asks for the sound of one clause, to be kept under its generation and clause until Release.
type Synthesize struct {
	ID         int64
	Generation int
	Clause     int
	Request    practice.SpeechRequest
	Priority   practice.Priority
}

// Raise says that work which was asked for as speculation will most likely be needed: the recognition of a segment is then
// PriorityFinal, an estimate PriorityFirstClause.
type Raise struct{ ID int64 }

// Drop says that the answer to ID is not wanted any more.
type Drop struct{ ID int64 }

// Play starts a clause at FromSample (48 kHz) with this tick's frame. It plays on, a frame a tick, to the clause's end.
type Play struct {
	Generation int
	Clause     int
	FromSample int
}

// Quiet stops what plays: from this tick's frame on there is silence.
type Quiet struct{ Generation int }

// Release says that a generation's sound is not needed any more.
type Release struct{ Generation int }

// Emit is an event for the log, and when it happened.
type Emit struct {
	AtMS int64
	Data practice.EventData
}

// Persist says that the events so far belong on disk now: a turn has ended.
type Persist struct{}

// Show is something for the trainee's page.
type Show struct{ Message practice.LineOutput }

// Finish is a call's last output.
type Finish struct {
	Ending practice.Ending
	By     practice.EndedBy
	Reason string
}

func (Recognize) output()   {}
func (Compare) output()     {}
func (EstimateEnd) output() {}
func (Perceive) output()    {}
func (Synthesize) output()  {}
func (Raise) output()       {}
func (Drop) output()        {}
func (Play) output()        {}
func (Quiet) output()       {}
func (Release) output()     {}
func (Emit) output()        {}
func (Persist) output()     {}
func (Show) output()        {}
func (Finish) output()      {}
