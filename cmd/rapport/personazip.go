package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
)

type personaExportCmd struct {
	Slug string `arg:"" help:"Scenario, such as late-birthday-parcel."`
	File string `arg:"" help:"Archive to write." type:"path" placeholder:"FILE.zip"`
}

// Run writes the scenario's folder as an archive, whole or not at all.
func (c *personaExportCmd) Run(s *Settings, st *streams) (err error) {
	l, err := openLibrary(s)
	if err != nil {
		return err
	}
	if _, err := l.named(c.Slug); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(c.File), ".rapport-export-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", c.File, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(l.library.Export(f, practice.Slug(c.Slug)), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), c.File); err != nil {
		return fmt.Errorf("write %s: %w", c.File, err)
	}
	_, err = fmt.Fprintf(st.out, "%s is in %s.\n", c.Slug, c.File)
	return err
}

type personaImportCmd struct {
	File    string `arg:"" help:"Archive to read." type:"path" placeholder:"FILE.zip"`
	Into    string `help:"Folder of scenarios to put it into; without it, that of --personas." type:"path" placeholder:"DIR"`
	Replace bool   `help:"Replace a scenario of that name."`
}

// Run takes a scenario out of an archive, reads it strictly and puts it into a folder, whole or not at all.
func (c *personaImportCmd) Run(s *Settings, st *streams) (err error) {
	into := c.Into
	if into == "" {
		into = s.Personas
	}
	if into == "" {
		return statusError{exitBadInput, errors.New("say where the scenario belongs: --into DIR, and start the server with --personas DIR")}
	}
	packed, err := unpackFile(c.File)
	if err != nil {
		return statusError{exitBadInput, fmt.Errorf("%s: %w", c.File, err)}
	}
	if err := os.MkdirAll(into, 0o755); err != nil { //nolint:gosec // a folder of scenarios is for everybody to read
		return fmt.Errorf("folder %s: %w", into, err)
	}
	// Beside its place, so that it can be moved there at once; the point in its name keeps it out of every library.
	work, err := os.MkdirTemp(into, ".import-*")
	if err != nil {
		return fmt.Errorf("folder %s: %w", into, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := writePacked(work, packed); err != nil {
		return err
	}
	if _, err := library.Load(os.DirFS(work), packed.Slug); err != nil {
		return statusError{exitBadInput, fmt.Errorf("%s: %w", c.File, err)}
	}
	target := filepath.Join(into, string(packed.Slug))
	if _, err := os.Lstat(target); err == nil {
		if !c.Replace {
			return statusError{exitBadInput, fmt.Errorf("%s is there already: replace it with --replace", target)}
		}
		if err := os.Rename(target, filepath.Join(work, "replaced")); err != nil {
			return fmt.Errorf("replace %s: %w", target, err)
		}
	}
	if err := os.Rename(filepath.Join(work, string(packed.Slug)), target); err != nil {
		if _, there := os.Lstat(filepath.Join(work, "replaced")); there == nil {
			err = errors.Join(err, os.Rename(filepath.Join(work, "replaced"), target))
		}
		return fmt.Errorf("put %s in its place: %w", target, err)
	}
	_, err = fmt.Fprintf(st.out, "%s is in %s. rapport persona check %s says what a player would miss in it.\n", packed.Slug, target, target)
	return err
}

func unpackFile(name string) (_ library.Packed, err error) {
	f, err := os.Open(name) //nolint:gosec // the caller's own choice
	if err != nil {
		return library.Packed{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return library.Packed{}, err
	}
	if !info.Mode().IsRegular() {
		return library.Packed{}, fmt.Errorf("this is no plain file: %w", practice.ErrInvalid)
	}
	return library.Unpack(f, info.Size())
}

// writePacked writes the folder through a root that nothing in it can leave.
func writePacked(dir string, p library.Packed) (err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("folder %s: %w", dir, err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	if err := root.Mkdir(string(p.Slug), 0o755); err != nil {
		return fmt.Errorf("folder of %s: %w", p.Slug, err)
	}
	for name, b := range p.Files {
		if err := root.WriteFile(filepath.Join(string(p.Slug), name), b, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}
