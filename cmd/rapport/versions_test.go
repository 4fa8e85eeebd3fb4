package main

import (
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/store"
)

// A call is graded by the card that it was held under, whatever became of the scenario since and whoever reads it.
func TestACallKeepsTheScenarioThatItWasMadeWith(t *testing.T) {
	dir, edit := ownFolder(t)
	data := t.TempDir()
	l, err := openLibrary(&Settings{Personas: dir})
	if err != nil {
		t.Fatal(err)
	}
	l.watch(func(s string) { t.Log(s) })
	db, err := store.Open(t.Context(), data, "test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	v := &versions{shelf: l, store: store.New(db, store.Hooks{})}
	made, err := l.entry("my-parcel")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := v.keep(t.Context(), made); err != nil {
			t.Fatal(err)
		}
	}
	edit("goodwill_budget: 25", "goodwill_budget: 500")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = store.Open(t.Context(), data, "test", time.Now()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	v = &versions{shelf: l, store: store.New(db, store.Hooks{})}
	for digest, want := range map[string]float64{made.Scenario.Digest: 25, "": 500, "nobody kept this": 500} {
		card, err := v.Policy(t.Context(), "my-parcel", digest)
		if err != nil || card.GoodwillBudget != want {
			t.Errorf("under the digest %.8q the budget is %+v, want %g (%v)", digest, card, want, err)
		}
	}
}
