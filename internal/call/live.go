package call

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Ticket is all that one call needs besides the ports.
type Ticket struct {
	ID       practice.CallID
	Lease    int64
	Config   Config
	Mind     Mind
	Perceive Perceiver
	Words    Wordsmith // nil: authored words alone
	Recorder Recorder  // nil: the sound is not kept
}

// Perceiver finds the acts in a trainee's turn. Acts' quotes are substrings of text. An error says what was missing; the
// acts beside it are those found without it.
type Perceiver func(ctx context.Context, text string, words []practice.Word, customerSaid []string, p practice.Priority) ([]practice.Act, error)

// Bounds of a call's queues and waits.
const (
	tick = practice.TickMS * time.Millisecond
	// answers of models: whoever answers waits while the owner is busy, which is never long.
	answerQueue = 64
	// what the line says besides sound: the line's reader waits, so that a hang-up is never lost.
	controlQueue = 64
	// the recorder is fed at most so much sound a tick.
	recordChunk = 4800
)

// Live is one call that goes on in this process. One goroutine owns it; every method may be called from any other.
type Live struct {
	ticket  Ticket
	ports   Ports
	opts    Options
	logger  *slog.Logger
	started time.Time // when the clock began, once it has
	clock   chan struct{}
	mic     *microphone
	tally   *tally
	lineUp  atomic.Bool
	last    atomic.Pointer[practice.TurnTrace] // the newest turn that is over
	hearing atomic.Int64                       // the line whose sound counts: that of a line which was taken over may still be on its way
	answers chan answer
	control chan command
	done    chan struct{}
	scribe  *scribe

	mu    sync.Mutex
	state practice.LiveCall // as of the last full second
	lines int               // joined so far: the newest is the call's
	over  *practice.CallEnded
}

// answer is a model's answer; pcm is a clause's sound.
type answer struct {
	in                 Input
	id                 int64
	generation, clause int
	pcm                []int16
	more               bool // others follow with the same id
}

// command is what reaches the owner from lines and from the house.
type command struct {
	line  int  // whose; 0 is the house's
	join  Line // a new line
	in    practice.LineInput
	heard int64
	frame bool // heard is set
	end   *End
}

// newLive makes a call that waits for somebody to join. run must be called once.
func newLive(t Ticket, p Ports, o Options) *Live {
	return &Live{
		ticket: t, ports: p, opts: o, logger: o.Logger.With(slog.String("call", string(t.ID))),
		clock: make(chan struct{}), answers: make(chan answer, answerQueue), control: make(chan command, controlQueue),
		done: make(chan struct{}), tally: &tally{}, scribe: newScribe(p.Log, t.ID, t.Lease),
	}
}

// ID names the call.
func (l *Live) ID() practice.CallID { return l.ticket.ID }

// Done is closed when the call is over and all its events have been handed to the log.
func (l *Live) Done() <-chan struct{} { return l.done }

// Join gives the call a line: the first begins it. While its line is up a later one is refused unless it takes over; the
// one before is then told so and closed, as is one that is not up. The line hands what it receives to the returned Ear,
// first of all practice.LineUp. practice.ErrEnded: the call is over; practice.ErrConflict: its line is up.
func (l *Live) Join(ctx context.Context, line Line, takeOver bool) (*Ear, error) {
	if l.lineUp.Load() && !takeOver && !l.ended() {
		return nil, fmt.Errorf("join call %s: its line is up: %w", l.ticket.ID, practice.ErrConflict)
	}
	l.mu.Lock()
	if l.over != nil {
		l.mu.Unlock()
		return nil, practice.ErrEnded
	}
	l.lines++
	n := l.lines
	l.mu.Unlock()
	select {
	case l.control <- command{line: n, join: line}:
		if l.ended() { // perhaps nobody reads it any more
			return nil, practice.ErrEnded
		}
		return &Ear{live: l, line: n}, nil
	case <-l.done:
		return nil, practice.ErrEnded
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *Live) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over != nil
}

// End ends the call for a reason of the server's.
func (l *Live) End(e End) {
	select {
	case l.control <- command{end: &e}:
	case <-l.done:
	}
}

// Ear is where a line hands over what it receives. Its methods are those of the line's sink.
type Ear struct {
	live *Live
	line int
}

// Sound takes 20 ms of 16 kHz sound (320 samples) whose first sample is number atSample of the line's receive clock.
func (e *Ear) Sound(atSample int64, pcm []int16) {
	l := e.live
	select {
	case <-l.clock:
	default:
		return // the call has not begun
	}
	if l.hearing.Load() != int64(e.line) {
		return
	}
	l.mic.place(int64(time.Since(l.started)/time.Microsecond)*perMS/1000, atSample, pcm)
}

// Heard says that the person has now heard our outgoing frame number frame.
func (e *Ear) Heard(frame int64) {
	select {
	case e.live.control <- command{line: e.line, heard: frame, frame: true}:
	default: // a later report says more
	}
}

// Control takes what the line says besides sound.
func (e *Ear) Control(msg practice.LineInput) {
	select {
	case e.live.control <- command{line: e.line, in: msg}:
	case <-e.live.done:
	}
}
