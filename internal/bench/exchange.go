package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/bench/verdict"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Times of an exchange.
const (
	patience   = 60 * time.Second // for the customer to say what she says
	quietAfter = 1500             // ms of silence after something over her line, so that what it did is over
	echoFrames = 30               // 600 ms
)

// exchange says a turn, waits for the answer, does what falls into the answer, and judges both.
func (l *leg) exchange(ctx context.Context, x exchange) ([]turnResult, error) {
	if err := l.within(ctx, patience, l.free); err != nil {
		return nil, fmt.Errorf("the floor did not become free: %w", err)
	}
	if err := pause(ctx, time.Duration(x.turn.gapMS)*time.Millisecond); err != nil {
		return nil, err
	}
	l.mu.Lock()
	seen := len(l.turns)
	l.mu.Unlock()
	said, err := l.utter(ctx, x.turn)
	if err != nil {
		return nil, err
	}
	onset, answered := math.NaN(), false
	err = l.within(ctx, noAnswerAfter, func() bool { onset, answered = l.heard.Onset(said.toMS); return answered })
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	var over *overlapped
	if x.over != nil && answered {
		if over, err = l.overlap(ctx, *x.over, onset); err != nil {
			return nil, err
		}
	}
	if answered {
		quiet := 400.0
		if over != nil {
			quiet = quietAfter
		}
		if err := l.within(ctx, patience, func() bool { return l.freeFor(quiet) && l.nowMS()-onset > 1000 }); err != nil {
			return nil, fmt.Errorf("the reply did not end: %w", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	until := math.Inf(1)
	if over != nil {
		until = over.fromMS
	}
	out := []turnResult{l.judgeTurn(x.turn, said, onset, answered, seen, until)}
	if over != nil {
		out = append(out, l.judgeOverlap(*x.over, *over, seen))
	}
	return out, nil
}

// within waits for a condition over the leg.
func (l *leg) within(ctx context.Context, d time.Duration, cond func() bool) error {
	wait, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return l.until(wait, cond)
}

// uttered is where something was said, on the client's clock.
type uttered struct {
	zeroMS       float64 // the recording's first sample
	fromMS, toMS float64 // its first and last sound
}

func (l *leg) utter(ctx context.Context, t trial) (uttered, error) {
	s := l.say(t.rec)
	var u uttered
	for _, step := range []struct {
		written <-chan time.Time
		at      *float64
	}{{s.begun, &u.fromMS}, {s.ended, &u.toMS}} {
		select {
		case at := <-step.written:
			*step.at = l.clock(at)
		case <-ctx.Done():
			return u, ctx.Err()
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	u.zeroMS = float64(s.fromSample) * 1000 / practice.SampleRateOut
	return u, nil
}

// overlapped is an overlap that was done.
type overlapped struct {
	uttered
	void string
}

// overlap waits until the line has gone on for a while and puts a sound over it.
func (l *leg) overlap(ctx context.Context, t trial, onset float64) (*overlapped, error) {
	var sounding bool
	if err := l.within(ctx, patience, func() bool {
		late := l.nowMS() - onset - float64(t.leadMS)
		sounding = late >= 0 && verdict.Sounding(l.heard, l.nowMS())
		return sounding || late > verdict.OwnPauseMostMS
	}); err != nil {
		return nil, err
	}
	l.mu.Lock()
	o := &overlapped{uttered: uttered{fromMS: l.nowMS(), toMS: l.nowMS()}}
	if !sounding {
		o.void = "the line was over before the sound could fall into it"
	}
	l.mu.Unlock()
	if o.void != "" {
		return o, nil
	}
	if t.situation == echoed {
		e := l.feedBack(t.echoDB, time.Duration(t.echoMS)*time.Millisecond, echoFrames)
		for _, step := range []struct {
			written <-chan time.Time
			at      *float64
		}{{e.begun, &o.fromMS}, {e.ends, &o.toMS}} {
			select {
			case at := <-step.written:
				*step.at = l.clock(at)
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	} else {
		u, err := l.utter(ctx, t)
		if err != nil {
			return nil, err
		}
		o.uttered = u
	}
	if t.situation == bargeIn {
		err := l.within(ctx, noAnswerAfter, func() bool { _, ok := l.heard.Onset(o.toMS + 60); return ok })
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		return o, nil
	}
	return o, pause(ctx, 3*time.Second) // the 1.5 s that are judged, and a resumed line
}

// judgeTurn tells what became of a turn. The leg is locked.
func (l *leg) judgeTurn(t trial, said uttered, onset float64, answered bool, seen int, until float64) turnResult {
	r := turnResult{
		Situation: t.situation, Source: t.rec.Source, Recording: t.rec.Name, Reference: t.rec.Text,
		FromMS: said.fromMS, ToMS: said.toMS, TraineeEndMS: t.rec.EndMS(), Answered: answered, VoiceToVoiceMS: ms(noAnswerAfter),
	}
	early, cut := l.heard.Onset(said.fromMS)
	r.CutIn = cut && early < said.toMS
	r.Talking = l.heard.LoudBefore(said.toMS)
	if answered {
		word, filler := verdict.Word(l.heard, onset)
		r.OnsetMS, r.Filler = &onset, filler
		r.FirstAudioMS, r.VoiceToVoiceMS = tenths(onset-said.toMS), tenths(word-said.toMS)
	} else {
		r.FirstAudioMS = r.VoiceToVoiceMS
	}
	var heard []practice.Word
	for _, told := range l.turns[seen:] {
		if told.atMS >= until {
			continue
		}
		r.Said = append(r.Said, l.shown(told))
		if told.turn.Speaker == practice.Trainee {
			r.Recognised = strings.TrimSpace(r.Recognised + " " + told.turn.Text)
			heard = append(heard, told.turn.Words...)
		}
	}
	for _, told := range l.turns[seen:] {
		if told.turn.Speaker == practice.Customer && told.turn.Stages != nil {
			r.Stages = told.turn.Stages
			break
		}
	}
	r.Errors, r.Words = practice.WordErrors(t.rec.Text, r.Recognised)
	r.WordErrors = wordTimes(t.rec, heard, said.zeroMS, l.originMS)
	if len(t.pauses) > 0 {
		r.PauseMS = t.pauseMS
		for _, p := range t.pauses {
			r.Pauses = append(r.Pauses, verdict.Span{FromMS: said.zeroMS + p.FromMS, ToMS: said.zeroMS + p.ToMS})
		}
		c := verdict.JudgeCutOff(l.heard, said.fromMS, r.Pauses[0].FromMS, said.toMS)
		r.CutOff = &c
		if c.Void {
			r.Void = "the customer was speaking before the pause began"
		}
	}
	return r
}

// judgeOverlap tells what a sound over the customer did. The leg is locked.
func (l *leg) judgeOverlap(t trial, o overlapped, seen int) turnResult {
	r := turnResult{
		Situation: t.situation, Source: t.rec.Source, Recording: t.rec.Name, Reference: t.rec.Text, FromMS: o.fromMS, ToMS: o.toMS,
		EchoDB: t.echoDB, EchoMS: t.echoMS, Void: o.void,
	}
	for _, g := range l.gains {
		if g.atMS >= o.fromMS-100 {
			r.Gains = append(r.Gains, gainShown{g.atMS, tenths(20 * math.Log10(g.to))})
		}
	}
	var line *toldTurn // that the sound fell into
	for i, told := range l.turns[seen:] {
		if told.atMS < o.fromMS {
			continue
		}
		r.Said = append(r.Said, l.shown(told))
		if told.turn.Speaker == practice.Customer && line == nil {
			line = &l.turns[seen+i]
		} else if told.turn.Speaker == practice.Trainee {
			r.Recognised = strings.TrimSpace(r.Recognised + " " + told.turn.Text)
		}
	}
	r.Errors, r.Words = practice.WordErrors(t.rec.Text, r.Recognised)
	if r.Void != "" {
		return r
	}
	ended := false
	if line != nil {
		r.OwnPauses, r.LineMS = l.ownPauses(line.turn), float64(line.turn.StartMS)+l.originMS
		ended = line.turn.Unheard == ""
	}
	if t.situation == bargeIn {
		y := verdict.JudgeYield(l.heard, o.fromMS, o.toMS)
		r.Yield = &y
		if y.Void {
			r.Void = "the customer was not speaking"
		} else if line != nil && y.OK && *y.DownMS+remainingMS(line.turn) < verdict.YieldWithinMS {
			r.Void, y.Void = "the line would have ended within 2 s", true
		}
		return r
	}
	k := verdict.JudgeTalkOn(l.heard, o.fromMS, r.OwnPauses, ended)
	r.TalkOn = &k
	if k.Void {
		r.Void = "the line ended by itself within 1.5 s"
	}
	return r
}

// remainingMS is how long the words that were not heard would have taken, at the pace of those that were.
func remainingMS(t practice.TurnShown) float64 {
	heard, unheard := len(strings.Fields(t.Text)), len(strings.Fields(t.Unheard))
	if heard == 0 {
		return math.Inf(1)
	}
	return float64(unheard) * float64(t.EndMS-t.StartMS) / float64(heard)
}

// ownPauses are the silences of a line at its punctuation, on the client's clock.
func (l *leg) ownPauses(t practice.TurnShown) []verdict.Span {
	fields := strings.Fields(t.Text)
	var out []verdict.Span
	for i := 0; i+1 < len(t.Words) && i < len(fields); i++ {
		if strings.ContainsAny(fields[i][len(fields[i])-1:], ".,;:?!") {
			out = append(out, verdict.Span{FromMS: float64(t.Words[i].EndMS) + l.originMS, ToMS: float64(t.Words[i+1].StartMS) + l.originMS})
		}
	}
	return out
}

func (l *leg) shown(t toldTurn) heardTurn {
	return heardTurn{
		AtMS: t.atMS, Speaker: t.turn.Speaker, Text: t.turn.Text, Unheard: t.turn.Unheard,
		StartMS: float64(t.turn.StartMS) + l.originMS, EndMS: float64(t.turn.EndMS) + l.originMS,
	}
}

func tenths(v float64) float64 { return math.Round(v*10) / 10 }

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
