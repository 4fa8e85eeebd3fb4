package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/bench/impair"
	"github.com/rapport-calls/rapport/internal/practice"
)

// NetOptions are what bench net is told besides Options, of which Calls and Turns are those of every profile.
type NetOptions struct {
	Options
	Profiles []impair.Profile
	// Through is a Dialer that goes through a path.
	Through func(p *impair.Path) Dialer
}

// netSpread lies between the beginnings of two calls of a profile.
const netSpread = 700 * time.Millisecond

// A full server is asked again after a while, and for so long.
const (
	admitPause  = 5 * time.Second
	admitWithin = 5 * time.Minute
)

// netCall is one call under one profile.
type netCall struct {
	turns     []said
	connectMS float64 // dialling → first sound; 0: none came
	backMS    float64
	transport string
	completed bool
	stuck     bool
	failure   error
	stats     impair.Stats
}

// Measure plays the same turns over each network in turn. A run without the clean profile begins with it, since the
// others are compared with it.
func (o NetOptions) Measure(ctx context.Context) (Result, error) {
	began := time.Now()
	sayings, room, err := encodeSpeech(o.Speech, 0)
	if err != nil {
		return Result{}, err
	}
	setup, err := fetchSetup(ctx, o.URL)
	if err != nil {
		return Result{}, err
	}
	profiles := slices.Clone(o.Profiles)
	at := slices.IndexFunc(profiles, func(p impair.Profile) bool { return p.Name == impair.Clean })
	if at < 0 {
		profiles = slices.Insert(profiles, 0, impair.Profiles()[0])
	} else { // it comes first
		clean := profiles[at]
		profiles = slices.Insert(slices.Delete(profiles, at, at+1), 0, clean)
	}
	var base []said
	var out []NetResult
	for _, p := range profiles {
		calls := o.profile(ctx, p, setup, sayings, room)
		if ctx.Err() != nil {
			break
		}
		var turns []said
		for _, c := range calls {
			turns = append(turns, c.turns...)
		}
		if base == nil {
			base = turns
		}
		if o.Out != "" {
			if err := keepSaid(o.Out, p.Name, turns); err != nil {
				return Result{}, err
			}
		}
		r := tellNet(p, calls, base, o.Seed)
		o.Note(r.says())
		out = append(out, r)
	}
	if len(base) == 0 {
		return Result{}, fmt.Errorf("nothing was measured, not even over a clean network: %w", errors.Join(ctx.Err(), practice.ErrUnavailable))
	}
	res := newResult(o.Options, setup, "net", began)
	res.Net, res.Partial = out, len(out) < len(profiles)
	res.Metrics.explainUnmeasured("bench net tells this by network, under net, or not at all")
	for _, r := range out {
		res.Targets = append(res.Targets, r.targets()...)
	}
	return res, nil
}

// profile makes all calls over one kind of network.
func (o NetOptions) profile(ctx context.Context, p impair.Profile, s setup, sayings []*packed, room [][]byte) []netCall {
	out := make([]netCall, o.Calls)
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() {
			if pause(ctx, time.Duration(i)*netSpread) != nil {
				return
			}
			path := impair.NewPath(p, o.Seed+uint64(i)) //nolint:gosec // a small count
			defer path.Close()
			e := errand{
				call: i, sayings: sayings, room: room, first: i * o.turnsOf(0), turns: o.turnsOf(i),
				gap: func(turn int) time.Duration {
					return time.Duration(practice.Draw(o.Seed, i*1000+turn, "gap", 500)) * time.Millisecond
				},
			}
			if p.Cut > 0 { // once while the trainee speaks, once while the customer does
				e.cut, e.cutTurn, e.cutIn = path.Cut, min(1, e.turns-1), []phase{speaking, listening}[i%2]
			}
			out[i] = o.netCall(ctx, s, e, path)
			out[i].stats = path.Stats()
			if out[i].failure != nil {
				o.Note(fmt.Sprintf("%s, call %d: %v", p.Name, i+1, out[i].failure))
			}
		})
	}
	wg.Wait()
	return out
}

// turnsOf is a call's share of the turns.
func (o NetOptions) turnsOf(call int) int {
	n := o.Turns / o.Calls
	if call < o.Turns%o.Calls {
		n++
	}
	return max(1, n)
}

func (o NetOptions) netCall(ctx context.Context, s setup, e errand, path *impair.Path) (out netCall) {
	made, err := o.admitted(ctx, s, e.call)
	if err != nil {
		return netCall{failure: err}
	}
	d := o.Through(path)
	c := newCaller(e)
	c.rejoin = func(ctx context.Context) error { return c.again(ctx, d, o.URL, made) }
	dialled := time.Now()
	if err := c.join(ctx, d, o.URL, made); err != nil {
		return netCall{failure: err}
	}
	out.failure = c.talk(ctx)
	out.transport = c.line.Transport()
	out.stuck = errors.Is(out.failure, errStuck)
	over := c.part(ctx)
	if out.failure == nil && !over {
		out.failure = errors.New("the server did not say that the call was over")
	}
	out.completed = out.failure == nil
	c.mu.Lock()
	defer c.mu.Unlock()
	out.turns, out.backMS = c.done, c.backMS
	if at := c.soundAt; !at.IsZero() {
		out.connectMS = ms(at.Sub(dialled))
	}
	return out
}

