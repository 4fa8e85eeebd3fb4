package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of a call as she takes it.
const (
	partsKindlyAt = 500    // heat at which she can still part kindly
	contentBelow  = 400    // heat below which she can be content
	patientTurns  = 5      // turns without anything getting better before she asks for somebody else
	longestCall   = 40     // trainee turns after which she ends it, one way or the other
	monologueMS   = 25_000 // a turn longer than this is a speech
	quietMS       = 10_000 // an unannounced silence before a turn that she remarks on
)

// Hear takes in a turn of the trainee, moves her state by its acts and answers it.
func (m Mind) Hear(t HeardTurn) (Mind, Reply) {
	m = m.clone()
	m.record(practice.MindInput{Op: practice.OpHear, Turn: t.Turn, Unsure: t.Unsure, MS: t.SilenceMS, LastedMS: t.DurationMS, Interrupted: t.Interrupted, CutIn: t.CutIn})
	if m.ending != practice.EndingNone {
		return m, Reply{Heat: m.heat, Trust: m.trust, Needs: m.Needs(), Ending: m.ending}
	}
	m.step++
	m.turns++
	m.hearing = sentences(t.Text)
	markThings(m.hearing, m.scenario.Things)
	if m.scenario.Pinned != nil {
		return m, m.speak(nil, wish{move: practice.MoveVent}, m.fallback())
	}
	if t.Unsure || !intelligible(t.Text, t.Acts) {
		m.unclear++
		m.silences = 0
		return m, m.speak(nil, wish{move: practice.MoveQuestionVagueness, topic: "unheard"}, m.fallback())
	}
	acts := m.timed(t)
	m.asking = topicsAsked(acts)
	m.takeUp(acts)
	m.note(t.Turn, acts)
	for _, a := range acts {
		if a.Name == practice.ActClosedQuestion || a.Name == practice.ActOpenQuestion {
			m.questions = append(m.questions, a.Quote)
		}
	}
	heldBefore := m.holding || m.held
	m.silences, m.left, m.held = 0, false, false
	m.holding = has(acts, practice.ActHoldAnnounced) && !asksDatum(acts)
	ledger := m.feel(t, acts)
	m.count(acts)
	ws := m.choose(acts)
	if heldBefore && !m.holding && m.ending == practice.EndingNone && m.isJustBack(acts) {
		ws = append([]wish{{move: practice.MovePressUnmetNeed, topic: "after-hold"}}, ws...)
	}
	r := m.answerAll(acts, ledger, ws)
	if t.CutIn {
		m.cutIn(&r)
	}
	return m, r
}

// isJustBack tells a turn that only says that the trainee is there again: an apology for the wait, thanks for it.
func (m *Mind) isJustBack(acts []practice.Act) bool {
	return !slices.ContainsFunc(acts, func(a practice.Act) bool {
		return !isOneOf(string(a.Name), string(practice.ActGreeting), string(practice.ActThanks), string(practice.ActGenericApology), string(practice.ActSpecificApology), string(practice.ActNameUsed), string(practice.ActMirroring))
	})
}

// timed adds the acts that only timing and memory show.
func (m *Mind) timed(t HeardTurn) []practice.Act {
	acts := slices.Clone(t.Acts)
	if t.Interrupted && len(wordsOf(t.Text)) > 2 {
		acts = append(acts, practice.Act{Name: practice.ActInterrupted})
	}
	if t.DurationMS > monologueMS || t.CutIn {
		acts = append(acts, practice.Act{Name: practice.ActMonologue})
	}
	if t.SilenceMS > quietMS && !m.holding && !m.left && !m.held && m.silences == 0 {
		acts = append(acts, practice.Act{Name: practice.ActUnannouncedHold})
	}
	for _, a := range t.Acts {
		if a.Name == practice.ActClosedQuestion && slices.Contains(m.answered, a.What) && (isDatumTopic(a.What) || slices.ContainsFunc(m.questions, func(q string) bool { return alike(q, a.Quote) })) && canBeAskedAgain(a.What) && !has(t.Acts, practice.ActCheckedUnderstanding) {
			acts = append(acts, practice.Act{Name: practice.ActAskedAgain, Quote: a.Quote, What: a.What})
			if !slices.Contains(m.askedTwice, a.What) {
				m.askedTwice = append(m.askedTwice, a.What)
			}
			break
		}
	}
	return acts
}

