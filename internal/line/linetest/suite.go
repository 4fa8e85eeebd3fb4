// Package linetest is what every line that carries sound is held to, whatever carries it: one set of tests that the
// tests of each kind of line run.
package linetest

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
)

// patience bounds every wait; a test that has to wait so long has failed.
const patience = 60 * time.Second

// Caller is the client half of a line.
type Caller interface {
	Speak(pcm []int16) (time.Time, error)
	Send(m signal.ClientMessage) error
	GainAt(t time.Time) float64
	Done() <-chan struct{}
	Err() error
	Close()
}

// Dial joins as a client. told and frame are called from the client's goroutines.
type Dial func(ctx context.Context, url, token string, frame func(rtp uint32, pcm []int16), told func(signal.ServerMessage)) (Caller, error)

// Kind is a kind of line.
type Kind struct {
	Want string // webrtc or websocket
	// Open is the media under test.
	Open signal.OpenMedia
	Dial Dial
}

// Run holds a kind of line to its contract.
func Run(t *testing.T, k Kind) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, Kind)
	}{
		{"sound passes both ways in its place", soundPasses},
		{"what both sides say is delivered", saidIsDelivered},
		{"reports that cannot be true are ignored", badReports},
		{"a client that leaves is a line that is down", leaving},
		{"a call that closes its line says its last words first", lastWords},
		{"a line that is taken over is told so", takenOver},
		{"a shutdown is told and waits", shutdown},
		{"a wrong token is refused with a sentence", wrongToken},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, k) })
	}
}

func soundPasses(t *testing.T, k Kind) {
	t.Helper()
	r := join(t, k)
	const frames = 140
	r.talk(t, func() bool {
		here, there, heard := r.received()
		return here > frames && there > frames && heard > 50
	})
	r.call.mu.Lock()
	defer r.call.mu.Unlock()
	var ms []float64
	for i, p := range r.call.at {
		if i > 0 && p < r.call.at[i-1]+audio.FrameIn {
			t.Fatalf("frame at %d after one at %d", p, r.call.at[i-1])
		}
		ms = append(ms, float64(p)/16)
	}
	inPlace(t, "trainee", ms, r.call.levels)
	r.mu.Lock()
	defer r.mu.Unlock()
	ms = nil
	for _, rtp := range r.rtp {
		ms = append(ms, float64(int32(rtp-r.rtp[0]))/48) //nolint:gosec // the nearest way round
	}
	inPlace(t, "customer", ms, r.levels)
	if !slices.IsSorted(r.call.heard) || r.call.heard[0] < 0 {
		t.Errorf("heard %v", r.call.heard)
	}
}

func saidIsDelivered(t *testing.T, k Kind) {
	t.Helper()
	r := join(t, k)
	for _, s := range []struct {
		say  signal.ClientMessage
		want practice.LineInput
	}{
		{signal.Mute{On: true}, practice.Muted{On: true}},
		{signal.Hold{On: true}, practice.HoldPressed{On: true}},
		{signal.SafetyChoice{GoOn: true}, practice.SafetyChoice{GoOn: true}},
		{signal.Captions{On: true}, practice.CaptionsWanted{On: true}},
		{signal.Say{Text: " I see. "}, practice.TypedText{Text: "I see."}},
		{signal.HangUp{}, practice.HangUp{}},
	} {
		if err := r.caller.Send(s.say); err != nil {
			t.Fatal(err)
		}
		r.call.expect(t, s.want)
	}
	for _, m := range []practice.LineOutput{
		practice.Held{On: true, By: practice.HoldByButton, AtMS: 900},
		practice.SafetyAsked{On: true},
		practice.Caption{Speaker: practice.Trainee, Turn: 1, Text: "I see", Final: true},
		practice.Gain{DB: -80, RampMS: 9},
	} {
		r.call.line.Send(m)
		r.hears(t, m)
	}
	before, after := r.caller.GainAt(time.Now().Add(-time.Hour)), r.caller.GainAt(time.Now().Add(time.Hour))
	if before != 1 || math.Abs(after-0.0001) > 1e-9 {
		t.Errorf("gain %v before, %v after", before, after)
	}
}

// hears waits until the client is told something.
func (r *rig) hears(t *testing.T, want signal.ServerMessage) {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case got := <-r.told:
			if got == want {
				return
			}
		case <-limit:
			t.Fatalf("the client is not told %#v", want)
		}
	}
}

func badReports(t *testing.T, k Kind) {
	t.Helper()
	r := join(t, k)
	r.talk(t, func() bool {
		here, _, _ := r.received()
		return here > 30
	})
	r.mu.Lock()
	first, last := r.rtp[0], r.rtp[len(r.rtp)-1]
	r.mu.Unlock()
	for _, rtp := range []uint32{first - 48000*3600, last + 48000*3600, last + 1<<31} {
		if err := r.caller.Send(signal.HeardRTP{RTP: rtp}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.caller.Send(signal.Mute{On: true}); err != nil { // comes after them
		t.Fatal(err)
	}
	r.call.expect(t, practice.Muted{On: true})
	r.call.mu.Lock()
	defer r.call.mu.Unlock()
	for _, h := range r.call.heard {
		if h < 0 || h > 1000 {
			t.Errorf("heard %v", r.call.heard)
		}
	}
}

func leaving(t *testing.T, k Kind) {
	t.Helper()
	r := join(t, k)
	r.caller.Close()
	r.call.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
}

// over waits for the client's line to end.
func (r *rig) over(t *testing.T) error {
	t.Helper()
	select {
	case <-r.caller.Done():
		return r.caller.Err()
	case <-time.After(patience):
		t.Fatal("the client's line stays open")
		return nil
	}
}

func lastWords(t *testing.T, k Kind) {
	t.Helper()
	r := join(t, k)
	last := practice.CallOver{Ending: practice.EndingResolved, By: practice.EndedByCustomer}
	for tick := range int64(20) {
		r.call.line.Frame(tick, bursts(int(tick)))
	}
	r.call.line.Send(last)
	r.call.line.Close()
	r.hears(t, last)
	if _, ok := errors.AsType[signal.LineError](r.over(t)); ok {
		t.Error(r.caller.Err())
	}
}

func takenOver(t *testing.T, k Kind) {
	t.Helper()
	r := join(t, k)
	r.call.line.Send(practice.TakenOver{})
	r.call.line.Close()
	if e, ok := errors.AsType[signal.LineError](r.over(t)); !ok || e.Code != signal.CodeTakenOver || !e.Fatal {
		t.Errorf("%v", r.caller.Err())
	}
}

func shutdown(t *testing.T, k Kind) {
	t.Helper()
	r := join(t, k)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		r.handler.Close()
	}()
	if e, ok := errors.AsType[signal.LineError](r.over(t)); !ok || e.Code != signal.CodeGoingAway {
		t.Errorf("%v", r.caller.Err())
	}
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("Close hangs")
	}
}

func wrongToken(t *testing.T, k Kind) {
	t.Helper()
	_, err := serve(t, k).dial(t, "guess")
	if e, ok := errors.AsType[signal.LineError](err); !ok || e.Code != signal.CodeForbidden || !e.Fatal {
		t.Errorf("%v", err)
	}
}
