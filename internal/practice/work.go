package practice

import "context"

// Stage is one part of the way from the trainee's words to the customer's. Traces, metrics and the pool use the same
// names.
type Stage string

// The stages of a turn, in order.
const (
	StageHear       Stage = "hear"       // the trainee's voice, from onset to its end
	StageEndpoint   Stage = "endpoint"   // the voice's end → the turn is taken
	StageRecognize  Stage = "recognize"  // the last segment handed over → its words
	StageDecide     Stage = "decide"     // words → acts, and the mind's answer
	StageWords      Stage = "words"      // … → the first clause in words
	StageSynthesize Stage = "synthesize" // … → the first clause in sound
	StageSend       Stage = "send"       // taken → the first frame written to the line
	StageHeard      Stage = "heard"      // the first frame written → the last word heard, or cut
)

// Stages lists them in order.
func Stages() []Stage {
	return []Stage{StageHear, StageEndpoint, StageRecognize, StageDecide, StageWords, StageSynthesize, StageSend, StageHeard}
}

// Work says for which call and at which stage a piece of work is done, so that whoever shares a machine among calls can
// share it fairly and tell where time goes. Empty where it is not known.
type Work struct {
	Call  CallID
	Stage Stage
}

type workKey struct{}

// WithWork marks what is done under a context.
func WithWork(ctx context.Context, w Work) context.Context {
	return context.WithValue(ctx, workKey{}, w)
}

// WorkOf is what WithWork marked.
func WorkOf(ctx context.Context) Work {
	w, _ := ctx.Value(workKey{}).(Work)
	return w
}

// raise is when unsure work becomes urgent, and how urgent.
type raise struct {
	sure <-chan struct{}
	to   Priority
}

type raiseKey struct{}

// WithRaise marks what is done under a context as unsure until sure is closed: from then on it is as urgent as to.
func WithRaise(ctx context.Context, sure <-chan struct{}, to Priority) context.Context {
	return context.WithValue(ctx, raiseKey{}, raise{sure: sure, to: to})
}

// RaiseOf is what WithRaise marked; sure is nil for work that stays as urgent as it is.
func RaiseOf(ctx context.Context) (sure <-chan struct{}, to Priority) {
	r, _ := ctx.Value(raiseKey{}).(raise)
	return r.sure, r.to
}
