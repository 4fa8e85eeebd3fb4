// Package storetest is the conformance suite that every SQL engine behind internal/store passes.
package storetest

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
)

// Open opens the same data each time it is called with the same data set; the returned function closes it as a
// process that ends would.
type Open func(t *testing.T, dataSet string, hooks store.Hooks) (s *store.Store, closeIt func())

// Start is when the suite's calls begin.
func Start() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }

// NewCall is a call as the server makes one.
func NewCall(id practice.CallID) practice.Call {
	return practice.Call{
		ID: id, Scenario: "late-birthday-parcel", Owner: practice.LocalPerson, CreatedAt: Start(), KeepSound: true,
		Mode: practice.ModeVoice, Seed: 1<<64 - 1, NoticeVersion: "1",
	}
}

// Event is one event of a call with its data as JSON.
func Event(t *testing.T, id practice.CallID, lease, seq int64, data practice.EventData) practice.Event {
	t.Helper()
	b, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return practice.Event{
		V: 1, CallID: id, Seq: seq, AtMS: seq * 20, WallMS: Start().UnixMilli() + seq*20, Lease: lease,
		Kind: data.EventKind(), Data: b,
	}
}

// Run runs the suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Open){
		"a call is read as it was written":               callRoundTrip,
		"events are all or none and in order":            appendInOrder,
		"a repeated batch is accepted and changes none":  appendAgain,
		"an old lease writes nothing":                    appendFenced,
		"a closed log stays closed":                      appendAfterEnd,
		"the end and its hook are one":                   endHook,
		"calls going on at a crash are cut":              cutLive,
		"one cause gives one grade":                      gradeOnce,
		"erasure leaves nothing":                         erase,
		"lists are newest first and one person's":        list,
		"a notice is acknowledged once":                  notices,
		"a scenario's version is kept once and for good": scenarioVersions,
		"who follows hears of each change":               follow,
		"what is not there says so":                      missing,
		"any split of a log into batches reads the same": batches,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func opened(t *testing.T, open Open, hooks store.Hooks) *store.Store {
	t.Helper()
	s, closeIt := open(t, "one", hooks)
	t.Cleanup(closeIt)
	return s
}

func callRoundTrip(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	want := NewCall("a")
	must(t, s.CreateCall(ctx, want))
	wantErr(t, s.CreateCall(ctx, want), practice.ErrConflict)
	want.Status, want.GradeStatus = practice.CallReady, practice.GradeNone
	got, err := s.Call(ctx, "a")
	must(t, err)
	if got != want {
		t.Fatalf("read %+v, wrote %+v", got, want)
	}
}

func appendInOrder(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	must(t, s.CreateCall(ctx, NewCall("a")))
	up := Event(t, "a", s.Lease(), 1, practice.LineUp{Transport: "webrtc"})
	wantErr(t, s.Append(ctx, "a", s.Lease(), []practice.Event{up, Event(t, "a", s.Lease(), 3, practice.Muted{On: true})}), practice.ErrConflict)
	if events, err := s.Events(ctx, "a"); err != nil || len(events) != 0 {
		t.Fatalf("after a refused batch: %d events, %v", len(events), err)
	}
	must(t, s.Append(ctx, "a", s.Lease(), []practice.Event{up}))
	events, err := s.Events(ctx, "a")
	must(t, err)
	if len(events) != 1 || string(events[0].Data) != string(up.Data) || events[0].Kind != up.Kind || events[0].AtMS != up.AtMS {
		t.Fatalf("read %+v, wrote %+v", events, up)
	}
	c, err := s.Call(ctx, "a")
	must(t, err)
	if c.Status != practice.CallLive {
		t.Fatalf("status %q after the line came up", c.Status)
	}
	for name, e := range map[string]practice.Event{
		"another call's": {V: 1, CallID: "b", Seq: 2, Kind: practice.KindMuted, Data: json.RawMessage(`{}`)},
		"no JSON":        {V: 1, CallID: "a", Seq: 2, Kind: practice.KindMuted, Data: json.RawMessage(`{`)},
		"too long":       {V: 1, CallID: "a", Seq: 2, Kind: practice.KindMuted, Data: json.RawMessage(`"` + string(make([]byte, practice.MaxEventData)) + `"`)},
		"no kind":        {V: 1, CallID: "a", Seq: 2, Data: json.RawMessage(`{}`)},
	} {
		if err := s.Append(ctx, "a", s.Lease(), []practice.Event{e}); !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("%s: error %v, want %v", name, err, practice.ErrInvalid)
		}
	}
}

