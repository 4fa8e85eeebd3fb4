package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/rapport-calls/rapport/internal/assets"
	"github.com/rapport-calls/rapport/internal/speech/recognize"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
)

type assetsCmd struct {
	Pull   assetsPullCmd   `cmd:"" help:"Fetch what is missing; stop and start it as you like."`
	Fetch  assetsFetchCmd  `cmd:"" help:"Fetch a set that nobody needs: kokoro (studio voices, 90 MB to fetch, 195 MB on disk) or flite (a plain voice in case the good one breaks, 15 MB)."`
	Verify assetsVerifyCmd `cmd:"" help:"Compare every file with its pinned checksum."`
	List   assetsListCmd   `cmd:"" help:"List the packages with licence, size and purpose."`
	Bundle assetsBundleCmd `cmd:"" help:"Write all models into one file for a machine without a network."`
}

// preparers make the files that are derived from what was fetched.
func preparers() []assets.Preparer {
	return []assets.Preparer{
		{Folder: "moonshine", Job: assets.JobRecognise, Prepare: recognize.Prepare},
		{Folder: "hibari", Job: assets.JobSpeak, Prepare: synthesize.Prepare},
		{Folder: "kokoro", Job: assets.JobStudio, Prepare: synthesize.PrepareKokoro},
	}
}

type assetsPullCmd struct {
	From string `help:"Install from a bundle instead of fetching." type:"existingfile" placeholder:"BUNDLE"`
}

// Run fetches, unpacks and prepares.
func (c *assetsPullCmd) Run(ctx context.Context, s *Settings, io *streams) error {
	l, err := assets.ReadLock()
	if err != nil {
		return err
	}
	if c.From != "" {
		f, err := os.Open(c.From)
		if err != nil {
			return fmt.Errorf("open the bundle: %w", err)
		}
		defer f.Close() //nolint:errcheck // only read
		if err := assets.Unbundle(f, s.Assets, l); err != nil {
			return err
		}
		return assets.PrepareAll(s.Assets, preparers())
	}
	err = fetch(ctx, s, l, io)
	if err != nil {
		err = fmt.Errorf("some models are missing; rapport works without them as far as it can:\n%w", err)
		if assets.Installed(s.Assets, l, assets.JobSpeak) != nil { // a plain voice is better than none
			plain, perr := assets.ReadSet(assets.SetFlite)
			if perr == nil {
				perr = fetch(ctx, s, plain, io)
			}
			err = errors.Join(err, perr)
		}
		return statusError{exitNoMeasure, err}
	}
	_, err = fmt.Fprintf(io.err, "The models are in %s.\n", s.Assets)
	return err
}

func fetch(ctx context.Context, s *Settings, l assets.Lock, io *streams) error {
	bar := newBar(io.err)
	defer bar.end()
	return assets.Puller{Dir: s.Assets, Lock: l, Fetcher: assets.Clients{Environ: os.Environ()}, Prepare: preparers(), Progress: bar.show}.Pull(ctx)
}

type assetsFetchCmd struct {
	Sets []string `arg:"" help:"kokoro or flite." placeholder:"SET"`
}

// Run fetches sets by name.
func (c *assetsFetchCmd) Run(ctx context.Context, s *Settings, io *streams) error {
	for _, set := range c.Sets {
		l, err := assets.ReadSet(set)
		if err != nil {
			return err
		}
		if err := fetch(ctx, s, l, io); err != nil {
			return statusError{exitNoMeasure, fmt.Errorf("%s could not be fetched:\n%w", set, err)}
		}
	}
	_, err := fmt.Fprintf(io.err, "The models are in %s.\n", s.Assets)
	return err
}

type assetsVerifyCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run checks each file and says what is wrong with it.
func (c *assetsVerifyCmd) Run(s *Settings, io *streams) error {
	l, err := assets.ReadLock()
	if err != nil {
		return err
	}
	states := assets.Verify(s.Assets, l)
	missing := assets.Missing(states)
	if c.JSON {
		type row struct {
			File  string `json:"file"`
			OK    bool   `json:"ok"`
			Error string `json:"error,omitempty"`
		}
		rows := make([]row, len(states))
		for i, st := range states {
			rows[i] = row{File: st.File.To, OK: st.Err == nil}
			if st.Err != nil {
				rows[i].Error = st.Err.Error()
			}
		}
		if err := json.NewEncoder(io.out).Encode(rows); err != nil {
			return err
		}
	} else if len(missing) == 0 {
		if _, err := fmt.Fprintf(io.out, "%d files in %s are as pinned.\n", len(states), s.Assets); err != nil {
			return err
		}
	}
	for _, m := range missing {
		_, _ = fmt.Fprintln(io.err, m.Err)
	}
	if len(missing) > 0 {
		return statusError{exitMissedBar, nil}
	}
	return nil
}

type assetsListCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run lists the lock with what is installed.
func (c *assetsListCmd) Run(s *Settings, io *streams) error {
	l, err := assets.ReadLock()
	if err != nil {
		return err
	}
	for _, set := range []string{assets.SetFlite, assets.SetKokoro} {
		more, err := assets.ReadSet(set)
		if err != nil {
			return err
		}
		l.Packages = append(l.Packages, more.Packages...)
	}
	if c.JSON {
		return json.NewEncoder(io.out).Encode(l.Packages)
	}
	w := tabwriter.NewWriter(io.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "PACKAGE\tVERSION\tFETCH\tLICENCE\tPURPOSE\tHERE")
	for _, p := range l.Packages {
		here := "yes"
		switch err := assets.Installed(s.Assets, assets.Lock{Packages: []assets.Package{p}}, p.Job); {
		case p.Fallback:
			here = "if needed"
		case err != nil && p.Set != "":
			here = "if wanted"
		case err != nil:
			here = "no"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%.1f MB\t%s\t%s\t%s\n", p.Name, p.Version, float64(p.Bytes)/1e6, p.Licence, p.Purpose, here)
	}
	return w.Flush()
}

type assetsBundleCmd struct {
	Out string `arg:"" help:"File to write, such as rapport-models.tar.gz." type:"path"`
}

// Run writes the bundle beside its final name and renames it when it is whole.
func (c *assetsBundleCmd) Run(s *Settings, io *streams) (err error) {
	l, err := assets.ReadLock()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(c.Out), ".rapport-bundle-*")
	if err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := assets.Bundle(s.Assets, l, f); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	if err := os.Rename(f.Name(), c.Out); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	_, err = fmt.Fprintf(io.err, "Carry %s over and run `rapport assets pull --from %s` there.\n", c.Out, filepath.Base(c.Out))
	return err
}

// bar draws pull progress: in place on a terminal, one line a step elsewhere.
type bar struct {
	w     io.Writer
	tty   bool
	last  string
	start time.Time
}

func newBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	return &bar{w: w, tty: ok && term.IsTerminal(int(f.Fd())), start: time.Now()}
}

func (b *bar) show(p assets.Progress) {
	step := p.Note + " " + p.Package.ID
	if !b.tty {
		if step != b.last {
			_, _ = fmt.Fprintf(b.w, "%s (%.0f of %.0f MB)\n", step, float64(p.Done)/1e6, float64(p.Total)/1e6)
		}
		b.last = step
		return
	}
	const width = 30
	full := width
	if p.Total > 0 {
		full = int(width * p.Done / p.Total)
	}
	_, _ = fmt.Fprintf(b.w, "\r\x1b[K[%s%s] %.0f of %.0f MB  %s", strings.Repeat("█", full), strings.Repeat("░", width-full), float64(p.Done)/1e6, float64(p.Total)/1e6, step)
	b.last = step
}

func (b *bar) end() {
	if b.tty && b.last != "" {
		_, _ = fmt.Fprintln(b.w)
	}
}
