package vad

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type detector interface {
	Probability(frame []int16) (float64, error)
	Close() error
}

func silero(tb testing.TB) *Silero {
	tb.Helper()
	s, err := Open(speechtest.Runtime(tb), filepath.Join(speechtest.Assets(tb), "silero"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// voiced is the share of whole frames that d finds a voice in.
func voiced(tb testing.TB, d detector, pcm []int16) float64 {
	tb.Helper()
	var n, of float64
	for ; len(pcm) >= FrameSamples; pcm = pcm[FrameSamples:] {
		p, err := d.Probability(pcm[:FrameSamples])
		if err != nil {
			tb.Fatal(err)
		}
		of++
		if p > 0.5 {
			n++
		}
	}
	return n / of
}

// noise is seconds of repeatable white noise at level dBFS.
func noise(seconds, level float64) []int16 {
	out := make([]int16, int(seconds*practice.SampleRateIn))
	amplitude := math.Pow(10, level/20) * 32768 * math.Sqrt(3)
	for i := range out {
		out[i] = int16((float64(practice.Draw(1, i, "noise", 20001))/10000 - 1) * amplitude)
	}
	return out
}

func TestBothDetectorsHearSpeechAndIgnoreARoom(t *testing.T) {
	model := silero(t)
	clips := speechtest.Clips(t)
	for _, c := range []struct {
		name  string
		make  func() (detector, error)
		least float64
	}{
		{"silero", func() (detector, error) { return model.NewDetector() }, 0.6},
		{"energy gate", func() (detector, error) { return Gate{}.NewDetector() }, 0.55},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, clip := range clips {
				d, err := c.make()
				if err != nil {
					t.Fatal(err)
				}
				if share := voiced(t, d, noise(4, -62)); share > 0.02 {
					t.Errorf("%.0f %% of a quiet room is taken for a voice", share*100)
				}
				if share := voiced(t, d, clip.PCM); share < c.least {
					t.Errorf("%s: a voice is heard in only %.0f %% of the speech", clip.Name, share*100)
				}
				voiced(t, d, noise(1, -62)) // the model lets go within half a second
				if share := voiced(t, d, noise(3, -62)); share > 0.02 {
					t.Errorf("%s: %.0f %% of the room afterwards is taken for a voice", clip.Name, share*100)
				}
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestGateLearnsTheNoiseOfTheRoom(t *testing.T) {
	d, err := Gate{}.NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	voiced(t, d, noise(4, -48))
	if share := voiced(t, d, noise(3, -48)); share > 0 {
		t.Errorf("%.0f %% of steady noise is still taken for a voice after 5 s", share*100)
	}
	if share := voiced(t, d, noise(0.5, -25)); share < 1 {
		t.Errorf("only %.0f %% of what is 23 dB louder counts as a voice", share*100)
	}
}

func TestDetectorsKeepCallsApart(t *testing.T) {
	model := silero(t)
	clips := speechtest.Clips(t)
	alone, err := model.NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = alone.Close() }()
	beside, err := model.NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = beside.Close() }()
	other, err := model.NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	for i := 0; i+FrameSamples <= min(len(clips[0].PCM), len(clips[2].PCM)); i += FrameSamples {
		want, err1 := alone.Probability(clips[0].PCM[i : i+FrameSamples])
		_, err2 := other.Probability(clips[2].PCM[i : i+FrameSamples])
		got, err3 := beside.Probability(clips[0].PCM[i : i+FrameSamples])
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("frame at %d: %v beside another call, %v alone", i, got, want)
		}
	}
}

func TestDetectorsAllocateNothingInSteadyState(t *testing.T) {
	gate, err := Gate{}.NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	detectors := map[string]detector{"energy gate": gate}
	if os.Getenv("RAPPORT_ASSETS") != "" {
		d, err := silero(t).NewDetector()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		detectors["silero"] = d
	}
	frame := noise(1, -30)[:FrameSamples]
	for name, d := range detectors {
		if n := testing.AllocsPerRun(50, func() { _, _ = d.Probability(frame) }); n > 0 {
			t.Errorf("%s allocates %v times a frame", name, n)
		}
	}
}

func TestGateProbabilityStaysAProbability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, err := Gate{}.NewDetector()
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			size := rapid.Int16().Draw(t, "size")
			frame := make([]int16, FrameSamples)
			for i := range frame {
				frame[i] = int16(practice.Draw(uint64(size), i, "sample", 65536) - 32768)
				if size%2 == 0 {
					frame[i] = size
				}
			}
			p, err := d.Probability(frame)
			if err != nil || !(p >= 0 && p <= 1) {
				t.Fatalf("probability %v, error %v", p, err)
			}
		}
	})
}

func TestWrongFramesAndClosedDetectorsAreErrors(t *testing.T) {
	gate, err := Gate{}.NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gate.Probability(make([]int16, 320)); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("a frame of 320 samples: %v", err)
	}
	d, err := silero(t).NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Probability(nil); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("no frame: %v", err)
	}
	for range 2 {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Probability(make([]int16, FrameSamples)); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("a closed detector: %v", err)
	}
}

func TestMissingOrDamagedModelSaysHowToMendIt(t *testing.T) {
	rt := speechtest.Runtime(t)
	whole, err := os.ReadFile(filepath.Join(speechtest.Assets(t), "silero", modelFile))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"missing": nil, "empty": {}, "cut": whole[:len(whole)/2], "text": []byte("<html>not found</html>"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if content != nil {
				if err := os.WriteFile(filepath.Join(dir, modelFile), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Open(rt, dir)
			if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "rapport assets pull") ||
				!strings.Contains(err.Error(), modelFile) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func BenchmarkSileroFrame(b *testing.B) {
	d, err := silero(b).NewDetector()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	frame := noise(1, -30)[:FrameSamples]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Probability(frame); err != nil {
			b.Fatal(err)
		}
	}
}
