package synthesize

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// soundOf is the stretch of a clip in which a word sounds.
func soundOf(s practice.Speech, word int) []int16 {
	const perMS = practice.SampleRateOut / 1000
	w := s.Words[word]
	return s.PCM[w.StartMS*perMS : min(w.EndMS*perMS, int64(len(s.PCM)))]
}

func TestSighsAndBreathsAreHeardUnderTheSpeech(t *testing.T) {
	h := openVoice(t)
	const text = "[sighs] I ordered it two weeks ago. [breath] Nobody can tell me where it is. [pause] [sighs]"
	for n, v := range Voices() {
		for _, heat := range []int{0, 1000} {
			for seed := range uint64(1) {
				seed += uint64(n)
				s := speak(t, h, practice.SpeechRequest{Text: text, Speaker: v.Name, Heat: heat, Seed: seed})
				written := make([]string, len(s.Words))
				for i, w := range s.Words {
					written[i] = w.Text
				}
				if got := strings.Join(written, " "); got != text {
					t.Fatalf("%s: words %q, want %q", v.Name, got, text)
				}
				speech := audio.LUFS(speak(t, h, practice.SpeechRequest{Text: "Nobody can tell me where it is.", Speaker: v.Name, Heat: heat}).PCM, practice.SampleRateOut)
				for i, w := range s.Words {
					ms := w.EndMS - w.StartMS
					switch {
					case !practice.IsMark(w.Text):
						continue
					case ms < 250 || ms > 900:
						t.Errorf("%s at heat %d: %s lasts %d ms", v.Name, heat, w.Text, ms)
					case i == 0 && (ms > 500 || s.Words[1].StartMS-w.EndMS < 250):
						t.Errorf("%s at heat %d: it begins with %s of %d ms and the words follow after %d", v.Name, heat, w.Text, ms, s.Words[1].StartMS-w.EndMS)
					}
					want := speech + breathDB
					if w.Text == practice.MarkSighs {
						want = speech + sighDB
					}
					got := audio.LUFS(soundOf(s, i), practice.SampleRateOut)
					if w.Text == practice.MarkPause {
						if audio.Peak(soundOf(s, i)) > .001 {
							t.Errorf("%s: the pause is not silent", v.Name)
						}
					} else if math.Abs(got-want) > 2.5 {
						t.Errorf("%s at heat %d: %s at %.1f LUFS, want %.1f", v.Name, heat, w.Text, got, want)
					}
				}
				if p := audio.Peak(s.PCM); p > .85 {
					t.Errorf("%s at heat %d: peaks at %.2f", v.Name, heat, p)
				}
			}
		}
	}
}

func TestBreathsBelongToTheirSpeakerAndDifferFromOneAnother(t *testing.T) {
	h := openVoice(t)
	centroid := func(speaker string) float64 {
		s := speak(t, h, practice.SpeechRequest{Text: "[sighs] Fine.", Speaker: speaker, Heat: 300, Seed: 4})
		return brightness(soundOf(s, 0), practice.SampleRateOut)
	}
	if low, high := centroid("hibari/deep-man"), centroid("hibari/younger-woman"); low > .93*high {
		t.Errorf("a deep man's sigh has its centre at %.0f Hz, a young woman's at %.0f", low, high)
	}
	sigh := func(seed uint64, speaker string) []int16 {
		s := speak(t, h, practice.SpeechRequest{Text: "[sighs]", Speaker: speaker, Seed: seed})
		return s.PCM
	}
	if !slices.Equal(sigh(1, "woman"), sigh(1, "woman")) {
		t.Error("the same sigh sounds different")
	}
	if slices.Equal(sigh(1, "woman"), sigh(2, "woman")) || slices.Equal(sigh(1, "woman"), sigh(1, "man")) {
		t.Error("two sighs are the same sound")
	}
}

func TestWordsAroundMarksSoundAsWithoutThem(t *testing.T) {
	h := openVoice(t)
	plain := speak(t, h, practice.SpeechRequest{Text: "Nobody can tell me."})
	marked := speak(t, h, practice.SpeechRequest{Text: "[breath] Nobody can tell me."})
	shift := marked.Words[1].StartMS - plain.Words[0].StartMS
	for i, w := range plain.Words {
		if m := marked.Words[i+1]; m.Text != w.Text || m.StartMS-w.StartMS != shift || m.EndMS-w.EndMS != shift {
			t.Errorf("%q stands at %d–%d ms, after a breath at %d–%d", w.Text, w.StartMS, w.EndMS, m.StartMS, m.EndMS)
		}
	}
	if marked.PauseMS != plain.PauseMS {
		t.Errorf("pause %d, want %d", marked.PauseMS, plain.PauseMS)
	}
}

// brightness is the centre of a sound's power between 200 and 8000 Hz, in hertz.
func brightness(pcm []int16, rate int) float64 {
	fft := fourier.NewFFT(fftSize)
	seq, sum, weight := make([]float64, fftSize), 0.0, 0.0
	for from := 0; from+fftSize <= len(pcm); from += fftSize / 2 {
		for i := range seq {
			seq[i] = float64(pcm[from+i]) * math.Pow(math.Sin(math.Pi*float64(i)/fftSize), 2)
		}
		for k, c := range fft.Coefficients(nil, seq) {
			if hz := float64(k*rate) / fftSize; hz >= 200 && hz <= 8000 {
				power := real(c)*real(c) + imag(c)*imag(c)
				sum += hz * power
				weight += power
			}
		}
	}
	return sum / weight
}
