// Package jobs does, after a call, the work that nobody waits for on the line: grading it. Jobs are River's, kept in
// the same database as the calls, so that a call's end and the job that grades it are written together or not at all.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// causeEnded is the cause of a call's first grade. The store keeps one grade for each cause.
const causeEnded = "call_ended"

// gradeArgs asks for one grade of one call.
type gradeArgs struct {
	CallID practice.CallID `json:"call_id"`
	Cause  string          `json:"cause"`
}

// Kind names the job in the database.
func (gradeArgs) Kind() string { return "grade_call" }

// Queue puts jobs into the database, inside the transactions of who asks for them.
type Queue struct {
	client *river.Client[*sql.Tx]
}

// NewQueue brings River's tables to this release's schema and returns a queue. db has one open connection, which the
// queue shares with the store: two writers on one SQLite file would only wait for each other.
func NewQueue(ctx context.Context, db *sql.DB, log *slog.Logger) (*Queue, error) {
	driver := riversqlite.New(db)
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet(log)})
	if err != nil {
		return nil, fmt.Errorf("job tables: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, fmt.Errorf("job tables: %w", err)
	}
	client, err := river.NewClient(driver, &river.Config{Logger: quiet(log)})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return &Queue{client: client}, nil
}

// CallEnded asks for a call's grade. It is the store's Ended hook: tx is the one in which the call's end is written.
func (q *Queue) CallEnded(ctx context.Context, tx *sql.Tx, id practice.CallID) error {
	if _, err := q.client.InsertTx(ctx, tx, gradeArgs{CallID: id, Cause: causeEnded}, nil); err != nil {
		return fmt.Errorf("ask for the grade: %w", err)
	}
	return nil
}

// CallErased deletes what is queued for a call. It is the store's Erased hook. A job that is at work on it finds the
// call gone and ends.
func (q *Queue) CallErased(ctx context.Context, tx *sql.Tx, id practice.CallID) error {
	list := river.NewJobListParams().Kinds(gradeArgs{}.Kind()).First(1000).
		Where("json_extract(args, '$.call_id') = @call_id", river.NamedArgs{"call_id": string(id)})
	found, err := q.client.JobListTx(ctx, tx, list)
	if err != nil {
		return fmt.Errorf("find the call's jobs: %w", err)
	}
	for _, job := range found.Jobs {
		_, err := q.client.JobDeleteTx(ctx, tx, job.ID)
		if err != nil && !errors.Is(err, rivertype.ErrJobRunning) && !errors.Is(err, rivertype.ErrNotFound) {
			return fmt.Errorf("delete the call's jobs: %w", err)
		}
	}
	return nil
}

// quiet keeps River's own news out of the log below warnings.
func quiet(log *slog.Logger) *slog.Logger {
	return slog.New(warnings{log.Handler()})
}

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
