package bench

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes a result of bench floor as the tables of docs/bench.
func Markdown(w io.Writer, r Result) error {
	var b strings.Builder
	p := func(format string, a ...any) { fmt.Fprintf(&b, format, a...) }
	c := r.Config
	p("# Turn-taking, measured\n\n")
	p("%s, %d cores, %.0f GiB, %s. Rapport %s, commit %s, %s. ", r.Host.CPU, r.Host.Cores, r.Host.MemoryGiB, r.Host.OS, r.Version, r.Commit, r.StartedAt[:min(10, len(r.StartedAt))])
	p("Recogniser %s, voice detection %s, end of turn %s, voice %s, words %s, line %s, calls at once %d", c.Recognizer, c.VAD, c.Endpoint, c.Voice, c.Words, c.Line, c.CallsAtOnce)
	if c.Patience != "" {
		p(", patience %s", c.Patience)
	}
	p(". %d trials in %.0f minutes", len(r.turns), r.DurationS/60)
	if r.Partial {
		p(" (stopped early)")
	}
	p(". What each figure means: [README](README.md).\n\n")
	target := map[string]string{}
	for _, t := range r.Targets {
		mark := "missed"
		if t.OK {
			mark = "met"
		}
		target[t.Metric] = fmt.Sprintf("%s %g: %s", t.Op, t.Target, mark)
	}
	p("| times | speech | n | recordings | p50 (95 %%) | p95 (95 %%) | max | target p50 | target p95 |\n|---|---|---|---|---|---|---|---|---|\n")
	row := func(label, name, source string, d *Dist, s ...situation) {
		if d == nil {
			return
		}
		p("| %s | %s | %d | %d | %.0f (%.0f–%.0f) | %.0f (%.0f–%.0f) | %.0f | %s | %s |\n", label, source, d.N, r.recordings(s...), d.P50, d.P50CI[0], d.P50CI[1], d.P95, d.P95CI[0], d.P95CI[1], d.Max, target[name+".p50"], target[name+".p95"])
	}
	m, syn := r.Metrics, r.BySource[synthetic]
	row("voice to voice ms", "voice_to_voice_ms", human, m.VoiceToVoiceMS, plain, unfinished)
	row("· of finished sentences", "", human, waitsOf(r.turns, c.Seed, plain), plain)
	row("· of unfinished ones", "", human, waitsOf(r.turns, c.Seed, unfinished), unfinished)
	row("first audio ms", "first_audio_ms", human, m.FirstAudioMS, plain, unfinished)
	row("voice to voice ms", "", synthetic, syn.VoiceToVoiceMS, phrases, dictation)
	row("barge-in: 12 dB down, ms", "barge_in_duck_ms", synthetic, m.BargeInDuckMS, bargeIn)
	row("barge-in: silent, ms", "barge_in_yield_ms", synthetic, m.BargeInYieldMS, bargeIn)
	row("word time error ms", "word_time_error_ms", synthetic, m.WordTimeErrorMS, phrases)
	row("word time error ms", "", human, r.BySource[human].WordTimeErrorMS, plain, unfinished)
	row("connect ms", "", "–", m.ConnectMS)
	p("\n| rates | speech | k of n | void | recordings | rate (95 %%) | target |\n|---|---|---|---|---|---|---|\n")
	share := func(label, name, source string, x *Rate, s ...situation) {
		if x == nil || x.N == 0 {
			return
		}
		p("| %s | %s | %d of %d | %d | %d | %.1f %% (%.1f–%.1f) | %s |\n", label, source, x.K, x.N, x.Void, r.recordings(s...), 100*x.Value, 100*x.CI[0], 100*x.CI[1], target[name])
	}
	share("customer cuts the trainee off", "cutoff_rate", human, m.CutoffRate, paused)
	for _, length := range pauseLengths() {
		share(fmt.Sprintf("· pause of %d ms", length), "", human, r.CutoffBy[fmt.Sprint(length)], paused)
	}
	share("… in dictation", "dictation_cutoff_rate", synthetic, m.DictationCutoffRate, dictation)
	share("yields to interruptions", "yield_rate", synthetic, m.YieldRate, bargeIn)
	share("talks on: backchannels", "backchannel_talk_through", synthetic, m.BackchannelTalk, backchannel)
	share("talks on: coughs, keyboards", "noise_talk_through", generated, m.NoiseTalk, noise)
	share("talks on: echo", "echo_talk_through", synthetic, m.EchoTalk, echoed)
	share("fillers", "filler_rate", human, m.FillerRate, plain, unfinished)
	share("unanswered", "", human, m.UnansweredRate, plain, unfinished)
	if x := m.WER; x != nil {
		p("\nWord errors (human): %d of %d, %.1f %% (95 %%: %.1f–%.1f). ", x.Errors, x.N, 100*x.Value, 100*x.CI[0], 100*x.CI[1])
	}
	k, n := cutIns(r.turns)
	p("At the recordings' own pauses the customer began before the trainee had ended in %d of %d turns.\n\n", k, n)
	for _, x := range []struct {
		label, name string
		v           *float64
		format      string
	}{
		{"Media path, share of a core a call", "media_core", m.MediaCore, "%.3f"},
		{"… with recording", "media_core_recording", m.MediaCoreRecording, "%.3f"},
		{"Heap a call, MB", "heap_mb_per_call", m.HeapMBPerCall, "%.2f"},
	} {
		if x.v != nil {
			p("%s: "+x.format+" (%s). ", x.label, *x.v, target[x.name])
		}
	}
	p("\n\n| stages of the wait, ms | n | p50 | p95 |\n|---|---|---|---|\n")
	for _, s := range r.StagesMS.named() {
		if s.Dist != nil {
			p("| %s | %d | %.0f | %.0f |\n", s.Name, s.Dist.N, s.Dist.P50, s.Dist.P95)
		}
	}
	if yield := curve(r.turns); yield != "" {
		p("\n%s", yield)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func waitsOf(turns []turnResult, seed uint64, s situation) *Dist {
	d, _, _, _ := waits(only(turns, s), seed)
	return d
}

// curve is how many interruptions she has yielded to by a time, and how many turns she would have waited out: the two
// trade-offs as this configuration has them.
func curve(turns []turnResult) string {
	var b strings.Builder
	n, silent := 0, map[int]int{}
	limits := []int{300, 400, 500, 600, 700, 900, 1200, 2000}
	for _, t := range only(turns, bargeIn) {
		if t.Void != "" || t.Yield == nil {
			continue
		}
		n++
		for _, l := range limits {
			if t.Yield.OK && *t.Yield.DownMS <= float64(l) {
				silent[l]++
			}
		}
	}
	if n == 0 {
		return ""
	}
	b.WriteString("Yields to interruptions within so many milliseconds:\n\n|")
	for _, l := range limits {
		fmt.Fprintf(&b, " %d |", l)
	}
	b.WriteString("\n|" + strings.Repeat("---|", len(limits)) + "\n|")
	for _, l := range limits {
		fmt.Fprintf(&b, " %.0f %% |", 100*float64(silent[l])/float64(n))
	}
	b.WriteString("\n")
	return b.String()
}
