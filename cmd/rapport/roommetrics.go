package main

import "github.com/prometheus/client_golang/prometheus"

// collectRoom tells how much room there is for calls, and why there is none.
func (r *running) collectRoom(ch chan<- prometheus.Metric) {
	put := func(kind prometheus.ValueType, name, help string, v float64) {
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), kind, v)
	}
	f, room := r.house.Figures(), r.house.Room()
	put(prometheus.GaugeValue, "rapport_calls_live", "Calls that go on.", float64(f.Calls))
	put(prometheus.GaugeValue, "rapport_calls_limit", "Calls that may go on: those that do, and as many more as fit.", float64(f.Calls+room.More))
	put(prometheus.CounterValue, "rapport_calls_refused_total", "Calls refused for want of room.", float64(f.Refused))
	put(prometheus.CounterValue, "rapport_ticks_total", "20 ms steps of all calls' clocks.", float64(f.Ticks))
	put(prometheus.CounterValue, "rapport_ticks_late_total", "Of these, steps more than one step late.", float64(f.LateTicks))
	put(prometheus.CounterValue, "rapport_voice_detector_seconds_total", "Time that voice detectors took; they run on the lines' own goroutines.", f.Judging.Seconds())
	if r.archive != nil {
		put(prometheus.CounterValue, "rapport_recording_seconds_total", "Time spent encoding and writing recordings, waits for the disk left out.", r.archive.Busy().Seconds())
	}
	g := r.gate.Figures(f.Load)
	put(prometheus.GaugeValue, "rapport_headroom_used_ratio", "Share of the machine that calls use or will use.", g.Used)
	put(prometheus.GaugeValue, "rapport_headroom_next_ratio", "The same with one more spoken call.", g.Next)
	put(prometheus.GaugeValue, "rapport_headroom_call_workers", "What a spoken call costs, in inference workers.", g.Cost)
	put(prometheus.GaugeValue, "rapport_headroom_call_cores", "What a spoken call costs, in cores.", g.CostCPU)
	put(prometheus.GaugeValue, "rapport_headroom_measured_ratio", "Share of that cost which is measured rather than estimated at the start.", g.Sure)
	put(prometheus.GaugeValue, "rapport_headroom_delay_seconds", "95th percentile of urgent work's wait in the last 25 s.", g.DelayMS/1000)
	if used, ok := processorTime(); ok {
		put(prometheus.CounterValue, "rapport_processor_seconds_total", "Processor time of the whole process.", used.Seconds())
	}
}
