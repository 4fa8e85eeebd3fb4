package main

import (
	"context"
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
	first, err := d.shelf.entry(s.FollowUpOf)
	if err != nil {
		return fallback, nil //nolint:nilerr // without the first scenario there is no call of it that could be understood
	}
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
		return customer.Remember(r, &first.Scenario), nil
	}
	return fallback, nil
}
