package main

import (
	"regexp"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/telemetry"
)

var _ call.Watcher = (*callFigures)(nil)

// callFigures are the figures of calls, sound and inference at /metrics.
type callFigures struct {
	registry *prometheus.Registry
	traces   *telemetry.Traces // nil: no collector is named
	barges   *prometheus.CounterVec
	heard    *prometheus.HistogramVec
	answered prometheus.Histogram
	stages   *prometheus.HistogramVec
	ended    *prometheus.CounterVec
	troubles *prometheus.CounterVec
}

func newCallFigures(registry *prometheus.Registry, r *running) *callFigures {
	waits := []float64{.05, .1, .2, .3, .4, .5, .6, .8, 1, 1.5, 2, 3, 5, 10}
	f := &callFigures{
		registry: registry,
		answered: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "rapport_voice_to_voice_seconds", Help: "From the trainee's last voice to the customer's first sound, as the server knows it.", Buckets: waits}),
		stages:   prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rapport_turn_stage_seconds", Help: "Where a turn's wait went.", Buckets: waits}, []string{"stage"}),
		ended:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rapport_calls_ended_total", Help: "Calls that ended, by ending and by whom."}, []string{"ending", "by"}),
		troubles: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rapport_call_troubles_total", Help: "What went less than well inside calls."}, []string{"what"}),
	}
	f.heard = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rapport_turn_span_seconds", Help: "How long each stage of a turn ran, as its trace shows it; stages overlap.", Buckets: waits}, []string{"stage"})
	f.barges = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rapport_barge_ins_total", Help: "Sounds of trainees while the customer spoke, by what they were."}, []string{"kind"})
	registry.MustRegister(f.heard, f.barges)
	registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "rapport_traces_dropped_total", Help: "Turns that were not traced because too many waited."}, func() float64 { return float64(f.traces.Dropped()) }))
	registry.MustRegister(f.answered, f.stages, f.ended, f.troubles, poolFigures{r})
	return f
}

// goFigures are the runtime's own, and how much of the heap the last collection found in use: what calls hold, without
// what waits to be collected.
func goFigures() prometheus.Collector {
	return collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile("^/gc/heap/live:bytes$")}))
}

// TurnAnswered implements call.Watcher.
func (f *callFigures) TurnAnswered(_ practice.CallID, voiceToVoiceMS float64, s practice.StageTimes) {
	f.answered.Observe(voiceToVoiceMS / 1000)
	for name, ms := range map[string]*float64{"endpoint": s.EndpointMS, "recognize": s.RecognizeMS, "decide": s.DecideMS, "words": s.WordsMS, "synthesize": s.SynthesizeMS, "send": s.SendMS} {
		if ms != nil {
			f.stages.WithLabelValues(name).Observe(*ms / 1000)
		}
	}
}

// TurnTraced implements call.Watcher.
func (f *callFigures) TurnTraced(id practice.CallID, clockStart time.Time, turn practice.TurnTrace) {
	for _, s := range turn.Spans {
		f.heard.WithLabelValues(string(s.Stage)).Observe(s.MS() / 1000)
	}
	f.traces.Turn(id, clockStart, turn)
}

// BargedIn implements call.Watcher.
func (f *callFigures) BargedIn(_ practice.CallID, kind string) { f.barges.WithLabelValues(kind).Inc() }

// CallEnded implements call.Watcher.
func (f *callFigures) CallEnded(_ practice.CallID, how practice.CallEnded, c call.Counts) {
	f.ended.WithLabelValues(string(how.Ending), string(how.By)).Inc()
	for what, n := range map[string]int64{"late_ticks": c.LateTicks, "mic_windows_dropped": c.MicDropped, "sound_lost_ms": c.LostMS, "reconnects": c.Reconnects, "voice_detector_errors": c.DetectorErrors, "log_retries": c.LogRetries, "events_unkept": c.EventsUnkept} {
		f.troubles.WithLabelValues(what).Add(float64(n))
	}
}

// poolFigures tells how long work waits for the models.
type poolFigures struct{ r *running }

// Describe implements prometheus.Collector; what it collects is checked when it is collected.
func (poolFigures) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (p poolFigures) Collect(ch chan<- prometheus.Metric) {
	if p.r.house != nil {
		p.r.collectRoom(ch)
	}
	if p.r.models == nil {
		return
	}
	stats := p.r.models.pool.Stats()
	delay := prometheus.NewDesc("rapport_inference_wait_seconds", "Time that work waited for a worker, by urgency (0 first).", []string{"priority"}, nil)
	dropped := prometheus.NewDesc("rapport_inference_dropped_total", "Work dropped before it began, since nobody waited for it any more.", []string{"priority"}, nil)
	refused := prometheus.NewDesc("rapport_inference_refused_total", "Work refused because a queue was full.", []string{"priority"}, nil)
	waiting := prometheus.NewDesc("rapport_inference_waiting", "Work that waits for a worker now.", []string{"priority"}, nil)
	spent := prometheus.NewDesc("rapport_inference_seconds_total", "Workers' time spent.", []string{"priority"}, nil)
	for _, c := range stats.Classes {
		label := strconv.Itoa(int(c.Priority))
		ch <- histogram(delay, c.Delay, label)
		ch <- prometheus.MustNewConstMetric(dropped, prometheus.CounterValue, float64(c.Dropped), label)
		ch <- prometheus.MustNewConstMetric(refused, prometheus.CounterValue, float64(c.Refused), label)
		ch <- prometheus.MustNewConstMetric(waiting, prometheus.GaugeValue, float64(c.Waiting), label)
		ch <- prometheus.MustNewConstMetric(spent, prometheus.CounterValue, c.Running.Seconds(), label)
	}
	ch <- prometheus.MustNewConstMetric(prometheus.NewDesc("rapport_inference_processor_seconds_total", "Processor time of inference, voice detectors included; 0 where the system does not tell it of a thread.", nil, nil), prometheus.CounterValue, (stats.Processor + p.r.models.listening()).Seconds())
	byStage := prometheus.NewDesc("rapport_stage_wait_seconds", "Time that a stage's work waited for a worker.", []string{"stage"}, nil)
	inStage := prometheus.NewDesc("rapport_stage_inference_seconds_total", "Workers' time spent on a stage.", []string{"stage"}, nil)
	for _, s := range stats.Stages {
		ch <- histogram(byStage, s.Delay, string(s.Stage))
		ch <- prometheus.MustNewConstMetric(inStage, prometheus.CounterValue, s.Running.Seconds(), string(s.Stage))
	}
}

func histogram(d *prometheus.Desc, h onnx.Histogram, label string) prometheus.Metric {
	buckets := make(map[float64]uint64, len(h.BoundsMS))
	var n uint64
	for i, bound := range h.BoundsMS {
		n += h.Counts[i]
		buckets[bound/1000] = n
	}
	return prometheus.MustNewConstHistogram(d, h.Count(), h.SumMS/1000, buckets, label)
}
