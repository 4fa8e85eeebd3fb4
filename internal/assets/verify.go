package assets

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// State is what was found of one file.
type State struct {
	Package Package
	File    File
	Err     error // nil: present and as pinned
}

// Verify reads every wanted file below dir and compares it with its pin. A file that a fall-back package offers too
// is listed once, under the package that comes first.
func Verify(dir string, l Lock) []State {
	seen := map[string]bool{}
	var out []State
	for _, p := range l.Packages {
		for _, f := range p.Files {
			if seen[f.To] {
				continue
			}
			seen[f.To] = true
			out = append(out, State{Package: p, File: f, Err: verifyFile(dir, f)})
		}
	}
	return out
}

// Missing returns the states that are not as pinned.
func Missing(states []State) []State {
	var out []State
	for _, s := range states {
		if s.Err != nil {
			out = append(out, s)
		}
	}
	return out
}

func verifyFile(dir string, f File) error {
	name := filepath.Join(dir, filepath.FromSlash(f.To))
	st, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing: run `rapport assets pull`: %w", f.To, practice.ErrUnavailable)
	}
	if err != nil {
		return fmt.Errorf("look at %s: %w", f.To, err)
	}
	if st.Size() != f.Bytes {
		return fmt.Errorf("%s has %d bytes instead of %d: run `rapport assets pull` to fetch it again: %w", f.To, st.Size(), f.Bytes, practice.ErrInvalid)
	}
	sum, err := fileSum(name, sha256.New())
	if err != nil {
		return err
	}
	if hex.EncodeToString(sum) != f.SHA256 {
		return fmt.Errorf("%s is corrupt (its checksum differs): run `rapport assets pull` to fetch it again: %w", f.To, practice.ErrInvalid)
	}
	return nil
}

// checkIntegrity compares a whole archive with its pin.
func checkIntegrity(name, want string) error {
	kind, sum, ok := strings.Cut(want, "-")
	var h hash.Hash
	switch {
	case ok && kind == "sha512":
		h = sha512.New()
	case ok && kind == "sha256":
		h = sha256.New()
	default:
		return fmt.Errorf("unknown integrity %q", want)
	}
	got, err := fileSum(name, h)
	if err != nil {
		return err
	}
	if base64.StdEncoding.EncodeToString(got) != sum {
		return fmt.Errorf("%s is not the pinned archive (its checksum differs): %w", filepath.Base(name), practice.ErrInvalid)
	}
	return nil
}

func fileSum(name string, h hash.Hash) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the caller names files below the assets folder
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(name), err)
	}
	defer f.Close() //nolint:errcheck // only read
	if _, err := io.Copy(h, f); err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(name), err)
	}
	return h.Sum(nil), nil
}
