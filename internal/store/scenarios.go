package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// KeepScenario keeps a version of a scenario under its digest. What is kept under a digest never changes: keeping it
// again does nothing. Versions hold nothing of any person, and stay when the calls that used them are erased.
func (s *Store) KeepScenario(ctx context.Context, slug practice.Slug, digest string, data []byte, at time.Time) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO scenario_versions (digest, slug, kept_ms, data) VALUES ($1, $2, $3, $4)
			ON CONFLICT (digest) DO NOTHING`, digest, string(slug), at.UnixMilli(), string(data))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep scenario %s: %w", slug, err)
	}
	return nil
}

// ScenarioVersion reads what was kept under a digest; practice.ErrNotFound when nothing was.
func (s *Store) ScenarioVersion(ctx context.Context, digest string) ([]byte, error) {
	var data string
	err := s.db.reader.QueryRowContext(ctx, `SELECT data FROM scenario_versions WHERE digest = $1`, digest).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("version %.12s of a scenario: %w", digest, practice.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read a scenario's version: %w", explain(err))
	}
	return []byte(data), nil
}
