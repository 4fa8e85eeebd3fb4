package rehearsal

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

var update = flag.Bool("update", false, "write golden files anew")

func maya(t *testing.T) library.Entry {
	t.Helper()
	e, err := library.New(personas.FS).Load("late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// transcribe plays an agent against Maya and writes the call down with what was perceived.
func transcribe(t *testing.T, name string, seed uint64) string {
	t.Helper()
	e := maya(t)
	w, err := knownWordings(Subject{Scenario: e.Scenario, Lines: e.Lines})
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(customer.NewEar(&e.Scenario), customer.NewMind(e.Scenario, e.Lines, seed, nil), nil, customer.Examples{})
	a := newAgent(name, w, seed*7919)
	var out strings.Builder
	first := s.open()
	fmt.Fprintf(&out, "Maya: %s\n", first)
	last := customer.Reply{Move: practice.MoveVent, Text: first}
	for turn := 0; turn < mostTurns && s.mind.Ending() == practice.EndingNone; turn++ {
		text := a.next(last)
		var st step
		if text == "" {
			fmt.Fprintf(&out, "\n(%d ms of silence)\n", s.mind.NextSilenceMS())
			st = s.silence(s.mind.NextSilenceMS())
		} else {
			fmt.Fprintf(&out, "\nTrainee: %s\n", text)
			if st, err = s.say(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		last = st.reply
		var acts []string
		for _, x := range st.acts {
			acts = append(acts, strings.TrimSuffix(string(x.Name)+"/"+x.What, "/"))
		}
		slices.Sort(acts)
		fmt.Fprintf(&out, "   [%s; heat %.2f, trust %.2f]\nMaya (%s): %s\n", strings.Join(acts, ", "), float64(last.Heat)/100, float64(last.Trust)/100, last.Move, last.Text)
	}
	fmt.Fprintf(&out, "\nEnding: %s\n", s.mind.Leave())
	return out.String()
}

func TestCallsReadAsWritten(t *testing.T) {
	for _, name := range AgentNames() {
		for seed := uint64(1); seed <= 2; seed++ {
			file := filepath.Join("testdata", "calls", fmt.Sprintf("%s-%d.txt", name, seed))
			got := transcribe(t, name, seed)
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
