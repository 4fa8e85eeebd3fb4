package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An exported scenario comes into another folder whole, and a second one only when that is asked for; what is refused
// leaves nothing behind.
func TestAScenarioTravelsAsAnArchive(t *testing.T) {
	dir, _ := ownFolder(t)
	file, into := filepath.Join(t.TempDir(), "parcel.zip"), filepath.Join(t.TempDir(), "library")
	var out, errs strings.Builder
	st := &streams{out: &out, err: &errs}
	if err := (&personaExportCmd{Slug: "my-parcel", File: file}).Run(&Settings{Personas: dir}, st); err != nil {
		t.Fatal(err)
	}
	c := &personaImportCmd{File: file, Into: into}
	if err := c.Run(&Settings{}, st); err != nil {
		t.Fatal(err)
	}
	l, err := openLibrary(&Settings{Personas: into})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.entry("my-parcel"); err != nil {
		t.Fatal(err)
	}
	if err := c.Run(&Settings{}, st); err == nil || !strings.Contains(err.Error(), "--replace") {
		t.Errorf("a second import: %v", err)
	}
	c.Replace = true
	if err := c.Run(&Settings{}, st); err != nil {
		t.Errorf("replacing: %v", err)
	}
	if err := os.WriteFile(file, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Run(&Settings{}, st); err == nil {
		t.Error("something that is no archive was taken in")
	}
	if err := (&personaImportCmd{File: file}).Run(&Settings{}, st); err == nil || !strings.Contains(err.Error(), "--into") {
		t.Errorf("an import to nowhere: %v", err)
	}
	names, err := os.ReadDir(into)
	if err != nil || len(names) != 1 {
		t.Errorf("the folder holds %v (%v)", names, err)
	}
}
