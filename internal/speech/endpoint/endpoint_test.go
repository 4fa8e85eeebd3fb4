package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
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

func smartTurn(tb testing.TB) *SmartTurn {
	tb.Helper()
	s, err := Open(speechtest.Runtime(tb), speechtest.Pool(tb), filepath.Join(speechtest.Assets(tb), "smart-turn"))
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

// chirp is the sound that testdata/whisper-features.json was computed from with the reference implementation.
func chirp(seconds int) []int16 {
	out := make([]int16, seconds*practice.SampleRateIn)
	for n := range out {
		i := float64(n)
		t := i / practice.SampleRateIn
		v := 9000*math.Sin(2*math.Pi*(200*t+150*t*t))*(0.6+0.4*math.Sin(2*math.Pi*3*t)) + 600*math.Sin(i*i*0.37)
		out[n] = int16(math.Floor(v + 0.5))
	}
	return out
}

func TestFeaturesAreThoseOfTheReference(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "whisper-features.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]float64 // by seconds of sound: every 97th value
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	s := newSpectrum()
	got := make([]float32, mels*frames)
	for name, seconds := range map[string]int{"3": 3, "8": 8, "9": 9} {
		s.features(chirp(seconds), got)
		if len(want[name]) != (len(got)+96)/97 {
			t.Fatalf("%s s: the reference has %d values", name, len(want[name]))
		}
		for i, w := range want[name] {
			if g := float64(got[i*97]); math.Abs(g-w) > 2e-3 {
				t.Fatalf("%s s: mel %d of frame %d is %.4f, the reference %.4f", name, i*97/frames, i*97%frames, g, w)
			}
		}
	}
}

func TestFeaturesAreFiniteForAnySound(t *testing.T) {
	s := newSpectrum()
	out := make([]float32, mels*frames)
	rapid.Check(t, func(t *rapid.T) {
		pcm := make([]int16, rapid.IntRange(0, windowSamples+1000).Draw(t, "samples"))
		kind := rapid.IntRange(0, 2).Draw(t, "kind")
		for i := range pcm {
			switch kind {
			case 1:
				pcm[i] = math.MaxInt16
			case 2:
				pcm[i] = int16(practice.Draw(7, i, "sample", 60001) - 30000)
			}
		}
		s.features(pcm, out)
		for i, v := range out {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Fatalf("value %d is %v", i, v)
			}
		}
	})
}

// The reference implementation's estimates for the clips, in the order of their manifest, and whether a sentence ends
// there.
var estimates = []struct {
	clip string
	p    float64
	ends bool
}{
	{"LJ001-0001.flac", 0.347, false},
	{"LJ001-0002.flac", 0.990, true},
	{"LJ001-0003.flac", 0.272, false},
	{"LJ001-0004.flac", 0.012, false},
	{"LJ001-0005.flac", 0.982, true},
	{"LJ001-0006.flac", 0.008, false},
	{"LJ001-0007.flac", 0.018, false},
	{"LJ001-0008.flac", 0.947, true},
	{"sense_and_sensibility_01_austen_64kb-0870.flac", 0.985, true},
	{"sense_and_sensibility_01_austen_64kb-0890.flac", 0.942, true},
	{"jfk.flac", 0.855, true},
	{"LJ001-0009.flac", 0.942, true},
	{"LJ001-0010.flac", 0.712, false},
	{"LJ001-0011.flac", 0.920, true},
	{"LJ001-0012.flac", 0.009, false},
	{"LJ001-0013.flac", 0.988, true},
	{"LJ001-0014.flac", 0.010, false},
	{"LJ001-0015.flac", 0.952, true},
	{"LJ001-0016.flac", 0.043, false},
}

func TestHumanSentenceEndsAreToldFromUnfinishedOnes(t *testing.T) {
	s := smartTurn(t)
	clips := map[string]speechtest.Clip{}
	for _, c := range speechtest.Clips(t) {
		clips[c.Name] = c
	}
	wrong := 0
	for _, e := range estimates {
		c, ok := clips[e.clip]
		if !ok {
			t.Skip("the recordings are not those of bench")
		}
		p, err := s.EndOfTurn(context.Background(), c.PCM, practice.PriorityFirstClause)
		if err != nil {
			t.Fatal(err)
		}
		// Where the model is unsure, its int8 rounding turns a change of 1e-6 in the features into one of 0.1.
		if math.Abs(p-e.p) > 0.2 {
			t.Errorf("%s: %.3f, the reference says %.3f", e.clip, p, e.p)
		}
		if (p > 0.5) != e.ends {
			wrong++
			t.Logf("%s: %.3f is wrong", e.clip, p)
		}
	}
	if wrong > 2 {
		t.Errorf("%d of %d estimates are on the wrong side", wrong, len(estimates))
	}
}

func TestCallsAtOnceGetTheirOwnEstimates(t *testing.T) {
	s := smartTurn(t)
	sounds := [][]int16{chirp(1), chirp(3), chirp(9)}
	want := make([]float64, len(sounds))
	for i, pcm := range sounds {
		var err error
		if want[i], err = s.EndOfTurn(context.Background(), pcm, practice.PriorityFirstClause); err != nil {
			t.Fatal(err)
		}
	}
	var wait sync.WaitGroup
	for range 3 {
		for i, pcm := range sounds {
			wait.Go(func() {
				got, err := s.EndOfTurn(context.Background(), pcm, practice.PriorityFirstClause)
				if err != nil || math.Abs(got-want[i]) > 1e-6 {
					t.Errorf("sound %d: %v (%v), alone %v", i, got, err, want[i])
				}
			})
		}
	}
	wait.Wait()
}

func TestStaleOrImpossibleQuestionsAreErrors(t *testing.T) {
	s := smartTurn(t)
	if _, err := s.EndOfTurn(context.Background(), nil, practice.PriorityFirstClause); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("no sound: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.EndOfTurn(ctx, chirp(1), practice.PriorityFirstClause); !errors.Is(err, context.Canceled) {
		t.Errorf("a stale question: %v", err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.EndOfTurn(context.Background(), chirp(1), practice.PriorityFirstClause); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("a closed model: %v", err)
	}
}

func TestMissingOrDamagedModelSaysHowToMendIt(t *testing.T) {
	rt, pool := speechtest.Runtime(t), speechtest.Pool(t)
	whole, err := os.ReadFile(filepath.Join(speechtest.Assets(t), "smart-turn", modelFile))
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(filepath.Join(speechtest.Assets(t), "silero", "silero_vad.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"missing": nil, "empty": {}, "cut": whole[:len(whole)/2], "another model": other} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if content != nil {
				if err := os.WriteFile(filepath.Join(dir, modelFile), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Open(rt, pool, dir)
			if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "rapport assets pull") ||
				!strings.Contains(err.Error(), modelFile) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func BenchmarkEndOfTurn(b *testing.B) {
	s := smartTurn(b)
	pcm := chirp(8)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.EndOfTurn(context.Background(), pcm, practice.PriorityFirstClause); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFeatures(b *testing.B) {
	s := newSpectrum()
	pcm := chirp(8)
	out := make([]float32, mels*frames)
	b.ReportAllocs()
	for b.Loop() {
		s.features(pcm, out)
	}
}
