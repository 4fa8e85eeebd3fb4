package assets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Fetcher brings one package's archive into a folder with the registry's ordinary client.
type Fetcher interface {
	// Fetch leaves p.Archive in dir. It reports how many bytes of the archive are there so far, at most p.Bytes.
	Fetch(ctx context.Context, p Package, dir string, progress func(bytes int64)) error
}

// Preparer makes the derived files of one sub-folder of the assets folder; running it again changes nothing.
type Preparer struct {
	Folder  string // below the assets folder
	Job     Job
	Prepare func(dir string) error
}

// Progress is one step of a pull, for a progress bar.
type Progress struct {
	Package Package
	Done    int64 // bytes of all packages so far
	Total   int64
	Note    string // what happens now: fetching, unpacking, preparing
}

// Puller fetches what is missing.
type Puller struct {
	Dir      string
	Lock     Lock
	Fetcher  Fetcher
	Prepare  []Preparer
	Progress func(Progress)
}

// downloads is where archives wait until they are unpacked, so that an interrupted pull goes on where it stopped.
const downloads = ".downloads"

// Pull brings the folder to what the lock says, skipping what is already there, and makes the derived files. What
// cannot be had does not stop the rest: the errors of all packages come back joined, each naming the job that is
// degraded without it.
func (u Puller) Pull(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(u.Dir, downloads), 0o750); err != nil {
		return fmt.Errorf("make the assets folder: %w", err)
	}
	need, fallbacks, total := u.plan()
	var done int64
	failed := map[string]error{}
	for _, p := range append(need, fallbacks...) {
		if p.Fallback && (len(failed) == 0 || u.has(p)) {
			continue
		}
		if err := u.one(ctx, p, done, total); err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("stopped; run `rapport assets pull` again to go on from here: %w", ctx.Err())
			}
			failed[p.ID] = fmt.Errorf("%s (%s): %w", p.Spec(), p.Purpose, err)
		}
		if !p.Fallback {
			done += p.Bytes
		}
	}
	var errs []error
	for _, p := range need {
		if err := failed[p.ID]; err != nil && !u.has(p) {
			errs = append(errs, err)
		}
	}
	for _, pr := range u.Prepare {
		if err := u.derive(pr, done, total); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return os.RemoveAll(filepath.Join(u.Dir, downloads))
}

func (u Puller) plan() (need, fallbacks []Package, total int64) {
	for _, p := range u.Lock.Packages {
		if u.has(p) {
			continue
		}
		if p.Fallback {
			fallbacks = append(fallbacks, p)
			continue
		}
		need = append(need, p)
		total += p.Bytes
	}
	return need, fallbacks, total
}

func (u Puller) has(p Package) bool {
	return len(Missing(Verify(u.Dir, Lock{Packages: []Package{p}}))) == 0
}

func (u Puller) one(ctx context.Context, p Package, before, total int64) error {
	dir := filepath.Join(u.Dir, downloads)
	archive := filepath.Join(dir, p.Archive)
	if checkIntegrity(archive, p.Integrity) != nil {
		u.tell(Progress{Package: p, Done: before, Total: total, Note: "fetching"})
		if err := u.Fetcher.Fetch(ctx, p, dir, func(n int64) {
			u.tell(Progress{Package: p, Done: before + min(n, p.Bytes), Total: total, Note: "fetching"})
		}); err != nil {
			return err
		}
		if err := checkIntegrity(archive, p.Integrity); err != nil {
			return errors.Join(err, os.Remove(archive))
		}
	}
	u.tell(Progress{Package: p, Done: before + p.Bytes, Total: total, Note: "unpacking"})
	if err := extract(archive, u.Dir, p); err != nil {
		return err
	}
	return os.Remove(archive)
}

func (u Puller) derive(pr Preparer, done, total int64) error {
	dir := filepath.Join(u.Dir, filepath.FromSlash(pr.Folder))
	if _, err := os.Stat(dir); err != nil {
		return nil //nolint:nilerr // its package is missing, which has been said
	}
	u.tell(Progress{Package: Package{ID: pr.Folder, Job: pr.Job}, Done: done, Total: total, Note: "preparing"})
	if err := pr.Prepare(dir); err != nil {
		return fmt.Errorf("prepare %s: %w", pr.Folder, err)
	}
	return nil
}

func (u Puller) tell(p Progress) {
	if u.Progress != nil {
		u.Progress(p)
	}
}

// Degraded says in plain words what does not work without a job's files, and what mends it.
func Degraded(j Job) (what, mend string) {
	mend = "rapport assets pull"
	switch j {
	case JobRuntime:
		return "No model can run: calls go by typing, and nothing is recognised or spoken.", mend
	case JobRecognise:
		return "Speech is not recognised: calls go by typing.", mend
	case JobListen:
		return "Whether someone speaks is judged by loudness alone.", mend
	case JobSpeak:
		return "The customer has no voice: calls go by typing.", mend
	case JobPlain:
		return "The customer speaks with a plain, mechanical voice (Flite), because the good one's files are missing or broken.", mend
	case JobStudio:
		return "Studio voices are not rendered ahead.", "rapport assets fetch kokoro"
	case JobEmbed:
		return "Perception and grading use words alone, without sentence vectors.", mend
	default:
		return strings.TrimSpace("Something is missing: " + string(j)), mend
	}
}

// Installed tells whether every file of a job is present and of the pinned size, without reading it whole; Verify
// reads it.
func Installed(dir string, l Lock, j Job) error {
	for _, p := range l.Packages {
		if p.Job != j || p.Fallback {
			continue
		}
		for _, f := range p.Files {
			st, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f.To)))
			if err != nil || st.Size() != f.Bytes {
				return fmt.Errorf("%s is missing or incomplete: %w", f.To, practice.ErrUnavailable)
			}
		}
	}
	return nil
}
