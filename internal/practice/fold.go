package practice

import (
	"errors"
	"fmt"
)

// Record is a call as its events tell it.
type Record struct {
	CallID     CallID
	Started    CallStarted
	HasStarted bool
	Turns      []RecordTurn
	Curve      []CurvePoint
	Ledger     []LedgerLine
	Interludes []Interlude // sounds over the customer that were no turns
	Holds      []HoldSpan
	Asides     []Backchannel // the customer's during the trainee's turns
	Gaps       []SoundGap
	Troubles   []TroubleLine
	Words      *WordsSpent // what a model's words have cost; nil when none was asked
	Ended      *CallEnded  // nil while the call goes on, or when it was cut
	DurationMS int64       // the newest event's time on the call clock
	Cut        bool        // it ended without its last event, or by the server
	LastSeq    int64
	Unknown    int // events of kinds, or with data, that this release does not know
}

// RecordTurn is one turn of either speaker, in the order of the transcript.
type RecordTurn struct {
	Turn        int
	Speaker     Speaker
	Text        string // heard
	Unheard     string // meant by the customer, never heard
	StartMS     int64
	EndMS       int64
	Words       []Word // on the call clock
	Typed       bool
	Interrupted bool  // a customer's turn was cut off; a trainee's turn cut one off
	Acts        []Act // of a trainee's turn
	Unsure      bool
	Move        Move // of a customer's turn
	Stages      StageTimes
	Settled     bool // false: the call was cut while the customer said it, so nobody knows how much was heard
}

// CurvePoint is heat and trust (hundredths, 0–1000) from a time on.
type CurvePoint struct {
	AtMS  int64
	Heat  int
	Trust int
}

// LedgerLine is a ledger entry and when it was made.
type LedgerLine struct {
	LedgerEntry
	AtMS int64
}

// Interlude is a sound over the customer that was no turn: a backchannel, noise, or her own echo.
type Interlude struct {
	BargeIn
	AtMS int64
}

// HoldSpan is a time that the customer was on hold. ToMS is the newest event's time while it goes on.
type HoldSpan struct {
	FromMS, ToMS int64
	By           HoldBy
	Announced    bool
	Open         bool // it had no end
}

// TroubleLine is something that failed and was lived through.
type TroubleLine struct {
	Trouble
	AtMS int64
}

// Fold makes a call's record out of its events, in the order of their seq. Every prefix of a log folds: a call may have
// been cut anywhere. Kinds that this release does not know are counted and skipped. It fails with ErrInvalid only when
// the events are not one call's log: mixed calls, or a seq that does not go on by one.
func Fold(events []Event) (Record, error) {
	r := Record{Cut: true}
	for i := range events {
		e := &events[i]
		if e.CallID != events[0].CallID {
			return r, fmt.Errorf("fold: event %d belongs to another call: %w", e.Seq, ErrInvalid)
		}
		if i > 0 && e.Seq != events[i-1].Seq+1 {
			return r, fmt.Errorf("fold: event %d follows event %d: %w", e.Seq, events[i-1].Seq, ErrInvalid)
		}
		r.CallID, r.LastSeq = e.CallID, e.Seq
		r.DurationMS = max(r.DurationMS, e.AtMS)
		data, err := DecodeEvent(*e)
		if err != nil {
			r.Unknown++
			if !errors.Is(err, ErrUnknownEvent) && e.Kind == KindCallEnded {
				r.Ended = &CallEnded{By: EndedByServer, Reason: "its last event cannot be read"}
			}
			continue
		}
		r.add(e.AtMS, data)
	}
	if n := len(r.Holds); n > 0 && r.Holds[n-1].Open {
		r.Holds[n-1].ToMS = r.DurationMS
	}
	r.Cut = r.Ended == nil || r.Ended.By == EndedByServer
	return r, nil
}

