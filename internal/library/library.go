// Package library reads scenario folders: scenario.yaml and lines.yaml, strictly, with the place of every mistake.
package library

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Files of a scenario's folder.
const (
	ScenarioFile = "scenario.yaml"
	LinesFile    = "lines.yaml"
	PortraitFile = "portrait.svg"
)

// MaxFileBytes is the most bytes that one file of a scenario may have.
const MaxFileBytes = 512 << 10

// Entry is a loaded scenario: what it is, and the customer's authored words.
type Entry struct {
	Scenario practice.Scenario
	Lines    customer.Lines
}

// Library is one or more folders of scenarios; a later folder's scenario replaces an earlier one's of the same slug.
type Library struct {
	folders []fs.FS
}

// New is a library over folders that hold one folder a scenario. Nil folders are left out.
func New(folders ...fs.FS) *Library {
	return &Library{folders: slices.DeleteFunc(slices.Clone(folders), func(f fs.FS) bool { return f == nil })}
}

// Load reads and checks one scenario. The error wraps practice.ErrNotFound when there is none of that slug, and holds
// every *FileError found otherwise.
func (l *Library) Load(slug practice.Slug) (Entry, error) {
	for _, v := range slices.Backward(l.folders) {
		e, err := Load(v, slug)
		if errors.Is(err, practice.ErrNotFound) {
			continue
		}
		return e, err
	}
	return Entry{}, fmt.Errorf("scenario %q: %w", slug, practice.ErrNotFound)
}

// List loads all scenarios, by difficulty and then title. Hidden ones, which are for measuring, are left out unless asked for.
func (l *Library) List(hidden bool) ([]Entry, error) {
	seen := map[practice.Slug]bool{}
	var out []Entry
	for _, v := range slices.Backward(l.folders) {
		dirs, err := fs.ReadDir(v, ".")
		if err != nil {
			return nil, fmt.Errorf("listing scenarios: %w", err)
		}
		for _, d := range dirs {
			slug := practice.Slug(d.Name())
			if !d.IsDir() || seen[slug] || strings.HasPrefix(d.Name(), ".") {
				continue
			}
			if _, err := fs.Stat(v, path.Join(d.Name(), ScenarioFile)); err != nil {
				continue
			}
			if !isSlug(d.Name()) { // it must not go missing in silence
				return nil, misnamed(d.Name())
			}
			seen[slug] = true
			e, err := Load(v, slug)
			if err != nil {
				return nil, err
			}
			if hidden || !e.Scenario.Hidden {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b Entry) int {
		if a.Scenario.Difficulty != b.Scenario.Difficulty {
			return a.Scenario.Difficulty - b.Scenario.Difficulty
		}
		return strings.Compare(a.Scenario.Title, b.Scenario.Title)
	})
	return out, nil
}

// Portrait is a scenario's portrait as SVG; practice.ErrNotFound when it has none.
func (l *Library) Portrait(slug practice.Slug) ([]byte, error) {
	if isSlug(string(slug)) {
		for _, v := range slices.Backward(l.folders) {
			if b, err := readFile(v, path.Join(string(slug), PortraitFile)); err == nil {
				return b, nil
			}
		}
	}
	return nil, fmt.Errorf("portrait of %q: %w", slug, practice.ErrNotFound)
}

// File is one more file of a scenario's folder; practice.ErrNotFound when it has none of that name.
func (l *Library) File(slug practice.Slug, name string) ([]byte, error) {
	file := path.Join(string(slug), name)
	if isSlug(string(slug)) && fs.ValidPath(file) {
		for _, v := range slices.Backward(l.folders) {
			b, err := readFile(v, file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", file, err)
			}
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s of %q: %w", name, slug, practice.ErrNotFound)
}

// Load reads one scenario from a folder of scenarios. The Digest is the SHA-256 over the shared topics and its files'
// names and bytes.
func Load(fsys fs.FS, slug practice.Slug) (Entry, error) {
	f, err := read(fsys, slug)
	return f.entry, err
}

// files are a scenario's folder as it was read.
type files struct {
	entry    Entry
	scenario *document
	lines    *document
}

func read(fsys fs.FS, slug practice.Slug) (files, error) {
	var f files
	if !isSlug(string(slug)) {
		return f, fmt.Errorf("scenario %q: %w", slug, practice.ErrNotFound)
	}
	dir := string(slug)
	scenarioPath, linesPath := path.Join(dir, ScenarioFile), path.Join(dir, LinesFile)
	scenario, err := readFile(fsys, scenarioPath)
	if errors.Is(err, fs.ErrNotExist) {
		return f, fmt.Errorf("scenario %q: %w", slug, practice.ErrNotFound)
	}
	if err != nil {
		return f, fmt.Errorf("reading %s: %w", scenarioPath, err)
	}
	lines, err := readFile(fsys, linesPath)
	if err != nil {
		return f, fmt.Errorf("reading %s: %w", linesPath, err)
	}
	var e Entry
	if f.scenario, err = parse(scenarioPath, scenario, &e.Scenario); err != nil {
		return files{}, err
	}
	if f.lines, err = parse(linesPath, lines, &e.Lines); err != nil {
		return files{}, err
	}
	if e.Scenario.Slug != slug {
		f.scenario.problem("$.slug", fmt.Sprintf("the slug is %q but the folder is %q; make them the same", e.Scenario.Slug, slug))
	}
	addShared(&e.Scenario)
	checkScenario(f.scenario, e.Scenario)
	checkLines(f.lines, e)
	if err := errors.Join(append(f.scenario.sorted(), f.lines.sorted()...)...); err != nil {
		return files{}, err
	}
	if e.Scenario.Digest, err = digest(fsys, dir); err != nil {
		return files{}, fmt.Errorf("digest of %s: %w", dir, err)
	}
	f.entry = e
	return f, nil
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err //nolint:wrapcheck // the caller says what it was reading
	}
	if info.Size() > MaxFileBytes {
		return nil, fmt.Errorf("%d bytes are more than the %d that a scenario file may have: %w", info.Size(), MaxFileBytes, practice.ErrInvalid)
	}
	return fs.ReadFile(fsys, name)
}

func digest(fsys fs.FS, dir string) (string, error) {
	files, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(topicsText)       // shared topics are part of what a customer understands
	for _, f := range files { // in the order of their names, by ReadDir's contract
		if f.IsDir() {
			continue
		}
		b, err := readFile(fsys, path.Join(dir, f.Name()))
		if err != nil {
			return "", err
		}
		h.Write(fmt.Appendf(nil, "%s\x00%d\x00", f.Name(), len(b)))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// misnamed is a folder whose scenario nobody could ask for.
func misnamed(dir string) error {
	return &FileError{path.Join(dir, ScenarioFile), 1, 1, fmt.Sprintf("the folder's name %q is no slug; rename it with small letters, digits and hyphens", dir)}
}

func isSlug(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}
