package floor

// Endpoint says which signs a Stop reads.
type Endpoint string

// The choices of --endpoint. Auto reads all signs; pauses reads the length of the pause alone, for proofs with a
// synthetic trainee, on whose voice the endpoint model was not trained.
const (
	EndpointAuto   Endpoint = "auto"
	EndpointAudio  Endpoint = "audio"
	EndpointWords  Endpoint = "words"
	EndpointPauses Endpoint = "pauses"
)

// Valid tells whether e is one of the choices.
func (e Endpoint) Valid() bool {
	switch e {
	case EndpointAuto, EndpointAudio, EndpointWords, EndpointPauses:
		return true
	default:
		return false
	}
}

// DetectorHoldMS is how long the voice detector goes on saying "voice" after the sound has ended: 60 ms at most ends of
// words, in the recordings of people that come with bench. Waits are counted from what the detector says.
const DetectorHoldMS = 50

// Bounds of every wait, before patience: nobody is answered sooner than a breath of 250 ms after the sound's own end, and
// nobody waits for ever.
const (
	MinWaitMS = 250 - DetectorHoldMS
	MaxWaitMS = 2500
)

// PauseMS is the shortest pause at which it is worth asking what was said: three windows of the detector. Shorter ones
// are inside words. What is asked then is thrown away when the voice goes on.
const PauseMS = 96

// SurePauseMS is the pause from which what was asked at it is worth letting others wait: most shorter ones are gaps
// between words.
const SurePauseMS = 160

// Waits in milliseconds by how finished the words look, for an endpoint probability of 0 (slow) and of 1 (fast). When the
// words look complete for sure, the model moves the wait inside 250–900 ms only, so that a wrong model costs time.
const (
	pausesWaitMS = 800
	digitsWaitMS = 1500
	// After a statement the same speaker often goes on, with a breath of 0.3 s between; a question gives the floor away.
	statementWaitMS = 230
)

// knot is one point of the curve of waits.
type knot struct{ done, fast, slow float64 }

// knots are the curve's points by Done, with straight lines between.
func knots() [6]knot {
	return [...]knot{
		{surelyOpen, 1300, 2200},
		{wantsMore, 1280, 2000},
		{openClause, 1250, 1800},
		{unknownDone, 420, 1600},
		{likelyDone, statementWaitMS, 1400},
		{surelyDone, MinWaitMS, 900},
	}
}

// Stop decides how long a pause must be to end a turn.
type Stop struct {
	Endpoint Endpoint // empty: auto
	Patience float64  // multiplies every wait: 1 normal, 1.6 longer, 2.5 much longer; below 1 counts as 1
}

// Pause is what is known at a pause.
type Pause struct {
	Text        string  // the turn's words so far
	HasWords    bool    // the recogniser has answered for this pause
	Probability float64 // the endpoint estimate that the turn is over, 0–1 (Estimates.Probability)
	HasEstimate bool    // … it has been made
	Melody      Melody  // where the pitch was at the pause
	UsualMS     int64   // this speaker's usual pause inside a turn (Pauses.UsualMS)
	Heat        int     // hundredths: an angry customer waits less
}

// WaitMS is how long the detector's silence must last before the turn counts as over, in milliseconds. Her anger takes
// nothing from who has asked for patience, and nothing from who reads a number out.
func (s Stop) WaitMS(p Pause) int64 {
	wait := min(max(s.bare(p), MinWaitMS), MaxWaitMS)
	switch {
	case s.Patience > 1:
		return int64(float64(wait) * s.Patience)
	case p.HasWords && Dictates(p.Text):
		return wait
	default:
		return hurriedMS(wait, p.Heat)
	}
}

func (s Stop) bare(p Pause) int64 {
	estimate := p.Melody.estimate()
	if p.HasEstimate && p.Probability == p.Probability {
		estimate = min(max(p.Probability, 0), 1)
	}
	done := unknownDone
	switch s.Endpoint {
	case EndpointPauses:
		return max(pausesWaitMS, p.UsualMS+150)
	case EndpointAudio:
		fast, _ := waits(surelyDone)
		_, slow := waits(unknownDone)
		return int64(slow - (slow-fast)*sureness(estimate)*(1-p.Melody.Open()))
	case EndpointWords:
		estimate, p.Melody = noEstimate, Melody{}
	case EndpointAuto:
	}
	if p.HasWords {
		if Dictates(p.Text) {
			return max(digitsWaitMS, p.UsualMS+200)
		}
		done = Done(p.Text)
	}
	fast, slow := waits(done)
	sure := sureness(estimate)
	if done < surelyDone { // questions rise, and so do "Yes?" and "Okay?"
		sure *= 1 - p.Melody.Open()
	}
	wait := slow - (slow-fast)*sure
	if p.HasWords && asksForTheFloor(p.Text) {
		wait = max(wait, entranceWaitMS)
	}
	// A speaker who is known to pause long gets that, the more the less sure it is that this pause is the end.
	usual := float64(p.UsualMS+200) * (1 - done*sure)
	return int64(max(wait, usual))
}

// waits reads the curve at done.
func waits(done float64) (fast, slow float64) {
	k := knots()
	for i := 1; i < len(k); i++ {
		if a, b := k[i-1], k[i]; done <= b.done {
			x := max((done-a.done)/(b.done-a.done), 0)
			return a.fast + x*(b.fast-a.fast), a.slow + x*(b.slow-a.slow)
		}
	}
	last := k[len(k)-1]
	return last.fast, last.slow
}

// Endpoint probabilities at which the wait is longest and shortest. At real ends Smart Turn says 0.93 and more, seldom
// less than 0.85; of pauses inside sentences it says anything, most often less than 0.6.
const (
	slowAt, fastAt = 0.72, 0.93
	noEstimate     = 0.84 // no answer from the model: neither hurry nor drag
)

// sureness is how far an endpoint probability is from slowAt (0) to fastAt (1).
func sureness(p float64) float64 { return min(max((p-slowAt)/(fastAt-slowAt), 0), 1) }
