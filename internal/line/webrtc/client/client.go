// Package client is the other half of a line: it joins a call over its public protocol (docs/protocol.md) as a page
// does, for bench and tests. It sends 20 ms Opus frames, hands out what it receives as 48 kHz sound with arrival and
// RTP times, keeps account of gain messages, reports what was heard, and passes on all other messages.
package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/ice/v4"
	"github.com/pion/rtp"
	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/gain"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc/peer"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Times of a client.
const (
	heardEvery   = 250 * time.Millisecond
	writeTimeout = 5 * time.Second
	packetBytes  = 1500
)

// ErrEnded says that the server closed the line.
var ErrEnded = errors.New("line closed by the server")

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
type Call struct {
	opt     Options
	log     *slog.Logger
	conn    *websocket.Conn
	writing sync.Mutex
	pc      *webrtc.PeerConnection
	track   *webrtc.TrackLocalStaticRTP
	enc     *audio.OpusEncoder
	packet  rtp.Packet // next to be sent
	gain    gain.History

	welcome   chan struct{}
	answers   chan string
	connected chan struct{}
	switched  chan struct{} // to sound over the socket
	took      time.Duration
	cancel    context.CancelFunc
	done      chan struct{} // the socket is closed
	err       error         // why; set before done is closed
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
	header := http.Header{}
	if opt.Origin != "" {
		header.Set("Origin", opt.Origin)
	}
	url := opt.URL
	if rest, ok := strings.CutPrefix(url, "http"); ok {
		url = "ws" + rest
	}
	dialer := websocket.Dialer{HandshakeTimeout: websocket.DefaultDialer.HandshakeTimeout}
	if opt.Route != nil {
		dialer.NetDialContext = opt.Route.DialContext
	}
	conn, resp, err := dialer.DialContext(ctx, url, header)
	if err != nil {
		status := "no answer"
		if resp != nil {
			status = resp.Status
			_ = resp.Body.Close()
		}
		return nil, fmt.Errorf("client: connect to %s (%s): %w", opt.URL, status, err)
	}
	k := &Call{
		opt: opt, log: c.log, conn: conn, welcome: make(chan struct{}), answers: make(chan string, 1),
		connected: make(chan struct{}), done: make(chan struct{}), switched: make(chan struct{}),
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k.cancel = cancel
	if err := k.start(ctx, run, c.api, time.Now()); err != nil {
		k.Close()
		return nil, err
	}
	k.took = time.Since(begun)
	return k, nil
}

// start joins. The peer connection is there before the reader, which needs it, begins.
func (k *Call) start(ctx, run context.Context, api *webrtc.API, begun time.Time) error {
	var err error
	if k.opt.Want == signal.WantWebRTC {
		err = k.prepare(api)
	}
	k.wg.Go(k.read)
	if err != nil {
		return err
	}
	if err := k.Send(signal.Hello{V: signal.Version, Token: k.opt.Token, Want: k.opt.Want, Client: k.opt.Name}); err != nil {
		return err
	}
	if err := k.await(ctx, k.welcome); err != nil {
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
		k.wg.Go(func() { k.report(run) })
	}
	return nil
}

func (k *Call) await(ctx context.Context, what <-chan struct{}) error {
	select {
	case <-what:
		return nil
	case <-k.done:
		return k.err
	case <-ctx.Done():
		return fmt.Errorf("client: joining the call: %w", ctx.Err())
	}
}

// Took is how long Dial took.
func (k *Call) Took() time.Duration { return k.took }

// Done is closed when the server has closed the line or Close was called; Err says why.
func (k *Call) Done() <-chan struct{} { return k.done }

// Err is why the line ended: a signal.LineError, or ErrEnded wrapped around the socket's reason. Nil before Done.
func (k *Call) Err() error {
	select {
	case <-k.done:
		return k.err
	default:
		return nil
	}
}

// Send says something to the server.
func (k *Call) Send(m signal.ClientMessage) error {
	b, err := signal.Encode(m)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	return k.write(websocket.TextMessage, b)
}

func (k *Call) write(kind int, b []byte) error {
	k.writing.Lock()
	defer k.writing.Unlock()
	if err := k.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("client: send: %w", err)
	}
	if err := k.conn.WriteMessage(kind, b); err != nil {
		return fmt.Errorf("client: send: %w", err)
	}
	return nil
}

// GainAt is the amplitude (0–1) at which a page would play the customer at a time, after the gain messages that had
// arrived by then.
func (k *Call) GainAt(t time.Time) float64 { return k.gain.At(t) }

// Close leaves the call without a word (send signal.HangUp first to end it) and waits for everything to end. It must
// not be called from OnFrame or OnMessage.
func (k *Call) Close() {
	k.mu.Lock()
	already := k.closed
	k.closed = true
	k.mu.Unlock()
	if !already {
		k.cancel()
		_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
		_ = k.conn.Close()
		if k.pc != nil {
			if err := k.pc.GracefulClose(); err != nil {
				k.log.Debug("closing the client's sound", slog.String("error", err.Error()))
			}
		}
	}
	k.wg.Wait()
}

// read passes on the server's messages until the socket ends.
func (k *Call) read() {
	defer close(k.done)
	for {
		kind, b, err := k.conn.ReadMessage()
		now := time.Now()
		if err != nil {
			if k.err == nil {
				k.err = fmt.Errorf("client: %w: %w", ErrEnded, err)
			}
			return
		}
		if kind == websocket.BinaryMessage {
			if err := k.takeFramed(b, now); err != nil {
				k.log.Warn("frame of the server left out", slog.String("error", err.Error()))
			}
			continue
		}
		m, err := signal.DecodeServer(b)
		if err != nil {
			k.log.Warn("message of the server left out", slog.String("error", err.Error()))
			continue
		}
		k.take(m, now)
		if k.opt.OnMessage != nil && m != nil {
			k.opt.OnMessage(m, now)
		}
	}
}

// take handles what the client itself needs to know.
func (k *Call) take(m signal.ServerMessage, now time.Time) {
	switch m := m.(type) {
	case signal.Welcome:
		select {
		case <-k.welcome:
		default:
			close(k.welcome)
		}
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
			return
		}
		init := webrtc.ICECandidateInit{Candidate: m.Candidate.Candidate, SDPMid: m.Candidate.SDPMid, SDPMLineIndex: m.Candidate.SDPMLineIndex}
		if err := k.pc.AddICECandidate(init); err != nil {
			k.log.Debug("candidate left out", slog.String("error", err.Error()))
		}
	case signal.LineError:
		if m.Fatal {
			k.err = fmt.Errorf("client: refused: %w", m)
		}
	case practice.Gain:
		k.gain.Ramp(now, m)
	}
}
