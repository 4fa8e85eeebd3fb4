package websocket_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gorilla "github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

// sink stands for a call.
type sink struct {
	mu       sync.Mutex
	at       []int64
	heard    []int64
	controls []practice.LineInput
	told     chan practice.LineInput
}

func newSink() *sink { return &sink{told: make(chan practice.LineInput, 64)} }

func (s *sink) Sound(at int64, _ []int16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = append(s.at, at)
}

func (s *sink) Heard(tick int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, tick)
}

func (s *sink) Control(m practice.LineInput) {
	s.mu.Lock()
	s.controls = append(s.controls, m)
	s.mu.Unlock()
	s.told <- m
}

func (s *sink) positions() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.at)
}

func (s *sink) said() []practice.LineInput {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.controls)
}

// open begins a line without a socket.
func open(tb testing.TB, s *sink, codec string) signal.Framed {
	tb.Helper()
	srv := server(tb)
	m, err := srv.Open(tb.Context(), s, signal.Opening{Codec: codec, Send: func(signal.ServerMessage) {}, Wake: func() {}})
	if err != nil {
		tb.Fatal(err)
	}
	return m.(signal.Framed)
}

// pcm is a frame of PCM16 to the server.
func pcm(seq uint16, at uint32) []byte {
	b := make([]byte, frame.HeaderBytes+frame.UpBytes)
	frame.Header{Codec: frame.PCM16, Seq: seq, Time: at}.Put(b)
	return b
}

// opus is a frame of silence in Opus.
func opus(tb testing.TB, seq uint16, at uint32) []byte {
	tb.Helper()
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		tb.Fatal(err)
	}
	packet, err := enc.Encode(make([]int16, audio.FrameOut))
	if err != nil {
		tb.Fatal(err)
	}
	b := make([]byte, frame.HeaderBytes, frame.HeaderBytes+len(packet))
	frame.Header{Codec: frame.Opus, Seq: seq, Time: at}.Put(b)
	return append(b, packet...)
}

func TestBadFramesAreRefusedWithASentence(t *testing.T) {
	version := pcm(1, 1)
	version[0] = 9
	for _, c := range []struct {
		name, codec string
		message     []byte
		want        string
	}{
		{"empty", signal.CodecOpus, nil, "8 bytes of header: this message has 0"},
		{"truncated header", signal.CodecPCM16, pcm(1, 1)[:7], "this message has 7"},
		{"another version", signal.CodecPCM16, version, "version 9"},
		{"PCM16 on an Opus line", signal.CodecOpus, pcm(1, 1), "codec 2 is not what this line was opened with: send 1"},
		{"Opus on a PCM16 line", signal.CodecPCM16, opus(t, 1, 1), "codec 1 is not what this line was opened with: send 2"},
		{"short PCM16", signal.CodecPCM16, pcm(1, 1)[:600], "640 bytes here: this frame has 592"},
		{"the server's PCM16 rate", signal.CodecPCM16, append(pcm(1, 1), make([]byte, frame.DownBytes-frame.UpBytes)...), "this frame has 960"},
		{"no Opus at all", signal.CodecOpus, opus(t, 1, 1)[:8], "1 to 1275 bytes: this one has 0"},
		{"too long for Opus", signal.CodecOpus, append(opus(t, 1, 1), make([]byte, 1400)...), "1 to 1275 bytes"},
		{"more than 120 ms of Opus", signal.CodecOpus, append(opus(t, 1, 1)[:8], 0x03|3<<3, 0x3f), "opus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSink()
			l := open(t, s, c.codec)
			defer l.Close()
			err := l.Take(c.message)
			p, ok := errors.AsType[signal.LineError](err)
			if !ok || p.Code != signal.CodeBadSound || p.Fatal || !strings.Contains(p.Message, c.want) {
				t.Fatalf("%v", err)
			}
			if len(s.said()) != 0 || len(s.positions()) != 0 {
				t.Errorf("it brought the line up: %v, sound at %v", s.said(), s.positions())
			}
		})
	}
}

func TestOpusThatCannotBeDecodedIsRefused(t *testing.T) {
	s := newSink()
	l := open(t, s, signal.CodecOpus)
	defer l.Close()
	b := append(opus(t, 1, 960)[:8], 0x03, 0x02) // two frames of the same length, without any
	for i := range 60 {
		b = append(b, byte(i))
	}
	b = append(b[:8], 0x02, 0xff, 0xff, 1) // two frames, the first longer than the packet
	if p, ok := errors.AsType[signal.LineError](l.Take(b)); !ok || p.Code != signal.CodeBadSound || !strings.Contains(p.Message, "cannot be decoded") {
		t.Fatalf("%v", p)
	}
	if err := l.Take(opus(t, 2, 1920)); err != nil {
		t.Errorf("and the next one: %v", err)
	}
}

