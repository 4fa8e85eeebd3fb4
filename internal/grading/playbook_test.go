package grading_test

import (
	"os"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// play is one written call.
type play struct {
	name, kind string
	transcript practice.Transcript
}

func mayaPolicy() *practice.PolicyCard {
	return &practice.PolicyCard{CanOffer: []string{"expedite", "refund_shipping", "voucher"}, GoodwillBudget: 25, MustNot: []string{"promise_courier_time"}}
}

// plays reads a file of calls: "== name kind=x" begins one, "C: " and "T: " are its turns.
func plays(t *testing.T, file string) []play {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []play
	for line := range strings.SplitSeq(string(data), "\n") {
		switch {
		case strings.HasPrefix(line, "== "):
			name, rest, _ := strings.Cut(line[3:], " kind=")
			out = append(out, play{name: name, kind: strings.TrimSpace(rest), transcript: practice.Transcript{ID: name, Language: "en", Policy: mayaPolicy()}})
		case strings.HasPrefix(line, "C: "), strings.HasPrefix(line, "T: "):
			p := &out[len(out)-1]
			speaker := practice.Customer
			if line[0] == 'T' {
				speaker = practice.Trainee
			}
			p.transcript.Turns = append(p.transcript.Turns, practice.TranscriptTurn{Index: len(p.transcript.Turns), Speaker: speaker, Text: line[3:]})
		}
	}
	return out
}

func talk(lines ...string) practice.Transcript {
	t := practice.Transcript{ID: "t", Language: "en", Policy: mayaPolicy()}
	for _, line := range lines {
		speaker := practice.Customer
		if strings.HasPrefix(line, "T: ") {
			speaker = practice.Trainee
		}
		t.Turns = append(t.Turns, practice.TranscriptTurn{Index: len(t.Turns), Speaker: speaker, Text: line[3:]})
	}
	return t
}
