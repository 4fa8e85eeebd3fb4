package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

var errOver = errors.New("the server ended the call")

// Scenario is the hidden scenario that bench calls: lines of 6–8 s, heat pinned, no mood in its floor.
const Scenario = "bench-neutral"

// noAnswerAfter is how long a trial waits for the customer; no answer counts as that long.
const noAnswerAfter = 10 * time.Second

// Options are what a run is told.
type Options struct {
	URL    string // the server's, as its ready line gives it
	Turns  int    // over all calls
	Calls  int    // at once
	Seed   uint64
	Speech []Recording
	Trials int    // a situation, of bench floor
	Script Script // … and what it says besides the recordings
	Only   Part   // of the situations; empty: all
	Line   string // webrtc or websocket: how Dial joins

	Patience string // of the customer: normal (also if empty), longer or much-longer
	Out      string // folder for a stereo WAV a call and turns.jsonl; empty: none
	Dial     Dialer
	Version  string
	Commit   string
	Note     func(string) // progress in words
}

// Call measures plain and unfinished turns.
func Call(ctx context.Context, o Options) (Result, error) {
	var plan []exchange
	for i, t := range turnTrials(o.Speech, o.Turns, o.Seed) {
		t.gapMS = practice.Draw(o.Seed, i, "gap", 500)
		plan = append(plan, exchange{turn: t})
	}
	m, err := measure(ctx, o, plan, len(plan), nil)
	if err != nil {
		return Result{}, err
	}
	res := summariseCall(o, m)
	if o.Out != "" {
		return res, keep(o, m, res)
	}
	return res, nil
}

// measured is what a run brought back.
type measured struct {
	setup     setup
	turns     []turnResult
	connects  []sample
	planned   int // trials
	startedAt time.Time
	took      time.Duration
	server    ServerFigures
}

// measure makes a plan's calls: o.Calls at a time, of at most perCall exchanges each. With an observer every other call is
// recorded by the server, to tell what that costs.
func measure(ctx context.Context, o Options, plan []exchange, perCall int, watch *observer) (measured, error) {
	m := measured{startedAt: time.Now()}
	var err error
	if m.setup, err = fetchSetup(ctx, o.URL); err != nil {
		return m, err
	}
	for _, x := range plan {
		m.planned++
		if x.over != nil {
			m.planned++
		}
	}
	var mu sync.Mutex
	var failures []error
	var wg sync.WaitGroup
	for lane := range o.Calls {
		wg.Go(func() {
			mine := share(plan, lane, o.Calls)
			for k := 0; len(mine) > 0 && ctx.Err() == nil; k++ {
				n := min(perCall, len(mine))
				c := lane + k*o.Calls
				recorded := watch != nil && k%2 == 1
				if watch != nil {
					watch.calls(recorded, 1)
				}
				turns, done, connect, err := oneCall(ctx, o, m.setup.Notice.Version, c, recorded, mine[:n])
				if watch != nil {
					watch.calls(recorded, -1)
				}
				mine = mine[min(done+1, n):] // what failed is not tried again; what was left goes into another call
				lost := connect == 0 && err != nil
				mu.Lock()
				m.turns = append(m.turns, turns...)
				if connect > 0 {
					m.connects = append(m.connects, sample{fmt.Sprint("call ", c), ms(connect)})
				}
				if err != nil {
					failures = append(failures, fmt.Errorf("call %d: %w", c+1, err))
				}
				mu.Unlock()
				if lost { // no call can be made
					return
				}
			}
		})
	}
	wg.Wait()
	m.took = time.Since(m.startedAt)
	if len(m.turns) == 0 {
		return m, fmt.Errorf("nothing was measured: %w", errors.Join(append(failures, practice.ErrUnavailable)...))
	}
	if len(failures) > 0 && ctx.Err() == nil {
		o.Note(errors.Join(failures...).Error())
	}
	return m, nil
}

func oneCall(ctx context.Context, o Options, noticeVersion string, c int, recorded bool, plan []exchange) (out []turnResult, done int, connect time.Duration, err error) {
	made, err := admitted(ctx, o, noticeVersion, c, recorded)
	if err != nil {
		return nil, 0, 0, err
	}
	l := newLeg()
	dialled := time.Now()
	if l.line, err = o.Dial.Dial(ctx, o.URL, made.LineURL, made.Token, l); err != nil {
		return nil, 0, 0, fmt.Errorf("join: %w", err)
	}
	talking, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.talk(talking); err != nil {
			l.Lost(err)
		}
	})
	defer func() {
		stop()
		wg.Wait()
		err = errors.Join(err, l.line.Close())
		if o.Out != "" {
			err = errors.Join(err, writeWAV(o.Out, c, l.stereo()))
		}
	}()
	if err := l.within(ctx, 20*time.Second, func() bool { return l.isLive && !l.first.IsZero() }); err != nil {
		return nil, 0, 0, fmt.Errorf("no sound came: %w", err)
	}
	connect = l.first.Sub(dialled)
	// Who speaks before her opening line interrupts it. A customer who says nothing is found out by the first turn.
	err = l.within(ctx, noAnswerAfter, func() bool { _, ok := l.heard.Onset(0); return ok })
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, 0, connect, err
	}
	for i, x := range plan {
		rows, err := l.exchange(ctx, x)
		if err != nil {
			return out, done, connect, err
		}
		done++
		for _, r := range rows {
			r.Call, r.Trial = c, i
			out = append(out, r)
			o.Note(fmt.Sprintf("call %d, turn %d of %d: %s", c+1, i+1, len(plan), r.says()))
		}
	}
	return out, done, connect, nil
}

// roomWithin is how long a call waits to be let in: a server refuses calls while its models are behind.
const roomWithin = 2 * time.Minute

// admitted makes a call, and tries again while there is no room.
func admitted(ctx context.Context, o Options, noticeVersion string, c int, recorded bool) (madeCall, error) {
	for until := time.Now().Add(roomWithin); ; {
		made, err := makeCallKeeping(ctx, o.URL, noticeVersion, o.Seed+uint64(c), o.Patience, recorded) //nolint:gosec // a small count
		if !errors.Is(err, practice.ErrBusy) || time.Now().After(until) {
			return made, err
		}
		o.Note("the server has no room for a call; trying again in 5 s")
		if err := pause(ctx, 5*time.Second); err != nil {
			return made, err
		}
	}
}

// says is one line of progress.
func (r turnResult) says() string {
	s := string(r.Situation)
	switch {
	case r.Void != "":
		return s + ": void, " + r.Void
	case r.CutOff != nil && r.CutOff.Off:
		return fmt.Sprintf("%s of %s: cut off", s, r.Recording)
	case r.Yield != nil && r.Yield.OK:
		return fmt.Sprintf("%s: silent after %.0f ms", s, *r.Yield.DownMS)
	case r.Yield != nil:
		return fmt.Sprintf("%s (%s): did not yield", s, r.Recording)
	case r.TalkOn != nil && r.TalkOn.OK:
		return s + ": talked on"
	case r.TalkOn != nil:
		return fmt.Sprintf("%s (%s): gap of %.0f ms, down for %.0f ms", s, r.Recording, r.TalkOn.GapMS, r.TalkOn.DownMS)
	}
	return fmt.Sprintf("%s, %.0f ms", s, r.VoiceToVoiceMS)
}
