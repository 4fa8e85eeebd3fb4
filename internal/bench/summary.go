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
	return makeCallKeeping(ctx, base, noticeVersion, seed, "", false)
}

// makeCallKeeping makes a call of which the server may keep a recording.
func makeCallKeeping(ctx context.Context, base, noticeVersion string, seed uint64, patience string, keepSound bool) (madeCall, error) {
	var out madeCall
	ask := map[string]any{
		"scenario": Scenario, "notice_version": noticeVersion, "keep_sound": keepSound, "mode": "voice", "seed": strconv.FormatUint(seed, 10),
	}
	if patience != "" {
		ask["patience"] = patience
	}
	err := request(ctx, http.MethodPost, base, "/api/calls", ask, &out)
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
		kind := practice.ErrUnavailable
		if res.StatusCode == http.StatusServiceUnavailable {
			kind = practice.ErrBusy
		}
		return fmt.Errorf("%s %s: %s: %s: %w", method, path, res.Status, p.Detail, kind)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return nil
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
	row("barge-in: duck ms", r.Metrics.BargeInDuckMS)
	row("barge-in: silent ms", r.Metrics.BargeInYieldMS)
	row("word time error ms", r.Metrics.WordTimeErrorMS)
	for _, s := range r.StagesMS.named() {
		row("· "+s.Name+" ms", s.Dist)
	}
	if m := r.Metrics.WER; m != nil {
		p("word errors\t%d\t\t%.1f %%\t\t\t%.1f–%.1f %%\t\t\n", m.N, 100*m.Value, 100*m.CI[0], 100*m.CI[1])
	}
	for _, x := range []struct {
		name string
		rate *Rate
	}{
		{"unanswered", r.Metrics.UnansweredRate},
		{"fillers", r.Metrics.FillerRate},
		{"cut off", r.Metrics.CutoffRate},
		{"· by 300 ms", r.CutoffBy["300"]},
		{"· by 600 ms", r.CutoffBy["600"]},
		{"· by 900 ms", r.CutoffBy["900"]},
		{"· by 1200 ms", r.CutoffBy["1200"]},
		{"cut off in dictation", r.Metrics.DictationCutoffRate},
		{"yields", r.Metrics.YieldRate},
		{"talks on: backchannel", r.Metrics.BackchannelTalk},
		{"talks on: noise", r.Metrics.NoiseTalk},
		{"talks on: echo", r.Metrics.EchoTalk},
	} {
		if x.rate != nil {
			p("%s\t%d\t\t%.1f %%\t\t\t%.1f–%.1f %%\t\t\n", x.name, x.rate.N, 100*x.rate.Value, 100*x.rate.CI[0], 100*x.rate.CI[1])
		}
	}
	if why := r.NullBecause["cutoff_rate"]; why != "" && r.Metrics.CutoffRate == nil {
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
