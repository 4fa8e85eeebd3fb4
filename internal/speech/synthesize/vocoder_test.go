package synthesize

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

// testdata/hello-there-without-noise.wav is "Hello there." by the hibari-tts package's own Python code, its noise
// branch off: 24 kHz, untrimmed.
func TestVocoderEqualsThePackagesOwn(t *testing.T) {
	h := openVoice(t)
	f, err := os.Open(filepath.Join("testdata", "hello-there-without-noise.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	want, err := audio.ReadWAV(f)
	if err != nil {
		t.Fatal(err)
	}
	sounds, err := h.reader.Read("Hello there.", h.guesser.guess)
	if err != nil {
		t.Fatal(err)
	}
	ids, _ := h.pieces(sounds)[0].flat(h.vocab[' '])
	frames, err := h.model.run(ids, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer frames.close()
	for i := range frames.ln {
		frames.ln[i] = -30
	}
	plain, err := mannerOf("woman")
	if err != nil {
		t.Fatal(err)
	}
	got := newVocoder(newGauss()).speak(nil, frames, newBend(plain, frames.f0), 1)
	if len(got) != len(want.PCM) {
		t.Fatalf("%d samples, want %d", len(got), len(want.PCM))
	}
	var xy, xx, yy, diff float64
	for i, x := range got {
		y := float64(want.PCM[i]) / 32767
		xy += float64(x) * y
		xx += float64(x) * float64(x)
		yy += y * y
		diff += (float64(x) - y) * (float64(x) - y)
	}
	corr, snr := xy/math.Sqrt(xx*yy), 10*math.Log10(yy/diff)
	t.Logf("correlation %.6f, difference %.1f dB below the sound", corr, snr)
	if corr < 0.999 || snr < 25 {
		t.Errorf("correlation %.6f (want ≥ 0.999), difference %.1f dB below the sound (want ≥ 25)", corr, snr)
	}
}

func openVoice(tb testing.TB) *Hibari {
	tb.Helper()
	h, err := Open(speechtest.Runtime(tb), speechtest.Pool(tb), filepath.Join(speechtest.Assets(tb), "hibari"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := h.Close(); err != nil {
			tb.Error(err)
		}
	})
	return h
}
