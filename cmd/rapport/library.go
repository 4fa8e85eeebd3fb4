package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
	"github.com/rapport-calls/rapport/personas"
)

var (
	_ server.Library = (*shelf)(nil)
	_ jobs.Policies  = (*shelf)(nil)
)

// shelf is the library as it was read at the start: scenarios do not change while the server runs.
type shelf struct {
	library *library.Library
	entries map[practice.Slug]library.Entry
	shown   []practice.Scenario
}

// openLibrary reads the built-in scenarios and those of the folder that --personas names. A mistake in any of them is
// told with its place, since a customer that cannot be read must not go missing in silence.
func openLibrary(s *Settings) (*shelf, error) {
	folders := []fs.FS{personas.FS}
	if s.Personas != "" {
		if st, err := os.Stat(s.Personas); err != nil || !st.IsDir() {
			return nil, fmt.Errorf("--personas %s is no folder: %w", s.Personas, errors.Join(err, practice.ErrInvalid))
		}
		folders = append(folders, os.DirFS(s.Personas))
	}
	l := &shelf{library: library.New(folders...), entries: map[practice.Slug]library.Entry{}}
	all, err := l.library.List(true)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		l.entries[e.Scenario.Slug] = e
		if !e.Scenario.Hidden {
			l.shown = append(l.shown, e.Scenario)
		}
	}
	return l, nil
}

func (l *shelf) entry(slug practice.Slug) (library.Entry, error) {
	e, ok := l.entries[slug]
	if !ok {
		return e, fmt.Errorf("scenario %q: %w", slug, practice.ErrNotFound)
	}
	return e, nil
}

// Scenarios implements server.Library.
func (l *shelf) Scenarios() []practice.Scenario { return l.shown }

// Scenario implements server.Library.
func (l *shelf) Scenario(slug practice.Slug) (practice.Scenario, error) {
	e, err := l.entry(slug)
	return e.Scenario, err
}

// Portrait implements server.Library.
func (l *shelf) Portrait(slug practice.Slug) ([]byte, error) { return l.library.Portrait(slug) }

// Policy implements jobs.Policies.
func (l *shelf) Policy(slug practice.Slug) (*practice.PolicyCard, error) {
	e, err := l.entry(slug)
	if err != nil {
		return nil, err
	}
	return &e.Scenario.PolicyCard, nil
}
