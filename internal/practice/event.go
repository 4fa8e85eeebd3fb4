package practice

import (
	"encoding/json"
	"fmt"
)

// MaxEventData is the most bytes that one event's data may take.
const MaxEventData = 16 << 10

// Event is one thing that happened in a call. Everything shown of a call is folded from its events and nothing else.
// Events are never edited; erasure deletes the whole call.
type Event struct {
	V      int             `json:"v"` // version of the kind's data
	CallID CallID          `json:"call_id"`
	Seq    int64           `json:"seq"`     // 1, 2, 3 … without gaps
	AtMS   int64           `json:"at_ms"`   // call clock
	WallMS int64           `json:"wall_ms"` // Unix time in milliseconds
	Lease  int64           `json:"lease"`   // fencing number of the node that wrote it
	Kind   EventKind       `json:"kind"`
	Data   json.RawMessage `json:"data"`
}

// EventKind names the Go type of an event's data.
type EventKind string

// EventData is one kind's data.
type EventData interface{ EventKind() EventKind }

// The kinds.
const (
	KindCallStarted   EventKind = "call_started"
	KindLineUp        EventKind = "line_up"
	KindLineDown      EventKind = "line_down"
	KindSoundGap      EventKind = "sound_gap"
	KindTraineeTurn   EventKind = "trainee_turn"
	KindTurnPerceived EventKind = "turn_perceived"
	KindMindStepped   EventKind = "mind_stepped"
	KindReplyStarted  EventKind = "reply_started"
	KindReplyHeard    EventKind = "reply_heard"
	KindBargeIn       EventKind = "barge_in"
	KindMuted         EventKind = "muted"
	KindHold          EventKind = "hold"
	KindBackchannel   EventKind = "backchannel"
	KindTrouble       EventKind = "trouble"
	KindSafety        EventKind = "safety"
	KindCallEnded     EventKind = "call_ended"
)

// CallStarted is a call's first event.
type CallStarted struct {
	Scenario         Slug     `json:"scenario"`
	ScenarioDigest   string   `json:"scenario_digest"` // sha256 of the scenario's files, hex
	MindVersion      string   `json:"mind_version"`
	PerceiverVersion string   `json:"perceiver_version"`
	Seed             uint64   `json:"seed,string"`
	Owner            PersonID `json:"owner"`
	NoticeVersion    string   `json:"notice_version"`
	KeepSound        bool     `json:"keep_sound"`
	Mode             CallMode `json:"mode"`
	PhraseHistory    []string `json:"phrase_history,omitempty"` // the trainee's stock phrases at the start; empty in official calls
	Memory           *Memory  `json:"memory,omitempty"`         // of the earlier call, in a follow-up
	Recognizer       string   `json:"recognizer"`
	Endpoint         string   `json:"endpoint"`            // auto, audio, words or pauses
	Voice            string   `json:"voice"`               // the family: hibari, flite, kokoro, none
	Unslotted        bool     `json:"unslotted,omitempty"` // lines that take up the trainee's words were left out: the voice was rendered ahead
	Words            string   `json:"words"`               // authored, or the model's name
	Patience         string   `json:"patience,omitempty"`
}

// CallMode is how a trainee takes part.
type CallMode string

// The modes: by voice, or by typing when there is no voice or none is wanted.
const (
	ModeVoice CallMode = "voice"
	ModeTyped CallMode = "typed"
)

// LineUp says that sound (or typing) can pass.
type LineUp struct {
	Transport string `json:"transport"` // webrtc, websocket or typing
}

// LineDown says that it cannot any more.
type LineDown struct {
	Reason string `json:"reason"`
}

// SoundGap is a stretch of the call clock for which no trainee sound arrived; the recording is silent there.
type SoundGap struct {
	FromMS int64  `json:"from_ms"`
	ToMS   int64  `json:"to_ms"`
	Reason string `json:"reason"`
}

// StageTimes says where a turn's time went, each in milliseconds; null where a stage did not run.
type StageTimes struct {
	EndpointMS   *float64 `json:"endpoint"`   // trainee's voice end → turn committed, without the stages below
	RecognizeMS  *float64 `json:"recognize"`  // last segment handed over → its words
	DecideMS     *float64 `json:"decide"`     // perception and the mind
	WordsMS      *float64 `json:"words"`      // the reply's first clause in words
	SynthesizeMS *float64 `json:"synthesize"` // … in sound
	SendMS       *float64 `json:"send"`       // … written to the line
}

