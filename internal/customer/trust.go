package customer

import "github.com/rapport-calls/rapport/internal/practice"

// trustLost is what an act costs in trust, in hundredths: it drops faster than it rises.
func (m *Mind) trustLost(a practice.Act) int {
	switch a.Name {
	case practice.ActAbuse:
		return 250
	case practice.ActBlame, practice.ActManipulation:
		return 100
	case practice.ActDismissive, practice.ActCalmDown:
		return 80
	case practice.ActRefusalFlat:
		return 60
	case practice.ActTransfer, practice.ActUnannouncedHold, practice.ActAskedAgain:
		return 50
	case practice.ActPolicyFirst:
		return 40
	case practice.ActInterrupted, practice.ActLongSilence:
		return 20
	case practice.ActGenericApology:
		if a.What == "conditional" {
			return 30
		}
	case practice.ActPromise, practice.ActOffer:
		if m.isTooMuch(a.What) {
			return 50
		}
	default:
	}
	return 0
}

// trustWon is what an act wins in trust, in hundredths.
func trustWon(a practice.Act) int {
	switch a.Name {
	case practice.ActSpecificPlan:
		return 50
	case practice.ActHonestExplanation, practice.ActGuessedConcern:
		return 40
	case practice.ActOwnership, practice.ActExtraMile:
		return 30
	case practice.ActCheckedUnderstanding, practice.ActNamedStakes, practice.ActRefusalKind:
		return 25
	case practice.ActNamedFeeling, practice.ActSpecificApology, practice.ActProactiveTip:
		return 20
	case practice.ActMirroring:
		return 15
	case practice.ActIntroducesSelf:
		return 10
	default:
	}
	return 0
}
