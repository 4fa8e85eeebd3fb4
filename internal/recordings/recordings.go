// Package recordings keeps the sound of calls. While a call goes on, its stereo Ogg/Opus file and its peaks are only
// appended to in a local folder, so that a killed server loses at most a second; when the call ends both move into a
// bucket. What a crash left behind in the local folder is moved there at the next start.
package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"
)

// The two files of a recording.
const (
	soundExt = ".ogg"
	peaksExt = ".peaks"
)

// Archive holds the finished recordings and the folder of those still being written. Its methods may be called from
// any goroutine.
type Archive struct {
	busy   atomic.Int64 // nanoseconds spent encoding, on all takes together
	bucket *blob.Bucket
	live   string
	name   *regexp.Regexp
	moving sync.Mutex // held while files move or go, or an erasure could pass by a file on its way into the bucket
}

// Busy is the time spent encoding and writing recordings since the start, waits for the disk left out.
func (a *Archive) Busy() time.Duration { return time.Duration(a.busy.Load()) }

// Salvage is what was found of recordings that a killed server left unfinished.
type Salvage struct {
	Calls []practice.CallID // kept
	Left  error             // nil, or why some stay in the live folder until the next start
}

// Open opens the recordings of a data folder, making what is missing, and moves into the bucket what a killed server
// left unfinished; one that cannot be moved, as on a full disk, stays where it is and keeps nobody from the rest. It is
// called while nobody records.
func Open(ctx context.Context, dataDir string) (*Archive, Salvage, error) {
	live := filepath.Join(dataDir, "live")
	if err := os.MkdirAll(live, 0o700); err != nil {
		return nil, Salvage{}, fmt.Errorf("folder for live recordings: %w", err)
	}
	bucket, err := fileblob.OpenBucket(filepath.Join(dataDir, "recordings"), &fileblob.Options{
		CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, Salvage{}, fmt.Errorf("folder for recordings: %w", err)
	}
	a := &Archive{bucket: bucket, live: live, name: regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)}
	found, err := a.salvage(ctx)
	if err != nil {
		return nil, Salvage{}, errors.Join(err, bucket.Close())
	}
	return a, found, nil
}

// Close lets go of the bucket.
func (a *Archive) Close() error {
	if err := a.bucket.Close(); err != nil {
		return fmt.Errorf("close recordings: %w", err)
	}
	return nil
}

// salvage archives every file in the live folder.
func (a *Archive) salvage(ctx context.Context) (Salvage, error) {
	var found Salvage
	entries, err := os.ReadDir(a.live)
	if err != nil {
		return found, fmt.Errorf("look for unfinished recordings: %w", err)
	}
	for _, e := range entries {
		base, ok := strings.CutSuffix(e.Name(), soundExt)
		if !ok || e.IsDir() || !a.name.MatchString(base) {
			continue
		}
		id := practice.CallID(base)
		if err := a.archive(ctx, id); err != nil {
			found.Left = errors.Join(found.Left, fmt.Errorf("keep the unfinished recording of call %s: %w", id, err))
			continue
		}
		found.Calls = append(found.Calls, id)
	}
	return found, nil
}

// archive moves a call's files from the live folder into the bucket; the peaks first, because a recording counts as
// there when its sound is.
func (a *Archive) archive(ctx context.Context, id practice.CallID) error {
	a.moving.Lock()
	defer a.moving.Unlock()
	for _, ext := range []string{peaksExt, soundExt} {
		path := filepath.Join(a.live, string(id)+ext)
		if err := a.upload(ctx, path, string(id)+ext); err != nil {
			return err
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the live file: %w", err)
		}
	}
	return nil
}

func (a *Archive) upload(ctx context.Context, path, key string) error {
	f, err := os.Open(path) //nolint:gosec // the live folder and a checked id
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the live file: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	if err := a.bucket.Upload(ctx, key, f, &blob.WriterOptions{ContentType: "application/octet-stream"}); err != nil {
		return fmt.Errorf("store %s: %w", key, err)
	}
	return nil
}

func (a *Archive) check(id practice.CallID) error {
	if !a.name.MatchString(string(id)) {
		return fmt.Errorf("%w: call id %q", practice.ErrInvalid, string(id))
	}
	return nil
}

// Sound opens a finished recording for reading from any position; when is its time of writing. practice.ErrNotFound
// when there is none. The caller closes it.
func (a *Archive) Sound(ctx context.Context, id practice.CallID) (sound io.ReadSeekCloser, when time.Time, err error) {
	r, err := a.read(ctx, id, soundExt)
	if err != nil {
		return nil, time.Time{}, err
	}
	return r, r.ModTime(), nil
}

// HasSound says whether there is a finished recording.
func (a *Archive) HasSound(ctx context.Context, id practice.CallID) (bool, error) {
	if err := a.check(id); err != nil {
		return false, err
	}
	ok, err := a.bucket.Exists(ctx, string(id)+soundExt)
	if err != nil {
		return false, fmt.Errorf("look for a recording: %w", err)
	}
	return ok, nil
}

// Peaks reads the peaks of a finished recording; practice.ErrNotFound when there are none.
func (a *Archive) Peaks(ctx context.Context, id practice.CallID) (audio.Peaks, error) {
	r, err := a.read(ctx, id, peaksExt)
	if err != nil {
		return audio.Peaks{}, err
	}
	defer r.Close() //nolint:errcheck // only read
	p, err := audio.ReadPeaks(r)
	if err != nil {
		return audio.Peaks{}, fmt.Errorf("peaks of call %s: %w", id, err)
	}
	return p, nil
}

func (a *Archive) read(ctx context.Context, id practice.CallID, ext string) (*blob.Reader, error) {
	if err := a.check(id); err != nil {
		return nil, err
	}
	r, err := a.bucket.NewReader(ctx, string(id)+ext, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("%w: call %q has no kept sound", practice.ErrNotFound, string(id))
	}
	if err != nil {
		return nil, fmt.Errorf("open a recording: %w", err)
	}
	return r, nil
}

// Erase deletes all that is kept of a call's sound. Deleting what is not there is no error.
func (a *Archive) Erase(ctx context.Context, id practice.CallID) error {
	if err := a.check(id); err != nil {
		return err
	}
	a.moving.Lock()
	defer a.moving.Unlock()
	var errs []error
	for _, ext := range []string{soundExt, peaksExt} {
		if err := a.bucket.Delete(ctx, string(id)+ext); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			errs = append(errs, fmt.Errorf("erase a recording: %w", err))
		}
		if err := os.Remove(filepath.Join(a.live, string(id)+ext)); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, fmt.Errorf("erase a recording: %w", err))
		}
	}
	return errors.Join(errs...)
}
