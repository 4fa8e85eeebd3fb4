package endpoint

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"

	"github.com/rapport-calls/rapport/internal/practice"
)

// The sound that the model takes, and the features it is turned into.
const (
	windowSamples = 8 * practice.SampleRateIn
	fftSize       = 400 // 25 ms
	hop           = 160 // 10 ms
	bins          = fftSize/2 + 1
	mels          = 80
	frames        = windowSamples / hop
)

// melFilter is one triangle of the filter bank, without the zeros around it.
type melFilter struct {
	from    int // first FFT bin
	weights []float64
}

// spectrum computes Whisper's log-mel features. It keeps its scratch space, so one goroutine uses it at a time.
type spectrum struct {
	fft     *fourier.FFT
	hann    [fftSize]float64
	filters [mels]melFilter

	sound  [fftSize/2 + windowSamples + fftSize/2]float64
	frame  [fftSize]float64
	coeffs []complex128
	logs   [frames][mels]float64
}

func newSpectrum() *spectrum {
	s := &spectrum{fft: fourier.NewFFT(fftSize), filters: filterBank(), coeffs: make([]complex128, bins)}
	for i := range s.hann {
		s.hann[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/fftSize) // periodic
	}
	return s
}

// features writes the log-mel features of the last 8 s of pcm to out, 80 rows of 800 frames: the sound is padded with
// zeros in front, brought to mean 0 and variance 1, cut into frames of 25 ms every 10 ms (Hann window, reflected at the
// ends), and the power in 80 Slaney mel bands taken as log10, floored 8 below the highest, plus 4, over 4.
// Method: Whisper's feature extractor (OpenAI, MIT; as in Hugging Face Transformers, Apache-2.0) as Smart Turn uses it.
func (s *spectrum) features(pcm []int16, out []float32) {
	if len(pcm) > windowSamples {
		pcm = pcm[len(pcm)-windowSamples:]
	}
	blank := windowSamples - len(pcm)
	s.normalise(pcm, blank)

	// All frames that lie in the padding alone are alike: one is computed and copied.
	firstBlank, lastBlank := fftSize/2/hop+1, (blank-fftSize/2)/hop
	top := math.Inf(-1)
	for i := range frames {
		if i > firstBlank && i <= lastBlank {
			s.logs[i] = s.logs[i-1]
			continue
		}
		top = max(top, s.logMel(i))
	}
	for i := range frames {
		for m, v := range s.logs[i] {
			out[m*frames+i] = float32((max(v, top-8) + 4) / 4)
		}
	}
}

// normalise fills s.sound with blank zeros and pcm at mean 0 and variance 1, reflected at both ends.
func (s *spectrum) normalise(pcm []int16, blank int) {
	var sum, squares float64
	for _, v := range pcm {
		x := float64(v) / 32768
		sum += x
		squares += x * x
	}
	mean := sum / windowSamples
	scale := 1 / math.Sqrt(max(squares/windowSamples-mean*mean, 0)+1e-7)
	const pad = fftSize / 2
	body := s.sound[pad : pad+windowSamples]
	for i := range blank {
		body[i] = -mean * scale
	}
	for i, v := range pcm {
		body[blank+i] = (float64(v)/32768 - mean) * scale
	}
	for i := range pad {
		s.sound[pad-1-i] = body[1+i]
		s.sound[pad+windowSamples+i] = body[windowSamples-2-i]
	}
}

// logMel computes one frame and returns its highest value.
func (s *spectrum) logMel(frame int) float64 {
	for i, w := range s.hann {
		s.frame[i] = s.sound[frame*hop+i] * w
	}
	s.fft.Coefficients(s.coeffs, s.frame[:])
	top := math.Inf(-1)
	for m := range s.filters {
		f := &s.filters[m]
		var power float64
		for i, w := range f.weights {
			c := s.coeffs[f.from+i]
			power += w * (real(c)*real(c) + imag(c)*imag(c))
		}
		v := math.Log10(max(power, 1e-10))
		s.logs[frame][m] = v
		top = max(top, v)
	}
	return top
}

// filterBank is Slaney's: triangles linear below 1 kHz and logarithmic above, each of area 1.
func filterBank() [mels]melFilter {
	const perBin = practice.SampleRateIn / 2.0 / (bins - 1) // hertz
	var edges [mels + 2]float64
	highest := toMel(practice.SampleRateIn / 2)
	for i := range edges {
		edges[i] = toHertz(highest * float64(i) / (mels + 1))
	}
	var out [mels]melFilter
	for m := range out {
		low, centre, high := edges[m], edges[m+1], edges[m+2]
		out[m].from = int(low/perBin) + 1
		for b := out[m].from; float64(b)*perBin < high && b < bins; b++ {
			f := float64(b) * perBin
			weight := min((f-low)/(centre-low), (high-f)/(high-centre))
			out[m].weights = append(out[m].weights, weight*2/(high-low))
		}
	}
	return out
}

// The Slaney mel scale: 3 mel for each 200 Hz up to 1 kHz, then 27 for each factor of 6.4.
const (
	bendHertz = 1000.0
	bendMel   = 15.0
)

func toMel(hertz float64) float64 {
	if hertz < bendHertz {
		return 3 * hertz / 200
	}
	return bendMel + math.Log(hertz/bendHertz)*27/math.Log(6.4)
}

func toHertz(mel float64) float64 {
	if mel < bendMel {
		return 200 * mel / 3
	}
	return bendHertz * math.Exp((mel-bendMel)*math.Log(6.4)/27)
}
