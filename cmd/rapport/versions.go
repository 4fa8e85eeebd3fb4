package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/store"
)

var _ jobs.Policies = (*versions)(nil)

// versions finds scenarios as calls were made with them, which may be older than those on the shelf.
type versions struct {
	shelf *shelf
	store *store.Store
	kept  sync.Map // digests that are kept
}

// keep keeps a scenario for the call that begins with it.
func (v *versions) keep(ctx context.Context, e library.Entry) error {
	digest := e.Scenario.Digest
	if _, ok := v.kept.Load(digest); ok {
		return nil
	}
	b, err := library.Snapshot(e)
	if err != nil {
		return err
	}
	if err := v.store.KeepScenario(ctx, e.Scenario.Slug, digest, b, time.Now()); err != nil {
		return err
	}
	v.kept.Store(digest, true)
	return nil
}

// entry is the scenario of a call: the version that it was made with, or the one on the shelf when none was kept.
// practice.ErrNotFound when there is neither.
func (v *versions) entry(ctx context.Context, slug practice.Slug, digest string) (library.Entry, error) {
	b, err := v.store.ScenarioVersion(ctx, digest)
	if errors.Is(err, practice.ErrNotFound) {
		return v.shelf.entry(slug)
	}
	if err != nil {
		return library.Entry{}, err
	}
	return library.FromSnapshot(b)
}

// Policy implements jobs.Policies.
func (v *versions) Policy(ctx context.Context, slug practice.Slug, digest string) (*practice.PolicyCard, error) {
	e, err := v.entry(ctx, slug, digest)
	if err != nil {
		return nil, err
	}
	return &e.Scenario.PolicyCard, nil
}
