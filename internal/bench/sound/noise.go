package sound

import (
	"math"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Cough is two bursts of rough noise within 600 ms, as loud as speech.
func Cough(seed uint64) []int16 {
	out := make([]float64, rate*6/10)
	gap := rate * (230 + practice.Draw(seed, 0, "cough gap", 90)) / 1000
	for burst, at := range []int{0, gap} {
		length := rate * (150 + practice.Draw(seed, burst, "cough length", 90)) / 1000
		hz := 350 + float64(practice.Draw(seed, burst, "cough colour", 350))
		low, band := 0.0, 0.0
		for i := 0; i < length && at+i < len(out); i++ {
			f := 2 * math.Sin(math.Pi*hz/rate) // a state-variable band-pass (Chamberlin 1985) around the throat's resonance
			high := white(seed, burst, i) - low - 0.7*band
			band += f * high
			low += f * band
			attack := math.Min(1, float64(i)/(rate/200))
			out[at+i] += (band + 0.25*white(seed, burst+7, i)) * attack * math.Exp(-4*float64(i)/float64(length))
		}
	}
	return normalised(out, 0.32)
}

// Keyboard is a handful of key clicks within 600 ms, 12 dB below a cough.
func Keyboard(seed uint64) []int16 {
	out := make([]float64, rate*6/10)
	keys := 4 + practice.Draw(seed, 0, "keys", 3)
	for k := range keys {
		at := k*len(out)/keys + practice.Draw(seed, k, "key at", rate/40)
		hz := 1800 + float64(practice.Draw(seed, k, "key colour", 2200))
		for i := 0; i < rate/50 && at+i < len(out); i++ {
			t := float64(i) / rate
			out[at+i] += (0.6*white(seed, k, i) + 0.4*math.Sin(2*math.Pi*hz*t)) * math.Exp(-t*260)
		}
	}
	return normalised(out, 0.08)
}

func white(seed uint64, burst, i int) float64 {
	return float64(practice.Draw(seed, burst<<20+i, "noise", 65536))/32768 - 1
}

func normalised(v []float64, peak float64) []int16 {
	most := 1e-9
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	out := make([]int16, len(v))
	for i, x := range v {
		out[i] = int16(x / most * peak * math.MaxInt16)
	}
	return out
}
