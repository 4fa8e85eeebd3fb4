package storetest

import (
	"errors"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
)

// scenarioVersions: what a call was made with is found again after a restart, and never changes.
func scenarioVersions(t *testing.T, open Open) {
	t.Helper()
	s, closeIt := open(t, "versions", store.Hooks{})
	if _, err := s.ScenarioVersion(t.Context(), "d1"); !errors.Is(err, practice.ErrNotFound) {
		t.Errorf("a version that nobody kept: %v", err)
	}
	for _, data := range []string{`{"heat":6}`, `{"heat":7}`} {
		if err := s.KeepScenario(t.Context(), "late-birthday-parcel", "d1", []byte(data), Start()); err != nil {
			t.Fatal(err)
		}
	}
	closeIt()
	s, closeIt = open(t, "versions", store.Hooks{})
	defer closeIt()
	got, err := s.ScenarioVersion(t.Context(), "d1")
	if err != nil || string(got) != `{"heat":6}` {
		t.Errorf("kept %q, %v", got, err)
	}
}
