package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
	URL     string // the server's, as its ready line gives it
	Turns   int    // over all calls
	Calls   int    // at once
	Seed    uint64
	Speech  []Recording
	Human   bool   // the recordings are of people
	Out     string // folder for a stereo WAV a call and turns.jsonl; empty: none
	Dial    Dialer
	Version string
	Commit  string
	Note    func(string) // progress in words
}

// turnResult is one trial, as turns.jsonl keeps it.
type turnResult struct {
	Call           int                  `json:"call"`
	Trial          int                  `json:"trial"`
	Situation      string               `json:"situation"` // plain or unfinished
	Recording      string               `json:"recording"`
	TraineeEndMS   float64              `json:"trainee_end_ms"` // since the call's first sent frame
	OnsetMS        *float64             `json:"onset_ms"`
	VoiceToVoiceMS float64              `json:"voice_to_voice_ms"`
	FirstAudioMS   float64              `json:"first_audio_ms"`
	Filler         bool                 `json:"filler"`
	Answered       bool                 `json:"answered"`
	CutIn          bool                 `json:"cut_in"`  // the customer began before the trainee had ended
	Talking        bool                 `json:"talking"` // … and was still speaking when they ended: there is no wait to measure
	Reference      string               `json:"reference"`
	Recognised     string               `json:"recognised"`
	Errors         int                  `json:"errors"`
	Words          int                  `json:"words"`
	Stages         *practice.StageTimes `json:"stages"`
}

// Call measures plain and unfinished turns.
func Call(ctx context.Context, o Options) (Result, error) {
	began := time.Now()
	setup, err := fetchSetup(ctx, o.URL)
	if err != nil {
		return Result{}, err
	}
	plan := trials(o.Speech, o.Turns, o.Seed)
	var mu sync.Mutex
	var turns []turnResult
	var connects []sample
	var failures []error
	var wg sync.WaitGroup
	for c := range o.Calls {
		wg.Go(func() {
			r, connect, err := oneCall(ctx, o, setup.Notice.Version, c, share(plan, c, o.Calls))
			mu.Lock()
			defer mu.Unlock()
			turns = append(turns, r...)
			if connect > 0 {
				connects = append(connects, sample{fmt.Sprint("call ", c), ms(connect)})
			}
			if err != nil {
				failures = append(failures, fmt.Errorf("call %d: %w", c+1, err))
			}
		})
	}
	wg.Wait()
	if len(turns) == 0 {
		return Result{}, fmt.Errorf("nothing was measured: %w", errors.Join(append(failures, practice.ErrUnavailable)...))
	}
	res := summarise(o, setup, turns, connects)
	res.StartedAt = began.UTC().Format(time.RFC3339)
	res.DurationS = round(time.Since(began).Seconds())
	res.Partial = len(turns) < len(plan)
	if o.Out != "" {
		if err := writeTurns(o.Out, turns); err != nil {
			return res, err
		}
	}
	if len(failures) > 0 && ctx.Err() == nil {
		o.Note(errors.Join(failures...).Error())
	}
	return res, nil
}

// trials shuffles the recordings by seed, each used once before any is used again.
func trials(speech []Recording, n int, seed uint64) []Recording {
	out := make([]Recording, 0, n)
	for round := 0; len(out) < n; round++ {
		order := append([]Recording(nil), speech...)
		for i := len(order) - 1; i > 0; i-- {
			j := practice.Draw(seed, round*len(order)+i, "trials", i+1)
			order[i], order[j] = order[j], order[i]
		}
		out = append(out, order[:min(len(order), n-len(out))]...)
	}
	return out
}

func share(plan []Recording, c, calls int) []Recording {
	var out []Recording
	for i := c; i < len(plan); i += calls {
		out = append(out, plan[i])
	}
	return out
}

