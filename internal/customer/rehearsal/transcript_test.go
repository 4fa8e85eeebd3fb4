package rehearsal

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/personas"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestCallsReadAsWritten(t *testing.T) {
	e, err := library.New(personas.FS).Load("late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range AgentNames() {
		for seed := uint64(1); seed <= 2; seed++ {
			file := filepath.Join("testdata", "calls", fmt.Sprintf("%s-%d.txt", name, seed))
			got, err := Transcript(t.Context(), TestOptions{}, Subject{Scenario: e.Scenario, Lines: e.Lines}, CallName{name, seed, Known})
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s changed; read it and run the test with -update when it is better:\n%s", file, got)
			}
		}
	}
}
