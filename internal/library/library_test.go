package library_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestEveryShippedScenarioLoads(t *testing.T) {
	lib := library.New(personas.FS)
	all, err := lib.List(true)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := lib.List(false)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) <= len(shown) {
		t.Errorf("%d scenarios, %d of them shown: the bench's neutral caller must stay hidden", len(all), len(shown))
	}
	for _, e := range all {
		if len(e.Scenario.Digest) != 64 {
			t.Errorf("%s has the digest %q", e.Scenario.Slug, e.Scenario.Digest)
		}
		svg, err := lib.Portrait(e.Scenario.Slug)
		if err != nil || !bytes.Contains(svg, []byte("<svg")) {
			t.Errorf("portrait of %s: %v", e.Scenario.Slug, err)
		}
	}
}

func TestAScenarioWhoseFolderIsNoSlugDoesNotGoMissing(t *testing.T) {
	folder := fstest.MapFS{"My_Soup/" + library.ScenarioFile: {Data: []byte("slug: my-soup")}, ".import-1/" + library.ScenarioFile: {Data: []byte("slug: x")}}
	var place *library.FileError
	if _, err := library.New(folder).List(true); !errors.As(err, &place) || place.File != "My_Soup/scenario.yaml" || !strings.Contains(place.Message, "rename it") {
		t.Errorf("listed: %v", err)
	}
	if _, err := library.Lint(folder, "My_Soup", library.LintOptions{}); !errors.As(err, &place) {
		t.Errorf("linted: %v", err)
	}
}

func TestManyMistakesAreToldAsOneNumber(t *testing.T) {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "zz%d: 1\n", i)
	}
	_, err := library.Load(fstest.MapFS{"x/" + library.ScenarioFile: {Data: []byte(b.String())}, "x/" + library.LinesFile: {Data: []byte("lines: []")}}, "x")
	if n := strings.Count(err.Error(), "\n") + 1; n != 101 || !strings.Contains(err.Error(), "and 300 more mistakes") {
		t.Errorf("%d mistakes are told: %.200v", n, err)
	}
}

// changed is a folder like Maya's, kept apart so that her words may change without moving line numbers, with one text replaced, as text→by.
func changed(tb testing.TB, file, text, by string) fs.FS {
	tb.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{library.ScenarioFile, library.LinesFile} {
		path := "late-birthday-parcel/" + name
		b, err := os.ReadFile(filepath.Join("testdata", "fixture", filepath.FromSlash(path)))
		if err != nil {
			tb.Fatal(err)
		}
		if name == file {
			if !bytes.Contains(b, []byte(text)) {
				tb.Fatalf("%s does not hold %q", path, text)
			}
			b = bytes.Replace(b, []byte(text), []byte(by), 1)
		}
		out[path] = &fstest.MapFile{Data: b}
	}
	return out
}

func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	for name, c := range map[string]struct{ file, text, by string }{
		"mistyped-key":        {library.ScenarioFile, "temperament:", "tempramentt:"},
		"mistyped-inner-key":  {library.ScenarioFile, "patience_s:", "patiences:"},
		"unknown-key":         {library.ScenarioFile, "minutes: 6", "minutes: 6\nfavourite_food: soup"},
		"wrong-type":          {library.ScenarioFile, "difficulty: 1", "difficulty: easy"},
		"out-of-range":        {library.ScenarioFile, "opening: {heat: 6,", "opening: {heat: 60,"},
		"no-act":              {library.ScenarioFile, "calm_down: 2.0", "calm_dwn: 2.0"},
		"soother-that-heats":  {library.ScenarioFile, "ownership: -1.0", "ownership: 1.0"},
		"unknown-topic":       {library.ScenarioFile, "topic: order-number", "topic: order-no"},
		"no-condition":        {library.ScenarioFile, "say_when: asked,", "say_when: sometimes,"},
		"bad-phrase":          {library.ScenarioFile, "- special occasion|day", "- don't tell|say"},
		"doubled-key":         {library.ScenarioFile, "industry: retail", "industry: retail\nindustry: travel"},
		"broken-yaml":         {library.ScenarioFile, "skills: [acknowledge, discover, own]", "skills: [acknowledge, discover"},
		"alias":               {library.ScenarioFile, "currency: £", "currency: &c £"},
		"other-slug":          {library.ScenarioFile, "slug: late-birthday-parcel", "slug: late-parcel"},
		"no-title":            {library.ScenarioFile, "title: A parcel that missed the day", "title: \"\""},
		"no-move":             {library.LinesFile, "move: tell_fact", "move: shrug"},
		"unknown-slot":        {library.LinesFile, "Hello, are you there?", "Hello, are you there, {agent}?"},
		"line-leaks-concern":  {library.LinesFile, "Hello, are you there?", "Hello, it's my son's birthday"},
		"line-is-the-agent's": {library.LinesFile, "Hello, are you there?", "How can I help you today?"},
		"doubled-line":        {library.LinesFile, "Hello, are you there?", "Are you still there?"},
		"unknown-fact":        {library.LinesFile, "tells: [order-number]", "tells: [order-no]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := library.Load(changed(t, c.file, c.text, c.by), "late-birthday-parcel")
			var p *library.FileError
			if !errors.As(err, &p) || !errors.Is(err, practice.ErrInvalid) {
				t.Fatalf("error is %v, want a problem with its place", err)
			}
			golden(t, filepath.Join("testdata", "problems", name+".txt"), err.Error()+"\n")
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%swant\n%s", file, got, want)
	}
}

