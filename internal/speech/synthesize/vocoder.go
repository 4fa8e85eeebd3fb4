package synthesize

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// The voice's analysis: 1200-point spectra every 300 samples (12.5 ms) at 24 kHz.
const (
	modelRate   = 24000
	fftSize     = 1200
	hop         = 300
	bins        = fftSize/2 + 1
	binHz       = float64(modelRate) / fftSize
	voiceless   = 40.0    // hertz; pitch at or below it is none
	topHarmonic = 11000.0 // hertz; harmonics above it are left out
	loudest     = 7.0     // log magnitudes are cut here, so that a wild frame cannot explode
	blockFrames = 16      // frames taken out of the frequency-major spectra at a time: one cache line
	gaussTable  = 8192
	trembleHz   = 5.3 // of an old voice
)

// vocoder turns frames into sound:
//
//	S = e^lh · e^{iπ·tanh θ} · STFT(pulse train of f0) + e^ln · noise + e^lr · e^{iφ}
//
// followed by an inverse STFT with a Hann window (the method of the hibari-tts package's dsp.py). A vocoder holds the
// working memory of one synthesis; one goroutine uses it at a time.
type vocoder struct {
	fft     *fourier.FFT
	window  [fftSize]float64
	gauss   *[gaussTable]float32
	pulse   []float32 // the excitation, with half a window of mirror image at either end
	wave    []float32 // overlap-added output, starting half a window early
	seq     [fftSize]float64
	source  [bins]complex128
	sum     [bins]complex128
	block   [5][blockFrames][bins]float32
	bent    [4][bins]float32
	breath  [bins]float32
	running [bins + 1]float64
}

func newVocoder(gauss *[gaussTable]float32) *vocoder {
	v := &vocoder{fft: fourier.NewFFT(fftSize), gauss: gauss}
	for i := range v.window {
		v.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/fftSize)
	}
	return v
}

// newGauss tabulates the normal distribution's quantiles, so that a random index draws from it.
func newGauss() *[gaussTable]float32 {
	var t [gaussTable]float32
	for i := range t {
		t[i] = float32(math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/gaussTable-1))
	}
	return &t
}

// noise is a SplitMix64 stream.
type noise uint64

