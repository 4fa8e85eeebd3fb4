package synthesize

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func speak(tb testing.TB, h *Hibari, r practice.SpeechRequest) practice.Speech {
	tb.Helper()
	s, err := h.Synthesize(context.Background(), r, practice.PriorityFirstClause)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestSameRequestGivesSameSamples(t *testing.T) {
	h := openVoice(t)
	r := practice.SpeechRequest{Text: "I'm sorry, I'll fix it.", Speaker: "hibari/lower-woman", Heat: 700, Seed: 5}
	first := speak(t, h, r)
	speak(t, h, practice.SpeechRequest{Text: "Something else in between.", Seed: 9})
	if again := speak(t, h, r); !slices.Equal(first.PCM, again.PCM) || !slices.Equal(first.Words, again.Words) {
		t.Error("the same request gave another sound")
	}
	r.Seed++
	if other := speak(t, h, r); slices.Equal(first.PCM, other.PCM) {
		t.Error("another seed gave the same noise")
	}
}

func TestSoundIsTrimmedLevelledAndJoinsWithoutClicks(t *testing.T) {
	h := openVoice(t)
	for _, v := range Voices() {
		for _, heat := range []int{0, 300, 1000} {
			s := speak(t, h, practice.SpeechRequest{Text: "Have you any idea how long I have waited for this?", Speaker: v.Name, Heat: heat})
			loud := func(pcm []int16) bool { return audio.DBFS(pcm) > -45 }
			lead, tail := 0, 0
			const step = practice.SampleRateOut / 200
			for at := 0; at+step <= len(s.PCM) && !loud(s.PCM[at:at+step]); at += step {
				lead += 5
			}
			for at := len(s.PCM); at-step >= 0 && !loud(s.PCM[at-step:at]); at -= step {
				tail += 5
			}
			if lead < 20 || lead > 80 || tail < 80 || tail > 200 {
				t.Errorf("%s at heat %d: %d ms before the sound and %d after, want about %d and %d", v.Name, heat, lead, tail, leadMS, tailMS)
			}
			if n := len(s.PCM); n == 0 || s.PCM[0] != 0 || max(s.PCM[n-1], -s.PCM[n-1]) > 3 {
				t.Errorf("%s at heat %d: the sound does not start and end in silence", v.Name, heat)
			}
			if got := audio.LUFS(s.PCM, practice.SampleRateOut); math.Abs(got+19) > 1.5 {
				t.Errorf("%s at heat %d: %.1f LUFS, want -19 ± 1.5", v.Name, heat, got)
			}
			if p := audio.Peak(s.PCM); p > 0.85 {
				t.Errorf("%s at heat %d: peaks at %.2f of full scale", v.Name, heat, p)
			}
		}
	}
}

func TestEveryWrittenWordHasItsTime(t *testing.T) {
	h := openVoice(t)
	const text = "Listen, I was promised £4.95 back on Tue 17 Nov 😀 — order 4471!"
	s := speak(t, h, practice.SpeechRequest{Text: text, Speaker: "hibari/lower-woman", Heat: 600})
	written := make([]string, len(s.Words))
	last := int64(0)
	for i, w := range s.Words {
		written[i] = w.Text
		if w.StartMS < last || w.EndMS < w.StartMS || w.Confidence != 1 {
			t.Errorf("word %q from %d to %d ms after a word that ended at %d", w.Text, w.StartMS, w.EndMS, last)
		}
		if w.EndMS-w.StartMS < 50 {
			t.Errorf("word %q lasts %d ms", w.Text, w.EndMS-w.StartMS)
		}
		last = w.EndMS
	}
	if got := strings.Join(written, " "); got != text {
		t.Errorf("words %q, want %q", got, text)
	}
	end := int64(len(s.PCM)) * 1000 / practice.SampleRateOut
	if first := s.Words[0].StartMS; first > 120 {
		t.Errorf("first word starts at %d ms", first)
	}
	if end-last > 200 || last > end {
		t.Errorf("last word ends at %d of %d ms", last, end)
	}
	// The amount is one written word and takes the time of its spoken ones.
	if w := s.Words[4]; w.Text != "£4.95" || w.EndMS-w.StartMS < 700 {
		t.Errorf("the amount is %+v", w)
	}
}

func TestWordTimesFallWhereTheSoundIs(t *testing.T) {
	h := openVoice(t)
	s := speak(t, h, practice.SpeechRequest{Text: "Yes. Absolutely."})
	gapFrom, gapTo := s.Words[0].EndMS, s.Words[1].StartMS
	level := func(from, to int64) float64 {
		const perMS = practice.SampleRateOut / 1000
		return audio.DBFS(s.PCM[from*perMS : to*perMS])
	}
	if gapTo-gapFrom < 40 {
		t.Fatalf("only %d ms between two sentences", gapTo-gapFrom)
	}
	speech := level(s.Words[1].StartMS, s.Words[1].EndMS)
	if gap := level(gapFrom+(gapTo-gapFrom)/2, gapTo); gap > speech-15 {
		t.Errorf("between the words %.0f dBFS, in the word %.0f", gap, speech)
	}
}

func TestHeatMakesSpeechFasterAndLouder(t *testing.T) {
	h := openVoice(t)
	say := func(heat int) practice.Speech {
		return speak(t, h, practice.SpeechRequest{Text: "I have called you three times about this already.", Speaker: "hibari/lower-woman", Heat: heat})
	}
	calm, furious := say(0), say(1000)
	if float64(len(furious.PCM)) > .93*float64(len(calm.PCM)) {
		t.Errorf("furious lasts %d samples, calm %d", len(furious.PCM), len(calm.PCM))
	}
	if got := audio.LUFS(furious.PCM, 48000) - audio.LUFS(calm.PCM, 48000); got < 1 {
		t.Errorf("furious is %.1f dB louder than calm", got)
	}
}

func TestHeatMovesMannerSmoothly(t *testing.T) {
	m, err := mannerOf("hibari/lower-woman")
	if err != nil {
		t.Fatal(err)
	}
	prev := m.heated(0)
	for heat := 1; heat <= 1000; heat++ {
		now := m.heated(heat)
		if now.pace < prev.pace || now.melody < prev.melody || now.tiltDB < prev.tiltDB || now.loudLUFS < prev.loudLUFS {
			t.Fatalf("heat %d speaks less hotly than %d: %+v after %+v", heat, heat-1, now, prev)
		}
		if now.pace-prev.pace > .001 || now.melody-prev.melody > .002 || now.loudLUFS-prev.loudLUFS > .01 || now.formants != m.formants {
			t.Fatalf("heat %d jumps: %+v after %+v", heat, now, prev)
		}
		prev = now
	}
	if m.heated(5000) != m.heated(1000) || m.heated(-3) != m.heated(0) {
		t.Error("heat beyond its range is not held at the range's end")
	}
}

func TestOddTextGivesBoundedSoundOrAClearError(t *testing.T) {
	h := openVoice(t)
	for _, text := range []string{"", "   ", "😀😀😀", "—", "...", "你好，世界", "\xff\xfe", "\x00\x01", "((((", "“”"} {
		s := speak(t, h, practice.SpeechRequest{Text: text})
		if len(s.PCM) > practice.SampleRateOut*3 {
			t.Errorf("%q lasts %d samples", text, len(s.PCM))
		}
	}
	if s := speak(t, h, practice.SpeechRequest{Text: ""}); len(s.PCM) != 0 || s.PauseMS != 0 {
		t.Error("no text makes a sound")
	}
	for name, r := range map[string]practice.SpeechRequest{
		"too long":        {Text: strings.Repeat("far too long ", 100)},
		"unknown speaker": {Text: "Hello.", Speaker: "hibari/parrot"},
	} {
		if _, err := h.Synthesize(context.Background(), r, practice.PriorityReply); !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
	long := strings.Repeat("and then I waited for another hour, ", 25)
	s := speak(t, h, practice.SpeechRequest{Text: long})
	if sec := len(s.PCM) / practice.SampleRateOut; sec < 20 || sec > 120 {
		t.Errorf("long text lasts %d s", sec)
	}
	if len(s.Words) != len(strings.Fields(long)) {
		t.Errorf("%d words, want %d", len(s.Words), len(strings.Fields(long)))
	}
	word := speak(t, h, practice.SpeechRequest{Text: strings.Repeat("pneumono", 100)})
	if sec := len(word.PCM) / practice.SampleRateOut; sec > 60 {
		t.Errorf("one endless word lasts %d s", sec)
	}
}

func TestAnyTextKeepsItsWordsInOrder(t *testing.T) {
	h := openVoice(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 60, 200).Draw(t, "text")
		s, err := h.Synthesize(context.Background(), practice.SpeechRequest{
			Text: text, Speaker: rapid.SampledFrom(Voices()).Draw(t, "voice").Name, Heat: rapid.IntRange(-10, 1100).Draw(t, "heat"),
			Pace: rapid.SampledFrom([]float64{0, .1, 1, 9, math.NaN()}).Draw(t, "pace"),
		}, practice.PriorityReply)
		if err != nil {
			t.Fatal(err)
		}
		written := make([]string, len(s.Words))
		last := int64(0)
		for i, w := range s.Words {
			written[i] = w.Text
			if w.StartMS < last || w.EndMS < w.StartMS || w.EndMS > int64(len(s.PCM))*1000/practice.SampleRateOut {
				t.Fatalf("%q: word %+v after %d ms of %d samples", text, w, last, len(s.PCM))
			}
			last = w.EndMS
		}
		if got, want := strings.Join(written, " "), strings.Join(strings.Fields(text), " "); got != want {
			t.Fatalf("words %q, want %q", got, want)
		}
	})
}

