package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/personas"
)

// Every shipped scenario is one that a player would miss nothing in.
func TestShippedScenariosHaveNothingToMend(t *testing.T) {
	var out bytes.Buffer
	err := (&personaCheckCmd{}).Run(&Settings{}, &streams{out: &out})
	if err != nil || !strings.Contains(out.String(), "nothing to mend") {
		t.Errorf("%v:\n%s", err, out.String())
	}
	slugs, err := fs.Glob(personas.FS, "*/scenario.yaml")
	if err != nil || len(slugs) < 18 {
		t.Errorf("%d scenarios and the bench's caller, want 18 at least (%v)", len(slugs), err)
	}
}

// A folder, a folder of folders and a slug are checked alike; what cannot be read is told with its place.
func TestCheckFindsWhatItIsPointedAt(t *testing.T) {
	dir, edit := ownFolder(t)
	edit("difficulty: 1", "difficulty: eleven")
	for _, what := range []string{dir, filepath.Join(dir, "my-parcel")} {
		var out bytes.Buffer
		err := (&personaCheckCmd{What: []string{what}, JSON: true}).Run(&Settings{}, &streams{out: &out})
		var status statusError
		if !errors.As(err, &status) || status.code != exitMissedBar {
			t.Errorf("%s: %v", what, err)
		}
		var got []checked
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || len(got) != 1 || len(got[0].Problems) != 1 || got[0].Problems[0].Rule != "unreadable" || got[0].Problems[0].Column != 13 {
			t.Errorf("%s: %s (%v)", what, out.String(), err)
		}
	}
	edit("difficulty: eleven", "difficulty: 1")
	var out bytes.Buffer
	if err := (&personaCheckCmd{What: []string{dir}}).Run(&Settings{}, &streams{out: &out}); err == nil || !strings.Contains(out.String(), "portrait-missing") {
		t.Errorf("a folder without a portrait: %v, %s", err, out.String())
	}
	for _, what := range []string{"nobody", filepath.Join(dir, "nothing"), os.DevNull, t.TempDir()} {
		if err := (&personaCheckCmd{What: []string{what}}).Run(&Settings{}, &streams{out: &out}); err == nil {
			t.Errorf("%s was checked", what)
		}
	}
}
