package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// earnedAt is how many steps towards it earn the hidden concern.
const earnedAt = 2

// calmsBefore is the heat above which an offer calms nothing until she has been heard.
const calmsBefore = 600

// mostTrust is the most trust that one turn can win.
const mostTrust = 80

// book writes changes of state with their reasons.
type book struct {
	m       *Mind
	turn    int
	entries []practice.LedgerEntry
	fallen  int // heat lost in this turn
	won     int // trust won in this turn
}

func (b *book) heat(by int, a practice.Act, note string) {
	if by < 0 {
		left := hundredths(b.m.scenario.Temperament.CavingBudget) - b.fallen
		if -by > left {
			by = -left
			note = joinNotes(note, "no one calms down faster than this in one turn")
		}
		b.fallen -= by
	}
	to := min(1000, max(0, b.m.heat+by))
	if b.m.scenario.Pinned != nil {
		to = b.m.heat
	}
	b.write("heat", b.m.heat, to, a, note)
	b.m.heat = to
}

func (b *book) trust(by int, a practice.Act, note string) {
	if by > 0 {
		by = min(by, mostTrust-b.won)
		b.won += by
	}
	to := min(1000, max(0, b.m.trust+by))
	if b.m.scenario.Pinned != nil {
		to = b.m.trust
	}
	b.write("trust", b.m.trust, to, a, note)
	b.m.trust = to
}

func (b *book) write(what string, from, to int, a practice.Act, note string) {
	if from == to && note == "" {
		return
	}
	b.entries = append(b.entries, practice.LedgerEntry{What: what, From: from, To: to, Because: a.Name, Quote: a.Quote, Turn: b.turn, Note: note})
}

