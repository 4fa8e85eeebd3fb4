package synthesize

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestDoublingKeepsSamplesAndAddsNoImage(t *testing.T) {
	d := newDoubler()
	for _, hz := range []float64{100, 1000, 5000, 9000} {
		in := make([]float32, 2400)
		for i := range in {
			in[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/modelRate))
		}
		out := d.double(in)
		if len(out) != 2*len(in) {
			t.Fatalf("%d samples from %d", len(out), len(in))
		}
		worst := 0.0
		for i := 200; i < len(out)-200; i++ {
			want := 0.5 * math.Sin(2*math.Pi*hz*float64(i)/(2*modelRate))
			worst = max(worst, math.Abs(float64(out[i])-want))
		}
		if worst > 0.0005 {
			t.Errorf("%.0f Hz: off by %.5f of full scale", hz, worst)
		}
	}
}

func TestLimiterHoldsTheCeilingAndLeavesQuietSoundAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Float32Range(-3, 3), 1, 800).Draw(t, "wave")
		wave := append([]float32(nil), in...)
		limit(wave)
		loud := false
		for _, x := range in {
			loud = loud || max(x, -x) > ceiling
		}
		for i, x := range wave {
			if max(x, -x) > ceiling+1e-6 {
				t.Fatalf("sample %d is %f", i, x)
			}
			if !loud && x != in[i] {
				t.Fatalf("quiet sample %d moved from %f to %f", i, in[i], x)
			}
			if x*in[i] < 0 {
				t.Fatalf("sample %d changed sign", i)
			}
		}
	})
}

func TestPauseFollowsTheClosingMark(t *testing.T) {
	for text, want := range map[string]int64{
		"Listen,": commaMS, "No.": stopMS, "Really?": questionMS, "\"Stop!\"": stopMS, "Well…": trailMS, "so...": trailMS,
		"this:": colonMS, "I —": dashMS, "plain": commaMS, "": 0,
	} {
		if got := pauseAfter(text); got != want {
			t.Errorf("after %q %d ms, want %d", text, got, want)
		}
	}
}

func TestAddedOutputNamesTheValueAndRefusesAnotherModel(t *testing.T) {
	model := []byte("…\x0a\x05inner…")
	out, err := withOutput(model, "inner")
	if err != nil || string(out) != string(model)+"\x3a\x09\x62\x07\x0a\x05inner" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := withOutput(model, "other"); err == nil {
		t.Error("a model without the value was accepted")
	}
}
