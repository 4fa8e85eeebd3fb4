package bench

import (
	"github.com/rapport-calls/rapport/internal/bench/verdict"
	"github.com/rapport-calls/rapport/internal/practice"
)

// situation is what a trial puts the customer into.
type situation string

// The situations. The first five are turns that the customer answers; the others fall into her reply.
const (
	plain       situation = "plain"      // a turn that ends a sentence
	unfinished  situation = "unfinished" // … that stops inside one
	paused      situation = "pause"      // … with one long pause at a word boundary
	dictation   situation = "dictation"  // digits and codes with pauses between groups
	phrases     situation = "phrases"    // single phrases joined at known places
	bargeIn     situation = "barge_in"
	backchannel situation = "backchannel"
	noise       situation = "noise"
	echoed      situation = "echo"
)

// The kinds of speech, which are reported apart.
const (
	human     = "human"
	synthetic = "synthetic"
	generated = "generated" // noise
)

// trial is one thing to do in a call.
type trial struct {
	situation situation
	rec       Recording
	pauses    []verdict.Span // put into rec, in milliseconds from its first sample
	pauseMS   int            // of a pause trial
	echoDB    float64
	echoMS    int // delay
	leadMS    int // into the customer's speech, at which an overlap begins
	gapMS     int // of silence before a turn
}

// exchange is a turn and what happens while it is answered.
type exchange struct {
	turn trial
	over *trial
}

// turnResult is one trial, as turns.jsonl keeps it. Times are milliseconds from the beginning of the call's WAV.
type turnResult struct {
	Call           int                  `json:"call"`
	Trial          int                  `json:"trial"`
	Situation      situation            `json:"situation"`
	Source         string               `json:"source"` // human, synthetic or generated
	Recording      string               `json:"recording"`
	FromMS         float64              `json:"from_ms"`        // the trainee's first sound
	ToMS           float64              `json:"to_ms"`          // their last
	TraineeEndMS   float64              `json:"trainee_end_ms"` // their last, from the recording's start
	OnsetMS        *float64             `json:"onset_ms"`       // of the reply
	VoiceToVoiceMS float64              `json:"voice_to_voice_ms"`
	FirstAudioMS   float64              `json:"first_audio_ms"`
	Filler         bool                 `json:"filler"`
	Answered       bool                 `json:"answered"`
	CutIn          bool                 `json:"cut_in"`  // the customer began before the trainee had ended
	Talking        bool                 `json:"talking"` // … and was still speaking when they ended: there is no wait to measure
	Reference      string               `json:"reference"`
	Recognised     string               `json:"recognised"`
	Errors         int                  `json:"errors"`
	Words          int                  `json:"words"`
	Stages         *practice.StageTimes `json:"stages"`

	PauseMS    int             `json:"pause_ms,omitempty"`
	Pauses     []verdict.Span  `json:"pauses,omitempty"` // where they were spoken
	CutOff     *verdict.CutOff `json:"cut_off,omitempty"`
	Yield      *verdict.Yield  `json:"yield,omitempty"`
	TalkOn     *verdict.TalkOn `json:"talk_on,omitempty"`
	OwnPauses  []verdict.Span  `json:"own_pauses,omitempty"` // the customer's, at her punctuation
	LineMS     float64         `json:"line_ms,omitempty"`    // where the line that an overlap fell into began
	WordErrors []wordTimeError `json:"word_time_errors,omitempty"`
	EchoDB     float64         `json:"echo_db,omitempty"`
	EchoMS     int             `json:"echo_delay_ms,omitempty"`
	Said       []heardTurn     `json:"said,omitempty"` // turn events that came in the trial
	Gains      []gainShown     `json:"gains,omitempty"`
	Void       string          `json:"void,omitempty"` // why the trial says nothing
}

// wordTimeError is how far the transcript's start of a phrase's first word lies behind where it was spoken.
type wordTimeError struct {
	Word  string  `json:"word"`
	AtMS  float64 `json:"at_ms"`
	OffMS float64 `json:"off_ms"`
}

// heardTurn is a turn event.
type heardTurn struct {
	AtMS    float64          `json:"at_ms"`
	Speaker practice.Speaker `json:"speaker"`
	Text    string           `json:"text"`
	Unheard string           `json:"unheard,omitempty"`
	StartMS float64          `json:"start_ms"` // on the client's clock
	EndMS   float64          `json:"end_ms"`
}

// gainShown is a gain message.
type gainShown struct {
	AtMS float64 `json:"at_ms"`
	DB   float64 `json:"db"`
}
