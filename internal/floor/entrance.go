package floor

import (
	"slices"
	"strings"
)

// entranceWaitMS is how long she waits after somebody has asked to be let in: "May I come in there?" is a question by its
// form, and what it asks for is the floor. Who says no more than that is answered a second later.
const entranceWaitMS = 1000

// longestEntrance is how many words such a request has at most; in a longer turn it has already been granted.
const longestEntrance = 9

// asksForTheFloor tells whether all that was said so far is a request to be let into the conversation.
func asksForTheFloor(text string) bool {
	words := lower(text)
	for len(words) > 0 && in(words[0], "sorry yes yeah okay ok no well but and so please") {
		words = words[1:]
	}
	if len(words) == 0 || len(words) > longestEntrance {
		return false
	}
	said := " " + strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "just" || w == "quickly" || w == "please" }), " ") + " "
	for _, ask := range []string{
		" i come in ", " i stop you ", " i interrupt ", " i jump in ", " i cut in ", " i say something ", " i ask you something ", " i ask something ",
		" me stop you ", " me come in ", " me jump in ", " me interrupt ", " to interrupt ", " to cut you off ", " to stop you ", " if i may ",
	} {
		if strings.Contains(said, ask) {
			return true
		}
	}
	return slices.Contains([]string{" excuse me ", " hang on ", " hold on ", " wait ", " one thing ", " a question "}, said)
}
