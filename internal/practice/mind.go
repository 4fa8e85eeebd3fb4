package practice

// Act is one thing that the trainee's words (or their timing) did, with the exact words that did it.
type Act struct {
	Name  ActName `json:"name"`
	Quote string  `json:"quote,omitempty"` // byte-exact substring of the turn's text; empty for acts from timing
	What  string  `json:"what,omitempty"`  // of an offer, promise, plan or guess: what (an id of the scenario where it matches one)
	By    string  `json:"by,omitempty"`    // model: a chat model found it beside the rules; empty: the rules did
	When  string  `json:"when,omitempty"`  // of a promise or plan: the words that give the time
}

// ActName is one of the acts of docs/customers.md. Trigger and soother keys of a scenario are act names exactly.
type ActName string

// The acts that perception can find in words.
const (
	ActGreeting             ActName = "greeting"
	ActIntroducesSelf       ActName = "introduces_self"
	ActNameUsed             ActName = "name_used"
	ActNamedFeeling         ActName = "named_feeling"
	ActNamedStakes          ActName = "named_stakes"
	ActGenericApology       ActName = "generic_apology"
	ActSpecificApology      ActName = "specific_apology"
	ActOwnership            ActName = "ownership"
	ActOpenQuestion         ActName = "open_question"
	ActClosedQuestion       ActName = "closed_question"
	ActMirroring            ActName = "mirroring"
	ActCheckedUnderstanding ActName = "checked_understanding"
	ActHonestExplanation    ActName = "honest_explanation"
	ActOffer                ActName = "offer"
	ActSpecificPlan         ActName = "specific_plan_with_time"
	ActPromise              ActName = "promise"
	ActPolicyFirst          ActName = "policy_first"
	ActRefusalKind          ActName = "refusal_kind"
	ActRefusalFlat          ActName = "refusal_flat"
	ActBlame                ActName = "blame"
	ActCalmDown             ActName = "calm_down"
	ActDismissive           ActName = "dismissive"
	ActTransfer             ActName = "transfer"
	ActJargon               ActName = "jargon"
	ActHoldAnnounced        ActName = "hold_announced"
	ActProactiveTip         ActName = "proactive_tip"
	ActExtraMile            ActName = "extra_mile"
	ActThanks               ActName = "thanks"
	ActClosing              ActName = "closing"
	ActAbuse                ActName = "abuse"
	ActManipulation         ActName = "manipulation"
	ActGuessedConcern       ActName = "guessed_concern"
)

// The acts that only timing shows.
const (
	ActAskedAgain      ActName = "asked_again"
	ActInterrupted     ActName = "interrupted"
	ActMonologue       ActName = "monologue"
	ActUnannouncedHold ActName = "unannounced_hold"
	ActLongSilence     ActName = "long_silence"
)

// Move is what the customer does next.
type Move string

// The moves.
const (
	MoveVent              Move = "vent"
	MoveDemand            Move = "demand"
	MoveTellFact          Move = "tell_fact"
	MoveRevealConcern     Move = "reveal_concern"
	MoveAnswer            Move = "answer"
	MoveCorrect           Move = "correct"
	MovePressUnmetNeed    Move = "press_unmet_need"
	MoveQuestionVagueness Move = "question_vagueness"
	MoveInterrupt         Move = "interrupt"
	MoveSoften            Move = "soften"
	MoveConsider          Move = "consider"
	MoveAccept            Move = "accept"
	MoveDecline           Move = "decline"
	MoveThank             Move = "thank"
	MoveAskSupervisor     Move = "ask_supervisor"
	MoveThreatenLeave     Move = "threaten_leave"
	MoveWaitGrudgingly    Move = "wait_grudgingly"
	MoveSigh              Move = "sigh"
	MoveSayGoodbye        Move = "say_goodbye"
	MoveHangUp            Move = "hang_up"
)

// Ending is how a call came to its end for the customer.
type Ending string

// The endings. EndingNone means that the call goes on, or that it was cut before the customer had an ending.
const (
	EndingNone         Ending = ""
	EndingResolved     Ending = "resolved"
	EndingPartedKindly Ending = "parted_kindly"
	EndingEscalated    Ending = "escalated"
	EndingHungUp       Ending = "hung_up"
	EndingAbandoned    Ending = "abandoned"
)

// LedgerEntry is one reason why the customer's state moved. Heat and trust are hundredths (0–1000).
type LedgerEntry struct {
	What    string  `json:"what"` // heat, trust, or need:<id>
	From    int     `json:"from"`
	To      int     `json:"to"`
	Because ActName `json:"because"`         // the act
	Quote   string  `json:"quote,omitempty"` // byte-exact substring of the trainee's turn; empty for timing
	Turn    int     `json:"turn"`            // the trainee's turn
	Note    string  `json:"note,omitempty"`  // a plain reason where the act alone does not say it: "third time, worth nothing"
}

// NeedState is how far a need has come.
type NeedState string

// A need's course.
const (
	NeedUnmet        NeedState = "unmet"
	NeedAcknowledged NeedState = "acknowledged"
	NeedMet          NeedState = "met"
)
