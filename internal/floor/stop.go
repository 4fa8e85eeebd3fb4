package floor

import (
	"slices"
	"strings"
)

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

// Bounds of every wait, before patience: nobody is answered sooner than a breath, and nobody waits for ever.
const (
	MinWaitMS = 250
	MaxWaitMS = 2500
)

// PauseMS is the shortest pause at which it is worth asking what was said: shorter ones are inside words.
const PauseMS = 120

// Waits in milliseconds at an endpoint probability of 0 and of 1. When the words look complete the model moves the wait
// inside 250–900 ms only, so that a wrong model costs time and never a stuck turn.
const (
	completeSlowMS, completeFastMS     = 900, 250
	statementFastMS                    = 450 // after a statement the same speaker often goes on; a question or a short answer gives the floor away
	unknownSlowMS, unknownFastMS       = 1600, 420
	incompleteSlowMS, incompleteFastMS = 2200, 1100
	digitsWaitMS                       = 1500
	pausesWaitMS                       = 800
)

// Stop decides how long a pause must be to end a turn.
type Stop struct {
	Endpoint Endpoint // empty: auto
	Patience float64  // multiplies every wait: 1 normal, 1.6 longer, 2.5 much longer; below 1 counts as 1
}

// Pause is what is known at a pause.
type Pause struct {
	Text        string  // the turn's words so far
	HasWords    bool    // the recogniser has answered for this pause
	Probability float64 // the endpoint model's estimate that the turn is over, 0–1
	HasEstimate bool    // … it has answered
	UsualMS     int64   // this speaker's usual pause inside a turn (Pauses.UsualMS)
}

// WaitMS is how long the silence must last before the turn counts as over, in milliseconds.
func (s Stop) WaitMS(p Pause) int64 {
	wait := s.bare(p)
	wait = min(max(wait, MinWaitMS), MaxWaitMS)
	return int64(float64(wait) * max(s.Patience, 1))
}

func (s Stop) bare(p Pause) int64 {
	estimate := noEstimate
	if p.HasEstimate && p.Probability == p.Probability {
		estimate = min(max(p.Probability, 0), 1)
	}
	look := Unknown
	if p.HasWords {
		look = Look(p.Text)
	}
	switch s.Endpoint {
	case EndpointPauses:
		return max(pausesWaitMS, p.UsualMS+150)
	case EndpointAudio:
		return between(unknownSlowMS, completeFastMS, estimate)
	case EndpointWords:
		estimate = noEstimate
	case EndpointAuto:
	}
	switch look {
	case Complete:
		fast := int64(statementFastMS)
		if givesFloor(p.Text) {
			fast = completeFastMS
		}
		// A speaker who is known to pause long inside sentences gets part of that even after a full stop.
		return max(between(completeSlowMS, fast, estimate), min(int64(float64(p.UsualMS)*(1-estimate)), completeSlowMS))
	case Incomplete:
		return max(between(incompleteSlowMS, incompleteFastMS, estimate), p.UsualMS+200)
	case Digits:
		return max(digitsWaitMS, p.UsualMS+200)
	case Unknown:
	}
	return max(between(unknownSlowMS, unknownFastMS, estimate), min(p.UsualMS, unknownFastMS*2))
}

// shortAnswerWords is how many words an answer such as "Yes, please." has at most.
const shortAnswerWords = 3

// givesFloor tells whether words that look complete also hand the floor over: a question, or a short answer.
func givesFloor(text string) bool {
	return strings.HasSuffix(strings.TrimSpace(text), "?") || len(lower(text)) <= shortAnswerWords
}

// Endpoint probabilities at which the wait is longest and shortest. At real ends Smart Turn says 0.95 and more; 0.85–0.9
// it also says of half sentences, so they get about half a second.
const (
	slowAt, fastAt = 0.5, 0.95
	noEstimate     = 0.75 // no answer from the model: neither hurry nor drag
)

// between moves from slow to fast in a straight line as p goes from slowAt to fastAt.
func between(slow, fast int64, p float64) int64 {
	x := min(max((p-slowAt)/(fastAt-slowAt), 0), 1)
	return slow - int64(float64(slow-fast)*x)
}

// Pauses learns how long one speaker pauses inside turns. The zero value knows nothing.
type Pauses struct {
	last [16]int64
	n    int
}

// shortestLearntMS: shorter gaps are articulation, not pauses.
const shortestLearntMS = 180

// Learn adds a pause after which the same turn went on.
func (p *Pauses) Learn(ms int64) {
	if ms < shortestLearntMS {
		return
	}
	p.last[p.n%len(p.last)] = min(ms, MaxWaitMS)
	p.n++
}

// UsualMS is the pause that four in five of this speaker's stay under; 0 until four have been heard.
func (p *Pauses) UsualMS() int64 {
	n := min(p.n, len(p.last))
	if n < 4 {
		return 0
	}
	var sorted [len(p.last)]int64
	copy(sorted[:], p.last[:n])
	slices.Sort(sorted[:n])
	return sorted[(n*4)/5]
}
