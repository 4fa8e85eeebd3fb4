package recognize

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func moonshine(tb testing.TB) *Moonshine {
	tb.Helper()
	m, err := Open(speechtest.Runtime(tb), speechtest.Pool(tb), filepath.Join(speechtest.Assets(tb), "moonshine"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := m.Close(); err != nil {
			tb.Error(err)
		}
	})
	return m
}

func recognize(tb testing.TB, m *Moonshine, pcm []int16) practice.Recognition {
	tb.Helper()
	r, err := m.Recognize(context.Background(), pcm, practice.PriorityFinal)
	if err != nil {
		tb.Fatal(err)
	}
	var texts []string
	end := int64(0)
	for _, w := range r.Words {
		texts = append(texts, w.Text)
		if w.StartMS < end || w.EndMS < w.StartMS || !(w.Confidence > 0 && w.Confidence <= 1) {
			tb.Errorf("word %+v after %d ms", w, end)
		}
		end = w.EndMS
	}
	if r.Text != strings.Join(texts, " ") || strings.TrimSpace(r.Text) != r.Text {
		tb.Errorf("text %q, words %q", r.Text, texts)
	}
	if end > int64(len(pcm))*1000/practice.SampleRateIn {
		tb.Errorf("the last word ends at %d ms of %d samples", end, len(pcm))
	}
	return r
}

func TestReadSpeechIsRecognisedWithinItsBar(t *testing.T) {
	m := moonshine(t)
	var errs, words int
	for _, c := range speechtest.Clips(t) {
		got := recognize(t, m, c.PCM)
		e, n := practice.WordErrors(c.Text, got.Text)
		errs, words = errs+e, words+n
		if e > 0 {
			t.Logf("%s: %d of %d: %s", c.Name, e, n, got.Text)
		}
	}
	rate := float64(errs) / float64(words)
	t.Logf("%d errors in %d words: %.1f %%", errs, words, rate*100)
	if rate > 0.06 {
		t.Errorf("word error rate %.3f", rate)
	}
}

func TestSpeechInNoiseIsRecognisedWithinItsBar(t *testing.T) {
	m := moonshine(t)
	var errs, words int
	for _, c := range speechtest.Clips(t) {
		e, n := practice.WordErrors(c.Text, recognize(t, m, noisy(c.PCM, 10)).Text)
		errs, words = errs+e, words+n
	}
	rate := float64(errs) / float64(words)
	t.Logf("%d errors in %d words: %.1f %%", errs, words, rate*100)
	if rate > 0.09 {
		t.Errorf("word error rate %.3f at 10 dB", rate)
	}
}

// noisy adds pink noise snr dB below the speech, measured over its loud frames.
func noisy(pcm []int16, snr float64) []int16 {
	var loud, n float64
	for i := 0; i+levelFrame <= len(pcm); i += levelFrame {
		if l := level(pcm[i : i+levelFrame]); l > -40 {
			loud += math.Pow(10, l/10)
			n++
		}
	}
	noise := pink(len(pcm), 1)
	gain := math.Sqrt(loud / n / math.Pow(10, snr/10))
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = int16(max(-32768, min(32767, float64(v)+gain*noise[i]*32768)))
	}
	return out
}

// pink is repeatable noise of mean square 1, falling by 3 dB an octave (Voss's rows).
func pink(n, seed int) []float64 {
	out := make([]float64, n)
	var rows [12]float64
	var squares float64
	for i := range out {
		for r := range rows {
			if i%(1<<r) == 0 {
				rows[r] = float64(practice.Draw(uint64(seed), i, string(rune('a'+r)), 20001))/10000 - 1
			}
			out[i] += rows[r]
		}
		squares += out[i] * out[i]
	}
	scale := math.Sqrt(float64(n) / squares)
	for i := range out {
		out[i] *= scale
	}
	return out
}

func scaled(noise []float64, dB float64) []int16 {
	out := make([]int16, len(noise))
	for i, v := range noise {
		out[i] = int16(max(-32768, min(32767, v*32768*math.Pow(10, dB/20))))
	}
	return out
}

func TestSilenceAndNoiseHaveNoWords(t *testing.T) {
	m := moonshine(t)
	click := make([]float64, 2*practice.SampleRateIn)
	for i, v := range pink(len(click), 3) {
		click[i] = 5 * v * math.Exp(-float64(i%4000)/60)
	}
	cough := make([]float64, practice.SampleRateIn)
	for i, v := range pink(len(cough), 4) {
		cough[i] = 3 * v * math.Exp(-float64(max(0, i-3000))/1500)
	}
	for name, pcm := range map[string][]int16{
		"nothing": nil, "one sample": {1}, "silence": make([]int16, 3*practice.SampleRateIn),
		"12 s of silence": make([]int16, 12*practice.SampleRateIn), "quiet room": scaled(pink(2*practice.SampleRateIn, 2), -62),
		"fan": scaled(pink(4*practice.SampleRateIn, 5), -45), "loud noise": scaled(pink(3*practice.SampleRateIn, 6), -20),
		"keyboard": scaled(click, -35), "cough": scaled(cough, -25),
	} {
		if r := recognize(t, m, pcm); r.Text != "" {
			t.Errorf("%s was heard as %q", name, r.Text)
		}
	}
}

