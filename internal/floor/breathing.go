package floor

import "github.com/rapport-calls/rapport/internal/practice"

// Breathing decides when a customer breathes in or sighs before she answers. It costs time before her first word, so it is
// rare: at most one reply in breathsIn.
type Breathing struct {
	Seed uint64
}

// Answering is what is known of the reply that she is about to begin.
type Answering struct {
	Heat    int
	Move    practice.Move
	Replies int // answers to the trainee's turns that she has begun so far
	Before  int // … of them, those that began with a breath or a sigh
}

const breathsIn = 5

// Chances in a hundred, of the replies at which she may.
const (
	sighsWaiting   = 30 // pressed to wait, or to ask once more
	sighsRelieved  = 20
	breathsHot     = 30
	breathsHeavily = 50 // before what is hard to say
)

// Mark is what the reply begins with: a mark, or "" for none.
func (b Breathing) Mark(a Answering) string {
	if breathsIn*(a.Before+1) > a.Replies+1 {
		return ""
	}
	draw := practice.Draw(b.Seed, a.Replies, "breath", 100)
	switch a.Move {
	case practice.MoveSigh:
		return practice.MarkSighs
	case practice.MoveHangUp, practice.MoveInterrupt:
		return ""
	case practice.MoveRevealConcern:
		if draw < breathsHeavily {
			return practice.MarkBreath
		}
		return ""
	case practice.MoveSoften, practice.MoveConsider, practice.MoveAccept:
		if draw < sighsRelieved {
			return practice.MarkSighs
		}
		return ""
	case practice.MoveWaitGrudgingly, practice.MoveAskSupervisor, practice.MovePressUnmetNeed, practice.MoveQuestionVagueness, practice.MoveThreatenLeave:
		if a.Heat >= CalmHeat && draw < sighsWaiting {
			return practice.MarkSighs
		}
	default:
	}
	if a.Heat >= AngryHeat && draw < breathsHot {
		return practice.MarkBreath
	}
	return ""
}
