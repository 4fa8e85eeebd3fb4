package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Merge makes one result of several runs' --out folders. Runs of different commits, machines, configurations or speech are
// refused: their trials do not belong together. Seeds may differ, and should. With a result and practice.ErrUnavailable
// together, too many trials said nothing.
func Merge(dirs []string) (Result, error) {
	var first run
	var m measured
	seen := map[string]string{} // start → folder
	for i, dir := range dirs {
		k, turns, err := readRun(dir)
		if err != nil {
			return Result{}, err
		}
		if i == 0 {
			first = k
		} else if why := differ(first, k); why != "" {
			return Result{}, fmt.Errorf("%s cannot be merged with %s, %s: merge only runs of one commit and configuration: %w", dir, dirs[0], why, practice.ErrInvalid)
		}
		if other, twice := seen[k.Result.StartedAt]; twice {
			return Result{}, fmt.Errorf("%s and %s are the same run: give it once: %w", other, dir, practice.ErrInvalid)
		}
		seen[k.Result.StartedAt] = dir
		m.turns = append(m.turns, turns...)
		m.planned += k.Planned
		for c, v := range k.Connects {
			m.connects = append(m.connects, sample{fmt.Sprintf("%s call %d", dir, c), v})
		}
		m.server = m.server.plus(k.Server)
		if i > 0 {
			first.Result.DurationS = round(first.Result.DurationS + k.Result.DurationS)
			first.Result.StartedAt = min(first.Result.StartedAt, k.Result.StartedAt)
		}
	}
	r := first.Result
	r.Partial = len(m.turns) < m.planned
	r.BySource = map[string]Source{human: {}, synthetic: {}}
	r.Metrics = Metrics{}
	r = r.floorFigures(m)
	return r, r.valid()
}

// differ says in words what keeps two runs apart.
func differ(a, b run) string {
	ca, cb := a.Result.Config, b.Result.Config
	ca.Seed, cb.Seed = 0, 0
	for _, x := range []struct {
		what string
		a, b any
	}{
		{"commit", a.Result.Commit, b.Result.Commit},
		{"version", a.Result.Version, b.Result.Version},
		{"machine", a.Result.Host, b.Result.Host},
		{"configuration", ca, cb},
		{"speech", a.Speech, b.Speech},
	} {
		if x.a != x.b {
			return fmt.Sprintf("their %s differs (%v, %v)", x.what, x.a, x.b)
		}
	}
	return ""
}

func readRun(dir string) (k run, turns []turnResult, err error) {
	b, err := os.ReadFile(filepath.Join(dir, runFile)) //nolint:gosec // a folder that the user named
	if err != nil {
		return k, nil, fmt.Errorf("%s is no folder that bench floor --out wrote to the end: %w", dir, errors.Join(err, practice.ErrInvalid))
	}
	if err := json.Unmarshal(b, &k); err != nil {
		return k, nil, fmt.Errorf("read %s of %s: %w", runFile, dir, errors.Join(err, practice.ErrInvalid))
	}
	if k.Result.Schema != Schema || k.Result.Command != "floor" {
		return k, nil, fmt.Errorf("%s holds %s of bench %s; only bench floor's runs can be merged: %w", dir, k.Result.Schema, k.Result.Command, practice.ErrInvalid)
	}
	f, err := os.Open(filepath.Join(dir, turnsFile)) //nolint:gosec // a folder that the user named
	if err != nil {
		return k, nil, fmt.Errorf("%s is no folder that bench floor --out wrote to the end: %w", dir, errors.Join(err, practice.ErrInvalid))
	}
	defer f.Close() //nolint:errcheck // only read
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 4<<20)
	for line := 1; sc.Scan(); line++ {
		var t turnResult
		if err := json.Unmarshal(sc.Bytes(), &t); err != nil {
			return k, nil, fmt.Errorf("%s of %s, line %d: %w", turnsFile, dir, line, errors.Join(err, practice.ErrInvalid))
		}
		turns = append(turns, t)
	}
	if err := sc.Err(); err != nil {
		return k, nil, fmt.Errorf("read %s of %s: %w", turnsFile, dir, err)
	}
	return k, turns, nil
}

// recordings is how many different recordings the trials of some situations used.
func (r Result) recordings(situations ...situation) int {
	var names []string
	for _, t := range only(r.turns, situations...) {
		names = append(names, t.Recording)
	}
	slices.SortFunc(names, strings.Compare)
	return len(slices.Compact(names))
}
