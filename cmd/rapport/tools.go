package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
)

type healthCmd struct {
	Listen string `help:"Address of the server." default:"localhost:8080" placeholder:"HOST:PORT"`
}

// Run exits with 0 when a server answers there, for containers and supervisors.
func (c *healthCmd) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Listen+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("--listen %q is not HOST:PORT: %w", c.Listen, practice.ErrInvalid)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", c.Listen, err)
	}
	defer res.Body.Close() //nolint:errcheck // not read
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s is not well: %s", c.Listen, res.Status)
	}
	return nil
}

type migrateCmd struct {
	Kept `embed:""`
}

// Run brings the database to this release, as serve does at its start.
func (c *migrateCmd) Run(ctx context.Context, st *streams) error {
	db, err := store.Open(ctx, c.Data, "migrate", time.Now())
	if err != nil {
		return statusError{exitBadInput, err}
	}
	_, err = jobs.NewQueue(ctx, db.Writer(), st.log) // the jobs have tables of their own
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(st.err, "The database in %s is at this release's schema.\n", c.Data)
	return err
}
