package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapport-calls/rapport/internal/line/webrtc"
	"github.com/rapport-calls/rapport/internal/line/websocket"
)

// lineFigures are what passes over one transport, counted since the start.
type lineFigures struct {
	lines, received, lost, refused, sent, dropped, busy float64
}

func overWebRTC(s *webrtc.Server) func() lineFigures {
	return func() lineFigures {
		c := s.Stats()
		return lineFigures{
			lines: float64(c.Lines), received: float64(c.Packets), lost: float64(c.Lost), refused: float64(c.Flooded),
			sent: float64(c.Sent), dropped: float64(c.Dropped), busy: c.Busy.Seconds(),
		}
	}
}

func overWebSocket(s *websocket.Server) func() lineFigures {
	return func() lineFigures {
		c := s.Stats()
		return lineFigures{
			lines: float64(c.Lines), received: float64(c.Frames), lost: float64(c.Missing), refused: float64(c.Bad),
			sent: float64(c.Sent), dropped: float64(c.Dropped), busy: c.Busy.Seconds(),
		}
	}
}

// addSound tells what passes over a transport.
func (f *callFigures) addSound(transport string, now func() lineFigures) {
	label := prometheus.Labels{"transport": transport}
	count := func(name, help string, of func(lineFigures) float64) {
		f.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: label}, func() float64 { return of(now()) }))
	}
	f.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "rapport_lines", Help: "Lines open now.", ConstLabels: label}, func() float64 { return now().lines }))
	count("rapport_sound_packets_total", "Sound packets received.", func(l lineFigures) float64 { return l.received })
	count("rapport_sound_packets_lost_total", "Sound packets given up on.", func(l lineFigures) float64 { return l.lost })
	count("rapport_sound_packets_refused_total", "Sound packets left out: damaged, or far more than sound needs.", func(l lineFigures) float64 { return l.refused })
	count("rapport_sound_frames_sent_total", "Sound frames sent.", func(l lineFigures) float64 { return l.sent })
	count("rapport_sound_frames_dropped_total", "Sound frames dropped because a line was slow.", func(l lineFigures) float64 { return l.dropped })
	count("rapport_media_seconds_total", "Time by the clock spent decoding, resampling, encoding and sending, voice detectors included.", func(l lineFigures) float64 { return l.busy })
}
