package call

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// owner is the goroutine that owns a call: it alone steps the core. It never waits for a line, a model, a disk or the
// log.
type owner struct {
	*Live
	core         *Core
	work         sync.WaitGroup
	pending      map[int64]asked
	line         Line
	lineNo       int
	up           bool
	lineUps      int
	transport    string // of the line that is up
	begun        bool
	tick         int64
	downAt       int64 // tick since which nobody has a line
	sounds       map[clauseKey][]int16
	playing      []int16 // what is left of the clause that plays
	frame        [frameSamples]int16
	ramp         ramp
	sent         sentSound
	kept         int64 // trainee samples handed to the recorder
	chunk        [recordChunk]int16
	counts       Counts
	turnMS       int64
	forget       bool // the sound must not be kept
	held, asking bool // the microphone is deaf because of a hold by the button, of a question about safety
	recErr       error
}

// asked is work whose answer is waited for.
type asked struct {
	cancel context.CancelFunc
	sure   chan struct{} // closed when unsure work becomes urgent; nil for other work, and once it has
}

type clauseKey struct{ generation, clause int }

// run is the call's life. It returns when everything it began has ended.
func (l *Live) run(ctx context.Context) {
	defer close(l.done)
	detector, deaf := l.openEars(ctx)
	l.mic = newMicrophone(detector, &l.tally.judging)
	written := make(chan struct{})
	go func() { // the last events are written even while the server stops; the scribe bounds itself
		unkept, err := l.scribe.run(context.WithoutCancel(ctx))
		if err != nil {
			l.logger.ErrorContext(ctx, "events of a call could not be kept", slog.Int("events", unkept), slog.Any("error", err))
		}
		close(written)
	}()
	o := &owner{
		Live: l, core: New(l.ticket.Config, l.ticket.Mind), pending: make(map[int64]asked), sounds: make(map[clauseKey][]int16),
		ramp: ramp{now: 1, target: 1},
	}
	workCtx, cancel := context.WithCancel(ctx)
	if deaf {
		o.step(workCtx, Misfortune{Where: "voice detector", Message: "the trainee cannot be heard; the call can be held by typing"})
	}
	if o.waitForLine(workCtx) {
		o.keepTime(workCtx)
	}
	cancel()
	o.work.Wait()
	if o.line != nil {
		o.line.Close()
	}
	if err := l.mic.close(); err != nil {
		l.logger.WarnContext(ctx, "close the voice detector", slog.Any("error", err))
	}
	o.closeRecording(ctx)
	l.scribe.end()
	<-written
	o.turnAway()
	o.counts.EventsUnkept = int64(l.scribe.left())
	o.counts.LogRetries = l.scribe.tried()
	o.counts.MicDropped, o.counts.LostMS, o.counts.DetectorErrors = l.mic.counts()
	if w := l.ports.Watcher; w != nil {
		w.CallEnded(l.ticket.ID, *l.over, o.counts)
	}
}

// openEars makes the call's voice detector; a typed call needs none. deaf: there should be one and is not, so the call
// goes on by typing.
func (l *Live) openEars(ctx context.Context) (d VoiceDetector, deaf bool) {
	if l.ticket.Config.Started.Mode == practice.ModeTyped {
		return nil, false
	}
	d, err := l.ports.Detector()
	if err != nil {
		l.logger.ErrorContext(ctx, "no voice detector", slog.Any("error", err))
		return nil, true
	}
	return d, false
}

// turnAway closes lines whose join came when the call had just ended.
func (o *owner) turnAway() {
	for {
		select {
		case c := <-o.control:
			if c.join != nil {
				c.join.Send(practice.CallOver{Ending: o.over.Ending, By: o.over.By, Reason: o.over.Reason})
				c.join.Close()
			}
		default:
			return
		}
	}
}

// waitForLine waits for the first line to come up. It tells whether the call has begun.
func (o *owner) waitForLine(ctx context.Context) bool {
	timer := time.NewTimer(o.opts.JoinWithin)
	defer timer.Stop()
	for {
		select {
		case c := <-o.control:
			o.command(ctx, c)
		case <-timer.C:
			o.step(ctx, End{Ending: practice.EndingAbandoned, By: practice.EndedByTrainee, Reason: "nobody joined"})
		case <-ctx.Done():
			o.step(ctx, End{By: practice.EndedByServer, Reason: "the server stopped"})
		}
		if o.core.Ended() {
			return false
		}
		if o.begun {
			return true
		}
	}
}

