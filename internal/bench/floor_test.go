package bench

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/bench/verdict"
	"github.com/rapport-calls/rapport/internal/practice"
)

// floorTrials are two trials of each situation.
func floorTrials() []turnResult {
	answered := func(s situation, source, name string, wait float64) turnResult {
		return turnResult{Situation: s, Source: source, Recording: name, Answered: true, VoiceToVoiceMS: wait, FirstAudioMS: wait, Words: 10}
	}
	with := func(t turnResult, change func(*turnResult)) turnResult {
		change(&t)
		return t
	}
	out := []turnResult{
		answered(plain, human, "a", 400), answered(unfinished, human, "b", 900),
		answered(dictation, synthetic, "d", 700), answered(phrases, synthetic, "p", 500),
	}
	out[2].CutOff = &verdict.CutOff{}
	out[3].WordErrors = []wordTimeError{{Word: "the", OffMS: -30}, {Word: "my", OffMS: 20}}
	for i, length := range pauseLengths() {
		out = append(out, with(answered(paused, human, "a", 500), func(t *turnResult) {
			t.PauseMS, t.CutOff = length, &verdict.CutOff{Off: i == 3}
		}))
	}
	for _, s := range []situation{backchannel, noise, echoed} {
		out = append(
			out,
			turnResult{Situation: s, Source: synthetic, Recording: "x", TalkOn: &verdict.TalkOn{OK: true}},
			turnResult{Situation: s, Source: synthetic, Recording: "y", TalkOn: &verdict.TalkOn{OK: false}},
		)
	}
	return append(
		out,
		turnResult{Situation: bargeIn, Source: synthetic, Recording: "q", Yield: &verdict.Yield{OK: true, DuckMS: new(200.0), DownMS: new(420.0)}},
		turnResult{Situation: bargeIn, Source: synthetic, Recording: "r", Yield: &verdict.Yield{OK: true, DuckMS: new(240.0), DownMS: new(460.0)}},
	)
}

func TestFloorFiguresComeFromTheirOwnSituations(t *testing.T) {
	r := summariseFloor(Options{Seed: 1, Calls: 1}, measured{turns: floorTrials(), startedAt: time.Unix(1, 0)})
	m := r.Metrics
	if m.VoiceToVoiceMS.N != 2 || r.BySource[synthetic].VoiceToVoiceMS.N != 2 {
		t.Error("people's waits and synthetic speech's are told apart")
	}
	if m.CutoffRate.K != 1 || m.CutoffRate.N != 4 || r.CutoffBy["1200"].K != 1 || r.CutoffBy["300"].K != 0 {
		t.Errorf("cut off: %+v %+v", m.CutoffRate, r.CutoffBy)
	}
	if m.YieldRate.Value != 1 || m.BargeInYieldMS.Max != 460 || m.BargeInDuckMS.Min != 200 || m.BackchannelTalk.Value != 0.5 {
		t.Errorf("overlaps: %+v", m)
	}
	if m.WordTimeErrorMS.N != 2 || m.WordTimeErrorMS.Max != 30 {
		t.Errorf("too early is as wrong as too late: %+v", m.WordTimeErrorMS)
	}
}

func TestMoreThanATenthOfVoidTrialsIsNoMeasurement(t *testing.T) {
	turns := floorTrials()
	void := turnResult{Situation: bargeIn, Void: "the line would have ended within 2 s"}
	r := summariseFloor(Options{Seed: 1}, measured{turns: append(turns, void)})
	if err := r.valid(); !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "yield_rate: 1 of 3") {
		t.Fatal(err)
	}
	if r.Metrics.YieldRate.N != 2 || r.Metrics.YieldRate.Void != 1 {
		t.Fatalf("a void trial counts in no rate: %+v", r.Metrics.YieldRate)
	}
	for range 8 {
		turns = append(turns, turns[len(turns)-1])
	}
	if err := summariseFloor(Options{Seed: 1}, measured{turns: append(turns, void)}).valid(); err != nil {
		t.Fatal(err)
	}
}

