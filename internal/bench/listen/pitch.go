package listen

import (
	"math"
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// melody measures the pitch of 16 kHz sound: the median in hertz, and the spread between the 10th and 90th percentile in
// semitones. Pitch is the lag (60–500 Hz) with the highest normalised autocorrelation in each 40 ms; frames that are
// quiet or below 0.6 are voiceless.
func melody(pcm []int16) (median, spread float64) {
	const rate = practice.SampleRateIn
	size, step := rate*40/1000, rate/100
	shortest, longest := rate/500, rate/60
	var pitches []float64
	for from := 0; from+size+longest <= len(pcm); from += step {
		frame := pcm[from : from+size+longest]
		if hz, ok := pitchOf(frame, size, shortest, longest, rate); ok {
			pitches = append(pitches, hz)
		}
	}
	if len(pitches) == 0 {
		return 0, 0
	}
	slices.Sort(pitches)
	at := func(q float64) float64 { return pitches[int(q*float64(len(pitches)-1))] }
	return at(.5), 12 * math.Log2(at(.9)/at(.1))
}

func pitchOf(frame []int16, size, shortest, longest, rate int) (float64, bool) {
	const loud, periodic = 300.0, 0.6
	energy := func(at int) float64 {
		sum := 0.0
		for _, s := range frame[at : at+size] {
			sum += float64(s) * float64(s)
		}
		return sum
	}
	e0 := energy(0)
	if e0 < loud*loud*float64(size) {
		return 0, false
	}
	score := make([]float64, longest+1)
	best := 0.0
	e := energy(shortest - 1)
	for lag := shortest; lag <= longest; lag++ {
		out, in := float64(frame[lag-1]), float64(frame[lag-1+size])
		e += in*in - out*out
		sum := 0.0
		for i := range size {
			sum += float64(frame[i]) * float64(frame[i+lag])
		}
		if e > 0 {
			score[lag] = sum / math.Sqrt(e0*e)
		}
		best = max(best, score[lag])
	}
	if best < periodic {
		return 0, false
	}
	// The shortest lag that is nearly as good as the best is the period; longer ones are its multiples.
	for lag := shortest + 1; lag < longest; lag++ {
		if score[lag] > 0.9*best && score[lag] >= score[lag-1] && score[lag] >= score[lag+1] {
			return float64(rate) / float64(lag), true
		}
	}
	return 0, false
}
