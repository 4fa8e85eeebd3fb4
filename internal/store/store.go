package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Hook runs inside the transaction that changes a call; its error undoes the change.
type Hook func(ctx context.Context, tx *sql.Tx, id practice.CallID) error

// Hooks are what others add to the store's own transactions. A nil hook adds nothing.
type Hooks struct {
	Ended  Hook // a call's last event was appended: ask for its grade
	Erased Hook // a call's rows were deleted: delete what else names it
}

// Store reads and writes calls. Its methods may be called from any goroutine.
type Store struct {
	db    *Database
	hooks Hooks
	watch watchers
}

// New serves an open database. The database stays its opener's to close.
func New(db *Database, hooks Hooks) *Store {
	return &Store{db: db, hooks: hooks, watch: watchers{byCall: map[practice.CallID]map[chan struct{}]struct{}{}}}
}

// Lease is the fencing number with which this process appends.
func (s *Store) Lease() int64 { return s.db.lease }

// Ready says whether the database answers, as practice.ErrUnavailable when it does not.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.db.reader.PingContext(ctx); err != nil {
		return fmt.Errorf("%w: the database does not answer: %w", practice.ErrUnavailable, explain(err))
	}
	return nil
}

// write runs fn in a transaction on the one writing connection.
func (s *Store) write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := s.db.writer.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	if err := fn(tx); err != nil {
		if rb := tx.Rollback(); rb != nil && !errors.Is(rb, sql.ErrTxDone) {
			err = errors.Join(err, rb)
		}
		return explain(err)
	}
	return explain(tx.Commit())
}

const callColumns = `c.id, c.scenario, c.owner, c.created_ms, c.ended_ms, c.status, c.ending, c.ended_by, c.keep_sound, c.mode,
	c.seed, c.notice_version, c.duration_ms, c.grade_status,
	(SELECT g.overall FROM grades g WHERE g.call_id = c.id ORDER BY g.n DESC LIMIT 1)`

// CreateCall writes a new call under this process's lease. An id that is taken is practice.ErrConflict.
func (s *Store) CreateCall(ctx context.Context, c practice.Call) error {
	status := c.Status
	if status == "" {
		status = practice.CallReady
	}
	err := s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO calls (id, scenario, owner, created_ms, status, ending, ended_by,
			keep_sound, mode, seed, notice_version, duration_ms, grade_status, lease, last_seq)
			VALUES ($1, $2, $3, $4, $5, '', '', $6, $7, $8, $9, 0, $10, $11, 0) ON CONFLICT (id) DO NOTHING`,
			string(c.ID), string(c.Scenario), string(c.Owner), c.CreatedAt.UnixMilli(), string(status),
			asInt(c.KeepSound), string(c.Mode), strconv.FormatUint(c.Seed, 10), c.NoticeVersion,
			string(practice.GradeNone), s.db.lease)
		if err != nil {
			return err
		}
		return wantRow(res, fmt.Errorf("%w: a call with this id exists already", practice.ErrConflict))
	})
	if err != nil {
		return fmt.Errorf("create call: %w", err)
	}
	return nil
}

// Call reads one call; practice.ErrNotFound when there is none.
func (s *Store) Call(ctx context.Context, id practice.CallID) (practice.Call, error) {
	c, err := scanCall(s.db.reader.QueryRowContext(ctx, `SELECT `+callColumns+` FROM calls c WHERE c.id = $1`, string(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return practice.Call{}, notFound(id)
	}
	if err != nil {
		return practice.Call{}, fmt.Errorf("read call: %w", explain(err))
	}
	return c, nil
}

// Calls lists a person's calls, newest first, at most limit (1–1000).
func (s *Store) Calls(ctx context.Context, owner practice.PersonID, limit int) ([]practice.Call, error) {
	rows, err := s.db.reader.QueryContext(ctx, `SELECT `+callColumns+` FROM calls c WHERE c.owner = $1
		ORDER BY c.created_ms DESC, c.id LIMIT $2`, string(owner), min(max(limit, 1), 1000))
	if err != nil {
		return nil, fmt.Errorf("list calls: %w", explain(err))
	}
	defer rows.Close() //nolint:errcheck // what reading met is in rows.Err
	calls := []practice.Call{}
	for rows.Next() {
		c, err := scanCall(rows)
		if err != nil {
			return nil, fmt.Errorf("list calls: %w", err)
		}
		calls = append(calls, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list calls: %w", explain(err))
	}
	return calls, nil
}

func scanCall(row interface{ Scan(dest ...any) error }) (practice.Call, error) {
	var (
		c         practice.Call
		created   int64
		ended     sql.NullInt64
		keepSound int64
		seed      string
		overall   sql.NullFloat64
	)
	err := row.Scan(&c.ID, &c.Scenario, &c.Owner, &created, &ended, &c.Status, &c.Ending, &c.EndedBy, &keepSound, &c.Mode,
		&seed, &c.NoticeVersion, &c.DurationMS, &c.GradeStatus, &overall)
	if err != nil {
		return practice.Call{}, err
	}
	c.CreatedAt = time.UnixMilli(created).UTC()
	if ended.Valid {
		c.EndedAt = time.UnixMilli(ended.Int64).UTC()
	}
	c.KeepSound = keepSound != 0
	if c.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
		return practice.Call{}, fmt.Errorf("seed of call %s: %w", c.ID, err)
	}
	if overall.Valid {
		c.Overall = &overall.Float64
	}
	return c, nil
}

// Erase deletes a call with its events and grades for good, and lets the Erased hook delete what else names it. A call
// that still goes on is practice.ErrConflict (one that has no event yet never began, and can go), an unknown one
// practice.ErrNotFound.
func (s *Store) Erase(ctx context.Context, id practice.CallID) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		at, err := position(ctx, tx, id)
		if err != nil {
			return err
		}
		if at.going() && at.lastSeq > 0 {
			return fmt.Errorf("%w: the call is still going on: end it first, then delete it", practice.ErrConflict)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM calls WHERE id = $1`, string(id)); err != nil {
			return err
		}
		if s.hooks.Erased != nil {
			return s.hooks.Erased(ctx, tx, id)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("erase call: %w", err)
	}
	s.watch.changed(id)
	// The write-ahead log may hold the erased words until it is next folded back; fold it back now.
	if _, err := s.db.writer.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return fmt.Errorf("erase call: %w", explain(err))
	}
	return nil
}

// Acknowledge records that a person has read the notice of this version; the first time counts.
func (s *Store) Acknowledge(ctx context.Context, person practice.PersonID, version string, at time.Time) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notices (person, version, acknowledged_ms) VALUES ($1, $2, $3)
			ON CONFLICT (person, version) DO NOTHING`, string(person), version, at.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("record the notice: %w", err)
	}
	return nil
}

// Acknowledged is when a person acknowledged that version of the notice; the zero time when they did not.
func (s *Store) Acknowledged(ctx context.Context, person practice.PersonID, version string) (time.Time, error) {
	var ms int64
	err := s.db.reader.QueryRowContext(ctx, `SELECT acknowledged_ms FROM notices WHERE person = $1 AND version = $2`,
		string(person), version).Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read the notice: %w", explain(err))
	}
	return time.UnixMilli(ms).UTC(), nil
}

func notFound(id practice.CallID) error {
	return fmt.Errorf("%w: there is no call %q", practice.ErrNotFound, string(id))
}

func wantRow(res sql.Result, otherwise error) error {
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("count rows: %w", err)
	}
	if n == 0 {
		return otherwise
	}
	return nil
}

func asInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
