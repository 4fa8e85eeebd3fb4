package call

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// How long work may take before its answer is worth nothing.
const (
	recognizeMax  = 5 * time.Second
	estimateMax   = time.Second
	compareMax    = time.Second
	perceiveMax   = 1200 * time.Millisecond
	synthesizeMax = 4 * time.Second
)

// do carries out one output of the core. Nothing here waits.
func (o *owner) do(ctx context.Context, out Output) {
	switch out := out.(type) {
	case Recognize:
		o.recognize(ctx, out)
	case Compare:
		o.compare(ctx, out)
	case EstimateEnd:
		o.estimate(ctx, out)
	case Perceive:
		o.perceive(ctx, out)
	case Synthesize:
		o.synthesize(ctx, out)
	case FindWords:
		o.findWords(ctx, out)
	case Raise:
		if a := o.pending[out.ID]; a.sure != nil {
			close(a.sure)
			o.pending[out.ID] = asked{cancel: a.cancel}
		}
	case Drop:
		if a, ok := o.pending[out.ID]; ok {
			a.cancel()
			delete(o.pending, out.ID)
		}
	case Play:
		pcm := o.sounds[clauseKey{out.Generation, out.Clause}]
		o.playing = pcm[min(max(out.FromSample, 0), len(pcm)):]
	case Quiet:
		o.playing = nil
	case Release:
		for k := range o.sounds {
			if k.generation == out.Generation {
				delete(o.sounds, k)
			}
		}
	case Emit:
		o.note(ctx, out)
	case Persist:
		o.scribe.flush()
	case Trace:
		o.last.Store(&out.Turn)
		if w := o.ports.Watcher; w != nil {
			w.TurnTraced(o.ticket.ID, o.started, out.Turn)
		}
	case ForgetSound:
		o.forget = true
	case Show:
		o.show(out.Message)
	case Finish:
		o.mu.Lock()
		ended := practice.CallEnded{Ending: out.Ending, By: out.By, Reason: out.Reason}
		o.over = &ended
		o.mu.Unlock()
	}
}

func (o *owner) show(m practice.LineOutput) {
	if g, ok := m.(practice.Gain); ok {
		o.ramp.to(g.DB, g.RampMS)
	}
	if h, ok := m.(practice.Held); ok {
		o.held = h.On && h.By == practice.HoldByButton
		o.mic.deafen(o.held || o.asking)
	}
	if s, ok := m.(practice.SafetyAsked); ok {
		o.asking = s.On
		o.mic.deafen(o.held || o.asking)
	}
	if o.line != nil {
		o.line.Send(m)
	}
}

// start runs work on a goroutine of its own, which posts the answer, late ones too: the core must not wait for ever. The
// pool behind the ports bounds how much runs at once; work that was dropped before it began costs nothing.
func (o *owner) start(ctx context.Context, id int64, stage practice.Stage, most time.Duration, work func(context.Context) answer) {
	workCtx, cancel := context.WithTimeout(practice.WithWork(ctx, practice.Work{Call: o.ticket.ID, Stage: stage}), most)
	o.pending[id] = asked{cancel: cancel}
	o.work.Go(func() {
		a := work(workCtx)
		a.id = id
		select {
		case o.answers <- a:
		case <-ctx.Done(): // the call is over
		}
	})
}

// startAt is start for work that may be speculation as yet: it is as urgent as to once it is raised.
func (o *owner) startAt(ctx context.Context, id int64, stage practice.Stage, most time.Duration, at, to practice.Priority, work func(context.Context) answer) {
	if at != practice.PrioritySpeculation {
		o.start(ctx, id, stage, most, work)
		return
	}
	sure := make(chan struct{})
	o.start(practice.WithRaise(ctx, sure, to), id, stage, most, work)
	o.pending[id] = asked{cancel: o.pending[id].cancel, sure: sure}
}

func ms(since time.Time) float64 { return float64(time.Since(since)) / float64(time.Millisecond) }

func (o *owner) recognize(ctx context.Context, r Recognize) {
	o.startAt(ctx, r.ID, practice.StageRecognize, recognizeMax, r.Priority, practice.PriorityFinal, func(ctx context.Context) answer {
		began := time.Now()
		heard, err := o.ports.Recognizer.Recognize(ctx, o.mic.slice(r.FromMS, r.ToMS), r.Priority)
		if err != nil {
			o.trouble(ctx, "recognise", err)
			return answer{in: Words{ID: r.ID, Err: err}}
		}
		words := make([]practice.Word, len(heard.Words))
		for i, w := range heard.Words {
			w.StartMS += r.FromMS
			w.EndMS += r.FromMS
			words[i] = w
		}
		return answer{in: Words{ID: r.ID, Text: heard.Text, Words: words, TookMS: ms(began)}}
	})
}

// melodyMS is how much sound the melody is followed over.
const melodyMS = 3000

// compare tells her own sound, come back, from the trainee's.
func (o *owner) compare(ctx context.Context, c Compare) {
	sent := o.sent.around(c.FromMS, c.ToMS) // here: the ring is this goroutine's
	o.start(ctx, c.ID, practice.StageHear, compareMax, func(context.Context) answer {
		return answer{in: Compared{ID: c.ID, Likeness: likeness(o.mic.slice(c.FromMS, c.ToMS), sent)}}
	})
}

// estimate asks the endpoint model, and follows the melody, which takes a few milliseconds and stands in for a model that
// is not there.
func (o *owner) estimate(ctx context.Context, e EstimateEnd) {
	o.startAt(ctx, e.ID, practice.StageEndpoint, estimateMax, e.Priority, practice.PriorityFirstClause, func(ctx context.Context) answer {
		pcm := o.mic.slice(e.FromMS, e.ToMS)
		in := Estimate{ID: e.ID}
		if e.Melody {
			m := audio.MeasureProsody(pcm[max(0, len(pcm)-melodyMS*perMS):])
			in.Melody = floor.Melody{Known: m.Pitch > 0, FinalST: m.FinalST}
		}
		if o.ports.EndOfTurn == nil {
			in.Err = errNoEndpoint
			return answer{in: in}
		}
		in.Probability, in.Err = o.ports.EndOfTurn.EndOfTurn(ctx, pcm, e.Priority)
		if in.Err != nil {
			o.trouble(ctx, "estimate the end of a turn", in.Err)
		}
		return answer{in: in}
	})
}

func (o *owner) perceive(ctx context.Context, p Perceive) {
	o.start(ctx, p.ID, practice.StageDecide, perceiveMax, func(ctx context.Context) answer {
		began := time.Now()
		acts, err := o.ticket.Perceive(ctx, p.Text, p.Words, p.CustomerSaid, p.Priority)
		if err != nil {
			o.trouble(ctx, "perceive a turn", err)
		}
		return answer{in: Perceived{ID: p.ID, Acts: acts, TookMS: ms(began), Err: err}}
	})
}

func (o *owner) synthesize(ctx context.Context, s Synthesize) {
	o.start(ctx, s.ID, practice.StageSynthesize, synthesizeMax, func(ctx context.Context) answer {
		if o.ports.Synthesizer == nil {
			return answer{in: Synthesized{ID: s.ID, Err: errNoVoice}}
		}
		began := time.Now()
		speech, err := o.ports.Synthesizer.Synthesize(ctx, s.Request, s.Priority)
		if err != nil {
			o.trouble(ctx, "speak a clause", err)
			return answer{in: Synthesized{ID: s.ID, Err: err}}
		}
		in := Synthesized{ID: s.ID, Samples: len(speech.PCM), Words: speech.Words, PauseMS: speech.PauseMS, TookMS: ms(began)}
		return answer{in: in, generation: s.Generation, clause: s.Clause, pcm: speech.PCM}
	})
}

// trouble logs what failed, unless it was only not wanted any more. Never the words themselves.
func (o *owner) trouble(ctx context.Context, what string, err error) {
	if !errors.Is(ctx.Err(), context.Canceled) {
		o.logger.WarnContext(ctx, "could not "+what, slog.Any("error", err))
	}
}
