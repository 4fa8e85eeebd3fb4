package practice

// Promise is something that a trainee bound himself to in a call.
type Promise struct {
	What  string `json:"what"`           // his words for it, or the id of what nobody can keep
	When  string `json:"when,omitempty"` // his words for the time; empty when he gave none
	Turn  int    `json:"turn"`           // his turn's number in the call
	Quote string `json:"quote"`          // byte-exact substring of that turn
}

// Memory is what a customer who rings again remembers of the earlier call. It is recorded with the start of the call, so
// that a replay needs no other call.
type Memory struct {
	Call      CallID              `json:"call,omitempty"` // the earlier call; empty when the scenario's own memory stands in for one
	AgentName string              `json:"agent_name,omitempty"`
	Promises  []RememberedPromise `json:"promises,omitempty"`
}

// RememberedPromise is a promise of an earlier call with what came of it. What and When are as in Promise.
type RememberedPromise struct {
	What string `yaml:"what" json:"what"`
	When string `yaml:"when,omitempty" json:"when,omitempty"`
	Kept bool   `yaml:"kept,omitempty" json:"kept"`
}
