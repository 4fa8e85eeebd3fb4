package store

import (
	"errors"
	"fmt"

	"github.com/rapport-calls/rapport/internal/practice"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explain turns what SQLite says about the machine under it into what a person can do about it; the result is then
// practice.ErrUnavailable. Other errors pass through.
func explain(err error) error {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return err
	}
	var what string
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		what = "the disk that holds the data folder is full: free some space and try again"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		what = "the data folder cannot be written: give the server's user write access to it, or choose another with --data"
	case sqlite3.SQLITE_CANTOPEN:
		what = "the database in the data folder cannot be opened: check that the folder exists and that the server's user may read and write it"
	case sqlite3.SQLITE_IOERR:
		what = "the disk that holds the data folder failed to read or write: check the disk and its free space"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		what = "the database in the data folder is damaged: stop the server and put back a backup of the folder"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		what = "the database is busy with another program: close whatever else has it open and try again"
	default:
		return err
	}
	return fmt.Errorf("%w: %s (%w)", practice.ErrUnavailable, what, err)
}

func isBusy(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && se.Code()&0xff == sqlite3.SQLITE_BUSY
}
