package rehearsal

import (
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// agent plays one trainee for one call. It says words; it never hands over acts.
type agent struct {
	name  string
	lines map[string][]string
	seed  uint64
	turn  int
	used  map[string]bool
	gave  map[string]bool // situations it has spoken to
}

func newAgent(name string, w wordings, seed uint64) *agent {
	return &agent{name: name, lines: w[name], seed: seed, used: map[string]bool{}, gave: map[string]bool{}}
}

// next is what the agent says to the customer's last reply; "" is silence.
func (a *agent) next(r customer.Reply) string {
	a.turn++
	if a.name == "silent" {
		return ""
	}
	for _, situation := range a.situations(r) {
		var left []string
		for _, l := range a.lines[situation] {
			if !a.used[l] {
				left = append(left, l)
			}
		}
		if len(left) == 0 {
			continue
		}
		line := left[practice.Draw(a.seed, a.turn, a.name+"/"+situation, len(left))]
		a.used[line] = true
		a.gave[situation] = true
		return line
	}
	var all []string
	for _, situation := range []string{"any", "feeling", "closing", "opening"} {
		if all = a.lines[situation]; len(all) > 0 {
			break
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[practice.Draw(a.seed, a.turn, a.name, len(all))]
}

// situations are what the agent takes the moment for, likeliest first. It goes by how she sounds, as a person would, and
// by what it has not said yet.
func (a *agent) situations(r customer.Reply) []string {
	if a.turn == 1 {
		return []string{"opening", "any"}
	}
	var first []string
	switch r.Move {
	case practice.MoveRevealConcern:
		first = []string{"concern"}
		if !a.has("concern") {
			first = []string{"feeling"}
		}
	case practice.MoveQuestionVagueness:
		first = []string{"vague"}
		if !a.has("vague") {
			first = []string{"plan"}
		}
	case practice.MoveAccept, practice.MoveThank:
		if a.gave["backup"] || !a.has("backup") {
			first = []string{"closing"}
		} else {
			first = []string{"backup"}
		}
	case practice.MoveSayGoodbye, practice.MoveHangUp:
		first = []string{"closing"}
	case practice.MoveVent:
		first = []string{"feeling"}
	default:
	}
	if a.turn > 10 {
		first = append([]string{"closing"}, first...)
	}
	for _, s := range []string{"ask", "reason", "plan", "check", "feeling"} {
		if !a.gave[s] {
			first = append(first, s)
		}
	}
	return append(first, "any", "plan", "reason", "feeling", "closing")
}

func (a *agent) has(situation string) bool { return len(a.lines[situation]) > 0 }
