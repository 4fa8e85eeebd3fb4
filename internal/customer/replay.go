package customer

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// record keeps what the mind is told, so that the call can be replayed. The copy that is written to is its own.
func (m *Mind) record(in practice.MindInput) {
	tape := make([]practice.MindInput, len(m.tape), len(m.tape)+1)
	copy(tape, m.tape)
	m.tape = append(tape, in)
}

// Inputs are all that the mind has been told so far, oldest first. They must not be changed.
func (m Mind) Inputs() []practice.MindInput { return m.tape }

// Replayed says how a replay went.
type Replayed struct {
	Steps      int         `json:"steps"`   // of the mind that were derived again
	Entries    int         `json:"entries"` // of the ledger
	Difference *Difference `json:"difference"`
}

// Difference is the first place where what was derived is not what was recorded.
type Difference struct {
	Seq      int64  `json:"seq"` // of the event
	Turn     int    `json:"turn"`
	What     string `json:"what"` // heat, trust, ledger, need, move, told, words, ending, outcome or inputs
	Recorded string `json:"recorded"`
	Derived  string `json:"derived"`
}

// replay is a call being derived again.
type replay struct {
	mind  Mind
	reply Reply
	turns map[int]practice.TraineeTurn
	heard map[int]practice.TurnPerceived
	out   Replayed
	seq   int64
	turn  int
	begun bool
}

// Replay derives a call's ledger, state and authored words again from its events, by the recorded acts: it perceives
// nothing. s and lines are the scenario with which the call was held. It fails with practice.ErrInvalid when the events
// cannot be a whole call's, or were written by a release whose minds kept no inputs.
func Replay(s practice.Scenario, lines Lines, events []practice.Event) (Replayed, error) {
	r := &replay{turns: map[int]practice.TraineeTurn{}, heard: map[int]practice.TurnPerceived{}}
	for _, e := range events {
		data, err := practice.DecodeEvent(e)
		if errors.Is(err, practice.ErrUnknownEvent) {
			continue
		}
		if err != nil {
			return r.out, fmt.Errorf("replay: %w", err)
		}
		switch d := data.(type) { // a turn stands before its acts, and both before the step that they made
		case practice.CallStarted:
			if d.Unslotted {
				lines = lines.Slotless()
			}
			r.mind, r.begun = NewMind(s, lines, d.Seed, d.PhraseHistory), true
			if d.Memory != nil {
				r.mind = r.mind.Remembering(*d.Memory)
			}
		case practice.TraineeTurn:
			r.turns[d.Turn] = d
		case practice.TurnPerceived:
			r.heard[d.Turn] = d
		case practice.MindStepped, practice.ReplyStarted, practice.CallEnded:
			if !r.begun {
				return r.out, fmt.Errorf("replay: event %d comes before the call's start: %w", e.Seq, practice.ErrInvalid)
			}
			r.seq = e.Seq
			if err := r.compare(d); err != nil || r.out.Difference != nil {
				return r.out, err
			}
		}
	}
	if !r.begun {
		return r.out, fmt.Errorf("replay: the call never began: %w", practice.ErrInvalid)
	}
	return r.out, nil
}

func (r *replay) compare(data practice.EventData) error {
	switch d := data.(type) {
	case practice.MindStepped:
		return r.step(d)
	case practice.ReplyStarted:
		if d.Source == practice.SourceAuthored && strings.TrimSpace(r.reply.Text) != "" {
			r.differ("words", plainText(d.Text), plainText(r.reply.Text))
		}
	case practice.CallEnded:
		if err := r.apply(d.Inputs); err != nil {
			return err
		}
		if d.By != practice.EndedByServer && d.Ending != practice.EndingNone {
			if leaves := r.mind.Leave(); d.By == practice.EndedByTrainee || r.mind.Ending() != practice.EndingNone {
				r.differ("ending", string(d.Ending), string(leaves))
			}
		}
		if d.Outcome != nil {
			r.differ("outcome", fmt.Sprintf("%+v", *d.Outcome), fmt.Sprintf("%+v", r.mind.Outcome(d.Ending)))
		}
	}
	return nil
}

