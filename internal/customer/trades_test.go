package customer_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// TestEveryTradeIsUnderstood hears what agents of other trades say by the general rules alone.
func TestEveryTradeIsUnderstood(t *testing.T) {
	f, err := os.Open("testdata/trades.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s := &practice.Scenario{}
	ear, n := customer.NewEar(s), 0
	var said []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if name, ok := strings.CutPrefix(line, "Name: "); ok {
			s = &practice.Scenario{Persona: practice.Persona{Name: name}, PolicyCard: practice.PolicyCard{GoodwillBudget: 30}}
			continue
		}
		if text, ok := strings.CutPrefix(line, "She: "); ok {
			said = []string{text}
			continue
		}
		if text, ok := strings.CutPrefix(line, "Case: "); ok {
			s.Situation = text
			continue
		}
		if things, ok := strings.CutPrefix(line, "Things: "); ok {
			s.Things = strings.Split(things, ", ")
			ear = customer.NewEar(s)
			continue
		}
		text, wants, ok := strings.Cut(line, " || ")
		if !ok {
			t.Fatalf("no || in %q", line)
		}
		n++
		acts := ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: said})
		for want := range strings.FieldsSeq(wants) {
			if strings.HasPrefix(want, "-") && holds(acts, want[1:]) {
				t.Errorf("%q was heard as %s: %v", text, want[1:], acts)
			}
			if strings.HasPrefix(want, "+") && !holds(acts, want[1:]) {
				t.Errorf("%q was not heard as %s: %v", text, want[1:], acts)
			}
		}
	}
	if n < 120 {
		t.Errorf("only %d examples", n)
	}
}
