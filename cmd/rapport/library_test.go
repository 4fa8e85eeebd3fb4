package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

// ownFolder is a folder with a copy of a built-in scenario under another slug.
func ownFolder(t *testing.T) (dir string, edit func(from, to string)) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "my-parcel"), 0o750); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"scenario.yaml", "lines.yaml"} {
		b, err := personas.FS.ReadFile("late-birthday-parcel/" + name)
		if err != nil {
			t.Fatal(err)
		}
		b = []byte(strings.Replace(string(b), "slug: late-birthday-parcel", "slug: my-parcel", 1))
		if err := os.WriteFile(filepath.Join(dir, "my-parcel", name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Now().Add(-time.Hour)
	return dir, func(from, to string) {
		t.Helper()
		file := filepath.Join(dir, "my-parcel", "scenario.yaml")
		b, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(b), from) {
			t.Fatalf("%s does not hold %q: %v", file, from, err)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(b), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Minute) // an edit is later than the one before, however coarse the clock of the file system
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAChangedScenarioIsReadAgain(t *testing.T) {
	dir, edit := ownFolder(t)
	l, err := openLibrary(&Settings{Personas: dir})
	if err != nil {
		t.Fatal(err)
	}
	var heard []string
	l.watch(func(s string) { heard = append(heard, s) })
	title := func() string {
		t.Helper()
		e, err := l.entry("my-parcel")
		if err != nil {
			t.Fatal(err)
		}
		return e.Scenario.Title
	}
	first, err := l.entry("my-parcel")
	if err != nil {
		t.Fatal(err)
	}
	edit("title: A parcel that missed the day", "title: Another day")
	if got := title(); got != "Another day" {
		t.Errorf("after an edit the title is %q", got)
	}
	if first.Scenario.Title != "A parcel that missed the day" {
		t.Error("a call that goes on got another scenario")
	}
	edit("difficulty: 1", "difficulty: eleven")
	if got := title(); got != "Another day" {
		t.Errorf("a broken file left the title %q", got)
	}
	if p := l.problems(); len(p) != 1 || p[0].Slug != "my-parcel" || !p[0].Kept || !strings.Contains(p[0].Messages[0], "my-parcel/scenario.yaml:5:13:") {
		t.Errorf("problems: %+v", p)
	}
	l.Scenarios()
	l.Scenarios()
	if len(heard) != 1 || !strings.Contains(heard[0], "last good version") {
		t.Errorf("said %q", heard)
	}
	edit("difficulty: eleven", "difficulty: 2")
	if p := l.problems(); len(p) != 0 {
		t.Errorf("mended, and there are problems: %+v", p)
	}
	if err := os.RemoveAll(filepath.Join(dir, "my-parcel")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.entry("my-parcel"); err == nil {
		t.Error("a scenario whose folder is gone is still there")
	}
	if _, err := l.entry("late-birthday-parcel"); err != nil {
		t.Errorf("a built-in scenario: %v", err)
	}
}

func TestAShelfThatDoesNotWatchStaysAsItWas(t *testing.T) {
	dir, edit := ownFolder(t)
	l, err := openLibrary(&Settings{Personas: dir})
	if err != nil {
		t.Fatal(err)
	}
	edit("difficulty: 1", "difficulty: eleven")
	if s, err := l.Scenario(practice.Slug("my-parcel")); err != nil || s.Difficulty != 1 {
		t.Errorf("difficulty %d, %v", s.Difficulty, err)
	}
}
