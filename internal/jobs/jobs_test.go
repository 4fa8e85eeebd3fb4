package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a store with its jobs, as cmd wires them.
type house struct {
	t      *testing.T
	db     *store.Database
	store  *store.Store
	runner *jobs.Runner
}

func start() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }

// open opens a data folder; work begins with begin.
func open(t *testing.T, dir string, cfg jobs.Config) *house {
	t.Helper()
	h := &house{t: t}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	var err error
	h.db, err = store.Open(t.Context(), dir, "test", start())
	h.must(err)
	queue, err := jobs.NewQueue(t.Context(), h.db.Writer(), log)
	h.must(err)
	h.store = store.New(h.db, store.Hooks{Ended: queue.CallEnded, Erased: queue.CallErased})
	cfg.DB, cfg.Store, cfg.Log, cfg.Now = h.db.Writer(), h.store, log, start
	if cfg.Policies == nil {
		cfg.Policies = cards{}
	}
	h.runner, err = jobs.New(cfg)
	h.must(err)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) begin() { h.must(h.runner.Start(h.t.Context())) }

// stop stops the work in order.
func (h *house) stop() {
	h.t.Helper()
	h.must(h.runner.Stop(context.WithoutCancel(h.t.Context())))
	h.must(h.db.Close())
}

// endedCall writes a call with these texts, customer first, and its end.
func (h *house) endedCall(id practice.CallID, texts ...string) {
	h.t.Helper()
	h.must(h.store.CreateCall(h.t.Context(), practice.Call{ID: id, Scenario: "s", Owner: practice.LocalPerson, CreatedAt: start(), Mode: practice.ModeTyped}))
	var events []practice.Event
	add := func(d practice.EventData) {
		data, err := json.Marshal(d)
		h.must(err)
		seq := int64(len(events) + 1)
		events = append(events, practice.Event{
			V: 1, CallID: id, Seq: seq, AtMS: seq * 1000, WallMS: start().UnixMilli(), Lease: h.store.Lease(), Kind: d.EventKind(), Data: data,
		})
	}
	for i, text := range texts {
		if i%2 == 0 {
			add(practice.ReplyHeard{Turn: i, Text: text, StartMS: int64(i) * 1000, EndMS: int64(i)*1000 + 900})
		} else {
			add(practice.TraineeTurn{Turn: i, Text: text, StartMS: int64(i) * 1000, EndMS: int64(i)*1000 + 900})
		}
	}
	add(practice.CallEnded{By: practice.EndedByTrainee})
	h.must(h.store.Append(h.t.Context(), id, h.store.Lease(), events))
}

// await waits until a call's grade stands where it should.
func (h *house) await(id practice.CallID, want ...practice.GradeStatus) {
	h.t.Helper()
	changed, stop := h.store.Follow(id)
	defer stop()
	for {
		c, err := h.store.Call(h.t.Context(), id)
		h.must(err)
		if slices.Contains(want, c.GradeStatus) {
			return
		}
		select {
		case <-changed:
		case <-h.t.Context().Done():
			h.t.Fatalf("the grade is %s, not %v", c.GradeStatus, want)
		}
	}
}

type cards struct{}

func (cards) Policy(_ context.Context, slug practice.Slug, _ string) (*practice.PolicyCard, error) {
	if slug != "s" {
		return nil, practice.ErrNotFound
	}
	return &practice.PolicyCard{GoodwillBudget: 25}, nil
}

// marker is a grader that notes what it was given.
type marker struct {
	mu     sync.Mutex
	seen   []practice.Transcript
	vec    []map[string][]float32
	fail   int           // panics so many times first
	inside chan struct{} // told when a grade is being made
	hold   chan struct{} // a grade waits for it
}

func (m *marker) Texts(practice.Transcript) []string { return []string{"a"} }

func (m *marker) Grade(t practice.Transcript, v map[string][]float32) practice.Grade {
	m.mu.Lock()
	m.seen, m.vec = append(m.seen, t), append(m.vec, v)
	fail := m.fail > 0
	m.fail--
	m.mu.Unlock()
	if m.inside != nil {
		m.inside <- struct{}{}
		<-m.hold
	}
	if fail {
		panic("the grader has a bug")
	}
	return practice.Grade{Schema: practice.GradeSchema, ID: t.ID}
}

func (m *marker) calls() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.seen)
}

