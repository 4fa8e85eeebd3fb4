package practice

import (
	"encoding/json"
	"fmt"
	"time"
)

// ChatRole is who a message of a chat request comes from.
type ChatRole string

// The roles of the chat format.
const (
	ChatSystem ChatRole = "system"
	ChatUser   ChatRole = "user"
)

// ChatMessage is one message of a chat request.
type ChatMessage struct {
	Role ChatRole
	Text string
}

// ChatRequest is what a chat model is asked.
type ChatRequest struct {
	Messages    []ChatMessage
	MaxTokens   int
	Temperature float64
	Stop        []string // at most four; where a model knows none the caller cuts
	Shape       ChatShape
	Schema      json.RawMessage // with ShapeSchema
}

// ChatShape is how an answer is bound.
type ChatShape string

// The shapes.
const (
	ShapeText   ChatShape = ""
	ShapeJSON   ChatShape = "json_object"
	ShapeSchema ChatShape = "json_schema"
)

// ChatUsage is what a request cost in tokens.
type ChatUsage struct {
	In        int  `json:"in"`     // all of the prompt
	CachedIn  int  `json:"cached"` // the part of In that the server had cached
	Out       int  `json:"out"`
	Estimated bool `json:"estimated,omitempty"` // the server did not tell: counted from letters
}

// Plus adds two usages up.
func (u ChatUsage) Plus(v ChatUsage) ChatUsage {
	return ChatUsage{In: u.In + v.In, CachedIn: u.CachedIn + v.CachedIn, Out: u.Out + v.Out, Estimated: u.Estimated || v.Estimated}
}

// ChatAnswer is how a streamed answer ended. Usage is nil when the server did not tell it.
type ChatAnswer struct {
	Usage  *ChatUsage
	Finish string // stop, length or what else the server says
}

// ModelFault is why a chat model gave no answer.
type ModelFault string

// The faults.
const (
	FaultUnreachable ModelFault = "unreachable" // no connection, or it broke
	FaultKey         ModelFault = "key"         // the key was refused
	FaultBusy        ModelFault = "busy"        // too many requests
	FaultServer      ModelFault = "server"      // the server failed
	FaultRequest     ModelFault = "request"     // the server does not take the request: another model, another address
	FaultGarbage     ModelFault = "garbage"     // what came is no answer of the chat format
	FaultTimeout     ModelFault = "timeout"
)

// ModelError is a chat model's failure. Its message holds neither prompt nor key.
type ModelError struct {
	Fault      ModelFault
	Status     int           // of HTTP; 0 when there was none
	RetryAfter time.Duration // as the server asked; 0 when it did not
	Message    string        // what to do about it
	Err        error
}

// Error implements error.
func (e *ModelError) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return fmt.Sprintf("%s (%v)", e.Message, e.Err)
}

// Unwrap implements errors.Unwrap.
func (e *ModelError) Unwrap() error { return e.Err }

// WordsSpent is what the customer's words have cost in one call so far.
type WordsSpent struct {
	Model    string    `json:"model"`
	Lines    int       `json:"lines"`    // lines of hers that a model spoke
	Authored int       `json:"authored"` // lines that were asked of the model and then taken from the authored ones
	Requests int       `json:"requests"`
	Usage    ChatUsage `json:"usage"`
	Money    float64   `json:"money"` // in Currency; 0 when no price is set
	Currency string    `json:"currency,omitempty"`
	Used     float64   `json:"used"`          // share of the call's limit, 0–1; 0 when there is none
	Over     bool      `json:"over"`          // the limit is reached: authored words from here on
	Why      string    `json:"why,omitempty"` // why the newest line was authored, in plain words
}