func oneCall(ctx context.Context, o Options, noticeVersion string, c int, plan []Recording) (out []turnResult, connect time.Duration, err error) {
	made, err := makeCall(ctx, o.URL, noticeVersion, o.Seed+uint64(c)) //nolint:gosec // a small count
	if err != nil {
		return nil, 0, err
	}
	l := newLeg()
	dialled := time.Now()
	if l.line, err = o.Dial.Dial(ctx, o.URL, made.LineURL, made.Token, l); err != nil {
		return nil, 0, fmt.Errorf("join: %w", err)
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
	wait, cancel := context.WithTimeout(ctx, 20*time.Second)
	err = l.until(wait, func() bool { return l.isLive && !l.first.IsZero() })
	cancel()
	if err != nil {
		return nil, 0, fmt.Errorf("no sound came: %w", err)
	}
	connect = l.first.Sub(dialled)
	for i, r := range plan {
		t, err := oneTurn(ctx, l, r, practice.Draw(o.Seed, c*1000+i, "gap", 500))
		if err != nil {
			return out, connect, err
		}
		t.Call, t.Trial = c, i
		out = append(out, t)
		o.Note(fmt.Sprintf("call %d, turn %d of %d: %s, %.0f ms", c+1, i+1, len(plan), t.Situation, t.VoiceToVoiceMS))
	}
	return out, connect, nil
}

func oneTurn(ctx context.Context, l *leg, r Recording, gapMS int) (turnResult, error) {
	wait, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	if err := l.until(wait, l.free); err != nil {
		return turnResult{}, fmt.Errorf("the floor did not become free: %w", err)
	}
	if err := pause(ctx, time.Duration(gapMS)*time.Millisecond); err != nil {
		return turnResult{}, err
	}
	t := turnResult{Situation: "plain", Recording: r.Name, Reference: r.Text}
	if !r.Finished {
		t.Situation = "unfinished"
	}
	l.mu.Lock()
	seen, began := len(l.turns), time.Now()
	l.mu.Unlock()
	var end time.Time
	select {
	case end = <-l.say(r):
	case <-ctx.Done():
		return t, ctx.Err()
	}
	answer, cancelAnswer := context.WithTimeout(ctx, noAnswerAfter)
	defer cancelAnswer()
	err := l.until(answer, func() bool { _, ok := l.onset(end); return ok })
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return t, err
	}
	l.mu.Lock()
	onset, answered := l.onset(end)
	early, cut := l.onset(began)
	l.mu.Unlock()
	t.CutIn = cut && early.Before(end)
	l.mu.Lock()
	t.Talking = l.loud(end)
	l.mu.Unlock()
	t.TraineeEndMS = r.EndMS()
	t.Answered = answered
	t.VoiceToVoiceMS = ms(noAnswerAfter)
	if answered {
		t.VoiceToVoiceMS = ms(onset.Sub(end))
		at := t.TraineeEndMS + t.VoiceToVoiceMS
		t.OnsetMS = &at
	}
	t.FirstAudioMS = t.VoiceToVoiceMS
	if answered {
		if err := settle(ctx, l, &t, onset); err != nil {
			return t, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, told := range l.turns[seen:] {
		switch told.turn.Speaker {
		case practice.Trainee:
			t.Recognised = strings.TrimSpace(t.Recognised + " " + told.turn.Text)
		case practice.Customer:
			if told.turn.Stages != nil && t.Stages == nil {
				t.Stages = told.turn.Stages
			}
		}
	}
	t.Errors, t.Words = practice.WordErrors(r.Text, t.Recognised)
	return t, nil
}

// settle waits until the customer has spoken, so that her turn event is there, and moves voice to voice behind a
// filler: a sound of at most 500 ms with 250 ms of silence behind it and more speech after.
func settle(ctx context.Context, l *leg, t *turnResult, onset time.Time) error {
	wait, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	if err := l.until(wait, func() bool { return l.free() && l.heard[len(l.heard)-1].at.Sub(onset) > time.Second }); err != nil {
		return fmt.Errorf("the reply did not end: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var quiet, end time.Time
	for _, m := range l.heard {
		if m.at.Before(onset) {
			continue
		}
		if m.db > onsetDB {
			quiet = time.Time{}
			continue
		}
		if quiet.IsZero() {
			quiet = m.at
		}
		if m.at.Sub(quiet) >= 250*time.Millisecond {
			end = quiet
			break
		}
	}
	if end.IsZero() || end.Sub(onset) > 500*time.Millisecond {
		return nil
	}
	if word, ok := l.onset(end); ok {
		t.Filler = true
		t.VoiceToVoiceMS += ms(word.Sub(onset))
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