func TestTheResultHasEveryPromisedKey(t *testing.T) {
	r := summariseFloor(Options{Seed: 1, Calls: 1}, measured{
		turns: floorTrials(), startedAt: time.Unix(1, 0), connects: []sample{{"call 0", 200}},
		server: ServerFigures{PlainCPU: 1, PlainCallS: 50, RecordingCPU: 2, RecordingCallS: 50, HeapMBPerCall: []float64{2}},
	})
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	keys := func(path string, want ...string) {
		t.Helper()
		at := any(got)
		for _, k := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' }) {
			m, _ := at.(map[string]any)
			at = m[k]
		}
		m, ok := at.(map[string]any)
		if !ok {
			t.Errorf("%s is no object: %v", path, at)
			return
		}
		var have []string
		for k := range m {
			have = append(have, k)
		}
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s has %v, promised are %v", path, have, want)
		}
	}
	keys("", "schema", "command", "version", "commit", "started_at", "duration_s", "partial", "host", "config", "metrics", "cutoff_by_pause", "by_source", "stages_ms", "targets", "null_because")
	keys("host", "cpu", "cores", "memory_gib", "os")
	keys("config", "recognizer", "vad", "endpoint", "voice", "voice_cache", "words", "line", "scenario", "calls_at_once", "seed")
	keys("metrics", "connect_ms", "first_audio_ms", "voice_to_voice_ms", "barge_in_duck_ms", "barge_in_yield_ms", "yield_rate", "backchannel_talk_through", "noise_talk_through", "echo_talk_through",
		"cutoff_rate", "dictation_cutoff_rate", "filler_rate", "unanswered_rate", "wer", "word_time_error_ms", "media_core", "media_core_recording", "heap_mb_per_call")
	keys("cutoff_by_pause", "300", "600", "900", "1200")
	keys("by_source", "human", "synthetic")
	keys("stages_ms", "endpoint", "recognize", "decide", "words", "synthesize", "send")
	keys("metrics/voice_to_voice_ms", "n", "min", "p50", "p95", "max", "p50_ci95", "p95_ci95")
	keys("metrics/yield_rate", "n", "k", "void", "value", "ci95")
	keys("metrics/wer", "n", "errors", "value", "ci95")
	if got["command"] != "floor" || got["schema"] != "rapport.bench/1" || len(r.Targets) == 0 {
		t.Error(got["command"], got["schema"], r.Targets)
	}
	because, _ := got["null_because"].(map[string]any)
	for name, null := range r.Metrics.nulls() {
		if null && because[name] == nil {
			t.Errorf("%s is null without a reason", name)
		}
	}
}

// kept writes a run's folder as bench floor --out does.
func kept(t *testing.T, change func(*Options, *measured)) string {
	t.Helper()
	o := Options{Seed: 1, Calls: 1, Trials: 2, Out: t.TempDir(), Commit: "abc", Speech: []Recording{{Name: "a", PCM: []int16{1}}}}
	m := measured{turns: floorTrials(), planned: len(floorTrials()), startedAt: time.Unix(1, 0), took: time.Minute, connects: []sample{{"call 0", 200}}}
	change(&o, &m)
	if err := keep(o, m, summariseFloor(o, m)); err != nil {
		t.Fatal(err)
	}
	return o.Out
}

func TestRunsOfOneConfigurationAreMerged(t *testing.T) {
	a := kept(t, func(*Options, *measured) {})
	b := kept(t, func(o *Options, m *measured) { o.Seed, m.startedAt = 2, time.Unix(100, 0) })
	one, err := Merge([]string{a})
	if err != nil {
		t.Fatal(err)
	}
	both, err := Merge([]string{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if one.Metrics.YieldRate.N != 2 || both.Metrics.YieldRate.N != 4 || both.Metrics.ConnectMS.N != 2 || both.DurationS != 120 || both.Partial {
		t.Fatalf("%+v %+v", both.Metrics.YieldRate, both.DurationS)
	}
	if math.Abs(both.Metrics.CutoffRate.Value-0.25) > 1e-9 {
		t.Fatalf("%+v", both.Metrics.CutoffRate)
	}
	var table strings.Builder
	if err := Markdown(&table, both); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| voice to voice ms | human | 4 | 2 |", "| yields to interruptions | synthetic | 4 of 4 |", "commit abc"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, table.String())
		}
	}
}

