package assets

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// extract writes the wanted files of an archive below dir: each to a temporary name, synced, compared with its pin
// and only then renamed, so that a file under its own name is always whole.
func extract(archive, dir string, p Package) error {
	if strings.HasSuffix(archive, ".tgz") {
		return extractTar(archive, dir, p)
	}
	return extractZip(archive, dir, p)
}

func extractTar(archive, dir string, p Package) error {
	f, err := os.Open(archive) //nolint:gosec // our own download folder
	if err != nil {
		return fmt.Errorf("open %s: %w", filepath.Base(archive), err)
	}
	defer f.Close() //nolint:errcheck // only read
	gz, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(archive), err)
	}
	left := map[string]File{}
	for _, w := range p.Files {
		left[w.From] = w
	}
	for tr := tar.NewReader(gz); len(left) > 0; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("unpack %s: %w", filepath.Base(archive), err)
		}
		w, ok := left[h.Name]
		if !ok {
			continue
		}
		delete(left, h.Name)
		if err := install(dir, w, tr); err != nil {
			return err
		}
	}
	for name := range left {
		return fmt.Errorf("%s holds no %s: %w", filepath.Base(archive), name, practice.ErrInvalid)
	}
	return nil
}

func extractZip(archive, dir string, p Package) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(archive), err)
	}
	defer z.Close() //nolint:errcheck // only read
	for _, w := range p.Files {
		outer, inner, nested := strings.Cut(w.From, "!")
		r, err := openZipped(&z.Reader, outer)
		if err != nil {
			return fmt.Errorf("unpack %s: %w", filepath.Base(archive), err)
		}
		if nested {
			r, err = openNested(r, inner)
			if err != nil {
				return fmt.Errorf("unpack %s: %w", filepath.Base(archive), err)
			}
		}
		err = install(dir, w, r)
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func openZipped(z *zip.Reader, name string) (io.ReadCloser, error) {
	for _, f := range z.File {
		if f.Name == name {
			return f.Open()
		}
	}
	return nil, fmt.Errorf("no %s in it: %w", name, practice.ErrInvalid)
}

// openNested reads a zip inside a zip: it has to be in memory, since zip wants to seek.
func openNested(r io.ReadCloser, inner string) (io.ReadCloser, error) {
	defer r.Close() //nolint:errcheck // only read
	const most = 512 << 20
	b, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	return openZipped(z, inner)
}

func install(dir string, w File, r io.Reader) (err error) {
	name := filepath.Join(dir, filepath.FromSlash(w.To))
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return fmt.Errorf("make the folder for %s: %w", w.To, err)
	}
	t, err := os.CreateTemp(filepath.Dir(name), ".part-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", w.To, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(t.Name()))
		}
	}()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(t, h), io.LimitReader(r, w.Bytes+1))
	if err == nil {
		err = t.Sync()
	}
	if cerr := t.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", w.To, err)
	}
	if n != w.Bytes || hex.EncodeToString(h.Sum(nil)) != w.SHA256 {
		return fmt.Errorf("%s in the archive is not the pinned file: %w", w.To, practice.ErrInvalid)
	}
	if err := os.Chmod(t.Name(), 0o644); err != nil { //nolint:gosec // models are not secret; other users may serve them
		return fmt.Errorf("write %s: %w", w.To, err)
	}
	if err := os.Rename(t.Name(), name); err != nil {
		return fmt.Errorf("write %s: %w", w.To, err)
	}
	return nil
}
