package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

const lockFile = "rapport.lock"

// instanceLock keeps a second server off a data folder. It is an open write transaction on a tiny SQLite file beside
// the database: every system that SQLite runs on has the lock, the kernel drops it with the process however that
// died, and others can still read who holds it. (A lease row would keep a killed server's folder shut until it ran out.)
type instanceLock struct {
	db   *sql.DB
	conn *sql.Conn
}

func takeLock(ctx context.Context, dir string, now time.Time) (*instanceLock, error) {
	path := filepath.Join(dir, lockFile)
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(200)")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", lockFile, err)
	}
	l := &instanceLock{db: db}
	if l.conn, err = db.Conn(ctx); err == nil {
		err = l.hold(ctx, now)
	}
	if err == nil {
		return l, nil
	}
	if isBusy(err) {
		err = fmt.Errorf("another Rapport server%s is using the data folder %s: stop it, or start this one with another --data folder",
			l.holder(ctx), dir)
	} else {
		err = fmt.Errorf("data folder %s cannot be used: %w", dir, explain(err))
	}
	return nil, errors.Join(err, l.release())
}

// hold writes who holds the folder, then opens the transaction that is the lock.
func (l *instanceLock) hold(ctx context.Context, now time.Time) error {
	for _, q := range []string{
		`BEGIN IMMEDIATE`,
		`CREATE TABLE IF NOT EXISTS holder (id BIGINT PRIMARY KEY, pid BIGINT NOT NULL, since_ms BIGINT NOT NULL)`,
		fmt.Sprintf(`INSERT INTO holder (id, pid, since_ms) VALUES (1, %d, %d)
			ON CONFLICT (id) DO UPDATE SET pid = excluded.pid, since_ms = excluded.since_ms`, os.Getpid(), now.UnixMilli()),
		`COMMIT`,
		`BEGIN IMMEDIATE`,
	} {
		if _, err := l.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (l *instanceLock) holder(ctx context.Context) string {
	var pid int64
	if l.conn == nil || l.conn.QueryRowContext(ctx, `SELECT pid FROM holder WHERE id = 1`).Scan(&pid) != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

func (l *instanceLock) release() error {
	if l == nil {
		return nil
	}
	var errs []error
	if l.conn != nil {
		errs = append(errs, l.conn.Close())
	}
	return errors.Join(append(errs, l.db.Close())...)
}
