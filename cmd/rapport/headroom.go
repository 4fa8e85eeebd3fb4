package main

import (
	"context"
	"log/slog"
	"math"
	"runtime"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/headroom"
	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

var _ call.Headroom = (*headroom.Gate)(nil)

// gauge reads what calls use, once a second, for the gate that lets new calls in.
type gauge struct {
	gate  *headroom.Gate
	pool  *onnx.Pool
	house *call.House
	stop  context.CancelFunc
	done  chan struct{}
}

// watch starts reading. close ends it.
func watch(ctx context.Context, g *headroom.Gate, p *onnx.Pool, h *call.House) *gauge {
	ctx, stop := context.WithCancel(ctx)
	w := &gauge{gate: g, pool: p, house: h, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		each := time.NewTicker(time.Second)
		defer each.Stop()
		for {
			w.gate.Observe(w.read(time.Now()))
			select {
			case <-each.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return w
}

func (w *gauge) close() error {
	w.stop()
	<-w.done
	return nil
}

func (w *gauge) read(now time.Time) headroom.Reading {
	f := w.house.Figures()
	r := headroom.Reading{
		At: now, Calls: f.Calls, Load: f.Load, Up: f.Up, Ticks: f.Ticks, LateTicks: f.LateTicks, Ended: f.Ended, EndedAfter: f.Lasted,
	}
	var urgent onnx.Histogram
	var background time.Duration
	for _, c := range w.pool.Stats().Classes {
		switch c.Priority {
		case practice.PriorityFinal, practice.PriorityFirstClause:
			urgent = urgent.Plus(c.Delay)
			r.Busy += c.Running
		case practice.PriorityReply, practice.PrioritySpeculation:
			r.Busy += c.Running
		case practice.PriorityBackground:
			background = c.Running
		}
	}
	r.Delays = headroom.Delays{BoundsMS: urgent.BoundsMS, Counts: urgent.Counts}
	if used, ok := processorTime(); ok {
		r.Processor = max(0, used-background)
	}
	return r
}

// probe measures what an ordinary exchange costs before anybody calls: a sentence of ours is spoken, heard, judged and
// understood. It stands for ten seconds of a call: five of the trainee's voice, four of the customer's. The first round
// also sets aside the memory that later runs use. 0: this server does not speak.
func (m *models) probe(ctx context.Context, log *slog.Logger) float64 {
	if !m.voice() {
		return 0
	}
	const text = "I am so sorry that the parcel came too late. Let me look into this for you right away, and call you back."
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	best := math.Inf(1)
	for range 2 {
		cost, err := m.exchange(ctx, text)
		if err != nil {
			log.WarnContext(ctx, "what a call costs could not be measured beforehand", slog.Any("error", err))
			return 0
		}
		best = min(best, cost)
	}
	return best
}

// exchange returns the workers' share that ten seconds of a call need.
func (m *models) exchange(ctx context.Context, text string) (float64, error) {
	const p = practice.PriorityBackground
	before := m.busy()
	speech, err := m.speaks.Synthesize(ctx, practice.SpeechRequest{Text: text}, p)
	if err != nil {
		return 0, err
	}
	spoken := m.busy()
	pcm, err := audio.ResampleClip(speech.PCM, practice.SampleRateOut, practice.SampleRateIn)
	if err != nil {
		return 0, err
	}
	if _, err := m.hears.Recognize(ctx, pcm, p); err != nil {
		return 0, err
	}
	heard := m.busy()
	if m.ends != nil {
		if _, err := m.ends.EndOfTurn(ctx, pcm, p); err != nil {
			return 0, err
		}
	}
	if m.embeds != nil {
		if _, err := m.embeds.Embed(ctx, []string{text}, p); err != nil {
			return 0, err
		}
	}
	judged := m.busy()
	seconds := float64(len(pcm)) / practice.SampleRateIn
	if seconds == 0 {
		return 0, nil
	}
	// A turn is read in pieces and once more as a whole, and its end is judged about twice.
	return (0.4*(spoken-before).Seconds()/seconds + 0.5*1.6*(heard-spoken).Seconds()/seconds + 0.2*(judged-heard).Seconds()), nil
}

// busy is the time spent on background work so far: the processor's, where it can be had, since a machine that is busy
// with something else at the start takes longer and costs no more.
func (m *models) busy() time.Duration {
	if used, ok := processorTime(); ok {
		return used
	}
	return m.pool.Stats().Classes[practice.PriorityBackground].Running
}

func (m *models) newGate(ctx context.Context, log *slog.Logger) *headroom.Gate {
	return headroom.New(headroom.Rules{Workers: m.pool.Stats().Workers, Cores: runtime.GOMAXPROCS(0), Probe: m.probe(ctx, log)})
}
