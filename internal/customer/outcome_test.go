package customer_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

var loadShelf = sync.OnceValues(func() ([]library.Entry, error) { return library.New(personas.FS).List(false) })

// shelf is every scenario of the library.
func shelf(tb testing.TB) []library.Entry {
	tb.Helper()
	all, err := loadShelf()
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

func endings() []practice.Ending {
	return []practice.Ending{practice.EndingResolved, practice.EndingPartedKindly, practice.EndingEscalated, practice.EndingHungUp, practice.EndingAbandoned}
}

func TestEveryCustomerHasSomethingToSayAfterwards(t *testing.T) {
	for _, e := range shelf(t) {
		m := customer.NewMind(e.Scenario, e.Lines, 3, nil)
		m, _ = m.Open()
		last := 6
		for _, ending := range endings() {
			v := m.Outcome(ending)
			if v.CSAT < 1 || v.CSAT > 5 || v.CSATWhy == "" || v.Stays.Why == "" || v.Recommends.Why == "" {
				t.Errorf("%s, %s: %+v", e.Scenario.Slug, ending, v)
			}
			if ending != practice.EndingAbandoned && v.CSAT > last {
				t.Errorf("%s is happier with a call that %s than with a better one", e.Scenario.Slug, ending)
			}
			last = v.CSAT
			if len(e.Scenario.Letter[ending]) > 0 && v.Letter == "" {
				t.Errorf("%s has no letter that can be sent when the call %s and nothing was promised", e.Scenario.Slug, ending)
			}
			if strings.ContainsAny(v.Letter, "{}") {
				t.Errorf("%s sends a letter with a hole in it: %s", e.Scenario.Slug, v.Letter)
			}
		}
		if v := m.Outcome(practice.EndingNone); v != (practice.Verdict{}) {
			t.Errorf("a call that was cut has the outcome %+v", v)
		}
	}
}

func TestAKindCallMakesHerStayAndAColdOneDoesNot(t *testing.T) {
	c := newCall(t, 1)
	for _, text := range []string{
		"You stayed in twice because of us. That must have been exhausting.", "What is happening on Saturday?", "A little boy's birthday, and he has been counting the days. I'd hate to have to tell him.",
		"It was scanned in Leeds on Monday and nobody has moved it since. That's on us.", "I'm ringing the depot now and I'll call you by four.", "Does that help you?",
	} {
		c.say(text)
	}
	kind := c.mind.Outcome(practice.EndingResolved)
	if !kind.Stays.Yes || kind.CSAT < 4 {
		t.Errorf("after a kind call: %+v", kind)
	}
	c = newCall(t, 1)
	for range 3 {
		c.say("Calm down. It's just a toy.")
	}
	cold := c.mind.Outcome(practice.EndingHungUp)
	if cold.Stays.Yes || cold.Recommends.Yes || cold.CSAT != 1 || !strings.Contains(cold.Stays.Why, "angry") {
		t.Errorf("after a cold call: %+v", cold)
	}
}

func TestALetterTakesUpWhatWasPromised(t *testing.T) {
	e := maya(t)
	s := e.Scenario
	s.Letter = map[practice.Ending][]string{practice.EndingResolved: {"Dear all, {agent_name} told me {promise}, {when}.", "Dear all, thank you."}}
	m, _ := customer.NewMind(s, e.Lines, 1, nil).Open()
	if got := m.Outcome(practice.EndingResolved).Letter; got != "Dear all, thank you." {
		t.Errorf("with nothing to put in she writes %q", got)
	}
	text := "This is Alex, I'll ring the depot by four."
	m, _ = m.Hear(customer.HeardTurn{Turn: 1, Text: text, Acts: customer.NewEar(&s).Perceive(customer.PerceiveInput{Text: text})})
	if got := m.Outcome(practice.EndingResolved).Letter; got != "Dear all, Alex told me you'll ring the depot, by four." {
		t.Errorf("she writes %q", got)
	}
}
