package bench

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// head is what a result says of the run itself.
func head(o Options, m measured, command string) Result {
	s := m.setup
	line := o.Line
	if line == "" {
		line = "webrtc"
	}
	return Result{
		Schema: Schema, Command: command, Version: o.Version, Commit: o.Commit, Host: thisHost(),
		StartedAt: m.startedAt.UTC().Format(time.RFC3339), DurationS: round(m.took.Seconds()), Partial: len(m.turns) < m.planned,
		Config: Config{
			Recognizer: s.Recognizer.Name, VAD: s.VAD.Name, Endpoint: s.Endpoint.Name, Voice: s.Voice.Name, VoiceCache: "cold", Words: s.Words.Name,
			Line: line, Scenario: Scenario, CallsAtOnce: o.Calls, Seed: o.Seed, Patience: o.Patience,
		},
		CutoffBy: map[string]*Rate{"300": nil, "600": nil, "900": nil, "1200": nil},
		BySource: map[string]Source{human: {}, synthetic: {}},
	}
}

// summariseCall makes a result of plain and unfinished turns.
func summariseCall(o Options, m measured) Result {
	r := head(o, m, "call")
	r.turnFigures(m, o.Seed)
	r.Metrics.explainUnmeasured("bench call measures plain and unfinished turns only; this needs another bench command")
	cutIns, n := cutIns(m.turns)
	r.NullBecause["cutoff_by_pause"] = "bench call puts no pauses into sentences; bench floor does"
	r.NullBecause["cutoff_rate"] = fmt.Sprintf("bench call puts no pauses into sentences; at the recordings' own pauses the customer began before the trainee had ended in %d of %d turns", cutIns, n)
	r.Targets = targets(r.Metrics)
	return r
}

func cutIns(turns []turnResult) (k, n int) {
	for _, t := range turns {
		if t.Situation == plain || t.Situation == unfinished {
			n++
			if t.CutIn {
				k++
			}
		}
	}
	return k, n
}

// turnFigures fills what plain and unfinished turns tell.
func (r *Result) turnFigures(m measured, seed uint64) {
	turns := only(m.turns, plain, unfinished)
	var words []wordCount
	stages := map[string][]sample{}
	for _, t := range turns {
		words = append(words, wordCount{t.Recording, t.Errors, t.Words})
		if g := t.Stages; g != nil {
			for name, v := range map[string]*float64{"endpoint": g.EndpointMS, "recognize": g.RecognizeMS, "decide": g.DecideMS, "words": g.WordsMS, "synthesize": g.SynthesizeMS, "send": g.SendMS} {
				if v != nil {
					stages[name] = append(stages[name], sample{t.Recording, *v})
				}
			}
		}
	}
	d := func(in []sample) *Dist { return dist(in, seed) }
	v2v, first, fillers, unanswered := waits(turns, seed)
	r.Metrics.ConnectMS, r.Metrics.VoiceToVoiceMS, r.Metrics.FirstAudioMS = d(m.connects), v2v, first
	r.Metrics.FillerRate, r.Metrics.UnansweredRate, r.Metrics.WER = fillers, unanswered, wer(words, seed)
	r.StagesMS = Stages{d(stages["endpoint"]), d(stages["recognize"]), d(stages["decide"]), d(stages["words"]), d(stages["synthesize"]), d(stages["send"])}
	r.BySource[human] = Source{VoiceToVoiceMS: v2v, FirstAudioMS: first, FillerRate: fillers, UnansweredRate: unanswered}
	r.NullBecause = map[string]string{}
	for _, s := range r.StagesMS.named() {
		if s.Dist == nil {
			r.NullBecause["stages_ms."+s.Name] = "no turn event told this stage"
		}
	}
}

// waits are the figures of answers to turns.
func waits(turns []turnResult, seed uint64) (v2v, first *Dist, fillers, unanswered *Rate) {
	var v, f []sample
	fill, none := 0, 0
	for _, t := range turns {
		if !t.Talking {
			v = append(v, sample{t.Recording, t.VoiceToVoiceMS})
			f = append(f, sample{t.Recording, t.FirstAudioMS})
		}
		if t.Filler {
			fill++
		}
		if !t.Answered {
			none++
		}
	}
	return dist(v, seed), dist(f, seed), rate(fill, len(turns), 0), rate(none, len(turns), 0)
}

// summariseFloor makes a result of all situations.
func summariseFloor(o Options, m measured) Result {
	return head(o, m, "floor").floorFigures(m)
}

// floorFigures fills what all situations tell.
func (r Result) floorFigures(m measured) Result {
	seed := r.Config.Seed
	r.turnFigures(m, seed)
	r.turns = m.turns
	d := func(in []sample) *Dist { return dist(in, seed) }
	r.CutoffBy = map[string]*Rate{}
	k := &r.Metrics
	k.CutoffRate = cutOffs(only(m.turns, paused))
	for _, length := range pauseLengths() {
		var some []turnResult
		for _, t := range only(m.turns, paused) {
			if t.PauseMS == length {
				some = append(some, t)
			}
		}
		r.CutoffBy[strconv.Itoa(length)] = cutOffs(some)
	}
	k.DictationCutoffRate = cutOffs(only(m.turns, dictation))
	yields, ducks, downs := yields(only(m.turns, bargeIn))
	k.YieldRate, k.BargeInDuckMS, k.BargeInYieldMS = yields, d(ducks), d(downs)
	k.BackchannelTalk, k.NoiseTalk, k.EchoTalk = talksOn(only(m.turns, backchannel)), talksOn(only(m.turns, noise)), talksOn(only(m.turns, echoed))
	k.WordTimeErrorMS = d(wordErrors(only(m.turns, phrases)))
	people := r.BySource[human]
	people.CutoffRate, people.WordTimeErrorMS = k.CutoffRate, d(wordErrors(only(m.turns, plain, unfinished)))
	r.BySource[human] = people
	v2v, first, fillers, unanswered := waits(only(m.turns, phrases, dictation), seed)
	r.BySource[synthetic] = Source{
		VoiceToVoiceMS: v2v, FirstAudioMS: first, FillerRate: fillers, UnansweredRate: unanswered, DictationCutoffRate: k.DictationCutoffRate,
		BargeInDuckMS: k.BargeInDuckMS, BargeInYieldMS: k.BargeInYieldMS, YieldRate: k.YieldRate, BackchannelTalk: k.BackchannelTalk, WordTimeErrorMS: k.WordTimeErrorMS,
	}
	r.serverFigures(m.server)
	k.explainUnmeasured("no trial of this situation was done")
	r.Targets = targets(r.Metrics)
	return r
}