func appendAgain(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	must(t, s.CreateCall(ctx, NewCall("a")))
	batch := []practice.Event{
		Event(t, "a", s.Lease(), 1, practice.Muted{On: true}),
		Event(t, "a", s.Lease(), 2, practice.Muted{On: false}),
	}
	must(t, s.Append(ctx, "a", s.Lease(), batch))
	must(t, s.Append(ctx, "a", s.Lease(), append(batch, Event(t, "a", s.Lease(), 3, practice.Muted{On: true}))))
	if events, err := s.Events(ctx, "a"); err != nil || len(events) != 3 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	wantErr(t, s.Append(ctx, "a", s.Lease(), []practice.Event{Event(t, "a", s.Lease(), 2, practice.Muted{On: true})}), practice.ErrConflict)
}

func appendFenced(t *testing.T, open Open) {
	t.Helper()
	ctx := t.Context()
	old, closeOld := open(t, "one", store.Hooks{})
	must(t, old.CreateCall(ctx, NewCall("a")))
	oldLease := old.Lease()
	closeOld()
	s := opened(t, open, store.Hooks{})
	if s.Lease() <= oldLease {
		t.Fatalf("lease %d after %d", s.Lease(), oldLease)
	}
	_, err := s.CutLive(ctx, Start())
	must(t, err)
	wantErr(t, s.Append(ctx, "a", oldLease, []practice.Event{Event(t, "a", oldLease, 1, practice.Muted{})}), practice.ErrConflict)
}

func appendAfterEnd(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	must(t, s.CreateCall(ctx, NewCall("a")))
	end := Event(t, "a", s.Lease(), 1, practice.CallEnded{Ending: practice.EndingResolved, By: practice.EndedByCustomer})
	wantErr(t, s.Append(ctx, "a", s.Lease(), []practice.Event{end, Event(t, "a", s.Lease(), 2, practice.Muted{})}), practice.ErrInvalid)
	must(t, s.Append(ctx, "a", s.Lease(), []practice.Event{end}))
	must(t, s.Append(ctx, "a", s.Lease(), []practice.Event{end})) // repeated
	wantErr(t, s.Append(ctx, "a", s.Lease(), []practice.Event{Event(t, "a", s.Lease(), 2, practice.Muted{})}), practice.ErrEnded)
	c, err := s.Call(ctx, "a")
	must(t, err)
	if c.Status != practice.CallEnd || c.Ending != practice.EndingResolved || c.EndedBy != practice.EndedByCustomer ||
		c.DurationMS != 20 || c.GradeStatus != practice.GradePending || c.EndedAt.UnixMilli() != end.WallMS {
		t.Fatalf("ended call: %+v", c)
	}
}

func endHook(t *testing.T, open Open) {
	t.Helper()
	ctx := t.Context()
	refuse, ran := true, 0
	refused := errors.New("no")
	s := opened(t, open, store.Hooks{Ended: func(_ context.Context, _ *sql.Tx, id practice.CallID) error {
		if ran++; refuse || id != "a" {
			return refused
		}
		return nil
	}})
	must(t, s.CreateCall(ctx, NewCall("a")))
	end := []practice.Event{Event(t, "a", s.Lease(), 1, practice.CallEnded{By: practice.EndedByTrainee})}
	wantErr(t, s.Append(ctx, "a", s.Lease(), end), refused)
	if events, err := s.Events(ctx, "a"); err != nil || len(events) != 0 {
		t.Fatalf("the hook failed, but %d events stand, %v", len(events), err)
	}
	refuse = false
	must(t, s.Append(ctx, "a", s.Lease(), end))
	must(t, s.Append(ctx, "a", s.Lease(), end))
	if ran != 2 {
		t.Fatalf("the hook ran %d times, want once refused and once accepted", ran)
	}
}

