// Package account knows the people of a server, what each may do, and the notice they read before they practise.
// Today a server has one person, at the machine it runs on.
package account

import (
	"fmt"
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Role is what a person is on a server.
type Role string

// The roles.
const (
	Trainee Role = "trainee"
	Coach   Role = "coach"
	Admin   Role = "admin"
)

// Person is someone who uses the server.
type Person struct {
	ID    practice.PersonID
	Roles []Role
}

// Local is the one person of a server that only its own machine can reach. They hold all roles.
func Local() Person {
	return Person{ID: practice.LocalPerson, Roles: []Role{Trainee, Coach, Admin}}
}

// Action is something a person does with a resource. Each route of the server names one.
type Action string

// The actions.
const (
	SeeLibrary  Action = "see_library" // scenarios, set-up, the notice
	StartCall   Action = "start_call"
	ListCalls   Action = "list_calls" // one's own
	SeeCall     Action = "see_call"   // transcript, grade, sound, live course
	JoinCall    Action = "join_call"  // as the trainee
	EraseCall   Action = "erase_call"
	ReadMetrics Action = "read_metrics"
	Inspect     Action = "inspect" // live calls' figures and profiles of the process
)

// Resource is what an action is done to. The zero value is the server itself.
type Resource struct {
	Owner practice.PersonID // of a call; empty for what belongs to nobody
}

// May decides every access there is: nil, or practice.ErrForbidden. A practice call is its owner's only; coaches and
// admins are no exception.
func May(p Person, a Action, r Resource) error {
	if p.ID != "" && allowed(p, a, r) {
		return nil
	}
	return fmt.Errorf("%w: you may not %s here", practice.ErrForbidden, a.words())
}

func allowed(p Person, a Action, r Resource) bool {
	switch a {
	case SeeLibrary:
		return len(p.Roles) > 0
	case StartCall, ListCalls:
		return slices.Contains(p.Roles, Trainee)
	case SeeCall, JoinCall, EraseCall:
		return r.Owner == p.ID
	case ReadMetrics, Inspect:
		return slices.Contains(p.Roles, Admin)
	}
	return false
}

func (a Action) words() string {
	switch a {
	case SeeLibrary:
		return "see the library"
	case StartCall:
		return "start a call"
	case ListCalls:
		return "list calls"
	case SeeCall:
		return "see this call"
	case JoinCall:
		return "join this call"
	case EraseCall:
		return "delete this call"
	case ReadMetrics:
		return "read the server's figures"
	case Inspect:
		return "look into the server at work"
	}
	return "do that"
}
