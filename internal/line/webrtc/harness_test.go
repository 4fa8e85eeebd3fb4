package webrtc_test

import (
	"context"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/transport/v4/vnet"
	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait; a test that has to wait so long has failed.
const patience = 60 * time.Second

// callSink is a call as the line sees it, which remembers everything.
type callSink struct {
	line     signal.Line
	controls chan practice.LineInput

	mu    sync.Mutex
	sound map[int64]float64 // level by position
	order []int64
	heard []int64
}

func (s *callSink) Sound(at int64, pcm []int16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sound[at] = audio.RMS(pcm)
	s.order = append(s.order, at)
}

func (s *callSink) Heard(tick int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, tick)
}

func (s *callSink) Control(m practice.LineInput) { s.controls <- m }

// snapshot is what was received so far, in order.
func (s *callSink) snapshot() (order []int64, levels []float64, heard []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, at := range s.order {
		levels = append(levels, s.sound[at])
	}
	return append([]int64(nil), s.order...), levels, append([]int64(nil), s.heard...)
}

// rough is a network that loses and delays each packet on its own, so that they overtake one another.
type rough struct {
	net.PacketConn
	loss   float64
	spread time.Duration
	twice  bool // everything comes twice

	mu     sync.Mutex
	dice   *rand.Rand
	on     bool
	closed bool
	wg     sync.WaitGroup
	in     chan datagram
}

type datagram struct {
	b    []byte
	from net.Addr
}

func newRough(conn net.PacketConn, loss float64, spread time.Duration) *rough {
	r := &rough{PacketConn: conn, loss: loss, spread: spread, dice: rand.New(rand.NewPCG(1, 2)), in: make(chan datagram, 4096)}
	r.wg.Go(func() {
		defer close(r.in)
		var late sync.WaitGroup
		defer late.Wait()
		b := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			d := datagram{append([]byte(nil), b[:n]...), from}
			for range 1 + r.copies() {
				late.Add(1)
				r.pass(func() { r.in <- d }, late.Done)
			}
		}
	})
	return r
}

// copies is how often a datagram comes again.
func (r *rough) copies() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.on && r.twice {
		return 1
	}
	return 0
}

// pass does f later, or never, and then done.
func (r *rough) pass(f, done func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.on:
		f()
		done()
	case r.dice.Float64() < r.loss:
		done()
	default:
		time.AfterFunc(time.Duration(r.dice.Float64()*float64(r.spread)), func() { defer done(); f() })
	}
}

func (r *rough) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.on = true
}

func (r *rough) ReadFrom(b []byte) (int, net.Addr, error) {
	d, ok := <-r.in
	if !ok {
		return 0, nil, net.ErrClosed
	}
	return copy(b, d.b), d.from, nil
}

func (r *rough) WriteTo(b []byte, to net.Addr) (int, error) {
	c := append([]byte(nil), b...)
	r.wg.Add(1)
	r.pass(func() { _, _ = r.PacketConn.WriteTo(c, to) }, r.wg.Done)
	return len(b), nil
}

func (r *rough) Close() error {
	r.mu.Lock()
	first := !r.closed
	r.closed = true
	r.mu.Unlock()
	if !first {
		return nil
	}
	err := r.PacketConn.Close()
	r.wg.Wait()
	return err
}

// rig is a server, a call behind it, and a client of it, on a virtual network.
type rig struct {
	sink    *callSink
	call    *client.Call
	server  *webrtc.Server
	net     *rough
	media   signal.Media
	mu      sync.Mutex
	frames  []received
	talking chan struct{} // closed to stop talk
}

type received struct {
	rtp   uint32
	level float64
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// virtual makes a network of two hosts.
func virtual(t *testing.T) (server, person *vnet.Net) {
	t.Helper()
	wan, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "198.51.100.0/24", LoggerFactory: logging.NewDefaultLoggerFactory()})
	if err != nil {
		t.Fatal(err)
	}
	hosts := make([]*vnet.Net, 2)
	for i, ip := range []string{"198.51.100.1", "198.51.100.2"} {
		if hosts[i], err = vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{ip}}); err != nil {
			t.Fatal(err)
		}
		if err := wan.AddNet(hosts[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := wan.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := wan.Stop(); err != nil {
			t.Error(err)
		}
	})
	return hosts[0], hosts[1]
}

// serve puts a media server behind a signalling handler and returns the line's URL.
func serve(t *testing.T, open signal.OpenMedia, sink *callSink) string {
	t.Helper()
	return serveAll(t, map[string]signal.OpenMedia{signal.WantWebRTC: open}, sink)
}

