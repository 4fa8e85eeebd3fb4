package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// LoadOptions are what bench load is told besides Options, of which Calls is the most to try.
type LoadOptions struct {
	Options
	Steps   []int                                      // numbers of calls to try, rising; the first is what the others are compared with
	Sustain time.Duration                              // how long each is held
	Cycle   time.Duration                              // from one trainee turn's begin to the next; 0: when the floor is free
	All     bool                                       // try every step, also beyond a missed bar
	Remote  bool                                       // the server is another machine's, so its figures are not ours to tell
	Held    func(ctx context.Context, calls int) error // runs beside each step while it is held; nil: nothing does
}

// The bars of a step; docs/bench says why.
const (
	barP95MS     = 1500
	barWERPoints = 1.0
	barUnderruns = 1.0
	// longestSaying is the longest recording that bench load speaks, in seconds: of a 10 s cycle, half is speech.
	longestSaying = 8.5
)

// What ended the search for more calls.
const (
	limitQuality   = "p95"
	limitAdmission = "admission"
	limitAsked     = "asked"
)

// loadRun is what all steps share.
type loadRun struct {
	o       LoadOptions
	setup   setup
	sayings []*packed
	room    [][]byte
	base    []said // turns of the first step
}

// Measure tries more and more calls at once until one bar is missed, the server admits no more, or enough were tried.
func (o LoadOptions) Measure(ctx context.Context) (Result, error) {
	r := loadRun{o: o}
	var err error
	// What stops inside a sentence is waited for on purpose, under any load: it says nothing about the machine.
	finished := slices.DeleteFunc(slices.Clone(o.Speech), func(r Recording) bool { return !r.Finished })
	if r.sayings, r.room, err = encodeSpeech(finished, longestSaying); err != nil {
		return Result{}, err
	}
	if r.setup, err = fetchSetup(ctx, o.URL); err != nil {
		return Result{}, err
	}
	began := time.Now()
	load := &Load{Asked: o.Steps[len(o.Steps)-1], Limit: limitAsked, SustainedS: o.Sustain.Seconds()}
	for _, n := range o.Steps {
		step, err := r.step(ctx, n)
		if err != nil && len(load.Steps) == 0 {
			return Result{}, err
		}
		if err != nil {
			break // what was measured before stands
		}
		load.Steps = append(load.Steps, step)
		load.Refused += step.Refused
		o.Note(step.says(r.o.Sustain))
		switch {
		case load.Limit != limitAsked: // found before
		case len(step.Missed) > 0:
			load.Limit = limitQuality
		case step.Refused > 0:
			load.Limit = limitAdmission
		}
		if load.Limit != limitAsked && !o.All {
			break
		}
	}
	load.settle(o.Remote)
	res := newResult(o.Options, r.setup, "load", began)
	res.Config.CallsAtOnce = load.Calls
	res.Load = load
	res.Partial = ctx.Err() != nil
	res.Metrics.explainUnmeasured("bench load tells this under load, or not at all")
	if o.Remote {
		res.NullBecause["load.cpu_core_total"] = "the server is another machine's (--url), so its processor and memory are not told apart from here"
	}
	res.Targets = load.targets()
	return res, nil
}

// settle takes the figures of the best step.
func (l *Load) settle(remote bool) {
	best := l.Steps[0]
	for _, s := range l.Steps {
		if len(s.Missed) > 0 {
			break
		}
		if s.Calls >= l.Calls {
			l.Calls, best = s.Calls, s
		}
	}
	l.Turns, l.Unanswered, l.P50MS, l.P95MS = best.Turns, best.Unanswered, best.P50MS, best.P95MS
	l.WERDelta, l.Underruns, l.CPUClient, l.QueueDelayMS = best.WERDelta, best.Underruns, best.CPUClient, best.QueueDelayMS
	l.CycleS, l.TraineeShare = best.CycleS, best.TraineeShare
	if remote || best.CPUServer == nil {
		return
	}
	total, each := round2(*best.CPUServer+best.CPUClient), round3(*best.CPUServer/float64(max(1, best.Calls)))
	l.CPUTotal, l.CPUPerCall, l.RSSMB = &total, &each, best.RSSMB
	if first := l.Steps[0]; best.Calls > first.Calls && first.RSSMB != nil {
		more := round((*best.RSSMB - *first.RSSMB) / float64(best.Calls-first.Calls))
		l.MBPerCall = &more
	}
}

func (l *Load) targets() []Target {
	t := []Target{{Metric: "load.calls", Op: ">=", Target: 16, Value: float64(l.Calls), OK: l.Calls >= 16}}
	if l.RSSMB != nil {
		t = append(t, Target{Metric: "load.rss_mb", Op: "<=", Target: 600, Value: *l.RSSMB, OK: *l.RSSMB <= 600})
	}
	return t
}

