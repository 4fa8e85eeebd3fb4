package bench

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/bench/verdict"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Line is the client half of a call's line.
type Line interface {
	// Write sends one 20 ms frame of 48 kHz mono sound and returns when its packet has been written.
	Write(pcm []int16) error
	Close() error
}

// Dialer opens the line of a call that was made over HTTP. Sound that arrives goes to ear.Sound, messages to ear.Told.
type Dialer interface {
	Dial(ctx context.Context, base, lineURL, token string, ear Ear) (Line, error)
}

// Ear is given what arrives over a line, from the line's own goroutines.
type Ear interface {
	// Sound is 20 ms of 48 kHz mono as a person would hear it: after the gain that the server asked for.
	Sound(at time.Time, pcm []int16)
	// Told is a message of the signalling protocol.
	Told(at time.Time, msg practice.LineOutput)
	// Lost says that the line is gone.
	Lost(err error)
}

// leg is one call as its client saw it.
type leg struct {
	line Line

	mu       sync.Mutex
	began    time.Time // of the client's clock: milliseconds are counted from it
	heard    verdict.Heard
	gains    []gain
	sound    []int16 // received, placed by arrival
	sent     []int16
	floor    practice.FloorHolder
	floorMS  float64
	turns    []toldTurn
	live     chan struct{} // closed at the first state "live"
	isLive   bool
	first    time.Time // first received frame
	originMS float64   // of the call's clock, at the latest
	hasClock bool
	lost     error
	over     bool
	changed  chan struct{} // closed and replaced whenever something was told

	saying *saying
	echo   *echo
}

type toldTurn struct {
	atMS float64
	turn practice.TurnShown
}

// gain is a gain message: from when, over how long, between which amplitudes.
type gain struct{ atMS, rampMS, from, to float64 }

func newLeg() *leg {
	return &leg{live: make(chan struct{}), changed: make(chan struct{}), floor: practice.FloorFree, began: time.Now()}
}

func (l *leg) clock(t time.Time) float64 { return ms(t.Sub(l.began)) }

// Sound implements Ear.
func (l *leg) Sound(at time.Time, pcm []int16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first.IsZero() {
		l.first = at
	}
	now := l.clock(at)
	l.heard = append(l.heard, verdict.Frame{AtMS: now, DB: audio.DBFS(pcm), GainDB: 20 * math.Log10(l.gainAt(now))})
	l.place(int(now*practice.SampleRateOut/1000), pcm)
	l.wake()
}

// place keeps received sound where it was heard. Frames that come late in a burst would push all that follows back, so
// quiet ones are left out until the sound is in its place again, as a player does.
func (l *leg) place(due int, pcm []int16) {
	const slack, most = practice.SampleRateOut / 20, practice.SampleRateOut / 2
	ahead := len(l.sound) - due
	if ahead < -2*slack {
		l.sound = append(l.sound, make([]int16, -ahead)...)
	}
	if ahead > most || ahead > slack && audio.DBFS(pcm) <= verdict.OnsetDB {
		return
	}
	l.sound = append(l.sound, pcm...)
}

// Told implements Ear.
func (l *leg) Told(at time.Time, msg practice.LineOutput) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock(at)
	switch m := msg.(type) {
	case practice.FloorHeld:
		l.floor, l.floorMS = m.Holder, now
		if origin := now - float64(m.AtMS); !l.hasClock || origin < l.originMS {
			l.originMS, l.hasClock = origin, true
		}
	case practice.Gain:
		l.gains = append(l.gains, gain{atMS: now, rampMS: float64(m.RampMS), from: l.gainAt(now), to: math.Pow(10, min(m.DB, 0)/20)})
	case practice.TurnShown:
		l.turns = append(l.turns, toldTurn{atMS: now, turn: m})
	case practice.CallState:
		if m.State == practice.StateLive && !l.isLive {
			l.isLive = true
			close(l.live)
		}
	case practice.CallOver:
		l.over = true
	}
	l.wake()
}

// Lost implements Ear.
func (l *leg) Lost(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost == nil {
		l.lost = fmt.Errorf("the line was lost: %w", err)
	}
	l.wake()
}

