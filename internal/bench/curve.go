package bench

import (
	"fmt"
	"io"
	"strings"
)

// Curve is how one quality of turn-taking is had at the price of another.
type Curve struct {
	Yields []YieldAt `json:"yields"`
	Waits  []WaitAt  `json:"waits"`
}

// YieldAt is yielding against talking on, at a share of the time after which she yields.
type YieldAt struct {
	Percent     int   `json:"percent"`
	Yield       *Rate `json:"yield_rate"`
	SilentMS    *Dist `json:"barge_in_yield_ms"`
	Backchannel *Rate `json:"backchannel_talk_through"`
	Noise       *Rate `json:"noise_talk_through"`
	Echo        *Rate `json:"echo_talk_through"`
	from        Result
}

// WaitAt is waiting against cutting in, at a patience.
type WaitAt struct {
	Patience       string `json:"patience"`
	VoiceToVoiceMS *Dist  `json:"voice_to_voice_ms"`
	CutOff         *Rate  `json:"cutoff_rate"`
	Dictation      *Rate  `json:"dictation_cutoff_rate"`
	from           Result
}

// YieldPoint takes a point from a result.
func YieldPoint(percent int, r Result) YieldAt {
	m := r.Metrics
	return YieldAt{Percent: percent, Yield: m.YieldRate, SilentMS: m.BargeInYieldMS, Backchannel: m.BackchannelTalk, Noise: m.NoiseTalk, Echo: m.EchoTalk, from: r}
}

// WaitPoint takes a point from a result.
func WaitPoint(patience string, r Result) WaitAt {
	m := r.Metrics
	return WaitAt{Patience: patience, VoiceToVoiceMS: m.VoiceToVoiceMS, CutOff: m.CutoffRate, Dictation: m.DictationCutoffRate, from: r}
}

// ToldCurve is a curve with what it was measured on.
type ToldCurve struct {
	Schema  string `json:"schema"`
	Command string `json:"command"`
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Host    Host   `json:"host"`
	Config  Config `json:"config"`
	Curve
}

// CurveSchema names the shape of ToldCurve.
const CurveSchema = "rapport.bench-curve/1"

// Told adds what the curve was measured on.
func (c Curve) Told() ToldCurve {
	r := c.first()
	return ToldCurve{Schema: CurveSchema, Command: "floor", Version: r.Version, Commit: r.Commit, Host: r.Host, Config: r.Config, Curve: c}
}

func (c Curve) first() Result {
	if len(c.Yields) > 0 {
		return c.Yields[0].from
	}
	if len(c.Waits) > 0 {
		return c.Waits[0].from
	}
	return Result{}
}

// Markdown writes the curve as tables.
func (c Curve) Markdown(w io.Writer) error {
	var b strings.Builder
	r := c.first()
	fmt.Fprintf(&b, "# Trade-offs of turn-taking\n\n%s, %d cores, %.0f GiB. Rapport %s, commit %s. Line %s, calls at once %d, seed %d.\n\n", r.Host.CPU, r.Host.Cores, r.Host.MemoryGiB, r.Version, r.Commit, r.Config.Line, r.Config.CallsAtOnce, r.Config.Seed)
	b.WriteString("Yielding against talking on, by the share of the usual time after which she yields (100 % is what customers have):\n\n| share | yields | silent after ms, p50 / p95 | talks on: backchannels | noise | echo |\n|---|---|---|---|---|---|\n")
	for _, p := range c.Yields {
		fmt.Fprintf(&b, "| %d %% | %s | %s | %s | %s | %s |\n", p.Percent, p.Yield.told(), p.SilentMS.told(), p.Backchannel.told(), p.Noise.told(), p.Echo.told())
	}
	b.WriteString("\nWaiting against cutting in, by the patience setting:\n\n| patience | voice to voice ms, p50 / p95 | cuts off | … in dictation |\n|---|---|---|---|\n")
	for _, p := range c.Waits {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.Patience, p.VoiceToVoiceMS.told(), p.CutOff.told(), p.Dictation.told())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// told is a rate in a table's cell.
func (r *Rate) told() string {
	if r == nil || r.N == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %% (%d of %d; %.0f–%.0f)", 100*r.Value, r.K, r.N, 100*r.CI[0], 100*r.CI[1])
}

func (d *Dist) told() string {
	if d == nil {
		return "–"
	}
	return fmt.Sprintf("%.0f / %.0f (n %d)", d.P50, d.P95, d.N)
}
