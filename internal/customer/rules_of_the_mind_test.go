package customer_test

import (
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestAPromiseThatNobodyCanKeepIsThoughtOver(t *testing.T) {
	c := newCall(t, 4)
	c.say("It will be at your door at ten, I guarantee it.")
	heat := c.mind.Heat()
	if r := c.say("Is there something on your mind?"); c.mind.Heat() <= heat || !because(r, practice.ActPromise) {
		t.Errorf("a turn later heat went from %d to %d: %+v", heat, c.mind.Heat(), r.Ledger)
	}
	c = newCall(t, 4)
	c.say("It will be at your door at ten, I guarantee it.")
	if r := c.say("I can't promise the hour, and I shouldn't have said it. What I can do is ring you by four."); because(r, practice.ActPromise) {
		t.Errorf("taken back, it still costs: %+v", r.Ledger)
	}
}

func TestWhoSaysGoodbyeHasNotAbandonedHer(t *testing.T) {
	c := newCall(t, 4)
	if got := c.mind.Leave(); got != practice.EndingAbandoned {
		t.Errorf("hanging up on her without a word is %s", got)
	}
	c.say("Calm down, please.")
	c.say("Goodbye.")
	if got := c.mind.Leave(); got != practice.EndingEscalated {
		t.Errorf("saying goodbye to an angry customer and hanging up is %s", got)
	}
	c = newCall(t, 4)
	c.say("You stayed in for two days because of us. That must have been exhausting, and that's on us.")
	c.say("What's happening on Saturday?")
	c.say("Goodbye.")
	if got := c.mind.Leave(); got != practice.EndingPartedKindly {
		t.Errorf("saying goodbye to a calm customer and hanging up is %s at heat %d", got, c.mind.Heat())
	}
}

func TestAPhraseSaidToEverybodyCalmsLess(t *testing.T) {
	e, text := maya(t), "That must have been exhausting."
	fell := func(history []string) int {
		m, _ := customer.NewMind(e.Scenario, e.Lines, 4, history).Open()
		before := m.Heat()
		m, _ = m.Hear(customer.HeardTurn{Turn: 1, Text: text, Acts: customer.NewEar(&e.Scenario).Perceive(customer.PerceiveInput{Text: text})})
		return before - m.Heat()
	}
	if fresh, worn := fell(nil), fell([]string{"that must have been exhausting"}); worn <= 0 || worn >= fresh {
		t.Errorf("fresh it calms by %d, said to everybody by %d", fresh, worn)
	}
}

func TestTrustRisesSlowlyAndDropsFast(t *testing.T) {
	c := newCall(t, 4)
	before := c.mind.Trust()
	c.say("That's on us. It was scanned in Leeds on Monday and nobody has moved it. I'm calling them now and you'll hear from me by four. Does that help?")
	rose := c.mind.Trust() - before
	before = c.mind.Trust()
	c.say("You should have ordered earlier.")
	if fell := before - c.mind.Trust(); rose <= 0 || rose > 80 || fell < 100 {
		t.Errorf("trust rose by %d for four good things and fell by %d for one bad one", rose, fell)
	}
}

func TestTheStateShowsAllThatMoves(t *testing.T) {
	c := newCall(t, 4)
	c.say("What's your order number?")
	c.say("And your order number, please?")
	c.say("I'll ring the depot by four.")
	s := c.mind.State()
	if !slices.Contains(s.AskedTwice, "order-number") || len(s.Promises) != 1 || s.Promises[0].When != "by four" {
		t.Errorf("asked twice %v, promises %+v", s.AskedTwice, s.Promises)
	}
	if s.Floor != customer.FloorCutsIn || len(s.Moves) < 4 || s.PatienceMS <= 0 || s.Seed != 4 || !slices.Contains(s.Told, "order-number") {
		t.Errorf("state %+v", s)
	}
}