func TestAScenarioThatIsNotThereIsNotFound(t *testing.T) {
	lib := library.New(personas.FS)
	for _, slug := range []practice.Slug{"nobody", "", "../personas", "late-birthday-parcel/..", "Late-Birthday-Parcel"} {
		if _, err := lib.Load(slug); !errors.Is(err, practice.ErrNotFound) {
			t.Errorf("loading %q: %v", slug, err)
		}
		if _, err := lib.Portrait(slug); !errors.Is(err, practice.ErrNotFound) {
			t.Errorf("portrait of %q: %v", slug, err)
		}
	}
}

func TestTheDigestFollowsEveryByte(t *testing.T) {
	one, err := library.Load(changed(t, "", "", ""), "late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	two, err := library.Load(changed(t, library.LinesFile, "Hello, are you there?", "Hello, are you there now?"), "late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	if one.Scenario.Digest == two.Scenario.Digest {
		t.Error("another line left the digest as it was")
	}
}

func TestAFolderOfOnesOwnComesFirst(t *testing.T) {
	own := changed(t, library.ScenarioFile, "title: A parcel that missed the day", "title: My own parcel")
	e, err := library.New(personas.FS, own).Load("late-birthday-parcel")
	if err != nil || e.Scenario.Title != "My own parcel" {
		t.Errorf("title %q, error %v", e.Scenario.Title, err)
	}
}

func TestTheBenchsCallerNeverRunsDry(t *testing.T) {
	e, err := library.New(personas.FS).Load("bench-neutral")
	if err != nil {
		t.Fatal(err)
	}
	m := customer.NewMind(e.Scenario, e.Lines, 7, nil)
	seen := map[string]bool{}
	m, r := m.Open()
	for range 400 {
		if seen[r.Text] || r.Text == "" || r.Heat != 300 || r.Ending != practice.EndingNone {
			t.Fatalf("after %d lines: %+v", len(seen), r)
		}
		seen[r.Text] = true
		if n := len(practice.Tokens(r.Text)); n < 17 || n > 26 {
			t.Errorf("%d words, want about 18 to 24: %q", n, r.Text)
		}
		m = m.Said(r.Text, false)
		m, r = m.Hear(customer.HeardTurn{Turn: len(seen) * 2, Text: "Shut up, goodbye.", Acts: []practice.Act{{Name: practice.ActAbuse}, {Name: practice.ActClosing}}})
	}
}

// FuzzLoad feeds files of any kind: the loader answers with a scenario that can be played or with an error that names a
// place, and never takes long over it.
func FuzzLoad(f *testing.F) {
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", "good", "cold-soup", name))
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	good, goodLines := read(library.ScenarioFile), read(library.LinesFile)
	f.Add(good, goodLines)
	for _, file := range badFiles(f) {
		if name, data := badFile(f, file); name == library.ScenarioFile {
			f.Add(data, goodLines)
		} else {
			f.Add(good, data)
		}
	}
	f.Fuzz(func(t *testing.T, scenario, lines []byte) {
		dir := fstest.MapFS{"cold-soup/scenario.yaml": {Data: scenario}, "cold-soup/lines.yaml": {Data: lines}}
		e, err := library.Load(dir, "cold-soup")
		if err != nil {
			if p, ok := errors.AsType[*library.FileError](err); !ok || p.Line < 1 || p.Column < 1 {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		if _, err := library.Lint(dir, "cold-soup", library.LintOptions{}); err != nil {
			t.Errorf("lint of what was loaded: %v", err)
		}
		m := customer.NewMind(e.Scenario, e.Lines, 1, nil)
		m, _ = m.Open()
		m.Hear(customer.HeardTurn{Turn: 1, Text: "Hello there."})
	})
}

// Files that a parser would walk into without end, or with the square of their size, are refused before it sees them.
func TestFilesThatCostTooMuchAreRefusedAtOnce(t *testing.T) {
	const n = 400_000
	for _, text := range []string{
		strings.Repeat("[", n), strings.Repeat("{a: ", n/4), strings.Repeat("- ", n/2), strings.Repeat("? ", n/2), strings.Repeat("[{", n/2) + "x",
		strings.Repeat("\"\" ", n/3), "{" + strings.Repeat(strings.Repeat("a,", 1000)+"\n ", n/2000), strings.Repeat("\n - ", n/4), strings.Repeat("\n !x", n/4),
	} {
		_, err := library.Load(soup(t, library.ScenarioFile, []byte("a: "+text)), "cold-soup")
		if _, ok := errors.AsType[*library.FileError](err); !ok {
			t.Errorf("%.20s…: %v", text, err)
		}
	}
}
