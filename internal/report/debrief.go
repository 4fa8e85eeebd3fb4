// Package report joins what a call's events, its customer's mind and its grade say, for the person who reads them
// afterwards. It is the only room that sees the grade and the mind together.
package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Debrief is a call as its transcript, curve and ledger.
type Debrief struct {
	Started Started      `json:"started" doc:"What the call was held with; its texts are empty when it never began."`
	Turns   []Turn       `json:"turns"`
	Curve   []CurvePoint `json:"curve"`
	Ledger  []LedgerMark `json:"ledger"`
	Gaps    []Gap        `json:"gaps" doc:"Stretches without sound from the trainee."`
	Asides  []Aside      `json:"asides" doc:"Short sounds of one while the other spoke, which were no turns."`
	Holds   []Hold       `json:"holds" doc:"When the customer was on hold."`
	// SupportiveBackchannels are the trainee's that told the customer she was listened to.
	SupportiveBackchannels int      `json:"supportive_backchannels"`
	Outcome                *Outcome `json:"outcome,omitempty" doc:"What the customer makes of the call; left out while it goes on, and when it was cut."`
	// WordsSpent is what a model's words have cost.
	WordsSpent *practice.WordsSpent `json:"words_spent,omitempty" doc:"What a model did for the customer's words and what it cost; left out when all of them are authored."`
	Cut        bool                 `json:"cut" doc:"The server stopped during the call."`
}

// Started is what a call was held with.
type Started struct {
	ScenarioDigest   string `json:"scenario_digest"`
	MindVersion      string `json:"mind_version"`
	PerceiverVersion string `json:"perceiver_version"`
	Seed             string `json:"seed"`
	NoticeVersion    string `json:"notice_version"`
	Recognizer       string `json:"recognizer"`
	Endpoint         string `json:"endpoint"`
	Voice            string `json:"voice"`
	Words            string `json:"words"`
}

// Turn is one turn of the transcript with what surrounds it.
type Turn struct {
	Turn        int                  `json:"turn" doc:"Position in the transcript, from 0; evidence names it."`
	Speaker     practice.Speaker     `json:"speaker" enum:"customer,trainee"`
	Text        string               `json:"text" doc:"What was heard."`
	Unheard     string               `json:"unheard" doc:"What the customer meant to say after it and the trainee never heard."`
	StartMS     int64                `json:"start_ms"`
	EndMS       int64                `json:"end_ms"`
	Words       []practice.Word      `json:"words"`
	Typed       bool                 `json:"typed"`
	Interrupted bool                 `json:"interrupted" doc:"Of a customer's turn: it was cut off. Of a trainee's: it cut the customer off."`
	Perceived   []practice.Act       `json:"perceived" doc:"What the customer took a trainee's turn to do."`
	Unsure      bool                 `json:"unsure" doc:"Too little of a trainee's turn was recognised with certainty for it to move the customer."`
	Move        practice.Move        `json:"move" doc:"What the customer did with a turn of hers."`
	Stages      *practice.StageTimes `json:"stages,omitempty" doc:"Of a customer's spoken answer: where the wait for it went, in milliseconds."`
	Settled     bool                 `json:"settled" doc:"False: the call was cut while the customer said it, and nobody knows how much was heard."`
}

// CurvePoint is the customer's state from a moment on. Heat and trust are 0 to 10.
type CurvePoint struct {
	AtMS  int64   `json:"at_ms"`
	Heat  float64 `json:"heat"`
	Trust float64 `json:"trust"`
}

// LedgerMark is one reason why the customer's state moved.
type LedgerMark struct {
	AtMS    int64            `json:"at_ms"`
	Turn    int              `json:"turn" doc:"The trainee's turn that did it; -1 for the opening and for silences."`
	What    string           `json:"what" doc:"heat, trust, or need:<id>."`
	From    float64          `json:"from" doc:"Heat and trust: 0 to 10. A need: 0 unmet, 1 acknowledged, 2 met."`
	To      float64          `json:"to"`
	Because practice.ActName `json:"because"`
	Quote   string           `json:"quote" doc:"The trainee's words; empty for timing."`
	Note    string           `json:"note"`
}

// Gap is a stretch without sound from the trainee.
type Gap struct {
	FromMS int64  `json:"from_ms"`
	ToMS   int64  `json:"to_ms"`
	Reason string `json:"reason"`
}

// Aside is a short sound of one while the other spoke.
type Aside struct {
	Speaker practice.Speaker `json:"speaker" enum:"customer,trainee"`
	Kind    string           `json:"kind" doc:"backchannel, noise, echo (the microphone heard the customer), or talked_on: words that did not stop the customer."`
	Text    string           `json:"text"`
	AtMS    int64            `json:"at_ms"`
}

// Hold is a time that the customer was on hold.
type Hold struct {
	FromMS    int64  `json:"from_ms"`
	ToMS      int64  `json:"to_ms"`
	By        string `json:"by" enum:"button,words"`
	Announced bool   `json:"announced" doc:"The trainee told her."`
}