func TestAnyLengthOfSoundCanBeRead(t *testing.T) {
	m := moonshine(t)
	clip := speechtest.Clips(t)[0].PCM
	for _, n := range []int{1, 79, 320, 1000, 1600, 4000} {
		recognize(t, m, clip[8000:8000+n])
	}
}

func TestLongSpeechIsReadInPiecesAndJoined(t *testing.T) {
	m := moonshine(t)
	var pcm []int16
	var text []string
	for _, c := range speechtest.Clips(t)[:5] {
		pcm = append(pcm, c.PCM...)
		text = append(text, c.Text)
	}
	r := recognize(t, m, pcm)
	if e, n := practice.WordErrors(strings.Join(text, " "), r.Text); float64(e) > 0.06*float64(n) {
		t.Errorf("%d errors in %d words: %s", e, n, r.Text)
	}
}

// phrases cuts clips at their pauses: sound from the first to the last loud sample.
func phrases(clips []speechtest.Clip) [][]int16 {
	const step = practice.SampleRateIn / 100
	var out [][]int16
	for _, c := range clips {
		from, quiet := -1, 0
		for i := 0; i+step <= len(c.PCM); i += step {
			if level(c.PCM[i:i+step]) > -42 {
				if from < 0 {
					from = i
				}
				quiet = 0
				continue
			}
			if quiet++; quiet == 9 && from >= 0 {
				if n := i - 8*step - from; n > practice.SampleRateIn/2 && n < 4*practice.SampleRateIn {
					out = append(out, c.PCM[from:from+n])
				}
				from = -1
			}
		}
	}
	return out
}

// plain are the words without what depends on the sentence around them.
func plain(words []practice.Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, strings.ToLower(strings.Trim(w.Text, ".,;:!?-")))
	}
	return out
}

func TestWordTimesFitPhrasesJoinedAtKnownOffsets(t *testing.T) {
	m := moonshine(t)
	type phrase struct {
		pcm   []int16
		words []string
	}
	var all []phrase
	for _, pcm := range phrases(speechtest.Clips(t)) {
		if w := plain(recognize(t, m, pcm).Words); len(w) > 1 {
			all = append(all, phrase{pcm, w})
		}
	}
	for _, gapMS := range []int{0, 150} {
		var off []int64
		for i := 0; i < len(all); i += 2 {
			a, b := all[i], all[(i*7+3)%len(all)]
			joined := recognize(t, m, slices.Concat(a.pcm, make([]int16, gapMS*practice.SampleRateIn/1000), b.pcm))
			if !slices.Equal(plain(joined.Words), slices.Concat(a.words, b.words)) {
				continue // read differently when joined, so that no word can be compared
			}
			k, end := len(a.words), int64(len(a.pcm))*1000/practice.SampleRateIn
			off = append(off, distance(joined.Words[k-1].EndMS, end), distance(joined.Words[k].StartMS, end+int64(gapMS)))
		}
		if len(off) < 12 {
			t.Fatalf("gap %d ms: only %d boundaries could be compared", gapMS, len(off))
		}
		slices.Sort(off)
		t.Logf("gap %d ms: %d boundaries, median error %d ms, 90th percentile %d ms", gapMS, len(off), off[len(off)/2], off[len(off)*9/10])
		bar := int64(60)
		if gapMS == 0 {
			bar = 100 // there is no pause to hold on to; 50–60 ms are usual
		}
		if off[len(off)/2] > bar {
			t.Errorf("gap %d ms: median error %d ms", gapMS, off[len(off)/2])
		}
	}
}

func distance(a, b int64) int64 { return max(a-b, b-a) }

func TestCallsAtOnceGetTheirOwnWords(t *testing.T) {
	m := moonshine(t)
	clips := speechtest.Clips(t)
	var wait sync.WaitGroup
	for _, i := range []int{1, 7, 12} {
		want := recognize(t, m, clips[i].PCM)
		for range 2 {
			wait.Go(func() {
				got, err := m.Recognize(context.Background(), clips[i].PCM, practice.PrioritySpeculation)
				if err != nil || !slices.Equal(got.Words, want.Words) {
					t.Errorf("%q (%v), alone %q", got.Text, err, want.Text)
				}
			})
		}
	}
	wait.Wait()
}

func TestStaleWorkStopsAndClosedModelsAreErrors(t *testing.T) {
	m := moonshine(t)
	pcm := speechtest.Clips(t)[0].PCM
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.Recognize(ctx, pcm, practice.PriorityFinal); !errors.Is(err, context.Canceled) {
		t.Errorf("stale before it began: %v", err)
	}
	if _, err := m.hear(ctx, pcm); !errors.Is(err, context.Canceled) {
		t.Errorf("stale after the first token: %v", err)
	}
	for range 2 {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := m.Recognize(context.Background(), pcm, practice.PriorityFinal); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("a closed model: %v", err)
	}
}

