package signal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait; a test that has to wait so long has failed.
const patience = 30 * time.Second

// call stands for a call: it takes what the line brings.
type call struct {
	controls chan practice.LineInput
	heard    chan int64
	lines    chan signal.Line
}

func newCall() *call {
	return &call{controls: make(chan practice.LineInput, 64), heard: make(chan int64, 64), lines: make(chan signal.Line, 4)}
}

func (*call) Sound(int64, []int16)           {}
func (c *call) Heard(tick int64)             { c.heard <- tick }
func (c *call) Control(m practice.LineInput) { c.controls <- m }

func (c *call) expect(t *testing.T, want practice.LineInput) {
	t.Helper()
	select {
	case got := <-c.controls:
		if got != want {
			t.Fatalf("got %#v, want %#v", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("no %#v", want)
	}
}

// start serves a call; change, if any, edits the configuration.
func start(t *testing.T, c *call, change func(*signal.Config)) (*signal.Handler, string) {
	t.Helper()
	cfg := signal.Config{
		Join: func(_ context.Context, r signal.JoinRequest, line signal.Line) (signal.Sink, error) {
			switch r.Token {
			case "good":
				line.Send(practice.CallState{State: practice.StateConnecting}) // before the welcome
				c.lines <- line
				return c, nil
			case "late":
				return nil, fmt.Errorf("call: %w", practice.ErrEnded)
			case "full":
				return nil, fmt.Errorf("call: %w", practice.ErrBusy)
			case "gone":
				return nil, fmt.Errorf("call: %w", practice.ErrNotFound)
			case "twice":
				return nil, fmt.Errorf("call: %w", practice.ErrConflict)
			case "broken":
				return nil, errors.New("secret detail")
			default:
				return nil, fmt.Errorf("token: %w", practice.ErrForbidden)
			}
		},
		Origin: func(r *http.Request) bool {
			o := r.Header.Get("Origin")
			return o == "" || strings.HasPrefix(o, "http://localhost")
		},
		Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&cfg)
	}
	h, err := signal.NewHandler(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /api/calls/{id}/line", h)
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		h.Close()
		srv.Close()
	})
	return h, "ws" + strings.TrimPrefix(srv.URL, "http") + "/api/calls/c1/line"
}

func dial(t *testing.T, url string) *websocket.Conn {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func write(t *testing.T, conn *websocket.Conn, text string) {
	t.Helper()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// read returns the next message, or the close error's code.
func read(t *testing.T, conn *websocket.Conn) (signal.ServerMessage, int) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	_, b, err := conn.ReadMessage()
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
		return nil, closed.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(b), `{"type":"`) {
		t.Fatalf("type is not first: %s", b)
	}
	m, err := signal.DecodeServer(b)
	if err != nil {
		t.Fatal(err)
	}
	return m, 0
}

// enter joins as a typing line and reads the greetings.
func enter(t *testing.T, c *call, url string) (*websocket.Conn, signal.Line) {
	t.Helper()
	conn := dial(t, url)
	write(t, conn, `{"type":"hello","v":1,"token":"good","want":"typing"}`)
	m, _ := read(t, conn)
	if w, ok := m.(signal.Welcome); !ok || w.Call != "c1" || w.V != 1 || w.Mode != "typing" || w.Limits.MessageBytes != 65536 {
		t.Fatalf("welcomed with %#v", m)
	}
	if m, _ := read(t, conn); m != (practice.CallState{State: practice.StateConnecting}) {
		t.Fatalf("what was sent before the welcome: %#v", m)
	}
	c.expect(t, practice.LineUp{Transport: "typing"})
	return conn, <-c.lines
}

