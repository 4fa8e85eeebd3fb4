package call

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// TestSteadyStateAllocatesNothing holds the cost of a tick at which nothing happens, with 16 calls of 50 ticks a second.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	s := newStage(t).up()
	s.run(2000) // she is speaking, nothing else happens
	core, tick := s.core, s.tick
	at := s.nextWinMS
	got := testing.AllocsPerRun(30, func() {
		core.Step(tick, Voice{FromMS: at, ToMS: at + 32, Probability: 0.01})
		core.Step(tick, Tick{})
		at += 32
		tick++
	})
	if got > 0 {
		t.Fatalf("%v allocations a tick", got)
	}
}

// evenDetector finds no voice.
type evenDetector struct{}

func (evenDetector) Probability([]int16) (float64, error) { return 0.01, nil }
func (evenDetector) Close() error                         { return nil }

// TestSoundIsPlacedWithoutAllocation holds the cost of a frame on the line's reader, and of the recorder's share of it.
func TestSoundIsPlacedWithoutAllocation(t *testing.T) {
	m := newMicrophone(evenDetector{}, new(atomic.Int64))
	pcm, kept := make([]int16, 320), make([]int16, recordChunk)
	at, upTo := int64(0), int64(0)
	step := func() {
		m.place(at+320, at, pcm)
		at += 320
		for len(m.out) > 0 {
			<-m.out
		}
		from, got := m.since(upTo, kept)
		upTo = from + int64(len(got))
	}
	step()
	if got := testing.AllocsPerRun(200, step); got > 0 {
		t.Errorf("%v allocations a frame", got)
	}
	if upTo != at {
		t.Errorf("%d of %d samples were kept", upTo, at)
	}
}

// TestTheRingGivesBackWhatWasPutIn goes round its end, with pieces that fit nowhere evenly.
func TestTheRingGivesBackWhatWasPutIn(t *testing.T) {
	m := newMicrophone(nil, new(atomic.Int64))
	sample := func(at int64) int16 { return int16(at%30011 + 1) }
	pcm := make([]int16, 320)
	end := int64(ringSamples + 7*320)
	for at := int64(0); at < end; at += int64(len(pcm)) {
		for i := range pcm {
			pcm[i] = sample(at + int64(i))
		}
		m.place(at+320, at, pcm)
	}
	for _, c := range []struct{ from, n int64 }{{end - 1000, 1000}, {end - ringSamples, 5000}, {end - ringSamples - 100, 400}, {end - 100, 300}, {end + 50, 20}, {ringSamples - 50, 100}} {
		got := make([]int16, c.n)
		m.copyTo(got, c.from)
		for i, s := range got {
			at := c.from + int64(i)
			want := int16(0)
			if at >= end-ringSamples && at < end {
				want = sample(at)
			}
			if s != want {
				t.Fatalf("from %d: sample %d is %d, want %d", c.from, i, s, want)
			}
		}
	}
}

// stillLine takes frames and does nothing with them.
type stillLine struct{ frames int }

func (l *stillLine) Frame(int64, []int16)     { l.frames++ }
func (l *stillLine) Send(practice.LineOutput) {}
func (l *stillLine) Close()                   {}

// stillRecorder takes sound and does nothing with it.
type stillRecorder struct{ frames int }

func (r *stillRecorder) Trainee(int64, []int16)           { r.frames++ }
func (*stillRecorder) Customer(int64, []int16)            {}
func (*stillRecorder) Advance(int64) error                { return nil }
func (*stillRecorder) Close(context.Context, int64) error { return nil }
func (*stillRecorder) Append(context.Context, practice.CallID, int64, []practice.Event) error {
	return nil
}

// TestAnOwnersTickAllocatesNothing holds a tick's whole cost: sound heard, rules, frame out, recording, state noted.
func TestAnOwnersTickAllocatesNothing(t *testing.T) {
	ctx := context.Background()
	recorder, line := &stillRecorder{}, &stillLine{}
	s := newStage(t)
	cfg := s.core.cfg
	cfg.Voice = false
	l := newLive(Ticket{ID: "c", Config: cfg, Mind: s.core.mind, Recorder: recorder}, Ports{Log: recorder}, Options{LineLost: time.Minute, Logger: slog.New(slog.DiscardHandler)})
	l.mic = newMicrophone(evenDetector{}, &l.tally.judging)
	o := &owner{Live: l, core: New(cfg, s.core.mind), pending: map[int64]asked{}, sounds: map[clauseKey][]int16{}, ramp: ramp{now: 1, target: 1}, line: line}
	o.begin()
	o.lineSays(ctx, practice.LineUp{Transport: "webrtc"})
	pcm := make([]int16, 320)
	step := func() {
		l.mic.place((o.tick+1)*320, o.tick*320, pcm)
		o.onTick(ctx)
	}
	for o.core.reply != nil || !o.core.opened { // her opening
		step()
		if o.tick > 2000 {
			t.Fatal("her opening does not end")
		}
	}
	for range 60 {
		step()
	}
	if got := testing.AllocsPerRun(150, step); got > 0 {
		t.Errorf("%v allocations a tick", got)
	}
	if line.frames < 200 || recorder.frames < 200 {
		t.Errorf("%d frames went out, %d were recorded", line.frames, recorder.frames)
	}
}
