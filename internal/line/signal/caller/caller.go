// Package caller is the client half of signalling, for the client halves of lines: it joins a call over the socket,
// reads what the server says, keeps account of gain messages and reports what was heard. How sound travels is theirs.
package caller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/line/gain"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Times of a client.
const (
	heardEvery   = 250 * time.Millisecond
	writeTimeout = 5 * time.Second
)

// ErrEnded says that the server closed the line.
var ErrEnded = errors.New("line closed by the server")

// Options of a socket.
type Options struct {
	URL    string // of the line, http(s):// or ws(s)://
	Origin string // sent as the Origin header when not empty
	// DialContext opens the connection; nil: straight to the server.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	Log         *slog.Logger // required

	// Both from one goroutine, with the time of arrival.
	Message func(signal.ServerMessage, time.Time) // nil: nobody listens
	Sound   func([]byte, time.Time) error         // one binary message; its error is logged
}

// Socket is one client's socket. Its methods may be called from any goroutine.
type Socket struct {
	opt     Options
	conn    *websocket.Conn
	writing sync.Mutex
	gain    gain.History

	welcome chan struct{}
	stop    chan struct{} // Close was called
	done    chan struct{} // the socket is closed
	err     error         // why; set before done is closed
	wg      sync.WaitGroup
	once    sync.Once
}

// Dial connects. Nothing is read before Join.
func Dial(ctx context.Context, opt Options) (*Socket, error) {
	header := http.Header{}
	if opt.Origin != "" {
		header.Set("Origin", opt.Origin)
	}
	url := opt.URL
	if rest, ok := strings.CutPrefix(url, "http"); ok {
		url = "ws" + rest
	}
	dialer := websocket.Dialer{HandshakeTimeout: websocket.DefaultDialer.HandshakeTimeout, NetDialContext: opt.DialContext}
	conn, resp, err := dialer.DialContext(ctx, url, header)
	if err != nil {
		status := "no answer"
		if resp != nil {
			status = resp.Status
			_ = resp.Body.Close()
		}
		return nil, fmt.Errorf("client: connect to %s (%s): %w", opt.URL, status, err)
	}
	return &Socket{opt: opt, conn: conn, welcome: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{})}, nil
}

// Join begins to read, says hello and waits for the welcome. It fails with a signal.LineError when the server refuses,
// and with ctx's error when it takes longer than ctx allows. It is called once.
func (s *Socket) Join(ctx context.Context, hello signal.Hello) error {
	s.wg.Go(s.read)
	if err := s.Send(hello); err != nil {
		return err
	}
	return s.Await(ctx, s.welcome)
}

// Await waits for something that the server's messages bring about.
func (s *Socket) Await(ctx context.Context, what <-chan struct{}) error {
	select {
	case <-what:
		return nil
	case <-s.done:
		return s.err
	case <-ctx.Done():
		return fmt.Errorf("client: joining the call: %w", ctx.Err())
	}
}

// Done is closed when the server has closed the line or Close was called; Err says why.
func (s *Socket) Done() <-chan struct{} { return s.done }

// Err is why the line ended: a signal.LineError, or ErrEnded wrapped around the socket's reason. Nil before Done.
func (s *Socket) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Send says something to the server.
func (s *Socket) Send(m signal.ClientMessage) error {
	b, err := signal.Encode(m)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	return s.write(websocket.TextMessage, b)
}

// SendSound sends one binary message.
func (s *Socket) SendSound(b []byte) error { return s.write(websocket.BinaryMessage, b) }

func (s *Socket) write(kind int, b []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("client: send: %w", err)
	}
	if err := s.conn.WriteMessage(kind, b); err != nil {
		return fmt.Errorf("client: send: %w", err)
	}
	return nil
}

// GainAt is the amplitude (0–1) at which a page would play the customer at a time, after the gain messages that had
// arrived by then.
func (s *Socket) GainAt(t time.Time) float64 { return s.gain.At(t) }

// ReportHeard tells four times a second what is being played, as playing has it, until the socket ends.
func (s *Socket) ReportHeard(playing func(now time.Time) (rtp uint32, some bool)) {
	s.wg.Go(func() {
		every := time.NewTicker(heardEvery)
		defer every.Stop()
		for {
			select {
			case <-s.stop:
				return
			case <-s.done:
				return
			case <-every.C:
			}
			if rtp, some := playing(time.Now()); some && s.Send(signal.HeardRTP{RTP: rtp}) != nil {
				return
			}
		}
	})
}

// Close leaves without a word and waits for everything to end. It must not be called from Options' functions.
func (s *Socket) Close() {
	s.once.Do(func() {
		close(s.stop)
		_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
		_ = s.conn.Close()
	})
	s.wg.Wait()
}

// read passes on what the server sends until the socket ends.
func (s *Socket) read() {
	defer close(s.done)
	for {
		kind, b, err := s.conn.ReadMessage()
		now := time.Now()
		if err != nil {
			if s.err == nil {
				s.err = fmt.Errorf("client: %w: %w", ErrEnded, err)
			}
			return
		}
		if kind == websocket.BinaryMessage {
			if err := s.opt.Sound(b, now); err != nil {
				s.opt.Log.Warn("frame of the server left out", slog.String("error", err.Error()))
			}
			continue
		}
		m, err := signal.DecodeServer(b)
		if err != nil {
			s.opt.Log.Warn("message of the server left out", slog.String("error", err.Error()))
			continue
		}
		s.take(m, now)
		if s.opt.Message != nil && m != nil {
			s.opt.Message(m, now)
		}
	}
}

// take handles what every client needs to know.
func (s *Socket) take(m signal.ServerMessage, now time.Time) {
	switch m := m.(type) {
	case signal.Welcome:
		select {
		case <-s.welcome:
		default:
			close(s.welcome)
		}
	case signal.LineError:
		if m.Fatal {
			s.err = fmt.Errorf("client: refused: %w", m)
		}
	case practice.Gain:
		s.gain.Ramp(now, m)
	}
}
