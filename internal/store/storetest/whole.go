package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
	"pgregory.net/rapid"
)

func erase(t *testing.T, open Open) {
	t.Helper()
	ctx := t.Context()
	var erased []practice.CallID
	s := opened(t, open, store.Hooks{Erased: func(_ context.Context, _ *sql.Tx, id practice.CallID) error {
		erased = append(erased, id)
		return nil
	}})
	must(t, s.CreateCall(ctx, NewCall("a")))
	must(t, s.Append(ctx, "a", s.Lease(), []practice.Event{Event(t, "a", s.Lease(), 1, practice.LineUp{})}))
	wantErr(t, s.Erase(ctx, "a"), practice.ErrConflict)
	must(t, s.Append(ctx, "a", s.Lease(), []practice.Event{Event(t, "a", s.Lease(), 2, practice.CallEnded{By: practice.EndedByTrainee})}))
	must(t, s.SaveGrade(ctx, "a", "call_ended", practice.Grade{}, Start()))
	must(t, s.Erase(ctx, "a"))
	wantErr(t, s.Erase(ctx, "a"), practice.ErrNotFound)
	for name, read := range map[string]func() error{
		"call":   func() error { _, err := s.Call(ctx, "a"); return err },
		"events": func() error { _, err := s.Events(ctx, "a"); return err },
		"grade":  func() error { _, err := s.Grade(ctx, "a"); return err },
		"append": func() error {
			return s.Append(ctx, "a", s.Lease(), []practice.Event{Event(t, "a", s.Lease(), 3, practice.Muted{})})
		},
	} {
		if err := read(); !errors.Is(err, practice.ErrNotFound) {
			t.Errorf("%s after erasure: %v", name, err)
		}
	}
	must(t, s.CreateCall(ctx, NewCall("never-begun")))
	must(t, s.Erase(ctx, "never-begun"))
	if !slices.Equal(erased, []practice.CallID{"a", "never-begun"}) {
		t.Fatalf("the hook saw %v", erased)
	}
}

func list(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	for i, owner := range []practice.PersonID{practice.LocalPerson, "other", practice.LocalPerson, practice.LocalPerson} {
		c := NewCall(practice.CallID(fmt.Sprintf("c%d", i)))
		c.Owner, c.CreatedAt = owner, Start().Add(time.Duration(i)*time.Second)
		must(t, s.CreateCall(ctx, c))
	}
	calls, err := s.Calls(ctx, practice.LocalPerson, 2)
	must(t, err)
	ids := make([]practice.CallID, 0, 2)
	for _, c := range calls {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, []practice.CallID{"c3", "c2"}) {
		t.Fatalf("listed %v", ids)
	}
}

func notices(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	if at, err := s.Acknowledged(ctx, "p", "1"); err != nil || !at.IsZero() {
		t.Fatalf("before: %v, %v", at, err)
	}
	must(t, s.Acknowledge(ctx, "p", "1", Start()))
	must(t, s.Acknowledge(ctx, "p", "1", Start().Add(time.Hour)))
	if at, err := s.Acknowledged(ctx, "p", "1"); err != nil || !at.Equal(Start()) {
		t.Fatalf("after: %v, %v", at, err)
	}
}

func follow(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	must(t, s.CreateCall(ctx, NewCall("a")))
	changed, stop := s.Follow("a")
	other, stopOther := s.Follow("b")
	defer stopOther()
	for name, change := range map[string]func() error{
		"append": func() error {
			return s.Append(ctx, "a", s.Lease(), []practice.Event{Event(t, "a", s.Lease(), 1, practice.LineUp{})})
		},
		"status": func() error { return s.SetGradeStatus(ctx, "a", practice.GradeFailed) },
		"grade":  func() error { return s.SaveGrade(ctx, "a", "x", practice.Grade{}, Start()) },
	} {
		must(t, change())
		select {
		case <-changed:
		default:
			t.Errorf("%s: not told", name)
		}
	}
	stop()
	must(t, s.SetGradeStatus(ctx, "a", practice.GradePending))
	select {
	case <-changed:
		t.Error("told after it stopped following")
	case <-other:
		t.Error("told of another call")
	default:
	}
}

func missing(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	_, err := s.Call(ctx, "none")
	wantErr(t, err, practice.ErrNotFound)
	_, err = s.Events(ctx, "none")
	wantErr(t, err, practice.ErrNotFound)
	wantErr(t, s.SetGradeStatus(ctx, "none", practice.GradePending), practice.ErrNotFound)
	must(t, s.Ready(ctx))
}

func batches(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		id := practice.CallID(fmt.Sprintf("call-%d", n))
		must(t, s.CreateCall(ctx, NewCall(id)))
		var want []practice.Event
		for len(want) < 12 {
			size := rapid.IntRange(1, 5).Draw(r, "size")
			repeat := rapid.IntRange(0, min(2, len(want))).Draw(r, "repeat")
			batch := slices.Clone(want[len(want)-repeat:])
			for range size {
				seq := int64(len(want) + 1)
				e := Event(t, id, s.Lease(), seq, practice.Trouble{Message: rapid.String().Draw(r, "text")})
				batch, want = append(batch, e), append(want, e)
			}
			must(t, s.Append(ctx, id, s.Lease(), batch))
		}
		got, err := s.Events(ctx, id)
		must(t, err)
		same := slices.EqualFunc(got, want, func(a, b practice.Event) bool {
			return a.Seq == b.Seq && a.Kind == b.Kind && string(a.Data) == string(b.Data)
		})
		if !same {
			r.Fatalf("read %v, wrote %v", got, want)
		}
	})
}
