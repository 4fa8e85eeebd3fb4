package floor

import "strings"

// isAnswer lists words that are a whole answer by themselves, whatever the recogniser put after them: a lone "yeah"
// must not wait for more.
func isAnswer(w string) bool {
	return in(w, "yes yeah yep yup no nope okay ok sure right thanks please hello hi hey bye goodbye correct exactly absolutely certainly sorry fine good great "+
		"perfect lovely understood agreed definitely indeed alright nothing sir madam ma'am")
}

func isAuxiliary(w string) bool {
	if strings.HasSuffix(w, "n't") {
		return true
	}
	return in(w, "is are was were am be been has have had do does did will would can could should shall may might must cannot "+
		"i'm i'll i've i'd you're you'll you've you'd he's she's it's it'll that's that'll there's we're we'll we've we'd they're they'll they've they'd what's who's here's let's")
}

// isVerb knows common verbs, and takes words in -ed for verbs.
func isVerb(w string) bool {
	if len(w) > 4 && strings.HasSuffix(w, "ed") {
		return true
	}
	return in(w, "go goes went come comes came get gets got make makes made take takes took see sees saw know knows knew think thinks thought want wants need needs "+
		"say says said tell tells told give gives gave send sends sent find finds found ask asks call calls look looks let lets put puts keep keeps kept "+
		"try tries help helps work works feel feels felt hope hopes mean means meant leave leaves left pay pays paid hear hears heard understand understands understood "+
		"apologise apologize promise promises offer offers check checks refund refunds replace replaces arrange arranges book books order orders deliver delivers arrive "+
		"arrives bring brings brought buy buys bought speak speaks spoke hold holds held show shows seem seems appear appears believe believes suggest suggests wait waits "+
		"happen happens change changes cost costs sort fix explain explains confirm confirms appreciate thank thanks wish wishes sounds sound depends like likes love loves "+
		"start starts stop stops lose loses lost run runs ran stand stands write writes wrote read reads became become becomes begin began guess suppose differ differs consist consists")
}

// in tells whether list, words with single spaces between, holds w.
func in(w, list string) bool {
	if w == "" {
		return false
	}
	for {
		i := strings.Index(list, w)
		if i < 0 {
			return false
		}
		end := i + len(w)
		if (i == 0 || list[i-1] == ' ') && (end == len(list) || list[end] == ' ') {
			return true
		}
		list = list[end:]
	}
}

// shortAnswerWords is how many words an answer such as "Yes, please." has at most.
const shortAnswerWords = 3

// givesFloor tells whether words that look complete also hand the floor over: a question, or a short answer.
func givesFloor(text string) bool {
	return strings.HasSuffix(strings.TrimSpace(text), "?") || len(lower(text)) <= shortAnswerWords
}
