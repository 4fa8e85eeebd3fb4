package customer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

func because(r customer.Reply, name practice.ActName) bool {
	return slices.ContainsFunc(r.Ledger, func(l practice.LedgerEntry) bool { return l.Because == name })
}

func TestSheCutsInOnAMonologueAndItCounts(t *testing.T) {
	c := newCall(t, 3)
	text := "So what we have here is a system that the couriers use, and it was changed in the spring, and since then there are several screens."
	acts := c.ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: c.mind.CustomerSaid()})
	said := map[string]bool{}
	for i := range 2 {
		var r customer.Reply
		c.mind, r = c.mind.Hear(customer.HeardTurn{Turn: c.turn, Text: text, Acts: acts, DurationMS: 14_000, CutIn: true})
		c.take(r)
		if r.Move != practice.MoveInterrupt || r.Text == "" {
			t.Fatalf("the %d. time she cut in with %s %q", i+1, r.Move, r.Text)
		}
		if i == 0 && !because(r, practice.ActMonologue) {
			t.Errorf("no monologue in the ledger: %+v", r.Ledger)
		}
		first, _, _ := strings.Cut(r.Text, ".")
		if said[first] {
			t.Errorf("she cut in with %q twice", first)
		}
		said[first] = true
	}
}

func TestAskingHerToHoldIsAnAnnouncement(t *testing.T) {
	for _, text := range []string{"Can you hold for a moment, please?", "Would you mind holding?", "Could you hold on for me one moment?", "Bear with me.", "I'm going to put you on hold for two minutes."} {
		c := newCall(t, 2)
		if r := c.say(text); !r.Holding || r.Move != practice.MoveWaitGrudgingly {
			t.Errorf("%q was met by %s %q, holding %v", text, r.Move, r.Text, r.Holding)
		}
	}
	c := newCall(t, 2)
	if r := c.say("Let me just look that up. What's your order number?"); r.Holding {
		t.Errorf("she waits instead of answering: %q", r.Text)
	}
}

func TestAHoldIsCountedOnceAndOver(t *testing.T) {
	c := newCall(t, 2)
	heat := c.mind.Heat()
	m, r := c.mind.OnHold(false, c.turn)
	if !because(r, practice.ActUnannouncedHold) || r.Heat <= heat || r.Text != "" {
		t.Fatalf("a hold without a word: %+v", r)
	}
	if again, r := m.OnHold(false, c.turn); len(r.Ledger) != 0 || again.Heat() != m.Heat() {
		t.Errorf("it was counted twice: %+v", r.Ledger)
	}
	back := m.OffHold()
	if got := back.NextSilenceMS(); got != c.mind.NextSilenceMS() {
		t.Errorf("after it silence may last %d ms", got)
	}
	acts := c.ear.Perceive(customer.PerceiveInput{Text: "Thank you for waiting."})
	_, r = back.Hear(customer.HeardTurn{Turn: c.turn, Text: "Thank you for waiting.", Acts: acts, SilenceMS: 30_000})
	if because(r, practice.ActUnannouncedHold) {
		t.Errorf("coming back was counted as a silence: %+v", r.Ledger)
	}
	granted, r := c.mind.OnHold(true, c.turn)
	if len(r.Ledger) != 0 || granted.NextSilenceMS() < 8000 || granted.Heat() != heat {
		t.Errorf("an announced hold: %+v, patience %d ms", r.Ledger, granted.NextSilenceMS())
	}
	if granted.OffHold().NextSilenceMS() >= granted.NextSilenceMS() {
		t.Error("the patience of a hold outlasts it")
	}
}

func TestAHoldThatSheHasNotNoticedLeavesNoTrace(t *testing.T) {
	c := newCall(t, 2)
	before := len(c.mind.Inputs())
	if n := len(c.mind.OffHold().OffHold().Inputs()); n != before {
		t.Errorf("%d inputs, %d before the button was let go", n, before)
	}
	held, _ := c.mind.OnHold(false, c.turn)
	if n := len(held.OffHold().Inputs()); n != before+2 {
		t.Errorf("%d inputs after a hold that she noticed, want %d", n, before+2)
	}
}

func TestALineThatIsBackIsAskedAfterAndFactsThatWereCutAreTold(t *testing.T) {
	e := maya(t)
	m := customer.NewMind(e.Scenario, e.Lines, 5, nil)
	m, opening := m.Open()
	cut := m.Said("Hi.", true)
	rest := "and it should have been here on Tuesday."
	back, r := cut.LineBack(rest, opening)
	if !strings.HasSuffix(r.Text, "And it should have been here on Tuesday.") || len(r.Text) <= len(rest) || !slices.Equal(r.Told, opening.Told) {
		t.Fatalf("she said %q, telling %v", r.Text, r.Told)
	}
	if got := back.Said(r.Text, false).CustomerSaid(); len(got) != 2 {
		t.Errorf("she remembers %q", got)
	}
	if _, alone := cut.LineBack("", customer.Reply{}); alone.Text == "" || strings.Contains(alone.Text, "Tuesday") {
		t.Errorf("with nothing cut she said %q", alone.Text)
	}
}

func TestAPinnedCustomerIsMovedByNothing(t *testing.T) {
	e := maya(t)
	e.Scenario.Pinned = &practice.Pinned{Heat: 3}
	m := customer.NewMind(e.Scenario, customer.Lines{}, 5, nil)
	if after, r := m.OnHold(false, 1); after.Heat() != 300 || len(r.Ledger) != 0 {
		t.Errorf("a hold moved her: %+v", r)
	}
	if _, r := m.LineBack("and so on", customer.Reply{Move: practice.MoveVent}); r.Text != "And so on" {
		t.Errorf("without words for it she said %q", r.Text)
	}
}

func TestSignsInTypedWordsNeverReachHerLines(t *testing.T) {
	e := maya(t)
	e.Lines.Groups = []customer.LineGroup{{Move: practice.MoveVent, Say: []string{"“{their_words}”? Really.", "Don't “{their_words}” me.", "Oh, “{their_words}”, is it?"}}}
	say := func(text string) string {
		act := practice.Act{Name: practice.ActCalmDown, Quote: strings.TrimSuffix(text, ".")}
		_, r := customer.NewMind(e.Scenario, e.Lines, 1, nil).Hear(customer.HeardTurn{Text: text, Acts: []practice.Act{act}})
		return r.Text
	}
	if got := say("Calm down."); !strings.Contains(got, "“calm down”") {
		t.Fatalf("plain words are not thrown back: %q", got)
	}
	for _, text := range []string{"Calm [sighs] down.", "Calm {when} down.", "Calm <b> down.", "Calm down: *laughs*."} {
		if got := say(text); got != "" {
			t.Errorf("typed %q, and she says %q", text, got)
		}
	}
}
