package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/recordings"
	"github.com/rapport-calls/rapport/internal/server"
	"github.com/rapport-calls/rapport/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const missingID = "00000000-0000-4000-8000-000000000000"

// fixture is a server over a real store and real recordings, with calls that only exist.
type fixture struct {
	t      *testing.T
	srv    *server.Server
	url    string
	store  *store.Store
	sounds *recordings.Archive
	notice account.Notice
	calls  *quietCalls
	past   *memories
	clock  *clock
	joined chan string
	tokens *server.Tokens
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// quietCalls takes calls that nobody speaks in.
type quietCalls struct {
	store *store.Store
	mu    sync.Mutex
	n     int
	room  int
	asked []string // the patience of each call
}

func (q *quietCalls) Start(ctx context.Context, c practice.Call) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.full(); err != nil {
		return err
	}
	q.n++
	q.asked = append(q.asked, c.Patience)
	return q.store.CreateCall(ctx, c)
}

func (q *quietCalls) Full() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.full()
}

func (q *quietCalls) full() error {
	if q.n < q.room {
		return nil
	}
	return &practice.BusyError{Why: "the calls that go on need all of it", RetryIn: 39500 * time.Millisecond}
}

// shelf is a library of one scenario and a hidden one.
type shelf struct{}

func (shelf) Scenarios() []practice.Scenario { return []practice.Scenario{maya(), later()} }

// later is the follow-up of maya.
func later() practice.Scenario {
	s := maya()
	s.Slug, s.FollowUpOf, s.FollowUp = "later", s.Slug, &practice.FollowUp{After: "P3D"}
	return s
}

// memories remembers what it is given.
type memories struct{ memory practice.Memory }

func (m *memories) Memory(context.Context, practice.PersonID, practice.Scenario) (practice.Memory, error) {
	return m.memory, nil
}

func (shelf) Scenario(slug practice.Slug) (practice.Scenario, error) {
	switch slug {
	case "late-birthday-parcel":
		return maya(), nil
	case "later":
		return later(), nil
	case "bench-neutral":
		return practice.Scenario{Slug: slug, Hidden: true}, nil
	}
	return practice.Scenario{}, fmt.Errorf("%w: there is no scenario %q", practice.ErrNotFound, string(slug))
}

func (shelf) Portrait(slug practice.Slug) ([]byte, error) {
	return fstest.MapFS{"late-birthday-parcel": {Data: []byte("<svg/>")}}.ReadFile(string(slug))
}

func maya() practice.Scenario {
	return practice.Scenario{
		Slug: "late-birthday-parcel", Title: "A parcel that missed the day", Difficulty: 1, Minutes: 5,
		Persona: practice.Persona{Name: "Maya Torres", Age: 34, Pronouns: "she/her"},
		Story:   "Her parcel\nis late.\n\nShe calls again.", Goal: "Find out what matters.",
		Situation:     "SECRET situation",
		Facts:         []practice.Fact{{ID: "f", Text: "SECRET fact"}},
		HiddenConcern: practice.HiddenConcern{ID: "c", Text: "SECRET concern"},
		Needs:         []practice.Need{{ID: "SECRET-need"}},
		Triggers:      map[practice.ActName]float64{"SECRET": 1},
		Soothers:      map[practice.ActName]float64{"SECRET": 1},
	}
}

