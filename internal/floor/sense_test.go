package floor

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFinishedTurnsLookFinished(t *testing.T) {
	for _, text := range []string{
		"I am so sorry to hear that.", "Can I take your order number please?", "I will send you a replacement today.", "Yes, I can do that for you.",
		"Thank you for holding.", "Of course.", "No problem.", "It will be with you by Monday.", "I understand how upsetting that is.", "I think so.", "Yes.", "Okay.",
		"Good morning, this is Sam, how can I help?", "Let me have a look at that for you.", "What is it about?", "Could you hold on?", "You will get it tomorrow.",
		"Is there anything else I can help you with?", "If you give me your number, I will look it up.", "I hope not.", "That is all I can offer you.", "I have found it.",
		"It was sent to the wrong address.", "I can see that it was lost in Leeds.", "That is what you asked for.", "Is that what you want?", "Bear with me.",
		"I've just refunded the whole amount.", "Where was it sent to?", "I will get back to you.", "I do.", "She says that it is.", "Why not?", "I'm afraid not.",
	} {
		if got := Done(text); got < completeFrom {
			t.Errorf("%q looks finished at %.2f only (%v)", text, got, Look(text))
		}
	}
}

func TestWordsThatMayEndASentenceDoNotCostTheLongestWait(t *testing.T) {
	for _, text := range []string{
		"I understand how frustrating this must be.", "That's what I keep coming back to.", "That's a rotten position to be in.", "I'm sorry for what we've put you through.",
		"I can't believe I'm hearing this.", "Tuesday.", "Three days.", "Because it said Wednesday.", "I'm doing what you said you'd do.", "As I already said, it's delayed.",
	} {
		if got := (Stop{}).WaitMS(Pause{Text: text, HasWords: true, Probability: 0.98, HasEstimate: true}); got > 450 {
			t.Errorf("%q waits %d ms although it sounds finished (%.2f)", text, got, Done(text))
		}
	}
}

func TestUnfinishedTurnsDoNotLookFinished(t *testing.T) {
	for _, text := range []string{
		"I will send you the.", "So what I can do for you is.", "If you could give me your order number.", "If that doesn't work.", "When I look at your account.",
		"I can see that you.", "Because of the.", "We need.", "I'll give.", "Let me see, um.", "I am going to.", "The only.", "That was a very.", "And then we",
		"Is it the?", "Can I have your?", "I want to offer.", "Although it was sent.", "I have a lovely new.", "You will receive.", "It is probably.", "I would like to,",
		"Okay, and", "Um", "So", "I've", "It's", "Which one is the...", "And unfortunately.",
	} {
		if got := Done(text); got >= completeFrom-0.2 {
			t.Errorf("%q looks finished at %.2f", text, got)
		}
	}
}

func TestWhoAsksToBeLetInIsLetSpeak(t *testing.T) {
	stop := Stop{Endpoint: EndpointAuto}
	wait := func(text string) int64 {
		return stop.WaitMS(Pause{Text: text, HasWords: true, Probability: 0.99, HasEstimate: true})
	}
	for _, text := range []string{
		"May I come in there?", "Sorry, can I just stop you there?", "Excuse me.", "Can I ask you something?", "If I may.", "Sorry to interrupt you.", "Let me just stop you there.", "Hang on.",
	} {
		if got := wait(text); got < entranceWaitMS {
			t.Errorf("%q: answered after %d ms", text, got)
		}
	}
	for _, text := range []string{
		"Can I ask you something, when did you order it and where does it say so?", "What happened on Saturday?", "Can I send you another one?", "May I have the number?", "You can come in and collect it.", "Sorry.", "Yes, please.",
	} {
		if got := wait(text); got >= entranceWaitMS {
			t.Errorf("%q: waits %d ms", text, got)
		}
	}
}

func TestDictationIsKnown(t *testing.T) {
	for _, text := range []string{
		"The number is four one two", "It is 41 22.", "The code is B as in bravo, 4, T.", "S for sugar, E for Edward", "It's double u, e", "LS1 4BT", "My reference is 41", "o seven seven double four",
		"B, R, double O", "Alpha tango nine", "it is 4155 and then 22", "zero one one three", "It's 07700 900", "the postcode is L S 1", "four dash one",
		"My order number is for 179 to 8.", "It is spelled.", "It's spelt bar", "My name is spelled bar k w e",
	} {
		if !Dictates(text) {
			t.Errorf("%q is no dictation", text)
		}
	}
	for _, text := range []string{
		"I want one.", "", "It costs £25.", "We close at 16:00.", "It was in 2024.", "I see.", "That is one of two things.", "You are the second one", "Yes I can", "I paid 4.95.", "A man in a van", "It comes on the 16th.",
		"I have a b", "There were two of us.", "ninety five percent",
		"Which number do you mean, the first one?", "I put it on your account in 2024.", "I see it has been spelled wrong.", "Your name was spelled correctly.", "It was spelled that way on the order and I changed it today.",
	} {
		if Dictates(text) {
			t.Errorf("%q is taken for dictation", text)
		}
	}
}

func TestPropertyDoneIsAShareForAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(strings.Fields("if you give me the and one B as in bravo, 41 is not. Yeah, um, send? it's of – … 🙂 so")), 0, 12).Draw(t, "words")
		text := strings.Join(words, " ") + rapid.SampledFrom([]string{"", ".", "?", ",", "...", " "}).Draw(t, "end")
		if got := Done(text); got < 0 || got > 1 {
			t.Fatalf("%q: %v", text, got)
		}
		// A conjunction at the end opens any text.
		if got := Done(text + " and."); got != surelyOpen {
			t.Fatalf("%q and: %v", text, got)
		}
	})
}
