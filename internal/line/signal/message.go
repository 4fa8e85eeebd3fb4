package signal

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Version is the protocol's version. A client with another one is refused.
const Version = 1

// ClientMessage is what a client says: one of Hello, Switch, Offer, Candidate, HeardRTP,
// Mute, Hold, Say, Captions, SafetyChoice, HangUp and Ping.
type ClientMessage interface{ clientType() string }

// ServerMessage is what the server says: one of Welcome, Switched, Answer, Candidate, LineError and Pong, or one of
// practice.LineOutput. practice.TakenOver travels as a LineError.
type ServerMessage any

// Hello is a client's first message.
type Hello struct {
	V        int    `json:"v"`
	Token    string `json:"token"`
	Want     string `json:"want"`                // webrtc, websocket or typing
	Codec    string `json:"codec,omitempty"`     // of websocket: opus (also if empty) or pcm16
	TakeOver bool   `json:"take_over,omitempty"` // from the line that the call has now
	Client   string `json:"client,omitempty"`    // name and version, for the log
}

// Switch moves the line's sound to another way while the call goes on.
type Switch struct {
	Want  string `json:"want"` // websocket
	Codec string `json:"codec,omitempty"`
}

// Offer is a session description that the server shall answer.
type Offer struct {
	SDP string `json:"sdp"`
}

// Candidate is one ICE candidate; an empty one says that there are no more.
type Candidate struct {
	Candidate CandidateInit `json:"candidate"`
}

