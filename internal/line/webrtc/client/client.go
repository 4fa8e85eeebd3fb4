// Package client is the other half of a line: it joins a call over its public protocol (docs/protocol.md) as a page
// does, for bench and tests. It sends 20 ms Opus frames, hands out what it receives as 48 kHz sound with arrival and
// RTP times, keeps account of gain messages, reports what was heard, and passes on all other messages.
package client

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/rtp"
	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/signal/caller"
	"github.com/rapport-calls/rapport/internal/line/webrtc/peer"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

const packetBytes = 1500

// ErrEnded says that the server closed the line.
var ErrEnded = caller.ErrEnded

// Config is what all calls of a Client share.
type Config struct {
	Log *slog.Logger  // required
	Net transport.Net // nil: the machine's network
}

// Client joins calls. It is safe for use by several goroutines.
type Client struct {
	api *webrtc.API
	log *slog.Logger
}

// New makes a client.
func New(cfg Config) (*Client, error) {
	if cfg.Log == nil {
		return nil, fmt.Errorf("client: Log must be set: %w", practice.ErrInvalid)
	}
	var se webrtc.SettingEngine
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	se.SetIncludeLoopbackCandidate(true)
	se.LoggerFactory = peer.Loggers(cfg.Log)
	if cfg.Net != nil {
		se.SetNet(cfg.Net)
	}
	api, err := peer.NewAPI(se)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	return &Client{api: api, log: cfg.Log}, nil
}

// Frame is 20 ms of the customer's sound as received, before gain.
type Frame struct {
	PCM       []int16   // 960 samples of 48 kHz mono, valid until OnFrame returns
	RTP       uint32    // RTP time of the first sample
	Arrived   time.Time // when the packet that completed it arrived
	Concealed bool      // all or part of it is a guess at lost sound
}

// Options of one call.
type Options struct {
	URL    string // of the line, http(s):// or ws(s)://
	Token  string
	Want   string // signal.WantWebRTC (also if empty) or signal.WantTyping
	Origin string // sent as the Origin header when not empty
	Name   string // what the client calls itself
	Route  Route  // nil: straight to the server

	OnFrame   func(Frame)                           // from one goroutine; nil: sound is not decoded
	OnMessage func(signal.ServerMessage, time.Time) // from one goroutine, with the time of arrival; gain messages too; nil: none
	NoHeard   bool                                  // send no heard reports

	// FallbackAfter is how long after the socket opened WebRTC may take to come up; then the sound goes over the socket. 0: for ever.
	FallbackAfter time.Duration
}

// Call is one joined call. Its methods may be called from any goroutine, except that only one at a time may speak.
// Send, Done, Err and GainAt are its socket's.
type Call struct {
	*caller.Socket
	opt    Options
	log    *slog.Logger
	pc     *webrtc.PeerConnection
	track  *webrtc.TrackLocalStaticRTP
	enc    *audio.OpusEncoder
	packet rtp.Packet // next to be sent

	answers   chan string
	connected chan struct{}
	switched  chan struct{} // to sound over the socket
	took      time.Duration
	wg        sync.WaitGroup

	mu     sync.Mutex
	closed bool
	last   uint32 // RTP time of the last sound received
	any    bool

	framed      *jitter.Buffer // sound over the socket; nil: it goes over WebRTC
	framedSince time.Time
	wire        [frame.MaxBytes]byte
}

// Dial joins a call and waits until it is welcomed and, unless it is a typing call, until sound can pass. It fails
// with a signal.LineError when the server refuses, and with ctx's error when it takes longer than ctx allows.
func (c *Client) Dial(ctx context.Context, opt Options) (*Call, error) {
	if opt.Want == "" {
		opt.Want = signal.WantWebRTC
	}
	begun := time.Now()
	k := &Call{opt: opt, log: c.log, answers: make(chan string, 1), connected: make(chan struct{}), switched: make(chan struct{})}
	way := caller.Options{URL: opt.URL, Origin: opt.Origin, Log: c.log, Message: k.take, Sound: k.takeFramed}
	if opt.Route != nil {
		way.DialContext = opt.Route.DialContext
	}
	var err error
	if k.Socket, err = caller.Dial(ctx, way); err != nil {
		return nil, err
	}
	if err := k.start(ctx, c.api, time.Now()); err != nil {
		k.Close()
		return nil, err
	}
	k.took = time.Since(begun)
	return k, nil
}

// start joins. The peer connection is there before the socket's reader, which needs it, begins.
func (k *Call) start(ctx context.Context, api *webrtc.API, begun time.Time) error {
	if k.opt.Want == signal.WantWebRTC {
		if err := k.prepare(api); err != nil {
			return err
		}
	}
	if err := k.Join(ctx, signal.Hello{V: signal.Version, Token: k.opt.Token, Want: k.opt.Want, Client: k.opt.Name}); err != nil {
		return err
	}
	if k.opt.Want != signal.WantWebRTC {
		close(k.connected)
		return nil
	}
	if err := k.negotiate(ctx, nil); err != nil {
		return err
	}
	if err := k.awaitSound(ctx, begun); err != nil {
		return err
	}
	if !k.opt.NoHeard {
		k.ReportHeard(k.playing)
	}
	return nil
}

// Took is how long Dial took.
func (k *Call) Took() time.Duration { return k.took }

// Close leaves the call without a word (send signal.HangUp first to end it) and waits for everything to end. It must
// not be called from OnFrame or OnMessage.
func (k *Call) Close() {
	k.mu.Lock()
	already := k.closed
	k.closed = true
	k.mu.Unlock()
	k.Socket.Close()
	if !already && k.pc != nil {
		if err := k.pc.GracefulClose(); err != nil {
			k.log.Debug("closing the client's sound", slog.String("error", err.Error()))
		}
	}
	k.wg.Wait()
}

// take handles what this kind of line needs to know, and passes all of it on.
func (k *Call) take(m signal.ServerMessage, now time.Time) {
	switch m := m.(type) {
	case signal.Switched:
		select {
		case <-k.switched:
		default:
			close(k.switched)
		}
	case signal.Answer:
		select {
		case k.answers <- m.SDP:
		default:
			k.log.Warn("an answer that nobody asked for")
		}
	case signal.Candidate:
		if k.pc == nil {
			break
		}
		init := webrtc.ICECandidateInit{Candidate: m.Candidate.Candidate, SDPMid: m.Candidate.SDPMid, SDPMLineIndex: m.Candidate.SDPMLineIndex}
		if err := k.pc.AddICECandidate(init); err != nil {
			k.log.Debug("candidate left out", slog.String("error", err.Error()))
		}
	}
	if k.opt.OnMessage != nil {
		k.opt.OnMessage(m, now)
	}
}
