package grading_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/practice"
)

func written(t *testing.T) []play {
	t.Helper()
	return slices.Concat(plays(t, "testdata/maya.txt"), plays(t, "testdata/maya2.txt"), plays(t, "testdata/maya3.txt"))
}

func TestPlainKindBeatsTheScriptAndTheScriptBeatsDismissal(t *testing.T) {
	for _, score := range []string{"empathy", "overall"} {
		low, high := map[string]float64{}, map[string]float64{}
		for _, p := range written(t) {
			s := scoreOf(grading.Grade(p.transcript, grading.Options{}), score)
			if s < 0 {
				t.Errorf("%s has no %s", p.name, score)
			}
			if have, ok := low[p.kind]; !ok || s < have {
				low[p.kind] = s
			}
			high[p.kind] = max(high[p.kind], s)
		}
		if low["plain"] <= high["script"]+0.5 || low["script"] <= high["dismissive"] {
			t.Errorf("%s: plain from %.1f, script %.1f to %.1f, dismissive to %.1f", score, low["plain"], low["script"], high["script"], high["dismissive"])
		}
	}
}

// TestRawRanksAsTheScoresDo: raw is for ranking, and must see through a script as the scores do.
func TestRawRanksAsTheScoresDo(t *testing.T) {
	empathy, overall := map[string][]float64{}, map[string][]float64{}
	for _, p := range written(t) {
		g := grading.Grade(p.transcript, grading.Options{})
		empathy[p.kind], overall[p.kind] = append(empathy[p.kind], *g.Raw.Empathy), append(overall[p.kind], *g.Raw.Overall)
	}
	for name, raw := range map[string]map[string][]float64{"empathy": empathy, "overall": overall} {
		if slices.Min(raw["plain"]) <= slices.Max(raw["script"]) || slices.Min(raw["script"]) <= slices.Max(raw["dismissive"]) {
			t.Errorf("raw.%s: plain %.2f, script %.2f, dismissive %.2f", name, raw["plain"], raw["script"], raw["dismissive"])
		}
	}
}

func TestPlainKindCallsUseNoStockWord(t *testing.T) {
	for _, p := range written(t) {
		for _, turn := range p.transcript.Turns {
			lower := strings.ToLower(turn.Text)
			for _, stock := range []string{"sorry", "understand", "frustrat", "apolog"} {
				if p.kind == "plain" && turn.Speaker == practice.Trainee && strings.Contains(lower, stock) {
					t.Errorf("%s says %q", p.name, stock)
				}
			}
		}
	}
}

func TestPromisingBeyondPolicyIsFlaggedAndCapped(t *testing.T) {
	for _, p := range written(t) {
		g := grading.Grade(p.transcript, grading.Options{})
		flagged := slices.Contains(g.Flags, grading.FlagOverpromise)
		if flagged != (p.kind == "promise") {
			t.Errorf("%s (%s): flags %v %+v", p.name, p.kind, g.Flags, g.FlagDetails)
		}
		if flagged && scoreOf(g, "overall") > 2 {
			t.Errorf("%s: overall %.1f in spite of its promise", p.name, scoreOf(g, "overall"))
		}
	}
}

func TestPlainKindnessIsSeenWithoutStockWords(t *testing.T) {
	data, err := os.ReadFile("testdata/plainkind.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n") {
		first, second, _ := strings.Cut(line, " | ")
		g := grading.Grade(talk("C: hi I ordered a toy for my son's birthday and it never came, the birthday was yesterday", "T: "+first,
			"C: I've called three times now and nobody helps", "T: "+second, "C: so what now",
			"T: I'll send it again tonight on the fast service and call you tomorrow before noon.", "C: okay", "T: Does that work for you?"), grading.Options{})
		if level := g.Dimensions[grading.Acknowledge].Level; level == nil || *level < 4 {
			t.Errorf("acknowledge below 4: %s", line)
		}
	}
}