func only(turns []turnResult, situations ...situation) []turnResult {
	var out []turnResult
	for _, t := range turns {
		for _, s := range situations {
			if t.Situation == s {
				out = append(out, t)
			}
		}
	}
	return out
}

// counted makes a rate of trials, void ones apart; nil when there were none.
func counted(turns []turnResult, success func(turnResult) bool) *Rate {
	if len(turns) == 0 {
		return nil
	}
	k, n, void := 0, 0, 0
	for _, t := range turns {
		switch {
		case t.Void != "":
			void++
			continue
		case success(t):
			k++
		}
		n++
	}
	return rate(k, n, void)
}

func cutOffs(turns []turnResult) *Rate {
	return counted(turns, func(t turnResult) bool { return t.CutOff != nil && t.CutOff.Off })
}

func talksOn(turns []turnResult) *Rate {
	return counted(turns, func(t turnResult) bool { return t.TalkOn != nil && t.TalkOn.OK })
}

func yields(turns []turnResult) (r *Rate, duck, down []sample) {
	for _, t := range turns {
		if t.Void != "" || t.Yield == nil {
			continue
		}
		if t.Yield.DuckMS != nil {
			duck = append(duck, sample{t.Recording, *t.Yield.DuckMS})
		}
		if t.Yield.OK {
			down = append(down, sample{t.Recording, *t.Yield.DownMS})
		}
	}
	return counted(turns, func(t turnResult) bool { return t.Yield != nil && t.Yield.OK }), duck, down
}

func wordErrors(turns []turnResult) []sample {
	var out []sample
	for _, t := range turns {
		for _, e := range t.WordErrors {
			out = append(out, sample{t.Recording, math.Abs(e.OffMS)})
		}
	}
	return out
}

// mostVoid is the share of void trials above which a rate has not been measured.
const mostVoid = 0.1

// TooVoid names the rates of which more than a tenth of the trials said nothing.
func (r Result) TooVoid() []string {
	var out []string
	for name, x := range map[string]*Rate{
		"yield_rate": r.Metrics.YieldRate, "backchannel_talk_through": r.Metrics.BackchannelTalk, "noise_talk_through": r.Metrics.NoiseTalk,
		"echo_talk_through": r.Metrics.EchoTalk, "cutoff_rate": r.Metrics.CutoffRate, "dictation_cutoff_rate": r.Metrics.DictationCutoffRate,
	} {
		if x != nil && float64(x.Void) > mostVoid*float64(x.N+x.Void) {
			out = append(out, fmt.Sprintf("%s: %d of %d", name, x.Void, x.N+x.Void))
		}
	}
	return out
}

// targets holds the bars of docs/bench against the point estimates.
func targets(m Metrics) []Target {
	var out []Target
	most := func(name string, target, value float64) {
		out = append(out, Target{Metric: name, Op: "<=", Target: target, Value: value, OK: value <= target})
	}
	least := func(name string, target, value float64) {
		out = append(out, Target{Metric: name, Op: ">=", Target: target, Value: value, OK: value >= target})
	}
	bars := func(name string, d *Dist, p50, p95 float64) {
		if d == nil {
			return
		}
		most(name+".p50", p50, d.P50)
		if p95 > 0 {
			most(name+".p95", p95, d.P95)
		}
	}
	bars("voice_to_voice_ms", m.VoiceToVoiceMS, 400, 800)
	bars("barge_in_duck_ms", m.BargeInDuckMS, 250, 400)
	bars("barge_in_yield_ms", m.BargeInYieldMS, 450, 700)
	bars("word_time_error_ms", m.WordTimeErrorMS, 60, 0)
	for _, x := range []struct {
		name  string
		rate  *Rate
		bar   func(string, float64, float64)
		limit float64
	}{
		{"yield_rate", m.YieldRate, least, 0.98},
		{"backchannel_talk_through", m.BackchannelTalk, least, 0.95},
		{"noise_talk_through", m.NoiseTalk, least, 0.95},
		{"echo_talk_through", m.EchoTalk, least, 0.95},
		{"cutoff_rate", m.CutoffRate, most, 0.03},
		{"dictation_cutoff_rate", m.DictationCutoffRate, most, 0.03},
		{"filler_rate", m.FillerRate, most, 0.2},
	} {
		if x.rate != nil && x.rate.N > 0 {
			x.bar(x.name, x.limit, x.rate.Value)
		}
	}
	if m.WER != nil {
		most("wer", 0.06, m.WER.Value)
	}
	for _, x := range []struct {
		name  string
		value *float64
		limit float64
	}{{"media_core", m.MediaCore, 0.03}, {"media_core_recording", m.MediaCoreRecording, 0.05}, {"heap_mb_per_call", m.HeapMBPerCall, 3}} {
		if x.value != nil {
			most(x.name, x.limit, *x.value)
		}
	}
	return out
}
