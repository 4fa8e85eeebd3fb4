package webrtc_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestSoundPassesBothWaysInItsPlace(t *testing.T) {
	for _, c := range []struct {
		loss   float64
		spread time.Duration
	}{{0, 0}, {0.10, 100 * time.Millisecond}} {
		t.Run(fmt.Sprintf("loss %.0f%% jitter %v", c.loss*100, c.spread), func(t *testing.T) {
			r := newRig(t, c.loss, c.spread)
			const seconds = 5
			r.talk(t, func() bool {
				r.mu.Lock()
				there := len(r.frames)
				r.mu.Unlock()
				order, _, heard := r.sink.snapshot()
				return there > seconds*45 && len(order) > seconds*45 && len(heard) > 0 && heard[len(heard)-1] > 50
			})
			order, levels, heard := r.sink.snapshot()
			var at []float64
			for i, p := range order {
				if i > 0 && p < order[i-1]+audio.FrameIn {
					t.Fatalf("frame at %d after one at %d", p, order[i-1])
				}
				at = append(at, float64(p)/16)
			}
			if s := starts(at, levels); len(s) < 4 || offBeat(s) > 0.25 {
				t.Errorf("trainee's bursts heard at %.0f ms", s)
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			at, levels = nil, nil
			for _, f := range r.frames {
				at, levels = append(at, float64(int32(f.rtp-r.frames[0].rtp))/48), append(levels, f.level)
			}
			if s := starts(at, levels); len(s) < 4 || offBeat(s) > 0.25 {
				t.Errorf("customer's bursts heard at %.0f ms", s)
			}
			if !slices.IsSorted(heard) || heard[0] < 0 {
				t.Errorf("heard %v", heard)
			}
			stats := r.server.Stats()
			if stats.Lines != 1 || stats.Packets == 0 || stats.Sent == 0 || stats.Busy == 0 {
				t.Errorf("%+v", stats)
			}
			if c.loss > 0 && stats.Concealed == 0 {
				t.Errorf("nothing concealed at %.0f %% loss: %+v", c.loss*100, stats)
			}
			if c.loss == 0 && stats.Lost != 0 {
				t.Errorf("lost on a perfect network: %+v", stats)
			}
		})
	}
}

func TestICERestartKeepsTheCall(t *testing.T) {
	r := newRig(t, 0, 0)
	enough := func(n int) func() bool {
		return func() bool {
			order, _, _ := r.sink.snapshot()
			r.mu.Lock()
			defer r.mu.Unlock()
			return len(order) >= n && len(r.frames) >= n
		}
	}
	r.talk(t, enough(20))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := r.call.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	order, _, _ := r.sink.snapshot()
	r.mu.Lock()
	n := max(len(order), len(r.frames))
	r.mu.Unlock()
	r.talk(t, enough(n+30))
	if err := r.call.Err(); err != nil {
		t.Error(err)
	}
}

func TestWholePathOnTheLoopbackAsCmdWiresIt(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	server, sink := loopback(t), newSink()
	url := serve(t, server.Open, sink)
	people, err := client.New(client.Config{Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	gains := make(chan practice.Gain, 4)
	call, err := people.Dial(ctx, client.Options{URL: url, Token: "let me in", Name: "test", OnMessage: func(m signal.ServerMessage, _ time.Time) {
		if g, ok := m.(practice.Gain); ok {
			gains <- g
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer call.Close()
	r := rig{sink: sink}
	r.expect(t, practice.LineUp{Transport: "webrtc"})
	sink.line.Send(practice.Gain{DB: -80, RampMS: 9})
	select {
	case <-gains:
	case <-ctx.Done():
		t.Fatal("no gain message")
	}
	before, after := call.GainAt(time.Now().Add(-time.Hour)), call.GainAt(time.Now().Add(time.Hour))
	if before != 1 || math.Abs(after-0.0001) > 1e-9 {
		t.Errorf("gain %v before, %v after", before, after)
	}
	if err := call.Send(signal.HangUp{}); err != nil {
		t.Fatal(err)
	}
	r.expect(t, practice.HangUp{})
}

func TestTypingLineHearsEverythingAtThePaceOfTheClock(t *testing.T) {
	sink := newSink()
	url := serve(t, loopback(t).Open, sink)
	people, err := client.New(client.Config{Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	call, err := people.Dial(t.Context(), client.Options{URL: url, Token: "let me in", Want: signal.WantTyping})
	if err != nil {
		t.Fatal(err)
	}
	defer call.Close()
	r := rig{sink: sink}
	r.expect(t, practice.LineUp{Transport: "typing"})
	if err := call.Send(signal.Say{Text: "  I am sorry to hear that. "}); err != nil {
		t.Fatal(err)
	}
	r.expect(t, practice.TypedText{Text: "I am sorry to hear that."})
	sink.line.Frame(41, make([]int16, audio.FrameOut))
	deadline := time.After(patience)
	for tick := time.NewTicker(time.Millisecond); ; {
		if _, _, heard := sink.snapshot(); len(heard) > 0 {
			if heard[0] != 41 {
				t.Errorf("heard %v", heard)
			}
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("nothing heard")
		}
	}
}

// open begins a line without a socket.
func open(t *testing.T) (signal.Media, chan signal.ServerMessage) {
	t.Helper()
	sent := make(chan signal.ServerMessage, 64)
	m, err := loopback(t).Open(t.Context(), newSink(), signal.Opening{Send: func(m signal.ServerMessage) { sent <- m }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m, sent
}

func TestHostileOffersAreRefused(t *testing.T) {
	head := "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
	audioLine := "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n"
	for name, sdp := range map[string]string{
		"empty":           "",
		"text":            "hello",
		"binary":          "\x00\xff\xfe",
		"no media":        head,
		"video":           head + strings.ReplaceAll(audioLine, "audio", "video"),
		"many sections":   head + strings.Repeat(audioLine, 20),
		"huge":            head + audioLine + strings.Repeat("a=x:y\r\n", 10000),
		"long line":       head + audioLine + "a=" + strings.Repeat("x", 40000) + "\r\n",
		"many candidates": head + audioLine + strings.Repeat("a=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n", 100),
		"no credentials":  head + audioLine,
	} {
		t.Run(name, func(t *testing.T) {
			m, sent := open(t)
			err := m.Receive(t.Context(), signal.Offer{SDP: sdp})
			var p signal.LineError
			if !errors.As(err, &p) || p.Fatal || p.Code != signal.CodeBadOffer {
				t.Errorf("%v", err)
			}
			if len(sent) != 0 {
				t.Errorf("answered with %v", <-sent)
			}
		})
	}
}

func TestOffersAreLimited(t *testing.T) {
	m, _ := open(t)
	var p signal.LineError
	for range 30 {
		if err := m.Receive(t.Context(), signal.Offer{SDP: "x"}); !errors.As(err, &p) {
			t.Fatal(err)
		}
	}
	if p.Code != signal.CodeTooMany || !p.Fatal {
		t.Errorf("%+v", p)
	}
}

func TestPortInUseIsSaid(t *testing.T) {
	s := loopback(t)
	_, err := webrtc.Listen(t.Context(), webrtc.Config{Address: s.Addr().String(), Log: quiet()})
	if err == nil || !strings.Contains(err.Error(), s.Addr().String()) {
		t.Errorf("%v", err)
	}
}
