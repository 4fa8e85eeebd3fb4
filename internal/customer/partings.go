package customer

import (
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// choosePartings are the ways in which a call comes to its end; nil when it goes on as it was.
func (m *Mind) choosePartings(acts []practice.Act) []wish {
	limit := hundredths(m.scenario.Temperament.HangsUpAt)
	switch {
	case m.insults >= 2 || m.insults == 1 && m.heat >= limit-150 || m.heat >= limit:
		because := practice.ActName("")
		if has(acts, practice.ActAbuse) {
			because = practice.ActAbuse
		}
		return m.part(practice.EndingHungUp, wish{move: practice.MoveHangUp, because: because}, wish{move: practice.MoveHangUp})
	case m.odd >= 4 && has(acts, practice.ActManipulation):
		return m.part(practice.EndingHungUp, wish{move: practice.MoveHangUp, topic: "odd"}, wish{move: practice.MoveHangUp})
	case m.supervisor && has(acts, practice.ActTransfer):
		return m.part(practice.EndingEscalated, wish{move: practice.MoveSayGoodbye, topic: "escalated"})
	case m.turns >= longestCall:
		if m.heat <= partsKindlyAt {
			return m.part(practice.EndingPartedKindly, wish{move: practice.MoveSayGoodbye, topic: "parted-kindly"})
		}
		return m.part(practice.EndingEscalated, wish{move: practice.MoveSayGoodbye, topic: "insists"})
	}
	if m.content() {
		return m.partContent(acts)
	}
	if has(acts, practice.ActClosing) && !has(acts, practice.ActGreeting) {
		return m.partEarly()
	}
	if m.turns < 3 || has(acts, practice.ActOpenQuestion, practice.ActClosedQuestion) && !has(acts, practice.ActAskedAgain) {
		return nil
	}
	tired := m.stalled >= patientTurns || m.heat >= 850 && m.stalled >= 2
	doubts := m.trust < 200 && m.stalled >= patientTurns
	switch {
	case m.heat < partsKindlyAt && m.stalled >= patientTurns+2 && m.planned() && !doubts:
		return m.part(practice.EndingPartedKindly, wish{move: practice.MoveSayGoodbye, topic: "parted-kindly"})
	case !doubts && (m.heat < partsKindlyAt || !tired):
		return nil
	case !m.supervisor:
		m.supervisor = true
		return []wish{{move: practice.MoveAskSupervisor}, {move: practice.MoveDemand}}
	}
	m.refusals++
	switch {
	case m.refusals >= 3:
		return m.part(practice.EndingEscalated, wish{move: practice.MoveSayGoodbye, topic: "insists"})
	case m.refusals == 2:
		return []wish{{move: practice.MoveThreatenLeave}, {move: practice.MoveAskSupervisor}}
	default:
		return []wish{{move: practice.MoveAskSupervisor, topic: "again"}, {move: practice.MoveAskSupervisor}}
	}
}

func (m *Mind) part(e practice.Ending, ws ...wish) []wish {
	m.ending = e
	return append(ws, wish{move: practice.MoveSayGoodbye, topic: "plain"}, m.fallback())
}

// partContent is the natural end: she takes the plan up, thanks, and says goodbye when the trainee does, or soon after.
func (m *Mind) partContent(acts []practice.Act) []wish {
	goodbye := wish{move: practice.MoveSayGoodbye, topic: "resolved"}
	if has(acts, practice.ActClosing) && m.partings > 0 || m.partings >= 3 && !has(acts, practice.ActOpenQuestion, practice.ActClosedQuestion, practice.ActOffer) {
		return m.part(practice.EndingResolved, goodbye)
	}
	if has(acts, practice.ActClosing) {
		m.partings += 2
		return nil
	}
	return nil
}

// contented is what she says between being content and goodbye.
func (m *Mind) contented(acts []practice.Act) []wish {
	if m.partings == 0 {
		m.partings = 1
	}
	switch m.partings {
	case 1:
		ws := []wish{{move: practice.MoveAccept, because: practice.ActSpecificPlan}, {move: practice.MoveAccept}, {move: practice.MoveThank}}
		if !has(acts, practice.ActSpecificPlan) {
			ws = ws[1:]
			for _, a := range acts {
				if slices.ContainsFunc(m.scenario.Needs, func(n practice.Need) bool { return slices.Contains(n.MetBy, a.Name) }) {
					ws = append([]wish{{move: practice.MoveAccept, because: a.Name, what: a.What}}, ws...)
					break
				}
			}
		}
		return ws
	case 2, 3:
		return []wish{{move: practice.MoveThank}, {move: practice.MoveAccept}}
	default:
		return []wish{{move: practice.MoveThank}, {move: practice.MoveAccept}, {move: practice.MoveSayGoodbye, topic: "plain"}}
	}
}

// partEarly is the trainee ending the call before she is content.
func (m *Mind) partEarly() []wish {
	m.closings++
	switch {
	case m.closings == 1:
		return []wish{{move: practice.MovePressUnmetNeed, because: practice.ActClosing, need: m.unmet()}, {move: practice.MoveDemand}}
	case m.heat <= partsKindlyAt:
		return m.part(practice.EndingPartedKindly, wish{move: practice.MoveSayGoodbye, topic: "parted-kindly"})
	default:
		return m.part(practice.EndingEscalated, wish{move: practice.MoveSayGoodbye, topic: "insists"})
	}
}

// Silence limits, in milliseconds.
const (
	helloAfterMS   = 7_000 // unannounced silence before "Hello?"
	helloAgainMS   = 7_000 // and how much longer each time after
	shortestHoldMS = 8_000 // the least patience with an announced hold
	abandonsAfter  = 3     // how often she asks into silence before she leaves
)

// NextSilenceMS is how long silence may last before she speaks into it: 7 s at first, then 7 s more each time; in an
// announced hold her patience, which heat shortens.
func (m Mind) NextSilenceMS() int64 {
	first := int64(helloAfterMS)
	if m.holding {
		first = max(shortestHoldMS, int64(m.scenario.Temperament.PatienceS*float64(1400-m.heat)))
	}
	return first + int64(m.silences)*helloAgainMS
}

// Silence tells her that nobody has spoken for ms milliseconds. Before NextSilenceMS the reply has no text. The third
// time she asks into silence and gets none, she leaves.
func (m Mind) Silence(ms int64, turn int) (Mind, Reply) {
	m = m.clone()
	m.record(practice.MindInput{Op: practice.OpSilence, MS: ms, Turn: turn})
	if m.ending != practice.EndingNone || m.scenario.Pinned != nil || ms < m.NextSilenceMS() {
		return m, Reply{Heat: m.heat, Trust: m.trust, Needs: m.Needs(), Ending: m.ending}
	}
	m.step++
	m.silences++
	m.asking = nil
	act := practice.Act{Name: practice.ActUnannouncedHold}
	if m.holding || m.left {
		act.Name = practice.ActLongSilence
	}
	b := &book{m: &m, turn: turn}
	m.hurt(b, act, nil)
	if m.silences > abandonsAfter {
		m.ending = practice.EndingAbandoned
		return m, m.speak(b.entries, wish{move: practice.MoveHangUp, topic: "silence"}, wish{move: practice.MoveSayGoodbye, topic: "plain"}, m.fallback())
	}
	topic := "silence"
	if m.holding {
		topic = "hold"
	}
	if m.silences > 1 {
		topic += "-again"
	}
	return m, m.speak(b.entries, wish{move: practice.MoveWaitGrudgingly, topic: topic}, wish{move: practice.MoveWaitGrudgingly, topic: "silence"}, m.fallback())
}