// TestTheCustomersToneMovesNoLevelOfTheTraineesOwn rewrites the customer warm and cold, facts, feelings and needs kept.
func TestTheCustomersToneMovesNoLevelOfTheTraineesOwn(t *testing.T) {
	warm := map[string]string{
		"Hi, I ordered a toy for my son's birthday and it never came. The birthday was yesterday.": "Hello, lovely to reach you. I ordered a toy for my son's birthday and sadly it never came. The birthday was yesterday, bless him.",
		"This is the third time I've called and nobody helps. I'm really angry now.":               "I'm sure you're all doing your best, thank you. This is the third time I've called and nobody helps, and I am a bit angry now.",
		"So what are you going to do about it?":                                                    "Could you kindly tell me what you are going to do about it? Thanks so much.",
		"Okay.":                                                                                    "Okay, that's lovely, thank you.",
	}
	cold := map[string]string{
		"Hi, I ordered a toy for my son's birthday and it never came. The birthday was yesterday.": "You useless lot. I ordered a toy for my son's birthday and it never bloody came. The birthday was yesterday.",
		"This is the third time I've called and nobody helps. I'm really angry now.":               "This is the third damn time I've called and nobody helps, you incompetent liars! I'm really angry now!",
		"So what are you going to do about it?":                                                    "So what the hell are you going to do about it?",
		"Okay.":                                                                                    "Whatever. Okay.",
	}
	bad := lines{"It's just a toy, these things happen.", "You need to calm down.", "I can send it again at some point.", "Anything else?"}
	stock := lines{"I apologize for the inconvenience, I understand your frustration.", "I do apologize, what is your order number?", "I will look into it.", "Is there anything else?"}
	for _, l := range []lines{kind(), bad, stock} {
		plain := gradeLines(l)
		for name, tone := range map[string]map[string]string{"warm": warm, "cold": cold} {
			tr := callOf(l)
			for i, turn := range tr.Turns {
				if turn.Speaker == practice.Customer {
					tr.Turns[i].Text = tone[turn.Text]
				}
			}
			g := grading.Grade(tr, grading.Options{})
			for _, d := range []string{grading.Acknowledge, grading.Discover, grading.Own} {
				if *g.Dimensions[d].Level != *plain.Dimensions[d].Level {
					t.Errorf("a %s customer moved %s from %d to %d for %q", name, d, *plain.Dimensions[d].Level, *g.Dimensions[d].Level, l[0])
				}
			}
		}
	}
}

func TestQuotesAreByteExactPiecesOfTheirTurns(t *testing.T) {
	pieces := []string{"I'm sorry ", "we let you down. ", "that’s ", "awful… ", "é ", "you poor ", "your son’s birthday ", "You idiot! ", "I'll refund £80 ", "by 3pm ", "\n", "what happened? ", "um ", "😀 ", "calm down ", "\xff"}
	rapid.Check(t, func(t *rapid.T) {
		var tr practice.Transcript
		tr.Policy = mayaPolicy()
		for i := range rapid.IntRange(1, 8).Draw(t, "turns") {
			speaker := practice.Trainee
			if rapid.Bool().Draw(t, "customer") {
				speaker = practice.Customer
			}
			tr.Turns = append(tr.Turns, practice.TranscriptTurn{Index: i, Speaker: speaker, Text: strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(t, "text"), "")})
		}
		g := grading.Grade(tr, grading.Options{})
		for _, e := range g.Evidence {
			if e.Quote == "" || !strings.Contains(tr.Turns[e.Turn].Text, e.Quote) || tr.Turns[e.Turn].Speaker != practice.Trainee {
				t.Fatalf("evidence %+v is not in its turn %q", e, tr.Turns[e.Turn].Text)
			}
		}
		for _, f := range g.FlagDetails {
			if !strings.Contains(tr.Turns[f.Turn].Text, f.Quote) {
				t.Fatalf("flag %+v is not in its turn", f)
			}
		}
	})
}

func TestGradingTwiceGivesTheSameBytes(t *testing.T) {
	for _, p := range written(t) {
		a, errA := json.Marshal(grading.Grade(p.transcript, grading.Options{}))
		b, errB := json.Marshal(grading.Grade(p.transcript, grading.Options{}))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s differs between two runs (%v, %v)", p.name, errA, errB)
		}
	}
}

func TestQuoteTimesComeFromTheWords(t *testing.T) {
	tr := callOf(kind())
	text := tr.Turns[1].Text
	at := int64(5000)
	for w := range strings.FieldsSeq(text) {
		tr.Turns[1].Words = append(tr.Turns[1].Words, practice.Word{Text: w, StartMS: at, EndMS: at + 200, Confidence: 0.9})
		at += 300
	}
	found := false
	for _, e := range grading.Grade(tr, grading.Options{}).Evidence {
		if e.Turn != 1 {
			if e.StartMS != nil {
				t.Errorf("turn %d has no times, the quote has", e.Turn)
			}
			continue
		}
		found = true
		before := len(strings.Fields(text[:strings.Index(text, e.Quote)]))
		if e.StartMS == nil || *e.StartMS != 5000+300*int64(before) {
			t.Errorf("%q begins at word %d and got %v", e.Quote, before, e.StartMS)
		}
	}
	if !found {
		t.Error("no quote of the timed turn")
	}
}

func TestShippedModelsWereFittedWithTheseFeatures(t *testing.T) {
	data, err := os.ReadFile("models.json")
	if err != nil {
		t.Fatal(err)
	}
	var m grading.Models
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	if m.Features != grading.Fingerprint() || len(m.Models) != 6 || len(m.Provenance) == 0 {
		t.Errorf("models.json was fitted with features %s, the program computes %s: run `rapport grade fit`", m.Features, grading.Fingerprint())
	}
}

func TestEveryDimensionHasFiveAnchors(t *testing.T) {
	rubric, err := grading.ShippedRubric()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range grading.Dimensions() {
		entry, ok := rubric.Of(d)
		if !ok {
			t.Errorf("%s is not in the rubric", d)
		}
		for level, anchor := range entry.Anchors {
			if anchor == "" {
				t.Errorf("%s level %d has no anchor", d, level+1)
			}
		}
	}
}
