package websocket_test

import (
	"context"
	"slices"
	"testing"
	"time"

	gorilla "github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

// other is a line's sound over something else, which has come up or has not.
type other struct {
	sink   signal.Sink
	closed chan struct{}
}

func (o *other) Receive(context.Context, signal.ClientMessage) error { return nil }
func (o *other) Frame(int64, []int16)                                {}
func (o *other) Close()                                              { close(o.closed) }

func TestLineSwitchesToTheSocketInMidCall(t *testing.T) {
	for _, up := range []bool{false, true} {
		name := "when nothing else came up"
		if up {
			name = "from a line that was up"
		}
		t.Run(name, func(t *testing.T) {
			made := make(chan *other, 1)
			p := newPage(t, map[string]signal.OpenMedia{
				signal.WantWebSocket: server(t).Open,
				signal.WantWebRTC: func(_ context.Context, s signal.Sink, _ signal.Opening) (signal.Media, error) {
					o := &other{sink: s, closed: make(chan struct{})}
					made <- o
					return o, nil
				},
			}, `{"type":"hello","v":1,"token":"t","want":"webrtc"}`)
			told[signal.Welcome](t, p)
			before, line := <-made, <-p.line
			if up {
				before.sink.Control(practice.LineUp{Transport: "webrtc"})
				p.expect(t, practice.LineUp{Transport: "webrtc"})
				for i := range int64(50) {
					before.sink.Sound(i*audio.FrameIn, make([]int16, audio.FrameIn))
				}
			}
			p.say(t, `{"type":"switch","want":"websocket","codec":"pcm16"}`)
			if err := p.WriteMessage(gorilla.BinaryMessage, pcm(7, 1)); err != nil { // without waiting for an answer
				t.Fatal(err)
			}
			if m := told[signal.Switched](t, p); m != (signal.Switched{Mode: "websocket", Codec: "pcm16"}) {
				t.Errorf("%+v", m)
			}
			if up {
				p.expect(t, practice.LineDown{Reason: "the sound goes another way"})
			}
			p.expect(t, practice.LineUp{Transport: "websocket"})
			before.sink.Control(practice.LineDown{Reason: "the old line's last word"})
			before.sink.Sound(1<<40, make([]int16, audio.FrameIn))
			before.sink.Heard(99)
			line.Frame(5, make([]int16, audio.FrameOut))
			kind, b, err := p.ReadMessage()
			if err != nil || kind != gorilla.BinaryMessage {
				t.Fatalf("%d %v", kind, err)
			}
			if _, _, err := frame.Parse(b, frame.PCM16, frame.DownBytes); err != nil {
				t.Error(err)
			}
			_ = p.Close()
			p.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
			at := p.call.positions()
			if !slices.IsSorted(at) || at[len(at)-1] >= 1<<40 || len(p.call.heard) != 0 {
				t.Errorf("sound at %v, heard %v", at, p.call.heard)
			}
			if want := 1; !up && len(at) != want || up && (len(at) != 51 || at[50] < 50*audio.FrameIn) {
				t.Errorf("sound at %v", at)
			}
			select {
			case <-before.closed:
			case <-time.After(time.Minute):
				t.Fatal("the line before was not closed")
			}
		})
	}
}

func TestLineOnTheSocketChangesItsCodecInMidCall(t *testing.T) {
	p := newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: server(t).Open}, `{"type":"hello","v":1,"token":"t","want":"websocket"}`)
	told[signal.Welcome](t, p)
	line := <-p.line
	send := func(b []byte) {
		t.Helper()
		if err := p.WriteMessage(gorilla.BinaryMessage, b); err != nil {
			t.Fatal(err)
		}
	}
	send(opus(t, 1, 960))
	p.expect(t, practice.LineUp{Transport: "websocket"})
	p.say(t, `{"type":"switch","want":"websocket","codec":"pcm16"}`)
	send(pcm(0, 0)) // without waiting, and counting anew
	if m := told[signal.Switched](t, p); m != (signal.Switched{Mode: "websocket", Codec: "pcm16"}) {
		t.Errorf("%+v", m)
	}
	p.expect(t, practice.LineDown{Reason: "the sound goes another way"})
	p.expect(t, practice.LineUp{Transport: "websocket"})
	line.Frame(9, make([]int16, audio.FrameOut))
	kind, b, err := p.ReadMessage()
	if err != nil || kind != gorilla.BinaryMessage {
		t.Fatalf("%d %v", kind, err)
	}
	if _, _, err := frame.Parse(b, frame.PCM16, frame.DownBytes); err != nil {
		t.Error(err)
	}
	_ = p.Close()
	p.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
	if at := p.call.positions(); len(at) != 2 || !slices.IsSorted(at) {
		t.Errorf("sound at %v", at)
	}
}

