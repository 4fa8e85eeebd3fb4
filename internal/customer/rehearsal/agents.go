package rehearsal

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed agents.txt
var agentsText string

//go:embed heldback.txt
var heldBackText string

// AgentNames lists the scripted agents, the best first.
func AgentNames() []string {
	return []string{"excellent", "plain_kind", "average", "script_reader", "dismissive", "abusive", "silent", "injector", "over_promiser"}
}

// wordings are what the agents say: agent, situation, lines.
type wordings map[string]map[string][]string

func parseWordings(text string) (wordings, error) {
	out := wordings{}
	agent, situation := "", ""
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			var ok bool
			agent, situation, ok = strings.Cut(strings.Trim(line, "[]"), " ")
			if !ok || !slices.Contains(AgentNames(), agent) {
				return nil, fmt.Errorf("line %d: a section must read [agent situation], with one of %s", n+1, strings.Join(AgentNames(), ", "))
			}
			if out[agent] == nil {
				out[agent] = map[string][]string{}
			}
		case agent == "":
			return nil, fmt.Errorf("line %d: a wording before the first section", n+1)
		default:
			out[agent][situation] = append(out[agent][situation], line)
		}
	}
	return out, nil
}

// only keeps the wordings from position from up to (not with) position to of every situation.
func (w wordings) only(from, to int) wordings {
	out := wordings{}
	for agent, situations := range w {
		out[agent] = map[string][]string{}
		for situation, lines := range situations {
			out[agent][situation] = lines[min(from, len(lines)):min(to, len(lines))]
		}
	}
	return out
}

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
	all := a.lines["any"]
	if len(all) == 0 {
		all = a.lines["feeling"]
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

// mishear changes about one word in ten, as a recogniser does: one lost, one doubled, one taken for another.
func mishear(text string, seed uint64, turn int) string {
	words := strings.Fields(text)
	var out []string
	for i, w := range words {
		switch practice.Draw(seed, turn*1000+i, "mishear", 30) {
		case 0:
		case 1:
			out = append(out, w, w)
		case 2:
			out = append(out, mistake(w))
		default:
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return text
	}
	return strings.Join(out, " ")
}

// mistake takes a word for one that sounds near it.
func mistake(w string) string {
	for _, pair := range [][2]string{
		{"four", "for"},
		{"you", "ewe"},
		{"your", "you're"},
		{"I'll", "all"},
		{"ring", "wring"},
		{"two", "too"},
		{"Leeds", "leads"},
		{"Leo", "Lio"},
		{"Maya", "Mya"},
		{"right", "write"},
		{"depot", "deep oh"},
		{"by", "buy"},
		{"in", "and"},
		{"it", "at"},
		{"the", "a"},
		{"is", "as"},
		{"that", "bat"},
		{"our", "are"},
	} {
		if strings.EqualFold(strings.Trim(w, ".,?!"), pair[0]) {
			return pair[1]
		}
	}
	if len(w) > 4 {
		return w[:len(w)-2]
	}
	return w
}
