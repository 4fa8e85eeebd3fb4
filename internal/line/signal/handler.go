package signal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/practice"
)

// What a client can want.
const (
	WantWebRTC    = "webrtc"
	WantWebSocket = "websocket"
	WantTyping    = "typing"
)

// Limits of a socket; docs/protocol.md repeats them.
const (
	maxMessage    = 64 << 10
	maxCandidates = 64
	burst         = 300 // messages at once: a page reports five times a second, and a socket that stood still for 45 s sends it all
	perSecond     = 30  // messages a second in the long run
)

// JoinRequest is a client asking to be let into a call.
type JoinRequest struct {
	Call     practice.CallID
	Token    string
	Want     string // webrtc, websocket or typing
	TakeOver bool   // from the line that the call has now
	Client   string // what the client calls itself; not to be trusted
}

// Config is what a Handler needs.
type Config struct {
	// Join lets a client into a call: it checks the token, gives the call its line and returns the call's sink. Its
	// errors are told to the client by their kind (practice.ErrForbidden, ErrNotFound, ErrEnded, ErrConflict, ErrBusy,
	// ErrInvalid, ErrUnavailable), their text only to the log. ctx ends with the socket.
	Join func(ctx context.Context, r JoinRequest, line Line) (Sink, error)
	// Media opens the sound of a line, by what the client wants.
	Media map[string]OpenMedia
	// Origin says whether a request may open a socket. A request that may not gets 403. Required.
	Origin func(*http.Request) bool
	Log    *slog.Logger // required

	// Times; zero means the default.
	HelloTimeout  time.Duration // from connecting to hello: 10 s
	IdleTimeout   time.Duration // without any message or pong: 45 s
	TypingTimeout time.Duration // the same on a typing line, which counts as down then until something is heard: 10 s
	WriteTimeout  time.Duration // for one message: 5 s
	// MaxSockets bounds the sockets at once: 512. More get 503.
	MaxSockets int
}

// Handler serves signalling sockets. The call's id is the request's path value "id". It is safe for use by several goroutines.
type Handler struct {
	cfg      Config
	upgrader websocket.Upgrader
	mu       sync.Mutex
	sockets  map[*socket]struct{}
	closed   bool
	wg       sync.WaitGroup
}

// NewHandler checks the configuration and makes the handler.
func NewHandler(cfg Config) (*Handler, error) {
	if cfg.Join == nil || cfg.Origin == nil || cfg.Log == nil {
		return nil, fmt.Errorf("signal: Join, Origin and Log must be set: %w", practice.ErrInvalid)
	}
	for _, d := range []struct {
		t *time.Duration
		v time.Duration
	}{{&cfg.HelloTimeout, 10 * time.Second}, {&cfg.IdleTimeout, 45 * time.Second}, {&cfg.TypingTimeout, 10 * time.Second}, {&cfg.WriteTimeout, 5 * time.Second}} {
		if *d.t <= 0 {
			*d.t = d.v
		}
	}
	if cfg.MaxSockets <= 0 {
		cfg.MaxSockets = 512
	}
	media := map[string]OpenMedia{WantTyping: openTyping}
	maps.Copy(media, cfg.Media)
	cfg.Media = media
	return &Handler{
		cfg: cfg, sockets: map[*socket]struct{}{},
		upgrader: websocket.Upgrader{CheckOrigin: cfg.Origin, HandshakeTimeout: cfg.HelloTimeout, ReadBufferSize: 4096, WriteBufferSize: 4096},
	}, nil
}

// ServeHTTP implements http.Handler. It returns when the socket and everything behind it has ended.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := &socket{h: h, call: practice.CallID(r.PathValue("id")), queryToken: r.URL.Query().Get("token"), out: newOutbox(), tokens: burst, filled: time.Now(), sounds: soundBurst, soundAt: time.Now()}
	if !h.enter(s) {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "no room for another line right now: try again in a few seconds", http.StatusServiceUnavailable)
		return
	}
	defer h.leave(s)
	conn, err := h.upgrader.Upgrade(w, r, nil) // answers the client itself when it fails
	if err != nil {
		h.cfg.Log.InfoContext(r.Context(), "line refused", slog.String("call", string(s.call)), slog.String("error", err.Error()))
		return
	}
	s.conn = conn
	s.serve(r.Context())
}

// Close ends every socket, telling its client that the server goes away, and waits for them.
func (h *Handler) Close() {
	h.mu.Lock()
	h.closed = true
	for s := range h.sockets {
		s.out.finish(LineError{Code: CodeGoingAway, Message: "the server is shutting down", Fatal: true}, websocket.CloseGoingAway)
	}
	h.mu.Unlock()
	h.wg.Wait()
}

func (h *Handler) enter(s *socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.sockets) >= h.cfg.MaxSockets {
		return false
	}
	h.sockets[s] = struct{}{}
	h.wg.Add(1)
	return true
}

func (h *Handler) leave(s *socket) {
	h.mu.Lock()
	delete(h.sockets, s)
	h.mu.Unlock()
	h.wg.Done()
}

// refusal is what a client is told when Join or its media fails.
func refusal(err error) LineError {
	if p, ok := errors.AsType[LineError](err); ok {
		p.Fatal = true
		return p
	}
	switch {
	case errors.Is(err, practice.ErrForbidden):
		return LineError{Code: CodeForbidden, Message: "this call does not let you in: start it again from the library", Fatal: true}
	case errors.Is(err, practice.ErrNotFound):
		return LineError{Code: CodeNotFound, Message: "there is no such call: start one from the library", Fatal: true}
	case errors.Is(err, practice.ErrEnded):
		return LineError{Code: CodeEnded, Message: "this call is over: look at its transcript, or start a new one", Fatal: true}
	case errors.Is(err, practice.ErrConflict):
		return LineError{Code: CodeConflict, Message: "this call is open in another window: go on there, or take it over", Fatal: true}
	case errors.Is(err, practice.ErrBusy), errors.Is(err, practice.ErrUnavailable):
		return LineError{Code: CodeBusy, Message: "the server has no room for this call right now: try again in a moment", Fatal: true}
	case errors.Is(err, practice.ErrInvalid):
		return LineError{Code: CodeBadMessage, Message: "the call cannot be joined like this: reload the page", Fatal: true}
	default:
		return LineError{Code: CodeInternal, Message: "something went wrong on the server: try again, and look at its log", Fatal: true}
	}
}
