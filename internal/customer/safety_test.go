package customer

import "testing"

func TestTheSafetyTableCanBeRead(t *testing.T) {
	if _, err := dangerRule(); err != nil {
		t.Fatal(err)
	}
}

func TestWordsThatMayMeanDangerAreHeard(t *testing.T) {
	for _, text := range []string{
		"I want to kill myself.", "i want to kill myself", "I'm going to kill myself tonight.", "Honestly, I just want to die.", "I want to die.", "I don't want to live anymore.",
		"I don't want to be here any more.", "I don't want to be alive anymore", "Some days I don't want to wake up.", "I've been thinking about suicide.", "I keep thinking about killing myself.",
		"I'm suicidal.", "I feel suicidal, and I can't do this.", "I've been having suicidal thoughts.", "I want to end my life.", "I am thinking of ending it all.", "I'm going to end it all.",
		"Everyone would be better off without me.", "I wish I was dead.", "I wish I were dead", "I wish I'd never been born.", "I'd be better off dead.", "There's no point in living.", "I have nothing to live for.",
		"I've been cutting myself again.", "I keep hurting myself.", "I want to hurt myself.", "I'm going to harm myself.", "I've taken an overdose.", "I've just taken too many pills.", "I took all my tablets.",
		"My husband hits me.", "My boyfriend beat me last night.", "He's hitting me.", "He's going to kill me when he gets home.", "Somebody is in my house.", "Someone is following me.", "I'm not safe here.", "I'm not safe at home.",
		"I'm in danger.", "I'm scared he will kill me.", "I'm afraid for my life.", "Please call the police, he's here.", "Call me an ambulance.", "I can't breathe, help me.", "I think I'm having a heart attack.",
		"Sorry, I can't do this call. I want to die.", "I dont want to live anymore", "I can't live any more.",
	} {
		if !MeansDanger(text) {
			t.Errorf("%q was not heard", text)
		}
	}
}

func TestWhatIsPartOfThePracticeIsNone(t *testing.T) {
	for _, text := range []string{
		"This is killing me.", "This queue is killing me.", "I'm dying to know what happened.", "I could kill that courier.", "I could kill for a coffee.", "I'd kill for a day off.", "I nearly died of embarrassment.",
		"I want to die of embarrassment.", "I'm dying of shame here.", "I nearly died laughing.", "I could kick myself for that.", "I'd rather die than read that script again.", "I killed the order by mistake.", "I'm killing the subscription now.",
		"I am so sorry about your wife, Walter.", "You must miss her. It's a hard thing to come home to an empty house.", "Losing somebody after fifty years is hard.", "When did she die?", "Do you feel safe on your own tonight?", "You don't want to be alone in that house.",
		"She died in March, and the phone went in April.", "Have you been thinking about her?", "You could be in danger without that medicine.", "Are you safe until tomorrow?", "Have you taken too many tablets?", "If you can't breathe, call an ambulance.",
		"How many tablets have you got left?", "You need your inhaler to breathe, I know.", "If you feel unsafe, ring 999.", "Did he hit you?", "Are you having chest pains?", "Your daughter could have been killed by that kettle.", "The kettle nearly killed her.",
		"I want to end this call.", "Let's end it there.", "I'd like to end the contract for you.", "I'm ending it as of today.", "I'm going to cut the charge in half.", "I hurt my back last week.", "I cut myself shaving.", "I burned myself on the same kettle once.",
		"I can't live with that answer either.", "I can't go on hold any longer.", "I can't go on like this with this system.", "My phone is dying.", "The line is dead.", "I'm dead tired.", "I'm dead serious.", "The battery died.",
		"I shot myself in the foot there.", "I'm not safe to promise that.", "It's not safe to use the kettle.", "I'm in danger of promising too much.", "I don't want to be here for hours.", "I don't want to live in a world without refunds.", "My boss is killing me with these targets.",
		"He said he'd kill himself.", "A customer once told me she wanted to die.", "You said you wanted to die of shame.", "I'm not suicidal, don't worry.", "Stop shouting at me, you're hurting me.", "You are threatening me, and I'd like you to stop.", "Nobody is going to hurt you.",
		"My manager hit the roof.", "Somebody is in your account.", "Somebody is trying to get into your account.", "Someone is following up with you.", "I want to take it all back.", "I'd hang myself out to dry if I promised that.", "I can't breathe for calls today.",
		"I want to make it right before I go home.", "That would be the death of me.", "I'm afraid he's not here.", "I'm afraid the courier will be late.", "I wish I was there to help.", "I want to live up to that.", "I don't want to hurt you.", "He hits the wrong button every time.",
		"We are better off without that supplier.", "The team is better off without me on the phones, ha.", "You're not alone in this.", "I've taken all your details.", "I've taken too many calls today.", "He beats me at chess every time.", "She hit me with a question.",
	} {
		if MeansDanger(text) {
			t.Errorf("%q was taken for danger", text)
		}
	}
}
