package gain_test

import (
	"math"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/line/gain"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestGainFollowsTheMessagesAsAPageDoes(t *testing.T) {
	var g gain.History
	at := func(ms int) time.Time { return time.UnixMilli(1_000_000 + int64(ms)) }
	g.Ramp(at(100), practice.Gain{DB: -20, RampMS: 20}) // to 0.1
	g.Ramp(at(110), practice.Gain{DB: -80, RampMS: 10}) // from where that had come to: 0.55
	g.Ramp(at(500), practice.Gain{DB: 0})               // at once
	g.Ramp(at(600), practice.Gain{DB: 12})              // never louder than sent
	for _, c := range []struct {
		ms   int
		want float64
	}{{0, 1}, {99, 1}, {100, 1}, {105, 0.775}, {110, 0.55}, {115, 0.27505}, {120, 0.0001}, {499, 0.0001}, {500, 1}, {700, 1}} {
		if got := g.At(at(c.ms)); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("at %d ms: %v, want %v", c.ms, got, c.want)
		}
	}
}
