package assets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Clients fetches with npm and pip, as whoever runs Rapport has set them up (mirrors, proxies, credentials).
type Clients struct {
	Environ []string // the environment that the clients get, as os.Environ gives it
}

// Fetch runs `npm pack` or `pip download`. The clients show no progress that a program could read, so it is measured
// by the bytes that they have put into their temporary folder.
func (c Clients) Fetch(ctx context.Context, p Package, dir string, progress func(int64)) error {
	tmp, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return fmt.Errorf("make a download folder: %w", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // what stays is removed with the downloads folder
	cmd, err := c.command(ctx, p, tmp)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = tmp, &out, &out
	cmd.WaitDelay = 5 * time.Second
	stop := watch(tmp, progress)
	err = cmd.Run()
	stop()
	if err != nil {
		return fmt.Errorf("%s failed: %w: %s", strings.Join(cmd.Args[:2], " "), err, lastLine(out.String()))
	}
	if err := os.Rename(filepath.Join(tmp, "out", p.Archive), filepath.Join(dir, p.Archive)); err != nil {
		return fmt.Errorf("keep %s: %w", p.Archive, err)
	}
	return nil
}

func (c Clients) command(ctx context.Context, p Package, tmp string) (*exec.Cmd, error) {
	dest := filepath.Join(tmp, "out")
	if err := os.Mkdir(dest, 0o750); err != nil {
		return nil, fmt.Errorf("make a download folder: %w", err)
	}
	switch p.Registry {
	case NPM:
		npm, err := exec.LookPath("npm")
		if err != nil {
			return nil, fmt.Errorf("npm is not installed: install Node.js 20 or newer, or bring the models with `rapport assets pull --from BUNDLE`: %w", practice.ErrUnavailable)
		}
		cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "--cache", filepath.Join(tmp, "cache"), "--pack-destination", dest, p.Spec()) //nolint:gosec // from the lock
		cmd.Env = c.Environ
		return cmd, nil
	case PyPI:
		for _, py := range []string{"python3", "python"} {
			exe, err := exec.LookPath(py)
			if err != nil || exec.CommandContext(ctx, exe, "-m", "pip", "--version").Run() != nil { //nolint:gosec // found on the path
				continue
			}
			cmd := exec.CommandContext(ctx, exe, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--dest", dest, p.Spec()) //nolint:gosec // from the lock
			cmd.Env = append(append([]string{}, c.Environ...), "TMPDIR="+tmp)
			return cmd, nil
		}
		return nil, fmt.Errorf("pip is not installed: install Python 3 with pip, or bring the models with `rapport assets pull --from BUNDLE`: %w", practice.ErrUnavailable)
	default:
		return nil, fmt.Errorf("unknown registry %q: %w", p.Registry, practice.ErrInvalid)
	}
}

// watch reports the folder's growth until the returned function is called, which waits for the last report.
func watch(dir string, progress func(int64)) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(200 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-quit:
				return
			case <-t.C:
				progress(size(dir))
			}
		}
	}()
	return func() { close(quit); <-ended }
}

func size(dir string) int64 {
	var n int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // clients come and go with their files
		}
		if i, err := d.Info(); err == nil {
			n += i.Size()
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	return n
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