// TraineeTurn is a committed turn of the trainee.
type TraineeTurn struct {
	Turn        int      `json:"turn"` // position in the transcript, counting both speakers from 0
	Text        string   `json:"text"`
	Words       []Word   `json:"words,omitempty"`
	StartMS     int64    `json:"start_ms"`
	EndMS       int64    `json:"end_ms"`
	Typed       bool     `json:"typed,omitempty"`
	EndpointP   *float64 `json:"endpoint_p,omitempty"`  // endpoint model's last estimate
	WaitedMS    int64    `json:"waited_ms"`             // silence waited before the commit
	Interrupted bool     `json:"interrupted,omitempty"` // it cut the customer off
	SilenceMS   int64    `json:"silence_ms,omitempty"`  // silence of both before it began
	MindText    string   `json:"mind_text,omitempty"`   // the words as the mind heard them, when a second reading found others
}

// TurnPerceived holds the acts found in a trainee's turn. A replay reads them and never perceives again.
type TurnPerceived struct {
	Turn      int    `json:"turn"`
	Perceiver string `json:"perceiver"`
	Acts      []Act  `json:"acts"`
	Unsure    bool   `json:"unsure,omitempty"` // recognition too uncertain to move anything
}

// MindStepped is how a turn moved the customer, and what she does next.
type MindStepped struct {
	Turn   int                  `json:"turn"` // the trainee's turn that moved her; -1 for the opening and for silences
	Ledger []LedgerEntry        `json:"ledger"`
	Heat   int                  `json:"heat"`
	Trust  int                  `json:"trust"`
	Needs  map[string]NeedState `json:"needs"`
	Move   Move                 `json:"move"`
	Told   []string             `json:"told,omitempty"` // ids of facts told with this move, "concern" for the hidden one
	Ending Ending               `json:"ending,omitempty"`
	Cause  string               `json:"cause"`            // turn, opening, silence, hold or line
	Inputs []MindInput          `json:"inputs,omitempty"` // what the mind was told since the last step, up to this one
}

// ReplyStarted is the customer taking the floor.
type ReplyStarted struct {
	Turn       int        `json:"turn"`
	Generation int        `json:"generation"`
	Move       Move       `json:"move"`
	Text       string     `json:"text"`   // all that she meant to say; of a model's words, as far as they were there
	Source     string     `json:"source"` // authored or model
	Stages     StageTimes `json:"stages"`
}

// ReplyHeard is the customer giving up the floor: only Text entered the transcript and her memory.
type ReplyHeard struct {
	Turn        int    `json:"turn"`
	Generation  int    `json:"generation"`
	Text        string `json:"text"`              // heard
	Unheard     string `json:"unheard,omitempty"` // generated, never heard
	Words       []Word `json:"words,omitempty"`   // heard words on the call clock
	StartMS     int64  `json:"start_ms"`
	EndMS       int64  `json:"end_ms"`
	Interrupted bool   `json:"interrupted,omitempty"`
}

// BargeIn is the trainee starting to speak while the customer spoke.
type BargeIn struct {
	Generation int    `json:"generation"`
	Kind       string `json:"kind"` // yielded, backchannel, echo, noise, or talked_on: words that did not stop her
	OnsetMS    int64  `json:"onset_ms"`
	Text       string `json:"text,omitempty"`       // of a backchannel, and of words that did not stop her
	Supportive bool   `json:"supportive,omitempty"` // a backchannel that tells her she is listened to
}

// Muted is the trainee's mute switch.
type Muted struct {
	On bool `json:"on"`
}

// Hold is an edge of a hold: the customer is put on it, or taken off it. Announced says that the trainee told her; a
// button pressed without a word is an unannounced hold. A second edge of the same direction says what has become known
// of the hold since: that it had been announced, or that the button was pressed as well.
type Hold struct {
	On        bool   `json:"on"`
	By        HoldBy `json:"by"`
	Announced bool   `json:"announced,omitempty"`
}

// Backchannel is an "mm-hm" of the customer's during a turn of the trainee's: no turn, and nothing that she remembers.
type Backchannel struct {
	Text    string `json:"text"`
	StartMS int64  `json:"start_ms"`
	EndMS   int64  `json:"end_ms"`
}

