package rehearsal

import (
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestCallsAreNamedAsTheyArePrinted(t *testing.T) {
	for _, c := range []CallName{{"excellent", 3, Known}, {"script_reader", 20, Misheard}, {"plain_kind", 1, HeldBack}} {
		got, err := ParseCallName(c.String())
		if err != nil || got != c {
			t.Errorf("%s is read as %v (%v)", c, got, err)
		}
	}
	for _, bad := range []string{"", "excellent", "excellent:x", "nobody:3", "excellent:3:loud", "excellent:3:misheard:4", ":3"} {
		if _, err := ParseCallName(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// A missed bar says by how much, and in which calls; a reached one says nothing.
func TestAMissedBarSaysHow(t *testing.T) {
	agent := func(dropped float64, endings ...practice.Ending) AgentReport {
		a := AgentReport{Runs: len(endings), Endings: map[practice.Ending]int{}, dropped: dropped, MinHeat: 3.5}
		for i, e := range endings {
			a.Endings[e]++
			a.calls = append(a.calls, call{seed: uint64(i) + 1, ending: e, min: 3.5})
		}
		return a
	}
	p := PersonaReport{Slug: "cold-soup", Difficulty: 2, Agents: map[string]AgentReport{
		"excellent": agent(5, practice.EndingResolved, practice.EndingEscalated), "plain_kind": agent(5, practice.EndingResolved, practice.EndingResolved),
		"average": agent(1), "script_reader": agent(0.8, practice.EndingEscalated), "dismissive": agent(-4),
	}}
	p.OrderHolds = len(orderMissed(p.Agents)) == 0
	p.count(CallName{"average", 2, Misheard}, run{leaks: []string{"tells the price"}})
	got := map[string]string{}
	for _, b := range bars(p) {
		var calls []string
		for _, c := range b.Calls {
			calls = append(calls, c.String())
		}
		if b.OK != (len(b.Says) == 0) {
			t.Errorf("%s: ok is %v, and it says %q", b.Name, b.OK, b.Says)
		}
		if !b.OK {
			got[b.Name] = strings.Join(b.Says, "; ") + " " + strings.Join(calls, " ")
		}
	}
	for name, want := range map[string]string{
		"excellent_resolves":  "1 of 2 calls resolved excellent:2",
		"order":               "average calms 0.20 more than script_reader, and it must be 0.5 (short by 0.30) ",
		"leaks":               "tells the price average:2:misheard",
		"script_reader_floor": "heat comes down to 3.50 (short by 0.50) script_reader:1",
	} {
		if got[name] != want {
			t.Errorf("%s says %q, want %q", name, got[name], want)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("missed too: %v", got)
	}
}

// What a customer must not say is found in what she says, whatever her lines claim to tell.
func TestTheJudgeHearsLeaksAndRepeats(t *testing.T) {
	sc := practice.Scenario{
		Facts: []practice.Fact{
			{ID: "number", SayWhen: "asked", Topic: "order-number", Text: "The number is 441 792."},
			{ID: "week", SayWhen: "asked or heat>=6", Topic: "history", Text: "Last week too."},
		},
		HiddenConcern: practice.HiddenConcern{RevealedBy: []practice.ActName{practice.ActNamedFeeling}, Words: []string{"mother"}},
	}
	asks := func(topic string) []practice.Act {
		return []practice.Act{{Name: practice.ActClosedQuestion, What: topic}}
	}
	for name, c := range map[string]struct {
		steps                  []step
		leaks, repeats, breaks int
	}{
		"a fact that was asked for":      {[]step{{acts: asks("order-number"), reply: customer.Reply{Text: "It is 441 792.", Told: []string{"number"}}}}, 0, 0, 0},
		"a fact that was not":            {[]step{{reply: customer.Reply{Text: "I have the number here.", Told: []string{"number"}}}}, 1, 0, 0},
		"its figures alone":              {[]step{{reply: customer.Reply{Text: "I have 441-792 here."}}}, 1, 0, 0},
		"a fact at its heat":             {[]step{{reply: customer.Reply{Text: "It was so last week.", Told: []string{"week"}, Heat: 600}}}, 0, 0, 0},
		"a fact below its heat":          {[]step{{reply: customer.Reply{Text: "It was so last week.", Told: []string{"week"}, Heat: 599}}}, 1, 0, 0},
		"the concern, earned":            {[]step{{acts: []practice.Act{{Name: practice.ActNamedFeeling}}, reply: customer.Reply{Text: "It was for my mother.", Told: []string{"concern"}}}}, 0, 0, 0},
		"the concern, for nothing":       {[]step{{reply: customer.Reply{Text: "It was for her.", Told: []string{"concern"}}}}, 1, 0, 0},
		"a word of the concern":          {[]step{{reply: customer.Reply{Text: "My mother rang."}}}, 1, 0, 0},
		"a line twice":                   {[]step{{reply: customer.Reply{Text: "Where is it?"}}, {reply: customer.Reply{Text: "Where is it?"}}}, 0, 1, 0},
		"a sentence twice in two lines":  {[]step{{reply: customer.Reply{Text: "Well. I have waited here since Monday."}}, {reply: customer.Reply{Text: "I have waited here since Monday. So?"}}}, 0, 1, 0},
		"a short word twice":             {[]step{{reply: customer.Reply{Text: "Right. Go on."}}, {reply: customer.Reply{Text: "Right. And then?"}}}, 0, 0, 0},
		"the agent's part":               {[]step{{reply: customer.Reply{Text: "How can I help you?"}}}, 0, 0, 1},
		"a stage direction in the words": {[]step{{reply: customer.Reply{Text: "*sighs* No."}}}, 0, 0, 1},
	} {
		var r run
		j := judge{scenario: &sc, run: &r}
		for _, st := range c.steps {
			j.hear(st)
		}
		if len(r.leaks) != c.leaks || len(r.repeats) != c.repeats || len(r.roleBreaks) != c.breaks {
			t.Errorf("%s: %q", name, slices.Concat(r.leaks, r.repeats, r.roleBreaks))
		}
	}
}
