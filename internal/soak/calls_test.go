package soak

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
	"github.com/rapport-calls/rapport/internal/practice"
)

// What may be left behind, by the slope over all samples after the first ones, in which caches fill.
const (
	soakBatch    = 100  // calls between two samples
	warmBatches  = 3    // not counted
	heapSlope    = 1024 // bytes a call
	othersSlope  = 0.01 // goroutines, or open files, a call: one in a hundred
	shortCall    = 2500 * time.Millisecond
	enoughSample = 4
)

// sample is what a process holds while no call goes on.
type sample struct {
	calls                   int
	heap, goroutines, files float64
}

func (p *process) sample(calls int) sample {
	p.t.Helper()
	p.closed.Wait()
	for range 3 { // finalizers of one round free what the next one collects
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		p.t.Logf("open files cannot be counted here: %v", err)
	}
	return sample{calls, float64(m.HeapAlloc), float64(runtime.NumGoroutine()), float64(len(files))}
}

// slope is the least-squares growth a call.
func slope(samples []sample, of func(sample) float64) float64 {
	var sx, sy, sxx, sxy float64
	n := float64(len(samples))
	for _, s := range samples {
		x, y := float64(s.calls), of(s)
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// short is one whole call: the customer opens, the trainee says something and hangs up, or just goes.
func (p *process) short(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	id := practice.CallID(fmt.Sprintf("call-%d", n))
	var mu sync.Mutex
	loud := 0
	live, k, err := p.dial(ctx, id, func(f client.Frame) {
		mu.Lock()
		defer mu.Unlock()
		if audio.RMS(f.PCM) > loudRMS {
			loud++
		}
	})
	if err != nil {
		return fmt.Errorf("call %d: %w", n, err)
	}
	defer k.Close()
	pace := time.NewTicker(senderTick)
	defer pace.Stop()
	frame := make([]int16, audio.FrameOut)
	for i := range int(shortCall / senderTick) {
		<-pace.C
		clear(frame)
		if at := i*20 - 300 - n%5*200; at >= 0 && at < 800 { // some speak first, some over her
			tone(frame, at%400*48)
		}
		if _, err := k.Speak(frame); err != nil {
			return fmt.Errorf("call %d: %w", n, err)
		}
	}
	if n%7 == 0 {
		live.End(call.End{By: practice.EndedByServer, Reason: "soak"}) // some are ended by the server
	} else if err := k.Send(signal.HangUp{}); err != nil {
		return fmt.Errorf("call %d: %w", n, err)
	}
	select {
	case <-live.Done():
	case <-ctx.Done():
		return fmt.Errorf("call %d does not end", n)
	}
	record, err := practice.Fold(p.log.take(id))
	switch {
	case err != nil:
		return fmt.Errorf("call %d: %w", n, err)
	case record.Ended == nil || len(record.Turns) == 0:
		return fmt.Errorf("call %d: ended %v, %d turns", n, record.Ended, len(record.Turns))
	}
	mu.Lock()
	defer mu.Unlock()
	if loud == 0 {
		return fmt.Errorf("call %d: the customer was not heard", n)
	}
	return p.archive.Erase(ctx, id)
}

func TestManyShortCallsLeaveHeapGoroutinesAndFilesFlat(t *testing.T) {
	p := newProcess(t, nil)
	var samples []sample
	begun := time.Now()
	batch := min(soakBatch, max(*soakCalls/6, *soakAtOnce))
	for done := 0; done < *soakCalls; done += batch {
		var all sync.WaitGroup
		next := make(chan int)
		for range *soakAtOnce {
			all.Go(func() {
				for n := range next {
					if err := p.short(t.Context(), n); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for n := range batch {
			next <- done + n
		}
		close(next)
		all.Wait()
		s := p.sample(done + batch)
		if live := p.house.Figures().Calls; live != 0 {
			t.Fatalf("%d calls are still in the house", live)
		}
		samples = append(samples, s)
		t.Logf("%4d calls, %4.0f s: heap %.2f MiB, %.0f goroutines, %.0f files", s.calls, time.Since(begun).Seconds(), s.heap/(1<<20), s.goroutines, s.files)
		if t.Failed() {
			return
		}
	}
	if len(samples) >= warmBatches+enoughSample {
		samples = samples[warmBatches:]
	}
	if len(samples) < enoughSample || batch < soakBatch {
		first, last := samples[0], samples[len(samples)-1]
		if last.goroutines > first.goroutines+4 || last.files > first.files+4 {
			t.Errorf("from %.0f to %.0f goroutines, from %.0f to %.0f files", first.goroutines, last.goroutines, first.files, last.files)
		}
		return // a short share tells little of the heap
	}
	heap := slope(samples, func(s sample) float64 { return s.heap })
	goroutines := slope(samples, func(s sample) float64 { return s.goroutines })
	files := slope(samples, func(s sample) float64 { return s.files })
	t.Logf("growth a call: %.0f bytes of heap (at most %d), %.4f goroutines, %.4f files (at most %.2f)", heap, heapSlope, goroutines, files, othersSlope)
	if heap > heapSlope || goroutines > othersSlope || files > othersSlope {
		t.Error("calls leave something behind")
	}
}
