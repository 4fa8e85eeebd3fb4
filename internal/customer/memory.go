package customer

import (
	"strings"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Promises are what the trainee bound himself to in a call, oldest first: plans with a time, and promises without one. What
// was promised again in much the same words counts once, with the time given last.
func Promises(r practice.Record) []practice.Promise {
	var out []practice.Promise
	for i := range r.Turns {
		for _, a := range r.Turns[i].Acts {
			out = promised(out, r.Turns[i].Turn, a)
		}
	}
	return out
}

// promised adds what an act promises to a ledger of promises.
func promised(out []practice.Promise, turn int, a practice.Act) []practice.Promise {
	if a.Name != practice.ActSpecificPlan && a.Name != practice.ActPromise {
		return out
	}
	p := practice.Promise{What: a.What, When: a.When, Turn: turn, Quote: a.Quote}
	if p.When == whatNow {
		p.When = ""
	}
	for j := range out {
		if alike(out[j].Quote, p.Quote) || out[j].What == p.What {
			if p.When != "" {
				out[j] = p
			}
			return out
		}
	}
	return append(out, p)
}

// Bounds of a memory: what somebody recalls of a call, and what fits into one event.
const (
	mostRemembered   = 6
	mostPromiseBytes = 200
)

// How often, in a hundred, a promise that could be kept was kept, by how firmly it was made.
const (
	keptWithTime = 80
	keptWithout  = 60
	keptByOthers = 40 // it hung on somebody else: a courier, a supplier
)

// Remember is what the customer of a follow-up remembers of an earlier call, and what came of each promise in it. s is that
// call's scenario. A promise that nobody can keep was broken; of the others most were kept, drawn with the earlier call's
// own seed, so that a memory is the same whenever it is asked for.
func Remember(r practice.Record, s *practice.Scenario) practice.Memory {
	out := practice.Memory{Call: r.CallID}
	for i := range r.Turns {
		for _, a := range r.Turns[i].Acts {
			if a.Name == practice.ActIntroducesSelf && a.What != "" {
				out.AgentName = a.What
			}
		}
	}
	promises := Promises(r)
	for _, p := range promises[max(0, len(promises)-mostRemembered):] {
		what, chance := p.What, keptWithout
		switch {
		case cannotBeKept(s, what):
			what, chance = p.Quote, 0
		case what == whatDelivery:
			what, chance = p.Quote, keptByOthers
		case p.When != "":
			chance = keptWithTime
		}
		out.Promises = append(out.Promises, practice.RememberedPromise{
			What: bounded(what), When: bounded(p.When), Kept: practice.Draw(r.Started.Seed, p.Turn, "kept/"+p.Quote, 100) < chance,
		})
	}
	return out
}

// cannotBeKept tells the ids of promises that go past what anybody can know, and of those that the policy card forbids.
func cannotBeKept(s *practice.Scenario, what string) bool {
	return what == whatCourierTime || what == whatGuarantee || what == whatBeyond || s != nil && s.Forbidden[what] != nil || s != nil && isOneOf(what, s.PolicyCard.MustNot...)
}

func bounded(text string) string {
	for len(text) > mostPromiseBytes {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}

// DefaultMemory is what the scenario says that its customer remembers when the trainee has held no earlier call with her.
func DefaultMemory(s *practice.Scenario) practice.Memory {
	if s.FollowUp == nil {
		return practice.Memory{}
	}
	return practice.Memory{AgentName: s.FollowUp.DefaultAgent, Promises: s.FollowUp.DefaultPromises}
}

// What a remembered promise moves, in hundredths. A broken one costs double: it is the second time that she was let down.
const (
	brokenHeat  = 40
	brokenTrust = 50
	keptTrust   = 40
	twice       = 2
)

// Remembering is a customer who has rung before. It is told before Open, whose ledger then says what each promise moved.
func (m Mind) Remembering(mem practice.Memory) Mind {
	m = m.clone()
	m.memory = &mem
	chosen := -1
	for i, p := range mem.Promises {
		if chosen < 0 || !p.Kept && mem.Promises[chosen].Kept {
			chosen = i
		}
	}
	m.recalled = slots{agent: mem.AgentName}
	if chosen >= 0 {
		p := mem.Promises[chosen]
		m.recalled.when, m.recalled.doing = speakable(p.When), inThePast(turnRound(p.What, p.When))
	}
	return m
}

// Memory is what she remembers of the earlier call; nil when there was none.
func (m Mind) Memory() *practice.Memory { return m.memory }

// Remembers sums a memory up for the condition of lines: one broken promise outweighs those that were kept.
func Remembers(mem practice.Memory) Remembered {
	out := RememberedUnknown
	for _, p := range mem.Promises {
		if !p.Kept {
			return RememberedBroken
		}
		out = RememberedKept
	}
	return out
}

// remembers is the state of her memory; a customer who rings for the first time knows of no promise.
func (m *Mind) remembers() Remembered {
	if m.memory == nil {
		return RememberedUnknown
	}
	return Remembers(*m.memory)
}

// recall moves her by what came of the earlier call's promises. At most two of a kind count.
func (m *Mind) recall() []practice.LedgerEntry {
	if m.memory == nil || m.scenario.Pinned != nil {
		return nil
	}
	b := &book{m: m, turn: -1}
	broken, kept := 0, 0
	for _, p := range m.memory.Promises {
		act := practice.Act{Name: practice.ActPromise, What: p.What, When: p.When}
		if p.Kept {
			if kept++; kept <= 2 {
				b.trust(keptTrust, act, "kept since the last call: "+p.What)
			}
			continue
		}
		if broken++; broken <= 2 {
			note := "broken since the last call, which counts twice: " + p.What
			b.heat(twice*int(brokenHeat*m.scenario.Temperament.Reactivity+0.5), act, note)
			b.trust(-twice*brokenTrust, act, note)
		}
	}
	return b.entries
}

// inThePast puts a promise turned round into the words of somebody who tells of it later: "you'll ring me" is "you'd ring me".
func inThePast(doing string) string {
	first, rest, ok := strings.Cut(doing, " ")
	if !ok {
		return doing
	}
	switch strings.ToLower(first) {
	case "you'll":
		return "you'd " + rest
	case "i'll":
		return "I'd " + rest
	case "you're":
		return "you were " + rest
	case "i'm":
		return "I was " + rest
	case "you've":
		return "you'd " + rest
	}
	switch second, more, _ := strings.Cut(rest, " "); second {
	case "will":
		return strings.TrimSpace(first + " would " + more)
	case "can":
		return strings.TrimSpace(first + " could " + more)
	case "are":
		return strings.TrimSpace(first + " were " + more)
	case "have":
		return strings.TrimSpace(first + " had " + more)
	case "shall":
		return strings.TrimSpace(first + " would " + more)
	}
	return doing
}
