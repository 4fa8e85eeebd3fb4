package main

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/line/webrtc"
	"github.com/rapport-calls/rapport/internal/practice"
)

var _ call.Watcher = (*callFigures)(nil)

// callFigures are the figures of calls, sound and inference at /metrics.
type callFigures struct {
	registry *prometheus.Registry
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
	registry.MustRegister(f.answered, f.stages, f.ended, f.troubles, poolFigures{r})
	return f
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

// CallEnded implements call.Watcher.
func (f *callFigures) CallEnded(_ practice.CallID, how practice.CallEnded, c call.Counts) {
	f.ended.WithLabelValues(string(how.Ending), string(how.By)).Inc()
	for what, n := range map[string]int64{"late_ticks": c.LateTicks, "mic_windows_dropped": c.MicDropped, "sound_lost_ms": c.LostMS, "log_retries": c.LogRetries, "events_unkept": c.EventsUnkept} {
		f.troubles.WithLabelValues(what).Add(float64(n))
	}
}

// addSound tells what passes over WebRTC.
func (f *callFigures) addSound(s *webrtc.Server) {
	count := func(name, help string, of func(webrtc.Stats) float64) {
		f.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return of(s.Stats()) }))
	}
	f.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "rapport_lines", Help: "Lines open now."}, func() float64 { return float64(s.Stats().Lines) }))
	count("rapport_sound_packets_total", "Sound packets received.", func(s webrtc.Stats) float64 { return float64(s.Packets) })
	count("rapport_sound_packets_lost_total", "Sound packets given up on.", func(s webrtc.Stats) float64 { return float64(s.Lost) })
	count("rapport_sound_frames_sent_total", "Sound frames sent.", func(s webrtc.Stats) float64 { return float64(s.Sent) })
	count("rapport_sound_frames_dropped_total", "Sound frames dropped because a line was slow.", func(s webrtc.Stats) float64 { return float64(s.Dropped) })
	count("rapport_media_seconds_total", "Time spent decoding, resampling, encoding and sending.", func(s webrtc.Stats) float64 { return s.Busy.Seconds() })
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
	for _, c := range stats.Classes {
		label := strconv.Itoa(int(c.Priority))
		buckets := map[float64]uint64{}
		var n uint64
		for i, bound := range c.Delay.BoundsMS {
			n += c.Delay.Counts[i]
			buckets[bound/1000] = n
		}
		ch <- prometheus.MustNewConstHistogram(delay, c.Delay.Count(), c.Delay.SumMS/1000, buckets, label)
		ch <- prometheus.MustNewConstMetric(dropped, prometheus.CounterValue, float64(c.Dropped), label)
	}
}
