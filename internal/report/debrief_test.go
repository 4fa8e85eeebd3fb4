package report_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/report"
)

func events(t *testing.T, data ...practice.EventData) []practice.Event {
	t.Helper()
	out := make([]practice.Event, 0, len(data))
	for i, d := range data {
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, practice.Event{V: 1, CallID: "c", Seq: int64(i + 1), AtMS: int64(i) * 1000, Kind: d.EventKind(), Data: b})
	}
	return out
}

func TestDebriefShowsWhatWasHeardAndWhatWasNot(t *testing.T) {
	log := events(
		t,
		practice.CallStarted{Seed: 1<<64 - 1, Voice: "hibari"},
		practice.MindStepped{Turn: -1, Heat: 600, Trust: 400, Cause: "opening"},
		practice.ReplyStarted{Turn: 0, Move: practice.MoveVent, Text: "My parcel never came. It was a birthday."},
		practice.ReplyHeard{Turn: 0, Text: "My parcel never came.", Unheard: "It was a birthday.", StartMS: 2100, EndMS: 3000, Interrupted: true},
		practice.TraineeTurn{Turn: 1, Text: "That must hurt.", StartMS: 2900, EndMS: 3800, Interrupted: true},
		practice.TurnPerceived{Turn: 1, Acts: []practice.Act{{Name: practice.ActNamedFeeling, Quote: "must hurt"}}},
		practice.MindStepped{Turn: 1, Heat: 480, Trust: 410, Ledger: []practice.LedgerEntry{
			{What: "heat", From: 600, To: 480, Because: practice.ActNamedFeeling, Quote: "must hurt", Turn: 1},
			{What: "need:be-heard", From: 0, To: 2, Because: practice.ActNamedFeeling, Turn: 1},
		}},
		practice.ReplyStarted{Turn: 2, Move: practice.MoveSoften, Text: "It does."},
		practice.CallEnded{By: practice.EndedByServer},
	)
	log = append(log, practice.Event{V: 1, CallID: "c", Seq: 10, Kind: "from_the_future", Data: json.RawMessage(`{}`)})
	d := build(t, log)
	if len(d.Turns) != 3 || !d.Cut || d.Started.Seed != "18446744073709551615" {
		t.Fatalf("%+v", d)
	}
	first, second, last := d.Turns[0], d.Turns[1], d.Turns[2]
	if first.Text != "My parcel never came." || first.Unheard != "It was a birthday." || first.Move != practice.MoveVent || !first.Interrupted {
		t.Errorf("the interrupted turn: %+v", first)
	}
	if second.Speaker != practice.Trainee || len(second.Perceived) != 1 || second.Perceived[0].Quote != "must hurt" {
		t.Errorf("the trainee's turn: %+v", second)
	}
	if last.Text != "" || last.Unheard != "It does." {
		t.Errorf("what she was about to say when the server stopped: %+v", last)
	}
	if len(d.Curve) != 2 || d.Curve[1].Heat != 4.8 || d.Curve[0].Trust != 4 {
		t.Errorf("curve %+v", d.Curve)
	}
	if len(d.Ledger) != 2 || d.Ledger[0].From != 6 || d.Ledger[0].To != 4.8 || d.Ledger[1].To != 2 || d.Ledger[0].AtMS != 6000 {
		t.Errorf("ledger %+v", d.Ledger)
	}
}

func TestDebriefOfNothingHasEmptyLists(t *testing.T) {
	b, err := json.Marshal(build(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != `{"started":{"scenario_digest":"","mind_version":"","perceiver_version":"","seed":"","notice_version":"","recognizer":"","endpoint":"","voice":"","words":""},"turns":[],"curve":[],"ledger":[],"gaps":[],"asides":[],"holds":[],"supportive_backchannels":0,"cut":true}` {
		t.Errorf("%s", b)
	}
}

// A customer's line of which nothing was heard leaves its number to the trainee's turn that came instead.
func TestLedgerNamesPositionsInTheTranscript(t *testing.T) {
	d := build(t, events(
		t,
		practice.ReplyStarted{Turn: 0, Text: "Hello?"},
		practice.ReplyHeard{Turn: 0, Unheard: "Hello?"},
		practice.TraineeTurn{Turn: 0, Text: "Good morning."},
		practice.MindStepped{Turn: 0, Ledger: []practice.LedgerEntry{{What: "trust", From: 400, To: 410, Turn: 0}, {What: "heat", Turn: -1}}},
	))
	if len(d.Turns) != 2 || d.Turns[1].Text != "Good morning." || d.Turns[1].Turn != 1 || d.Ledger[0].Turn != 1 || d.Ledger[1].Turn != -1 {
		t.Errorf("%+v", d)
	}
}

func build(t *testing.T, log []practice.Event) report.Debrief {
	t.Helper()
	record, err := practice.Fold(log)
	if err != nil {
		t.Fatal(err)
	}
	return report.Build(record)
}

func TestDebriefShowsHoldsAndSoundsThatWereNoTurns(t *testing.T) {
	d := build(t, events(
		t,
		practice.CallStarted{Seed: 1},
		practice.Hold{On: true, By: practice.HoldByWords, Announced: true},
		practice.Hold{By: practice.HoldByWords},
		practice.BargeIn{Kind: "backchannel", OnsetMS: 9000, Text: "I see.", Supportive: true},
		practice.BargeIn{Kind: "yielded", OnsetMS: 9500},
		practice.Backchannel{Text: "Mm-hm.", StartMS: 4000, EndMS: 4300},
	))
	if len(d.Holds) != 1 || d.Holds[0] != (report.Hold{FromMS: 1000, ToMS: 2000, By: "words", Announced: true}) {
		t.Errorf("holds %+v", d.Holds)
	}
	want := []report.Aside{
		{Speaker: practice.Customer, Kind: "backchannel", Text: "Mm-hm.", AtMS: 4000},
		{Speaker: practice.Trainee, Kind: "backchannel", Text: "I see.", AtMS: 9000},
	}
	if !slices.Equal(d.Asides, want) || d.SupportiveBackchannels != 1 {
		t.Errorf("asides %+v, supportive %d", d.Asides, d.SupportiveBackchannels)
	}
}

func TestDebriefShowsWhatTheCustomerMakesOfTheCall(t *testing.T) {
	v := practice.Verdict{Letter: "Dear all.", CSAT: 4, CSATWhy: "It was settled.", Stays: practice.Judgement{Yes: true, Why: "Calm."}, Recommends: practice.Judgement{Why: "Not yet."}}
	d := build(t, events(t, practice.CallStarted{}, practice.CallEnded{Ending: practice.EndingResolved, By: practice.EndedByCustomer, Outcome: &v}))
	if o := d.Outcome; o == nil || o.Letter != v.Letter || o.CSAT != 4 || !o.Stays.Yes || o.Recommends.Yes || o.Recommends.Why != "Not yet." {
		t.Errorf("outcome %+v", d.Outcome)
	}
	if d := build(t, events(t, practice.CallStarted{}, practice.CallEnded{By: practice.EndedByServer})); d.Outcome != nil {
		t.Errorf("a call that was cut has the outcome %+v", d.Outcome)
	}
}
