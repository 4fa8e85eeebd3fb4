package fit

import (
	"fmt"
	"testing"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/practice"
)

// marked is a corpus whose raters marked the one warm sentence of every other reply.
func marked(n int) []Item {
	dull := []string{"The van left the depot.", "There are two of them in the shop.", "I looked at the list.", "It was scanned on Monday."}
	var out []Item
	for i := range n {
		text := dull[i%4] + " " + dull[(i+1)%4]
		item := Item{Group: fmt.Sprintf("g%d", i), Labels: map[string]float64{"ER": 0, "IP": 0, "EX": 0}, Reasons: map[string][]string{}}
		if i%2 == 0 {
			text = dull[i%4] + " That must hurt a lot. " + dull[(i+1)%4]
			item.Labels["ER"], item.Reasons["ER"] = 2, []string{"that must hurt a lot"}
		}
		item.Transcript = practice.Transcript{Turns: []practice.TranscriptTurn{{Speaker: practice.Trainee, Text: text}}}
		out = append(out, item)
	}
	return out
}

func TestMomentsFindTheSentenceThatRatersMarked(t *testing.T) {
	models := fitMoments(passages(marked(60)), func(passage) bool { return true }, nil)
	said := func(text string) float64 {
		return grading.MomentFeatures(map[string]grading.Moment{"er": models["er"]}, grading.Sentences(text), nil)[0]
	}
	if warm, cold := said("The van left. That must hurt a lot."), said("The van left the depot. It was scanned."); warm < 1 || cold > 0.5 {
		t.Errorf("a warm reply's strongest sentence %.2f, a dull one's %.2f", warm, cold)
	}
}

func TestAReasonThatIsNotFoundCountsForTheWholeReply(t *testing.T) {
	items := marked(2)
	items[0].Reasons["ER"] = []string{"words that nobody said here"}
	for _, level := range passages(items)[0].levels["ER"] {
		if level != 2 {
			t.Errorf("a sentence has level %v", level)
		}
	}
}

func TestNoReplyIsReadByMomentsFittedWithIt(t *testing.T) {
	all := passages(marked(60))
	said, _ := momentsOf(all, 0, nil)
	for i := range all {
		all[i].levels["ER"] = make([]float64, len(all[i].sentences)) // what is left to learn without this reply's label
		if i > 0 {
			all[i].levels["ER"] = passages(marked(60))[i].levels["ER"]
		}
	}
	again, _ := momentsOf(all, 0, nil)
	for j, x := range said.plain[0] {
		if again.plain[0][j] != x {
			t.Fatalf("feature %d of a reply moved with its own label: %v and %v", j, x, again.plain[0][j])
		}
	}
}
