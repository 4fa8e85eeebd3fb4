package audio

import (
	"math"
	"slices"
)

// Prosody is how the melody and loudness of a stretch of speech move towards its last voice.
type Prosody struct {
	Voiced    int     // 10 ms steps with a pitch
	Pitch     float64 // Hz, median of all of them; 0 when there are too few to say anything
	FinalST   float64 // semitones of the last 150 ms of pitch above the median of all: at the ends of statements people are well below it
	SlopeST   float64 // semitones a second over the last 300 ms of pitch: rising in questions, level in lists
	FinalRank float64 // share of pitches (0–1) that lie below those of the last 150 ms
	FinalDB   float64 // loudness of the last 100 ms of voice above the median of all voice: voices fade at ends
	FinalMS   float64 // length of the last unbroken stretch of pitch: the last syllable is drawn out at ends
}

// Bounds of the pitch tracker.
const (
	prosodyRate   = 16000
	prosodyHop    = prosodyRate / 100
	prosodyFrame  = 4 * prosodyHop // 40 ms: three periods of the lowest voice
	lowestPitch   = 65             // Hz
	highestPitch  = 400
	pitchStrength = 0.55 // normalised autocorrelation from which a frame has a pitch
	voiceRangeDB  = 35.  // under the loudest frame nothing counts as voice
	leastVoiced   = 30   // steps: 0.3 s of pitch
)

// MeasureProsody follows the pitch of 16 kHz mono speech that ends in a pause, by normalised autocorrelation on 40 ms
// every 10 ms of the last 5 s at most. Without enough voice, Pitch is 0.
func MeasureProsody(pcm []int16) Prosody {
	if most := 5 * prosodyRate; len(pcm) > most {
		pcm = pcm[len(pcm)-most:]
	}
	half := halve(pcm)
	n := (len(half) - prosodyFrame/2) / (prosodyHop / 2)
	if n <= 0 {
		return Prosody{}
	}
	type step struct{ at, semitones, db float64 }
	levels := make([]float64, n)
	loudest := math.Inf(-1)
	for i := range n {
		levels[i] = energyDB(half[i*prosodyHop/2 : i*prosodyHop/2+prosodyFrame/2])
		loudest = max(loudest, levels[i])
	}
	steps := make([]step, 0, n)
	for i := range n {
		if levels[i] < loudest-voiceRangeDB {
			continue
		}
		if hz, ok := pitch(half[i*prosodyHop/2 : i*prosodyHop/2+prosodyFrame/2]); ok {
			steps = append(steps, step{float64(i), 12 * math.Log2(hz), levels[i]})
		}
	}
	p := Prosody{Voiced: len(steps)}
	if len(steps) < leastVoiced {
		return p
	}
	all, loud := make([]float64, len(steps)), make([]float64, len(steps))
	for i, s := range steps {
		all[i], loud[i] = s.semitones, s.db
	}
	slices.Sort(all)
	slices.Sort(loud)
	middle, last := all[len(all)/2], steps[len(steps)-15:]
	ends := make([]float64, 0, len(last))
	db := 0.0
	for i, s := range last {
		ends = append(ends, s.semitones)
		if i >= len(last)-10 {
			db += s.db / 10
		}
	}
	slices.Sort(ends)
	final := ends[len(ends)/2]
	below := 0
	for _, v := range all {
		if v < final {
			below++
		}
	}
	p.Pitch, p.FinalST, p.FinalRank, p.FinalDB = math.Exp2(middle/12), final-middle, float64(below)/float64(len(all)), db-loud[len(loud)/2]
	run := 1
	for i := len(steps) - 1; i > 0 && steps[i].at-steps[i-1].at <= 2; i-- {
		run++
	}
	p.FinalMS = float64(run) * 10
	var sx, sy, sxx, sxy float64
	tail := steps[len(steps)-leastVoiced:]
	for _, s := range tail {
		x := s.at / 100
		sx, sy, sxx, sxy = sx+x, sy+s.semitones, sxx+x*x, sxy+x*s.semitones
	}
	k := float64(len(tail))
	if d := k*sxx - sx*sx; d > 0 {
		p.SlopeST = (k*sxy - sx*sy) / d
	}
	return p
}

// halve brings sound to 8 kHz: the mean of two samples is filter enough for pitches up to 400 Hz.
func halve(pcm []int16) []float64 {
	out := make([]float64, len(pcm)/2)
	mean := 0.0
	for i := range out {
		out[i] = (float64(pcm[2*i]) + float64(pcm[2*i+1])) / (2 * fullScale)
		mean += out[i]
	}
	mean /= float64(max(len(out), 1))
	for i := range out { // cheap sound cards put out a constant offset, which is alike with itself at any lag
		out[i] -= mean
	}
	return out
}

func energyDB(x []float64) float64 {
	sum := 1e-10
	for _, v := range x {
		sum += v * v
	}
	return 10 * math.Log10(sum/float64(len(x)))
}

// pitch is the strongest period of a frame at 8 kHz; of several about as strong the shortest, or octaves below are found.
func pitch(x []float64) (hz float64, ok bool) {
	const rate = prosodyRate / 2
	shortest, longest := rate/highestPitch, rate/lowestPitch
	n := len(x) - longest
	if n <= 0 {
		return 0, false
	}
	var r [rate/lowestPitch + 1]float64
	e0 := 1e-9
	for _, v := range x[:n] {
		e0 += v * v
	}
	e := 1e-9
	for _, v := range x[shortest : shortest+n] {
		e += v * v
	}
	best := 0.0
	for lag := shortest; lag <= longest; lag++ {
		sum := 0.0
		for i, v := range x[:n] {
			sum += v * x[i+lag]
		}
		r[lag] = sum / math.Sqrt(e0*e)
		best = max(best, r[lag])
		if lag < longest {
			e += x[lag+n]*x[lag+n] - x[lag]*x[lag]
		}
	}
	if best < pitchStrength {
		return 0, false
	}
	for lag := shortest + 1; lag < longest; lag++ {
		if r[lag] >= 0.9*best && r[lag] >= r[lag-1] && r[lag] >= r[lag+1] {
			return rate / float64(lag), true
		}
	}
	return 0, false
}
