package onnx

import (
	"slices"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// delayBounds are the upper bounds of the queue-delay histogram, in milliseconds; delays above the last are counted
// once more.
var delayBounds = [...]float64{1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 350, 500, 1000, 2000, 5000} //nolint:gochecknoglobals // a constant table

// Stats is what the pool has done since it began.
type Stats struct {
	Workers int
	Busy    int // workers that run something now
	// Processor is what the work that ended used of a core, where the system tells it of a thread (Linux); 0 elsewhere.
	// Running, below, counts the time in which somebody else had the core too.
	Processor time.Duration
	Classes   []ClassStats
	Stages    []StageStats // work that was done at a known stage of a turn
}

// StageStats is one stage's share of Stats.
type StageStats struct {
	Stage   practice.Stage
	Running time.Duration
	Delay   Histogram
}

// ClassStats is one priority's share of Stats.
type ClassStats struct {
	Priority practice.Priority
	Waiting  int
	Begun    uint64        // work that a worker took
	Dropped  uint64        // stale before it began
	Refused  uint64        // the queue was full
	Running  time.Duration // summed over all work that ended
	Delay    Histogram     // time from Do to the beginning of the work
}

// Histogram counts delays in milliseconds.
type Histogram struct {
	BoundsMS []float64 // inclusive upper bounds, ascending
	Counts   []uint64  // one for each bound, then one for all above; not cumulative
	SumMS    float64
	MinMS    float64 // 0 when empty
	MaxMS    float64
}

// Count is how many delays were counted.
func (h Histogram) Count() uint64 {
	var n uint64
	for _, c := range h.Counts {
		n += c
	}
	return n
}

// Since is what was counted after an older snapshot of the same histogram. Its least and greatest are those of all time.
func (h Histogram) Since(older Histogram) Histogram {
	out := h
	out.SumMS -= older.SumMS
	out.Counts = slices.Clone(h.Counts)
	for i := range min(len(older.Counts), len(out.Counts)) {
		out.Counts[i] -= older.Counts[i]
	}
	return out
}

// Plus adds two histograms of the same bounds.
func (h Histogram) Plus(o Histogram) Histogram {
	switch {
	case h.Count() == 0:
		return o
	case o.Count() == 0:
		return h
	}
	out := h
	out.SumMS += o.SumMS
	out.MinMS, out.MaxMS = min(h.MinMS, o.MinMS), max(h.MaxMS, o.MaxMS)
	out.Counts = slices.Clone(h.Counts)
	for i := range min(len(o.Counts), len(out.Counts)) {
		out.Counts[i] += o.Counts[i]
	}
	return out
}

// QuantileMS estimates the delay below which a share q (0–1) lies, linear within its bucket; 0 when empty.
func (h Histogram) QuantileMS(q float64) float64 {
	n := h.Count()
	if n == 0 {
		return 0
	}
	want := min(max(q, 0), 1) * float64(n)
	var seen float64
	for i, c := range h.Counts {
		if c == 0 || seen+float64(c) < want {
			seen += float64(c)
			continue
		}
		low, high := h.MinMS, h.MaxMS
		if i > 0 {
			low = max(low, h.BoundsMS[i-1])
		}
		if i < len(h.BoundsMS) {
			high = min(high, h.BoundsMS[i])
		}
		return low + (high-low)*(want-seen)/float64(c)
	}
	return h.MaxMS
}

// classCount is what the pool counts of one priority while it runs.
type classCount struct {
	begun, dropped, refused uint64
	running                 time.Duration
	counts                  [len(delayBounds) + 1]uint64
	sumMS, minMS, maxMS     float64
}

func (c *classCount) began(delay time.Duration) {
	ms := float64(delay) / float64(time.Millisecond)
	if c.begun == 0 {
		c.minMS = ms
	}
	c.begun++
	i, _ := slices.BinarySearch(delayBounds[:], ms)
	c.counts[i]++
	c.sumMS += ms
	c.minMS, c.maxMS = min(c.minMS, ms), max(c.maxMS, ms)
}

func (c *classCount) delay() Histogram {
	return Histogram{
		BoundsMS: slices.Clone(delayBounds[:]), Counts: slices.Clone(c.counts[:]), SumMS: c.sumMS, MinMS: c.minMS, MaxMS: c.maxMS,
	}
}

func newStageCounts() map[practice.Stage]*classCount {
	m := make(map[practice.Stage]*classCount)
	for _, s := range []practice.Stage{practice.StageEndpoint, practice.StageRecognize, practice.StageDecide, practice.StageSynthesize} {
		m[s] = &classCount{}
	}
	return m
}

// Stats is a snapshot. Two of them give a window: see Histogram.Since.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := Stats{Workers: p.workers, Busy: p.busy, Processor: p.processor, Classes: make([]ClassStats, len(p.classes))}
	for i := range p.classes {
		c := &p.classes[i]
		s.Classes[i] = ClassStats{
			Priority: practice.Priority(i), Begun: c.begun, Dropped: c.dropped, Refused: c.refused, Running: c.running, Delay: c.delay(),
		}
	}
	for _, j := range p.queue {
		s.Classes[j.priority].Waiting++
	}
	for _, stage := range practice.Stages() {
		if c := p.stages[stage]; c != nil {
			s.Stages = append(s.Stages, StageStats{Stage: stage, Running: c.running, Delay: c.delay()})
		}
	}
	return s
}