func (n *noise) next() uint64 {
	*n += 0x9e3779b97f4a7c15
	x := uint64(*n)
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// speak appends the sound of f, bent, to dst: f.n·300/pace samples at 24 kHz. rng seeds the noise.
func (v *vocoder) speak(dst []float32, f *frames, b bend, rng noise) []float32 {
	n := b.framesOf(f.n)
	v.excite(f.f0, n, &b, rng)
	total := (n-1)*hop + fftSize
	v.wave = grow(v.wave, total)
	warp := b.warpTable()
	var places [blockFrames]place
	spectra := [5][]float32{f.lh, f.theta, f.ln, f.lr, f.phi}
	for from := 0; from < n; from += blockFrames {
		count := min(blockFrames, n-from)
		for t := range count {
			places[t] = b.place(from+t, f.n)
		}
		for s, spectrum := range spectra {
			phase := s == 1 || s == 4
			for k := range bins {
				row := spectrum[k*f.n : (k+1)*f.n]
				for t, at := range places[:count] {
					if phase {
						v.block[s][t][k] = row[at.nearest]
					} else {
						v.block[s][t][k] = row[at.from] + at.frac*(row[at.to]-row[at.from])
					}
				}
			}
		}
		for t := range count {
			v.frame(from+t, t, f.f0[places[t].nearest] > voiceless, &b, warp, &rng)
		}
	}
	// Undo the windows' sum of squares: constant inside, tapered at the ends.
	half := fftSize / 2
	for i := half; i < half+n*hop; i++ {
		norm := 0.0
		for k := i % hop; k < fftSize; k += hop {
			if start := i - k; start >= 0 && start <= (n-1)*hop {
				norm += v.window[k] * v.window[k]
			}
		}
		dst = append(dst, v.wave[i]*float32(1/max(norm, 1e-11)))
	}
	return dst
}

// frame adds frame at (its t-th in the block) to the wave.
func (v *vocoder) frame(at, t int, voiced bool, b *bend, warp *warpTable, rng *noise) {
	start := at * hop
	for i := range v.seq {
		v.seq[i] = float64(v.pulse[start+i]) * v.window[i] / (fftSize / 4)
	}
	v.fft.Coefficients(v.source[:], v.seq[:])
	lh, theta, ln, lr, phi := &v.block[0][t], &v.block[1][t], &v.block[2][t], &v.block[3][t], &v.block[4][t]
	free := float32(0)
	if b.breathes && voiced {
		// The model's own noise is next to nothing: its free part knows what breath sounds like through this mouth.
		v.breath = *lr
		v.smooth(&v.breath, 1)
		for k := range bins {
			ln[k] = max(ln[k], v.breath[k]+b.breath)
		}
	}
	if b.smooth > 0 {
		v.smooth(lh, b.smooth)
		if voiced {
			free = b.freeGain
		}
	}
	if warp != nil {
		// The free part's phase is random: it stays where it is.
		warp.apply(&v.bent[0], lh, silentLog)
		warp.applyPhase(&v.bent[1], theta)
		warp.apply(&v.bent[2], ln, silentLog)
		warp.apply(&v.bent[3], lr, silentLog)
		lh, theta, ln, lr = &v.bent[0], &v.bent[1], &v.bent[2], &v.bent[3]
	}
	for k := range bins {
		tilt := b.tilt[k]
		z := rng.next()
		nr, ni := v.gauss[z&(gaussTable-1)], v.gauss[(z>>32)&(gaussTable-1)]
		h := expCut(lh[k] + tilt + b.harmonicsGain)
		hs, hc := math.Sincos(math.Pi * math.Tanh(float64(theta[k])))
		g := expCut(ln[k] + tilt)
		r := expCut(lr[k] + tilt + free)
		rs, rc := math.Sincos(float64(phi[k]))
		src := v.source[k]
		re := h*(hc*real(src)-hs*imag(src)) + g*float64(nr) + r*rc
		im := h*(hc*imag(src)+hs*real(src)) + g*float64(ni) + r*rs
		v.sum[k] = complex(re, im)
	}
	v.fft.Sequence(v.seq[:], v.sum[:])
	for i := range v.seq {
		v.wave[start+i] += float32(v.seq[i] * v.window[i] / fftSize)
	}
}

func expCut(x float32) float64 { return math.Exp(float64(min(x, loudest))) }

// excite makes the pulse train: every harmonic below 11 kHz at unit amplitude, by
// Σ cos(h·t), h = 1…H = sin((H+½)t) / (2 sin(t/2)) − ½. A rough voice's pulses are uneven in length and strength, drawn
// from rng.
func (v *vocoder) excite(f0 []float32, frames int, b *bend, rng noise) {
	n := len(f0)
	pad := fftSize / 2
	length := frames * hop
	v.pulse = grow(v.pulse, length+2*pad)
	body := v.pulse[pad : pad+length]
	phase, beat, strength := 0.0, 1.0, float32(1)
	for i := range body {
		at := ((float64(i)+0.5)/hop - 0.5) * b.pace
		k := int(math.Floor(at))
		frac := at - float64(k)
		k = min(k, n-1)
		f := float64(f0[min(max(k, 0), n-1)])*(1-frac) + float64(f0[min(k+1, n-1)])*frac
		voiced := f > voiceless
		if voiced {
			f = b.pitchOf(f) * beat
			if b.tremble > 0 {
				f *= 1 + b.tremble*math.Sin(2*math.Pi*trembleHz*float64(i)/modelRate)
			}
		} else {
			f = voiceless
		}
		phase += f / modelRate
		if phase >= 1 {
			phase -= math.Floor(phase)
			if b.rough > 0 {
				z := rng.next()
				beat = 1 + b.rough*float64(v.gauss[z&(gaussTable-1)])
				strength = float32(1 + 2*b.rough*float64(v.gauss[(z>>32)&(gaussTable-1)]))
			}
		}
		if !voiced {
			continue
		}
		w := 2 * math.Pi * phase
		h := math.Floor(topHarmonic/f) + 0.5
		s := 2 * math.Sin(w/2)
		if math.Abs(s) <= 2e-3 {
			body[i] = strength * float32(h-0.5)
		} else {
			body[i] = strength * float32(math.Sin(h*w)/s-0.5)
		}
	}
	for i := range pad {
		v.pulse[pad-1-i] = body[min(i+1, length-1)]
		v.pulse[pad+length+i] = body[max(length-2-i, 0)]
	}
}

// smooth blends a spectrum with its mean over ±5 bins (±100 Hz). The harmonics' filter follows the original pitch's
// harmonics closely; under another pitch those ripples would make octave errors and clipping.
func (v *vocoder) smooth(x *[bins]float32, amount float32) {
	const reach = 5
	v.running[0] = 0
	for k := range bins {
		v.running[k+1] = v.running[k] + float64(x[k])
	}
	for k := range bins {
		lo, hi := max(0, k-reach), min(bins, k+reach+1)
		mean := float32((v.running[hi] - v.running[lo]) / float64(hi-lo))
		x[k] += amount * (mean - x[k])
	}
}

// grow returns a zeroed slice of n, reusing s's memory where it is enough.
func grow(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n, n+n/4)
	}
	s = s[:n]
	clear(s)
	return s
}
