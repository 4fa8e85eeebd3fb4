package recognize

import (
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	refineMS    = 10  // step of the level contour
	blipMS      = 30  // a click this short does not end a pause
	pauseMS     = 50  // quiet shorter than this may be the closure of a stop inside a word
	reachMS     = 150 // how far a boundary moves to a pause beside it
	silenceDB   = -60 // no microphone picks up speech this quietly
	belowSpeech = 22  // quiet is at least so far below the speech …
	farthest    = 40  // … and is never sought farther below it
	aboveNoise  = 9   // … nor within this of the noise
)

// refine moves the words' times to the pauses in the sound: attention tells which word is where, but leaves a pause to
// the word before it, and is coarser than the level.
func refine(words []practice.Word, pcm []int16) {
	quiet := quietSteps(pcm)
	if len(words) == 0 || len(quiet) == 0 {
		return
	}
	runs := quietRuns(quiet)
	end := int64(len(quiet)) * refineMS
	words[0].StartMS = min(words[0].StartMS, end)
	for i := range words {
		w := &words[i]
		w.EndMS = min(w.EndMS, end)
		if i+1 < len(words) {
			next := &words[i+1]
			if run, ok := nearest(runs, w.EndMS, w.StartMS, next.EndMS); ok {
				w.EndMS, next.StartMS = run.from, run.to
			}
		}
	}
	first, last := &words[0], &words[len(words)-1]
	for _, r := range runs {
		if r.from == 0 || r.from <= first.StartMS { // quiet before, or where, the first word is said to begin
			if r.to > first.StartMS && r.to < first.EndMS {
				first.StartMS = r.to
			}
		}
		if r.to >= end && r.from > last.StartMS {
			last.EndMS = min(last.EndMS, r.from)
		}
	}
	for i := range words { // what was beyond the sound, or squeezed out, keeps its order and a length of 0
		if i > 0 {
			words[i].StartMS = max(words[i].StartMS, words[i-1].EndMS)
		}
		words[i].StartMS = min(words[i].StartMS, end)
		words[i].EndMS = max(words[i].EndMS, words[i].StartMS)
	}
}

// pause is a quiet stretch in milliseconds.
type pause struct{ from, to int64 }

// nearest is the pause that holds the boundary at, or the closest within reach, if it leaves both words some room.
func nearest(runs []pause, at, after, before int64) (pause, bool) {
	best, found := int64(reachMS)+1, -1
	for i, r := range runs {
		if r.from <= after || r.to >= before {
			continue
		}
		if d := max(r.from-at, at-r.to, 0); d < best {
			best, found = d, i
		}
	}
	if found < 0 {
		return pause{}, false
	}
	return runs[found], true
}

func quietRuns(quiet []bool) []pause {
	var out []pause
	for from := 0; from < len(quiet); {
		to := from
		for to < len(quiet) && quiet[to] {
			to++
		}
		atEdge := to > from && (from == 0 || to == len(quiet))
		if (to-from)*refineMS >= pauseMS || atEdge {
			out = append(out, pause{int64(from) * refineMS, int64(to) * refineMS})
		}
		from = to + 1
	}
	return out
}

// quietSteps says for each 10 ms whether it is a pause.
func quietSteps(pcm []int16) []bool {
	const step = practice.SampleRateIn * refineMS / 1000
	levels := make([]float64, len(pcm)/step)
	for i := range levels {
		levels[i] = level(pcm[i*step : (i+1)*step])
	}
	if len(levels) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(levels))
	noise, speech := sorted[len(sorted)/20], sorted[len(sorted)*19/20]
	bar := max(silenceDB, min(speech-belowSpeech, max(noise+aboveNoise, speech-farthest)))
	quiet := make([]bool, len(levels))
	for i, l := range levels {
		quiet[i] = l < bar
	}
	heard := 0 // steps since the last quiet one
	for i, q := range quiet {
		if !q {
			heard++
			continue
		}
		if heard < i && heard*refineMS <= blipMS {
			for k := i - heard; k < i; k++ {
				quiet[k] = true
			}
		}
		heard = 0
	}
	return quiet
}
