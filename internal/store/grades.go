package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// SaveGrade keeps a grade beside those before it and sets the call's grade status: graded, or not_gradable when the
// grade abstains. A cause (such as "call_ended") gives a call one grade: saving a second one under it changes nothing,
// so that a job which is killed after saving and runs again leaves one grade.
func (s *Store) SaveGrade(ctx context.Context, id practice.CallID, cause string, g practice.Grade, at time.Time) error {
	data, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("save grade: %w", err)
	}
	status := practice.GradeDone
	if g.Abstain {
		status = practice.GradeNotGradable
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		if _, err := position(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO grades (call_id, n, cause, graded_ms, overall, grade)
			SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5 FROM grades WHERE call_id = $1
			ON CONFLICT (call_id, cause) DO NOTHING`,
			string(id), cause, at.UnixMilli(), g.Scores.Overall, string(data))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE calls SET grade_status = $1 WHERE id = $2`, string(status), string(id))
		return err
	})
	if err != nil {
		return fmt.Errorf("save grade: %w", err)
	}
	s.watch.changed(id)
	return nil
}

// SetGradeStatus says where a call's grade stands; practice.ErrNotFound when there is no such call.
func (s *Store) SetGradeStatus(ctx context.Context, id practice.CallID, status practice.GradeStatus) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE calls SET grade_status = $1 WHERE id = $2`, string(status), string(id))
		if err != nil {
			return err
		}
		return wantRow(res, notFound(id))
	})
	if err != nil {
		return fmt.Errorf("set grade status: %w", err)
	}
	s.watch.changed(id)
	return nil
}

// Grade reads a call's newest grade; practice.ErrNotFound when it has none.
func (s *Store) Grade(ctx context.Context, id practice.CallID) (practice.Grade, error) {
	var data string
	err := s.db.reader.QueryRowContext(ctx, `SELECT grade FROM grades WHERE call_id = $1 ORDER BY n DESC LIMIT 1`, string(id)).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return practice.Grade{}, fmt.Errorf("%w: call %q has no grade yet", practice.ErrNotFound, string(id))
	}
	if err != nil {
		return practice.Grade{}, fmt.Errorf("read grade: %w", explain(err))
	}
	var g practice.Grade
	if err := json.Unmarshal([]byte(data), &g); err != nil {
		return practice.Grade{}, fmt.Errorf("read grade: %w", err)
	}
	return g, nil
}

// GradeCount is how many grades a call has had.
func (s *Store) GradeCount(ctx context.Context, id practice.CallID) (int, error) {
	var n int
	if err := s.db.reader.QueryRowContext(ctx, `SELECT COUNT(*) FROM grades WHERE call_id = $1`, string(id)).Scan(&n); err != nil {
		return 0, fmt.Errorf("count grades: %w", explain(err))
	}
	return n, nil
}
