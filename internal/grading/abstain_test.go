package grading_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestAbstention(t *testing.T) {
	unsure := callOf(kind())
	for i := range unsure.Turns {
		for w := range strings.FieldsSeq(unsure.Turns[i].Text) {
			unsure.Turns[i].Words = append(unsure.Turns[i].Words, practice.Word{Text: w, Confidence: 0.2})
		}
	}
	cut := callOf(kind())
	cut.CutByServer = true
	german := callOf(kind())
	german.Language = "de"
	british := callOf(kind())
	british.Language = "en-GB"
	for _, c := range []struct {
		name string
		tr   practice.Transcript
		code string // empty: graded
	}{
		{"two turns", talk("C: Hi there.", "T: Hello, how can I help?", "C: Oh, wrong number.", "T: No problem, bye."), "insufficient_data"},
		{"nobody spoke", talk("C: Hello? Is anyone there?"), "insufficient_data"},
		{"curt answers to a need are a finding", talk("C: Where is my parcel?", "T: Late.", "C: Can you find it?", "T: No.", "C: Why not? It was for my son.", "T: Dunno."), ""},
		{"one curt answer", talk("C: Where is my parcel?", "C: Hello?", "C: I need it today.", "T: Late."), ""},
		{"empty turns", talk("C: Where is my parcel?", "T: ", "C: Hello?", "T: ", "C: I can't hear you", "T: "), "unintelligible"},
		{"unsure words", unsure, "unintelligible"},
		{"noise", talk("C: Where is my parcel?", "T: fgh jkl rtz wop qwe", "C: What?", "T: zxc vbn mlk poi trew", "C: I can't hear you", "T: qaz wsx edc rfv tgb"), "unintelligible"},
		{"cut by the server", cut, "technical_failure"},
		{"said to be German", german, "unsupported_language"},
		{"British", british, ""},
		{"Spanish", talk("C: Where is my parcel?", "T: Lo siento mucho, señora, voy a mirar el pedido.", "C: What?", "T: El paquete está en el almacén y sale hoy por la noche.", "C: English please", "T: Muchas gracias por su paciencia con esto."), "unsupported_language"},
		{"Russian", talk("C: Where is my parcel?", "T: Мне очень жаль, я сейчас посмотрю ваш заказ.", "C: What?", "T: Посылка находится на складе в городе.", "C: English please", "T: Спасибо вам большое за терпение."), "unsupported_language"},
		{"a kind call", callOf(kind()), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := grading.Grade(c.tr, grading.Options{})
			if g.Abstain != (c.code != "") {
				t.Fatalf("abstain %v, reasons %v", g.Abstain, g.Reasons)
			}
			if c.code == "" {
				if g.Scores.Overall == nil {
					t.Error("graded without an overall score")
				}
				return
			}
			if g.Reasons[0].Code != c.code || !slices.Contains(g.Flags, c.code) {
				t.Errorf("reasons %v, flags %v", g.Reasons, g.Flags)
			}
			if g.Scores != (practice.Scores{}) {
				t.Error("scores in spite of abstaining")
			}
			for _, d := range grading.Dimensions() {
				if got := g.Dimensions[d]; got.Status != "not_gradable" || got.Level != nil {
					t.Errorf("%s is %+v", d, got)
				}
			}
		})
	}
}

func TestASingleReplyHasRawValues(t *testing.T) {
	g := grading.Grade(talk("C: I feel so alone since he left.", "T: That sounds really hard. How long have you felt like this?"), grading.Options{})
	if !g.Abstain || g.Raw.Empathy == nil || g.Raw.ActiveListening == nil || g.Raw.Deescalation == nil || g.Raw.Professionalism == nil || g.Raw.Resolution == nil || g.Raw.Overall == nil {
		t.Errorf("raw %+v", g.Raw)
	}
}

func TestAMomentThatNeverCameIsNotApplicable(t *testing.T) {
	g := grading.Grade(talk("C: Hello, I'd like to know when my order comes, thanks.", "T: Sure, let me look. It comes on Tuesday before noon.", "C: Great, thank you.", "T: I'll send you the tracking today. Anything else?", "C: No thanks.", "T: Have a lovely day, and call me if it isn't there on Tuesday."), grading.Options{})
	if d := g.Dimensions[grading.Deescalate]; d.Status != "not_applicable" || d.Reason == nil || g.Scores.Deescalation != nil {
		t.Errorf("a calm call has de-escalation %+v", d)
	}
	if g.Raw.Deescalation == nil || g.Scores.Overall == nil {
		t.Error("the raw value and the overall score stay")
	}
}