// Whatever a sender writes into its times, sound moves forward on the receive clock and never far from the present.
func TestLeapingTimesArePlacedAtThePresent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSink()
		l := open(t, s, signal.CodecPCM16)
		defer l.Close()
		at, seq := uint32(math.MaxUint32-9600), uint16(65500)
		begun := time.Now()
		for i := range 400 {
			switch i {
			case 100:
				at += 48000 * 600 // ten minutes on
			case 200:
				at -= 48000 * 1200
			case 300:
				seq += 20000
			}
			_ = l.Take(pcm(seq, at)) // a leap may cost a frame, and is told then
			at += audio.FrameOut
			seq++
			got := s.positions()
			if n := len(got); n > 0 {
				now := int64(time.Since(begun)) * practice.SampleRateIn / int64(time.Second)
				if off := got[n-1] - now; off < -2*practice.SampleRateIn || off > practice.SampleRateIn/10 {
					t.Fatalf("frame %d lies %d samples from the present", i, off)
				}
			}
			time.Sleep(20 * time.Millisecond) //nolint:forbidigo // virtual time
		}
		got := s.positions()
		if len(got) < 380 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("%d frames, in order %v", len(got), slices.IsSorted(got))
		}
	})
}

// A stall of TCP ends in a burst: what was said meanwhile lies where it was said, whenever the stall begins.
func TestBurstBehindAStallLiesWhereItWasSaid(t *testing.T) {
	for begins := uint16(150); begins < 260; begins++ {
		synctest.Test(t, func(t *testing.T) {
			s := newSink()
			l := open(t, s, signal.CodecPCM16)
			defer l.Close()
			for i := range uint16(500) {
				switch {
				case i == begins: // 3 s in which nothing arrives
					time.Sleep(3 * time.Second) //nolint:forbidigo // virtual time
				case i < begins || i >= begins+150:
					time.Sleep(20 * time.Millisecond) //nolint:forbidigo // virtual time
				}
				if err := l.Take(pcm(i, uint32(i)*audio.FrameOut)); err != nil {
					t.Fatal(err)
				}
			}
			got := s.positions()
			for i, p := range got {
				if p != int64(i)*audio.FrameIn {
					t.Fatalf("a stall before frame %d: frame %d of %d lies at %d", begins, i, len(got), p)
				}
			}
			if len(got) != 500 {
				t.Fatalf("%d frames", len(got))
			}
		})
	}
}

func TestLineIsDownAfterFiveSecondsWithoutSoundAndUpWithTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSink()
		l := open(t, s, signal.CodecPCM16)
		defer l.Close()
		time.Sleep(20 * time.Second) //nolint:forbidigo // virtual time
		if len(s.said()) != 0 {
			t.Fatalf("before any sound: %v", s.said())
		}
		for i := range uint16(3) {
			if err := l.Take(pcm(i, uint32(i)*audio.FrameOut)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(4500 * time.Millisecond) //nolint:forbidigo // virtual time
		if want := []practice.LineInput{practice.LineUp{Transport: "websocket"}}; !slices.Equal(s.said(), want) {
			t.Fatalf("%v", s.said())
		}
		time.Sleep(1500 * time.Millisecond) //nolint:forbidigo // virtual time
		if n := len(s.said()); n != 2 || s.said()[1] != (practice.LineDown{Reason: "no sound passes: the network is slow or has changed"}) {
			t.Fatalf("%v", s.said())
		}
		if err := l.Take(pcm(3, 6*48000)); err != nil {
			t.Fatal(err)
		}
		if n := len(s.said()); n != 3 || s.said()[2] != (practice.LineUp{Transport: "websocket"}) {
			t.Fatalf("%v", s.said())
		}
	})
}

func TestOldestFramesMakeRoom(t *testing.T) {
	s := newSink()
	l := open(t, s, signal.CodecPCM16)
	defer l.Close()
	sound := make([]int16, audio.FrameOut)
	l.Frame(0, sound) // before the line is up
	if err := l.Take(pcm(0, 0)); err != nil {
		t.Fatal(err)
	}
	for tick := range int64(20) {
		l.Frame(tick, sound)
	}
	var times []uint32
	for b, ok := l.Next(); ok; b, ok = l.Next() {
		h, _, err := frame.Parse(b, frame.PCM16, frame.DownBytes)
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, h.Time)
	}
	if len(times) != 8 || times[7]-times[0] != 7*audio.FrameOut {
		t.Fatalf("%v", times)
	}
	if err := l.Receive(t.Context(), signal.HeardRTP{RTP: times[3]}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.heard, []int64{15}) {
		t.Errorf("heard %v", s.heard)
	}
}

func TestFramesPassWithoutAllocation(t *testing.T) {
	for _, codec := range []string{signal.CodecOpus, signal.CodecPCM16} {
		t.Run(codec, func(t *testing.T) {
			s := newSink()
			s.at = make([]int64, 0, 1<<16)
			l := open(t, s, codec)
			defer l.Close()
			message := pcm(0, 0)
			if codec == signal.CodecOpus {
				message = opus(t, 0, 0)
			}
			sound := make([]int16, audio.FrameOut)
			i := 0
			pass := func() {
				frame.Header{Codec: frame.Codec(message[1]), Seq: uint16(i), Time: uint32(i) * audio.FrameOut}.Put(message)
				if err := l.Take(message); err != nil {
					t.Fatal(err)
				}
				l.Frame(int64(i), sound)
				if _, ok := l.Next(); !ok {
					t.Fatal("no frame goes out")
				}
				i++
			}
			for range 50 {
				pass()
			}
			if n := testing.AllocsPerRun(500, pass); n > 0 {
				t.Errorf("%v allocations a frame", n)
			}
		})
	}
}