func TestCancelledRequestIsDropped(t *testing.T) {
	h := openVoice(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Synthesize(ctx, practice.SpeechRequest{Text: "Never heard."}, practice.PriorityReply); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

func TestMissingOrDamagedVoiceSaysWhatToDo(t *testing.T) {
	rt, pool := speechtest.Runtime(t), speechtest.Pool(t)
	whole := filepath.Join(speechtest.Assets(t), "hibari")
	for _, broken := range []string{timedFile, guessFile, alphabetFile, vocabFile, "tags.tsv", "words-gold.tsv", "words-silver.tsv"} {
		for _, how := range []string{"missing", "damaged"} {
			dir := t.TempDir()
			entries, err := os.ReadDir(whole)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if e.Name() != broken {
					if err := os.Symlink(filepath.Join(whole, e.Name()), filepath.Join(dir, e.Name())); err != nil {
						t.Fatal(err)
					}
				}
			}
			if how == "damaged" {
				if err := os.WriteFile(filepath.Join(dir, broken), []byte("not what it was"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			h, err := Open(rt, pool, dir)
			if err == nil {
				t.Errorf("%s %s: opened", broken, how)
				_ = h.Close()
				continue
			}
			if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "rapport assets pull") {
				t.Errorf("%s %s: %v", broken, how, err)
			}
		}
	}
}

func BenchmarkFirstClause(b *testing.B) {
	h := openVoice(b)
	var s practice.Speech
	b.ReportAllocs()
	for b.Loop() {
		s = speak(b, h, practice.SpeechRequest{Text: "I ordered it two weeks ago,", Speaker: "hibari/lower-woman", Heat: 600})
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/(float64(len(s.PCM))/practice.SampleRateOut), "rtf")
}
