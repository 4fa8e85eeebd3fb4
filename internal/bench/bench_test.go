package bench

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/bench/sound"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answering is a line whose far side is silent until the trainee's sound ends and then speaks after a delay.
type answering struct {
	l       *leg
	delay   time.Duration
	bursts  []time.Duration // sound, silence, sound …
	loud    bool
	ended   time.Time
	started bool
}

func (a *answering) Close() error { return nil }

func (a *answering) Write(pcm []int16) error {
	now := time.Now()
	if audio.DBFS(pcm) > -40 {
		a.loud, a.ended = true, now
	}
	level := int16(0)
	if a.loud && now.Sub(a.ended) >= a.delay {
		t := now.Sub(a.ended) - a.delay
		for i, b := range a.bursts {
			if t < b {
				if i%2 == 0 {
					level = 8000
				}
				break
			}
			t -= b
		}
		total := time.Duration(0)
		for _, b := range a.bursts {
			total += b
		}
		if !a.started {
			a.started = true
			a.l.Told(now, practice.FloorHeld{Holder: practice.FloorCustomer})
			a.l.Told(now, practice.TurnShown{Speaker: practice.Trainee, Text: "one two"})
		}
		if now.Sub(a.ended) >= a.delay+total && a.l.floor == practice.FloorCustomer {
			v := 12.0
			a.l.Told(now, practice.TurnShown{Speaker: practice.Customer, Stages: &practice.StageTimes{DecideMS: &v}})
			a.l.Told(now, practice.FloorHeld{Holder: practice.FloorFree})
		}
	}
	out := make([]int16, audio.FrameOut)
	for i := range out {
		out[i] = level
	}
	a.l.Sound(now, out)
	return nil
}

func tone(d time.Duration) []int16 {
	out := make([]int16, int(d.Seconds()*practice.SampleRateOut))
	for i := range out {
		out[i] = int16(6000 * math.Sin(float64(i)/20))
	}
	return out
}

func turn(t *testing.T, delay time.Duration, bursts ...time.Duration) turnResult {
	t.Helper()
	var res turnResult
	synctest.Test(t, func(t *testing.T) {
		l := newLeg()
		l.line = &answering{l: l, delay: delay, bursts: bursts}
		stop := make(chan struct{})
		done := make(chan error, 1)
		ctx := t.Context()
		go func() {
			defer close(stop)
			pcm := tone(600 * time.Millisecond)
			r := Recording{Name: "r", Text: "one two three", PCM: append(pcm, make([]int16, 4800)...), Finished: true}
			r.startAt, r.endAt = sound.Edges(r.PCM)
			rows, err := l.exchange(ctx, exchange{turn: trial{situation: plain, rec: r, gapMS: 300}})
			if err == nil {
				res = rows[0]
			}
			done <- err
		}()
		talked := make(chan struct{})
		talkCtx, cancel := context.WithCancel(ctx)
		go func() { defer close(talked); _ = l.talk(talkCtx) }()
		if err := <-done; err != nil {
			t.Error(err)
		}
		cancel()
		<-talked
		<-stop
	})
	return res
}

func TestVoiceToVoiceIsCountedFromTheTraineesLastSoundToTheReply(t *testing.T) {
	r := turn(t, 440*time.Millisecond, 2*time.Second)
	if !r.Answered || math.Abs(r.VoiceToVoiceMS-440) > 25 || r.Filler {
		t.Fatalf("%+v", r)
	}
	if r.Errors != 1 || r.Words != 3 {
		t.Fatalf("one of three words was missed: %d of %d", r.Errors, r.Words)
	}
	if r.Stages == nil || *r.Stages.DecideMS != 12 {
		t.Fatal("the turn event's stages belong to the trial")
	}
}

func TestAFillerDoesNotStopTheClock(t *testing.T) {
	r := turn(t, 200*time.Millisecond, 300*time.Millisecond, 400*time.Millisecond, 2*time.Second)
	if !r.Filler || math.Abs(r.FirstAudioMS-200) > 25 || math.Abs(r.VoiceToVoiceMS-900) > 45 {
		t.Fatalf("%+v", r)
	}
}

func TestNoAnswerCountsAsTenSeconds(t *testing.T) {
	r := turn(t, time.Hour, time.Second)
	if r.Answered || r.VoiceToVoiceMS != 10000 {
		t.Fatalf("%+v", r)
	}
}

func TestATurnThatWasCutInOnHasNoWaitToMeasure(t *testing.T) {
	turns := []turnResult{
		{Situation: plain, Recording: "a", VoiceToVoiceMS: 300, FirstAudioMS: 300, Answered: true, Words: 4},
		{Situation: plain, Recording: "b", VoiceToVoiceMS: 10, FirstAudioMS: 10, Answered: true, CutIn: true, Talking: true, Words: 4},
		{Situation: unfinished, Recording: "c", VoiceToVoiceMS: 500, FirstAudioMS: 500, Answered: true, CutIn: true, Words: 4},
	}
	r := summariseCall(Options{Seed: 1, Calls: 1}, measured{turns: turns})
	if r.Metrics.VoiceToVoiceMS.N != 2 || r.Metrics.VoiceToVoiceMS.Min != 300 {
		t.Fatalf("%+v", r.Metrics.VoiceToVoiceMS)
	}
	if !strings.Contains(r.NullBecause["cutoff_rate"], "2 of 3") {
		t.Fatal(r.NullBecause["cutoff_rate"])
	}
}

