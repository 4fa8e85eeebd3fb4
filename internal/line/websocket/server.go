package websocket

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/outgoing"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Server opens lines and counts what passes. It is safe for use by several goroutines.
type Server struct {
	log    *slog.Logger
	counts counts
}

// counts are a server's Stats while they grow.
type counts struct {
	lines, frames, bad, missing, sent, dropped, busy atomic.Int64
}

// Stats counts what passed since the start.
type Stats struct {
	Lines   int64         // open now
	Frames  int64         // received
	Bad     int64         // of them refused
	Missing int64         // never sent, by their numbers
	Sent    int64         // frames handed to a socket
	Dropped int64         // frames dropped because a socket could not take them
	Busy    time.Duration // spent in decoding, resampling and encoding, on all lines together
}

// NewServer makes a server.
func NewServer(log *slog.Logger) (*Server, error) {
	if log == nil {
		return nil, fmt.Errorf("websocket: a log must be given: %w", practice.ErrInvalid)
	}
	return &Server{log: log}, nil
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	c := &s.counts
	return Stats{
		Lines: c.lines.Load(), Frames: c.frames.Load(), Bad: c.bad.Load(), Missing: c.missing.Load(),
		Sent: c.sent.Load(), Dropped: c.dropped.Load(), Busy: time.Duration(c.busy.Load()),
	}
}

// Open begins a line's sound; it is a signal.OpenMedia.
func (s *Server) Open(_ context.Context, sink signal.Sink, o signal.Opening) (signal.Media, error) {
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("websocket: random time: %w", err)
	}
	l := &line{
		srv: s, sink: sink, wake: o.Wake, queue: outgoing.NewQueue(binary.LittleEndian.Uint32(b[:])), seq: binary.LittleEndian.Uint16(b[4:]),
		started: time.Now(), stop: make(chan struct{}), done: make(chan struct{}),
	}
	deliver := func(f jitter.Frame) { sink.Sound(f.At, f.PCM) }
	var err error
	switch o.Codec {
	case signal.CodecOpus:
		l.codec = frame.Opus
		if l.in, err = jitter.NewOrdered(practice.SampleRateIn, deliver); err != nil {
			return nil, fmt.Errorf("websocket: %w", err)
		}
		if l.enc, err = audio.NewSpeechEncoder(); err != nil {
			return nil, fmt.Errorf("websocket: %w", err)
		}
	case signal.CodecPCM16:
		l.codec = frame.PCM16
		l.in = jitter.NewOrderedPCM(frame.UpRate, deliver)
		if l.down, err = audio.NewResampler(practice.SampleRateOut, frame.DownRate); err != nil {
			return nil, fmt.Errorf("websocket: %w", err)
		}
	default:
		return nil, fmt.Errorf("websocket: codec %q: %w", o.Codec, practice.ErrInvalid)
	}
	s.counts.lines.Add(1)
	go l.watch()
	return l, nil
}
