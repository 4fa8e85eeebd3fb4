package library_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
)

// soup is the folder cold-soup, with one of its files replaced.
func soup(tb testing.TB, file string, data []byte) fs.FS {
	tb.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{library.ScenarioFile, library.LinesFile} {
		b, err := os.ReadFile(filepath.Join("testdata", "good", "cold-soup", name))
		if err != nil {
			tb.Fatal(err)
		}
		if name == file {
			b = data
		}
		out["cold-soup/"+name] = &fstest.MapFile{Data: b}
	}
	return out
}

func badFiles(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "bad", "*.yaml"))
	if err != nil || len(files) < 60 {
		tb.Fatalf("%d bad files (%v)", len(files), err)
	}
	return files
}

// badFile reads one of the bad files: which file of the folder it stands for, and its bytes.
func badFile(tb testing.TB, file string) (name string, data []byte) {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	kind, _, _ := strings.Cut(filepath.Base(file), "-")
	return kind + ".yaml", data
}

// Every bad file is refused with a sentence that says where and what to do, and never in another way.
func TestBadFilesAreRefused(t *testing.T) {
	if _, err := library.Load(soup(t, "", nil), "cold-soup"); err != nil {
		t.Fatalf("the good folder: %v", err)
	}
	for _, file := range badFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			name, data := badFile(t, file)
			_, err := library.Load(soup(t, name, data), "cold-soup")
			if err == nil {
				t.Fatal("it was taken for good")
			}
			var p *library.FileError
			if !errors.As(err, &p) || !errors.Is(err, practice.ErrInvalid) || p.Line < 1 || p.Column < 1 || p.File != "cold-soup/"+name {
				t.Errorf("error is %v, want the place of the mistake", err)
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", err.Error()+"\n")
		})
	}
}
