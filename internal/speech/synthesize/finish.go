package synthesize

import (
	"math"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	leadMS      = 30    // silence kept before the first sound
	tailMS      = 100   // … and after the last
	edgeMS      = 5     // fade at both ends, so that clauses join without a click
	audibleDBFS = -50.0 // of a 5 ms stretch, once levelled
	ceiling     = 0.84  // −1.5 dBFS: the Opus encoder overshoots a little
	lookMS      = 4     // the limiter sees peaks this long ahead
)

// level brings wave to loud LUFS in place. Silence stays as it is.
func level(wave []float32, loud float64) {
	peak := float32(0)
	for _, x := range wave {
		peak = max(peak, x, -x)
	}
	if peak < 1e-5 {
		return
	}
	// The meter takes 16-bit samples: measure at a safe level.
	gain := 0.5 / peak
	meter := make([]int16, len(wave))
	for i, x := range wave {
		meter[i] = int16(x * gain * 32767)
	}
	now := audio.LUFS(meter, modelRate)
	if math.IsInf(now, 0) || math.IsNaN(now) {
		return
	}
	gain *= float32(math.Pow(10, (loud-now)/20))
	for i := range wave {
		wave[i] *= gain
	}
}

// limit holds wave, at the rate that is sent, under the ceiling: the gain that each peak needs is spread over the 4 ms before and after it, so
// that it moves smoothly and the wave's shape is kept.
func limit(wave []float32) {
	const look = lookMS * practice.SampleRateOut / 1000
	need := false
	for _, x := range wave {
		if x > ceiling || -x > ceiling {
			need = true
			break
		}
	}
	if !need {
		return
	}
	// Lowest gain needed within ±look, by a monotonic queue; then a moving average over ±look, which never rises above
	// the gain that any peak inside needs.
	n := len(wave)
	want := func(i int) float32 {
		if x := max(wave[i], -wave[i]); x > ceiling {
			return ceiling / x
		}
		return 1
	}
	lowest := make([]float32, n)
	queue := make([]int, 0, 2*look+2)
	for i := range n + look {
		if i < n {
			for len(queue) > 0 && want(queue[len(queue)-1]) >= want(i) {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, i)
		}
		if at := i - look; at >= 0 {
			for queue[0] < at-look {
				queue = queue[1:]
			}
			lowest[at] = want(queue[0])
		}
	}
	sum := 0.0
	at := func(i int) float64 { return float64(lowest[min(max(i, 0), n-1)]) }
	for i := -look; i <= look; i++ {
		sum += at(i)
	}
	gains := make([]float32, n)
	for i := range n {
		gains[i] = float32(sum / (2*look + 1))
		sum += at(i+look+1) - at(i-look)
	}
	for i := range wave {
		wave[i] = min(max(wave[i]*gains[i], -ceiling), ceiling)
	}
}

// audible finds the first and last sample of wave that can be heard; ok is false when none can.
func audible(wave []float32) (first, last int, ok bool) {
	const step = modelRate / 200
	threshold := math.Pow(10, audibleDBFS/10)
	first = -1
	for from := 0; from < len(wave); from += step {
		part := wave[from:min(from+step, len(wave))]
		energy := 0.0
		for _, x := range part {
			energy += float64(x) * float64(x)
		}
		if energy > threshold*float64(len(part)) {
			if first < 0 {
				first = from
			}
			last = from + len(part)
		}
	}
	return first, last, first >= 0
}

// trim cuts wave to 30 ms before the first sound and 100 ms after the last, adding silence where it has less, and fades
// both ends. offset is how many samples were taken off the front (negative: added).
func trim(wave []float32) (out []float32, offset int) {
	first, last, ok := audible(wave)
	if !ok {
		return nil, 0
	}
	from := first - leadMS*modelRate/1000
	to := last + tailMS*modelRate/1000
	out = make([]float32, to-from)
	copy(out[max(0, -from):], wave[max(0, from):min(to, len(wave))])
	fade(out)
	return out, from
}

// fade lets a wave begin and end in silence, so that it can be joined to one.
func fade(wave []float32) {
	const edge = edgeMS * modelRate / 1000
	for i := range min(edge, len(wave)/2) {
		g := float32(0.5 - 0.5*math.Cos(math.Pi*float64(i)/edge))
		wave[i] *= g
		wave[len(wave)-1-i] *= g
	}
}

// doubler raises 24 kHz to 48 kHz exactly: every second sample is the original, those between come from a half-band
// filter of 48 taps (Kaiser window, β 9: flat within 0.01 dB to 10.5 kHz, images 80 dB down).
type doubler struct{ taps [halfTaps]float32 }

const halfTaps = 24

func newDoubler() *doubler {
	d := &doubler{}
	const beta = 9.0
	sum := 0.0
	var taps [halfTaps]float64
	for i := range taps {
		x := float64(i) + 0.5
		r := x / halfTaps
		taps[i] = math.Sin(math.Pi*x) / (math.Pi * x) * bessel0(beta*math.Sqrt(1-r*r)) / bessel0(beta)
		sum += 2 * taps[i]
	}
	for i := range taps {
		d.taps[i] = float32(taps[i] / sum)
	}
	return d
}

// bessel0 is the modified Bessel function of the first kind, order 0, by its power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

// double returns wave at twice the rate.
func (d *doubler) double(wave []float32) []float32 {
	out := make([]float32, 2*len(wave))
	padded := make([]float32, len(wave)+2*halfTaps)
	copy(padded[halfTaps:], wave)
	for i := range wave {
		out[2*i] = wave[i]
		var y float32
		at := padded[i+1 : i+1+2*halfTaps]
		for k, tap := range d.taps {
			y += tap * (at[halfTaps-1-k] + at[halfTaps+k])
		}
		out[2*i+1] = y
	}
	return out
}

// quantise gives 16-bit samples.
func quantise(wave []float32) []int16 {
	out := make([]int16, len(wave))
	for i, x := range wave {
		out[i] = int16(math.Round(float64(x) * 32767))
	}
	return out
}
