// Package client is the other half of a websocket line, as package webrtc/client is of a WebRTC line: it joins a call
// over its public protocol (docs/protocol.md) as a page does, for bench and tests. It sends 20 ms frames as binary
// messages, hands out what it receives as 48 kHz sound, keeps account of gain messages, reports what a page with a small
// playout buffer would have played, and passes on all other messages.
package client

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
type Call struct {
	opt     Options
	log     *slog.Logger
	conn    *websocket.Conn
	writing sync.Mutex
	gain    gain.History
	voice   *voice
	ear     *ear

	welcome chan struct{}
	took    time.Duration
	cancel  context.CancelFunc
	done    chan struct{} // the socket is closed
	err     error         // why; set before done is closed
	wg      sync.WaitGroup
	once    sync.Once
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
	k := &Call{opt: opt, log: c.log, conn: conn, voice: v, welcome: make(chan struct{}), done: make(chan struct{})}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k.cancel = cancel
	if k.ear, err = newEar(opt.Codec, opt.OnFrame); err != nil {
		close(k.done)
		k.Close()
		return nil, err
	}
	k.wg.Go(k.read)
	if err := k.join(ctx); err != nil {
		k.Close()
		return nil, err
	}
	if !opt.NoHeard {
		k.wg.Go(func() { k.report(run) })
	}
	k.took = time.Since(begun)
	return k, nil
}

func (k *Call) join(ctx context.Context) error {
	hello := signal.Hello{V: signal.Version, Token: k.opt.Token, Want: signal.WantWebSocket, Codec: k.opt.Codec, TakeOver: k.opt.TakeOver, Client: k.opt.Name}
	if err := k.Send(hello); err != nil {
		return err
	}
	select {
	case <-k.welcome:
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
	k.once.Do(func() {
		k.cancel()
		_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
		_ = k.conn.Close()
	})
	k.wg.Wait()
}

// read passes on what the server sends until the socket ends.
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
			if err := k.ear.take(b, now); err != nil {
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
	case signal.LineError:
		if m.Fatal {
			k.err = fmt.Errorf("client: refused: %w", m)
		}
	case practice.Gain:
		k.gain.Ramp(now, m)
	}
}

// report tells a few times a second what was heard.
func (k *Call) report(ctx context.Context) {
	every := time.NewTicker(heardEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.done:
			return
		case <-every.C:
		}
		if played, some := k.ear.playing(time.Now()); some {
			if err := k.Send(signal.HeardRTP{RTP: played}); err != nil {
				return
			}
		}
	}
}