func cutLive(t *testing.T, open Open) {
	t.Helper()
	ctx := t.Context()
	before, kill := open(t, "one", store.Hooks{})
	must(t, before.CreateCall(ctx, NewCall("live")))
	must(t, before.Append(ctx, "live", before.Lease(), []practice.Event{
		Event(t, "live", before.Lease(), 1, practice.LineUp{}), Event(t, "live", before.Lease(), 2, practice.Muted{On: true}),
	}))
	must(t, before.CreateCall(ctx, NewCall("ready")))
	must(t, before.CreateCall(ctx, NewCall("ended")))
	must(t, before.Append(ctx, "ended", before.Lease(), []practice.Event{
		Event(t, "ended", before.Lease(), 1, practice.CallEnded{By: practice.EndedByTrainee, Ending: practice.EndingPartedKindly}),
	}))
	kill()

	queued := map[practice.CallID]int{}
	s := opened(t, open, store.Hooks{Ended: func(_ context.Context, _ *sql.Tx, id practice.CallID) error {
		queued[id]++
		return nil
	}})
	ids, err := s.CutLive(ctx, Start().Add(time.Minute))
	must(t, err)
	again, err := s.CutLive(ctx, Start().Add(time.Hour))
	must(t, err)
	if len(ids) != 2 || len(again) != 0 || queued["live"] != 1 || queued["ready"] != 1 || queued["ended"] != 0 {
		t.Fatalf("cut %v then %v, queued %v", ids, again, queued)
	}
	c, err := s.Call(ctx, "live")
	must(t, err)
	if c.Status != practice.CallCut || c.EndedBy != practice.EndedByServer || c.GradeStatus != practice.GradePending || c.DurationMS != 40 {
		t.Fatalf("the cut call: %+v", c)
	}
	events, err := s.Events(ctx, "live")
	must(t, err)
	last, err := practice.DecodeEvent(events[len(events)-1])
	must(t, err)
	if end, ok := last.(practice.CallEnded); len(events) != 3 || !ok || end.By != practice.EndedByServer {
		t.Fatalf("%d events, the last is %+v", len(events), last)
	}
	if c, err := s.Call(ctx, "ended"); err != nil || c.Ending != practice.EndingPartedKindly {
		t.Fatalf("the call that had ended: %+v, %v", c, err)
	}
}

func gradeOnce(t *testing.T, open Open) {
	t.Helper()
	ctx, s := t.Context(), opened(t, open, store.Hooks{})
	must(t, s.CreateCall(ctx, NewCall("a")))
	_, err := s.Grade(ctx, "a")
	wantErr(t, err, practice.ErrNotFound)
	three, two := 3.0, 2.0
	must(t, s.SaveGrade(ctx, "a", "call_ended", practice.Grade{Scores: practice.Scores{Overall: &three}}, Start()))
	must(t, s.SaveGrade(ctx, "a", "call_ended", practice.Grade{Scores: practice.Scores{Overall: &two}}, Start()))
	if n, err := s.GradeCount(ctx, "a"); err != nil || n != 1 {
		t.Fatalf("%d grades, %v", n, err)
	}
	c, err := s.Call(ctx, "a")
	must(t, err)
	if c.GradeStatus != practice.GradeDone || c.Overall == nil || *c.Overall != 3 {
		t.Fatalf("graded call: %+v", c)
	}
	must(t, s.SaveGrade(ctx, "a", "regrade:2", practice.Grade{Abstain: true}, Start()))
	g, err := s.Grade(ctx, "a")
	must(t, err)
	n, err := s.GradeCount(ctx, "a")
	must(t, err)
	c, err = s.Call(ctx, "a")
	must(t, err)
	if !g.Abstain || n != 2 || c.GradeStatus != practice.GradeNotGradable || c.Overall != nil {
		t.Fatalf("after an abstaining regrade: %+v, %d grades, %+v", g, n, c)
	}
	wantErr(t, s.SaveGrade(ctx, "none", "call_ended", practice.Grade{}, Start()), practice.ErrNotFound)
}
