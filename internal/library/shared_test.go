package library_test

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

func TestSharedTopicsAreReadable(t *testing.T) {
	ids := library.SharedTopics()
	if len(ids) != 25 {
		t.Errorf("%d shared topics: %v", len(ids), ids)
	}
	e, err := library.New(personas.FS).Load("late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if len(e.Scenario.Topics[id]) == 0 {
			t.Errorf("the shared topic %s did not reach the scenario", id)
		}
		for _, p := range e.Scenario.Topics[id] {
			if err := customer.CheckPhrase(p); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
}

// A bank's own offers, forbidden promises, explanations and things are heard, and the parcel's are not.
func TestAScenarioSaysHowItsTradeTalks(t *testing.T) {
	s := practice.Scenario{
		Persona:    practice.Persona{Name: "Grace Adeyemi"},
		PolicyCard: practice.PolicyCard{CanOffer: []string{"new_card"}, MustNot: []string{"promise_money_back"}},
		Offers:     map[string][]string{"new_card": {"new|replacement card", "card .. post|branch"}},
		Forbidden:  map[string][]string{"promise_money_back": {"you will .. get|have .. money|all .. back"}},
		Hears: map[practice.ActName][]string{
			practice.ActHonestExplanation: {"the fraud team .. froze|stopped"},
			practice.ActPromise:           {"i will .. unfreeze"},
		},
		Things: []string{"account", "card", "payment*"},
	}
	ear := customer.NewEar(&s)
	for text, want := range map[string]string{
		"I can have a new card printed in your branch today.":          "offer/new_card",
		"You will get all your money back.":                            "promise/promise_money_back",
		"The fraud team looked and then froze it.":                     "honest_explanation/",
		"I will personally unfreeze it by four o'clock.":               "specific_plan_with_time/",
		"The account has been sitting there since Monday.":             "honest_explanation/",
		"The payments were never loaded, because the computer failed.": "honest_explanation/",
	} {
		var heard []string
		found := false
		for _, a := range ear.Perceive(customer.PerceiveInput{Text: text}) {
			h := string(a.Name) + "/" + a.What
			heard = append(heard, h)
			found = found || h == want || strings.HasSuffix(want, "/") && strings.HasPrefix(h, want)
		}
		if !found {
			t.Errorf("%q: heard %v, want %s", text, heard, want)
		}
	}
	for text, not := range map[string]string{
		"You won't get all your money back, I'm afraid.":  "promise/promise_money_back",
		"The courier will be at your door at nine sharp.": "promise/promise_courier_time",
		"The train set has not moved.":                    "honest_explanation/",
	} {
		for _, a := range ear.Perceive(customer.PerceiveInput{Text: text}) {
			if h := string(a.Name) + "/" + a.What; h == not {
				t.Errorf("%q: heard %s", text, h)
			}
		}
	}
}

func TestMarksStandBeforeAndBetweenSentences(t *testing.T) {
	for text, want := range map[string]bool{
		"[sighs] I rang on Tuesday. [pause] Nobody came.": true,
		"I rang [sighs] on Tuesday.":                      false,
		"I rang on Tuesday. [sighs]":                      false,
		"[laughs] I rang on Tuesday.":                     false,
		"[breath] [pause] No. \"Wednesday.\" [sighs] So.": true,
	} {
		got := len(customer.CheckWords(text, &practice.Scenario{}, true, nil)) == 0
		if got != want {
			t.Errorf("%q: may be said is %v, want %v", text, got, want)
		}
	}
}
