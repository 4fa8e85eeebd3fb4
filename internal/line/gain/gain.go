// Package gain keeps account of gain messages, as a client's loudspeaker follows them.
package gain

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// History remembers the gain messages of a call. Its zero value plays everything as it is. It is safe for use by
// several goroutines.
type History struct {
	mu    sync.Mutex
	ramps []ramp
}

// ramp goes from one amplitude to another along a straight line.
type ramp struct {
	begin, end time.Time
	from, to   float64
}

func (r ramp) at(t time.Time) float64 {
	if !t.Before(r.end) {
		return r.to
	}
	return r.from + (r.to-r.from)*float64(t.Sub(r.begin))/float64(r.end.Sub(r.begin))
}

// Ramp notes a message that arrived at now: it starts from wherever the last one had come to.
func (g *History) Ramp(now time.Time, m practice.Gain) {
	from := g.At(now)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ramps = append(g.ramps, ramp{begin: now, end: now.Add(time.Duration(m.RampMS) * time.Millisecond), from: from, to: math.Pow(10, min(m.DB, 0)/20)})
}

// At is the amplitude (0–1) at a time, after the messages that had arrived by then.
func (g *History) At(t time.Time) float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range slices.Backward(g.ramps) {
		if !t.Before(r.begin) {
			return r.at(t)
		}
	}
	return 1
}