func joinNotes(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// feel moves the state by a turn's acts: first what hurts, then what soothes, then needs.
func (m *Mind) feel(t HeardTurn, acts []practice.Act) []practice.LedgerEntry {
	b := &book{m: m, turn: t.Turn}
	before := m.heat
	progress := false
	m.doubt(b, acts)
	for _, a := range acts {
		m.hurt(b, a, acts)
	}
	for _, a := range acts {
		percent, note := m.worth(a, acts, before)
		m.soothe(b, a, percent, note)
		if m.help(b, a, percent) {
			progress = true
		}
		m.earn(a, percent)
		if m.soothes(a.Name) {
			m.credits = append(m.credits, credit{creditKey(a), a.Quote})
		}
	}
	asks := has(acts, practice.ActOpenQuestion, practice.ActClosedQuestion) && !has(acts, practice.ActAskedAgain, practice.ActDismissive, practice.ActBlame)
	switch {
	case progress || before-m.heat >= 20:
		m.stalled = 0
	case asks: // finding out is work too
	default:
		m.stalled++
	}
	return b.entries
}

// doubt is what becomes of a promise that nobody can keep, a turn later: she has thought about it. Who takes it back in
// time, or says how it really is, is spared.
func (m *Mind) doubt(b *book, acts []practice.Act) {
	n := m.doubtful
	m.doubtful = 0
	for _, a := range acts {
		if (a.Name == practice.ActPromise || a.Name == practice.ActOffer) && m.isTooMuch(a.What) {
			m.doubtful = 1
		}
	}
	if n == 0 || has(acts, practice.ActRefusalKind, practice.ActSpecificApology) {
		return
	}
	act := practice.Act{Name: practice.ActPromise}
	b.heat(hundredths(0.3*m.scenario.Temperament.Reactivity), act, "thinking again about a promise that nobody can keep")
}

// hurt raises heat for an act that the scenario's triggers name, and takes trust.
func (m *Mind) hurt(b *book, a practice.Act, acts []practice.Act) {
	react := m.scenario.Temperament.Reactivity
	by := hundredths(m.scenario.Triggers[a.Name] * react)
	note := ""
	switch {
	case a.Name == practice.ActGenericApology && a.What == "conditional":
		by, note = by*2+20, "an apology with an if in it"
	case a.Name == practice.ActGenericApology && has(acts, practice.ActSpecificApology, practice.ActOwnership, practice.ActNamedStakes):
		by = 0
	case a.Name == practice.ActTransfer && m.supervisor:
		by = 0
	case a.Name == practice.ActGenericApology:
		if n := m.apologies; n > 0 {
			by, note = by*max(0, 3-n)/3, "grating, but no news any more"
		}
		m.apologies++
	case a.Name == practice.ActNamedFeeling && a.What == "stock" && m.times("stock") >= 1:
		by, note = hundredths(0.2*react)*max(0, 3-m.stock)/3, "the same stock phrase again"
		m.stock++
	case a.Name == practice.ActNameUsed && a.What == "wrong":
		by, note = hundredths(0.4*react), "not her name"
	case a.Name == practice.ActManipulation && by == 0:
		by = hundredths(0.5 * react)
	case a.Name == practice.ActAbuse && by == 0:
		by = hundredths(3 * react)
	case (a.Name == practice.ActPromise || a.Name == practice.ActOffer) && m.isTooMuch(a.What):
		by, note = 0, "more than anyone can know"
		if m.tooMuch++; m.tooMuch > 1 {
			by = hundredths(0.3 * react)
		}
	case a.Name == practice.ActClosing && !m.content() && m.heat > partsKindlyAt:
		by, note = hundredths(0.5*react), "ending the call with nothing settled"
	}
	if by > 0 {
		b.heat(by, a, note)
	}
	if fall := m.trustLost(a); fall > 0 {
		b.trust(-fall, a, note)
	}
}

func (m *Mind) isTooMuch(what string) bool {
	return cannotBeKept(m.scenario, what)
}

func isSoother(name practice.ActName) bool { return trustWon(practice.Act{Name: name}) > 0 }

// soothes tells whether an act does this customer any good, so that doing it again is worth less.
func (m *Mind) soothes(name practice.ActName) bool {
	return isSoother(name) || m.scenario.Soothers[name] < 0
}

// creditKey is what fades together: a question asked about something else is another question.
func creditKey(a practice.Act) string {
	switch {
	case a.What == "stock":
		return "stock"
	case a.Name == practice.ActOpenQuestion || a.Name == practice.ActClosedQuestion:
		return string(a.Name) + "/" + a.What
	default:
		return string(a.Name)
	}
}

func (m *Mind) times(key string) int {
	n := 0
	for _, c := range m.credits {
		if c.key == key {
			n++
		}
	}
	return n
}

// worth is how much of its full weight an act has now, in percent, and why it has less.
func (m *Mind) worth(a practice.Act, acts []practice.Act, before int) (percent int, note string) {
	n := m.times(creditKey(a))
	switch {
	case a.Name == practice.ActNameUsed && a.What == "wrong", m.isTooMuch(a.What):
		return 0, ""
	case a.Name == practice.ActOpenQuestion && (m.turns == 1 && a.What != "feeling" && !slices.Contains(m.scenario.HiddenConcern.AskedBy, a.What) || strings.HasPrefix(a.What, "?") || a.What == "smalltalk"):
		return 0, ""
	case a.Name == practice.ActCheckedUnderstanding && slices.ContainsFunc(acts, func(x practice.Act) bool { return m.isTooMuch(x.What) }):
		return 0, "asking whether a promise that nobody can keep is all right"
	case a.What == "stock":
		if n > 0 {
			return 0, "a stock phrase, heard before"
		}
		return 20, "a stock phrase"
	case isPlan(a.Name) && before > calmsBefore && !m.heard() && !hasHeart(acts):
		return 0, "she needed to be heard first"
	}
	percent = []int{100, 50, 0}[min(n, 2)]
	for _, c := range m.credits {
		if c.key == creditKey(a) && a.Quote != "" && alike(c.quote, a.Quote) {
			return 0, "said before"
		}
	}
	for _, h := range m.history {
		if alike(h, a.Quote) {
			percent, note = percent/2, "a phrase this agent says to everyone"
		}
	}
	switch {
	case n == 1 && note == "":
		note = "worth half the second time"
	case n > 1:
		note = "worth nothing after the second time"
	}
	if m.tooMuch > 1 && percent > 0 {
		percent, note = percent/2, "after more promises than anybody can keep"
	}
	if isPlan(a.Name) && slices.ContainsFunc(acts, func(x practice.Act) bool { return m.isTooMuch(x.What) }) {
		percent, note = percent/2, "beside a promise that nobody can keep"
	}
	return percent, note
}

func isPlan(name practice.ActName) bool {
	return name == practice.ActOffer || name == practice.ActSpecificPlan || name == practice.ActPromise
}

func hasHeart(acts []practice.Act) bool {
	for _, a := range acts {
		if a.What != "stock" && (a.Name == practice.ActNamedFeeling || a.Name == practice.ActNamedStakes) {
			return true
		}
	}
	return false
}

func has(acts []practice.Act, names ...practice.ActName) bool {
	return slices.ContainsFunc(acts, func(a practice.Act) bool { return slices.Contains(names, a.Name) })
}

// heard tells whether she has been acknowledged: the need that words about her meet has come somewhere or, where there is
// no such need, something has been said that shows it.
func (m *Mind) heard() bool {
	asked := false
	for i, n := range m.scenario.Needs {
		if slices.Contains(n.MetBy, practice.ActNamedFeeling) || slices.Contains(n.MetBy, practice.ActNamedStakes) {
			if m.needs[i] == practice.NeedUnmet {
				return false
			}
			asked = true
		}
	}
	return asked || slices.ContainsFunc([]practice.ActName{
		practice.ActNamedFeeling, practice.ActNamedStakes, practice.ActMirroring, practice.ActSpecificApology, practice.ActOwnership, practice.ActGuessedConcern,
	}, func(a practice.ActName) bool { return m.times(string(a)) > 0 })
}

// alike tells whether two quotes say the same in much the same words.
func alike(a, b string) bool {
	x, y := contentWords(a), contentWords(b)
	if len(x) == 0 || len(y) == 0 {
		return a == b
	}
	same := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			same++
		}
	}
	return same*10 >= 7*max(len(x), len(y))
}

