package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// CallName names one call of a test: AGENT:SEED, and the hearing when it is not the known one.
type CallName struct {
	Agent   string
	Seed    uint64
	Hearing Hearing
}

// String is the name as ParseCallName reads it.
func (c CallName) String() string {
	s := c.Agent + ":" + strconv.FormatUint(c.Seed, 10)
	if c.Hearing != Known {
		s += ":" + string(c.Hearing)
	}
	return s
}

// ParseCallName reads AGENT:SEED or AGENT:SEED:HEARING; the error wraps practice.ErrInvalid.
func ParseCallName(text string) (CallName, error) {
	parts := strings.Split(text, ":")
	c := CallName{Hearing: Known}
	if len(parts) == 3 {
		c.Hearing = Hearing(parts[2])
	}
	var err error
	if len(parts) >= 2 {
		c.Agent = strings.ReplaceAll(parts[0], " ", "_")
		c.Seed, err = strconv.ParseUint(parts[1], 10, 64)
	}
	if len(parts) < 2 || len(parts) > 3 || err != nil || !slices.Contains(AgentNames(), c.Agent) || !slices.Contains(hearings(), c.Hearing) {
		return CallName{}, fmt.Errorf("%q names no call: write AGENT:SEED, such as excellent:3 or average:7:misheard, with one of %s: %w", text, strings.Join(AgentNames(), ", "), practice.ErrInvalid)
	}
	return c, nil
}

// Transcript plays one call of a test again and writes it down, with what was heard in each turn and what it moved.
func Transcript(ctx context.Context, opt TestOptions, s Subject, call CallName) (string, error) {
	words, err := wordingsFor(s, call.Hearing)
	if err != nil {
		return "", err
	}
	if len(words) == 0 || !words.speaks(call.Agent) {
		return "", fmt.Errorf("there are no %s wordings of %s for %s: %w", call.Hearing, call.Agent, s.Scenario.Slug, practice.ErrNotFound)
	}
	t, err := newTester(ctx, opt)
	if err != nil {
		return "", err
	}
	name := firstName(s.Scenario.Persona.Name)
	var out strings.Builder
	r, err := t.play(ctx, s, customer.NewEar(&s.Scenario), newAgent(call.Agent, words, call.Seed*7919), call.Seed, call.Hearing == Misheard, func(said string, st step) {
		switch {
		case out.Len() == 0:
			fmt.Fprintf(&out, "%s: %s\n", name, st.reply.Text)
			return
		case said == "":
			fmt.Fprintf(&out, "\n(silence)\n")
		default:
			fmt.Fprintf(&out, "\nTrainee: %s\n", said)
		}
		fmt.Fprintf(&out, "   [%s; heat %.2f, trust %.2f]\n%s (%s): %s\n", strings.Join(actNames(st.acts), ", "), float64(st.reply.Heat)/100, float64(st.reply.Trust)/100, name, st.reply.Move, st.reply.Text)
	})
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&out, "\nEnding: %s\n", r.ending)
	for _, note := range slices.Concat(r.leaks, r.roleBreaks, r.repeats) {
		fmt.Fprintf(&out, "She %s\n", note)
	}
	return out.String(), nil
}

// actNames are acts in the order of their names, each with its What.
func actNames(acts []practice.Act) []string {
	var out []string
	for _, a := range acts {
		out = append(out, strings.TrimSuffix(string(a.Name)+"/"+a.What, "/"))
	}
	slices.Sort(out)
	return out
}