func TestEverythingTheClientSaysReachesTheCall(t *testing.T) {
	c := newCall()
	_, url := start(t, c, nil)
	conn, line := enter(t, c, url)
	for _, s := range []struct {
		say  string
		want practice.LineInput
	}{
		{`{"type":"mute","on":true}`, practice.Muted{On: true}},
		{`{"type":"hold","on":true}`, practice.HoldPressed{On: true}},
		{`{"type":"captions","on":true}`, practice.CaptionsWanted{On: true}},
		{`{"type":"say","text":" Hello Maya. "}`, practice.TypedText{Text: "Hello Maya."}},
		{`{"type":"hangup"}`, practice.HangUp{}},
	} {
		write(t, conn, s.say)
		c.expect(t, s.want)
	}
	write(t, conn, `{"type":"ping","n":7}`)
	if m, _ := read(t, conn); m != (signal.Pong{N: 7}) {
		t.Errorf("%#v", m)
	}
	line.Frame(3, nil)
	if tick := <-c.heard; tick != 3 {
		t.Errorf("heard %d", tick)
	}
	_ = conn.Close()
	c.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
}

func TestEverythingTheCallSaysReachesTheClient(t *testing.T) {
	c := newCall()
	_, url := start(t, c, nil)
	conn, line := enter(t, c, url)
	ms := 12.5
	said := []practice.LineOutput{
		practice.Gain{DB: -13, RampMS: 20},
		practice.CallState{State: practice.StateLive},
		practice.FloorHeld{Holder: practice.FloorCustomer, AtMS: 40},
		practice.Caption{Speaker: practice.Trainee, Turn: 1, Text: "I see", AtMS: 900},
		practice.TurnShown{Turn: 2, Speaker: practice.Customer, Text: "It is <late>.", Unheard: "Again.", StartMS: 1, EndMS: 2, Words: []practice.Word{{Text: "It", EndMS: 3, Confidence: 1}}, Stages: &practice.StageTimes{SendMS: &ms}},
		practice.CallOver{Ending: practice.EndingHungUp, By: practice.EndedByCustomer, Reason: "enough"},
	}
	for _, m := range said {
		line.Send(m)
	}
	line.Close()
	for _, want := range said {
		if got, _ := read(t, conn); !reflect.DeepEqual(got, signal.ServerMessage(want)) {
			t.Errorf("got %#v, want %#v", got, want)
		}
	}
	if _, code := read(t, conn); code != websocket.CloseNormalClosure {
		t.Errorf("closed with %d", code)
	}
	line.Send(practice.Gain{}) // after the end: nothing, and no panic
	line.Frame(9, nil)
	line.Close()
}

func TestMistakesAreToldAndTheLineGoesOn(t *testing.T) {
	c := newCall()
	_, url := start(t, c, nil)
	conn, _ := enter(t, c, url)
	for say, code := range map[string]signal.Code{
		`{"type":"sing"}`:             signal.CodeUnknownType,
		`{}`:                          signal.CodeUnknownType,
		`not json`:                    signal.CodeBadJSON,
		`[1,2]`:                       signal.CodeBadJSON,
		`{"type":"mute","on":"yes"}`:  signal.CodeBadMessage,
		`{"type":"heard","rtp":-1}`:   signal.CodeBadMessage,
		`{"type":"say","text":"  "}`:  signal.CodeBadMessage,
		`{"type":"offer","sdp":"v="}`: signal.CodeBadMessage, // a typing line has no sound
		`{"type":"hello","v":1}`:      signal.CodeBadMessage,
		`{"type":"say","text":"` + strings.Repeat("x", 4001) + `"}`: signal.CodeBadMessage,
	} {
		write(t, conn, say)
		m, _ := read(t, conn)
		if e, ok := m.(signal.LineError); !ok || e.Code != code || e.Fatal || e.Message == "" {
			t.Errorf("%.40s: %#v", say, m)
		}
	}
	if err := conn.WriteMessage(websocket.BinaryMessage, []byte{1, 2}); err != nil {
		t.Fatal(err)
	}
	if m, _ := read(t, conn); m.(signal.LineError).Code != signal.CodeBadMessage {
		t.Errorf("binary: %#v", m)
	}
	write(t, conn, `{"type":"ping","n":1}`)
	if m, _ := read(t, conn); m != (signal.Pong{N: 1}) {
		t.Errorf("after all that: %#v", m)
	}
}

