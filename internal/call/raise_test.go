package call

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// patient hears only what has become urgent.
type patient struct{}

func (patient) Recognize(ctx context.Context, _ []int16, p practice.Priority) (practice.Recognition, error) {
	sure, to := practice.RaiseOf(ctx)
	if p != practice.PrioritySpeculation || to != practice.PriorityFinal || sure == nil {
		return practice.Recognition{}, errModel
	}
	select {
	case <-sure:
		return practice.Recognition{Text: "Yes."}, nil
	case <-ctx.Done():
		return practice.Recognition{}, ctx.Err()
	}
}

func TestARaiseReachesTheModelsAndTwiceIsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, kept := newStage(t), &stillRecorder{}
		l := newLive(Ticket{ID: "c", Config: s.core.cfg, Mind: s.core.mind}, Ports{Log: kept, Recognizer: patient{}}, Options{LineLost: time.Minute, Logger: slog.New(slog.DiscardHandler)})
		l.mic = newMicrophone(nil, &l.tally.judging)
		o := &owner{Live: l, core: s.core, pending: map[int64]asked{}, sounds: map[clauseKey][]int16{}}
		o.do(ctx, Recognize{ID: 4, ToMS: 100, Priority: practice.PrioritySpeculation})
		synctest.Wait()
		if len(o.answers) != 0 {
			t.Fatalf("answered before it was urgent: %+v", <-o.answers)
		}
		for _, id := range []int64{4, 4, 5} { // 5 was never asked for
			o.do(ctx, Raise{ID: id})
		}
		synctest.Wait()
		if a := <-o.answers; a.id != 4 || a.in.(Words).Text != "Yes." { //nolint:forcetypeassert // a wrong type fails the test
			t.Fatalf("%+v", a)
		}
		if len(o.pending) != 1 {
			t.Fatalf("%d pieces are waited for", len(o.pending))
		}
		o.do(ctx, Drop{ID: 4})
		cancel()
		o.work.Wait()
	})
}
