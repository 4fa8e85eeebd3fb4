package audio

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// voice is a buzz with ten harmonics whose pitch follows hz over seconds, and 150 ms of silence.
func voice(seconds float64, hz func(t float64) float64) []int16 {
	n := int(seconds * prosodyRate)
	pcm := make([]int16, n+150*prosodyRate/1000)
	phase := 0.0
	for i := range n {
		phase += 2 * math.Pi * hz(float64(i)/prosodyRate) / prosodyRate
		v := 0.0
		for k := 1.0; k <= 10; k++ {
			v += math.Sin(k*phase) / k
		}
		pcm[i] = int16(6000 * v)
	}
	return pcm
}

func TestProsodyFollowsThePitchToItsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		hz                func(t float64) float64
		pitch, finalBelow float64
		finalAbove        float64
	}{
		"a low voice, level":      {func(float64) float64 { return 95 }, 95, 0.3, -0.3},
		"a high voice, level":     {func(float64) float64 { return 240 }, 240, 0.3, -0.3},
		"a fall at the end":       {func(t float64) float64 { return 180 - 90*max(0, t-1.6)/0.4 }, 180, -3, -12},
		"a rise at the end":       {func(t float64) float64 { return 120 + 80*max(0, t-1.6)/0.4 }, 120, 10, 3},
		"a high voice that rises": {func(t float64) float64 { return 220 + 110*max(0, t-1.6)/0.4 }, 220, 8, 3},
	} {
		p := MeasureProsody(voice(2, c.hz))
		if math.Abs(p.Pitch-c.pitch) > 0.04*c.pitch || p.FinalST > c.finalBelow || p.FinalST < c.finalAbove {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if p := MeasureProsody(voice(2, func(t float64) float64 { return 180 - 90*max(0, t-1.6)/0.4 })); p.SlopeST > -10 {
		t.Errorf("a fall has the slope %.1f", p.SlopeST)
	}
}

func TestProsodySaysNothingOfNoVoice(t *testing.T) {
	noise := make([]int16, 2*prosodyRate)
	seed := uint32(1)
	for i := range noise {
		seed = seed*1664525 + 1013904223
		noise[i] = int16(seed >> 18)
	}
	for name, pcm := range map[string][]int16{"nothing": nil, "a click": {1, 2, 3}, "silence": make([]int16, prosodyRate), "noise": noise} {
		if p := MeasureProsody(pcm); p.Pitch != 0 || p.FinalST != 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestPropertyProsodyIsFiniteForAnySound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pcm := rapid.SliceOfN(rapid.Int16(), 0, 9000).Draw(t, "sound")
		p := MeasureProsody(pcm)
		for _, v := range []float64{p.Pitch, p.FinalST, p.SlopeST, p.FinalRank, p.FinalDB, p.FinalMS} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%+v", p)
			}
		}
	})
}

func BenchmarkProsody(b *testing.B) {
	pcm := voice(3, func(t float64) float64 { return 180 - 20*t })
	b.ReportAllocs()
	for b.Loop() {
		MeasureProsody(pcm)
	}
}