func TestSwitchesThatMakeNoSenseAreRefusedAndTheLineGoesOn(t *testing.T) {
	p := newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: server(t).Open}, `{"type":"hello","v":1,"token":"t","want":"websocket"}`)
	for say, code := range map[string]signal.Code{
		`{"type":"switch","want":"webrtc"}`:                    signal.CodeWant,
		`{"type":"switch","want":"websocket","codec":"flac"}`:  signal.CodeWant,
		`{"type":"offer","sdp":"v=0"}`:                         signal.CodeBadMessage,
		`{"type":"candidate","candidate":{"candidate":"any"}}`: signal.CodeBadMessage,
	} {
		p.say(t, say)
		if e := told[signal.LineError](t, p); e.Code != code || e.Fatal {
			t.Errorf("%s: %+v", say, e)
		}
	}
	for range 10 {
		p.say(t, `{"type":"switch","want":"websocket","codec":"pcm16"}`)
	}
	if e := told[signal.LineError](t, p); e.Code != signal.CodeTooMany || !e.Fatal { // those refused above count too
		t.Errorf("%+v", e)
	}

	p = newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: server(t).Open}, `{"type":"hello","v":1,"token":"t","want":"typing"}`)
	p.say(t, `{"type":"switch","want":"websocket"}`)
	if e := told[signal.LineError](t, p); e.Code != signal.CodeBadMessage || e.Fatal {
		t.Errorf("%+v", e)
	}
	if err := p.WriteMessage(gorilla.BinaryMessage, pcm(1, 1)); err != nil {
		t.Fatal(err)
	}
	if e := told[signal.LineError](t, p); e.Code != signal.CodeBadMessage || e.Fatal {
		t.Errorf("%+v", e)
	}
}

// Whoever does not answer pings is told things, but no sound: it would only lie on the way and come late.
func TestSoundWaitsForNobodyAndMessagesDoNotWaitForSound(t *testing.T) {
	s := server(t)
	p := newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: s.Open}, `{"type":"hello","v":1,"token":"t","want":"websocket","codec":"pcm16"}`)
	pings := 0
	p.SetPingHandler(func(string) error {
		pings++
		return nil
	})
	if err := p.WriteMessage(gorilla.BinaryMessage, pcm(1, 1)); err != nil {
		t.Fatal(err)
	}
	p.expect(t, practice.LineUp{Transport: "websocket"})
	line := <-p.line
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		pace := time.NewTicker(20 * time.Millisecond)
		defer pace.Stop()
		for tick := int64(0); ; tick++ {
			select {
			case <-stop:
				return
			case <-pace.C:
			}
			line.Frame(tick, make([]int16, audio.FrameOut))
			if tick == 200 { // 4 s
				line.Send(practice.Caption{Text: "still here", Final: true})
			}
		}
	}()
	defer func() { close(stop); <-done }()
	frames := 0
	var last uint32
	for {
		if err := p.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		kind, b, err := p.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		if kind == gorilla.BinaryMessage {
			h, _, err := frame.Parse(b, frame.PCM16, frame.DownBytes)
			if err != nil {
				t.Fatal(err)
			}
			frames, last = frames+1, h.Time
			continue
		}
		m, err := signal.DecodeServer(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := m.(practice.Caption); ok {
			break
		}
	}
	if frames > 130 || pings < 4 {
		t.Fatalf("%d frames were sent to somebody who answered none of %d pings", frames, pings)
	}
	if err := p.WriteControl(gorilla.PongMessage, []byte("1000000"), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	kind, b, err := p.ReadMessage()
	for err == nil && kind != gorilla.BinaryMessage {
		kind, b, err = p.ReadMessage()
	}
	if err != nil {
		t.Fatal(err)
	}
	h, _, err := frame.Parse(b, frame.PCM16, frame.DownBytes)
	if err != nil {
		t.Fatal(err)
	}
	if missed := (h.Time - last) / audio.FrameOut; missed < 30 || s.Stats().Dropped == 0 {
		t.Errorf("sound goes on %d frames later; %d dropped", missed, s.Stats().Dropped)
	}
}
