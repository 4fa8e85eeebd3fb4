package onnx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/rapport-calls/rapport/internal/practice"
)

// environment guards ONNX Runtime's one environment a process.
//
//nolint:gochecknoglobals // the C library keeps one environment a process; this mirrors it so that two Opens cannot race
var environment struct {
	sync.Mutex
	lib string // absolute path of the loaded library; empty before the first Open
}

// ErrClosed is the cause when a session, a runtime or the pool is used after it was closed.
var ErrClosed = errors.New("already closed")

// Runtime is the loaded ONNX Runtime library. Its sessions close with it.
type Runtime struct {
	threads int

	mu       sync.Mutex
	sessions map[*Session]struct{} // nil once closed
}

// Open loads the ONNX Runtime library at path lib. threads is the number of threads that one run of a session may use;
// less than 1 means 1, which is what a server wants: the pool, not the session, spreads work over the cores.
//
// The library stays loaded until the process ends, because unloading it while its threads wind down is not safe; a
// second Open of the same file shares it, and one of another file is an error.
func Open(lib string, threads int) (*Runtime, error) {
	abs, err := filepath.Abs(lib)
	if err != nil {
		return nil, fmt.Errorf("path of the ONNX Runtime library %s: %w", lib, err)
	}
	if err := CheckFile(abs); err != nil {
		return nil, err
	}
	environment.Lock()
	defer environment.Unlock()
	switch {
	case environment.lib == "":
		ort.SetSharedLibraryPath(abs)
		if err := ort.InitializeEnvironment(ort.WithLogLevelFatal()); err != nil {
			return nil, Unusable(abs, err)
		}
		environment.lib = abs
	case environment.lib != abs:
		return nil, fmt.Errorf("ONNX Runtime is already loaded from %s, so %s cannot be loaded into the same process: %w",
			environment.lib, abs, practice.ErrConflict)
	}
	return &Runtime{threads: max(1, threads), sessions: map[*Session]struct{}{}}, nil
}

// Close closes every session still open, after the runs in progress. Calling it again does nothing.
func (r *Runtime) Close() error {
	r.mu.Lock()
	open := r.sessions
	r.sessions = nil
	r.mu.Unlock()
	var errs []error
	for s := range open {
		errs = append(errs, s.release())
	}
	return errors.Join(errs...)
}

// CheckFile says plainly when an asset is not there (practice.ErrUnavailable) and how to get it.
func CheckFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s is missing; run `rapport assets pull` to fetch it: %w", path, practice.ErrUnavailable)
	case err != nil:
		return fmt.Errorf("look at asset %s: %w", path, err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder where a file should be; move it away and run `rapport assets pull`: %w",
			path, practice.ErrUnavailable)
	}
	return nil
}

// Unusable is the error of an asset that is there but cannot be used, with its cause and what to do next. It is a
// practice.ErrUnavailable.
func Unusable(path string, cause error) error {
	return fmt.Errorf("%s cannot be used, it may be damaged; run `rapport assets pull` to fetch it again: %w: %w",
		path, practice.ErrUnavailable, cause)
}