// begin starts the clock.
func (o *owner) begin() {
	o.begun = true
	o.started = time.Now()
	close(o.clock)
}

// keepTime steps the core every 20 ms of the monotonic clock, on an absolute schedule: after a stall it catches up tick
// by tick, so that the clock, the recording and the RTP time stay one.
func (o *owner) keepTime(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for !o.core.Ended() {
		select {
		case <-timer.C:
			now := time.Since(o.started)
			if late := now - time.Duration(o.tick)*tick; late > tick {
				o.counts.LateTicks += int64(late / tick)
				o.tally.late.Add(int64(late / tick))
			}
			for time.Duration(o.tick)*tick <= now && !o.core.Ended() {
				o.onTick(ctx)
			}
			timer.Reset(time.Duration(o.tick)*tick - time.Since(o.started))
		case a := <-o.answers:
			o.answer(ctx, a)
		case c := <-o.control:
			o.command(ctx, c)
		case <-ctx.Done():
			o.step(ctx, End{By: practice.EndedByServer, Reason: "the server stopped"})
		}
	}
}

// onTick is one step of the clock: what was heard, the core, the frame that goes out, the recording.
func (o *owner) onTick(ctx context.Context) {
	o.hear(ctx)
	o.step(ctx, Tick{})
	if o.core.Ended() {
		return
	}
	n := copy(o.frame[:], o.playing)
	o.playing = o.playing[n:]
	clear(o.frame[n:])
	if o.up {
		o.line.Frame(o.tick, o.frame[:])
	}
	o.sent.put(o.tick, o.frame[:])
	o.record(ctx, n > 0)
	o.tick++
	o.tally.ticks.Add(1)
	if !o.up && time.Duration(o.tick-o.downAt)*tick > o.opts.LineLost {
		o.step(ctx, End{Ending: practice.EndingAbandoned, By: practice.EndedByTrainee, Reason: "the line was lost"})
		return
	}
	if o.tick%50 == 0 {
		o.showState()
		o.scribe.flush()
		if err := o.scribe.lost(); err != nil {
			o.logger.ErrorContext(ctx, "the record cannot be kept", slog.Any("error", err))
			o.step(ctx, End{By: practice.EndedByServer, Reason: "the record of the call could not be kept"})
		}
	}
}

// hear hands the microphone's windows to the core.
func (o *owner) hear(ctx context.Context) {
	for {
		select {
		case w := <-o.mic.out:
			if w.gap.ToMS > 0 {
				o.step(ctx, w.gap)
			} else {
				o.step(ctx, w.voice)
			}
		default:
			return
		}
		if o.core.Ended() {
			return
		}
	}
}

// record places this tick's sound: the trainee's as far as it has come, the customer's as it is heard, gain included.
func (o *owner) record(ctx context.Context, sound bool) {
	r := o.ticket.Recorder
	if r == nil || o.recErr != nil {
		return
	}
	at, pcm := o.mic.since(o.kept, o.chunk[:])
	if len(pcm) > 0 {
		r.Trainee(at, pcm)
		o.kept = at + int64(len(pcm))
	}
	if o.ramp.apply(o.frame[:], sound) {
		r.Customer(o.tick*frameSamples, o.frame[:])
	}
	if err := r.Advance(o.tick); err != nil {
		o.recErr = err
		o.step(ctx, Misfortune{Where: "recording", Message: "from here on the sound could not be kept"})
		o.logger.ErrorContext(ctx, "the sound of a call can no longer be kept", slog.Any("error", err))
	}
}

func (o *owner) closeRecording(ctx context.Context) {
	r := o.ticket.Recorder
	if r == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if d, ok := r.(discarder); ok && o.forget {
		if err := d.Discard(ctx, o.tick); err != nil {
			o.logger.ErrorContext(ctx, "delete the sound of a call that must not be kept", slog.Any("error", err))
		}
		return
	}
	if err := r.Close(ctx, o.tick); err != nil {
		o.logger.ErrorContext(ctx, "close a recording", slog.Any("error", err))
	}
}