// canBeAskedAgain tells a question for a datum, which grates the second time, from one that may be asked at any time.
func canBeAskedAgain(topic string) bool {
	return !strings.HasPrefix(topic, "?") && !isOneOf(topic, "what-would-help", "feeling", "smalltalk", "anything-else", "call-back", "choice", "still-there", "weather")
}

// isDatumTopic tells a question that has one answer, however it is put: asking for it again is asking again.
func isDatumTopic(topic string) bool {
	return isOneOf(topic, "order-number", "account", "phone", "name", "address", "email", "date-of-birth", "security")
}

// count remembers what leads to endings.
func (m *Mind) count(acts []practice.Act) {
	if has(acts, practice.ActAbuse) {
		m.insults++
	}
	if has(acts, practice.ActManipulation) {
		m.odd++
	}
	if has(acts, practice.ActPromise) && !has(acts, practice.ActSpecificPlan) {
		m.vague++
	}
}

// content tells whether she has what she rang for: every need met, one of them at least acknowledged, and calm enough.
func (m *Mind) content() bool {
	short := 0
	for _, n := range m.needs {
		switch n {
		case practice.NeedUnmet:
			return false
		case practice.NeedAcknowledged:
			short++
		case practice.NeedMet:
		}
	}
	return short <= 1 && m.heat < contentBelow && m.planned()
}

// planned tells whether the need that a plan with a time meets is met.
func (m *Mind) planned() bool {
	for i, n := range m.scenario.Needs {
		if slices.Contains(n.MetBy, practice.ActSpecificPlan) && m.needs[i] != practice.NeedMet {
			return false
		}
	}
	return true
}

// choose lists what she wants to say, the most wanted first; endings are set here.
func (m *Mind) choose(acts []practice.Act) []wish {
	if ws := m.choosePartings(acts); ws != nil {
		return ws
	}
	if has(acts, practice.ActManipulation) {
		return []wish{{move: practice.MoveQuestionVagueness, because: practice.ActManipulation, topic: "odd"}}
	}
	if has(acts, practice.ActAbuse) {
		return []wish{{move: practice.MoveVent, because: practice.ActAbuse}, {move: practice.MoveVent}}
	}
	var ws []wish
	if m.earned >= earnedAt && !m.knows() && m.heat < 900 && !has(acts, practice.ActDismissive, practice.ActBlame, practice.ActCalmDown) {
		because := practice.ActName("")
		for _, a := range acts {
			if slices.Contains(m.scenario.HiddenConcern.RevealedBy, a.Name) {
				because = a.Name
			}
		}
		ws = append(ws, wish{move: practice.MoveRevealConcern, because: because})
	}
	if m.holding {
		return append(ws, wish{move: practice.MoveWaitGrudgingly}, m.fallback())
	}
	ws = append(ws, m.reactions(acts)...)
	ws = append(ws, m.standing(acts)...)
	return append(ws, m.fallback())
}

// asksDatum tells whether something besides her patience is asked for: "can you hold?" is no question to her.
func asksDatum(acts []practice.Act) bool {
	for _, a := range acts {
		if a.Name != practice.ActClosedQuestion && a.Name != practice.ActOpenQuestion {
			continue
		}
		if !slices.ContainsFunc(acts, func(h practice.Act) bool {
			return h.Name == practice.ActHoldAnnounced && (strings.Contains(h.Quote, a.Quote) || strings.Contains(a.Quote, h.Quote)) && strings.HasPrefix(a.What, "?")
		}) {
			return true
		}
	}
	return false
}