// page is a raw client of a line.
type page struct {
	*gorilla.Conn
	call *sink
	line chan signal.Line
}

func newPage(t *testing.T, media map[string]signal.OpenMedia, hello string) *page {
	t.Helper()
	p := &page{call: newSink(), line: make(chan signal.Line, 1)}
	h, err := signal.NewHandler(signal.Config{
		Join: func(_ context.Context, _ signal.JoinRequest, l signal.Line) (signal.Sink, error) {
			p.line <- l
			return p.call, nil
		},
		Media: media, Origin: func(*http.Request) bool { return true }, Log: quiet(),
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(func() {
		h.Close()
		srv.Close()
	})
	conn, resp, err := gorilla.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(srv.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	p.Conn = conn
	p.say(t, hello)
	return p
}

func (p *page) say(t *testing.T, text string) {
	t.Helper()
	if err := p.WriteMessage(gorilla.TextMessage, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// told reads on to the next message of a type; fatal errors end it.
func told[T any](t *testing.T, p *page) T {
	t.Helper()
	for {
		if err := p.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		kind, b, err := p.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		if kind != gorilla.TextMessage {
			continue
		}
		m, err := signal.DecodeServer(b)
		if err != nil {
			t.Fatal(err)
		}
		if want, ok := m.(T); ok {
			return want
		}
	}
}

func (p *page) expect(t *testing.T, want practice.LineInput) {
	t.Helper()
	select {
	case got := <-p.call.told:
		if got != want {
			t.Fatalf("got %#v, want %#v", got, want)
		}
	case <-time.After(time.Minute):
		t.Fatalf("no %#v", want)
	}
}

func TestFloodOfSoundEndsTheLine(t *testing.T) {
	s := server(t)
	p := newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: s.Open}, `{"type":"hello","v":1,"token":"t","want":"websocket","codec":"pcm16"}`)
	go func() {
		for i := range 5000 {
			if p.WriteMessage(gorilla.BinaryMessage, pcm(uint16(i), uint32(i)*audio.FrameOut)) != nil {
				return
			}
		}
	}()
	first := told[signal.LineError](t, p)
	if first.Code != signal.CodeTooFast || first.Fatal {
		t.Errorf("%+v", first)
	}
	for e := first; !e.Fatal; e = told[signal.LineError](t, p) {
		if e.Code != signal.CodeTooFast {
			t.Fatalf("%+v", e)
		}
	}
	if n := s.Stats().Frames; n < 200 || n >= 5000 { // at least the burst, and never all that was sent
		t.Errorf("%d frames were taken", n)
	}
}

func TestFloodOfHugeFramesEndsTheLineToo(t *testing.T) {
	p := newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: server(t).Open}, `{"type":"hello","v":1,"token":"t","want":"websocket","codec":"pcm16"}`)
	go func() {
		huge := make([]byte, 4096)
		for range 20_000 {
			if p.WriteMessage(gorilla.BinaryMessage, huge) != nil {
				return
			}
		}
	}()
	e := told[signal.LineError](t, p)
	for !e.Fatal {
		e = told[signal.LineError](t, p)
	}
	if e.Code != signal.CodeTooFast {
		t.Errorf("%+v", e)
	}
}

func TestManyBadFramesAreOneComplaintASecond(t *testing.T) {
	p := newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: server(t).Open}, `{"type":"hello","v":1,"token":"t","want":"websocket"}`)
	for range 50 {
		if err := p.WriteMessage(gorilla.BinaryMessage, []byte{1, 2, 3}); err != nil {
			t.Fatal(err)
		}
	}
	p.say(t, `{"type":"ping","n":1}`)
	complaints := 0
	for {
		if err := p.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		_, b, err := p.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		m, err := signal.DecodeServer(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := m.(signal.Pong); ok {
			break
		}
		if e, ok := m.(signal.LineError); ok && e.Code == signal.CodeBadSound {
			complaints++
		}
	}
	if complaints < 1 || complaints > 5 {
		t.Errorf("%d complaints about 50 frames at once", complaints)
	}
}

func TestUnknownCodecIsRefused(t *testing.T) {
	p := newPage(t, map[string]signal.OpenMedia{signal.WantWebSocket: server(t).Open}, `{"type":"hello","v":1,"token":"t","want":"websocket","codec":"mp3"}`)
	if e := told[signal.LineError](t, p); e.Code != signal.CodeWant || !e.Fatal || !strings.Contains(e.Message, `"pcm16"`) {
		t.Errorf("%+v", e)
	}
}
