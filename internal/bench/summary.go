package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// setup is what bench reads of the server's description of itself.
type setup struct {
	Version    string `json:"version"`
	Notice     notice `json:"notice"`
	Recognizer named  `json:"recognizer"`
	Voice      named  `json:"voice"`
	Words      named  `json:"words"`
	VAD        named  `json:"vad"`
	Endpoint   named  `json:"endpoint"`
}

type notice struct {
	Version string `json:"version"`
}

type named struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

func fetchSetup(ctx context.Context, base string) (setup, error) {
	var s setup
	if err := request(ctx, http.MethodGet, base, "/api/setup", nil, &s); err != nil {
		return s, err
	}
	if !s.Recognizer.OK || !s.Voice.OK {
		return s, fmt.Errorf("the server has no recogniser or no voice, so there is nothing to measure: run `rapport assets pull`: %w", practice.ErrUnavailable)
	}
	return s, nil
}

type madeCall struct {
	ID      string `json:"id"`
	Token   string `json:"token"`
	LineURL string `json:"line_url"`
}

func makeCall(ctx context.Context, base, noticeVersion string, seed uint64) (madeCall, error) {
	var out madeCall
	err := request(ctx, http.MethodPost, base, "/api/calls", map[string]any{
		"scenario": Scenario, "notice_version": noticeVersion, "keep_sound": false, "mode": "voice", "seed": strconv.FormatUint(seed, 10),
	}, &out)
	return out, err
}

func request(ctx context.Context, method, base, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(base, "/")+path, body)
	if err != nil {
		return fmt.Errorf("%s is no address: %w", base, errors.Join(err, practice.ErrInvalid))
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("reach the server: %w", errors.Join(err, practice.ErrUnavailable))
	}
	defer res.Body.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		var p struct {
			Detail string `json:"detail"`
		}
		_ = json.Unmarshal(b, &p) // without a detail the status says it
		return fmt.Errorf("%s %s: %s: %s: %w", method, path, res.Status, p.Detail, practice.ErrUnavailable)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return nil
}

func summarise(o Options, s setup, turns []turnResult, connects []sample) Result {
	r := Result{
		Schema: Schema, Command: "call", Version: o.Version, Commit: o.Commit, Host: thisHost(),
		Config: Config{
			Recognizer: s.Recognizer.Name, VAD: s.VAD.Name, Endpoint: s.Endpoint.Name, Voice: s.Voice.Name, VoiceCache: "cold", Words: s.Words.Name,
			Line: "webrtc", Scenario: Scenario, CallsAtOnce: o.Calls, Seed: o.Seed,
		},
		CutoffBy: map[string]*Rate{"300": nil, "600": nil, "900": nil, "1200": nil},
		BySource: map[string]Source{"human": {}, "synthetic": {}},
	}
	var v2v, first []sample
	var words []wordCount
	fillers, unanswered, cutIns := 0, 0, 0
	stages := map[string][]sample{}
	for _, t := range turns {
		if t.CutIn {
			cutIns++
		}
		if !t.Talking {
			v2v = append(v2v, sample{t.Recording, t.VoiceToVoiceMS})
			first = append(first, sample{t.Recording, t.FirstAudioMS})
		}
		words = append(words, wordCount{t.Recording, t.Errors, t.Words})
		if t.Filler {
			fillers++
		}
		if !t.Answered {
			unanswered++
		}
		if g := t.Stages; g != nil {
			for name, v := range map[string]*float64{"endpoint": g.EndpointMS, "recognize": g.RecognizeMS, "decide": g.DecideMS, "words": g.WordsMS, "synthesize": g.SynthesizeMS, "send": g.SendMS} {
				if v != nil {
					stages[name] = append(stages[name], sample{t.Recording, *v})
				}
			}
		}
	}
	d := func(in []sample) *Dist { return dist(in, o.Seed) }
	r.Metrics = Metrics{
		ConnectMS: d(connects), FirstAudioMS: d(first), VoiceToVoiceMS: d(v2v),
		FillerRate: rate(fillers, len(turns), 0), UnansweredRate: rate(unanswered, len(turns), 0), WER: wer(words, o.Seed),
	}
	r.Metrics.explainUnmeasured("bench call measures plain and unfinished turns only; this needs another bench command")
	r.StagesMS = Stages{d(stages["endpoint"]), d(stages["recognize"]), d(stages["decide"]), d(stages["words"]), d(stages["synthesize"]), d(stages["send"])}
	source := Source{VoiceToVoiceMS: r.Metrics.VoiceToVoiceMS, FirstAudioMS: r.Metrics.FirstAudioMS, FillerRate: r.Metrics.FillerRate, UnansweredRate: r.Metrics.UnansweredRate}
	r.NullBecause = map[string]string{
		"cutoff_by_pause": "bench call puts no pauses into sentences; bench floor does",
		"cutoff_rate":     fmt.Sprintf("bench call puts no pauses into sentences; at the recordings' own pauses the customer began before the trainee had ended in %d of %d turns", cutIns, len(turns)),
	}
	if o.Human {
		r.BySource["human"] = source
	} else {
		r.BySource["synthetic"] = source
	}
	for _, s := range r.StagesMS.named() {
		if s.Dist == nil {
			r.NullBecause["stages_ms."+s.Name] = "no turn event told this stage"
		}
	}
	r.Targets = targets(r.Metrics)
	return r
}

