package signal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/practice"
)

// What a websocket line's frames can be.
const (
	CodecOpus  = "opus"
	CodecPCM16 = "pcm16"
)

// Bounds of sound on the socket.
const (
	maxSound       = 2048 // bytes of a binary message
	soundPerSecond = 100  // twice what a person sends
	soundBurst     = 200
	soundFlood     = 1000 // so many frames beyond that are no burst behind a stall any more
	maxSwitches    = 10
)

// How the way to the client is watched while sound is written: what waits in the system's buffers and in proxies is out
// of reach, but a ping has to pass it.
const (
	pingEvery  = 500 * time.Millisecond
	pingsAhead = 4 // unanswered: what is written now would come 2 s late or more
)

// sound is how a line's sound goes at the moment.
type sound struct {
	Media
	framed Framed // nil: not over the socket
	way    *way
	mode   string
	codec  string
}

// wanted checks what a hello or a switch wants and says what it means.
func (h *Handler) wanted(want, codec string) (OpenMedia, string, error) {
	open := h.cfg.Media[want]
	if open == nil {
		return nil, "", LineError{Code: CodeWant, Message: fmt.Sprintf("this server offers no %.40q line: want %q, %q or %q", want, WantWebRTC, WantWebSocket, WantTyping)}
	}
	if want != WantWebSocket {
		return open, "", nil
	}
	switch codec {
	case "", CodecOpus:
		return open, CodecOpus, nil
	case CodecPCM16:
		return open, CodecPCM16, nil
	default:
		return nil, "", LineError{Code: CodeWant, Message: fmt.Sprintf("this server knows no codec %.40q: take %q or %q", codec, CodecOpus, CodecPCM16)}
	}
}

// open begins the line's sound in one way.
func (s *socket) open(ctx context.Context, open OpenMedia, mode, codec string) (*sound, error) {
	w := &way{g: s.guard}
	media, err := open(ctx, w, Opening{Codec: codec, Send: s.out.put, Wake: s.out.poke})
	if err != nil {
		s.h.cfg.Log.ErrorContext(ctx, "line without sound", slog.String("call", string(s.call)), slog.String("error", err.Error()))
		return nil, err
	}
	framed, _ := media.(Framed)
	return &sound{Media: media, framed: framed, way: w, mode: mode, codec: codec}, nil
}

// move switches the line's sound to another way.
func (s *socket) move(ctx context.Context, m Switch) error {
	old := s.sound.Load()
	switch {
	case m.Want != WantWebSocket:
		return LineError{Code: CodeWant, Message: fmt.Sprintf("a line can only be switched to %q", WantWebSocket)}
	case old.mode == WantTyping:
		return LineError{Code: CodeBadMessage, Message: "a typing line carries no sound: join the call with another line to speak"}
	}
	if s.switches++; s.switches > maxSwitches {
		return LineError{Code: CodeTooMany, Message: fmt.Sprintf("more than %d switches: join the call again", maxSwitches), Fatal: true}
	}
	open, codec, err := s.h.wanted(m.Want, m.Codec)
	if err != nil {
		return err
	}
	next, err := s.open(ctx, open, m.Want, codec)
	if err != nil { // the line stays as it is
		p := refusal(err)
		p.Fatal = false
		return p
	}
	s.sound.Store(next)
	old.way.cut("the sound goes another way")
	s.media.Go(old.Close)
	s.out.put(Switched{Mode: m.Want, Codec: codec})
	return nil
}

// take hands on one binary message. What comes too fast is left out; a flood ends the line.
func (s *socket) take(r io.Reader) error {
	n, err := io.ReadFull(r, s.frame[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("signal: read: %w", err)
	}
	now := time.Now()
	s.sounds = min(soundBurst, s.sounds+now.Sub(s.soundAt).Seconds()*soundPerSecond) - 1
	s.soundAt = now
	if s.sounds < 0 {
		fast := LineError{Code: CodeTooFast, Message: fmt.Sprintf("more than %d frames of sound a second: send one every 20 ms", soundPerSecond)}
		if s.sounds < -soundFlood {
			fast.Fatal = true
			return fast
		}
		return s.scold(fast)
	}
	if err == nil { // there is more of it
		return s.scold(LineError{Code: CodeBadSound, Message: fmt.Sprintf("a binary message has at most %d bytes: send one frame in each", maxSound-1)})
	}
	m := s.sound.Load()
	if m == nil { // join says what is wrong
		return nil
	}
	if m.framed == nil {
		return s.scold(LineError{Code: CodeBadMessage, Message: fmt.Sprintf("binary messages mean nothing on a %s line: send JSON text, or switch to %q", m.mode, WantWebSocket)})
	}
	return s.scold(m.framed.Take(s.frame[:n]))
}

// scold lets through one complaint about sound a second: there may be fifty reasons a second.
func (s *socket) scold(err error) error {
	if p, ok := errors.AsType[LineError](err); !ok || p.Fatal {
		return err
	}
	if now := time.Now(); now.Sub(s.scolded) >= time.Second {
		s.scolded = now
		return err
	}
	return nil
}

// writeSound writes one frame, if one waits and the way is free. ok: the socket can still be written to.
func (s *socket) writeSound() (wrote, ok bool) {
	m := s.sound.Load()
	if m == nil || m.framed == nil || s.pinged-s.ponged.Load() >= pingsAhead {
		return false, true
	}
	b, some := m.framed.Next()
	if !some {
		return false, true
	}
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.h.cfg.WriteTimeout)); err != nil {
		return false, false
	}
	return true, s.conn.WriteMessage(websocket.BinaryMessage, b) == nil
}

// ping asks for a sign of life: every third of the idle time, oftener on a typing line, which nothing else tells to be
// alive, and oftener still where sound is written. It belongs to the writing goroutine.
func (s *socket) ping(now time.Time) error {
	m, every := s.sound.Load(), s.h.cfg.IdleTimeout/3
	switch {
	case m == nil:
	case m.framed != nil:
		every = 0
	case m.mode == WantTyping:
		every = min(every, s.h.cfg.TypingTimeout/3)
	}
	if now.Sub(s.pingAt) < every-time.Millisecond {
		return nil
	}
	s.pingAt = now
	s.pinged++
	return s.conn.WriteControl(websocket.PingMessage, strconv.AppendInt(nil, s.pinged, 10), now.Add(s.h.cfg.WriteTimeout))
}

// watchTyping tells the call that a typing line is down, or up again, so that a person whose network went can join on
// another without being asked whether the call is open elsewhere. Lines with sound know by their sound.
func (s *socket) watchTyping(now time.Time) {
	m := s.sound.Load()
	if m == nil || m.mode != WantTyping {
		return
	}
	if now.Sub(time.Unix(0, s.heardAt.Load())) > s.h.cfg.TypingTimeout {
		m.way.Control(practice.LineDown{Reason: "nothing is heard of the page: its network is slow or has changed"})
	} else {
		m.way.Control(practice.LineUp{Transport: WantTyping})
	}
}

// pong notes the answer to a ping; a late one says that the way is free again.
func (s *socket) pong(text string) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > s.ponged.Load() {
		s.ponged.Store(n)
		s.out.poke()
	}
}