func TestWhoMayNotComeInIsToldWhyAndWhatToDo(t *testing.T) {
	_, url := start(t, newCall(), nil)
	for hello, code := range map[string]signal.Code{
		`{"type":"hello","v":1,"token":"guess","want":"typing"}`:  signal.CodeForbidden,
		`{"type":"hello","v":1,"want":"typing"}`:                  signal.CodeForbidden,
		`{"type":"hello","v":1,"token":"late","want":"typing"}`:   signal.CodeEnded,
		`{"type":"hello","v":1,"token":"full","want":"typing"}`:   signal.CodeBusy,
		`{"type":"hello","v":1,"token":"gone","want":"typing"}`:   signal.CodeNotFound,
		`{"type":"hello","v":1,"token":"twice","want":"typing"}`:  signal.CodeConflict,
		`{"type":"hello","v":1,"token":"broken","want":"typing"}`: signal.CodeInternal,
		`{"type":"hello","v":2,"token":"good","want":"typing"}`:   signal.CodeVersion,
		`{"type":"hello","v":1,"token":"good","want":"smoke"}`:    signal.CodeWant,
		`{"type":"mute","on":true}`:                               signal.CodeHelloFirst,
		`{"type":"sing"}`:                                         signal.CodeUnknownType,
		`nonsense`:                                                signal.CodeBadJSON,
	} {
		conn := dial(t, url)
		write(t, conn, hello)
		m, _ := read(t, conn)
		e, ok := m.(signal.LineError)
		if !ok || e.Code != code || !e.Fatal || strings.Contains(e.Message, "secret") {
			t.Errorf("%s: %#v", hello, m)
		}
		if _, closed := read(t, conn); closed != websocket.ClosePolicyViolation {
			t.Errorf("%s: closed with %d", hello, closed)
		}
	}
}

func TestTokenMayStandInTheAddress(t *testing.T) {
	c := newCall()
	_, url := start(t, c, nil)
	conn := dial(t, url+"?token=good")
	write(t, conn, `{"type":"hello","v":1,"want":"typing"}`)
	if m, _ := read(t, conn); reflect.TypeOf(m) != reflect.TypeFor[signal.Welcome]() {
		t.Errorf("%#v", m)
	}
}

func TestForeignOriginGets403(t *testing.T) {
	_, url := start(t, newCall(), nil)
	for origin, want := range map[string]int{"https://evil.example": 403, "null": 403, "http://localhost:8080": 101} {
		conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), url, http.Header{"Origin": {origin}})
		if resp == nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d", origin, resp.StatusCode)
		}
		if conn != nil {
			_ = conn.Close()
		}
	}
}

func TestSilentSocketsAreClosed(t *testing.T) {
	c := newCall()
	_, url := start(t, c, func(cfg *signal.Config) {
		cfg.HelloTimeout = 50 * time.Millisecond
		cfg.IdleTimeout = 50 * time.Millisecond
	})
	conn := dial(t, url)
	_, _, err := conn.ReadMessage() // no hello
	if err == nil {
		t.Error("a socket without hello stays open")
	}
	_, url = start(t, c, func(cfg *signal.Config) { cfg.IdleTimeout = 100 * time.Millisecond })
	conn, _ = enter(t, c, url)
	conn.SetPingHandler(func(string) error { return nil }) // answers no ping
	for err = nil; err == nil; {
		_, _, err = conn.ReadMessage()
	}
	c.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
}

func TestClientThatAnswersPingsStays(t *testing.T) {
	c := newCall()
	_, url := start(t, c, func(cfg *signal.Config) { cfg.IdleTimeout = 1200 * time.Millisecond })
	conn, line := enter(t, c, url)
	pings := make(chan struct{}, 100)
	answer := conn.PingHandler()
	conn.SetPingHandler(func(s string) error {
		pings <- struct{}{}
		return answer(s)
	})
	read := make(chan error, 1)
	go func() {
		_, _, err := conn.ReadMessage()
		read <- err
	}()
	for range 7 { // more than twice the idle time
		select {
		case <-pings:
		case err := <-read:
			t.Fatalf("closed in spite of pongs: %v", err)
		}
	}
	line.Send(practice.Gain{DB: -13})
	if err := <-read; err != nil {
		t.Error(err)
	}
}

