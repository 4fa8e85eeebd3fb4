// Package store keeps calls, their events and grades in SQL. It speaks SQLite through modernc.org/sqlite today; its
// queries are written so that Postgres runs them too ($1, ON CONFLICT, RETURNING; BIGINT milliseconds, TEXT ids, JSON
// as TEXT), and internal/store/storetest is the suite that any engine must pass.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/rapport-calls/rapport/internal/practice"
	_ "modernc.org/sqlite" // registers the "sqlite" driver
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// FileName is the database's file inside the data folder.
const FileName = "rapport.db"

// Database is an open data folder: the lock that keeps a second server out, one connection that writes and a few
// that only read.
type Database struct {
	writer *sql.DB
	reader *sql.DB
	lock   *instanceLock
	lease  int64
}

// Open takes the data folder (made when it is not there) for this process, brings its database to this release's
// schema and takes the next fencing lease under the given node name. A folder that another server holds, that cannot
// be written or that a newer release wrote is refused with a sentence that says what to do. The caller closes it.
func Open(ctx context.Context, dir, node string, now time.Time) (*Database, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder %s cannot be made: %w: choose another with --data", dir, err)
	}
	lock, err := takeLock(ctx, dir, now)
	if err != nil {
		return nil, err
	}
	d := &Database{lock: lock}
	// SQLite gives the log beside the database the same rights, so other users of the machine read neither, even in a
	// folder that they may enter.
	if err := private(filepath.Join(dir, FileName)); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := d.open(ctx, filepath.Join(dir, FileName), node, now); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// private makes a file for its owner alone, or makes it so.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the database's name in the data folder
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Close())
	}
	if err != nil {
		return fmt.Errorf("%w: the database cannot be written: give the server's user write access to the data folder, or choose another with --data (%w)",
			practice.ErrUnavailable, err)
	}
	return nil
}

func (d *Database) open(ctx context.Context, path, node string, now time.Time) error {
	var err error
	if d.writer, err = openSQLite(path, false); err != nil {
		return err
	}
	if err := migrate(ctx, d.writer); err != nil {
		return err
	}
	if d.reader, err = openSQLite(path, true); err != nil {
		return err
	}
	row := d.writer.QueryRowContext(ctx, `INSERT INTO node_leases (lease, node, taken_ms)
		SELECT COALESCE(MAX(lease), 0) + 1, $1, $2 FROM node_leases RETURNING lease`, node, now.UnixMilli())
	if err := row.Scan(&d.lease); err != nil {
		return fmt.Errorf("take the lease: %w", explain(err))
	}
	return nil
}

// openSQLite opens one pool. SQLite takes one writer at a time, so the writing pool has one connection: who waits,
// waits in database/sql, in order, and never meets SQLITE_BUSY half-way through a transaction.
func openSQLite(path string, readOnly bool) (*sql.DB, error) {
	q := url.Values{}
	for _, p := range []string{
		"busy_timeout(5000)",
		"journal_mode(WAL)",
		"synchronous(FULL)", // a committed event outlives a power cut, not only a killed process
		"foreign_keys(ON)",
		"secure_delete(ON)", // erased calls are overwritten, not only unlinked
	} {
		q.Add("_pragma", p)
	}
	if readOnly {
		q.Add("_pragma", "query_only(ON)")
	} else {
		q.Set("_txlock", "immediate")
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if readOnly {
		db.SetMaxOpenConns(4)
	} else {
		db.SetMaxOpenConns(1)
		db.SetMaxIdleConns(1)
	}
	return db, nil
}

// migrate goes forward only. A database from a newer release is refused, because an older one would not know what it
// must keep whole.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the database's version: %w", explain(err))
	}
	if have > want {
		return fmt.Errorf("the data folder was written by a newer release (schema %d, this one knows %d): "+
			"start that release, or choose another folder with --data", have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database to this release: %w", explain(err))
	}
	return nil
}

// Writer is the one connection that writes, for River, which shares it. Nobody else uses it.
func (d *Database) Writer() *sql.DB { return d.writer }

// Lease is this process's fencing number; each opening of the folder has a higher one than all before.
func (d *Database) Lease() int64 { return d.lease }

// Close releases the folder.
func (d *Database) Close() error {
	var errs []error
	if d.reader != nil {
		errs = append(errs, d.reader.Close())
	}
	if d.writer != nil {
		errs = append(errs, d.writer.Close())
	}
	errs = append(errs, d.lock.release())
	return errors.Join(errs...)
}