func appFiles() fstest.MapFS {
	return fstest.MapFS{
		"index.html":         {Data: []byte("<!doctype html><title>Rapport</title>")},
		"assets/app-1a2b.js": {Data: []byte(strings.Repeat("export const a = 1;\n", 200))},
	}
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	f := &fixture{t: t, notice: account.CurrentNotice(""), joined: make(chan string, 4)}
	f.clock = &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	db, err := store.Open(t.Context(), dir, "test", f.clock.Now())
	f.must(err)
	f.store = store.New(db, store.Hooks{})
	f.sounds, _, err = recordings.Open(t.Context(), dir)
	f.must(err)
	f.tokens = server.NewTokens(f.clock.Now)
	f.calls = &quietCalls{store: f.store, room: 8}
	f.past = &memories{}
	f.srv, err = server.New(server.Config{
		Memories: f.past,
		Version:  "test",
		Setup:    server.Setup{Patience: "longer", CallModes: []practice.CallMode{practice.ModeVoice}},
		Notice:   f.notice, Library: shelf{}, Calls: f.calls, Store: f.store, Sounds: f.sounds, App: appFiles(), Tokens: f.tokens, Inspect: atWork{},
		Line: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := practice.CallID(r.PathValue("id"))
			if err := f.tokens.Redeem(r.URL.Query().Get("token"), id, practice.Trainee); err != nil {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			f.joined <- string(id)
			w.WriteHeader(http.StatusNoContent)
		}),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: f.clock.Now, CallBurst: 6,
	})
	f.must(err)
	hs := httptest.NewServer(f.srv.Handler())
	f.url = strings.Replace(hs.URL, "127.0.0.1", "localhost", 1)
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		hs.Close()
		f.must(f.sounds.Close())
		f.must(db.Close())
	})
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// answer is a response that has been read.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request; each header is "Name: value".
func (f *fixture) do(method, path, body string, headers ...string) answer {
	f.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	ctx, cancel := context.WithTimeout(f.t.Context(), 20*time.Second) // a stream that should have been refused fails, and does not hang
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, f.url+path, in)
	f.must(err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	res, err := http.DefaultTransport.RoundTrip(r) // follows no redirects
	f.must(err)
	defer res.Body.Close() //nolint:errcheck // read to its end below
	b, err := io.ReadAll(res.Body)
	f.must(err)
	return answer{res.StatusCode, res.Header, string(b)}
}

// newCall makes a call over the API.
func (f *fixture) newCall() server.Joinable {
	f.t.Helper()
	got := f.do(http.MethodPost, "/api/calls", f.callBody())
	if got.status != http.StatusCreated {
		f.t.Fatalf("new call: %d %s", got.status, got.body)
	}
	var j server.Joinable
	f.must(json.Unmarshal([]byte(got.body), &j))
	return j
}

func (f *fixture) callBody() string {
	return `{"scenario":"late-birthday-parcel","notice_version":"` + f.notice.Version + `","keep_sound":true,"mode":"voice","seed":"7"}`
}

// end gives a call a turn each, an end, and sound when it is wanted.
func (f *fixture) end(id practice.CallID, sound bool) {
	f.t.Helper()
	var events []practice.Event
	for _, d := range []practice.EventData{
		practice.CallStarted{Seed: 7, Patience: "much-longer"},
		practice.LineUp{Transport: "webrtc"},
		practice.MindStepped{Turn: -1, Heat: 600, Trust: 400},
		practice.ReplyHeard{Turn: 0, Text: "<script>alert(1)</script> it never came", StartMS: 500, EndMS: 1500},
		practice.TraineeTurn{Turn: 1, Text: "That is a missed birthday.", StartMS: 1800, EndMS: 3000},
		practice.CallEnded{By: practice.EndedByTrainee, Ending: practice.EndingPartedKindly},
	} {
		data, err := json.Marshal(d)
		f.must(err)
		seq := int64(len(events) + 1)
		events = append(events, practice.Event{
			V: 1, CallID: id, Seq: seq, AtMS: seq * 1000, WallMS: f.clock.Now().UnixMilli(), Lease: f.store.Lease(), Kind: d.EventKind(), Data: data,
		})
	}
	if sound {
		take, err := f.sounds.Begin(id, audio.RecordingTags{})
		f.must(err)
		take.Trainee(0, bytesToPCM(bytes.Repeat([]byte{1, 40, 255, 200}, 8000)))
		f.must(take.Close(f.t.Context(), 50))
	}
	f.must(f.store.Append(f.t.Context(), id, f.store.Lease(), events))
}

func bytesToPCM(b []byte) []int16 {
	pcm := make([]int16, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(b[2*i]) | int16(b[2*i+1])<<8
	}
	return pcm
}