func TestRunsThatDoNotBelongTogetherAreRefusedInWords(t *testing.T) {
	a := kept(t, func(*Options, *measured) {})
	call := kept(t, func(*Options, *measured) {})
	b, err := os.ReadFile(filepath.Join(call, runFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(call, runFile), []byte(strings.ReplaceAll(string(b), `"command": "floor"`, `"command": "call"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	later := func(change func(*Options)) string {
		return kept(t, func(o *Options, m *measured) { m.startedAt = time.Unix(100, 0); change(o) })
	}
	for want, dir := range map[string]string{
		"commit differs":          later(func(o *Options) { o.Commit = "def" }),
		"configuration differs":   later(func(o *Options) { o.Calls = 2 }),
		"speech differs":          later(func(o *Options) { o.Speech[0].PCM = []int16{2} }),
		"the same run":            a,
		"no folder that bench":    t.TempDir(),
		"only bench floor's runs": call,
	} {
		_, err := Merge([]string{a, dir})
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestAPlanUsesEverySituationAndEachPauseLengthAlike(t *testing.T) {
	clip := func(name string) Recording {
		pcm := make([]int16, practice.SampleRateOut*2)
		for i := range pcm {
			pcm[i] = int16(i%200 + 1)
		}
		return Recording{Name: name, PCM: pcm, Finished: true, Source: human, Boundaries: []int{practice.SampleRateOut}, endAt: len(pcm)}
	}
	o := Options{Trials: 8, Seed: 3, Speech: []Recording{clip("a"), clip("b"), {Name: "c", PCM: clip("c").PCM, endAt: 100}}, Script: Script{
		BargeIns: []Recording{clip("i")}, Backchannels: []Recording{clip("m")}, Noises: []Recording{clip("n")},
		Dictations: []dictated{{"d", []Recording{clip("1"), clip("2")}}}, Phrases: [][]Recording{{clip("p"), clip("q")}},
	}}
	x, err := plan(o)
	if err != nil {
		t.Fatal(err)
	}
	n, lengths := map[situation]int{}, map[int]int{}
	for _, e := range x {
		n[e.turn.situation]++
		if e.turn.situation == paused {
			lengths[e.turn.pauseMS]++
			if p := e.turn.pauses[0]; p.LengthMS() != float64(e.turn.pauseMS) || p.FromMS < 600 || p.FromMS > 1600 {
				t.Errorf("a pause of %d ms at %+v", e.turn.pauseMS, p)
			}
		}
		if e.turn.situation == dictation {
			if p := e.turn.pauses[0]; p.LengthMS() < 300 || p.LengthMS() > 900 {
				t.Errorf("a pause of %+v in dictation", p)
			}
		}
		if e.over != nil {
			n[e.over.situation]++
			if e.over.leadMS < 600 {
				t.Errorf("%s %d ms into her speech", e.over.situation, e.over.leadMS)
			}
		}
	}
	for _, s := range []situation{paused, dictation, phrases, bargeIn, backchannel, noise, echoed} {
		if n[s] != 8 {
			t.Errorf("%d of %s", n[s], s)
		}
	}
	if n[plain]+n[unfinished] != 8 || n[unfinished] == 0 {
		t.Errorf("%d plain and %d unfinished", n[plain], n[unfinished])
	}
	for _, l := range pauseLengths() {
		if lengths[l] != 2 {
			t.Errorf("%d pauses of %d ms", lengths[l], l)
		}
	}
	o.Speech[0].ownPauseMS, o.Speech[1].ownPauseMS = 700, 700
	if _, err := plan(o); !errors.Is(err, practice.ErrInvalid) {
		t.Error("a recording with a pause of its own is no place for one pause")
	}
}

func TestWordTimesAreComparedAtTheBeginningsOfPhrases(t *testing.T) {
	r := Recording{Text: "Nobody rang. The parcel came.", Places: []Place{{0, 100}, {2, 1200}}}
	heard := []practice.Word{{Text: "nobody", StartMS: 1130}, {Text: "sang.", StartMS: 1500}, {Text: "The", StartMS: 2180}, {Text: "parcel", StartMS: 2400}}
	got := wordTimes(r, heard, 2000, 1000)
	if len(got) != 2 || got[0].OffMS != 30 || got[1].OffMS != -20 {
		t.Fatalf("%+v", got)
	}
	if got := wordTimes(r, heard[1:2], 0, 0); len(got) != 0 {
		t.Fatalf("what was misheard has no time: %+v", got)
	}
}

func TestTheServersShareIsTakenWhileTheSameCallsGoOn(t *testing.T) {
	at := func(s int, era, plain, recording int, cpu, inference, live float64) look {
		return look{
			serverFigures: serverFigures{cpu: cpu, inference: inference, live: live, collected: 1000 + float64(s)},
			at:            time.Unix(1000+int64(s), 0).Add(-time.Second), era: era, plain: plain, recording: recording,
		}
	}
	f := summedLooks([]look{
		at(0, 0, 0, 0, 1, 1, 30e6),
		at(10, 1, 1, 0, 10, 5, 34e6), // a call began in between: whose time that was is not known
		at(40, 1, 1, 0, 20, 14, 34e6),
		at(50, 2, 0, 1, 30, 20, 36e6),
		at(80, 2, 0, 1, 50, 38.5, 36e6),
	}, 32e6, "")
	if math.Abs(f.PlainCPU-1) > 1e-9 || f.PlainCallS != 30 || math.Abs(f.RecordingCPU-1.5) > 1e-9 || f.RecordingCallS != 30 {
		t.Fatalf("%+v", f)
	}
	if !slices.Contains(f.HeapMBPerCall, 2) {
		t.Fatalf("%+v", f.HeapMBPerCall)
	}
	if o := newObserver("http://rapport.example:8080"); o.why == "" {
		t.Fatal("another machine's processor is not ours to tell")
	}
	if o := newObserver("http://localhost:8080"); o.why != "" {
		t.Fatal(o.why)
	}
}