// step holds n calls at once.
func (r *loadRun) step(ctx context.Context, n int) (LoadStep, error) {
	var step LoadStep
	callers, err := r.gather(ctx, n, &step)
	if len(callers) == 0 {
		return step, errors.Join(fmt.Errorf("no call of %d was let in: %w", n, practice.ErrUnavailable), err)
	}
	step.Calls = len(callers)
	var wg sync.WaitGroup
	errs := make([]error, len(callers))
	for i, c := range callers {
		wg.Go(func() { errs[i] = c.talk(ctx) })
	}
	err = r.hold(ctx, callers, &step)
	for _, c := range callers {
		c.finish()
	}
	wg.Wait()
	for i, c := range callers {
		c.part(ctx)
		if errs[i] != nil {
			step.Ended++
			r.o.Note(fmt.Sprintf("call %d of %d: %v", i+1, len(callers), errs[i]))
		}
	}
	if err != nil {
		return step, err
	}
	if r.base == nil {
		for _, c := range callers {
			r.base = append(r.base, c.done...)
		}
	}
	return step, nil
}

// gather makes n calls, spread over a cycle, and joins those that are let in.
func (r *loadRun) gather(ctx context.Context, n int, step *LoadStep) (callers []*caller, err error) {
	spread := r.o.Cycle
	if spread == 0 {
		spread = 10 * time.Second
	}
	var errs []error
	for i := range n {
		made, err := makeCall(ctx, r.o.URL, r.setup.Notice.Version, r.o.Seed+uint64(i))
		if errors.Is(err, practice.ErrBusy) {
			step.Refused++
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		c := newCaller(errand{call: i, sayings: r.sayings, room: r.room, first: i, cycle: r.o.Cycle})
		if err := c.join(ctx, r.o.Dial, r.o.URL, made); err != nil {
			errs = append(errs, err)
			continue
		}
		callers = append(callers, c)
		if err := pause(ctx, spread/time.Duration(n)); err != nil {
			return callers, err
		}
	}
	if err := errors.Join(errs...); err != nil {
		r.o.Note(err.Error())
		step.Ended += len(errs)
		return callers, err
	}
	return callers, nil
}

// snapshot is what is known at one end of a step's time.
type snapshot struct {
	at        time.Time
	server    serverFigures
	client    float64
	underruns int
}

func (r *loadRun) look(ctx context.Context, callers []*caller) (s snapshot, err error) {
	s.at, s.client = time.Now(), ownCPU()
	for _, c := range callers {
		c.mu.Lock()
		s.underruns += c.player.Underruns
		c.mu.Unlock()
	}
	if !r.o.Remote {
		s.server, err = fetchFigures(ctx, r.o.URL)
	}
	return s, err
}

// hold waits for the calls' openings to pass, then for the time to sustain, and tells what happened in it.
func (r *loadRun) hold(ctx context.Context, callers []*caller, step *LoadStep) error {
	for limit := time.Now().Add(stuckAfter); !allBegun(callers) && time.Now().Before(limit); {
		if err := pause(ctx, packetTime); err != nil {
			return err
		}
	}
	a, err := r.look(ctx, callers)
	if err != nil {
		return err
	}
	if r.o.Held != nil {
		beside := make(chan error, 1)
		go func() { beside <- r.o.Held(ctx, len(callers)) }()
		defer func() {
			if err := <-beside; err != nil {
				r.o.Note(err.Error())
			}
		}()
	}
	if err := pause(ctx, r.o.Sustain); err != nil {
		return err
	}
	b, err := r.look(ctx, callers)
	if err != nil {
		return err
	}
	for _, c := range callers { // turns that began in time are answered in time or late, but not left out
		c.finish()
	}
	for limit := time.Now().Add(noAnswerAfter + 2*longestSaying*time.Second); !allDone(callers) && time.Now().Before(limit); {
		if err := pause(ctx, packetTime); err != nil {
			return err
		}
	}
	r.tell(step, callers, a, b)
	return nil
}

func allBegun(callers []*caller) bool {
	for _, c := range callers {
		c.mu.Lock()
		ok := c.n > 0 || c.lost != nil || c.over
		c.mu.Unlock()
		if !ok {
			return false
		}
	}
	return true
}

func allDone(callers []*caller) bool {
	for _, c := range callers {
		c.mu.Lock()
		ok := c.phase == waiting || c.lost != nil || c.over
		c.mu.Unlock()
		if !ok {
			return false
		}
	}
	return true
}
