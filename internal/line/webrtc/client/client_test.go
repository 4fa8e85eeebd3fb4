package client

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/line/signal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answering serves a socket that sends some messages and then waits for the client to leave.
func answering(t *testing.T, messages ...signal.ServerMessage) string {
	t.Helper()
	var up websocket.Upgrader
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		for _, m := range messages {
			b, err := signal.Encode(m)
			if err != nil {
				t.Error(err)
				return
			}
			if err := conn.WriteMessage(websocket.TextMessage, b); err != nil {
				return
			}
		}
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestServersThatDoNotPlayAlongAreAnErrorAndNoLeak(t *testing.T) {
	c, err := New(Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	welcome := signal.Welcome{V: 1, Call: "c1", Mode: "webrtc"}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	for name, s := range map[string]struct {
		url  string
		want error
	}{
		"never welcomes":       {answering(t), context.DeadlineExceeded},
		"never answers":        {answering(t, welcome), context.DeadlineExceeded},
		"answers nonsense":     {answering(t, welcome, signal.Answer{SDP: "v=7"}), nil},
		"refuses":              {answering(t, signal.LineError{Code: signal.CodeBusy, Message: "full", Fatal: true}), context.DeadlineExceeded},
		"is no Rapport server": {other.URL, websocket.ErrBadHandshake},
		"is not there":         {"http://127.0.0.1:1", nil},
	} {
		patience := time.Minute
		if errors.Is(s.want, context.DeadlineExceeded) { // these answer nothing, so any time is enough
			patience = 300 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := c.Dial(ctx, Options{URL: s.url})
		cancel()
		if err == nil || s.want != nil && !errors.Is(err, s.want) {
			t.Errorf("a server that %s: %v", name, err)
		}
		if strings.Contains(name, "no Rapport") && !strings.Contains(err.Error(), "404") {
			t.Errorf("a server that %s: %v", name, err)
		}
	}
}
