package floor

import "slices"

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

// AskAfterMS are the lengths of a pause, in milliseconds, at which the endpoint model is asked. It was trained on pauses
// that have just begun: asked after 100 ms it tells ends from pauses best, and the longer the silence, the more it takes
// any pause for an end.
func AskAfterMS() [3]int64 { return [...]int64{PauseMS, SurePauseMS, 450} }

// Estimates joins what an endpoint model said of one pause, in the order in which it was asked. The zero value has heard
// nothing.
type Estimates struct {
	n    int
	mean float64 // of the first two
	last float64
}

// Add takes the next estimate; one that is no number is none.
func (e *Estimates) Add(p float64) {
	if p != p {
		return
	}
	p = min(max(p, 0), 1)
	e.n++
	if e.n <= earlyAnswers {
		e.mean += (p - e.mean) / float64(e.n)
	}
	e.last = p
}

// The first two answers count in full. Later ones know more of the silence and less of the voice: one that is surer moves
// the estimate part of the way, so that a model that was wrong at first does not cost all of the longest wait.
const (
	earlyAnswers = 2
	lateShare    = 0.3
)

// Known tells whether there is an estimate.
func (e *Estimates) Known() bool { return e.n > 0 }

// Probability is the joined estimate that the turn is over, 0–1.
func (e *Estimates) Probability() float64 {
	if e.n > earlyAnswers && e.last > e.mean {
		return e.mean + lateShare*(e.last-e.mean)
	}
	return e.mean
}