func (l *leg) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// until waits for a condition over the leg, looked at under its lock whenever something arrives.
func (l *leg) until(ctx context.Context, cond func() bool) error {
	for {
		l.mu.Lock()
		ok, lost, over, next := cond(), l.lost, l.over, l.changed
		l.mu.Unlock()
		switch {
		case ok:
			return nil
		case lost != nil:
			return lost
		case over:
			return errOver
		}
		select {
		case <-next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// gainAt is the amplitude that the server asked for.
func (l *leg) gainAt(now float64) float64 {
	if len(l.gains) == 0 {
		return 1
	}
	g := l.gains[len(l.gains)-1]
	if now >= g.atMS+g.rampMS {
		return g.to
	}
	return g.from + (g.to-g.from)*max(0, now-g.atMS)/g.rampMS
}

// nowMS is when the last frame was heard.
func (l *leg) nowMS() float64 {
	if len(l.heard) == 0 {
		return 0
	}
	return l.heard[len(l.heard)-1].AtMS
}

// free tells whether the trainee may speak: the server says that the customer does not hold the floor, and nothing
// has been heard for 400 ms.
func (l *leg) free() bool { return l.freeFor(400) }

func (l *leg) freeFor(quietMS float64) bool {
	if l.floor == practice.FloorCustomer || len(l.heard) == 0 {
		return false
	}
	now := l.nowMS()
	for _, f := range slices.Backward(l.heard) {
		if now-f.AtMS >= quietMS {
			break
		}
		if f.DB > verdict.OnsetDB {
			return false
		}
	}
	return now-l.floorMS >= quietMS
}

// talk sends sound every 20 ms until ctx ends: the clip that say was given, and room tone between clips. Due times are
// counted from the start, so that a late frame does not delay the ones after it.
func (l *leg) talk(ctx context.Context) error {
	start := time.Now()
	l.mu.Lock()
	l.sent = make([]int16, int(start.Sub(l.began).Seconds()*practice.SampleRateOut)) // both channels on the client's clock
	l.mu.Unlock()
	frame := make([]int16, audio.FrameOut)
	for n := 1; ; n++ {
		due := l.nextFrame(frame, n)
		if err := l.line.Write(frame); err != nil {
			return fmt.Errorf("send sound: %w", err)
		}
		due.at(time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Until(start.Add(time.Duration(n) * audio.FrameMS * time.Millisecond))):
		}
	}
}

// saying is sound on its way: what was given to say.
type saying struct {
	r          Recording
	pos        int
	begun      chan time.Time // the packet with the first sound was written
	ended      chan time.Time // … with the last
	fromSample int            // of everything sent, where r begins
}

// echo is a loudspeaker that the microphone hears: what was received, quieter and later.
type echo struct {
	gain        float64
	delay       int // samples
	frames      int // still to go
	pos         int // of what was received; set when it begins
	begun, ends chan time.Time
}

// written are the reports that are due once a frame's packet has been written.
type written []chan time.Time

func (w written) at(t time.Time) {
	for _, c := range w {
		c <- t
	}
}

// nextFrame fills one frame and returns who waits for it to be written.
func (l *leg) nextFrame(frame []int16, n int) (due written) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range frame { // a quiet room at about −70 dBFS; digital silence is something that no microphone sends
		frame[i] = int16(practice.Draw(1, n*len(frame)+i, "room", 33) - 16) //nolint:gosec // −16…16
	}
	if s := l.saying; s != nil {
		if s.pos == 0 {
			s.fromSample = len(l.sent)
		}
		k := copy(frame, s.r.PCM[s.pos:])
		if s.pos <= s.r.startAt && s.pos+k > s.r.startAt {
			due = append(due, s.begun)
		}
		if s.pos < s.r.endAt && s.pos+k >= s.r.endAt {
			due = append(due, s.ended)
		}
		if s.pos += k; s.pos >= len(s.r.PCM) {
			l.saying = nil
		}
	}
	if e := l.echo; e != nil {
		due = append(due, l.hearEcho(e, frame)...)
	}
	l.sent = append(l.sent, frame...)
	return due
}

// hearEcho adds what was received a moment ago.
func (l *leg) hearEcho(e *echo, frame []int16) (due written) {
	if e.pos < 0 {
		e.pos = max(0, len(l.sound)-e.delay)
		due = append(due, e.begun)
	}
	for i := range frame {
		if e.pos+i < len(l.sound) {
			frame[i] += int16(e.gain * float64(l.sound[e.pos+i]))
		}
	}
	e.pos += len(frame)
	if e.frames--; e.frames <= 0 {
		l.echo = nil
		due = append(due, e.ends)
	}
	return due
}

// say starts a recording.
func (l *leg) say(r Recording) *saying {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.saying = &saying{r: r, begun: make(chan time.Time, 1), ended: make(chan time.Time, 1)}
	return l.saying
}

// feedBack lets the microphone hear the loudspeaker for some frames.
func (l *leg) feedBack(db float64, delay time.Duration, frames int) *echo {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.echo = &echo{
		gain: math.Pow(10, db/20), delay: int(delay.Seconds() * practice.SampleRateOut), frames: frames, pos: -1,
		begun: make(chan time.Time, 1), ends: make(chan time.Time, 1),
	}
	return l.echo
}

// stereo interleaves what was sent (left) and heard (right).
func (l *leg) stereo() []int16 {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]int16, 2*max(len(l.sent), len(l.sound)))
	for i, v := range l.sent {
		out[2*i] = v
	}
	for i, v := range l.sound {
		out[2*i+1] = v
	}
	return out
}

func ms(d time.Duration) float64 { return math.Round(float64(d.Microseconds())/10) / 100 }
