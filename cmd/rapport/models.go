package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/rapport-calls/rapport/internal/assets"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/embed"
	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/endpoint"
	"github.com/rapport-calls/rapport/internal/speech/recognize"
	"github.com/rapport-calls/rapport/internal/speech/studio"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
	"github.com/rapport-calls/rapport/internal/speech/synthesize/flite"
	"github.com/rapport-calls/rapport/internal/speech/vad"
)

// The ports that the models' adapters satisfy.
var (
	_ call.Recognizer    = (*recognize.Moonshine)(nil)
	_ call.EndOfTurn     = (*endpoint.SmartTurn)(nil)
	_ call.VoiceDetector = (*vad.Detector)(nil)
	_ call.VoiceDetector = (*vad.GateDetector)(nil)
	_ call.Synthesizer   = (*synthesize.Hibari)(nil)
	_ call.Synthesizer   = (*flite.Voice)(nil)
	_ call.Embedder      = (*embed.MiniLM)(nil)
	_ jobs.Embedder      = (*embed.MiniLM)(nil)
)

// models are the on-device models that could be opened; what could not is nil and told in degraded.
type models struct {
	pool     *onnx.Pool
	runtime  *onnx.Runtime
	hears    *recognize.Moonshine
	ends     *endpoint.SmartTurn
	detects  *vad.Silero
	hibari   *synthesize.Hibari
	speaks   voice // hibari, or what stands in for it
	studio   *studio.Voice
	embeds   *embed.MiniLM
	degraded []practice.Degraded
	closers  []func() error
}

// openSentences opens the sentence model alone, for commands that need no other.
func openSentences(s *Settings, log *slog.Logger) *models {
	m, rt := openRuntime(s, log)
	if rt != nil {
		m.embeds = opened(m, assets.JobEmbed, log, func() (*embed.MiniLM, error) { return embed.Open(rt, m.pool, filepath.Join(s.Assets, "minilm")) })
	}
	return m
}

// openRuntime opens what every model runs on; nil when it cannot be had.
func openRuntime(s *Settings, log *slog.Logger) (*models, *onnx.Runtime) {
	m := &models{}
	workers := s.Workers
	if workers <= 0 {
		workers = runtime.NumCPU()
	}
	m.pool = onnx.NewPool(workers)
	m.closers = append(m.closers, func() error { m.pool.Close(); return nil })
	rt, err := onnx.Open(filepath.Join(s.Assets, "runtime", "libonnxruntime."+libraryExtension()), 1)
	if err != nil {
		m.without(assets.JobRuntime, err, log)
		return m, nil
	}
	m.closers = append(m.closers, rt.Close)
	m.runtime = rt
	return m, rt
}

// openModels opens what is there. Nothing that is missing or broken stops the rest.
func openModels(s *Settings, log *slog.Logger) *models {
	m, rt := openRuntime(s, log)
	if rt == nil {
		return m
	}
	in := func(sub string) string { return filepath.Join(s.Assets, sub) }
	m.hears = opened(m, assets.JobRecognise, log, func() (*recognize.Moonshine, error) { return recognize.Open(rt, m.pool, in("moonshine")) })
	m.detects = opened(m, assets.JobListen, log, func() (*vad.Silero, error) { return vad.Open(rt, in("silero")) })
	m.ends = opened(m, assets.JobListen, log, func() (*endpoint.SmartTurn, error) { return endpoint.Open(rt, m.pool, in("smart-turn")) })
	m.openVoice(rt, s.Assets, log)
	m.openStudio(s, log)
	m.embeds = opened(m, assets.JobEmbed, log, func() (*embed.MiniLM, error) { return embed.Open(rt, m.pool, in("minilm")) })
	return m
}

// voice is who speaks.
type voice interface {
	call.Synthesizer
	Name() string
}

// openVoice opens the good voice, or the plain one where that cannot be had.
func (m *models) openVoice(rt *onnx.Runtime, folder string, log *slog.Logger) {
	h, err := synthesize.Open(rt, m.pool, filepath.Join(folder, "hibari"))
	if err == nil {
		m.hibari, m.speaks = h, h
		m.closers = append(m.closers, h.Close)
		return
	}
	plain, perr := flite.Open(context.Background(), m.pool, filepath.Join(folder, "flite"))
	if perr != nil {
		m.without(assets.JobSpeak, errors.Join(err, perr), log)
		return
	}
	m.speaks = plain
	m.closers = append(m.closers, plain.Close)
	m.without(assets.JobPlain, err, log)
}

func libraryExtension() string {
	if runtime.GOOS == "darwin" {
		return "dylib"
	}
	return "so"
}

type closer interface{ Close() error }

// opened keeps an adapter to be closed, or notes what is worse without it.
func opened[T closer](m *models, j assets.Job, log *slog.Logger, open func() (T, error)) T {
	a, err := open()
	if err != nil {
		m.without(j, err, log)
		var none T
		return none
	}
	m.closers = append(m.closers, a.Close)
	return a
}

func (m *models) without(j assets.Job, err error, log *slog.Logger) {
	what, mend := assets.Degraded(j)
	for _, d := range m.degraded {
		if d.What == what {
			return
		}
	}
	log.Warn("going on without a model", slog.String("job", string(j)), slog.Any("error", err))
	m.degraded = append(m.degraded, practice.Degraded{What: what, Why: err.Error(), Mend: mend})
}

// voice tells whether calls can be held aloud.
func (m *models) voice() bool { return m.hears != nil && m.speaks != nil }

func (m *models) detector() (call.VoiceDetector, error) {
	if m.detects == nil {
		return vad.Gate{}.NewDetector()
	}
	return m.detects.NewDetector()
}

// listening is the processor time of the voice detectors, which do not pass the pool.
func (m *models) listening() time.Duration {
	if m.detects == nil {
		return 0
	}
	return m.detects.Processor()
}

// callPorts leaves a port that has no adapter nil, not a nil pointer inside an interface.
func (m *models) callPorts() call.Ports {
	p := call.Ports{Detector: m.detector}
	if m.hears != nil {
		p.Recognizer = m.hears
	}
	if m.ends != nil {
		p.EndOfTurn = m.ends
	}
	if m.speaks != nil {
		p.Synthesizer = m.speaks
	}
	return p
}

func (m *models) embedder() call.Embedder {
	if m.embeds == nil {
		return nil
	}
	return m.embeds
}

// names are what the server says of itself, and what a call's first event records.
type names struct{ recognizer, vad, endpoint, voice string }

func (m *models) names(endpointMode string) names {
	n := names{recognizer: "none", vad: vad.Gate{}.Name(), endpoint: endpointMode, voice: "none"}
	if m.hears != nil {
		n.recognizer = m.hears.Name()
	}
	if m.detects != nil {
		n.vad = m.detects.Name()
	}
	if m.ends != nil && (endpointMode == "auto" || endpointMode == "audio") {
		n.endpoint = m.ends.Name()
	}
	if m.speaks != nil {
		n.voice = m.speaks.Name()
	}
	return n
}

// Close closes in the opposite order of opening.
func (m *models) Close() error {
	var errs []error
	for _, f := range slices.Backward(m.closers) {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}
