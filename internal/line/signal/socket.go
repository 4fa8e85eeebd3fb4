package signal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/practice"
)

// closeGrace is how long the client's side of a close is waited for.
const closeGrace = time.Second

// socket is one client. It is the Line that its call sees.
type socket struct {
	h          *Handler
	call       practice.CallID
	queryToken string
	conn       *websocket.Conn
	out        *outbox
	guard      *guard
	sound      atomic.Pointer[sound]
	media      sync.WaitGroup // those that are being closed
	closed     atomic.Bool    // by the call, perhaps before there is a guard
	heardAt    atomic.Int64   // when the client's last message or pong came, in nanoseconds since 1970

	// of the reading goroutine
	candidates int
	switches   int
	tokens     float64 // messages that may still come now
	filled     time.Time
	sounds     float64 // frames, likewise
	soundAt    time.Time
	scolded    time.Time
	frame      [maxSound]byte

	// of the writing goroutine
	pingAt time.Time
	pinged int64
	ponged atomic.Int64 // newest ping that was answered
}

// Frame implements Line.
func (s *socket) Frame(tick int64, pcm []int16) {
	if m := s.sound.Load(); m != nil {
		m.Frame(tick, pcm)
	}
}

// Send implements Line.
func (s *socket) Send(m practice.LineOutput) {
	if _, over := m.(practice.TakenOver); over {
		s.closed.Store(true)
		s.out.finish(LineError{Code: CodeTakenOver, Message: "the call goes on in another window: go on there", Fatal: true}, websocket.ClosePolicyViolation)
		return
	}
	s.out.put(m)
}

// Close implements Line.
func (s *socket) Close() {
	s.closed.Store(true)
	s.out.finish(nil, websocket.CloseNormalClosure)
}

// serve runs the socket to its end.
func (s *socket) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	read, written := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(written)
		s.write(read)
	}()
	log := s.h.cfg.Log.With(slog.String("call", string(s.call)))
	err := s.read(ctx)
	if p, ok := errors.AsType[LineError](err); ok {
		s.out.finish(p, websocket.ClosePolicyViolation)
	}
	s.out.finish(nil, websocket.CloseNormalClosure)
	s.drain(err)
	close(read)
	<-written
	if m := s.sound.Load(); m != nil {
		m.Close()
	}
	s.media.Wait()
	if s.guard != nil {
		s.guard.Control(practice.LineDown{Reason: "the connection to the page ended"})
	}
	s.closed.Store(true)
	log.DebugContext(ctx, "line ended", slog.String("why", fmt.Sprint(err)))
}

// read lets the client in and handles what it says. It returns why the socket ended; a LineError is still to be told.
func (s *socket) read(ctx context.Context) error {
	s.conn.SetReadLimit(maxMessage)
	s.heardAt.Store(time.Now().UnixNano())
	if err := s.conn.SetReadDeadline(time.Now().Add(s.h.cfg.HelloTimeout)); err != nil {
		return fmt.Errorf("signal: deadline: %w", err)
	}
	if err := s.join(ctx); err != nil {
		return err
	}
	idle := func() error {
		now := time.Now()
		s.heardAt.Store(now.UnixNano())
		return s.conn.SetReadDeadline(now.Add(s.h.cfg.IdleTimeout))
	}
	s.conn.SetPongHandler(func(text string) error {
		s.pong(text)
		return idle()
	})
	for {
		if err := idle(); err != nil {
			return fmt.Errorf("signal: deadline: %w", err)
		}
		m, err := s.next()
		if err == nil && m != nil {
			err = s.handle(ctx, m)
		}
		if p, ok := errors.AsType[LineError](err); ok && !p.Fatal {
			s.out.put(p)
			continue
		}
		if err != nil {
			return err
		}
	}
}

// drain reads on for a moment after a problem: closing on unread messages would tear the answer from the client's hands.
func (s *socket) drain(why error) {
	if _, ok := errors.AsType[LineError](why); !ok || s.conn.SetReadDeadline(time.Now().Add(closeGrace)) != nil {
		return
	}
	for {
		if _, _, err := s.conn.NextReader(); err != nil {
			return
		}
	}
}

// next reads one message. It is nil when it was sound, which has been handed on.
func (s *socket) next() (ClientMessage, error) {
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return nil, fmt.Errorf("signal: read: %w", err)
	}
	if kind == websocket.BinaryMessage {
		return nil, s.take(r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("signal: read: %w", err)
	}
	now := time.Now()
	s.tokens = min(burst, s.tokens+now.Sub(s.filled).Seconds()*perSecond) - 1
	s.filled = now
	if s.tokens < 0 {
		return nil, LineError{Code: CodeTooFast, Message: fmt.Sprintf("more than %d messages a second: send fewer", perSecond), Fatal: true}
	}
	return DecodeClient(b)
}

