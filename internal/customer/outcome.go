package customer

import (
	"fmt"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Outcome is what the customer makes of a call that ended so: her letter, how satisfied she is, whether she stays and
// whether she would recommend the company, each with one plain reason. Without an ending there is nothing to say.
func (m Mind) Outcome(e practice.Ending) practice.Verdict {
	if e == practice.EndingNone {
		return practice.Verdict{}
	}
	bars := defaultOutcome()
	if m.scenario.Outcome != nil {
		bars = *m.scenario.Outcome
	}
	out := practice.Verdict{Letter: m.letter(e)}
	out.CSAT, out.CSATWhy = m.satisfied(e, bars.CSATBias)
	out.Stays = m.judge(bars.Stays, "Calm enough at the end to stay, and believes enough of it.")
	out.Recommends = m.judge(bars.Recommends, "Would tell a friend how well this call was handled.")
	return out
}

func defaultOutcome() practice.Outcome {
	return practice.Outcome{
		Stays:      practice.OutcomeBar{HeatAtMost: 5, TrustAtLeast: 3, Needs: practice.NeedsNone},
		Recommends: practice.OutcomeBar{HeatAtMost: 2.5, TrustAtLeast: 5.5, Needs: practice.NeedsAll},
	}
}

// letter is the first of the ending's letters whose slots can all be filled.
func (m *Mind) letter(e practice.Ending) string {
	for _, text := range m.scenario.Letter[e] {
		if filled, ok := m.fill(text, m.slots); ok {
			return strings.TrimSpace(filled)
		}
	}
	return ""
}

// Weights of satisfaction, in points of 1–5 at the far end of each scale.
const (
	heatPoints  = 0.6
	trustPoints = 0.4
	needPoints  = 0.5
)

// satisfied is the answer to "how satisfied were you?", 1–5: the ending counts most, then how angry she still is, how far
// she believes what was said, and how much of what she needed she has.
func (m *Mind) satisfied(e practice.Ending, bias float64) (csat int, why string) {
	met := m.needsMet()
	share := 1.0
	if len(m.needs) > 0 {
		share = float64(met) / float64(len(m.needs))
	}
	score := map[practice.Ending]float64{
		practice.EndingResolved: 4, practice.EndingPartedKindly: 3, practice.EndingEscalated: 2, practice.EndingHungUp: 1, practice.EndingAbandoned: 1.4,
	}[e]
	score += heatPoints*(500-float64(m.heat))/500 + trustPoints*(float64(m.trust)-500)/500 + needPoints*(share-0.5) + bias
	csat = max(1, min(5, int(score+0.5)))
	switch {
	case e == practice.EndingResolved:
		why = "It was settled on this call."
	case e == practice.EndingPartedKindly && met == len(m.needs):
		why = "Everything was dealt with, and it ended kindly."
	case e == practice.EndingPartedKindly:
		why = "It ended kindly, without all of it being settled: " + m.missing() + "."
	case e == practice.EndingEscalated:
		why = "It had to go to somebody else."
	case e == practice.EndingHungUp:
		why = "It got so bad that there was nothing left but to hang up."
	default:
		why = "Was left alone on the line."
	}
	return csat, why
}

func (m *Mind) needsMet() int {
	n := 0
	for _, s := range m.needs {
		if s == practice.NeedMet {
			n++
		}
	}
	return n
}

// missing names the needs that were not met, in the words of their ids.
func (m *Mind) missing() string {
	var out []string
	for i, n := range m.scenario.Needs {
		if m.needs[i] != practice.NeedMet {
			out = append(out, strings.ReplaceAll(n.ID, "-", " "))
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

// judge measures her state at the end against a bar; the reason of a no is what falls short first.
func (m *Mind) judge(bar practice.OutcomeBar, yes string) practice.Judgement {
	met := m.needsMet()
	switch {
	case m.heat > hundredths(bar.HeatAtMost):
		return practice.Judgement{Why: fmt.Sprintf("Still too angry at the end: %.1f of 10.", float64(m.heat)/100)}
	case m.trust < hundredths(bar.TrustAtLeast):
		return practice.Judgement{Why: fmt.Sprintf("Does not believe enough of what was said: trust %.1f of 10.", float64(m.trust)/100)}
	case bar.Needs == practice.NeedsAll && met < len(m.needs):
		return practice.Judgement{Why: "Something was still missing: " + m.missing() + "."}
	case bar.Needs == practice.NeedsAny && met == 0 && len(m.needs) > 0:
		return practice.Judgement{Why: "Got nothing of what was needed: " + m.missing() + "."}
	}
	return practice.Judgement{Yes: true, Why: yes}
}