func TestEveryNullMetricSaysWhy(t *testing.T) {
	r := summariseCall(Options{Seed: 1, Calls: 1}, measured{turns: []turnResult{{Situation: plain, Recording: "a", VoiceToVoiceMS: 300, Answered: true, Words: 4}}})
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Metrics map[string]any
		Because map[string]string `json:"null_because"`
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.Metrics["voice_to_voice_ms"] == nil || len(got.Metrics) != 18 {
		t.Fatalf("metrics: %v", got.Metrics)
	}
	for name, v := range got.Metrics {
		if v == nil && got.Because[name] == "" {
			t.Errorf("%s is null without a reason", name)
		}
	}
}

func TestDistributionsAndRates(t *testing.T) {
	var in []sample
	for i := range 100 {
		in = append(in, sample{string(rune('a' + i%10)), float64(i + 1)})
	}
	d := dist(in, 1)
	if d.N != 100 || d.Min != 1 || d.Max != 100 || d.P50 != 50.5 || d.P95 < 95 || d.P95 > 96 {
		t.Fatalf("%+v", d)
	}
	if d.P50CI[0] > d.P50 || d.P50CI[1] < d.P50 {
		t.Fatalf("the interval misses its figure: %+v", d)
	}
	if *dist(in, 1) != *d {
		t.Fatal("the same seed should give the same interval")
	}
	if dist(nil, 1) != nil {
		t.Fatal("nothing measured is nil, not zero")
	}
	r := rate(0, 20, 1) // Wilson's upper bound for 0 of 20 is 16.1 %
	if r.Value != 0 || math.Abs(r.CI[1]-0.161) > 0.001 || r.Void != 1 {
		t.Fatalf("%+v", r)
	}
	w := wer([]wordCount{{"a", 1, 10}, {"b", 0, 10}}, 1)
	if w.N != 20 || w.Value != 0.05 || w.CI[1] < 0.05 {
		t.Fatalf("%+v", w)
	}
}

func TestTheBuiltInSpeechIsJoinedIntoSentences(t *testing.T) {
	fsys, err := BuiltinSpeech()
	if err != nil {
		t.Fatal(err)
	}
	recs, err := LoadSpeech(fsys)
	if err != nil {
		t.Fatal(err)
	}
	finished, unfinished := 0, 0
	for _, r := range recs {
		if r.Finished {
			finished++
		} else {
			unfinished++
		}
		if s := float64(len(r.PCM)) / practice.SampleRateOut; s < 1 || s > 30 || r.endAt == 0 || r.endAt > len(r.PCM) {
			t.Errorf("%s: %.1f s, ends at sample %d", r.Name, s, r.endAt)
		}
	}
	if finished != 9 || unfinished != 3 {
		t.Fatalf("%d finished and %d unfinished", finished, unfinished)
	}
}

func TestASpeechFolderWithoutItsPartsIsRefusedInWords(t *testing.T) {
	for name, fsys := range map[string]fstest.MapFS{
		"no manifest": {},
		"no clip":     {"manifest.tsv": {Data: []byte("file\ttranscript\nmissing.flac\tHello.\n")}},
		"bad clip":    {"manifest.tsv": {Data: []byte("file\ttranscript\na.flac\tHello.\n")}, "a.flac": {Data: []byte("nonsense")}},
		"empty":       {"manifest.tsv": {Data: []byte("file\ttranscript\n")}},
	} {
		_, err := LoadSpeech(fsys)
		if err == nil || !strings.Contains(err.Error(), "manifest.tsv") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadSpeech(fstest.MapFS{}); !errors.Is(err, practice.ErrInvalid) {
		t.Error("a folder without a manifest is bad input")
	}
}

func TestTrialsUseEachRecordingBeforeAnyTwice(t *testing.T) {
	recs := []Recording{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	plan := shuffled(recs, 7, 5, "trials")
	seen := map[string]int{}
	for i, r := range plan {
		seen[r.Name]++
		if i == 2 && len(seen) != 3 {
			t.Fatalf("the first round repeats: %v", seen)
		}
	}
	if len(plan) != 7 || len(share(plan, 0, 2))+len(share(plan, 1, 2)) != 7 {
		t.Fatal("every trial belongs to one call")
	}
}

func TestTheRecordingKeepsSoundWhereItWasHeard(t *testing.T) {
	l := newLeg()
	frame := func(level int16) []int16 {
		out := make([]int16, audio.FrameOut)
		for i := range out {
			out[i] = level
		}
		return out
	}
	const second = practice.SampleRateOut
	l.place(second, frame(0)) // the first sound comes after a second
	if len(l.sound) != second+audio.FrameOut {
		t.Fatalf("%d samples", len(l.sound))
	}
	for range 15 { // 300 ms come late, all at once
		l.place(second*15/10, frame(0))
	}
	for n := range 100 { // what follows is quiet, and then speech
		l.place(second*15/10+n*audio.FrameOut, frame(0))
	}
	l.place(second*35/10, frame(8000))
	at := len(l.sound) - audio.FrameOut - second*35/10
	if at < -second/10 || at > second/20 {
		t.Fatalf("speech stands %d ms from where it was heard", at*1000/second)
	}
}
