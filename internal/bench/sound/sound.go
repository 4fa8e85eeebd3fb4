// Package sound makes what bench says besides recordings: pauses in a file's own room tone, places where a pause may
// stand, coughs and keyboards. Sound is 48 kHz mono; positions are samples.
package sound

import (
	"math"
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	rate   = practice.SampleRateOut
	blockN = rate / 50 // 20 ms
	fadeN  = rate / 200
)

// Edges are the first sample above −40 dB of the peak and the sample after the last one; 0, 0 for silence.
func Edges(pcm []int16) (start, end int) {
	peak := 0
	for _, v := range pcm {
		peak = max(peak, abs(v))
	}
	loud := func(v int16) bool { return peak > 0 && abs(v)*100 > peak }
	start = slices.IndexFunc(pcm, loud)
	if start < 0 {
		return 0, 0
	}
	for i, v := range slices.Backward(pcm) {
		if loud(v) {
			return start, i + 1
		}
	}
	return start, len(pcm)
}

func abs(v int16) int {
	if v < 0 {
		return -int(v)
	}
	return int(v)
}

// RoomTone is the longest stretch, 200 ms at most, that is about as quiet as the quietest 40 ms of a recording (within
// 6 dB; digital silence does not count): the room without the speaker.
func RoomTone(pcm []int16) []int16 {
	floor, best := quietest(pcm, rate/25)
	for _, n := range []int{rate / 5, rate * 3 / 25, rate * 2 / 25} {
		if mean, at := quietest(pcm, n); at != nil && mean <= 4*floor {
			return at
		}
	}
	if best == nil {
		return pcm
	}
	return best
}

// quietest is the quietest stretch of n samples and its mean energy.
func quietest(pcm []int16, n int) (mean float64, at []int16) {
	mean = math.Inf(1)
	for i := 0; i+n <= len(pcm); i += rate / 100 {
		if e := energy(pcm[i:i+n]) / float64(n); e > 0 && e < mean {
			mean, at = e, pcm[i:i+n]
		}
	}
	return mean, at
}

func energy(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return sum
}

// Tone is a room's sound of any length: the sample played forwards and backwards in turn, so that no seam is heard.
func Tone(room []int16, n int) []int16 {
	out := make([]int16, n)
	if len(room) == 0 {
		return out
	}
	for i := range out {
		k := i % (2 * len(room))
		if k >= len(room) {
			k = 2*len(room) - 1 - k
		}
		out[i] = room[k]
	}
	return out
}

// Pause returns a copy of pcm with ms of its own room tone put in at a sample, faded over 5 ms on both sides.
func Pause(pcm []int16, at, ms int) []int16 {
	tone := Tone(RoomTone(pcm), ms*rate/1000)
	out := make([]int16, 0, len(pcm)+len(tone))
	out = append(out, pcm[:at]...)
	out = append(out, tone...)
	out = append(out, pcm[at:]...)
	fade(out, at, -1)
	fade(out, at+len(tone), 1)
	return out
}

// fade takes the speech beside a cut down over 5 ms: before it (−1) or after it (1).
func fade(pcm []int16, at, side int) {
	for k := range fadeN {
		i := at + k
		if side < 0 {
			i = at - 1 - k
		}
		if i < 0 || i >= len(pcm) {
			return
		}
		pcm[i] = int16(float64(pcm[i]) * float64(k+1) / (fadeN + 1))
	}
}

// Boundaries places each end of a word (samples) in the quietest 20 ms within 100 ms of it, and keeps it only where that
// is at least 18 dB below the recording's speech: a pause put in there cuts no word.
func Boundaries(pcm []int16, ends []int) []int {
	levels := make([]float64, 0, len(pcm)/blockN)
	for i := 0; i+blockN <= len(pcm); i += blockN {
		levels = append(levels, energy(pcm[i:i+blockN])/blockN)
	}
	if len(levels) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(levels))
	speech := sorted[len(sorted)*8/10]
	var out []int
	for _, e := range ends {
		best, at := math.Inf(1), -1
		for i := max(0, e-rate/10); i+blockN <= min(len(pcm), e+rate/10); i += rate / 500 {
			if v := energy(pcm[i:i+blockN]) / blockN; v < best {
				best, at = v, i+blockN/2
			}
		}
		if at >= 0 && best <= speech*math.Pow(10, -1.8) && (len(out) == 0 || at-out[len(out)-1] > rate/10) {
			out = append(out, at)
		}
	}
	return out
}

// Quiet are places for a pause where no words are known: the middles of the stretches of at least 80 ms that are 25 dB
// below the recording's speech. A stop consonant's closure is shorter.
func Quiet(pcm []int16) []int {
	var levels []float64
	for i := 0; i+blockN <= len(pcm); i += blockN {
		levels = append(levels, energy(pcm[i:i+blockN])/blockN)
	}
	if len(levels) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(levels))
	limit := sorted[len(sorted)*8/10] * math.Pow(10, -2.5)
	var out []int
	run := 0
	for i, v := range append(levels, math.Inf(1)) {
		if v <= limit {
			run++
			continue
		}
		if run >= 4 {
			out = append(out, (i-run)*blockN+run*blockN/2)
		}
		run = 0
	}
	return out
}
