package linetest

import (
	"context"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
)

// call is a call as its line sees it; it remembers everything.
type call struct {
	line     signal.Line
	controls chan practice.LineInput

	mu     sync.Mutex
	at     []int64
	levels []float64
	heard  []int64
}

func (c *call) Sound(at int64, pcm []int16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.levels = append(c.at, at), append(c.levels, audio.RMS(pcm))
}

func (c *call) Heard(tick int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = append(c.heard, tick)
}

func (c *call) Control(m practice.LineInput) { c.controls <- m }

// expect waits for a control message.
func (c *call) expect(t *testing.T, want practice.LineInput) {
	t.Helper()
	select {
	case got := <-c.controls:
		if got != want {
			t.Fatalf("got %#v, want %#v", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("no %#v", want)
	}
}

// rig is a server, a call behind it, and a client of it.
type rig struct {
	kind    Kind
	call    *call
	handler *signal.Handler
	url     string
	caller  Caller
	told    chan signal.ServerMessage

	mu     sync.Mutex
	rtp    []uint32
	levels []float64
}

func serve(t *testing.T, k Kind) *rig {
	t.Helper()
	r := &rig{kind: k, call: &call{controls: make(chan practice.LineInput, 64)}, told: make(chan signal.ServerMessage, 256)}
	h, err := signal.NewHandler(signal.Config{
		Join: func(_ context.Context, j signal.JoinRequest, line signal.Line) (signal.Sink, error) {
			if j.Token != "let me in" {
				return nil, practice.ErrForbidden
			}
			r.call.line = line
			return r.call, nil
		},
		Media: map[string]signal.OpenMedia{k.Want: k.Open}, Origin: func(*http.Request) bool { return true }, Log: slog.New(slog.DiscardHandler),
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
	r.handler, r.url = h, srv.URL+"/api/calls/c1/line"
	return r
}

func (r *rig) dial(t *testing.T, token string) (Caller, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return r.kind.Dial(ctx, r.url, token, func(rtp uint32, pcm []int16) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.rtp, r.levels = append(r.rtp, rtp), append(r.levels, audio.RMS(pcm))
	}, func(m signal.ServerMessage) {
		select {
		case r.told <- m:
		default: // more than any test asks for
		}
	})
}

// join makes a line that is up.
func join(t *testing.T, k Kind) *rig {
	t.Helper()
	r := serve(t, k)
	c, err := r.dial(t, "let me in")
	if err != nil {
		t.Fatal(err)
	}
	r.caller = c
	t.Cleanup(c.Close)
	if _, err := c.Speak(make([]int16, audio.FrameOut)); err != nil {
		t.Fatal(err)
	}
	r.call.expect(t, practice.LineUp{Transport: k.Want})
	return r
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

// talk lets both sides send the pattern in real time until done says so.
func (r *rig) talk(t *testing.T, done func() bool) {
	t.Helper()
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	limit := time.After(patience)
	for frame := 0; !done(); frame++ {
		select {
		case <-pace.C:
		case <-limit:
			t.Fatal("stuck")
		}
		if _, err := r.caller.Speak(bursts(frame)); err != nil {
			t.Fatal(err)
		}
		r.call.line.Frame(int64(frame), bursts(frame))
	}
}

// received is how many frames have come to the client and to the call, and the last tick reported.
func (r *rig) received() (here, there int, heard int64) {
	r.mu.Lock()
	here = len(r.rtp)
	r.mu.Unlock()
	r.call.mu.Lock()
	defer r.call.mu.Unlock()
	heard = -1
	if n := len(r.call.heard); n > 0 {
		heard = r.call.heard[n-1]
	}
	return here, len(r.call.at), heard
}

// inPlace says whether the bursts stand 600 ms from one another.
func inPlace(t *testing.T, who string, ms, levels []float64) {
	t.Helper()
	var begins []float64
	for i := 1; i < len(ms); i++ {
		if levels[i] > 0.05 && levels[i-1] <= 0.05 {
			begins = append(begins, ms[i])
		}
	}
	off := 0
	for _, b := range begins {
		if math.Abs(math.Remainder(b-begins[0], 600)) > 50 {
			off++
		}
	}
	if len(begins) < 3 || off > len(begins)/4 {
		t.Errorf("the %s's bursts are heard at %.0f ms", who, begins)
	}
}
