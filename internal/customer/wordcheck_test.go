package customer_test

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

// The checks are strict, but not so strict that a customer's own words fail them: each authored line that stands beside the
// one that was chosen is such a line as a good model would find for the same moment.
func TestChecksLetTheCustomersOwnWordsPass(t *testing.T) {
	all, err := library.New(personas.FS).List(false)
	if err != nil {
		t.Fatal(err)
	}
	tried, refused := 0, map[customer.Violation]int{}
	var examples []string
	for _, e := range all {
		sc := e.Scenario
		ear := customer.NewEar(&sc)
		for seed := range uint64(4) {
			mind := customer.NewMind(sc, e.Lines, seed, nil)
			mind, r := mind.Open()
			mind = mind.Said(r.Text, false)
			script := []customer.ScriptLine{{Speaker: practice.Customer, Text: practice.WithoutMarks(r.Text)}}
			for i, text := range []string{
				"Hello, I'm Alex. Tell me what happened.", "Please calm down.", "I understand your frustration.", "What would help you now?",
				"That must be wearing, after all this time.", "It is our policy.", "We made a mistake there, and I'm sorry that we did.", "I'll look into it.",
				"I'll ring the team at four today and tell you what they say.", "Is that all right for you?",
			} {
				heard := customer.HeardTurn{Turn: 2*i + 1, Text: text, Acts: ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: mind.CustomerSaid()})}
				mind, r = mind.Hear(heard)
				script = append(script, customer.ScriptLine{Speaker: practice.Trainee, Text: text})
				if w, ok := mind.Wording(r, heard, script); ok && !w.Whole() {
					for _, line := range beside(e.Lines, r.Text) {
						d := w.NewDraft()
						said, _ := d.Add(line)
						said = append(said, d.End(false)...)
						tried++
						if v := d.Refused(); v != "" {
							refused[v]++
							examples = append(examples, string(v)+": "+line)
						} else if len(said) == 0 {
							t.Errorf("nothing is said of %q", line)
						}
					}
				}
				mind = mind.Said(r.Text, false)
				script = append(script, customer.ScriptLine{Speaker: practice.Customer, Text: practice.WithoutMarks(r.Text)})
			}
		}
	}
	n := 0
	for _, k := range refused {
		n += k
	}
	t.Logf("%d of %d lines were struck out: %v", n, tried, refused)
	for i, e := range examples {
		if i%max(1, len(examples)/40) == 0 {
			t.Log(e)
		}
	}
	if tried < 100 || n*4 > tried {
		t.Errorf("%d of %d good lines were struck out", n, tried)
	}
}

// beside are the lines of the group that a line is from.
func beside(lines customer.Lines, text string) []string {
	for _, g := range lines.Groups {
		for _, s := range g.Say {
			if s != text || len(g.Then) > 0 {
				continue
			}
			var out []string
			for _, o := range g.Say {
				if o != text && !strings.ContainsAny(o, "{[") {
					out = append(out, o)
				}
			}
			return out
		}
	}
	return nil
}
