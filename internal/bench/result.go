// Package bench measures a running server from outside: it knows the public protocol, the sound it sent and the sound
// it received. What each figure means is in docs/bench/README.md; the JSON keys are promised to outside programs.
package bench

import (
	"encoding/json"
	"maps"
	"sort"
)

// Schema names the shape of Result.
const Schema = "rapport.bench/1"

// Result is one run of one configuration.
type Result struct {
	Schema      string            `json:"schema"`
	Command     string            `json:"command"` // call, floor, load or net
	Version     string            `json:"version"`
	Commit      string            `json:"commit"`
	StartedAt   string            `json:"started_at"` // RFC 3339, UTC
	DurationS   float64           `json:"duration_s"`
	Partial     bool              `json:"partial"` // stopped before all trials were done
	Host        Host              `json:"host"`
	Config      Config            `json:"config"`
	Metrics     Metrics           `json:"metrics"`
	CutoffBy    map[string]*Rate  `json:"cutoff_by_pause"`
	BySource    map[string]Source `json:"by_source"`
	StagesMS    Stages            `json:"stages_ms"`
	Targets     []Target          `json:"targets"`
	Load        *Load             `json:"load,omitempty"` // of bench load
	Net         []NetResult       `json:"net,omitempty"`  // of bench net
	NullBecause map[string]string `json:"null_because"`   // metric → why it is null

	turns []turnResult // for the tables
}

// Host is the machine that ran both sides.
type Host struct {
	CPU       string  `json:"cpu"`
	Cores     int     `json:"cores"`
	MemoryGiB float64 `json:"memory_gib"`
	OS        string  `json:"os"`
}

// Config is what was measured.
type Config struct {
	Recognizer  string `json:"recognizer"`
	VAD         string `json:"vad"`
	Endpoint    string `json:"endpoint"`
	Voice       string `json:"voice"`
	VoiceCache  string `json:"voice_cache"`
	Words       string `json:"words"`
	Line        string `json:"line"`
	Scenario    string `json:"scenario"`
	CallsAtOnce int    `json:"calls_at_once"`
	Seed        uint64 `json:"seed"`
	Patience    string `json:"patience,omitempty"` // of the customer, when it is not the normal one
}

// Metrics are the figures; one that was not measured is null and stands in NullBecause.
type Metrics struct {
	ConnectMS             *Dist    `json:"connect_ms"`
	FirstAudioMS          *Dist    `json:"first_audio_ms"`
	VoiceToVoiceMS        *Dist    `json:"voice_to_voice_ms"`
	BargeInDuckMS         *Dist    `json:"barge_in_duck_ms"`
	BargeInYieldMS        *Dist    `json:"barge_in_yield_ms"`
	YieldRate             *Rate    `json:"yield_rate"`
	BackchannelTalk       *Rate    `json:"backchannel_talk_through"`
	NoiseTalk             *Rate    `json:"noise_talk_through"`
	EchoTalk              *Rate    `json:"echo_talk_through"`
	CutoffRate            *Rate    `json:"cutoff_rate"`
	DictationCutoffRate   *Rate    `json:"dictation_cutoff_rate"`
	FillerRate            *Rate    `json:"filler_rate"`
	UnansweredRate        *Rate    `json:"unanswered_rate"`
	WER                   *WER     `json:"wer"`
	WordTimeErrorMS       *Dist    `json:"word_time_error_ms"`
	MediaCore             *float64 `json:"media_core"`
	MediaCoreRecording    *float64 `json:"media_core_recording"`
	HeapMBPerCall         *float64 `json:"heap_mb_per_call"`
	unmeasuredExplanation string
}

// Source repeats figures for one kind of speech.
type Source struct {
	VoiceToVoiceMS      *Dist `json:"voice_to_voice_ms,omitempty"`
	FirstAudioMS        *Dist `json:"first_audio_ms,omitempty"`
	BargeInDuckMS       *Dist `json:"barge_in_duck_ms,omitempty"`
	BargeInYieldMS      *Dist `json:"barge_in_yield_ms,omitempty"`
	YieldRate           *Rate `json:"yield_rate,omitempty"`
	BackchannelTalk     *Rate `json:"backchannel_talk_through,omitempty"`
	CutoffRate          *Rate `json:"cutoff_rate,omitempty"`
	DictationCutoffRate *Rate `json:"dictation_cutoff_rate,omitempty"`
	FillerRate          *Rate `json:"filler_rate,omitempty"`
	UnansweredRate      *Rate `json:"unanswered_rate,omitempty"`
	WordTimeErrorMS     *Dist `json:"word_time_error_ms,omitempty"`
}

