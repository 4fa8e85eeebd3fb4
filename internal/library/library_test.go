package library_test

import (
	"testing"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/personas"
)

func TestEveryShippedScenarioLoads(t *testing.T) {
	entries, err := library.New(personas.FS).List(true)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 2 {
		t.Fatalf("%d scenarios loaded, want Maya and bench-neutral at least", len(entries))
	}
}
