package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"syscall"

	"github.com/rapport-calls/rapport/internal/practice"
)

// waitCounts is a histogram of waits as the server tells it: cumulative counts by upper bound in milliseconds.
type waitCounts map[float64]float64

// serverFigures are what the server tells of itself at one time.
type serverFigures struct {
	cpu        float64 // seconds
	rss        float64 // bytes
	inference  float64 // seconds of cpu
	live       float64 // bytes of the heap in use at the last collection
	collected  float64 // when that was, Unix seconds
	recognize  waitCounts
	synthesize waitCounts
}

// Names of the server's metrics.
const (
	metricCPU       = "process_cpu_seconds_total"
	metricRSS       = "process_resident_memory_bytes"
	metricInfer     = "rapport_inference_processor_seconds_total"
	metricLive      = "go_gc_heap_live_bytes"
	metricCollected = "go_memstats_last_gc_time_seconds"
	metricWait      = "rapport_stage_wait_seconds_bucket"
)

// fetchFigures reads the server's /metrics.
func fetchFigures(ctx context.Context, base string) (serverFigures, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(base, "/")+"/metrics", nil)
	if err != nil {
		return serverFigures{}, fmt.Errorf("%s is no address: %w", base, practice.ErrInvalid)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return serverFigures{}, fmt.Errorf("read the server's figures: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // only read
	if res.StatusCode != http.StatusOK {
		return serverFigures{}, fmt.Errorf("read the server's figures: %s", res.Status)
	}
	return parseFigures(res.Body)
}

// parseFigures reads the lines that matter of Prometheus' text format.
func parseFigures(r io.Reader) (serverFigures, error) {
	f := serverFigures{recognize: waitCounts{}, synthesize: waitCounts{}}
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		series, text, ok := strings.Cut(sc.Text(), " ")
		v, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil || strings.HasPrefix(series, "#") {
			continue
		}
		name, labels, _ := strings.Cut(strings.TrimSuffix(series, "}"), "{")
		switch name {
		case metricCPU:
			f.cpu = v
		case metricRSS:
			f.rss = v
		case metricInfer:
			f.inference = v
		case metricLive:
			f.live = v
		case metricCollected:
			f.collected = v
		case metricWait:
			f.wait(labels, v)
		}
	}
	return f, sc.Err()
}

// wait adds one bucket.
func (f *serverFigures) wait(labels string, count float64) {
	bound, to := math.NaN(), waitCounts(nil)
	for l := range strings.SplitSeq(labels, ",") {
		k, v, _ := strings.Cut(l, "=")
		v = strings.Trim(v, `"`)
		switch {
		case k == "le":
			if b, err := strconv.ParseFloat(v, 64); err == nil {
				bound = b * 1000
			}
		case k == "stage" && v == "recognize":
			to = f.recognize
		case k == "stage" && v == "synthesize":
			to = f.synthesize
		}
	}
	if to != nil && !math.IsNaN(bound) {
		to[bound] += count
	}
}

// mostWaits is how many waits a distribution is drawn from at most.
const mostWaits = 2000

// since is the distribution of the waits between two tellings. Inside a bucket they are taken to be spread evenly, and
// those above the last bound to be at it.
func (w waitCounts) since(older waitCounts, seed uint64) *Dist {
	bounds := make([]float64, 0, len(w))
	for b := range w {
		bounds = append(bounds, b)
	}
	sort.Float64s(bounds)
	if len(bounds) == 0 {
		return nil
	}
	total := w[bounds[len(bounds)-1]] - older[bounds[len(bounds)-1]]
	share := math.Min(1, mostWaits/math.Max(1, total))
	var in []sample
	low, below := 0.0, 0.0
	for _, b := range bounds {
		n := w[b] - older[b] - below
		below += n
		high := b
		if math.IsInf(b, 1) {
			high = low
		}
		k := int(math.Round(n * share))
		for i := range k {
			in = append(in, sample{strconv.Itoa(len(in)), low + (high-low)*(float64(i)+0.5)/float64(k)})
		}
		low = high
	}
	d := dist(in, seed)
	if d != nil {
		d.N = int(total)
	}
	return d
}

// ownCPU is the time in seconds that this process has computed for.
func ownCPU() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	s := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return s(u.Utime) + s(u.Stime)
}
