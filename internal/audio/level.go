package audio

import "math"

// fullScale is the amplitude that stands for 1.
const fullScale = 32768

// RMS is the root mean square of the samples, 0–1 of full scale; 0 for none.
func RMS(pcm []int16) float64 {
	if len(pcm) == 0 {
		return 0
	}
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum/float64(len(pcm))) / fullScale
}

// DBFS is the RMS level in decibels of full scale: 0 for a full-scale square wave, −3.01 for a full-scale sine,
// negative infinity for silence.
func DBFS(pcm []int16) float64 { return 20 * math.Log10(RMS(pcm)) }

// Peak is the largest magnitude, 0–1 of full scale.
func Peak(pcm []int16) float64 {
	m := 0
	for _, s := range pcm {
		m = max(m, int(s), -int(s))
	}
	return float64(m) / fullScale
}

// biquad is a second-order filter section, a0 being 1 (direct form II transposed).
type biquad struct{ b0, b1, b2, a1, a2, z1, z2 float64 }

func (q *biquad) next(x float64) float64 {
	y := q.b0*x + q.z1
	q.z1 = q.b1*x - q.a1*y + q.z2
	q.z2 = q.b2*x - q.a2*y
	return y
}

// kWeighting returns the two filters of ITU-R BS.1770-4, Annex 1, for any rate: the standard prints coefficients for
// 48 kHz only, so they are derived from the analogue prototypes behind them (Brecht De Man, "Evaluation of
// implementations of the EBU R128 loudness measurement", AES 145, 2018). At 48 kHz they equal the printed ones.
func kWeighting(rate int) (shelf, highPass biquad) {
	k := math.Tan(math.Pi * 1681.974450955533 / float64(rate))
	q, vh := 0.7071752369554196, math.Pow(10, 3.999843853973347/20)
	vb := math.Pow(vh, 0.4996667741545416)
	a0 := 1 + k/q + k*k
	shelf = biquad{
		b0: (vh + vb*k/q + k*k) / a0, b1: 2 * (k*k - vh) / a0, b2: (vh - vb*k/q + k*k) / a0,
		a1: 2 * (k*k - 1) / a0, a2: (1 - k/q + k*k) / a0,
	}
	k, q = math.Tan(math.Pi*38.13547087602444/float64(rate)), 0.5003270373238773
	a0 = 1 + k/q + k*k
	highPass = biquad{b0: 1, b1: -2, b2: 1, a1: 2 * (k*k - 1) / a0, a2: (1 - k/q + k*k) / a0}
	return shelf, highPass
}

// LUFS is the gated loudness of one channel after ITU-R BS.1770-4: K-weighted, 400 ms blocks every 100 ms, without
// blocks under −70 LUFS and without blocks 10 LU under the mean of the rest. A clip shorter than a block is measured
// as one block. Silence is negative infinity, and so is sound at a rate below 4 kHz, for which the weighting is not defined.
func LUFS(pcm []int16, rate int) float64 {
	if rate < 4000 || len(pcm) == 0 {
		return math.Inf(-1)
	}
	shelf, highPass := kWeighting(rate)
	step := rate / 10
	var quarters []float64 // energy of each 100 ms
	var sum float64
	for i, s := range pcm {
		v := highPass.next(shelf.next(float64(s) / fullScale))
		sum += v * v
		if (i+1)%step == 0 {
			quarters = append(quarters, sum/float64(step))
			sum = 0
		}
	}
	if len(quarters) < 4 {
		for _, q := range quarters {
			sum += q * float64(step)
		}
		return loudness(sum / float64(len(pcm)))
	}
	blocks := make([]float64, 0, len(quarters)-3)
	for i := 3; i < len(quarters); i++ {
		blocks = append(blocks, (quarters[i-3]+quarters[i-2]+quarters[i-1]+quarters[i])/4)
	}
	ungated := meanAbove(blocks, -70)
	return loudness(meanAbove(blocks, max(-70, loudness(ungated)-10)))
}

func loudness(energy float64) float64 { return -0.691 + 10*math.Log10(energy) }

// meanAbove is the mean energy of the blocks louder than gate (LUFS).
func meanAbove(blocks []float64, gate float64) float64 {
	var sum float64
	n := 0
	for _, b := range blocks {
		if loudness(b) > gate {
			sum += b
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
