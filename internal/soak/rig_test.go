package soak

import (
	"context"
	"flag"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/recordings"
)

var (
	soakCalls   = flag.Int("soak.calls", 16, "short calls through one process")
	soakAtOnce  = flag.Int("soak.at-once", 8, "of them at once")
	soakMinutes = flag.Float64("soak.minutes", 0, "length of the one long call in real time; 0: none")
	soakVirtual = flag.Float64("soak.virtual", 5, "length of the one long call in virtual time, in minutes")
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// process is one process's worth of Rapport: a house, its line and its recordings, on the loopback.
type process struct {
	t       *testing.T
	house   *call.House
	log     *diary
	archive *recordings.Archive
	people  *client.Client
	url     string
	closed  sync.WaitGroup // voice detectors
}

func newProcess(t *testing.T, network func(net.PacketConn) net.PacketConn) *process {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	p := &process{t: t, log: &diary{calls: map[practice.CallID][]practice.Event{}}}
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if network != nil {
		conn = network(conn)
	}
	sound, err := webrtc.Listen(t.Context(), webrtc.Config{Conn: conn, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sound.Close)
	archive, _, err := recordings.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	})
	p.archive = archive
	p.house = call.NewHouse(call.Ports{
		Recognizer: ears{}, EndOfTurn: sure{}, Synthesizer: mouth{}, Log: p.log,
		Detector: func() (call.VoiceDetector, error) { p.closed.Add(1); return gate{p.closed.Done}, nil },
	}, call.Options{Limit: 64})
	t.Cleanup(p.house.Close)
	lines, err := signal.NewHandler(signal.Config{
		Join: func(ctx context.Context, r signal.JoinRequest, l signal.Line) (signal.Sink, error) {
			live, err := p.house.Find(r.Call)
			if err != nil {
				return nil, err
			}
			ear, err := live.Join(ctx, l, r.TakeOver)
			if err != nil {
				return nil, err
			}
			return ear, nil
		},
		Media:  map[string]signal.OpenMedia{signal.WantWebRTC: sound.Open},
		Origin: func(*http.Request) bool { return true }, Log: quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /api/calls/{id}/line", lines)
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		lines.Close()
		srv.Close()
	})
	p.url = srv.URL
	if p.people, err = client.New(client.Config{Log: quiet}); err != nil {
		t.Fatal(err)
	}
	return p
}

// ticket is one call's.
func ticket(id practice.CallID, r call.Recorder) call.Ticket {
	return call.Ticket{
		ID: id, Lease: 1, Mind: patient{}, Recorder: r,
		Config: call.Config{Voice: true, EvenMood: true, Started: practice.CallStarted{Endpoint: "auto", Mode: practice.ModeVoice, Words: "authored"}},
		Perceive: func(context.Context, string, []practice.Word, []string, practice.Priority) ([]practice.Act, error) {
			return nil, nil
		},
	}
}

// dial admits a call and joins it as a page would.
func (p *process) dial(ctx context.Context, id practice.CallID, hear func(client.Frame)) (*call.Live, *client.Call, error) {
	take, err := p.archive.Begin(id, audio.RecordingTags{})
	if err != nil {
		return nil, nil, err
	}
	live, err := p.house.Admit(ticket(id, take)) //nolint:contextcheck // a call lives longer than the request that made it
	if err != nil {
		return nil, nil, err
	}
	k, err := p.people.Dial(ctx, client.Options{URL: p.url + "/api/calls/" + string(id) + "/line", Token: "soak", OnFrame: hear})
	if err != nil {
		live.End(call.End{By: practice.EndedByServer})
		<-live.Done()
		return nil, nil, err
	}
	return live, k, nil
}

// slow is a network whose delay changes: each datagram of either direction takes delay, and up to 15 ms more, and none
// overtakes another.
type slow struct {
	net.PacketConn
	delay  func() time.Duration
	in     chan datagram
	out    chan datagram
	wg     sync.WaitGroup
	closed sync.Once
	done   chan struct{}
}

type datagram struct {
	b   []byte
	a   net.Addr
	due time.Time
}

func newSlow(conn net.PacketConn, delay func() time.Duration) *slow {
	s := &slow{PacketConn: conn, delay: delay, in: make(chan datagram, 4096), out: make(chan datagram, 4096), done: make(chan struct{})}
	s.wg.Go(func() {
		defer close(s.in)
		b := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			select {
			case s.in <- s.late(b[:n], from):
			case <-s.done:
				return
			}
		}
	})
	s.wg.Go(func() {
		for {
			select {
			case d := <-s.out:
				if s.wait(d) {
					_, _ = conn.WriteTo(d.b, d.a)
				}
			case <-s.done:
				return
			}
		}
	})
	return s
}

func (s *slow) late(b []byte, a net.Addr) datagram {
	jitter := time.Duration(rand.Float64() * float64(15*time.Millisecond))
	return datagram{append([]byte(nil), b...), a, time.Now().Add(s.delay() + jitter)}
}

// wait waits until a datagram is due; false when the network has gone.
func (s *slow) wait(d datagram) bool {
	t := time.NewTimer(time.Until(d.due))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.done:
		return false
	}
}

func (s *slow) ReadFrom(b []byte) (int, net.Addr, error) {
	d, ok := <-s.in
	if !ok || !s.wait(d) {
		return 0, nil, net.ErrClosed
	}
	return copy(b, d.b), d.a, nil
}

func (s *slow) WriteTo(b []byte, to net.Addr) (int, error) {
	select {
	case s.out <- s.late(b, to):
	default: // a router's queue that is full
	}
	return len(b), nil
}

func (s *slow) Close() error {
	var err error
	s.closed.Do(func() {
		close(s.done)
		err = s.PacketConn.Close()
		s.wg.Wait()
	})
	return err
}
