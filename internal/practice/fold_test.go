package practice_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

func journal(t *testing.T, data ...practice.EventData) []practice.Event {
	t.Helper()
	var out []practice.Event
	for i, d := range data {
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, practice.Event{V: 1, CallID: "c", Seq: int64(i + 1), AtMS: int64(i) * 1000, Kind: d.EventKind(), Data: raw})
	}
	return out
}

func heardCall(t *testing.T) []practice.Event {
	t.Helper()
	return journal(t,
		practice.CallStarted{Scenario: "late-birthday-parcel", Seed: 7},
		practice.LineUp{Transport: "webrtc"},
		practice.MindStepped{Turn: -1, Heat: 600, Trust: 400, Cause: "opening"},
		practice.ReplyStarted{Turn: 0, Generation: 1, Move: practice.MoveVent, Text: "My parcel never came. Where is it?"},
		practice.ReplyHeard{Turn: 0, Generation: 1, Text: "My parcel never came.", Unheard: "Where is it?", StartMS: 3000, EndMS: 4500, Interrupted: true},
		practice.TraineeTurn{Turn: 1, Text: "I am sorry about your son's birthday.", StartMS: 4200, EndMS: 6000, Interrupted: true},
		practice.TurnPerceived{Turn: 1, Acts: []practice.Act{{Name: practice.ActNamedStakes, Quote: "your son's birthday"}}},
		practice.MindStepped{Turn: 1, Heat: 500, Trust: 450, Cause: "turn", Ledger: []practice.LedgerEntry{{What: "heat", From: 600, To: 500, Because: practice.ActNamedStakes, Turn: 1}}},
		practice.ReplyStarted{Turn: 2, Generation: 2, Move: practice.MoveSoften, Text: "Thank you."},
		practice.ReplyHeard{Turn: 2, Generation: 2, Text: "Thank you.", StartMS: 8000, EndMS: 8600},
		practice.BargeIn{Kind: "backchannel", Text: "mm-hm"},
		practice.SoundGap{FromMS: 100, ToMS: 400},
		practice.CallEnded{Ending: practice.EndingResolved, By: practice.EndedByCustomer},
	)
}

func TestFoldTellsTheCall(t *testing.T) {
	r, err := practice.Fold(heardCall(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Turns) != 3 || r.Turns[0].Unheard != "Where is it?" || r.Turns[1].Acts[0].Name != practice.ActNamedStakes || r.Turns[2].Move != practice.MoveSoften {
		t.Errorf("turns %+v", r.Turns)
	}
	if len(r.Curve) != 2 || r.Curve[1] != (practice.CurvePoint{AtMS: 7000, Heat: 500, Trust: 450}) {
		t.Errorf("curve %+v", r.Curve)
	}
	if len(r.Ledger) != 1 || r.Ledger[0].AtMS != 7000 || r.Ledger[0].To != 500 {
		t.Errorf("ledger %+v", r.Ledger)
	}
	if r.Cut || r.Ending() != practice.EndingResolved || r.DurationMS != 12_000 || len(r.Gaps) != 1 || len(r.Interludes) != 1 {
		t.Errorf("record %+v", r)
	}
	tr := r.Transcript()
	if len(tr.Turns) != 3 || tr.Turns[0].Text != "My parcel never came." || *tr.Turns[1].StartMS != 4200 || tr.ID != "c" || tr.CutByServer {
		t.Errorf("transcript %+v", tr)
	}
}

func TestFoldTakesEveryPrefixAndWhatItDoesNotKnow(t *testing.T) {
	events := heardCall(t)
	for n := range len(events) + 1 {
		r, err := practice.Fold(events[:n])
		if err != nil {
			t.Fatalf("prefix of %d: %v", n, err)
		}
		if (n < len(events)) != r.Cut {
			t.Errorf("prefix of %d: cut %v", n, r.Cut)
		}
		if n == 4 && (r.Turns[0].Text != "" || r.Turns[0].Unheard == "" || r.Turns[0].Settled) {
			t.Errorf("a line that nobody knows was heard: %+v", r.Turns[0])
		}
	}
	events[10].Kind, events[10].Data = "a_kind_of_next_year", json.RawMessage(`{"x":1}`)
	events[11].Data = json.RawMessage(`{"from_ms":"soon"}`)
	r, err := practice.Fold(events)
	if err != nil || r.Unknown != 2 || len(r.Turns) != 3 {
		t.Fatalf("%v, %d unknown, %d turns", err, r.Unknown, len(r.Turns))
	}
}

func TestFoldRefusesWhatIsNoLog(t *testing.T) {
	events := heardCall(t)
	hole := append(append([]practice.Event(nil), events[:3]...), events[4:]...)
	if _, err := practice.Fold(hole); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("a hole: %v", err)
	}
	events[5].CallID = "another"
	if _, err := practice.Fold(events); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("another call's event: %v", err)
	}
}

func TestFoldTellsHoldsAndBackchannels(t *testing.T) {
	events := journal(t,
		practice.CallStarted{Scenario: "late-birthday-parcel", Seed: 7},
		practice.Hold{On: true, By: practice.HoldByButton},
		practice.Hold{On: true, By: practice.HoldByButton, Announced: true}, // the words were known later
		practice.Hold{By: practice.HoldByButton},
		practice.Hold{By: practice.HoldByButton}, // an end without a beginning is none
		practice.Backchannel{Text: "Mm-hm.", StartMS: 5000, EndMS: 5400},
		practice.BargeIn{Kind: "backchannel", Text: "I see.", Supportive: true},
		practice.BargeIn{Kind: "noise"},
		practice.Hold{On: true, By: practice.HoldByWords, Announced: true},
		practice.Hold{On: true, By: practice.HoldByButton},
		practice.LineUp{},
	)
	r, err := practice.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	want := []practice.HoldSpan{
		{FromMS: 1000, ToMS: 3000, By: practice.HoldByButton, Announced: true},
		{FromMS: 8000, ToMS: 10_000, By: practice.HoldByButton, Announced: true, Open: true},
	}
	if !slices.Equal(r.Holds, want) {
		t.Errorf("holds %+v", r.Holds)
	}
	if len(r.Asides) != 1 || r.Asides[0].Text != "Mm-hm." || r.Supportive() != 1 || len(r.Turns) != 0 {
		t.Errorf("asides %+v, supportive %d", r.Asides, r.Supportive())
	}
}
