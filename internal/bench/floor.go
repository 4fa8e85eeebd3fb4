package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// perCall is how many turns one call of bench floor has: some seven minutes, so that a run has several connections.
const perCall = 24

// Floor measures all situations, shuffled within the same calls. With a result and practice.ErrUnavailable together, more
// than a tenth of some situation's trials said nothing.
func Floor(ctx context.Context, o Options) (Result, error) {
	plan, err := plan(o.Speech, o.Script, o.Trials, o.Seed)
	if err != nil {
		return Result{}, err
	}
	m, err := measure(ctx, o, plan, perCall)
	if err != nil {
		return Result{}, err
	}
	res := summariseFloor(o, m)
	if o.Out != "" {
		if err := keep(o, m, res); err != nil {
			return res, err
		}
	}
	return res, res.valid()
}

// valid is an error when a figure was not measured because too many of its trials were void.
func (r Result) valid() error {
	if bad := r.TooVoid(); len(bad) > 0 {
		return fmt.Errorf("too many trials said nothing (%s): look at their \"void\" in turns.jsonl of --out: %w", strings.Join(bad, ", "), practice.ErrUnavailable)
	}
	return nil
}
