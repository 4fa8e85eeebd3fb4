package assets

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Bundle writes every pinned file of dir to w as one .tar.gz, for machines without a network. All must be there and
// as pinned.
func Bundle(dir string, l Lock, w io.Writer) error {
	states := Verify(dir, l)
	for _, s := range Missing(states) {
		return fmt.Errorf("cannot bundle: %w", s.Err)
	}
	gz := gzip.NewWriter(w)
	tw := tar.NewWriter(gz)
	for _, s := range states {
		if err := addFile(tw, dir, s.File); err != nil {
			return err
		}
	}
	if err := tw.Close(); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	if err := gz.Close(); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	return nil
}

func addFile(tw *tar.Writer, dir string, f File) error {
	r, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.To))) //nolint:gosec // below the assets folder
	if err != nil {
		return fmt.Errorf("bundle %s: %w", f.To, err)
	}
	defer r.Close() //nolint:errcheck // only read
	if err := tw.WriteHeader(&tar.Header{Name: f.To, Mode: 0o644, Size: f.Bytes, Format: tar.FormatPAX}); err != nil {
		return fmt.Errorf("bundle %s: %w", f.To, err)
	}
	if _, err := io.Copy(tw, r); err != nil {
		return fmt.Errorf("bundle %s: %w", f.To, err)
	}
	return nil
}

// Unbundle installs a bundle's files below dir. Files that the lock does not name are refused, so a bundle can
// neither write elsewhere nor bring anything but the pinned bytes. A bundle that leaves something missing is an error.
func Unbundle(r io.Reader, dir string, l Lock) error {
	want := map[string]File{}
	for _, p := range l.Packages {
		for _, f := range p.Files {
			want[f.To] = f
		}
	}
	gz, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("this is no bundle made by `rapport assets bundle`: %w", err)
	}
	for tr := tar.NewReader(gz); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			for _, s := range Missing(Verify(dir, l)) {
				return fmt.Errorf("the bundle is not whole; make it again with the same version: %w", s.Err)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the bundle, which may have been cut short: copy it again: %w: %w", err, practice.ErrInvalid)
		}
		f, ok := want[h.Name]
		if !ok {
			return fmt.Errorf("the bundle holds %q, which this rapport does not use; make it with the same version: %w", h.Name, practice.ErrInvalid)
		}
		if err := install(dir, f, tr); err != nil {
			return fmt.Errorf("install from the bundle (was it made by the same version, on the same kind of machine?): %w", err)
		}
	}
}

// PrepareAll makes the derived files below dir, as Pull does at its end.
func PrepareAll(dir string, ps []Preparer) error {
	u := Puller{Dir: dir}
	var errs []error
	for _, p := range ps {
		errs = append(errs, u.derive(p, 0, 0))
	}
	return errors.Join(errs...)
}