//go:fix inline
func timedCall(gap, overlap int64) practice.Transcript {
	tr := callOf(kind())
	at := int64(0)
	for i := range tr.Turns {
		start := at
		if tr.Turns[i].Speaker == practice.Trainee {
			start += gap - overlap
		}
		tr.Turns[i].StartMS, tr.Turns[i].EndMS = new(start), new(start+4000)
		at = start + 4000
	}
	return tr
}

func TestWhoBeginsTogetherWithHerDoesNotCutIn(t *testing.T) {
	// After a pause inside what the trainee says, she begins and the trainee goes on: nobody heard the other yet.
	for _, c := range []struct {
		after int64 // her start to the trainee's
		overs int
	}{{-40, 0}, {0, 0}, {200, 0}, {400, 3}, {1500, 3}} {
		tr := timedCall(700, 0)
		overs := 0
		for i := range tr.Turns {
			if tr.Turns[i].Speaker == practice.Trainee && i > 0 && overs < 3 {
				her := &tr.Turns[i-1]
				start := *her.StartMS + c.after
				tr.Turns[i].StartMS = new(start)
				*her.EndMS = max(start, *her.StartMS) + 900
				overs++
			}
		}
		g := grading.Grade(tr, grading.Options{})
		if *g.Floor.TalkOvers != c.overs || slices.Contains(g.Flags, grading.FlagInterruption) != (c.overs > 0) {
			t.Errorf("beginning %d ms after her: %d talk-overs and flags %v, want %d", c.after, *g.Floor.TalkOvers, g.Flags, c.overs)
		}
	}
}

func TestFloorFigures(t *testing.T) {
	g := grading.Grade(timedCall(700, 0), grading.Options{})
	if f := g.Floor; *f.ResponseGapP50MS != 700 || *f.TalkOvers != 0 || *f.DeadAirMS != 0 || *f.LongestMonologueMS != 4000 || *f.TalkShare != 0.5 {
		t.Errorf("floor %v %v %v %v %v", *f.ResponseGapP50MS, *f.TalkOvers, *f.DeadAirMS, *f.LongestMonologueMS, *f.TalkShare)
	}
	slow, rude := grading.Grade(timedCall(2500, 0), grading.Options{}), grading.Grade(timedCall(0, 1500), grading.Options{})
	if *slow.Dimensions[grading.Listen].Level != *g.Dimensions[grading.Listen].Level {
		t.Error("two and a half seconds to think cost a level")
	}
	if !slices.Contains(rude.Flags, grading.FlagInterruption) || *rude.Dimensions[grading.Listen].Level >= *g.Dimensions[grading.Listen].Level {
		t.Errorf("talking over: flags %v", rude.Flags)
	}
	silent := grading.Grade(timedCall(12_000, 0), grading.Options{})
	if !slices.Contains(silent.Flags, grading.FlagLongSilence) || *silent.Floor.DeadAirMS == 0 {
		t.Errorf("long silence: flags %v", silent.Flags)
	}
	if untimed := grading.Grade(callOf(kind()), grading.Options{}).Floor; untimed != (practice.FloorMetrics{}) {
		t.Error("figures without times")
	}
}

func TestAnAnnouncedLookUpIsNoDeadAir(t *testing.T) {
	tr := talk("C: Where is my parcel? It was for my son's birthday.", "T: Let me look that up, bear with me a moment.", "T: Thank you for waiting. It is in Leeds and goes out tonight.", "C: Okay.", "T: I'll ring you tomorrow at noon. Does that work?")
	for i, span := range [][2]int64{{0, 4000}, {4500, 7000}, {37_000, 41_000}, {41_500, 42_000}, {42_500, 45_000}} {
		tr.Turns[i].StartMS, tr.Turns[i].EndMS = new(span[0]), new(span[1])
	}
	g := grading.Grade(tr, grading.Options{})
	if slices.Contains(g.Flags, grading.FlagLongSilence) || *g.Floor.DeadAirMS != 0 {
		t.Errorf("flags %v, dead air %d", g.Flags, *g.Floor.DeadAirMS)
	}
}
