package customer

import (
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestEveryRuleNamesAnActAndCanBeRead(t *testing.T) {
	rules, err := parseRules(rulesText)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if !slices.Contains(practice.ActNames(), r.act) {
			t.Errorf("rules.txt has a section for %q, which is no act", r.act)
		}
		if len(r.phrases) == 0 {
			t.Errorf("section %q has no phrases", r.act)
		}
	}
	for _, e := range exampleBook() {
		if e.act != "" && !slices.Contains(practice.ActNames(), e.act) {
			t.Errorf("likeness.txt has examples of %q, which is no act", e.act)
		}
	}
}

func TestBuiltInPhrasesCanBeRead(t *testing.T) {
	for _, p := range slices.Concat(commitments(), requests(), frames(), arrivalsByHour(), guarantees(), arrivalsByDay(), keeps(), outcomes(), others()) {
		if err := CheckPhrase(p); err != nil {
			t.Error(err)
		}
	}
}
