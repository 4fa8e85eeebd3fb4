package webrtc_test

import (
	"context"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
	"github.com/rapport-calls/rapport/internal/line/websocket"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestSoundGoesOverTheSocketWhereNoUDPPasses(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	there, here := virtual(t)
	conn, err := there.ListenPacket("udp4", "198.51.100.1:9000")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{sink: newSink(), net: newRough(conn, 1, 0)}
	r.net.begin()
	if r.server, err = webrtc.Listen(ctx, webrtc.Config{Conn: r.net, Net: there, Log: quiet()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.server.Close)
	frames, err := websocket.NewServer(quiet())
	if err != nil {
		t.Fatal(err)
	}
	url := serveAll(t, map[string]signal.OpenMedia{signal.WantWebRTC: r.server.Open, signal.WantWebSocket: frames.Open}, r.sink)
	people, err := client.New(client.Config{Net: here, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	r.call, err = people.Dial(ctx, client.Options{URL: url, Token: "let me in", FallbackAfter: 200 * time.Millisecond, OnFrame: func(f client.Frame) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.frames = append(r.frames, received{f.RTP, audio.RMS(f.PCM)})
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.call.Close)
	if got := r.call.Transport(); got != signal.WantWebSocket {
		t.Errorf("sound goes by %s", got)
	}
	loud := func(levels []float64) (n int) {
		for _, l := range levels {
			if l > 0.05 {
				n++
			}
		}
		return n
	}
	r.talk(t, func() bool {
		_, levels, _ := r.sink.snapshot()
		r.mu.Lock()
		defer r.mu.Unlock()
		var got []float64
		for _, f := range r.frames {
			got = append(got, f.level)
		}
		return loud(levels) >= 20 && loud(got) >= 20
	})
	r.expect(t, practice.LineUp{Transport: signal.WantWebSocket})
}
