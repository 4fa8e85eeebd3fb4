package bench

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/rapport-calls/rapport/internal/practice"
)

// mostPerCall is how many turns one call of bench floor has: some seven minutes, so that a run has several connections.
const mostPerCall = 20

// perCall parts a lane's turns into at least two calls, of which one is recorded.
func perCall(plan, lanes int) int {
	lane := (plan + lanes - 1) / lanes
	return max(1, min(mostPerCall, (lane+1)/2))
}

// Floor measures all situations, shuffled within the same calls. With a result and practice.ErrUnavailable together, more
// than a tenth of some situation's trials said nothing.
func Floor(ctx context.Context, o Options) (Result, error) {
	plan, err := plan(o)
	if err != nil {
		return Result{}, err
	}
	watch := newObserver(o.URL)
	looking, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { watch.watch(looking) })
	m, err := measure(ctx, o, plan, perCall(len(plan), o.Calls), watch)
	stop()
	wg.Wait()
	if err != nil {
		return Result{}, err
	}
	if o.Only == "" {
		m.server = watch.figures(ctx, o.Note)
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