// Stages says where the wait for a reply went, in milliseconds, as the server's turn events tell.
type Stages struct {
	Endpoint   *Dist `json:"endpoint"`
	Recognize  *Dist `json:"recognize"`
	Decide     *Dist `json:"decide"`
	Words      *Dist `json:"words"`
	Synthesize *Dist `json:"synthesize"`
	Send       *Dist `json:"send"`
}

// Dist is a distribution.
type Dist struct {
	N     int        `json:"n"`
	Min   float64    `json:"min"`
	P50   float64    `json:"p50"`
	P95   float64    `json:"p95"`
	Max   float64    `json:"max"`
	P50CI [2]float64 `json:"p50_ci95"`
	P95CI [2]float64 `json:"p95_ci95"`
}

// Rate is k of n, with a Wilson score interval; void trials are counted apart.
type Rate struct {
	N     int        `json:"n"`
	K     int        `json:"k"`
	Void  int        `json:"void"`
	Value float64    `json:"value"`
	CI    [2]float64 `json:"ci95"`
}

// WER is a word error rate over all trials: errors of n reference words.
type WER struct {
	N      int        `json:"n"`
	Errors int        `json:"errors"`
	Value  float64    `json:"value"`
	CI     [2]float64 `json:"ci95"`
}

// Target is one bar held against a figure. A miss is told, never an exit status.
type Target struct {
	Metric string  `json:"metric"`
	Op     string  `json:"op"`
	Target float64 `json:"target"`
	Value  float64 `json:"value"`
	OK     bool    `json:"ok"`
}

// MarshalJSON fills NullBecause for every metric that is null and not explained otherwise.
func (r Result) MarshalJSON() ([]byte, error) {
	type plain Result
	because := map[string]string{}
	maps.Copy(because, r.NullBecause)
	for name, null := range r.Metrics.nulls() {
		if null && because[name] == "" {
			because[name] = r.Metrics.unmeasuredExplanation
		}
	}
	p := plain(r)
	p.NullBecause = because
	return json.Marshal(p)
}

// explainUnmeasured sets what NullBecause says of metrics that nothing measured.
func (m *Metrics) explainUnmeasured(why string) { m.unmeasuredExplanation = why }

func (m Metrics) nulls() map[string]bool {
	return map[string]bool{
		"connect_ms": m.ConnectMS == nil, "first_audio_ms": m.FirstAudioMS == nil, "voice_to_voice_ms": m.VoiceToVoiceMS == nil,
		"barge_in_duck_ms": m.BargeInDuckMS == nil, "barge_in_yield_ms": m.BargeInYieldMS == nil, "yield_rate": m.YieldRate == nil,
		"backchannel_talk_through": m.BackchannelTalk == nil, "noise_talk_through": m.NoiseTalk == nil, "echo_talk_through": m.EchoTalk == nil,
		"cutoff_rate": m.CutoffRate == nil, "dictation_cutoff_rate": m.DictationCutoffRate == nil, "filler_rate": m.FillerRate == nil,
		"unanswered_rate": m.UnansweredRate == nil, "wer": m.WER == nil, "word_time_error_ms": m.WordTimeErrorMS == nil,
		"media_core": m.MediaCore == nil, "media_core_recording": m.MediaCoreRecording == nil, "heap_mb_per_call": m.HeapMBPerCall == nil,
	}
}

func (s Stages) named() []struct {
	Name string
	Dist *Dist
} {
	return []struct {
		Name string
		Dist *Dist
	}{{"endpoint", s.Endpoint}, {"recognize", s.Recognize}, {"decide", s.Decide}, {"words", s.Words}, {"synthesize", s.Synthesize}, {"send", s.Send}}
}

// sortedKeys is for printing maps in one order.
func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