func TestLoopsAreCutDownToOne(t *testing.T) {
	for _, c := range []struct {
		name       string
		said, want []int
	}{
		{"speech", []int{5, 6, 7, 5, 6, 8}, []int{5, 6, 7, 5, 6, 8}},
		{"a heated no", []int{9, 5, 9, 5, 9, 5, 9, 5, 9, 5, 9}, []int{9, 5, 9, 5, 9, 5, 9, 5, 9, 5, 9}},
		{"one word for ever", append([]int{4}, slices.Repeat([]int{9}, 16)...), []int{4, 9}},
		{"a phrase for ever", append([]int{4}, slices.Repeat([]int{1, 2, 3}, 6)...), []int{4, 1, 2, 3}},
		{"a sentence for ever", append([]int{4}, slices.Repeat([]int{1, 2, 3, 4, 5, 6}, 4)...), []int{4, 1, 2, 3, 4, 5, 6}},
	} {
		d := decoded{}
		stopped := false
		for _, tok := range c.said {
			d.tokens, d.logp, d.attention = append(d.tokens, tok), append(d.logp, 0), append(d.attention, nil)
			if stopped = d.loops(); stopped {
				break
			}
		}
		if !slices.Equal(d.tokens, c.want) || stopped != (len(c.said) != len(c.want)) || len(d.logp) != len(d.tokens) || len(d.attention) != len(d.tokens) {
			t.Errorf("%s: %v, stopped %v", c.name, d.tokens, stopped)
		}
	}
}

func TestSegmentsCoverTheSoundAndCutItWhereItIsQuiet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pcm := make([]int16, rapid.IntRange(0, 40*practice.SampleRateIn).Draw(t, "samples"))
		next := 0
		for _, s := range segments(pcm) {
			if s.from != next || s.to < s.from || s.to-s.from > maxSegment {
				t.Fatalf("segment %+v after %d", s, next)
			}
			next = s.to
		}
		if next != len(pcm) {
			t.Fatalf("%d of %d samples are covered", next, len(pcm))
		}
	})
	pcm := scaled(pink(15*practice.SampleRateIn, 9), -20)
	clear(pcm[7*practice.SampleRateIn : 7*practice.SampleRateIn+4800])
	if cut := segments(pcm)[0].to; cut < 7*practice.SampleRateIn || cut > 7*practice.SampleRateIn+4800 {
		t.Errorf("cut at %d ms, the pause is at 7000", cut*1000/practice.SampleRateIn)
	}
}

func TestPathIsMonotonicForAnyAttention(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frames := rapid.IntRange(1, 30).Draw(t, "frames")
		attention := make([][]float32, rapid.IntRange(0, 40).Draw(t, "tokens"))
		for i := range attention {
			attention[i] = rapid.SliceOfN(rapid.Float32Range(0, 1), frames, frames).Draw(t, "row")
		}
		starts := path(attention)
		if len(attention) == 0 {
			if starts != nil {
				t.Fatal("a path without tokens")
			}
			return
		}
		if len(starts) != len(attention)+1 || starts[0] != 0 || starts[len(attention)] != frames || !slices.IsSorted(starts) {
			t.Fatalf("starts %v of %d frames", starts, frames)
		}
	})
	diagonal := [][]float32{{1, 1, 0, 0, 0, 0}, {0, 0, 1, 0, 0, 0}, {0, 0, 0, 1, 1, 1}}
	if got := path(diagonal); !slices.Equal(got, []int{0, 2, 3, 6}) {
		t.Errorf("path %v", got)
	}
}

func TestRefinedWordsKeepTheirOrderForAnySound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pcm []int16
		for range rapid.IntRange(0, 6).Draw(t, "parts") {
			part := make([]int16, rapid.IntRange(0, 8000).Draw(t, "samples"))
			size := rapid.IntRange(0, 12000).Draw(t, "size")
			for i := range part {
				part[i] = int16(practice.Draw(3, i, "sample", 2*size+1) - size)
			}
			pcm = append(pcm, part...)
		}
		var words []practice.Word
		at := int64(0)
		for range rapid.IntRange(0, 8).Draw(t, "words") {
			end := at + rapid.Int64Range(0, 900).Draw(t, "length")
			words = append(words, practice.Word{StartMS: at, EndMS: end})
			at = end
		}
		refine(words, pcm)
		end := int64(0)
		for _, w := range words {
			if w.StartMS < end || w.EndMS < w.StartMS {
				t.Fatalf("words %v", words)
			}
			end = w.EndMS
		}
	})
}

func benchmark(b *testing.B, seconds int) {
	b.Helper()
	m := moonshine(b)
	var pcm []int16
	for _, c := range speechtest.Clips(b)[3:6] {
		pcm = append(pcm, c.PCM...)
	}
	pcm = pcm[:seconds*practice.SampleRateIn]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Recognize(context.Background(), pcm, practice.PriorityFinal); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRecognize2s(b *testing.B)  { benchmark(b, 2) }
func BenchmarkRecognize5s(b *testing.B)  { benchmark(b, 5) }
func BenchmarkRecognize10s(b *testing.B) { benchmark(b, 10) }
