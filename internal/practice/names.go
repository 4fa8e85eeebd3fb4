package practice

// ActNames lists every act there is, in the order of docs/customers.md.
func ActNames() []ActName {
	return []ActName{
		ActGreeting, ActIntroducesSelf, ActNameUsed, ActNamedFeeling, ActNamedStakes, ActGenericApology, ActSpecificApology, ActOwnership,
		ActOpenQuestion, ActClosedQuestion, ActMirroring, ActCheckedUnderstanding, ActHonestExplanation, ActOffer, ActSpecificPlan, ActPromise,
		ActPolicyFirst, ActRefusalKind, ActRefusalFlat, ActBlame, ActCalmDown, ActDismissive, ActTransfer, ActJargon, ActHoldAnnounced,
		ActProactiveTip, ActExtraMile, ActThanks, ActClosing, ActAbuse, ActManipulation, ActGuessedConcern,
		ActAskedAgain, ActInterrupted, ActMonologue, ActUnannouncedHold, ActLongSilence,
	}
}

// Moves lists every move there is.
func Moves() []Move {
	return []Move{
		MoveVent, MoveDemand, MoveTellFact, MoveRevealConcern, MoveAnswer, MoveCorrect, MovePressUnmetNeed, MoveQuestionVagueness, MoveInterrupt,
		MoveSoften, MoveConsider, MoveAccept, MoveDecline, MoveThank, MoveAskSupervisor, MoveThreatenLeave, MoveWaitGrudgingly, MoveSigh, MoveSayGoodbye, MoveHangUp,
	}
}