func (m *Mind) soothe(b *book, a practice.Act, percent int, note string) {
	full := hundredths(m.scenario.Soothers[a.Name] * m.scenario.Temperament.Recovery)
	if full < 0 && a.What != "wrong" {
		if by := full * percent / 100; by < 0 || note != "" {
			b.heat(by, a, note)
		}
	}
	if won := trustWon(a) * percent / 100; won > 0 {
		b.trust(won, a, note)
	}
}

// help brings needs forward; it tells whether one moved.
func (m *Mind) help(b *book, a practice.Act, percent int) bool {
	moved := false
	for i, n := range m.scenario.Needs {
		was := m.needs[i]
		next := was
		switch {
		case slices.Contains(n.MetBy, a.Name) && percent >= 30 && a.What != "stock":
			next = practice.NeedMet
			if isAboutHer(a.Name) && was == practice.NeedUnmet {
				next = practice.NeedAcknowledged
			}
			if a.Name == practice.ActSpecificPlan && m.trust < 150 {
				next = practice.NeedAcknowledged
			}
		case slices.ContainsFunc(n.MetBy, func(x practice.ActName) bool { return m.leadsTo(a, x) }) && percent > 0:
			next = practice.NeedAcknowledged
		}
		if rank(next) > rank(was) {
			m.needs[i] = next
			b.write("need:"+n.ID, rank(was), rank(next), a, "")
			moved = true
		}
	}
	return moved
}

func rank(s practice.NeedState) int {
	switch s {
	case practice.NeedMet:
		return 2
	case practice.NeedAcknowledged:
		return 1
	default:
		return 0
	}
}

// isAboutHer tells acts that meet a need only the second time: being heard once may be luck.
func isAboutHer(name practice.ActName) bool {
	return name == practice.ActNamedFeeling || name == practice.ActNamedStakes
}

// leadsTo tells whether an act goes some way towards a need that another would meet.
func (m *Mind) leadsTo(a practice.Act, met practice.ActName) bool {
	switch met {
	case practice.ActNamedFeeling, practice.ActNamedStakes:
		return a.Name == practice.ActMirroring || a.Name == practice.ActSpecificApology || a.Name == practice.ActGuessedConcern
	case practice.ActRefusalKind:
		return a.Name == practice.ActHonestExplanation || a.Name == practice.ActOwnership
	case practice.ActOffer:
		return a.Name == practice.ActPromise && !m.isTooMuch(a.What)
	case practice.ActHonestExplanation:
		return a.Name == practice.ActOwnership || a.Name == practice.ActSpecificApology
	case practice.ActSpecificPlan:
		return a.Name == practice.ActPromise && !m.isTooMuch(a.What) || a.Name == practice.ActOffer && !m.isTooMuch(a.What)
	default:
	}
	return false
}

// earn counts steps towards the hidden concern: guessing it or asking for it outright is enough, showing her that she
// is heard goes half of the way.
func (m *Mind) earn(a practice.Act, percent int) {
	c := m.scenario.HiddenConcern
	if !slices.Contains(c.RevealedBy, a.Name) {
		return
	}
	switch a.Name {
	case practice.ActGuessedConcern:
		m.earned += earnedAt
	case practice.ActOpenQuestion:
		if slices.Contains(c.AskedBy, a.What) && m.heat < hundredths(9) {
			m.earned += earnedAt
		} else if isAboutHerCase(a.What) && m.turns > 1 {
			m.earned++
		}
	default:
		if percent >= 30 && a.What != "stock" {
			m.earned++
		}
	}
}

// isAboutHerCase tells an open question that asks for her side rather than for a datum or for a way to open the call.
func isAboutHerCase(topic string) bool {
	return topic == "what-happened" || topic == "what-would-help" || topic == "feeling" || topic == "?why" || topic == "?how"
}