// step derives one step and compares all that was recorded of it.
func (r *replay) step(d practice.MindStepped) error {
	if len(d.Inputs) == 0 {
		return fmt.Errorf("replay: event %d holds no inputs: the call was held with an older release, whose calls cannot be replayed: %w", r.seq, practice.ErrInvalid)
	}
	r.turn = d.Turn
	if err := r.apply(d.Inputs); err != nil {
		return err
	}
	got := r.reply
	r.out.Steps++
	r.out.Entries += len(got.Ledger)
	r.differ("heat", fmt.Sprint(d.Heat), fmt.Sprint(got.Heat))
	r.differ("trust", fmt.Sprint(d.Trust), fmt.Sprint(got.Trust))
	for i := range max(len(d.Ledger), len(got.Ledger)) {
		r.differ("ledger", entryAt(d.Ledger, i), entryAt(got.Ledger, i))
	}
	if !reflect.DeepEqual(d.Needs, got.Needs) && len(d.Needs)+len(got.Needs) > 0 {
		r.differ("need", fmt.Sprint(d.Needs), fmt.Sprint(got.Needs))
	}
	r.differ("move", string(d.Move), string(got.Move))
	r.differ("told", strings.Join(d.Told, ", "), strings.Join(got.Told, ", "))
	r.differ("ending", string(d.Ending), string(got.Ending))
	return nil
}

// apply tells the mind what it was told.
func (r *replay) apply(inputs []practice.MindInput) error {
	for _, in := range inputs {
		m := r.mind
		switch in.Op {
		case practice.OpOpen:
			r.mind, r.reply = m.Open()
		case practice.OpHear:
			turn, ok := r.turns[in.Turn]
			perceived, acts := r.heard[in.Turn]
			if !ok || !acts {
				return fmt.Errorf("replay: event %d rests on turn %d, which is not there: %w", r.seq, in.Turn, practice.ErrInvalid)
			}
			text := turn.Text
			if turn.MindText != "" {
				text = turn.MindText
			}
			r.mind, r.reply = m.Hear(HeardTurn{
				Turn: in.Turn, Text: text, Acts: perceived.Acts, Unsure: in.Unsure, SilenceMS: in.MS, DurationMS: in.LastedMS, Interrupted: in.Interrupted, CutIn: in.CutIn,
			})
		case practice.OpSilence:
			r.mind, r.reply = m.Silence(in.MS, in.Turn)
		case practice.OpSaid:
			r.mind = m.Said(in.Text, in.Interrupted)
		case practice.OpReworded:
			r.mind = m.Reworded(in.Text)
		case practice.OpOnHold:
			r.mind, r.reply = m.OnHold(in.Announced, in.Turn)
		case practice.OpOffHold:
			r.mind = m.OffHold()
		case practice.OpLineBack:
			r.mind, r.reply = m.LineBack(in.Text, Reply{Move: in.Move, Told: in.Told, Ending: in.Ending})
		default:
			return fmt.Errorf("replay: event %d tells the mind %q, which this release does not know: %w", r.seq, in.Op, practice.ErrInvalid)
		}
	}
	return nil
}

// differ keeps the first difference.
func (r *replay) differ(what, recorded, derived string) {
	if recorded != derived && r.out.Difference == nil {
		r.out.Difference = &Difference{Seq: r.seq, Turn: r.turn, What: what, Recorded: recorded, Derived: derived}
	}
}

func entryAt(ledger []practice.LedgerEntry, i int) string {
	if i >= len(ledger) {
		return "nothing"
	}
	e := ledger[i]
	out := fmt.Sprintf("%s %d to %d because of %s “%s” in turn %d", e.What, e.From, e.To, e.Because, e.Quote, e.Turn)
	if e.Note != "" {
		out += ": " + e.Note
	}
	return out
}

// plainText is a line without its marks, one space between words.
func plainText(text string) string {
	return strings.Join(strings.Fields(practice.WithoutMarks(text)), " ")
}
