package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
	"github.com/rapport-calls/rapport/internal/store/storetest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dir string) *store.Database {
	t.Helper()
	db, err := store.Open(t.Context(), dir, "node", storetest.Start())
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func closeIt(t *testing.T, db *store.Database) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestSQLiteConforms(t *testing.T) {
	root := map[*testing.T]string{}
	storetest.Run(t, func(t *testing.T, dataSet string, hooks store.Hooks) (*store.Store, func()) {
		t.Helper()
		if root[t] == "" {
			root[t] = t.TempDir()
		}
		db := open(t, filepath.Join(root[t], dataSet))
		return store.New(db, hooks), func() { closeIt(t, db) }
	})
}

func TestSecondServerOnOneFolderRefuses(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	_, err := store.Open(t.Context(), dir, "node", storetest.Start())
	if err == nil || !strings.Contains(err.Error(), "another Rapport server (process ") || !strings.Contains(err.Error(), "--data") {
		t.Fatalf("the second server got %v", err)
	}
	closeIt(t, first)
	closeIt(t, open(t, dir)) // free again
}

func TestDatabaseIsNobodyElsesToRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(dir, 0o755); err != nil { // as an administrator or an image may have made it
		t.Fatal(err)
	}
	db := open(t, dir)
	defer closeIt(t, db)
	files, err := filepath.Glob(filepath.Join(dir, store.FileName+"*"))
	if err != nil || len(files) < 2 { // the database and its log at least
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		st, err := os.Stat(file)
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", filepath.Base(file), st.Mode(), err)
		}
	}
}

func TestFolderFromNewerReleaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	if _, err := db.Writer().ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	closeIt(t, db)
	_, err := store.Open(t.Context(), dir, "node", storetest.Start())
	if err == nil || !strings.Contains(err.Error(), "newer release") {
		t.Fatalf("got %v", err)
	}
}

func TestDamagedOrUnusableFolderSaysWhatToDo(t *testing.T) {
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, store.FileName), []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), damaged, "node", storetest.Start())
	if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "put back a backup") {
		t.Errorf("damaged: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), file, "node", storetest.Start())
	if err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("a file where the folder should be: %v", err)
	}
}

// A full disk is stood in for by SQLite's own page limit, which fails in the same place with the same code.
func TestFullDiskRefusesClearlyAndLosesNothing(t *testing.T) {
	db := open(t, t.TempDir())
	defer closeIt(t, db)
	s, ctx := store.New(db, store.Hooks{}), t.Context()
	if err := s.CreateCall(ctx, storetest.NewCall("a")); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := db.Writer().QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	setLimit(ctx, t, db.Writer(), pages+3)
	text := practice.Trouble{Message: strings.Repeat("x", 8000)}
	written, full := int64(0), error(nil)
	for full == nil && written < 50 {
		if full = s.Append(ctx, "a", s.Lease(), []practice.Event{storetest.Event(t, "a", s.Lease(), written+1, text)}); full == nil {
			written++
		}
	}
	if !errors.Is(full, practice.ErrUnavailable) || !strings.Contains(full.Error(), "full: free some space") {
		t.Fatalf("full disk: %v", full)
	}
	setLimit(ctx, t, db.Writer(), 1<<30)
	if err := s.Append(ctx, "a", s.Lease(), []practice.Event{storetest.Event(t, "a", s.Lease(), written+1, text)}); err != nil {
		t.Fatalf("after space was freed: %v", err)
	}
	if events, err := s.Events(ctx, "a"); err != nil || int64(len(events)) != written+1 {
		t.Fatalf("%d events of %d, %v", len(events), written+1, err)
	}
}

func setLimit(ctx context.Context, t *testing.T, db *sql.DB, pages int) {
	t.Helper()
	var now int
	if err := db.QueryRowContext(ctx, `PRAGMA max_page_count = `+strconv.Itoa(pages)).Scan(&now); err != nil {
		t.Fatal(err)
	}
}

func TestErasedWordsAreGoneFromTheFile(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	s, ctx := store.New(db, store.Hooks{}), t.Context()
	const secret = "my sister's name is Wilhelmina"
	for _, step := range []func() error{
		func() error { return s.CreateCall(ctx, storetest.NewCall("a")) },
		func() error {
			return s.Append(ctx, "a", s.Lease(), []practice.Event{
				storetest.Event(t, "a", s.Lease(), 1, practice.TraineeTurn{Text: secret}),
				storetest.Event(t, "a", s.Lease(), 2, practice.CallEnded{By: practice.EndedByTrainee}),
			})
		},
		func() error { return s.Erase(ctx, "a") },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	found := func() (in []string) {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) < 2 {
			t.Fatalf("files %v, %v", files, err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), "Wilhelmina") {
				in = append(in, filepath.Base(f))
			}
		}
		return in
	}
	if in := found(); len(in) > 0 {
		t.Errorf("erased words are still in %v", in)
	}
	closeIt(t, db)
}
