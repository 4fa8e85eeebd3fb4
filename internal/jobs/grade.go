package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/riverqueue/river"
)

// lexicalFrom is the attempt from which a grade no longer waits for vectors that cannot be had.
const lexicalFrom = 4

// gradeWorker grades calls.
type gradeWorker struct {
	river.WorkerDefaults[gradeArgs]
	cfg Config
}

// Work makes one grade. It may run again at any point: the store keeps one grade for each cause.
func (w *gradeWorker) Work(ctx context.Context, job *river.Job[gradeArgs]) (err error) {
	id, cause := job.Args.CallID, job.Args.Cause
	settled := false
	defer func() { // runs for a panic of the grader too, which River records
		if settled || ctx.Err() != nil && !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			return // a server that stops leaves the grade pending
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if serr := w.cfg.Store.SetGradeStatus(ctx, id, practice.GradeFailed); serr != nil {
			err = errors.Join(err, serr)
		}
		w.cfg.Log.WarnContext(ctx, "a call could not be graded; it will be tried again",
			slog.String("call", string(id)), slog.Int("attempt", job.Attempt), slog.Any("error", err))
	}()
	err = w.grade(ctx, id, cause, job.Attempt)
	if errors.Is(err, practice.ErrNotFound) { // erased: nothing is left to be graded
		settled = true
		return nil
	}
	settled = err == nil
	return err
}

func (w *gradeWorker) grade(ctx context.Context, id practice.CallID, cause string, attempt int) error {
	call, err := w.cfg.Store.Call(ctx, id)
	if err != nil {
		return err
	}
	if cause == causeEnded && (call.GradeStatus == practice.GradeDone || call.GradeStatus == practice.GradeNotGradable) {
		return nil
	}
	events, err := w.cfg.Store.Events(ctx, id)
	if err != nil {
		return err
	}
	record, err := practice.Fold(events)
	if err != nil {
		return fmt.Errorf("fold call %s: %w", id, err)
	}
	t := record.Transcript()
	if t.Policy, err = w.policy(ctx, call.Scenario, record.Started.ScenarioDigest); err != nil {
		return err
	}
	vectors, err := w.vectors(ctx, t, attempt)
	if err != nil {
		return err
	}
	return w.cfg.Store.SaveGrade(ctx, id, cause, w.cfg.Grader.Grade(t, vectors), w.cfg.Now())
}

// policy is the card that the call was held under; a scenario that is gone has none, and the grade says what that
// leaves open.
func (w *gradeWorker) policy(ctx context.Context, slug practice.Slug, digest string) (*practice.PolicyCard, error) {
	card, err := w.cfg.Policies.Policy(ctx, slug, digest)
	if errors.Is(err, practice.ErrNotFound) {
		return nil, nil //nolint:nilnil // no card is an answer
	}
	return card, err
}

// vectors embeds what the grader asks for. Vectors that fail a few times in a row are done without, so that a broken
// model delays a grade and does not withhold it.
func (w *gradeWorker) vectors(ctx context.Context, t practice.Transcript, attempt int) (map[string][]float32, error) {
	if w.cfg.Embedder == nil {
		return nil, nil
	}
	texts := w.cfg.Grader.Texts(t)
	if len(texts) == 0 {
		return nil, nil
	}
	v, err := w.cfg.Embedder.Embed(ctx, texts, practice.PriorityBackground)
	if err != nil && attempt >= lexicalFrom && ctx.Err() == nil {
		w.cfg.Log.WarnContext(ctx, "grading without sentence vectors", slog.String("call", t.ID), slog.Any("error", err))
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("sentence vectors: %w", err)
	}
	return v, nil
}
