package call

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// cutTurn says a turn that is cut into segments, of which short ones are misheard.
func cutTurn(t *testing.T, acts ...practice.Act) *stage {
	t.Helper()
	s := opened(newStage(t))
	s.mishearBelowMS = 4500
	s.acts = acts
	s.probability = 0.2
	mid := s.says(s.nowMS()+500, "I have looked at your order and the depot in Leeds has it")
	s.says(mid+240, "on the van.")
	s.until(9000, "she answers", func() bool { return s.playing != nil })
	s.run(2500)
	return s
}

func TestCutTurnIsReadAgainAsOne(t *testing.T) {
	s := cutTurn(t)
	turn := s.record().Turns[1]
	if turn.Text != "I have looked at your order and the depot in Leeds has it on the van." {
		t.Fatalf("the transcript says %q\n%s", turn.Text, s.log())
	}
	if m := s.mind(); !strings.HasSuffix(m.turns[0].Text, "uh uh") {
		t.Fatalf("the mind heard %q", m.turns[0].Text)
	}
	for _, e := range s.events {
		if d, err := practice.DecodeEvent(e); err == nil {
			if turn, ok := d.(practice.TraineeTurn); ok && !strings.HasSuffix(turn.MindText, "uh uh") {
				t.Fatalf("what the mind heard is recorded as %q", turn.MindText)
			}
		}
	}
	s.audit()
}

func TestSecondReadingThatLosesAQuoteIsNotUsed(t *testing.T) {
	s := cutTurn(t, practice.Act{Name: practice.ActHonestExplanation, Quote: "Leeds uh uh"})
	if turn := s.record().Turns[1]; !strings.Contains(turn.Text, "Leeds uh uh") {
		t.Fatalf("the transcript says %q, which does not hold the quote", turn.Text)
	}
}

func TestEventsBehindASecondReadingKeepTheirOrderAndTime(t *testing.T) {
	s := cutTurn(t)
	var kinds []practice.EventKind
	last := int64(0)
	for _, e := range s.events {
		if e.AtMS < last {
			t.Fatalf("event %d at %d ms, after one at %d ms", e.Seq, e.AtMS, last)
		}
		last = e.AtMS
		kinds = append(kinds, e.Kind)
	}
	want := "trainee_turn turn_perceived mind_stepped reply_started"
	var got []string
	for _, k := range kinds {
		got = append(got, string(k))
	}
	if !strings.Contains(strings.Join(got, " "), want) {
		t.Fatalf("order %v", got)
	}
}

func TestLongTurnKeepsTheWordsThatHaveLeftTheMicrophonesMemory(t *testing.T) {
	s := opened(newStage(t))
	s.probability = 0.2
	at, want := s.nowMS()+500, []string{}
	for _, part := range []string{
		"First I looked at your order and at every note on it",
		"and then I rang the depot in Leeds to ask them",
		"and they walked over to the shelf to have a look",
		"and they told me that nobody had scanned the parcel",
		"while we told you that it was on its way to you",
		"and that was our mistake and nobody else's at all",
		"and I will put it right for you before tonight.",
	} {
		at = s.says(at, part) + 240
		want = append(want, part)
	}
	s.until(40_000, "she answers", func() bool { return s.playing != nil })
	s.run(2500)
	if long := s.record().Turns[1]; long.EndMS-long.StartMS < 20_000 || long.Text != strings.Join(want, " ") {
		t.Fatalf("%d ms: the transcript says %q", long.EndMS-long.StartMS, long.Text)
	}
	s.audit()
}
