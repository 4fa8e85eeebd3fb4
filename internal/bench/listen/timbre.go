package listen

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// timbre is the long-term colour of a voice: the level of each band in decibels, their mean taken out, over the frames
// that are voice. Bands are a third of an octave wide from lowestHz on.
type timbre struct {
	bands    [bandCount]float64
	tilt     float64 // decibels an octave
	centroid float64 // hertz
}

const (
	bandCount = 18
	lowestHz  = 140.0
	ltasSize  = 512
	voiceDB   = 30 // frames this far under the loudest are no voice
)

func bandHz(i int) float64 { return lowestHz * math.Exp2(float64(i)/3) }

// timbreOf measures 16 kHz sound.
func timbreOf(pcm []int16, rate int) timbre {
	fft := fourier.NewFFT(ltasSize)
	seq := make([]float64, ltasSize)
	coeffs := make([]complex128, ltasSize/2+1)
	var frames [][]float64
	loudest := 0.0
	for from := 0; from+ltasSize <= len(pcm); from += ltasSize / 2 {
		for i := range seq {
			s := math.Sin(math.Pi * float64(i) / ltasSize)
			seq[i] = float64(pcm[from+i]) * s * s
		}
		fft.Coefficients(coeffs, seq)
		power := make([]float64, bandCount+1) // and the sum
		for k, c := range coeffs {
			hz := float64(k*rate) / ltasSize
			band := int(math.Floor(3*math.Log2(hz/lowestHz) + .5))
			if hz > 0 && band >= 0 && band < bandCount {
				e := real(c)*real(c) + imag(c)*imag(c)
				power[band] += e
				power[bandCount] += e
			}
		}
		loudest = max(loudest, power[bandCount])
		frames = append(frames, power)
	}
	var t timbre
	sum := make([]float64, bandCount)
	for _, f := range frames {
		if f[bandCount] < loudest*math.Pow(10, -voiceDB/10.) {
			continue
		}
		for b := range sum {
			sum[b] += f[b] / f[bandCount]
		}
	}
	var mean, weighted, total float64
	for b, e := range sum {
		t.bands[b] = 10 * math.Log10(e+1e-9)
		mean += t.bands[b] / bandCount
		weighted += bandHz(b) * e
		total += e
	}
	var up, down float64
	for b := range t.bands {
		t.bands[b] -= mean
		octave := (float64(b) - (bandCount-1)/2.) / 3
		up += octave * t.bands[b]
		down += octave * octave
	}
	t.tilt = up / down
	if total > 0 {
		t.centroid = weighted / total
	}
	return t
}

// apart is the root mean square of what two voices' bands differ by, in decibels.
func (t timbre) apart(o timbre) float64 {
	sum := 0.0
	for b := range t.bands {
		sum += (t.bands[b] - o.bands[b]) * (t.bands[b] - o.bands[b])
	}
	return math.Sqrt(sum / bandCount)
}