func (r *Record) add(atMS int64, data EventData) {
	switch d := data.(type) {
	case CallStarted:
		r.Started, r.HasStarted = d, true
	case TraineeTurn:
		r.Turns = append(r.Turns, RecordTurn{
			Turn: d.Turn, Speaker: Trainee, Text: d.Text, StartMS: d.StartMS, EndMS: d.EndMS, Words: d.Words, Typed: d.Typed,
			Interrupted: d.Interrupted, Settled: true,
		})
	case TurnPerceived:
		if t := r.turn(d.Turn, Trainee); t != nil {
			t.Acts, t.Unsure = d.Acts, d.Unsure
		}
	case MindStepped:
		r.Curve = append(r.Curve, CurvePoint{AtMS: atMS, Heat: d.Heat, Trust: d.Trust})
		for _, e := range d.Ledger {
			r.Ledger = append(r.Ledger, LedgerLine{LedgerEntry: e, AtMS: atMS})
		}
	case ReplyStarted:
		r.Turns = append(r.Turns, RecordTurn{
			Turn: d.Turn, Speaker: Customer, Unheard: Transcribed(d.Text), StartMS: atMS, EndMS: atMS, Move: d.Move, Stages: d.Stages,
		})
	case ReplyHeard:
		r.heard(d)
	case ReplyWorded:
		r.Words = &d.Spent
	case BargeIn:
		r.Interludes = append(r.Interludes, Interlude{BargeIn: d, AtMS: atMS})
	case Hold:
		r.hold(atMS, d)
	case Backchannel:
		r.Asides = append(r.Asides, d)
	case SoundGap:
		r.Gaps = append(r.Gaps, d)
	case Trouble:
		r.Troubles = append(r.Troubles, TroubleLine{Trouble: d, AtMS: atMS})
	case CallEnded:
		r.Ended = &d
	}
}

// hold opens or closes a span. What is told of an open one again adds to what is known of it.
func (r *Record) hold(atMS int64, d Hold) {
	n := len(r.Holds)
	open := n > 0 && r.Holds[n-1].Open
	switch {
	case d.On && open:
		h := &r.Holds[n-1]
		h.Announced = h.Announced || d.Announced
		if d.By == HoldByButton {
			h.By = d.By
		}
	case d.On:
		r.Holds = append(r.Holds, HoldSpan{FromMS: atMS, ToMS: atMS, By: d.By, Announced: d.Announced, Open: true})
	case open:
		r.Holds[n-1].ToMS, r.Holds[n-1].Open = atMS, false
	}
}

// Supportive counts the trainee's backchannels that told the customer she was listened to.
func (r Record) Supportive() int {
	n := 0
	for _, s := range r.Interludes {
		if s.Supportive {
			n++
		}
	}
	return n
}

func (r *Record) heard(d ReplyHeard) {
	t := r.turn(d.Turn, Customer)
	if t == nil {
		r.Turns = append(r.Turns, RecordTurn{Turn: d.Turn, Speaker: Customer})
		t = &r.Turns[len(r.Turns)-1]
	}
	t.Text, t.Unheard, t.Words, t.StartMS, t.EndMS = d.Text, d.Unheard, d.Words, d.StartMS, d.EndMS
	t.Interrupted, t.Settled = d.Interrupted, true
}

// turn finds a speaker's turn by its number, from the end.
func (r *Record) turn(n int, s Speaker) *RecordTurn {
	for i := len(r.Turns) - 1; i >= 0; i-- {
		if r.Turns[i].Turn == n && r.Turns[i].Speaker == s {
			return &r.Turns[i]
		}
	}
	return nil
}

// Transcript is what both heard, for grading: position i is turn i of the record, also where a customer's line was never
// heard, so that quotes found in one are found in the other. The scenario's policy card is the caller's to add.
func (r Record) Transcript() Transcript {
	t := Transcript{ID: string(r.CallID), Language: "en", CutByServer: r.Cut, Turns: make([]TranscriptTurn, 0, len(r.Turns))}
	for i := range r.Turns {
		turn := &r.Turns[i]
		start, end := turn.StartMS, turn.EndMS
		t.Turns = append(t.Turns, TranscriptTurn{
			Index: i, Speaker: turn.Speaker, Text: turn.Text, StartMS: &start, EndMS: &end, Words: turn.Words,
		})
	}
	return t
}

// Ending is how the call ended for the customer.
func (r Record) Ending() Ending {
	if r.Ended == nil {
		return EndingNone
	}
	return r.Ended.Ending
}
