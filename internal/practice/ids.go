package practice

// CallID names one call. It is a lower-case UUID without dashes' meaning: opaque, unguessable, URL-safe.
type CallID string

// PersonID names a person who practises, coaches or administers.
type PersonID string

// LocalPerson is the one person of loopback single-user mode, who holds all roles.
const LocalPerson PersonID = "local"

// Slug names a scenario: lower-case letters, digits and dashes, as its folder under personas/.
type Slug string

// Speaker is who holds a turn.
type Speaker string

// The two parties of a call.
const (
	Customer Speaker = "customer"
	Trainee  Speaker = "trainee"
)

// Priority orders work in the inference pool; lower runs first. Within one priority, work runs in deadline order.
type Priority int

// The pool's classes, most urgent first.
const (
	PriorityFinal       Priority = iota // the final segment of a trainee's turn
	PriorityFirstClause                 // end-of-turn estimate, perception and the first clause of a reply
	PriorityReply                       // the rest of a reply
	PrioritySpeculation                 // work at a short pause that may be thrown away
	PriorityBackground                  // grading, rendering
)