// admitted makes a call. A server that has no room is asked again, as the page does: admission is bench load's matter.
func (o NetOptions) admitted(ctx context.Context, s setup, call int) (madeCall, error) {
	for until := time.Now().Add(admitWithin); ; {
		made, err := makeCall(ctx, o.URL, s.Notice.Version, o.Seed+uint64(call)) //nolint:gosec // a small count
		if !errors.Is(err, practice.ErrBusy) || time.Now().After(until) {
			return made, err
		}
		if err := pause(ctx, admitPause); err != nil {
			return made, err
		}
	}
}

// tellNet sums up a profile's calls.
func tellNet(p impair.Profile, calls []netCall, base []said, seed uint64) NetResult {
	r := NetResult{
		Profile: p.Name, Loss: p.Loss, LossBurst: max(1, p.Burst), JitterMS: ms(p.Jitter), DelayMS: ms(p.Delay), CutS: p.Cut.Seconds(),
		CutSockets: p.CutSockets, UDP: !p.NoUDP, KbitPerS: p.BitsPerS / 1000, Calls: len(calls), Failures: []string{},
	}
	var turns []said
	var connects, backs, waits []sample
	var sent, dropped int64
	transports := map[string]bool{}
	for i, c := range calls {
		name := fmt.Sprint("call ", i)
		turns = append(turns, c.turns...)
		sent, dropped = sent+c.stats.Sent, dropped+c.stats.Dropped
		if c.connectMS > 0 {
			connects = append(connects, sample{name, c.connectMS})
		}
		if c.backMS > 0 {
			backs = append(backs, sample{name, c.backMS})
		}
		if c.transport != "" {
			transports[c.transport] = true
		}
		switch {
		case c.completed:
			r.Completed++
		case c.failure != nil:
			r.Failures = append(r.Failures, c.failure.Error())
		}
		if c.stuck {
			r.Stuck++
		}
	}
	errs, words := 0, 0
	for _, t := range turns {
		if t.void {
			continue
		}
		r.Turns++
		if !t.answered {
			r.Unanswered++
		}
		if !t.talking {
			waits = append(waits, sample{t.recording, t.waitMS})
		}
		e, n := practice.WordErrors(t.reference, t.recognised)
		errs, words = errs+e, words+n
	}
	r.Transport = strings.Join(sortedKeys(transports), "|")
	r.ConnectMS, r.ReconnectMS, r.VoiceToVoiceMS = dist(connects, seed), dist(backs, seed), dist(waits, seed)
	if sent > 0 {
		r.PacketsLost = round3(float64(dropped) / float64(sent))
	}
	if delta, ok := werDelta(turns, base); ok {
		rate := round3(float64(errs) / float64(max(1, words)))
		before := round3(rate - delta/100)
		r.WER, r.WERBaseline, r.WERDelta = &rate, &before, &delta
	}
	return r
}

// netWERPoints is by how much word errors may grow on the network that loses 10 % with 100 ms of jitter.
const netWERPoints = 3

func (r NetResult) targets() []Target {
	name := "net." + r.Profile + "."
	out := []Target{
		{Metric: name + "completed", Op: ">=", Target: float64(r.Calls), Value: float64(r.Completed), OK: r.Completed >= r.Calls},
		{Metric: name + "stuck", Op: "<=", Target: 0, Value: float64(r.Stuck), OK: r.Stuck == 0},
	}
	if r.Profile == "loss10_jitter100" && r.WERDelta != nil {
		out = append(out, Target{Metric: name + "wer_delta_points", Op: "<=", Target: netWERPoints, Value: *r.WERDelta, OK: *r.WERDelta <= netWERPoints})
	}
	return out
}

func (r NetResult) says() string {
	s := fmt.Sprintf("%s: %d of %d calls completed, %d stuck, %d turns, %d unanswered, by %s", r.Profile, r.Completed, r.Calls, r.Stuck, r.Turns, r.Unanswered, r.Transport)
	if r.VoiceToVoiceMS != nil {
		s += fmt.Sprintf(", p50 %.0f ms", r.VoiceToVoiceMS.P50)
	}
	if r.WERDelta != nil {
		s += fmt.Sprintf(", word errors %.1f %% (%+.1f points)", 100**r.WER, *r.WERDelta)
	}
	return s
}
