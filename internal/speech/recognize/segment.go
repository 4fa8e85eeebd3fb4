package recognize

import (
	"math"

	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	maxSegment = 10 * practice.SampleRateIn        // a native run cannot be stopped, so none may be long
	minSegment = 4 * practice.SampleRateIn         // cutting earlier than this loses context
	quietSpan  = practice.SampleRateIn * 2 / 10    // how much quiet is looked for at a cut
	levelFrame = practice.SampleRateIn * 20 / 1000 // samples whose level is taken together
)

// span is a part of a clip in samples.
type span struct{ from, to int }

// segments cuts a clip into parts of at most 10 s, at the quietest 0.2 s between 4 and 10 s after the cut before.
func segments(pcm []int16) []span {
	var out []span
	from := 0
	for len(pcm)-from > maxSegment {
		to := from + quietest(pcm[from+minSegment:from+maxSegment]) + minSegment
		out = append(out, span{from, to})
		from = to
	}
	return append(out, span{from, len(pcm)})
}

// quietest is the middle of the quietest quietSpan of pcm.
func quietest(pcm []int16) int {
	var energy, least float64
	at := 0
	for i, v := range pcm {
		energy += float64(v) * float64(v)
		if i >= quietSpan {
			u := float64(pcm[i-quietSpan])
			energy -= u * u
		}
		if i == quietSpan-1 || (i >= quietSpan && energy < least) {
			least, at = energy, i+1-quietSpan/2
		}
	}
	return at
}

// level is the root mean square of pcm in dBFS, -120 for digital silence.
func level(pcm []int16) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return -120
	}
	return 10 * math.Log10(sum/float64(len(pcm))/(32768*32768))
}

// silent says that nothing in pcm is loud enough to be speech.
func silent(pcm []int16) bool {
	for len(pcm) >= levelFrame {
		if level(pcm[:levelFrame]) > silenceDB {
			return false
		}
		pcm = pcm[levelFrame:]
	}
	return len(pcm) == 0 || level(pcm) <= silenceDB
}
