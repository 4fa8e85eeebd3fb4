package floor

// Melody is where the speaker's pitch was when the voice stopped. The zero value says nothing.
type Melody struct {
	Known   bool
	FinalST float64 // semitones above the median of the last seconds
}

// Bounds of Melody. At the ends of statements people are a semitone or more below their middle; a pitch at or above it says
// that more comes. What lies further above is a pitch tracker that has lost an octave in a creaking voice.
const (
	closedST, openST = 0.0, 1.5
	octaveST         = 11.0
	lowST            = -5.0
)

// Open is how much the melody says that more comes, 0–1.
func (m Melody) Open() float64 {
	if !m.Known || m.FinalST != m.FinalST || m.FinalST >= octaveST {
		return 0
	}
	return min(max((m.FinalST-closedST)/(openST-closedST), 0), 1)
}

// estimate stands in for an endpoint model that is not there.
func (m Melody) estimate() float64 {
	if !m.Known || m.FinalST != m.FinalST || m.FinalST >= octaveST {
		return noEstimate
	}
	low := min(max(m.FinalST/lowST, 0), 1)
	return noEstimate + low*(melodySure-noEstimate)
}

// melodySure is the most that the melody alone is believed.
const melodySure = 0.9