// join reads the hello and lets the client into its call.
func (s *socket) join(ctx context.Context) error {
	m, err := s.next()
	if p, ok := errors.AsType[LineError](err); ok {
		p.Fatal = true
		return p
	}
	if err != nil {
		return err
	}
	if m == nil {
		return LineError{Code: CodeHelloFirst, Message: "a line begins with hello, not with sound", Fatal: true}
	}
	hello, ok := m.(Hello)
	if !ok {
		return LineError{Code: CodeHelloFirst, Message: fmt.Sprintf("a line begins with hello, not with %s", m.clientType()), Fatal: true}
	}
	if hello.V != Version {
		return LineError{Code: CodeVersion, Message: fmt.Sprintf("this server speaks version %d of the protocol, the page version %d: reload the page", Version, hello.V), Fatal: true}
	}
	open, codec, err := s.h.wanted(hello.Want, hello.Codec)
	if err != nil {
		return refusal(err)
	}
	token := hello.Token
	if token == "" {
		token = s.queryToken
	}
	sink, err := s.h.cfg.Join(ctx, JoinRequest{Call: s.call, Token: token, Want: hello.Want, TakeOver: hello.TakeOver, Client: hello.Client}, s)
	if err != nil {
		s.h.cfg.Log.InfoContext(ctx, "line not joined", slog.String("call", string(s.call)), slog.String("error", err.Error()))
		return refusal(err)
	}
	s.guard = &guard{sink: sink, closed: &s.closed}
	first, err := s.open(ctx, open, hello.Want, codec)
	if err != nil {
		return refusal(err)
	}
	s.sound.Store(first)
	s.out.start(Welcome{V: Version, Call: s.call, Mode: hello.Want, Codec: codec, Limits: Limits{
		MessageBytes: maxMessage, MessagesPerSecond: perSecond, MessagesBurst: burst, SoundPerSecond: soundPerSecond, SoundBurst: soundBurst,
		Candidates: maxCandidates, SayBytes: practice.MaxTypedText, IdleS: int(s.h.cfg.IdleTimeout.Seconds()),
	}})
	return nil
}

// handle does what a client's message asks for.
func (s *socket) handle(ctx context.Context, m ClientMessage) error {
	switch m := m.(type) {
	case Hello:
		return LineError{Code: CodeBadMessage, Message: "hello was said already: leave it out"}
	case Candidate:
		if s.candidates++; s.candidates > maxCandidates {
			return LineError{Code: CodeTooMany, Message: fmt.Sprintf("more than %d candidates: send fewer", maxCandidates), Fatal: true}
		}
		return s.sound.Load().Receive(ctx, m)
	case Offer, HeardRTP:
		return s.sound.Load().Receive(ctx, m)
	case Switch:
		return s.move(ctx, m)
	case Mute:
		s.guard.Control(practice.Muted{On: m.On})
	case Hold:
		s.guard.Control(practice.HoldPressed{On: m.On})
	case SafetyChoice:
		s.guard.Control(practice.SafetyChoice{GoOn: m.GoOn})
	case Captions:
		s.guard.Control(practice.CaptionsWanted{On: m.On})
	case HangUp:
		s.guard.Control(practice.HangUp{})
	case Ping:
		s.out.put(Pong(m))
	case Say:
		text := strings.TrimSpace(m.Text)
		if text == "" || len(text) > practice.MaxTypedText {
			return LineError{Code: CodeBadMessage, Message: fmt.Sprintf("a typed turn has 1 to %d bytes: yours has %d", practice.MaxTypedText, len(text))}
		}
		s.guard.Control(practice.TypedText{Text: text})
	}
	return nil
}

// write is the socket's only writer, and closes it when it is done, in one way or the other. read is closed when the
// reader has ended.
func (s *socket) write(read <-chan struct{}) {
	defer func() { _ = s.conn.Close() }() // ends the reader too
	pings := time.NewTicker(min(pingEvery, s.h.cfg.IdleTimeout/3))
	defer pings.Stop()
	for {
		select {
		case now := <-pings.C:
			if err := s.ping(now); err != nil {
				return
			}
			s.watchTyping(now)
		case <-s.out.wake:
			done, ok := s.flush()
			if !ok {
				return
			}
			if done { // the other side closes too, but is not waited for for ever
				grace := time.NewTimer(closeGrace)
				defer grace.Stop()
				select {
				case <-read:
				case <-grace.C:
				}
				return
			}
			wrote, ok := s.writeSound()
			if !ok {
				return
			}
			if wrote { // and look again: for messages first, then for more sound
				s.out.poke()
			}
		}
	}
}

// flush writes what waits. done: that was all there will be; ok: the socket can still be written to.
func (s *socket) flush() (done, ok bool) {
	messages, done, code, full := s.out.take()
	if full {
		s.h.cfg.Log.Warn("line closed: its client reads too slowly", slog.String("call", string(s.call)))
		return false, false
	}
	for _, m := range messages {
		b, err := Encode(m)
		if err != nil {
			s.h.cfg.Log.Error("message left out", slog.String("call", string(s.call)), slog.String("error", err.Error()))
			continue
		}
		if err := s.conn.SetWriteDeadline(time.Now().Add(s.h.cfg.WriteTimeout)); err != nil {
			return false, false
		}
		if err := s.conn.WriteMessage(websocket.TextMessage, b); err != nil {
			return false, false
		}
	}
	if done {
		return true, s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeGrace)) == nil
	}
	return false, true
}
