package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// Times of the queue. A job may wait long for the inference pool, behind live calls. One that a killed server left
// running is asked for again at the next start; the rescue is for a job that hangs.
const (
	jobTimeout  = 90 * time.Second
	rescueAfter = 2 * time.Minute
	pollEvery   = 500 * time.Millisecond
	keepDone    = time.Hour // a finished job still names its call
	maxAttempts = 12        // the last comes about half a day after the first
)

// Store is what a grade is made from and kept in.
type Store interface {
	Call(ctx context.Context, id practice.CallID) (practice.Call, error)
	Events(ctx context.Context, id practice.CallID) ([]practice.Event, error)
	GradeStore
}

// GradeStore keeps grades: one for each cause.
type GradeStore interface {
	SaveGrade(ctx context.Context, id practice.CallID, cause string, g practice.Grade, at time.Time) error
	SetGradeStatus(ctx context.Context, id practice.CallID, status practice.GradeStatus) error
}

// Grader grades a transcript. It is pure: Texts says which sentences it wants as vectors, Grade gets them by text (or
// nil, and then goes by words alone).
type Grader interface {
	Texts(t practice.Transcript) []string
	Grade(t practice.Transcript, vectors map[string][]float32) practice.Grade
}

// offline is the grader that needs no model.
type offline struct{}

func (offline) Texts(t practice.Transcript) []string { return grading.Texts(t) }

func (offline) Grade(t practice.Transcript, vectors map[string][]float32) practice.Grade {
	return grading.Grade(t, grading.Options{Vectors: vectors})
}

// Embedder makes unit-length sentence vectors by text.
type Embedder interface {
	Embed(ctx context.Context, texts []string, p practice.Priority) (map[string][]float32, error)
}

// Policies finds the policy card that a call was held under, by its scenario and the digest of the version that it was
// made with ("" when that is not known); practice.ErrNotFound when the scenario is gone.
type Policies interface {
	Policy(ctx context.Context, slug practice.Slug, digest string) (*practice.PolicyCard, error)
}

// Config is what a Runner works with. All but Grader and Embedder must be set.
type Config struct {
	DB       *sql.DB // the store's writing connection
	Store    Store
	Grader   Grader   // nil: the offline grader
	Embedder Embedder // nil: grades go by words alone
	Policies Policies
	Log      *slog.Logger
	Now      func() time.Time
}

// Runner works on the queue.
type Runner struct {
	client *river.Client[*sql.Tx]
}

// New prepares a runner; Start begins the work.
func New(cfg Config) (*Runner, error) {
	if cfg.Grader == nil {
		cfg.Grader = offline{}
	}
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, &gradeWorker{cfg: cfg}); err != nil {
		return nil, fmt.Errorf("job runner: %w", err)
	}
	client, err := river.NewClient(riversqlite.New(cfg.DB), &river.Config{
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 1}},
		Workers:                     workers,
		Logger:                      quiet(cfg.Log),
		JobTimeout:                  jobTimeout,
		RescueStuckJobsAfter:        rescueAfter,
		FetchPollInterval:           pollEvery,
		MaxAttempts:                 maxAttempts,
		CompletedJobRetentionPeriod: keepDone,
		CancelledJobRetentionPeriod: keepDone,
	})
	if err != nil {
		return nil, fmt.Errorf("job runner: %w", err)
	}
	return &Runner{client: client}, nil
}

// Start works on jobs until Stop. It is called by the data folder's only holder: what stands as running then was left
// by a killed server, and is asked for again at once. (River itself would wait until the job's time is up. The job it
// then rescues finds its grade there and does nothing.)
func (r *Runner) Start(ctx context.Context) error {
	left, err := r.client.JobList(ctx, river.NewJobListParams().Kinds(gradeArgs{}.Kind()).States(rivertype.JobStateRunning).First(1000))
	if err != nil {
		return fmt.Errorf("find interrupted jobs: %w", err)
	}
	for _, job := range left.Jobs {
		if _, err := r.client.Insert(ctx, rawArgs{kind: job.Kind, data: job.EncodedArgs}, nil); err != nil {
			return fmt.Errorf("ask again for an interrupted job: %w", err)
		}
	}
	// River's own context must outlive a cancelled ctx: Stop decides how work ends.
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	return nil
}

// Stop takes no new job and waits for the one at work until ctx ends; then it is cancelled, and done again at the
// next start.
func (r *Runner) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if err == nil || !errors.Is(err, ctx.Err()) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := r.client.StopAndCancel(ctx); err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

// rawArgs inserts a job again with the arguments it had.
type rawArgs struct {
	kind string
	data []byte
}

// Kind names the job in the database.
func (a rawArgs) Kind() string { return a.kind }

// MarshalJSON gives the arguments as they were.
func (a rawArgs) MarshalJSON() ([]byte, error) { return a.data, nil }
