package call

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMonologueFitsIntoOneEvent(t *testing.T) {
	s := newScribe(&diary{}, "c", 1)
	words := make([]practice.Word, 4000)
	for i := range words {
		words[i] = practice.Word{Text: "word", StartMS: int64(i) * 300, EndMS: int64(i)*300 + 250, Confidence: 0.5}
	}
	turn := practice.TraineeTurn{Text: strings.Repeat("wörd ", 4000), Words: words}
	if err := s.note(turn, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	e := s.queue[0]
	d, err := practice.DecodeEvent(e)
	if err != nil || len(e.Data) > practice.MaxEventData {
		t.Fatalf("%d bytes, %v", len(e.Data), err)
	}
	if got, ok := d.(practice.TraineeTurn); !ok || len(got.Text) < 8000 || !strings.HasPrefix(turn.Text, got.Text) {
		t.Fatal("too much of it was lost")
	}
}

func TestNothingThatATurnMakesIsTooLongForItsEvent(t *testing.T) {
	long := strings.Repeat("wörd <b> ", 5000)
	for _, data := range []practice.EventData{
		practice.TraineeTurn{Text: long, MindText: long},
		practice.TraineeTurn{Text: "short", MindText: long},
		practice.ReplyHeard{Text: "short", Unheard: long},
		practice.TurnPerceived{Acts: []practice.Act{{Name: practice.ActPromise, Quote: long}, {Name: practice.ActOffer, Quote: long}}},
		practice.MindStepped{Ledger: []practice.LedgerEntry{{What: "heat", Quote: long}, {What: "trust", Quote: long}}},
	} {
		raw, err := fit(data)
		if err != nil || len(raw) > practice.MaxEventData || len(raw) < practice.MaxEventData/3 {
			t.Fatalf("%s: %d bytes, %v", data.EventKind(), len(raw), err)
		}
		d, err := practice.DecodeEvent(practice.Event{Kind: data.EventKind(), Data: raw})
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := d.(practice.TurnPerceived); ok && (!strings.HasPrefix(long, p.Acts[0].Quote) || p.Acts[0].Quote == "") {
			t.Fatalf("the quote %.40q is none any more", p.Acts[0].Quote)
		}
	}
	if _, err := fit(practice.Trouble{Message: long}); !errors.Is(err, practice.ErrInvalid) {
		t.Fatalf("an event that may not be shortened: %v", err)
	}
}

func TestRecordTooFarBehindIsLost(t *testing.T) {
	s := newScribe(&diary{down: true}, "c", 1)
	for range queueMax {
		if err := s.note(practice.Muted{}, 0, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if s.lost() != nil {
		t.Fatal("lost while there is room")
	}
	if err := s.note(practice.Muted{}, 0, time.Now()); err != nil || s.lost() == nil {
		t.Fatal("the bound does not hold")
	}
}
