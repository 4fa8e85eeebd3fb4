// Package audio holds what sound is in Rapport: int16 PCM in 20 ms frames, resampling, Opus, the stereo Ogg/Opus
// recording of a call with its peaks, loudness and levels, and the WAV and FLAC files that tools read and write.
//
// Rates: 48 kHz towards a person and in recordings, 16 kHz towards models. All PCM is signed 16 bit, in memory in the
// machine's order, channels interleaved where there are two. Nothing here starts a goroutine, and no type is safe for
// use by two goroutines at once unless its comment says so.
package audio

import (
	"math"

	"github.com/rapport-calls/rapport/internal/practice"
)

// FrameMS is the length of one frame: one tick of the call clock, one Opus packet.
const FrameMS = practice.TickMS

// Samples in one frame of one channel.
const (
	FrameOut = practice.SampleRateOut * FrameMS / 1000 // 960 samples at 48 kHz
	FrameIn  = practice.SampleRateIn * FrameMS / 1000  // 320 samples at 16 kHz
)

// Clip is a piece of sound as files hold it.
type Clip struct {
	PCM      []int16 // interleaved
	Rate     int     // hertz
	Channels int     // 1 or more
}

// Mono returns the mean of a clip's channels. A clip of one channel is returned as it is, sharing its samples.
func (c Clip) Mono() Clip {
	if c.Channels <= 1 {
		return c
	}
	out := make([]int16, len(c.PCM)/c.Channels)
	for i := range out {
		sum := 0
		for k := range c.Channels {
			sum += int(c.PCM[i*c.Channels+k])
		}
		out[i] = clamp(float64(sum) / float64(c.Channels))
	}
	return Clip{PCM: out, Rate: c.Rate, Channels: 1}
}

// clamp rounds a sample to int16 and limits it to the range.
func clamp(v float64) int16 {
	switch {
	case v >= math.MaxInt16:
		return math.MaxInt16
	case v <= math.MinInt16:
		return math.MinInt16
	case v != v: // NaN: a sample that means nothing is silence
		return 0
	default:
		return int16(math.Round(v))
	}
}
