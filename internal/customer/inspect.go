package customer

import (
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// State is all that moves in a customer, for whoever shows it. It shares nothing with the mind.
type State struct {
	Heat       int // hundredths
	Trust      int // hundredths
	Needs      map[string]practice.NeedState
	Told       []string // facts that were heard, and concern
	AskedTwice []string // topics that the trainee asked about again after they had been answered
	Promises   []practice.Promise
	PatienceMS int64 // how long she waits in silence from now
	Floor      FloorMood
	Moves      []practice.Move // hers, the latest last
	Seed       uint64
	Memory     *practice.Memory
}

// FloorMood is how her heat makes her hold the floor; docs/customers.md says what she does in each.
type FloorMood string

// The moods.
const (
	FloorHums     FloorMood = "hums"        // below 4: listens and hums along
	FloorYields   FloorMood = "yields"      // below 7: yields to words
	FloorTalksOn  FloorMood = "talks on"    // from 7: short interruptions are talked through
	FloorCutsIn   FloorMood = "cuts in"     // from interrupts_above: cuts in on long turns
	FloorNotMoved FloorMood = "not by mood" // held still, for measuring
)

// State tells how she is now.
func (m Mind) State() State {
	return State{
		Heat: m.heat, Trust: m.trust, Needs: m.Needs(), Told: slices.Clone(m.told), AskedTwice: slices.Clone(m.askedTwice),
		Promises: slices.Clone(m.promises), PatienceMS: m.NextSilenceMS(), Floor: m.floorMood(), Moves: slices.Clone(m.moves), Seed: m.seed, Memory: m.memory,
	}
}

func (m *Mind) floorMood() FloorMood {
	switch {
	case m.scenario.Pinned != nil && !m.scenario.Pinned.MoodFloor:
		return FloorNotMoved
	case m.heat >= hundredths(m.scenario.Temperament.InterruptsAbove):
		return FloorCutsIn
	case BandOf(m.heat) == BandCalm:
		return FloorHums
	case BandOf(m.heat) == BandTense:
		return FloorYields
	default:
		return FloorTalksOn
	}
}

// note keeps what was promised in a turn.
func (m *Mind) note(turn int, acts []practice.Act) {
	for _, a := range acts {
		m.promises = promised(m.promises, turn, a)
	}
}

// topicsAsked are the topics of a turn's questions.
func topicsAsked(acts []practice.Act) []string {
	var out []string
	for _, a := range acts {
		if a.Name == practice.ActOpenQuestion || a.Name == practice.ActClosedQuestion {
			out = append(out, a.What)
		}
	}
	return out
}