// CandidateInit is RTCIceCandidateInit. A bare string is read as its candidate, null as the end of candidates.
type CandidateInit struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid,omitempty"`
	SDPMLineIndex    *uint16 `json:"sdpMLineIndex,omitempty"`
	UsernameFragment *string `json:"usernameFragment,omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *CandidateInit) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &c.Candidate)
	}
	type plain CandidateInit
	return json.Unmarshal(b, (*plain)(c))
}

// HeardRTP says that the sound of this RTP time (of a websocket line: of this frame's time) has been played.
type HeardRTP struct {
	RTP uint32 `json:"rtp"`
}

// Mute is the mute switch.
type Mute struct {
	On bool `json:"on"`
}

// Hold is the hold button.
type Hold struct {
	On bool `json:"on"`
}

// Say is a typed turn.
type Say struct {
	Text string `json:"text"`
}

// Captions switches captions of the trainee's own words.
type Captions struct {
	On bool `json:"on"`
}

// SafetyChoice answers the question whether words were part of the practice.
type SafetyChoice struct {
	GoOn bool `json:"go_on"`
}

// HangUp ends the call.
type HangUp struct{}

// Ping asks for a Pong with the same number.
type Ping struct {
	N int64 `json:"n"`
}

func (Hello) clientType() string        { return "hello" }
func (Switch) clientType() string       { return "switch" }
func (Offer) clientType() string        { return "offer" }
func (Candidate) clientType() string    { return "candidate" }
func (HeardRTP) clientType() string     { return "heard" }
func (Mute) clientType() string         { return "mute" }
func (Hold) clientType() string         { return "hold" }
func (Say) clientType() string          { return "say" }
func (Captions) clientType() string     { return "captions" }
func (SafetyChoice) clientType() string { return "safety" }
func (HangUp) clientType() string       { return "hangup" }
func (Ping) clientType() string         { return "ping" }

// Welcome answers Hello.
type Welcome struct {
	V      int             `json:"v"`
	Call   practice.CallID `json:"call"`
	Mode   string          `json:"mode"`            // what was wanted
	Codec  string          `json:"codec,omitempty"` // of websocket
	Limits Limits          `json:"limits"`
}

// Limits tells a client what it must keep to.
type Limits struct {
	MessageBytes      int `json:"message_bytes"`
	MessagesPerSecond int `json:"messages_per_s"`
	MessagesBurst     int `json:"messages_burst"`
	SoundPerSecond    int `json:"sound_per_s"` // binary messages, counted apart
	SoundBurst        int `json:"sound_burst"`
	Candidates        int `json:"candidates"`
	SayBytes          int `json:"say_bytes"`
	IdleS             int `json:"idle_s"` // without any message or pong for so long, the socket is closed
}

// Switched answers Switch: the sound goes this way now.
type Switched struct {
	Mode  string `json:"mode"`
	Codec string `json:"codec,omitempty"`
}

// Answer answers Offer.
type Answer struct {
	SDP string `json:"sdp"`
}

// Pong answers Ping.
type Pong struct {
	N int64 `json:"n"`
}

// Code says what went wrong; docs/protocol.md lists them.
type Code string

// The codes of a LineError.
const (
	CodeBadJSON     Code = "bad_json"
	CodeUnknownType Code = "unknown_type"
	CodeBadMessage  Code = "bad_message"
	CodeVersion     Code = "version"
	CodeWant        Code = "want"
	CodeTooFast     Code = "too_fast"
	CodeTooMany     Code = "too_many"
	CodeBadOffer    Code = "bad_offer"
	CodeForbidden   Code = "forbidden"
	CodeNotFound    Code = "not_found"
	CodeEnded       Code = "ended"
	CodeConflict    Code = "conflict"
	CodeBusy        Code = "busy"
	CodeHelloFirst  Code = "hello_first"
	CodeInternal    Code = "internal"
	CodeGoingAway   Code = "going_away"
	CodeBadSound    Code = "bad_sound"
	CodeTakenOver   Code = "taken_over"
)

// LineError tells a client what went wrong and what to do. After a fatal one the server closes the socket.
type LineError struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	Fatal   bool   `json:"fatal"`
}

// Error implements error.
func (p LineError) Error() string { return fmt.Sprintf("%s (%s)", p.Message, p.Code) }

type envelope struct {
	Type string `json:"type"`
}

// DecodeClient reads one message of a client. It fails with a LineError.
func DecodeClient(b []byte) (ClientMessage, error) {
	typ, err := messageType(b)
	if err != nil {
		return nil, err
	}
	switch typ {
	case "hello":
		return decode[Hello](b)
	case "switch":
		return decode[Switch](b)
	case "offer":
		return decode[Offer](b)
	case "candidate":
		return decode[Candidate](b)
	case "heard":
		return decode[HeardRTP](b)
	case "mute":
		return decode[Mute](b)
	case "hold":
		return decode[Hold](b)
	case "say":
		return decode[Say](b)
	case "captions":
		return decode[Captions](b)
	case "safety":
		return decode[SafetyChoice](b)
	case "hangup":
		return decode[HangUp](b)
	case "ping":
		return decode[Ping](b)
	default:
		return nil, LineError{Code: CodeUnknownType, Message: fmt.Sprintf("message type %.40q is not known here: leave it out", typ)}
	}
}

func messageType(b []byte) (string, error) {
	var e envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return "", LineError{Code: CodeBadJSON, Message: "not a JSON object with a type: " + err.Error()}
	}
	return e.Type, nil
}

func decode[T ClientMessage](b []byte) (ClientMessage, error) {
	var m T
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, LineError{Code: CodeBadMessage, Message: fmt.Sprintf("message %q: %v", m.clientType(), err)}
	}
	return m, nil
}

// DecodeServer reads one message of the server, for clients. Messages of unknown type give nil and no error: a newer
// server may send them, and a client skips them.
func DecodeServer(b []byte) (ServerMessage, error) {
	typ, err := messageType(b)
	if err != nil {
		return nil, err
	}
	switch typ {
	case "welcome":
		return decodeServer[Welcome](b)
	case "switched":
		return decodeServer[Switched](b)
	case "answer":
		return decodeServer[Answer](b)
	case "candidate":
		return decodeServer[Candidate](b)
	case "error":
		return decodeServer[LineError](b)
	case "pong":
		return decodeServer[Pong](b)
	case "gain":
		return decodeServer[practice.Gain](b)
	case "state":
		return decodeServer[practice.CallState](b)
	case "floor":
		return decodeServer[practice.FloorHeld](b)
	case "held":
		return decodeServer[practice.Held](b)
	case "safety":
		return decodeServer[practice.SafetyAsked](b)
	case "advice":
		return decodeServer[practice.Advice](b)
	case "caption":
		return decodeServer[practice.Caption](b)
	case "turn":
		return decodeServer[practice.TurnShown](b)
	case "ended":
		return decodeServer[practice.CallOver](b)
	default:
		return nil, nil
	}
}

func decodeServer[T any](b []byte) (ServerMessage, error) {
	var m T
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("signal: message of the server: %w", err)
	}
	return m, nil
}

// Encode writes a message of either side, its type first. It fails with ErrInvalid on a value that is none.
func Encode(m any) ([]byte, error) {
	var typ string
	switch m := m.(type) {
	case ClientMessage: // Candidate, which both sides send, is one of them
		typ = m.clientType()
	case Welcome:
		typ = "welcome"
	case Switched:
		typ = "switched"
	case Answer:
		typ = "answer"
	case LineError:
		typ = "error"
	case Pong:
		typ = "pong"
	case practice.Gain:
		typ = "gain"
	case practice.CallState:
		typ = "state"
	case practice.FloorHeld:
		typ = "floor"
	case practice.Held:
		typ = "held"
	case practice.SafetyAsked:
		typ = "safety"
	case practice.Advice:
		typ = "advice"
	case practice.Caption:
		typ = "caption"
	case practice.TurnShown:
		typ = "turn"
	case practice.CallOver:
		typ = "ended"
	default:
		return nil, fmt.Errorf("signal: %T is no message: %w", m, practice.ErrInvalid)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("signal: message %q: %w", typ, err)
	}
	var out bytes.Buffer
	out.Grow(len(body) + len(typ) + 12)
	out.WriteString(`{"type":"`)
	out.WriteString(typ)
	out.WriteByte('"')
	if len(body) > 2 { // more than {}
		out.WriteByte(',')
	}
	out.Write(body[1:])
	return out.Bytes(), nil
}
