package library_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

func TestASnapshotIsTheScenario(t *testing.T) {
	all, err := library.New(personas.FS).List(true)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		b, err := library.Snapshot(e)
		if err != nil {
			t.Fatal(err)
		}
		got, err := library.FromSnapshot(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := library.Snapshot(got)
		if err != nil || string(again) != string(b) || got.Scenario.Digest != e.Scenario.Digest || !reflect.DeepEqual(got.Lines, e.Lines) {
			t.Errorf("%s comes back changed (%v)", e.Scenario.Slug, err)
		}
	}
	if _, err := library.FromSnapshot([]byte("{")); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("half a snapshot: %v", err)
	}
}
