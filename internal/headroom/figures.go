package headroom

import "time"

// Figures are what the gate knows.
type Figures struct {
	Open       bool
	Why        string        // it is closed
	Window     time.Duration // that the readings cover
	Cost       float64       // of one spoken call, in workers
	CostCPU    float64       // … in cores
	Sure       float64       // 0–1: share of the cost that is measured, not estimated
	Used       float64       // share of the machine that calls use, or will once they are all up
	Next       float64       // … with one more call
	Delays     uint64        // urgent pieces of work in the window
	DelayMS    float64       // 95th percentile of their waits
	Late       float64       // share of late ticks
	CallLength time.Duration // mean of ended calls
}

// Figures tells what the gate knows, for metrics and the page of live calls.
func (g *Gate) Figures(load float64) Figures {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.figures(load)
	f.Open, f.Why = g.shut.IsZero(), g.why
	return f
}

func (g *Gate) figures(load float64) Figures {
	f := Figures{CallLength: usualCall}
	weight := probeWeight + g.seconds
	f.Sure = g.seconds / weight
	f.Cost = (probeWeight*g.rules.Probe + g.busy) / weight
	f.CostCPU = (probeWeight*g.rules.Probe + g.cpu) / weight
	var busy, cpu float64 // in use now
	if n := len(g.readings); n > 1 {
		first, last := g.readings[0], g.readings[n-1]
		f.Window = last.At.Sub(first.At)
		s := f.Window.Seconds()
		busy = max(0, (last.Busy-first.Busy).Seconds()/s)
		cpu = max(0, (last.Processor-first.Processor).Seconds()/s)
		if ticks := last.Ticks - first.Ticks; ticks > 0 {
			f.Late = float64(last.LateTicks-first.LateTicks) / float64(ticks)
		}
		f.Delays, f.DelayMS = window(first.Delays, last.Delays, 0.95)
		if last.Ended > 0 { // the usual length counts as one call
			f.CallLength = (usualCall + last.EndedAfter) / time.Duration(last.Ended+1)
		}
	}
	// Calls that have just been admitted do not show in what is used yet, so the greater of measured and expected counts;
	// and as long as the cost is partly an estimate, it is taken to be more.
	careful := 1 + caution*(1-f.Sure)
	share := func(used, cost float64, of int) (now, next float64) {
		now = max(used, load*cost*careful) / float64(of)
		return now, now + cost*careful/float64(of)
	}
	w, wNext := share(busy, f.Cost, g.rules.Workers)
	c, cNext := share(cpu, f.CostCPU, g.rules.Cores)
	f.Used, f.Next = w, wNext
	if cNext > wNext {
		f.Used, f.Next = c, cNext
	}
	return f
}

// window is how many delays were counted between two readings, and the delay below which a share q of them lies, linear
// within its bucket.
func window(from, to Delays, q float64) (n uint64, ms float64) {
	counts := make([]uint64, len(to.Counts))
	for i, c := range to.Counts {
		if i < len(from.Counts) {
			c -= min(c, from.Counts[i])
		}
		counts[i] = c
		n += c
	}
	if n == 0 || len(to.BoundsMS) == 0 {
		return 0, 0
	}
	want, seen := q*float64(n), 0.0
	for i, c := range counts {
		if c == 0 || seen+float64(c) < want {
			seen += float64(c)
			continue
		}
		if i >= len(to.BoundsMS) {
			break
		}
		low := 0.0
		if i > 0 {
			low = to.BoundsMS[i-1]
		}
		return n, low + (to.BoundsMS[i]-low)*(want-seen)/float64(c)
	}
	return n, to.BoundsMS[len(to.BoundsMS)-1]
}
