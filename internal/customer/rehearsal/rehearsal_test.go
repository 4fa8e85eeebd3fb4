package rehearsal_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/customer/rehearsal"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/personas"
)

// Two calls of each agent with every customer: what must never happen does not, and what must happen most of the time is
// not refuted by two calls. The bars themselves are judged over twenty (make persona).
func TestCustomersStayWhoTheyAre(t *testing.T) {
	all, err := library.New(personas.FS).List(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		t.Run(string(e.Scenario.Slug), func(t *testing.T) {
			t.Parallel()
			r, err := rehearsal.Test(t.Context(), rehearsal.TestOptions{Subjects: []rehearsal.Subject{{Scenario: e.Scenario, Lines: e.Lines}}, Seeds: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range r.Bars {
				if b.OK || strings.HasSuffix(b.Name, "_resolves") && b.Value >= 0.5 || b.Name == "order" { // means of two calls have no order
					continue
				}
				t.Errorf("%s: %g, want %s %g: %s, calls %v", b.Name, b.Value, b.Op, b.Bar, strings.Join(b.Says, "; "), b.Calls)
			}
		})
	}
}

// The report's keys are a contract: other programs read them.
func TestTheReportKeepsItsKeys(t *testing.T) {
	e, err := library.New(personas.FS).Load("late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	r, err := rehearsal.Test(t.Context(), rehearsal.TestOptions{Subjects: []rehearsal.Subject{{Scenario: e.Scenario, Lines: e.Lines}}, Seeds: 1, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	persona := got["personas"].([]any)[0].(map[string]any)
	agents, heldBack := persona["agents"].(map[string]any), persona["held_back"].(map[string]any)
	dist := []string{"n", "min", "p50", "p95", "max", "p50_ci95", "p95_ci95"}
	for _, c := range []struct {
		name string
		of   any
		keys []string
	}{
		{"report", got, []string{"schema", "words", "perceiver", "seeds", "mind_step_ms", "perceive_ms", "personas", "bars"}},
		{"mind_step_ms", got["mind_step_ms"], dist},
		{"perceive_ms", got["perceive_ms"], dist},
		{"persona", persona, []string{"slug", "difficulty", "opening_heat", "agents", "held_back", "leaks", "role_breaks", "repeats", "order_holds", "p99_step_ms"}},
		{"agents", agents, rehearsal.AgentNames()},
		{"held_back", heldBack, rehearsal.AgentNames()},
		{"agent", agents["excellent"], []string{"runs", "endings", "final_heat", "min_heat", "calm_rate", "turns_to_calm", "caving_rate"}},
		{"endings", agents["excellent"].(map[string]any)["endings"], []string{"resolved", "parted_kindly", "escalated", "hung_up", "abandoned"}},
		{"calm_rate", agents["excellent"].(map[string]any)["calm_rate"], []string{"n", "k", "void", "value", "ci95"}},
		{"bar", got["bars"].([]any)[0], []string{"slug", "name", "op", "bar", "value", "ok"}},
	} {
		have := slices.Sorted(maps.Keys(c.of.(map[string]any)))
		if slices.Sort(c.keys); !slices.Equal(have, c.keys) {
			t.Errorf("%s has the keys %v, want %v", c.name, have, c.keys)
		}
	}
	var names []string
	for _, b := range r.Bars {
		names = append(names, b.Name)
	}
	for _, want := range []string{"excellent_resolves", "plain_kind_resolves", "held_back_excellent_resolves", "held_back_plain_kind_resolves", "dismissive_calm", "order", "leaks", "role_breaks", "repeats", "caving"} {
		if !slices.Contains(names, want) {
			t.Errorf("no bar %s among %v", want, names)
		}
	}
}