// command takes what lines and the house say.
func (o *owner) command(ctx context.Context, c command) {
	switch {
	case c.end != nil:
		o.step(ctx, *c.end)
	case c.join != nil:
		o.join(ctx, c)
	case c.line != o.lineNo: // a line that has been taken over
	case c.frame:
		o.step(ctx, HeardUpTo{Frame: c.heard})
	default:
		o.lineSays(ctx, c.in)
	}
}

func (o *owner) join(ctx context.Context, c command) {
	if o.line != nil {
		o.lineDown(ctx, "taken over by another line")
		old := o.line
		old.Send(practice.TakenOver{})
		o.work.Go(old.Close)
	}
	o.line, o.lineNo = c.join, c.line
	o.hearing.Store(int64(c.line))
	o.mic.newLine()
	o.line.Send(practice.CallState{State: practice.StateConnecting})
}

func (o *owner) lineSays(ctx context.Context, in practice.LineInput) {
	switch in := in.(type) {
	case practice.LineUp:
		if !o.begun {
			o.begin()
		}
		o.up = true
		o.lineUp.Store(true)
		o.lineUps++
		o.transport = in.Transport
		o.showState()
		o.step(ctx, LineIsUp{Transport: in.Transport, Typing: in.Transport == "typing"})
	case practice.LineDown:
		o.lineDown(ctx, in.Reason)
	case practice.Muted:
		o.step(ctx, Mute(in))
	case practice.TypedText:
		o.step(ctx, Say(in))
	case practice.HoldPressed:
		o.step(ctx, Hold(in))
	case practice.SafetyChoice:
		o.step(ctx, SafetyChosen(in))
	case practice.CaptionsWanted:
		o.step(ctx, Captions(in))
	case practice.HangUp:
		o.step(ctx, HangUp{})
	}
}

func (o *owner) lineDown(ctx context.Context, reason string) {
	if !o.up {
		return
	}
	o.up, o.downAt = false, o.tick
	o.lineUp.Store(false)
	o.transport = ""
	o.counts.Reconnects = int64(max(0, o.lineUps-1))
	o.step(ctx, LineIsDown{Reason: reason})
}

// answer takes a model's answer. What nobody waits for any more is dropped here, sound included.
func (o *owner) answer(ctx context.Context, a answer) {
	work, wanted := o.pending[a.id]
	if !wanted {
		return
	}
	if !a.more {
		work.cancel()
		delete(o.pending, a.id)
	}
	if a.pcm != nil {
		o.sounds[clauseKey{a.generation, a.clause}] = a.pcm
	}
	o.step(ctx, a.in)
}

// step lets the core take an input and does what it says.
func (o *owner) step(ctx context.Context, in Input) {
	for _, out := range o.core.Step(o.tick, in) {
		o.do(ctx, out)
	}
}

// note writes an event down. A record with a hole is none: the call ends.
func (o *owner) note(ctx context.Context, e Emit) {
	data := e.Data
	if w, ok := data.(practice.ReplyWorded); ok && o.ticket.Words != nil {
		w.Spent = o.ticket.Words.Spent() // with what was asked for and never said
		data = w
	}
	wall := o.started.Add(time.Duration(e.AtMS) * time.Millisecond)
	if !o.begun {
		wall = time.Now()
	}
	err := o.scribe.note(data, e.AtMS, wall)
	if err != nil {
		o.logger.ErrorContext(ctx, "an event could not be written", slog.String("kind", string(data.EventKind())), slog.Any("error", err))
	}
	if t, ok := data.(practice.TraineeTurn); ok {
		o.turnMS = t.EndMS
	}
	if b, ok := data.(practice.BargeIn); ok && o.ports.Watcher != nil {
		o.ports.Watcher.BargedIn(o.ticket.ID, b.Kind)
	}
	if r, ok := data.(practice.ReplyStarted); ok && o.ports.Watcher != nil && r.Stages.SendMS != nil {
		o.ports.Watcher.TurnAnswered(o.ticket.ID, float64(e.AtMS-o.turnMS), r.Stages)
	}
}

var (
	errNoVoice    = errors.New("there is no voice")
	errNoEndpoint = errors.New("there is no endpoint model")
)