func TestFloodsEndTheLine(t *testing.T) {
	for name, flood := range map[string]func(*websocket.Conn) error{
		"messages": func(conn *websocket.Conn) error {
			for range 2000 {
				if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"heard","rtp":1}`)); err != nil {
					return err
				}
			}
			return nil
		},
		"candidates": func(conn *websocket.Conn) error {
			for range 80 {
				if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"candidate","candidate":{"candidate":"candidate:1 1 udp 1 10.0.0.1 1 typ host"}}`)); err != nil {
					return err
				}
			}
			return nil
		},
		"one message of 1 MB": func(conn *websocket.Conn) error {
			return conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"say","text":"`+strings.Repeat("x", 1<<20)+`"}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCall()
			_, url := start(t, c, nil)
			conn, _ := enter(t, c, url)
			_ = flood(conn) // the server may have hung up in the middle of it
			if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			var err error
			for err == nil {
				_, _, err = conn.ReadMessage()
			}
			if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
				t.Fatal("the line stays open")
			}
			c.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
		})
	}
}

func TestSocketThatStoodStillIsNoFlood(t *testing.T) {
	c := newCall()
	_, url := start(t, c, nil)
	conn, _ := enter(t, c, url)
	for range 45 * 5 { // what a page reports in the longest time that a call waits for it
		write(t, conn, `{"type":"mute","on":true}`)
		c.expect(t, practice.Muted{On: true})
	}
}

func TestSlowReaderIsCutOffAndNeverBlocksTheCall(t *testing.T) {
	c := newCall()
	_, url := start(t, c, func(cfg *signal.Config) { cfg.WriteTimeout = 100 * time.Millisecond })
	_, line := enter(t, c, url) // and never reads again
	long := practice.Caption{Text: strings.Repeat("x", 32<<10), Final: true}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for range 2000 {
			line.Send(long)
		}
	}()
	select {
	case <-sent:
	case <-time.After(patience):
		t.Fatal("Send blocks")
	}
	c.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
}

func TestTooManySocketsGet503(t *testing.T) {
	_, url := start(t, newCall(), func(cfg *signal.Config) { cfg.MaxSockets = 2 })
	dial(t, url)
	dial(t, url)
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Fatalf("%v %v", resp, err)
	}
	_ = resp.Body.Close()
}

func TestShutdownSaysSoAndWaits(t *testing.T) {
	c := newCall()
	h, url := start(t, c, nil)
	conn, _ := enter(t, c, url)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		h.Close()
	}()
	if m, _ := read(t, conn); m.(signal.LineError).Code != signal.CodeGoingAway {
		t.Errorf("%#v", m)
	}
	if _, code := read(t, conn); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("Close hangs")
	}
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after the end: %v", err)
	}
	_ = resp.Body.Close()
}

func TestBadConfigurationIsRefused(t *testing.T) {
	if _, err := signal.NewHandler(signal.Config{}); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("%v", err)
	}
}

// FuzzMessage holds for any text: it is refused with a reason, or says the same after being written out again.
func FuzzMessage(f *testing.F) {
	for _, s := range []string{
		`{"type":"hello","v":1,"token":"t","want":"webrtc"}`, `{"type":"offer","sdp":"v=0"}`,
		`{"type":"candidate","candidate":{"candidate":"candidate:1","sdpMLineIndex":0}}`, `{"type":"candidate","candidate":"x"}`,
		`{"type":"candidate","candidate":null}`, `{"type":"heard","rtp":4294967295}`, `{"type":"mute","on":true}`,
		`{"type":"say","text":"\ud800"}`, `{"type":"ping","n":1e3}`, `{"type":"hangup"}`, `[`, `{"type":1}`, "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := signal.DecodeClient(b)
		if err != nil {
			if e, ok := errors.AsType[signal.LineError](err); !ok || e.Message == "" || e.Code == "" || e.Fatal {
				t.Fatalf("%v", err)
			}
			return
		}
		out, err := signal.Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(out) {
			t.Fatalf("%s", out)
		}
		again, err := signal.DecodeClient(out)
		if err != nil || !reflect.DeepEqual(m, again) {
			t.Fatalf("%#v became %#v, %v", m, again, err)
		}
		_, _ = signal.DecodeServer(b)
	})
}