// Trouble is something that failed and was lived through.
type Trouble struct {
	Where   string `json:"where"`
	Message string `json:"message"`
}

// Safety is what the trainee chose when the call asked whether words were part of the practice. The words stand nowhere,
// and nothing that is shown of a call is folded from it.
type Safety struct {
	Choice string `json:"choice"`
}

// The choices.
const (
	SafetyGoOn = "go_on"
	SafetyStop = "stop"
)

// CallEnded is a call's last event.
type CallEnded struct {
	Ending  Ending      `json:"ending"`
	By      EndedBy     `json:"by"`
	Reason  string      `json:"reason,omitempty"`
	Inputs  []MindInput `json:"inputs,omitempty"`  // what the mind was told after its last step
	Outcome *Verdict    `json:"outcome,omitempty"` // what the customer makes of the call; nil when it was cut
}

// EndedBy is who ended a call.
type EndedBy string

// Who can end a call. A server's end (a crash found at the next start, a shutdown) marks the call as cut.
const (
	EndedByTrainee  EndedBy = "trainee"
	EndedByCustomer EndedBy = "customer"
	EndedByServer   EndedBy = "server"
)

// EventKind implements EventData.
func (CallStarted) EventKind() EventKind { return KindCallStarted }

// EventKind implements EventData.
func (LineUp) EventKind() EventKind { return KindLineUp }

// EventKind implements EventData.
func (LineDown) EventKind() EventKind { return KindLineDown }

// EventKind implements EventData.
func (SoundGap) EventKind() EventKind { return KindSoundGap }

// EventKind implements EventData.
func (TraineeTurn) EventKind() EventKind { return KindTraineeTurn }

// EventKind implements EventData.
func (TurnPerceived) EventKind() EventKind { return KindTurnPerceived }

// EventKind implements EventData.
func (MindStepped) EventKind() EventKind { return KindMindStepped }

// EventKind implements EventData.
func (ReplyStarted) EventKind() EventKind { return KindReplyStarted }

// EventKind implements EventData.
func (ReplyHeard) EventKind() EventKind { return KindReplyHeard }

// EventKind implements EventData.
func (BargeIn) EventKind() EventKind { return KindBargeIn }

// EventKind implements EventData.
func (Muted) EventKind() EventKind { return KindMuted }

// EventKind implements EventData.
func (Hold) EventKind() EventKind { return KindHold }

// EventKind implements EventData.
func (Backchannel) EventKind() EventKind { return KindBackchannel }

// EventKind implements EventData.
func (Trouble) EventKind() EventKind { return KindTrouble }

// EventKind implements EventData.
func (Safety) EventKind() EventKind { return KindSafety }

// EventKind implements EventData.
func (CallEnded) EventKind() EventKind { return KindCallEnded }

// DecodeEvent returns an event's data as its Go type, by value. For a kind it does not know it returns ErrUnknownEvent,
// which readers skip: a newer release may have written it.
func DecodeEvent(e Event) (EventData, error) {
	switch e.Kind {
	case KindCallStarted:
		return decode[CallStarted](e)
	case KindLineUp:
		return decode[LineUp](e)
	case KindLineDown:
		return decode[LineDown](e)
	case KindSoundGap:
		return decode[SoundGap](e)
	case KindTraineeTurn:
		return decode[TraineeTurn](e)
	case KindTurnPerceived:
		return decode[TurnPerceived](e)
	case KindMindStepped:
		return decode[MindStepped](e)
	case KindReplyStarted:
		return decode[ReplyStarted](e)
	case KindReplyHeard:
		return decode[ReplyHeard](e)
	case KindReplyWorded:
		return decode[ReplyWorded](e)
	case KindBargeIn:
		return decode[BargeIn](e)
	case KindMuted:
		return decode[Muted](e)
	case KindHold:
		return decode[Hold](e)
	case KindBackchannel:
		return decode[Backchannel](e)
	case KindTrouble:
		return decode[Trouble](e)
	case KindSafety:
		return decode[Safety](e)
	case KindCallEnded:
		return decode[CallEnded](e)
	default:
		return nil, fmt.Errorf("event %d of kind %q: %w", e.Seq, e.Kind, ErrUnknownEvent)
	}
}

func decode[T EventData](e Event) (EventData, error) {
	var d T
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return nil, fmt.Errorf("event %d of kind %s: %w", e.Seq, e.Kind, err)
	}
	return d, nil
}
