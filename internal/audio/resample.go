package audio

import (
	"fmt"
	"math"

	"github.com/rapport-calls/rapport/internal/practice"
)

// The low-pass filter between two rates: a sinc in a Kaiser window. Everything from the lower rate's half upwards is
// at least 80 dB down; everything up to passShare of that half passes unchanged within 0.1 dB.
const (
	passShare  = 0.84
	kaiserBeta = 8.0
	stopDB     = 82.0
)

// maxRate bounds both rates of a Resampler, in hertz.
const maxRate = 384000

// Resampler turns one channel of sound from one rate into another, piece by piece, and keeps what it needs of the
// past between pieces. It is a polyphase windowed-sinc filter (Crochiere and Rabiner, 1983). In steady state it does
// not allocate.
type Resampler struct {
	up, down int         // the ratio in lowest terms: to = from*up/down
	taps     int         // per phase
	phases   [][]float32 // phases[p] weighs the last taps inputs, oldest first
	hist     []float32   // the last taps-1 inputs, then the piece at work
	next     int         // position of the next output on the raised grid, relative to the piece's first input
}

// NewResampler makes a resampler between two rates in hertz. It fails on a rate that is not between 1 and 384000.
func NewResampler(from, to int) (*Resampler, error) {
	if from < 1 || to < 1 || from > maxRate || to > maxRate {
		return nil, fmt.Errorf("audio: cannot resample from %d Hz to %d Hz: rates must be 1 to %d: %w", from, to, maxRate, practice.ErrInvalid)
	}
	g := gcd(from, to)
	r := &Resampler{up: to / g, down: from / g}
	r.design(from, to)
	r.hist = make([]float32, r.taps-1, r.taps-1+4*FrameOut)
	return r, nil
}

// design fills the phases. At equal rates the one phase is a single 1.
func (r *Resampler) design(from, to int) {
	if r.up == 1 && r.down == 1 {
		r.taps, r.phases = 1, [][]float32{{1}}
		return
	}
	grid := float64(from) * float64(r.up) // the raised rate
	stop := float64(min(from, to)) / 2
	pass := stop * passShare
	width := 2 * math.Pi * (stop - pass) / grid
	n := int(math.Ceil((stopDB-8)/(2.285*width))) + 1 // Kaiser's estimate of the length
	r.taps = max(2, (n+r.up-1)/r.up)
	n = r.taps * r.up
	cut := (pass + stop) / 2 / grid // cycles per grid sample
	mid := float64(n-1) / 2
	h := make([]float64, n)
	for i := range h {
		x := float64(i) - mid
		h[i] = 2 * cut * sinc(2*cut*x) * bessel0(kaiserBeta*math.Sqrt(max(0, 1-(x/mid)*(x/mid)))) / bessel0(kaiserBeta)
	}
	r.phases = make([][]float32, r.up)
	for p := range r.phases {
		ph := make([]float32, r.taps)
		sum := 0.0
		for k := range ph {
			sum += h[p+k*r.up]
		}
		for k := range ph { // every phase passes a constant unchanged, so no ripple at the phase rate
			ph[r.taps-1-k] = float32(h[p+k*r.up] / sum)
		}
		r.phases[p] = ph
	}
}

// Delay is how much later sound comes out than it went in, in output samples (rounded).
func (r *Resampler) Delay() int {
	if r.taps == 1 {
		return 0
	}
	return int(math.Round(float64(r.taps*r.up-1) / 2 / float64(r.down)))
}

// Resample appends the sound of one piece to dst and returns it. Over a stream the number of samples out is the
// number in times the ratio, within one sample.
func (r *Resampler) Resample(dst, src []int16) []int16 {
	past := r.taps - 1
	for _, s := range src {
		r.hist = append(r.hist, float32(s))
	}
	end := len(src) * r.up
	for ; r.next < end; r.next += r.down {
		newest := past + r.next/r.up
		dst = append(dst, clamp(float64(dot(r.phases[r.next%r.up], r.hist[newest-past:newest+1]))))
	}
	r.next -= end
	n := copy(r.hist, r.hist[len(r.hist)-past:])
	r.hist = r.hist[:n]
	return dst
}

// dot is the sum of products of two slices of one length, in four sums that do not wait for one another.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i := range a {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

// Reset forgets the past: the next piece follows silence.
func (r *Resampler) Reset() {
	clear(r.hist)
	r.next = 0
}

// ResampleClip turns a whole mono clip into another rate without delay: sample i of the result sounds at the same
// time as sample i*from/to of the clip. It fails as NewResampler does.
func ResampleClip(pcm []int16, from, to int) ([]int16, error) {
	r, err := NewResampler(from, to)
	if err != nil {
		return nil, err
	}
	want := int((int64(len(pcm))*int64(to) + int64(from) - 1) / int64(from))
	d := r.Delay()
	out := make([]int16, 0, want+d+2)
	out = r.Resample(out, pcm)
	tail := make([]int16, (int64(d)+2)*int64(from)/int64(to)+2)
	for len(out) < want+d {
		out = r.Resample(out, tail)
	}
	return out[d : d+want : d+want], nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel0 is the modified Bessel function of the first kind and order zero, by its power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1; k < 60; k++ {
		term *= (x / 2 / float64(k)) * (x / 2 / float64(k))
		sum += term
		if term < 1e-12*sum {
			break
		}
	}
	return sum
}
