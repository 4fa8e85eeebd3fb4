package customer_test

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// agreed is a call in which the trainee said these things, as perception heard them.
func agreed(tb testing.TB, seed uint64, said ...string) practice.Record {
	tb.Helper()
	e := maya(tb)
	ear := customer.NewEar(&e.Scenario)
	r := practice.Record{CallID: "earlier", Started: practice.CallStarted{Seed: seed}}
	for i, text := range said {
		r.Turns = append(r.Turns, practice.RecordTurn{Turn: 2*i + 1, Speaker: practice.Trainee, Text: text, Acts: ear.Perceive(customer.PerceiveInput{Text: text})})
	}
	return r
}

func TestPromisesAreKeptOnRecordWithTheirWordsAndTime(t *testing.T) {
	r := agreed(t, 1, "Hello, this is Alex.", "I'll ring the depot and call you back by four.", "I'll send a second one today.", "So again, I'll ring the depot and call you back by five.")
	got := customer.Promises(r)
	if len(got) != 2 {
		t.Fatalf("promises %+v", got)
	}
	if got[0].When != "by five" || got[0].Turn != 7 || !strings.Contains(r.Turns[3].Text, got[0].Quote) {
		t.Errorf("what was promised again stands as %+v", got[0])
	}
	if got[1].When != "today" {
		t.Errorf("the second promise is %+v", got[1])
	}
}

func TestWhatNobodyCanKeepWasBrokenAndMostOfTheRestKept(t *testing.T) {
	e := maya(t)
	kept := 0
	for seed := range uint64(200) {
		m := customer.Remember(agreed(t, seed, "This is Alex, hello.", "I'll call you back by four."), &e.Scenario)
		if m.AgentName != "Alex" || len(m.Promises) != 1 || m.Call != "earlier" {
			t.Fatalf("memory %+v", m)
		}
		if m.Promises[0].Kept {
			kept++
		}
		again := customer.Remember(agreed(t, seed, "This is Alex, hello.", "I'll call you back by four."), &e.Scenario)
		if again.Promises[0] != m.Promises[0] {
			t.Fatalf("seed %d remembers two ways: %+v, %+v", seed, m, again)
		}
		over := customer.Remember(agreed(t, seed, "It will be at your door at ten, I guarantee it."), &e.Scenario)
		if customer.Remembers(over) != customer.RememberedBroken {
			t.Fatalf("seed %d: a promise that nobody can keep is remembered as %+v", seed, over)
		}
	}
	if kept < 130 || kept > 190 {
		t.Errorf("%d of 200 promises that could be kept were", kept)
	}
	if m := customer.Remember(agreed(t, 1, "Hello."), &e.Scenario); customer.Remembers(m) != customer.RememberedUnknown {
		t.Errorf("a call without a promise is remembered as %+v", m)
	}
}

func TestABrokenPromiseCostsDoubleAndAKeptOneEarnsTrust(t *testing.T) {
	e := maya(t)
	lines := e.Lines
	lines.Groups = append([]customer.LineGroup{
		{Move: practice.MoveVent, Topic: "opening", Remembers: customer.RememberedBroken, Say: []string{"{agent_name} said {promise} {when}, and nobody did."}},
		{Move: practice.MoveVent, Topic: "opening", Remembers: customer.RememberedKept, Say: []string{"{agent_name} did what was said, {when}."}},
	}, lines.Groups...)
	open := func(promises ...practice.RememberedPromise) (customer.Mind, customer.Reply) {
		return customer.NewMind(e.Scenario, lines, 3, nil).Remembering(practice.Memory{AgentName: "Alex", Promises: promises}).Open()
	}
	plain, _ := customer.NewMind(e.Scenario, lines, 3, nil).Open()
	broken, r := open(practice.RememberedPromise{What: "I'll ring you", When: "by four", Kept: true}, practice.RememberedPromise{What: "I'll ring the depot and call you", When: "by four"})
	if broken.Heat() <= plain.Heat() || broken.Trust() >= plain.Trust() || !because(r, practice.ActPromise) {
		t.Errorf("a broken promise moved heat %d to %d and trust %d to %d: %+v", plain.Heat(), broken.Heat(), plain.Trust(), broken.Trust(), r.Ledger)
	}
	if want := "Alex said you'd ring the depot and call me by four, and nobody did."; r.Text != want {
		t.Errorf("she opens with %q, want %q", r.Text, want)
	}
	kept, r := open(practice.RememberedPromise{What: "I'll ring you", When: "by four", Kept: true})
	if kept.Heat() != plain.Heat() || kept.Trust() <= plain.Trust() || r.Text != "Alex did what was said, by four." {
		t.Errorf("a kept promise moved heat to %d and trust to %d; she said %q", kept.Heat(), kept.Trust(), r.Text)
	}
	if _, r := open(); len(r.Ledger) != 0 || strings.Contains(r.Text, "Alex") {
		t.Errorf("with nothing promised she opens with %q: %+v", r.Text, r.Ledger)
	}
}
