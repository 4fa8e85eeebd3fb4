package call

import "math"

// The customer's sound as it went out is kept for a while, so that a sound over her words can be compared with it: a
// microphone near a loudspeaker hears her again, whatever a recogniser makes of half a word of hers.
const (
	echoRate     = 4000 // samples a second: the voice below 2 kHz is enough, and comparing costs a few milliseconds
	echoPerTick  = echoRate / 50
	echoKeptMS   = 4000
	echoRing     = echoRate * echoKeptMS / 1000
	echoLagMS    = 600 // of the slowest way to the loudspeaker and back
	echoLongest  = 1000
	echoPerMS    = echoRate / 1000
	echoQuietest = 30 // mean amplitude below which nothing can be told
)

// sentSound is the customer's last seconds, on the call clock.
type sentSound struct {
	ring [echoRing]int16
	upTo int64 // samples
}

// put adds the frame of a tick, 960 samples of 48 kHz.
func (s *sentSound) put(tick int64, frame []int16) {
	at := tick * echoPerTick
	for ; s.upTo < at; s.upTo++ {
		s.ring[s.upTo%echoRing] = 0
	}
	const n = frameSamples / echoPerTick
	for i := range echoPerTick {
		sum := 0
		for _, x := range frame[i*n : (i+1)*n] {
			sum += int(x)
		}
		s.ring[(at+int64(i))%echoRing] = int16(sum / n)
	}
	s.upTo = at + echoPerTick
}

// around copies what may be heard between two times of the call clock: from the longest lag before on.
func (s *sentSound) around(fromMS, toMS int64) []int16 {
	from, to := (fromMS-echoLagMS)*echoPerMS, toMS*echoPerMS
	out := make([]int16, max(0, to-from))
	for i := range out {
		if at := from + int64(i); at >= 0 && at < s.upTo && at >= s.upTo-echoRing {
			out[i] = s.ring[at%echoRing]
		}
	}
	return out
}

// likeness is the largest normalised correlation (0–1) between what a microphone heard, 16 kHz, and what had been sent
// (as around gives it) at any lag. 1: it is nothing but her.
func likeness(heard, sent []int16) float64 {
	const n = 4
	mic := make([]float64, len(heard)/n)
	energy, mean := 0.0, 0.0
	for i := range mic {
		for _, x := range heard[i*n : (i+1)*n] {
			mic[i] += float64(x) / n
		}
		mean += mic[i] / float64(len(mic))
	}
	for i := range mic { // a microphone may have an offset, and an offset is like any other
		mic[i] -= mean
		energy += mic[i] * mic[i]
	}
	if len(mic) == 0 || len(sent) < len(mic) || energy < echoQuietest*echoQuietest*float64(len(mic))/4 {
		return 0
	}
	out := make([]float64, len(sent))
	for i, x := range sent {
		out[i] = float64(x)
	}
	there := 0.0
	for _, x := range out[:len(mic)] {
		there += x * x
	}
	best := 0.0
	for lag := 0; ; lag++ {
		if there > echoQuietest*echoQuietest*float64(len(mic)) {
			dot := 0.0
			for i, x := range mic {
				dot += x * out[lag+i]
			}
			best = max(best, math.Abs(dot)/math.Sqrt(energy*there))
		}
		if lag+len(mic) >= len(out) {
			return min(best, 1)
		}
		there += out[lag+len(mic)]*out[lag+len(mic)] - out[lag]*out[lag]
	}
}
