package floor

import "math"

// Level follows how loud a speaker's voice comes in, turn by turn, to tell when the microphone is set wrong. The zero value
// has heard nothing.
type Level struct {
	turn         levels
	quietTurns   int // in a row
	clippedTurns int
	toldQuiet    bool
	toldClipping bool
}

type levels struct {
	windows, clipped int
	power            float64 // sum
}

// Bounds of Level. Voices come in at −35 to −15 dB of full scale; what is far below reaches a recogniser among the noise.
const (
	quietDB         = -45.0
	quietTurns      = 3  // in a row: a person may murmur once
	clippedTurns    = 2  // in all: shouting once is no setting
	clippedSamples  = 4  // of a window of 32 ms, at full scale
	clippedShare    = 10 // percent of a turn's windows
	shortestWindows = 20 // of voice; a shorter turn says nothing
)

// Window adds one voiced window of the detector: its mean square (0–1, full scale squared; 0: not known) and how many of
// its samples are at full scale.
func (l *Level) Window(power float64, atFullScale int) {
	if !(power > 0) { // nor is what is no number known
		return
	}
	l.turn.windows++
	l.turn.power += power
	if atFullScale >= clippedSamples {
		l.turn.clipped++
	}
}

// Forget leaves out what has come since the last turn: it was none.
func (l *Level) Forget() { l.turn = levels{} }

// Turn ends a turn. It tells what is to be said of the microphone now: each once.
func (l *Level) Turn() (quiet, clipping bool) {
	t := l.turn
	l.turn = levels{}
	if t.windows < shortestWindows {
		return false, false
	}
	if 10*math.Log10(t.power/float64(t.windows)) < quietDB {
		l.quietTurns++
	} else {
		l.quietTurns = 0
	}
	if 100*t.clipped >= clippedShare*t.windows {
		l.clippedTurns++
	}
	quiet = !l.toldQuiet && l.quietTurns >= quietTurns
	clipping = !l.toldClipping && l.clippedTurns >= clippedTurns
	l.toldQuiet, l.toldClipping = l.toldQuiet || quiet, l.toldClipping || clipping
	return quiet, clipping
}
