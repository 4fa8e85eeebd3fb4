package call

import (
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Input is something that happened to a call. Step is the only reader.
type Input interface{ input() }

// Tick is the call clock's step. It comes every 20 ms, whether or not anything else did.
type Tick struct{}

// Voice is one window of the voice detector on the trainee's sound: the probability (0–1) of voice between two times
// of the call clock, and how loud they were.
type Voice struct {
	FromMS, ToMS int64
	Probability  float64
	Power        float64 // mean square, 0–1 of full scale; 0: not known
	AtFullScale  int     // samples
}

// SoundLost is a stretch of the call clock for which no trainee sound came.
type SoundLost struct {
	FromMS, ToMS int64
	Reason       string
}

// Words answer a Recognize. Times are on the call clock.
type Words struct {
	ID     int64
	Text   string
	Words  []practice.Word
	TookMS float64
	Err    error
}

// Compared answers a Compare: 1 is nothing but the customer's own sound.
type Compared struct {
	ID       int64
	Likeness float64
}

// Estimate answers an EstimateEnd. The melody counts whether or not there is an Err.
type Estimate struct {
	ID          int64
	Probability float64
	Melody      floor.Melody
	Err         error
}

// Perceived answers a Perceive.
type Perceived struct {
	ID     int64
	Acts   []practice.Act
	TookMS float64
	Err    error // what was missing; the acts are those found without it
}

// Synthesized answers a Synthesize. The sound itself stays with the caller; Words are relative to its first sample.
type Synthesized struct {
	ID      int64
	Samples int // at 48 kHz
	Words   []practice.Word
	PauseMS int64
	TookMS  float64
	Err     error
}

// HeardUpTo is the line's report that the trainee has heard everything up to and including outgoing frame Frame.
type HeardUpTo struct{ Frame int64 }

// LineIsUp says that sound (or typing) can pass. Typing lines carry no sound.
type LineIsUp struct {
	Transport string // webrtc, websocket or typing
	Typing    bool
}

// LineIsDown says that it cannot any more.
type LineIsDown struct{ Reason string }

// Say is a turn that the trainee typed.
type Say struct{ Text string }

// Mute is the trainee's mute switch.
type Mute struct{ On bool }

// Hold is the trainee's hold button.
type Hold struct{ On bool }

// Captions switches captions on or off.
type Captions struct{ On bool }

// HangUp is the trainee ending the call.
type HangUp struct{}

// End is the server, or time, ending the call.
type End struct {
	Ending practice.Ending
	By     practice.EndedBy
	Reason string
}

// Misfortune is something that failed outside and was lived through; it is recorded and changes nothing.
type Misfortune struct{ Where, Message string }

func (Tick) input()        {}
func (Voice) input()       {}
func (SoundLost) input()   {}
func (Words) input()       {}
func (Compared) input()    {}
func (Estimate) input()    {}
func (Perceived) input()   {}
func (Synthesized) input() {}
func (HeardUpTo) input()   {}
func (LineIsUp) input()    {}
func (LineIsDown) input()  {}
func (Say) input()         {}
func (Mute) input()        {}
func (Hold) input()        {}
func (Captions) input()    {}
func (HangUp) input()      {}
func (End) input()         {}
func (Misfortune) input()  {}