func targets(m Metrics) []Target {
	var out []Target
	most := func(name string, target, value float64) {
		out = append(out, Target{Metric: name, Op: "<=", Target: target, Value: value, OK: value <= target})
	}
	if m.VoiceToVoiceMS != nil {
		most("voice_to_voice_ms.p50", 400, m.VoiceToVoiceMS.P50)
		most("voice_to_voice_ms.p95", 800, m.VoiceToVoiceMS.P95)
	}
	if m.FillerRate != nil {
		most("filler_rate", 0.2, m.FillerRate.Value)
	}
	if m.WER != nil {
		most("wer", 0.06, m.WER.Value)
	}
	return out
}

func thisHost() Host {
	h := Host{CPU: "unknown", Cores: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH}
	scan := func(file, key string, use func(string)) {
		f, err := os.Open(file) //nolint:gosec // two fixed files
		if err != nil {
			return // not Linux: the figure stays unknown
		}
		defer f.Close() //nolint:errcheck // only read
		for sc := bufio.NewScanner(f); sc.Scan(); {
			if k, v, ok := strings.Cut(sc.Text(), ":"); ok && strings.TrimSpace(k) == key {
				use(strings.TrimSpace(v))
				return
			}
		}
	}
	scan("/proc/cpuinfo", "model name", func(v string) { h.CPU = v })
	scan("/proc/meminfo", "MemTotal", func(v string) {
		if kb, err := strconv.ParseFloat(strings.TrimSuffix(v, " kB"), 64); err == nil {
			h.MemoryGiB = round(kb / (1 << 20))
		}
	})
	return h
}

func writeTurns(dir string, turns []turnResult) (err error) {
	f, err := os.Create(filepath.Join(dir, "turns.jsonl")) //nolint:gosec // the folder that the user named
	if err != nil {
		return fmt.Errorf("write turns.jsonl: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	enc := json.NewEncoder(f)
	for _, t := range turns {
		if err := enc.Encode(t); err != nil {
			return fmt.Errorf("write turns.jsonl: %w", err)
		}
	}
	return nil
}

func writeWAV(dir string, c int, pcm []int16) (err error) {
	f, err := os.Create(filepath.Join(dir, fmt.Sprintf("call-%02d.wav", c+1))) //nolint:gosec // the folder that the user named
	if err != nil {
		return fmt.Errorf("write the call's sound: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return audio.WriteWAV(f, audio.Clip{PCM: pcm, Rate: practice.SampleRateOut, Channels: 2})
}

// Print writes the result as a table for people.
func Print(w io.Writer, r Result) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	p := func(format string, a ...any) { _, _ = fmt.Fprintf(t, format, a...) }
	p("%s\t%s\t%s\t%s\t\n", r.Host.CPU, r.Config.Recognizer, r.Config.Voice, r.Config.Words)
	p("\tn\tmin\tp50\tp95\tmax\tp50 95%%\tp95 95%%\t\n")
	row := func(name string, d *Dist) {
		if d != nil {
			p("%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f–%.0f\t%.0f–%.0f\t\n", name, d.N, d.Min, d.P50, d.P95, d.Max, d.P50CI[0], d.P50CI[1], d.P95CI[0], d.P95CI[1])
		}
	}
	row("connect ms", r.Metrics.ConnectMS)
	row("first audio ms", r.Metrics.FirstAudioMS)
	row("voice to voice ms", r.Metrics.VoiceToVoiceMS)
	for _, s := range r.StagesMS.named() {
		row("· "+s.Name+" ms", s.Dist)
	}
	if m := r.Metrics.WER; m != nil {
		p("word errors\t%d\t\t%.1f %%\t\t\t%.1f–%.1f %%\t\t\n", m.N, 100*m.Value, 100*m.CI[0], 100*m.CI[1])
	}
	for _, x := range []struct {
		name string
		rate *Rate
	}{{"unanswered", r.Metrics.UnansweredRate}, {"fillers", r.Metrics.FillerRate}} {
		if x.rate != nil {
			p("%s\t%d\t\t%.1f %%\t\t\t%.1f–%.1f %%\t\t\n", x.name, x.rate.N, 100*x.rate.Value, 100*x.rate.CI[0], 100*x.rate.CI[1])
		}
	}
	if why := r.NullBecause["cutoff_rate"]; why != "" {
		defer func() { _, _ = fmt.Fprintf(w, "cutoff rate: %s\n", why) }()
	}
	for _, g := range r.Targets {
		verdict := "met"
		if !g.OK {
			verdict = "missed"
		}
		p("target %s %s %g\t\t\t%.3g\t\t\t%s\t\t\n", g.Metric, g.Op, g.Target, g.Value, verdict)
	}
	return t.Flush()
}