// serveAll is serve with several kinds of line.
func serveAll(t *testing.T, media map[string]signal.OpenMedia, sink *callSink) string {
	t.Helper()
	h, err := signal.NewHandler(signal.Config{
		Join: func(_ context.Context, r signal.JoinRequest, line signal.Line) (signal.Sink, error) {
			if r.Token != "let me in" {
				return nil, practice.ErrForbidden
			}
			sink.line = line
			return sink, nil
		},
		Media:  media,
		Origin: func(*http.Request) bool { return true },
		Log:    quiet(),
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /api/calls/{id}/line", h)
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		h.Close()
		srv.Close()
	})
	return srv.URL + "/api/calls/c1/line"
}

func newSink() *callSink {
	return &callSink{controls: make(chan practice.LineInput, 64), sound: map[int64]float64{}}
}

// newRig connects a client over a network that becomes rough once it is connected.
func newRig(t *testing.T, loss float64, spread time.Duration) *rig {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	there, here := virtual(t)
	conn, err := there.ListenPacket("udp4", "198.51.100.1:9000")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{sink: newSink(), net: newRough(conn, loss, spread), talking: make(chan struct{})}
	if r.server, err = webrtc.Listen(ctx, webrtc.Config{Conn: r.net, Net: there, Log: quiet()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.server.Close)
	open := func(ctx context.Context, sink signal.Sink, o signal.Opening) (signal.Media, error) {
		m, err := r.server.Open(ctx, sink, o)
		r.media = m
		return m, err
	}
	url := serve(t, open, r.sink)
	people, err := client.New(client.Config{Net: here, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	r.call, err = people.Dial(ctx, client.Options{URL: url, Token: "let me in", OnFrame: func(f client.Frame) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.frames = append(r.frames, received{f.RTP, audio.RMS(f.PCM)})
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.call.Close)
	r.expect(t, practice.LineUp{Transport: "webrtc"})
	r.net.begin()
	return r
}

// expect waits for a control message.
func (r *rig) expect(t *testing.T, want practice.LineInput) {
	t.Helper()
	select {
	case got := <-r.sink.controls:
		if got != want {
			t.Fatalf("got %#v, want %#v", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("no %#v", want)
	}
}

// bursts is 20 ms of a pattern: 200 ms of tone every 600 ms.
func bursts(frame int) []int16 {
	pcm := make([]int16, audio.FrameOut)
	if frame%30 < 10 {
		for i := range pcm {
			pcm[i] = int16(9000 * math.Sin(2*math.Pi*300*float64(frame*audio.FrameOut+i)/48000))
		}
	}
	return pcm
}

// talk lets both sides send the pattern in real time until done says so, or patience ends.
func (r *rig) talk(t *testing.T, done func() bool) {
	t.Helper()
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	limit := time.After(patience)
	for frame := 0; !done(); frame++ {
		select {
		case <-pace.C:
		case <-limit:
			order, _, heard := r.sink.snapshot()
			t.Fatalf("stuck: %d frames heard here, last at %v; reports %v; %+v", len(order), order[max(0, len(order)-3):], heard[max(0, len(heard)-3):], r.server.Stats())
		}
		if _, err := r.call.Speak(bursts(frame)); err != nil {
			t.Fatal(err)
		}
		r.sink.line.Frame(int64(frame), bursts(frame))
	}
}

// starts are the positions, in milliseconds, at which bursts begin after silence.
func starts(at []float64, levels []float64) []float64 {
	var out []float64
	for i := 1; i < len(at); i++ {
		if levels[i] > 0.05 && levels[i-1] <= 0.05 {
			out = append(out, at[i])
		}
	}
	return out
}

// offBeat is the share of bursts that do not stand a multiple of 600 ms (± 50 ms, two lost frames) from the first one.
func offBeat(ms []float64) float64 {
	if len(ms) == 0 {
		return 1
	}
	off := 0
	for _, m := range ms {
		if d := math.Abs(math.Remainder(m-ms[0], 600)); d > 50 {
			off++
		}
	}
	return float64(off) / float64(len(ms))
}

func loopback(t *testing.T) *webrtc.Server {
	t.Helper()
	s, err := webrtc.Listen(t.Context(), webrtc.Config{Address: netip.MustParseAddrPort("127.0.0.1:0").String(), TCPAddress: "127.0.0.1:0", Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
