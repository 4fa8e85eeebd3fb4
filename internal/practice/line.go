package practice

// LineInput is what reaches a call over its line besides sound: one of LineUp, LineDown, Muted, HoldPressed,
// TypedText, CaptionsWanted, SafetyChoice and HangUp, by value.
type LineInput interface{ lineInput() }

// TypedText is a turn that the trainee typed. Text is trimmed, valid UTF-8, not empty, at most MaxTypedText bytes.
type TypedText struct {
	Text string `json:"text"`
}

// MaxTypedText bounds a typed turn, in bytes.
const MaxTypedText = 4000

// HoldPressed is the trainee's hold button. While it is on the customer does not hear the microphone.
type HoldPressed struct {
	On bool `json:"on"`
}

// CaptionsWanted switches captions of the trainee's own words.
type CaptionsWanted struct {
	On bool `json:"on"`
}

// SafetyChoice answers SafetyAsked: go on with the practice, or stop and be shown help.
type SafetyChoice struct {
	GoOn bool `json:"go_on"`
}

// HangUp is the trainee ending the call.
type HangUp struct{}

func (LineUp) lineInput()         {}
func (LineDown) lineInput()       {}
func (Muted) lineInput()          {}
func (HoldPressed) lineInput()    {}
func (TypedText) lineInput()      {}
func (CaptionsWanted) lineInput() {}
func (SafetyChoice) lineInput()   {}
func (HangUp) lineInput()         {}

// LineOutput is what a call tells the person's side besides sound: one of Gain, CallState, FloorHeld, Held, SafetyAsked,
// Advice, Caption, TurnShown, TakenOver and CallOver, by value. docs/protocol.md says how each travels.
type LineOutput interface{ lineOutput() }

// Gain asks the person's side to move the customer's loudness, counted from what she was recorded at, not from where
// the gain stands. It is how a customer ducks and falls silent faster than sound already under way could.
type Gain struct {
	DB     float64 `json:"db"`      // 0 is as sent, −13 ducked, −80 silent; never above 0
	RampMS int     `json:"ramp_ms"` // time to get there, along a straight line in amplitude
}

// CallState is where the call stands for the person.
type CallState struct {
	State LiveState `json:"state"`
}

// LiveState is one of the states of CallState.
type LiveState string

// The states a person's side is shown.
const (
	StateConnecting LiveState = "connecting"
	StateLive       LiveState = "live"
	StateEnded      LiveState = "ended"
)

// FloorHeld says who has the floor since AtMS of the call clock.
type FloorHeld struct {
	Holder FloorHolder `json:"holder"`
	AtMS   int64       `json:"at_ms"`
}

// FloorHolder is who has the floor.
type FloorHolder string

// Who can hold the floor.
const (
	FloorCustomer FloorHolder = "customer"
	FloorTrainee  FloorHolder = "trainee"
	FloorFree     FloorHolder = "free"
)

// Held says that the customer is put on hold, or taken off it. A hold that was spoken and one by the button are the same
// thing.
type Held struct {
	On   bool   `json:"on"`
	By   HoldBy `json:"by"` // at the end too: how it was put
	AtMS int64  `json:"at_ms"`
}

// HoldBy is how a customer was put on hold.
type HoldBy string

// The ways to put her on hold. Who says it and presses the button as well has pressed the button.
const (
	HoldByButton HoldBy = "button"
	HoldByWords  HoldBy = "words"
)

// SafetyAsked asks the trainee whether what was just said is part of the practice, or about the trainee. On is false once
// it is answered. While it is on the call stands still.
type SafetyAsked struct {
	On bool `json:"on"`
}

// Advice is something about the person's device or line that they can mend.
type Advice struct {
	Code AdviceCode `json:"code"`
}

// AdviceCode says what the advice is; the page has the sentence for it.
type AdviceCode string

// The codes.
const (
	AdviceEcho     AdviceCode = "echo"     // the microphone hears the customer: headset, or a lower loudspeaker
	AdviceQuiet    AdviceCode = "quiet"    // the trainee is hardly to be heard
	AdviceClipping AdviceCode = "clipping" // the microphone is overdriven
	AdviceWords    AdviceCode = "words"    // the model that finds her words fails; the authored ones stand in
	AdviceBehind   AdviceCode = "behind"   // the server is behind: answers come late
)

// Caption is what a speaker is saying, as far as it is known.
type Caption struct {
	Speaker Speaker `json:"speaker"`
	Turn    int     `json:"turn"`
	Text    string  `json:"text"`
	Final   bool    `json:"final"` // no other caption of this turn follows
	AtMS    int64   `json:"at_ms"`
}

// TurnShown is a turn as it entered the transcript.
type TurnShown struct {
	Turn    int         `json:"turn"`
	Speaker Speaker     `json:"speaker"`
	Text    string      `json:"text"`
	Unheard string      `json:"unheard,omitempty"` // meant by the customer, never heard
	StartMS int64       `json:"start_ms"`
	EndMS   int64       `json:"end_ms"`
	Words   []Word      `json:"words,omitempty"`
	Stages  *StageTimes `json:"stages,omitempty"` // of a customer's turn: where the wait for it went
}

// TakenOver is the last thing a call says on a line from which another line has taken the call.
type TakenOver struct{}

// CallOver is the last thing a call says.
type CallOver struct {
	Ending Ending  `json:"ending"`
	By     EndedBy `json:"by"`
	Reason string  `json:"reason,omitempty"`
}

func (Gain) lineOutput()        {}
func (CallState) lineOutput()   {}
func (FloorHeld) lineOutput()   {}
func (Held) lineOutput()        {}
func (SafetyAsked) lineOutput() {}
func (Advice) lineOutput()      {}
func (Caption) lineOutput()     {}
func (TurnShown) lineOutput()   {}
func (TakenOver) lineOutput()   {}
func (CallOver) lineOutput()    {}