// reactions answer what was just done, the sorest first.
func (m *Mind) reactions(acts []practice.Act) []wish {
	var ws []wish
	first := func(move practice.Move, names ...practice.ActName) {
		for _, a := range acts {
			if slices.Contains(names, a.Name) {
				ws = append(ws, wish{move: move, because: a.Name, what: a.What})
				return
			}
		}
	}
	for _, a := range acts {
		if a.Name == practice.ActNameUsed && a.What == "wrong" {
			ws = append(ws, wish{move: practice.MoveCorrect, topic: "name"})
		}
	}
	ws = append(ws, wish{move: practice.MoveCorrect})
	first(practice.MoveVent, practice.ActCalmDown, practice.ActBlame, practice.ActDismissive, practice.ActRefusalFlat)
	first(practice.MoveDecline, practice.ActTransfer)
	first(practice.MoveVent, practice.ActPolicyFirst, practice.ActAskedAgain)
	for _, a := range acts {
		if a.Name == practice.ActPromise && (m.isTooMuch(a.What) || a.What == whatDelivery) && !has(acts, practice.ActSpecificPlan) || a.Name == practice.ActOffer && m.isTooMuch(a.What) || a.Name == practice.ActPromise && m.isTooMuch(a.What) {
			ws = append(ws, wish{move: practice.MoveQuestionVagueness, because: a.Name, what: a.What})
		}
	}
	content := m.content()
	if content && m.partings == 0 {
		return append(ws, m.contented(acts)...)
	}
	if !content {
		first(practice.MoveConsider, practice.ActSpecificPlan)
	}
	for _, a := range acts {
		if a.Name == practice.ActOffer {
			if m.declines(a) {
				ws = append(ws, wish{move: practice.MoveDecline, because: a.Name, what: a.What})
			}
			ws = append(ws, wish{move: practice.MoveConsider, because: a.Name, what: a.What})
		}
	}
	if content {
		first(practice.MoveSoften, practice.ActExtraMile)
		first(practice.MoveConsider, practice.ActProactiveTip)
		m.partings++
		return append(ws, m.contented(acts)...)
	}
	kind := func(a practice.Act) bool { return a.What != "stock" && a.What != "conditional" }
	for _, name := range []practice.ActName{practice.ActHonestExplanation, practice.ActNamedStakes, practice.ActOwnership, practice.ActNamedFeeling, practice.ActSpecificApology, practice.ActRefusalKind, practice.ActMirroring, practice.ActExtraMile, practice.ActProactiveTip, practice.ActCheckedUnderstanding} {
		for _, a := range acts {
			if a.Name == name && kind(a) {
				move := practice.MoveSoften
				if name == practice.ActHonestExplanation || name == practice.ActRefusalKind || name == practice.ActProactiveTip {
					move = practice.MoveConsider
				}
				ws = append(ws, wish{move: move, because: name})
				break
			}
		}
	}
	for _, a := range acts {
		if a.Name == practice.ActPromise && !m.isTooMuch(a.What) && a.What != whatDelivery {
			ws = append(ws, wish{move: practice.MoveQuestionVagueness, because: a.Name})
			break
		}
	}
	for _, a := range acts {
		if a.What == "stock" || a.What == "conditional" {
			ws = append(ws, wish{move: practice.MoveVent, because: a.Name, what: a.What})
		}
	}
	first(practice.MoveVent, practice.ActMonologue, practice.ActUnannouncedHold, practice.ActJargon, practice.ActGenericApology)
	return ws
}

// declines tells whether an offer is none to her now: she has not been heard yet, or it is money where something else is
// missing. What her scenario names as an offer of its own, or lets the trainee refund, may be the very thing she wants.
func (m *Mind) declines(offer practice.Act) bool {
	if m.heat > calmsBefore && !m.heard() {
		return true
	}
	switch offer.What {
	case "voucher", "refund_shipping", "":
	case "refund":
		if slices.Contains(m.scenario.PolicyCard.CanOffer, offer.What) {
			return false
		}
	default:
		return false
	}
	return !m.planned() && m.scenario.Offers[offer.What] == nil
}

// standing is what she says when nothing in particular was done: a fact not told yet, an unmet need, or her anger.
func (m *Mind) standing(acts []practice.Act) []wish {
	var ws []wish
	opening := m.turns == 1
	if opening && has(acts, practice.ActGreeting, practice.ActIntroducesSelf, practice.ActOpenQuestion) {
		ws = append(ws, wish{move: practice.MoveTellFact, topic: "story"})
	}
	if need := m.unmet(); need != "" {
		press := wish{move: practice.MovePressUnmetNeed, need: need}
		vent := wish{move: practice.MoveVent}
		if practice.Draw(m.seed, m.step, "press-or-vent", 100) < 45 && m.heat >= 400 && m.lastMove != practice.MoveVent {
			ws = append(ws, vent, press)
		} else {
			ws = append(ws, press, vent)
		}
	}
	if m.heat >= 700 {
		ws = append(ws, wish{move: practice.MoveDemand})
	}
	return append(ws, wish{move: practice.MoveTellFact, topic: "story"}, wish{move: practice.MovePressUnmetNeed}, wish{move: practice.MoveDemand}, wish{move: practice.MoveVent})
}

// unmet is the first need that has come least far.
func (m *Mind) unmet() string {
	for _, want := range []practice.NeedState{practice.NeedUnmet, practice.NeedAcknowledged} {
		for i, n := range m.needs {
			if n == want {
				return m.scenario.Needs[i].ID
			}
		}
	}
	return ""
}
