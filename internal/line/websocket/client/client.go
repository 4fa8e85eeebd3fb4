// Package client is the other half of a websocket line, as package webrtc/client is of a WebRTC line: it joins a call
// over its public protocol (docs/protocol.md) as a page does, for bench and tests. It sends 20 ms frames as binary
// messages, hands out what it receives as 48 kHz sound, keeps account of gain messages, reports what a page with a small
// playout buffer would have played, and passes on all other messages.
package client

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/signal/caller"
	"github.com/rapport-calls/rapport/internal/practice"
)

// ErrEnded says that the server closed the line.
var ErrEnded = caller.ErrEnded

// Config is what all calls of a Client share.
type Config struct {
	Log *slog.Logger // required
}

// Client joins calls. It is safe for use by several goroutines.
type Client struct{ log *slog.Logger }

// New makes a client.
func New(cfg Config) (*Client, error) {
	if cfg.Log == nil {
		return nil, fmt.Errorf("client: Log must be set: %w", practice.ErrInvalid)
	}
	return &Client{log: cfg.Log}, nil
}

// Frame is 20 ms of the customer's sound as received, before gain.
type Frame struct {
	PCM       []int16   // 960 samples of 48 kHz mono, valid until OnFrame returns
	RTP       uint32    // time of the first sample, as the frame's header has it
	Arrived   time.Time // when its message arrived
	Concealed bool      // it stands for sound that was never sent
}

// Options of one call.
type Options struct {
	URL      string // of the line, http(s):// or ws(s)://
	Token    string
	Codec    string // signal.CodecOpus (also if empty) or signal.CodecPCM16
	TakeOver bool   // from the line that the call has now
	Origin   string // sent as the Origin header when not empty
	Name     string // what the client calls itself
	// DialContext opens the connection of the socket; nil: straight to the server.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)

	OnFrame   func(Frame)                           // from one goroutine; nil: sound is not decoded
	OnMessage func(signal.ServerMessage, time.Time) // from the same goroutine, with the time of arrival; gain messages too; nil: none
	NoHeard   bool                                  // send no heard reports
}

// Call is one joined call. Its methods may be called from any goroutine, except that only one at a time may speak.
// Send, Done, Err, GainAt and Close are its socket's.
type Call struct {
	*caller.Socket
	voice *voice
	took  time.Duration
}

// Dial joins a call and waits until it is welcomed. The line is up with the first frame that is spoken. It fails with a
// signal.LineError when the server refuses, and with ctx's error when it takes longer than ctx allows.
func (c *Client) Dial(ctx context.Context, opt Options) (*Call, error) {
	begun := time.Now()
	if opt.Codec == "" {
		opt.Codec = signal.CodecOpus
	}
	v, err := newVoice(opt.Codec)
	if err != nil {
		return nil, err
	}
	e, err := newEar(opt.Codec, opt.OnFrame)
	if err != nil {
		return nil, err
	}
	s, err := caller.Dial(ctx, caller.Options{URL: opt.URL, Origin: opt.Origin, DialContext: opt.DialContext, Log: c.log, Message: opt.OnMessage, Sound: e.take})
	if err != nil {
		return nil, err
	}
	hello := signal.Hello{V: signal.Version, Token: opt.Token, Want: signal.WantWebSocket, Codec: opt.Codec, TakeOver: opt.TakeOver, Client: opt.Name}
	if err := s.Join(ctx, hello); err != nil {
		s.Close()
		return nil, err
	}
	if !opt.NoHeard {
		s.ReportHeard(e.playing)
	}
	return &Call{Socket: s, voice: v, took: time.Since(begun)}, nil
}

// Took is how long Dial took.
func (k *Call) Took() time.Duration { return k.took }