// Outcome is what the customer makes of the call afterwards.
type Outcome struct {
	Letter     string `json:"letter" doc:"The customer's letter; empty when there is none."`
	CSAT       int    `json:"csat" doc:"1 to 5."`
	CSATWhy    string `json:"csat_why"`
	Stays      Answer `json:"stays"`
	Recommends Answer `json:"recommends"`
}

// Answer is a yes or a no with its reason.
type Answer struct {
	Yes bool   `json:"yes"`
	Why string `json:"why"`
}

func outcomeOf(v practice.Verdict) *Outcome {
	return &Outcome{Letter: v.Letter, CSAT: v.CSAT, CSATWhy: v.CSATWhy, Stays: Answer(v.Stays), Recommends: Answer(v.Recommends)}
}

// Build shows a call's record.
func Build(r practice.Record) Debrief {
	out := Debrief{
		Turns: make([]Turn, 0, len(r.Turns)), Curve: make([]CurvePoint, 0, len(r.Curve)),
		Ledger: make([]LedgerMark, 0, len(r.Ledger)), Gaps: make([]Gap, 0, len(r.Gaps)), Cut: r.Cut,
		Asides: asides(r), Holds: make([]Hold, 0, len(r.Holds)), SupportiveBackchannels: r.Supportive(), WordsSpent: r.Words,
	}
	if r.HasStarted {
		out.Started = started(r.Started)
	}
	if r.Ended != nil && r.Ended.Outcome != nil {
		out.Outcome = outcomeOf(*r.Ended.Outcome)
	}
	position := map[int]int{-1: -1} // by the trainee's turn's number in the events
	for i := range r.Turns {
		t := &r.Turns[i]
		out.Turns = append(out.Turns, turn(i, t))
		if t.Speaker == practice.Trainee {
			position[t.Turn] = i
		}
	}
	for _, c := range r.Curve {
		out.Curve = append(out.Curve, CurvePoint{AtMS: c.AtMS, Heat: tenths(c.Heat), Trust: tenths(c.Trust)})
	}
	for _, l := range r.Ledger {
		out.Ledger = append(out.Ledger, mark(l, position))
	}
	for _, g := range r.Gaps {
		out.Gaps = append(out.Gaps, Gap(g))
	}
	for _, h := range r.Holds {
		out.Holds = append(out.Holds, Hold{FromMS: h.FromMS, ToMS: h.ToMS, By: string(h.By), Announced: h.Announced})
	}
	return out
}

// asides puts both speakers' in the order of time.
func asides(r practice.Record) []Aside {
	out := make([]Aside, 0, len(r.Asides)+len(r.Interludes))
	for _, a := range r.Asides {
		out = append(out, Aside{Speaker: practice.Customer, Kind: "backchannel", Text: a.Text, AtMS: a.StartMS})
	}
	for _, i := range r.Interludes {
		if i.Kind != "yielded" { // that one was a turn
			out = append(out, Aside{Speaker: practice.Trainee, Kind: i.Kind, Text: i.Text, AtMS: i.OnsetMS})
		}
	}
	slices.SortStableFunc(out, func(a, b Aside) int { return cmp.Compare(a.AtMS, b.AtMS) })
	return out
}

func started(s practice.CallStarted) Started {
	return Started{
		ScenarioDigest: s.ScenarioDigest, MindVersion: s.MindVersion, PerceiverVersion: s.PerceiverVersion,
		Seed: strconv.FormatUint(s.Seed, 10), NoticeVersion: s.NoticeVersion, Recognizer: s.Recognizer, Endpoint: s.Endpoint,
		Voice: s.Voice, Words: s.Words,
	}
}

func turn(position int, t *practice.RecordTurn) Turn {
	out := Turn{
		Turn: position, Speaker: t.Speaker, Text: t.Text, Unheard: t.Unheard, StartMS: t.StartMS, EndMS: t.EndMS,
		Words: append([]practice.Word{}, t.Words...), Typed: t.Typed, Interrupted: t.Interrupted,
		Perceived: append([]practice.Act{}, t.Acts...), Unsure: t.Unsure, Move: t.Move, Settled: t.Settled,
	}
	if t.Stages != (practice.StageTimes{}) {
		stages := t.Stages
		out.Stages = &stages
	}
	return out
}

func mark(l practice.LedgerLine, position map[int]int) LedgerMark {
	m := LedgerMark{
		AtMS: l.AtMS, Turn: -1, What: l.What, From: float64(l.From), To: float64(l.To), Because: l.Because, Quote: l.Quote, Note: l.Note,
	}
	if at, ok := position[l.Turn]; ok {
		m.Turn = at
	}
	if l.What == "heat" || l.What == "trust" {
		m.From, m.To = tenths(l.From), tenths(l.To)
	}
	return m
}

// tenths turns the mind's hundredths (0–1000) into the 0–10 that people read.
func tenths(hundredths int) float64 { return float64(hundredths) / 100 }
