package bench

import (
	"cmp"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// tell fills in what a step measured between two looks.
func (r *loadRun) tell(step *LoadStep, callers []*caller, a, b snapshot) {
	wall := b.at.Sub(a.at).Seconds()
	var turns []said
	var spoken, cycles, begun float64
	for _, c := range callers {
		c.mu.Lock()
		var before time.Time
		for _, t := range c.done {
			if t.begun.Before(a.at) || t.begun.After(b.at) {
				continue
			}
			turns = append(turns, t)
			spoken += t.ended.Sub(t.begun).Seconds()
			if !before.IsZero() {
				cycles += t.begun.Sub(before).Seconds()
				begun++
			}
			before = t.begun
		}
		c.mu.Unlock()
	}
	step.Turns = len(turns)
	var waits []float64
	var words []wordCount
	for _, t := range turns {
		if !t.answered {
			step.Unanswered++
		}
		if !t.talking {
			waits = append(waits, t.waitMS)
		}
		e, n := practice.WordErrors(t.reference, t.recognised)
		words = append(words, wordCount{t.recording, e, n})
	}
	if sort.Float64s(waits); len(waits) > 0 {
		step.P50MS, step.P95MS = round(quantile(waits, 0.5)), round(quantile(waits, 0.95))
	}
	step.WER = wer(words, r.o.Seed)
	base := r.base
	if base == nil {
		base = turns
	}
	step.WERDelta, _ = werDelta(turns, base)
	step.Underruns = round2(float64(b.underruns-a.underruns) / float64(step.Calls) / (wall / 60))
	step.CPUClient = round2((b.client - a.client) / wall)
	step.CycleS, step.TraineeShare = round(cycles/math.Max(1, begun)), round2(spoken/wall/float64(step.Calls))
	if !r.o.Remote {
		cpu, rss := round2((b.server.cpu-a.server.cpu)/wall), round(b.server.rss/(1<<20))
		step.CPUServer, step.RSSMB = &cpu, &rss
		step.QueueDelayMS = QueueDelay{b.server.recognize.since(a.server.recognize, r.o.Seed), b.server.synthesize.since(a.server.synthesize, r.o.Seed)}
	}
	step.judge()
}

// judge holds a step against the bars.
func (s *LoadStep) judge() {
	miss := func(bad bool, format string, a ...any) {
		if bad {
			s.Missed = append(s.Missed, fmt.Sprintf(format, a...))
		}
	}
	s.Missed = []string{}
	miss(s.Turns == 0, "no turn was said")
	miss(s.P95MS > barP95MS, "p95 %.0f ms is above %d", s.P95MS, barP95MS)
	miss(s.Unanswered > 0, "%d of %d turns were not answered", s.Unanswered, s.Turns)
	miss(s.WERDelta > barWERPoints, "word errors are %.1f points above one call's", s.WERDelta)
	miss(s.Underruns >= barUnderruns, "%.1f underruns a minute and call", s.Underruns)
	miss(s.Ended > 0, "%d calls were lost", s.Ended)
}

// werDelta is by how many points more words were misheard than in other turns of the same recordings. Recordings are
// weighed as in turns; those that the others lack are left out. False: there are none in common.
func werDelta(turns, others []said) (float64, bool) {
	type count struct{ errors, words float64 }
	base := map[string]count{}
	for _, t := range others {
		e, n := practice.WordErrors(t.reference, t.recognised)
		if t.void || n == 0 {
			continue
		}
		c := base[t.recording]
		base[t.recording] = count{c.errors + float64(e), c.words + float64(n)}
	}
	var errors, expected, words float64
	for _, t := range turns {
		c, ok := base[t.recording]
		if !ok || t.void {
			continue
		}
		e, n := practice.WordErrors(t.reference, t.recognised)
		errors, words = errors+float64(e), words+float64(n)
		expected += c.errors / c.words * float64(n)
	}
	if words == 0 {
		return 0, false
	}
	return round(100 * (errors - expected) / words), true
}

func (s LoadStep) says(sustain time.Duration) string {
	verdict := "held"
	if len(s.Missed) > 0 {
		verdict = strings.Join(s.Missed, "; ")
	}
	cpu := "?"
	if s.CPUServer != nil {
		cpu = fmt.Sprintf("%.2f", *s.CPUServer)
	}
	return fmt.Sprintf("%d calls for %s: %d turns, p50 %.0f, p95 %.0f ms, %s cores, %d refused: %s", s.Calls, sustain, s.Turns, s.P50MS, s.P95MS, cpu, s.Refused, verdict)
}

// newResult is a run's result with everything but what it measured.
func newResult(o Options, s setup, command string, began time.Time) Result {
	return Result{
		Schema: Schema, Command: command, Version: o.Version, Commit: o.Commit, Host: thisHost(),
		StartedAt: began.UTC().Format(time.RFC3339), DurationS: round(time.Since(began).Seconds()),
		Config: Config{
			Recognizer: s.Recognizer.Name, VAD: s.VAD.Name, Endpoint: s.Endpoint.Name, Voice: s.Voice.Name, VoiceCache: "cold", Words: s.Words.Name,
			Line: cmp.Or(o.Line, "webrtc"), Scenario: Scenario, CallsAtOnce: o.Calls, Seed: o.Seed,
		},
		CutoffBy: map[string]*Rate{"300": nil, "600": nil, "900": nil, "1200": nil},
		BySource: map[string]Source{"human": {}, "synthetic": {}},
		NullBecause: map[string]string{
			"cutoff_by_pause": "bench " + command + " puts no pauses into sentences; bench floor does",
			"stages_ms":       "bench " + command + " does not tell stages; bench call does",
		},
	}
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }
