package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
	"github.com/rapport-calls/rapport/personas"
)

type personaCheckCmd struct {
	What []string `arg:"" optional:"" name:"dir-or-slug" help:"A scenario's folder, a folder of scenarios, or the slug of a scenario; all of the library when none is named."`
	JSON bool     `help:"Print one JSON value and nothing else."`
}

// checked is what persona check found in one scenario.
type checked struct {
	Slug     practice.Slug `json:"slug"`
	Problems []problem     `json:"problems"`
}

// problem is one thing to mend.
type problem struct {
	Rule    string `json:"rule"` // unreadable, or a rule of the lint
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// Run reads the scenarios strictly and says what a player would miss in them. Anything found is exit status 1.
func (c *personaCheckCmd) Run(s *Settings, st *streams) error {
	all, err := c.find(s)
	if err != nil {
		return statusError{exitBadInput, err}
	}
	found := 0
	var out []checked
	for _, a := range all {
		got, err := check(a.folder, a.slug, a.exists)
		if err != nil {
			return err
		}
		found += len(got.Problems)
		out = append(out, got)
	}
	if c.JSON {
		err = json.NewEncoder(st.out).Encode(out)
	} else {
		err = printChecked(st.out, out, found)
	}
	if err != nil {
		return fmt.Errorf("print what was found: %w", err)
	}
	if found > 0 {
		return statusError{exitMissedBar, nil}
	}
	return nil
}

func printChecked(w io.Writer, all []checked, found int) error {
	var errs []error
	say := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format, args...)
		errs = append(errs, err)
	}
	for _, c := range all {
		for _, p := range c.Problems {
			say("%s:%d:%d: %s (%s)\n", p.File, p.Line, p.Column, p.Message, p.Rule)
		}
	}
	if found == 0 {
		say("%d scenarios, nothing to mend.\n", len(all))
	} else {
		say("%d scenarios, %d things to mend.\n", len(all), found)
	}
	return errors.Join(errs...)
}

// target is a scenario to check.
type target struct {
	folder fs.FS
	slug   practice.Slug
	exists func(practice.Slug) bool
}

// find turns the arguments into scenarios.
func (c *personaCheckCmd) find(s *Settings) ([]target, error) {
	folders := []fs.FS{personas.FS}
	if s.Personas != "" {
		folders = append(folders, os.DirFS(s.Personas))
	}
	within := func(more ...fs.FS) func(practice.Slug) bool {
		return func(slug practice.Slug) bool {
			return slices.ContainsFunc(slices.Concat(folders, more), func(f fs.FS) bool { return hasScenario(f, string(slug)) })
		}
	}
	var out []target
	whole := func(f fs.FS, more ...fs.FS) error {
		dirs, err := fs.ReadDir(f, ".")
		if err != nil {
			return fmt.Errorf("listing scenarios: %w", err)
		}
		for _, d := range dirs {
			if hasScenario(f, d.Name()) {
				out = append(out, target{f, practice.Slug(d.Name()), within(more...)})
			}
		}
		return nil
	}
	if len(c.What) == 0 {
		for _, f := range folders {
			if err := whole(f); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	for _, what := range c.What {
		info, err := os.Stat(what)
		switch {
		case err == nil && info.IsDir():
			abs, err := filepath.Abs(what)
			if err != nil {
				return nil, fmt.Errorf("folder %s: %w", what, err)
			}
			parent := os.DirFS(filepath.Dir(abs))
			if hasScenario(parent, filepath.Base(abs)) {
				out = append(out, target{parent, practice.Slug(filepath.Base(abs)), within(parent)})
				continue
			}
			before := len(out)
			if err := whole(os.DirFS(abs), os.DirFS(abs)); err != nil {
				return nil, err
			}
			if len(out) == before {
				return nil, fmt.Errorf("there is no %s in %s or in a folder in it: %w", library.ScenarioFile, what, practice.ErrNotFound)
			}
		default:
			i := slices.IndexFunc(folders, func(f fs.FS) bool { return hasScenario(f, what) })
			if i < 0 {
				return nil, fmt.Errorf("%s is no folder and no scenario's slug: %w", what, practice.ErrNotFound)
			}
			out = append(out, target{folders[i], practice.Slug(what), within()})
		}
	}
	return out, nil
}

func hasScenario(f fs.FS, name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(f, name+"/"+library.ScenarioFile)
	return err == nil && info.Mode().IsRegular()
}

// check lints one scenario; what cannot be read is a problem too.
func check(folder fs.FS, slug practice.Slug, exists func(practice.Slug) bool) (checked, error) {
	var speakers []string
	for _, v := range synthesize.Voices() {
		speakers = append(speakers, v.Name)
	}
	out := checked{Slug: slug, Problems: []problem{}}
	advice, err := library.Lint(folder, slug, library.LintOptions{Speakers: speakers, Exists: exists})
	if err != nil {
		places := fileErrors(err)
		if len(places) == 0 {
			return out, err
		}
		for _, p := range places {
			out.Problems = append(out.Problems, problem{"unreadable", p.File, p.Line, p.Column, p.Message})
		}
		return out, nil
	}
	for _, a := range advice {
		out.Problems = append(out.Problems, problem{a.Rule, a.Place.File, a.Place.Line, a.Place.Column, a.Place.Message})
	}
	return out, nil
}

// fileErrors takes joined errors apart.
func fileErrors(err error) []*library.FileError {
	var out []*library.FileError
	switch e := err.(type) { //nolint:errorlint // taken apart one level at a time
	case *library.FileError:
		return []*library.FileError{e}
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			out = append(out, fileErrors(inner)...)
		}
	case interface{ Unwrap() error }:
		return fileErrors(e.Unwrap())
	}
	return out
}

type personaSchemaCmd struct {
	Of string `arg:"" optional:"" help:"scenario or lines." enum:"scenario,lines" default:"scenario"`
}

// Run prints the schema.
func (c *personaSchemaCmd) Run(st *streams) error {
	schema := library.Schema()
	if c.Of == "lines" {
		schema = library.LinesSchema()
	}
	e := json.NewEncoder(st.out)
	e.SetIndent("", "  ")
	return e.Encode(schema)
}
