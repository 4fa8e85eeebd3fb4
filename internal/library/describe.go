package library

// describe says what a key is for, as an editor shows it; "" where its name says it.
func describe(path string) string {
	switch path {
	case "slug":
		return "The folder's name."
	case "variant_of":
		return "The scenario whose problem this is, with another temperament."
	case "follow_up_of":
		return "The scenario whose call this is a later call of; the customer remembers what was promised."
	case "difficulty":
		return "1 calm to 4 severe."
	case "minutes":
		return "About how long a call takes."
	case "skills":
		return "What it trains: acknowledge, discover, own, resolve, deescalate, listen, close."
	case "story":
		return "The card in the library: the story, not the answers."
	case "brief":
		return "What the trainee reads before the call, a paragraph each."
	case "situation":
		return "What happened, as the customer would tell it."
	case "persona.voice.speaker":
		return "A voice of `rapport voices list`."
	case "opening.heat", "opening.trust":
		return "0 to 10, when the call begins."
	case "facts":
		return "What the customer knows and when she says it."
	case "facts[].say_when":
		return "asked, heat>=N, or both joined by \" or \"."
	case "facts[].topic":
		return "The topic by which it is asked for."
	case "hidden_concern":
		return "What the call is really about. It is told once it has been earned."
	case "hidden_concern.revealed_by":
		return "Acts that earn it."
	case "hidden_concern.asked_by":
		return "Topics whose question asks for it outright."
	case "hidden_concern.guesses":
		return "Phrases that guess it."
	case "hidden_concern.words":
		return "Words that give it away: no line may hold one before it is told."
	case "needs":
		return "What the customer has to get before she can let go: unmet, acknowledged, met."
	case "triggers":
		return "By how much an act raises heat."
	case "soothers":
		return "By how much an act lowers heat, below zero."
	case "temperament.patience_s":
		return "Seconds of a hold that she bears when calm."
	case "temperament.interrupts_above":
		return "The heat from which she cuts in on long turns."
	case "temperament.caving_budget":
		return "The most heat that one turn can take off."
	case "policy_card.must_not":
		return "Promises that nobody may make; forbidden says how they sound."
	case "policy_text":
		return "The card in plain words, as the trainee reads it."
	case "topics":
		return "What questions may be about: phrases that ask about it. Shared topics need not be repeated."
	case "stakes":
		return "Phrases that name what is at stake for this customer."
	case "offers":
		return "Id of policy_card.can_offer: phrases that offer it."
	case "forbidden":
		return "Id of policy_card.must_not: phrases that promise it."
	case "hears":
		return "Act: this trade's own ways of doing it."
	case "things":
		return "What comes, is repaired or is paid back here: the class @parcel."
	case "letter":
		return "The customer's letter after the call by ending: 1 to 3 of 40 to 110 words; the last without slots."
	case "outcome.csat_bias":
		return "How generously this customer marks, −1 to 1."
	case "hidden", "pinned":
		return "For measuring only."
	case "lines":
		return "Groups of lines that say one thing in different words; the most particular group that fits is used first."
	case "lines[].topic":
		return "Of a question, or a moment such as opening."
	case "lines[].need":
		return "The need that it presses for."
	case "lines[].because":
		return "The act that it answers."
	case "lines[].what":
		return "That act's What, such as stock or an offer's id."
	case "lines[].heard":
		return "Phrases, one of which the trainee said."
	case "lines[].tells":
		return "Facts that the lines tell, or concern."
	case "lines[].known":
		return "Only once the concern is told."
	case "lines[].unknown":
		return "Only until the concern is told."
	case "lines[].remembers":
		return "What became of the last call's promises, in a follow-up call."
	case "lines[].say":
		return "At least three lines. [sighs], [breath] and [pause] may stand before and between sentences."
	case "lines[].then":
		return "Each line of say may be followed by each of these."
	case "backchannels":
		return "What she hums while she listens, a word or two."
	}
	return ""
}
