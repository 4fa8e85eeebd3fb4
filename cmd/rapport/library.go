package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
	"github.com/rapport-calls/rapport/personas"
)

var _ server.Library = (*shelf)(nil)

// shelf is the library of a running command: the built-in scenarios and, over them, those of a folder of one's own. A
// shelf that watches reads changed folders of one's own again when somebody asks; one that has become unreadable keeps
// its last good version. Its methods may be called from any goroutine.
type shelf struct {
	library *library.Library
	own     fs.FS        // the folder of one's own; nil: none
	say     func(string) // hears of each mistake once; nil: the folder is not watched

	mu      sync.Mutex
	entries map[practice.Slug]library.Entry
	shown   []practice.Scenario
	seen    map[practice.Slug]string // what the files of one's own looked like when they were read
	broken  map[practice.Slug]error
}

// openLibrary reads the built-in scenarios and those of the folder that --personas names. A mistake in any of them is
// told with its place, since a customer that cannot be read must not go missing in silence.
func openLibrary(s *Settings) (*shelf, error) {
	folders := []fs.FS{personas.FS}
	l := &shelf{entries: map[practice.Slug]library.Entry{}, broken: map[practice.Slug]error{}}
	if s.Personas != "" {
		if st, err := os.Stat(s.Personas); err != nil || !st.IsDir() {
			return nil, fmt.Errorf("--personas %s is no folder: %w", s.Personas, errors.Join(err, practice.ErrInvalid))
		}
		l.own = os.DirFS(s.Personas)
		folders = append(folders, l.own)
	}
	l.library = library.New(folders...)
	l.seen = l.look()
	all, err := l.library.List(true)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		l.entries[e.Scenario.Slug] = e
	}
	l.show()
	return l, nil
}

// watch makes the shelf read again what changes in the folder of one's own.
func (l *shelf) watch(say func(string)) { l.say = say }

// show lists what may be practised, by difficulty and then title.
func (l *shelf) show() {
	l.shown = nil
	for _, slug := range slices.Sorted(maps.Keys(l.entries)) {
		if s := l.entries[slug].Scenario; !s.Hidden {
			l.shown = append(l.shown, s)
		}
	}
	slices.SortStableFunc(l.shown, func(a, b practice.Scenario) int {
		return cmp.Or(a.Difficulty-b.Difficulty, strings.Compare(a.Title, b.Title))
	})
}

// look notes the names, sizes and times of the files of one's own, by scenario.
func (l *shelf) look() map[practice.Slug]string {
	out := map[practice.Slug]string{}
	if l.own == nil {
		return out
	}
	dirs, err := fs.ReadDir(l.own, ".")
	if err != nil {
		return out
	}
	for _, d := range dirs {
		if !hasScenario(l.own, d.Name()) {
			continue
		}
		files, err := fs.ReadDir(l.own, d.Name())
		if err != nil {
			continue
		}
		var marks strings.Builder
		for _, f := range files {
			if info, err := f.Info(); err == nil {
				fmt.Fprintf(&marks, "%s %d %s\n", f.Name(), info.Size(), info.ModTime().Format(time.RFC3339Nano))
			}
		}
		out[practice.Slug(d.Name())] = marks.String()
	}
	return out
}

// refresh reads again what has changed. Whoever asks next gets the new version; calls that go on keep theirs.
func (l *shelf) refresh() {
	if l.say == nil || l.own == nil {
		return
	}
	now := l.look()
	changed := false
	for _, slug := range slices.Sorted(maps.Keys(now)) {
		if now[slug] != l.seen[slug] {
			changed = true
			l.reload(slug)
		}
	}
	for slug := range l.seen {
		if _, there := now[slug]; !there { // taken away: the built-in one of that name, if there is one, takes its place
			changed = true
			delete(l.broken, slug)
			delete(l.entries, slug)
			if e, err := l.library.Load(slug); err == nil {
				l.entries[slug] = e
			}
		}
	}
	l.seen = now
	if changed {
		l.show()
	}
}

func (l *shelf) reload(slug practice.Slug) {
	e, err := l.library.Load(slug)
	if err == nil {
		l.entries[slug] = e
		delete(l.broken, slug)
		return
	}
	before := l.broken[slug]
	l.broken[slug] = err
	if before != nil && before.Error() == err.Error() {
		return
	}
	kept := "it is left out until it can be read"
	if _, ok := l.entries[slug]; ok {
		kept = "its last good version stays in use"
	}
	l.say(fmt.Sprintf("The scenario %s cannot be read, and %s:\n%v\n", slug, kept, err))
}

func (l *shelf) entry(slug practice.Slug) (library.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refresh()
	e, ok := l.entries[slug]
	if !ok {
		return e, fmt.Errorf("scenario %q: %w", slug, practice.ErrNotFound)
	}
	return e, nil
}

// Scenarios implements server.Library.
func (l *shelf) Scenarios() []practice.Scenario {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refresh()
	return slices.Clone(l.shown)
}

// Scenario implements server.Library.
func (l *shelf) Scenario(slug practice.Slug) (practice.Scenario, error) {
	e, err := l.entry(slug)
	return e.Scenario, err
}

// Portrait implements server.Library.
func (l *shelf) Portrait(slug practice.Slug) ([]byte, error) { return l.library.Portrait(slug) }

// problems lists the scenarios of one's own that cannot be read as they are now.
func (l *shelf) problems() []server.ScenarioProblem {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refresh()
	var out []server.ScenarioProblem
	for _, slug := range slices.Sorted(maps.Keys(l.broken)) {
		_, kept := l.entries[slug]
		out = append(out, server.ScenarioProblem{Slug: slug, Kept: kept, Messages: strings.Split(l.broken[slug].Error(), "\n")})
	}
	return out
}
