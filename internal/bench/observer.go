package bench

import (
	"context"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Times of looking at a server's figures.
const (
	lookEvery  = 5 * time.Second
	collectMax = 150 * time.Second // the runtime collects at least every two minutes
)

// ServerFigures are what a server's own account of itself tells, in sums, so that runs can be added up.
type ServerFigures struct {
	PlainCPU, PlainCallS         float64 // processor seconds apart from inference, and call seconds, without recording
	RecordingCPU, RecordingCallS float64 // … with recording
	HeapMBPerCall                []float64
	Why                          string // why there are none
}

// look is one look at /metrics.
type look struct {
	serverFigures
	at                    time.Time
	plain, recording, era int // calls that go on, and a number that changes whenever they do
}

// observer looks at a server while calls go on.
type observer struct {
	base string
	why  string

	mu                    sync.Mutex
	plain, recording, era int
	since                 time.Time
	looks                 []look
}

// newObserver refuses servers elsewhere: their processor is not the machine that the result names.
func newObserver(base string) *observer {
	o := &observer{base: base}
	u, err := url.Parse(base)
	if err != nil {
		o.why = err.Error()
		return o
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		o.why = "the server runs on another machine"
	}
	return o
}

// calls notes that a call began (1) or ended (−1).
func (o *observer) calls(recorded bool, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.era++
	if recorded {
		o.recording += n
	} else {
		o.plain += n
	}
	o.since = time.Now()
}

// watch looks every few seconds until ctx ends.
func (o *observer) watch(ctx context.Context) {
	for o.why == "" {
		o.look(ctx)
		if pause(ctx, lookEvery) != nil {
			return
		}
	}
}

func (o *observer) look(ctx context.Context) {
	o.mu.Lock()
	k := look{plain: o.plain, recording: o.recording, era: o.era}
	o.mu.Unlock()
	m, err := fetchFigures(ctx, o.base)
	k.at = time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		o.why = err.Error()
		return
	}
	k.serverFigures = m
	if k.era == o.era { // no call began or ended meanwhile
		o.looks = append(o.looks, k)
	}
}

// figures sums up. It waits for a collection after the last call, which tells what remains without calls.
func (o *observer) figures(ctx context.Context, note func(string)) ServerFigures {
	o.mu.Lock()
	ended := o.since
	o.mu.Unlock()
	wait, cancel := context.WithTimeout(ctx, collectMax)
	defer cancel()
	rest := 0.0
	for first := true; o.why == "" && rest == 0; first = false {
		m, err := fetchFigures(wait, o.base)
		if err != nil {
			break
		}
		if m.collected > float64(ended.UnixMilli())/1000+1 {
			rest = m.live
			break
		}
		if first {
			note("waiting for the server's next garbage collection (at most two minutes), to tell its memory with and without calls")
		}
		if pause(wait, lookEvery) != nil {
			break
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return summedLooks(o.looks, rest, o.why)
}

// summedLooks counts the time between looks in which the same calls of one kind went on.
func summedLooks(looks []look, restBytes float64, why string) ServerFigures {
	f := ServerFigures{Why: why}
	begun := map[int]time.Time{}
	var before look
	for i, k := range looks {
		last := before
		before = k
		if _, ok := begun[k.era]; !ok {
			begun[k.era] = k.at
		}
		if n := k.plain + k.recording; n > 0 && restBytes > 0 && k.collected > float64(begun[k.era].UnixMilli())/1000 {
			f.HeapMBPerCall = append(f.HeapMBPerCall, (k.live-restBytes)/1e6/float64(n))
		}
		if i == 0 || last.era != k.era || k.inference == 0 {
			continue
		}
		cpu := k.cpu - last.cpu - (k.inference - last.inference)
		s := k.at.Sub(last.at).Seconds()
		switch {
		case k.plain > 0 && k.recording == 0:
			f.PlainCPU += cpu
			f.PlainCallS += s * float64(k.plain)
		case k.recording > 0 && k.plain == 0:
			f.RecordingCPU += cpu
			f.RecordingCallS += s * float64(k.recording)
		}
	}
	return f
}

// plus adds another run's.
func (f ServerFigures) plus(g ServerFigures) ServerFigures {
	f.PlainCPU, f.PlainCallS = f.PlainCPU+g.PlainCPU, f.PlainCallS+g.PlainCallS
	f.RecordingCPU, f.RecordingCallS = f.RecordingCPU+g.RecordingCPU, f.RecordingCallS+g.RecordingCallS
	f.HeapMBPerCall = append(slices.Clone(f.HeapMBPerCall), g.HeapMBPerCall...)
	if f.Why == "" {
		f.Why = g.Why
	}
	return f
}

// leastS is how much of a call must have been seen.
const leastS = 20

// serverFigures fills what the server tells.
func (r *Result) serverFigures(f ServerFigures) {
	share := func(name string, cpu, callS float64) *float64 {
		if callS >= leastS {
			v := float64(int(cpu/callS*10000+0.5)) / 10000
			return &v
		}
		why := f.Why
		if why == "" {
			why = "no call of this kind went on long enough, or the server does not tell the processor time of inference"
		}
		r.NullBecause[name] = why
		return nil
	}
	r.Metrics.MediaCore = share("media_core", f.PlainCPU, f.PlainCallS)
	r.Metrics.MediaCoreRecording = share("media_core_recording", f.RecordingCPU, f.RecordingCallS)
	if len(f.HeapMBPerCall) > 0 {
		sorted := slices.Sorted(slices.Values(f.HeapMBPerCall))
		v := tenths(quantile(sorted, 0.5)*10) / 10
		r.Metrics.HeapMBPerCall = &v
		return
	}
	r.NullBecause["heap_mb_per_call"] = f.Why
	if f.Why == "" {
		r.NullBecause["heap_mb_per_call"] = "the server's memory was not collected both in calls and after them"
	}
}