func TestEndedCallIsGradedOnceFromWhatWasHeard(t *testing.T) {
	m := &marker{}
	h := open(t, t.TempDir(), jobs.Config{Grader: m})
	h.begin()
	h.endedCall("a", "It never came.", "That is a missed birthday.")
	h.await("a", practice.GradeDone)
	h.stop()
	if m.calls() != 1 || m.seen[0].ID != "a" || len(m.seen[0].Turns) != 2 || m.seen[0].Turns[1].Text != "That is a missed birthday." ||
		m.seen[0].Policy == nil || m.seen[0].Policy.GoodwillBudget != 25 || m.vec[0] != nil {
		t.Errorf("graded %d times: %+v, %v", m.calls(), m.seen, m.vec)
	}
}

func TestShippedGraderSaysWhyItAbstains(t *testing.T) {
	h := open(t, t.TempDir(), jobs.Config{})
	h.begin()
	h.endedCall("abstained", "It never came.", "Okay.")
	h.await("abstained", practice.GradeNotGradable)
	g, err := h.store.Grade(t.Context(), "abstained")
	h.must(err)
	h.stop()
	if !g.Abstain || len(g.Reasons) == 0 || g.Reasons[0].Message == "" {
		t.Errorf("%+v", g)
	}
}

func TestCallCutByACrashIsQueuedForItsGrade(t *testing.T) {
	dir := t.TempDir()
	h := open(t, dir, jobs.Config{})
	h.must(h.store.CreateCall(t.Context(), practice.Call{ID: "a", Scenario: "gone", Owner: practice.LocalPerson, CreatedAt: start()}))
	data, err := json.Marshal(practice.TraineeTurn{Turn: 0, Text: "Hello?"})
	h.must(err)
	h.must(h.store.Append(t.Context(), "a", h.store.Lease(), []practice.Event{{V: 1, CallID: "a", Seq: 1, Kind: practice.KindTraineeTurn, Data: data}}))
	h.must(h.db.Close()) // killed: nothing ended the call

	h = open(t, dir, jobs.Config{})
	ids, err := h.store.CutLive(t.Context(), start())
	h.must(err)
	h.begin()
	h.await("a", practice.GradeNotGradable)
	g, err := h.store.Grade(t.Context(), "a")
	h.must(err)
	h.stop()
	if len(ids) != 1 || len(g.Reasons) == 0 {
		t.Errorf("cut %v, reasons %+v", ids, g.Reasons)
	}
}

func TestGraderThatFailsIsTriedAgain(t *testing.T) {
	m := &marker{fail: 1}
	h := open(t, t.TempDir(), jobs.Config{Grader: m})
	h.begin()
	h.endedCall("a", "It never came.", "Oh no.")
	h.await("a", practice.GradeFailed, practice.GradeDone)
	h.await("a", practice.GradeDone)
	h.stop()
	if m.calls() != 2 {
		t.Errorf("tried %d times", m.calls())
	}
}

func TestStoppingServerLeavesAGradePending(t *testing.T) {
	e := &slowEmbedder{inside: make(chan struct{}, 1)}
	h := open(t, t.TempDir(), jobs.Config{Grader: &marker{}, Embedder: e})
	h.begin()
	h.endedCall("a", "It never came.", "Oh no.")
	<-e.inside
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cancel()
	h.must(h.runner.Stop(ctx))
	c, err := h.store.Call(t.Context(), "a")
	h.must(err)
	h.must(h.db.Close())
	if c.GradeStatus != practice.GradePending {
		t.Errorf("the grade is %s", c.GradeStatus)
	}
}

// slowEmbedder takes until it is stopped.
type slowEmbedder struct{ inside chan struct{} }

func (e *slowEmbedder) Embed(ctx context.Context, _ []string, p practice.Priority) (map[string][]float32, error) {
	if p != practice.PriorityBackground {
		return nil, errors.New("grading goes before live calls")
	}
	e.inside <- struct{}{}
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestErasedCallHasNoJobLeft(t *testing.T) {
	h := open(t, t.TempDir(), jobs.Config{})
	h.endedCall("a", "It never came.", "Oh no.")
	h.endedCall("b", "It never came.", "Oh no.")
	count := func() (n int) {
		h.must(h.db.Writer().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM river_job`).Scan(&n))
		return n
	}
	before := count()
	h.must(h.store.Erase(t.Context(), "a"))
	after := count()
	h.must(h.db.Close())
	if before != 2 || after != 1 {
		t.Errorf("%d jobs before, %d after", before, after)
	}
}
