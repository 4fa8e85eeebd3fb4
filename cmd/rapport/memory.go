package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
)

var _ server.Memories = (*desk)(nil)

// lookBack is how many of a person's calls are searched for the one that a follow-up follows.
const lookBack = 200

// Memory implements server.Memories: the newest ended call of the scenario that s follows, with what came of its promises.
func (d *desk) Memory(ctx context.Context, person practice.PersonID, s practice.Scenario) (practice.Memory, error) {
	fallback := customer.DefaultMemory(&s)
	calls, err := d.store.Calls(ctx, person, lookBack)
	if err != nil {
		return fallback, fmt.Errorf("look for the earlier call: %w", err)
	}
	for _, c := range calls { // newest first
		if c.Scenario != s.FollowUpOf || c.Status != practice.CallEnd {
			continue
		}
		events, err := d.store.Events(ctx, c.ID)
		if err != nil {
			return fallback, fmt.Errorf("read the earlier call: %w", err)
		}
		r, err := practice.Fold(events)
		if err != nil {
			d.log.WarnContext(ctx, "an earlier call cannot be read", slog.String("call", string(c.ID)), slog.Any("error", err))
			continue
		}
		first, err := d.versions.entry(ctx, c.Scenario, r.Started.ScenarioDigest)
		if errors.Is(err, practice.ErrNotFound) {
			return fallback, nil // without the first scenario its calls cannot be understood
		}
		if err != nil {
			return fallback, err
		}
		return customer.Remember(r, &first.Scenario), nil
	}
	return fallback, nil
}
