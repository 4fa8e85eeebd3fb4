package vad

import (
	"math"
	"slices"
)

const (
	floorFrames  = 94   // frames over which the noise floor is sought: 3 s, longer than people go without a breath
	lowestFloor  = -75. // dBFS; digital silence must not make every rustle a voice
	highestFloor = -40. // dBFS; a long vowel at the start must not count as noise
	startFloor   = -55. // dBFS; assumed until the room has been heard
	evenRise     = 12.  // dB above the floor at which voice and noise are as likely
	riseScale    = 3.   // dB that move the odds by a factor of e
	softest      = -52. // dBFS; nothing below is a voice, wherever the floor is
)

// Gate is the fall-back where Silero is not there: a voice is what rises above the noise of the room. Its zero value is
// ready.
type Gate struct{}

// Name is how the detector is called in settings, events and measurements.
func (Gate) Name() string { return "energy-gate" }

// Close does nothing; it is there so that both kinds close alike.
func (Gate) Close() error { return nil }

// NewDetector makes a detector for one call.
func (Gate) NewDetector() (*GateDetector, error) {
	g := &GateDetector{}
	for i := range g.recent {
		g.recent[i] = startFloor
	}
	return g, nil
}

// GateDetector listens to one call. It is not safe for several goroutines at once.
type GateDetector struct {
	recent [floorFrames]float64 // levels in dBFS, as a ring
	sorted [floorFrames]float64 // scratch
	at     int
}

// Probability is how likely it is, 0–1, that frame holds a voice: the logistic function of how far its level is above the
// noise floor, the tenth percentile of the last 3 s. frame is the next FrameSamples samples of 16 kHz mono. It allocates
// nothing.
func (g *GateDetector) Probability(frame []int16) (float64, error) {
	if len(frame) != FrameSamples {
		return 0, errFrame(len(frame))
	}
	// The mean is taken out because cheap sound cards put out a constant offset.
	var sum, squares float64
	for _, v := range frame {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	mean := sum / FrameSamples
	level := 10 * math.Log10(max(squares/FrameSamples-mean*mean, 1e-3)/(32768*32768))
	g.recent[g.at] = level
	g.at = (g.at + 1) % floorFrames
	g.sorted = g.recent
	slices.Sort(g.sorted[:])
	floor := min(max(g.sorted[floorFrames/10], lowestFloor), highestFloor)
	rise := min(level-floor-evenRise, level-softest)
	return 1 / (1 + math.Exp(-rise/riseScale)), nil
}

// Close does nothing; it is there so that both kinds close alike.
func (g *GateDetector) Close() error { return nil }
