package bench

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
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

// onsetDB is the level above which three frames in a row are the customer speaking.
const onsetDB = -45

// moment is one received frame's level.
type moment struct {
	at time.Time
	db float64
}

// leg is one call as its client saw it.
type leg struct {
	line Line

	mu      sync.Mutex
	heard   []moment
	sound   []int16 // received, for the WAV
	sent    []int16
	floor   practice.FloorHolder
	floorAt time.Time
	turns   []toldTurn
	live    chan struct{} // closed at the first state "live"
	isLive  bool
	first   time.Time // first received frame
	lost    error
	over    bool
	changed chan struct{} // closed and replaced whenever something was told

	clip    []int16
	clipEnd int // sample of clip after which the trainee has ended
	pos     int
	ended   chan time.Time
}

type toldTurn struct {
	at   time.Time
	turn practice.TurnShown
}

func newLeg() *leg {
	return &leg{live: make(chan struct{}), changed: make(chan struct{}), floor: practice.FloorFree}
}

// Sound implements Ear.
func (l *leg) Sound(at time.Time, pcm []int16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first.IsZero() {
		l.first = at
	}
	l.heard = append(l.heard, moment{at: at, db: audio.DBFS(pcm)})
	l.sound = append(l.sound, pcm...)
	l.wake()
}

// Told implements Ear.
func (l *leg) Told(at time.Time, msg practice.LineOutput) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch m := msg.(type) {
	case practice.FloorHeld:
		l.floor, l.floorAt = m.Holder, at
	case practice.TurnShown:
		l.turns = append(l.turns, toldTurn{at: at, turn: m})
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

// free tells whether the trainee may speak: the server says that the customer does not hold the floor, and nothing
// has been heard for 400 ms.
func (l *leg) free() bool {
	if l.floor == practice.FloorCustomer || len(l.heard) == 0 {
		return false
	}
	now := l.heard[len(l.heard)-1].at
	for i := len(l.heard) - 1; i >= 0 && now.Sub(l.heard[i].at) < 400*time.Millisecond; i-- {
		if l.heard[i].db > onsetDB {
			return false
		}
	}
	return now.Sub(l.floorAt) >= 400*time.Millisecond
}

// onset is the first of three consecutive loud frames at or after a time.
func (l *leg) onset(after time.Time) (time.Time, bool) {
	run := 0
	for i, m := range l.heard {
		if m.at.Before(after) || m.db <= onsetDB {
			run = 0
			continue
		}
		if run++; run == 3 {
			return l.heard[i-2].at, true
		}
	}
	return time.Time{}, false
}

// loud tells whether the customer was heard in the 100 ms before a time.
func (l *leg) loud(at time.Time) bool {
	for _, m := range l.heard {
		if m.db > onsetDB && m.at.Before(at) && at.Sub(m.at) <= 100*time.Millisecond {
			return true
		}
	}
	return false
}

// talk sends sound every 20 ms until ctx ends: the clip that say was given, and room tone between clips. Due times are
// counted from the start, so that a late frame does not delay the ones after it.
func (l *leg) talk(ctx context.Context) error {
	start := time.Now()
	frame := make([]int16, audio.FrameOut)
	for n := 1; ; n++ {
		end := l.nextFrame(frame, n)
		if err := l.line.Write(frame); err != nil {
			return fmt.Errorf("send sound: %w", err)
		}
		if end != nil {
			end <- time.Now()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Until(start.Add(time.Duration(n) * audio.FrameMS * time.Millisecond))):
		}
	}
}

// nextFrame fills one frame and returns where to report that the trainee's last sound went out with it.
func (l *leg) nextFrame(frame []int16, n int) chan time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range frame { // a quiet room at about −70 dBFS; digital silence is something that no microphone sends
		frame[i] = int16(practice.Draw(1, n*len(frame)+i, "room", 33) - 16) //nolint:gosec // −16…16
	}
	var done chan time.Time
	if l.clip != nil {
		k := copy(frame, l.clip[l.pos:])
		if l.pos < l.clipEnd && l.pos+k >= l.clipEnd {
			done = l.ended
		}
		if l.pos += k; l.pos >= len(l.clip) {
			l.clip = nil
		}
	}
	l.sent = append(l.sent, frame...)
	return done
}

// say starts a recording; the channel gets the time at which its last sound was written.
func (l *leg) say(r Recording) <-chan time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clip, l.clipEnd, l.pos = r.PCM, r.endAt, 0
	l.ended = make(chan time.Time, 1)
	return l.ended
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
