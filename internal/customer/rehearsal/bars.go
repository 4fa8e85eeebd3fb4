package rehearsal

import (
	"fmt"

	"github.com/rapport-calls/rapport/internal/practice"
)

// mostExamples is how many calls a missed bar names.
const mostExamples = 3

// bars judges a persona.
func bars(p PersonaReport) []Bar {
	order := 0.0
	if p.OrderHolds {
		order = 1
	}
	out := []Bar{
		resolves("excellent_resolves", 0.95, p.Agents, "excellent", Known),
		resolves("plain_kind_resolves", 0.95, p.Agents, "plain_kind", Known),
		share("dismissive_calm", p.Agents["dismissive"].CalmRate.Value, "dismissive", p.Agents, func(c call) bool { return c.heat <= 3 }),
		{Name: "order", Op: ">=", Bar: 1, Value: order, Says: orderMissed(p.Agents)},
		never("leaks", p.Leaks, p.leaks),
		never("role_breaks", p.RoleBreaks, p.roleBreaks),
		never("repeats", p.Repeats, p.repeats),
		caving(p),
	}
	for _, name := range []string{"excellent", "plain_kind"} {
		if _, ok := p.HeldBack[name]; ok {
			out = append(out, resolves("held_back_"+name+"_resolves", 0.9, p.HeldBack, name, HeldBack))
		}
	}
	if p.Difficulty >= 2 {
		out = append(out, scriptFloor(p.Agents["script_reader"]))
	}
	for i := range out {
		b := &out[i]
		b.Slug = p.Slug
		b.OK = b.Op == ">=" && b.Value >= b.Bar || b.Op == "<=" && b.Value <= b.Bar
		if b.OK {
			b.Says, b.Calls = nil, nil
		}
	}
	return out
}

// resolved is the share of calls that ended with her settled.
func resolved(a AgentReport) float64 {
	return float64(a.Endings[practice.EndingResolved]) / float64(max(1, a.Runs))
}

func resolves(name string, least float64, agents map[string]AgentReport, agent string, h Hearing) Bar {
	a := agents[agent]
	b := Bar{Name: name, Op: ">=", Bar: least, Value: resolved(a)}
	b.Calls = examples(a, agent, h, func(c call) bool { return c.ending != practice.EndingResolved })
	b.Says = []string{fmt.Sprintf("%d of %d calls resolved", a.Endings[practice.EndingResolved], a.Runs)}
	return b
}

func share(name string, value float64, agent string, agents map[string]AgentReport, is func(call) bool) Bar {
	return Bar{Name: name, Op: "<=", Bar: 0, Value: value, Calls: examples(agents[agent], agent, Known, is), Says: []string{fmt.Sprintf("%.0f %% of calls", value*100)}}
}

func never(name string, n int, found []broken) Bar {
	b := Bar{Name: name, Op: "<=", Bar: 0, Value: float64(n)}
	for i, f := range found {
		if i == mostExamples {
			break
		}
		b.Says, b.Calls = append(b.Says, f.says), append(b.Calls, f.call)
	}
	return b
}

// caving is the largest share of calls, of any agent in any hearing, in which heat fell by two and no need was met.
func caving(p PersonaReport) Bar {
	b := Bar{Name: "caving", Op: "<=", Bar: 0}
	for _, of := range []struct {
		agents map[string]AgentReport
		h      Hearing
	}{{p.Agents, Known}, {p.Misheard, Misheard}, {p.HeldBack, HeldBack}} {
		for _, name := range AgentNames() {
			a, ok := of.agents[name]
			if !ok || a.CavingRate.K == 0 {
				continue
			}
			b.Value = max(b.Value, a.CavingRate.Value)
			b.Says = append(b.Says, fmt.Sprintf("%s caves in %d of %d calls (%s)", name, a.CavingRate.K, a.Runs, of.h))
			b.Calls = append(b.Calls, examples(a, name, of.h, func(c call) bool { return c.caved })...)
		}
	}
	return b
}

// floorOfScripts is the heat that stock phrases alone never pass from difficulty 2.
const floorOfScripts = 4

func scriptFloor(a AgentReport) Bar {
	return Bar{
		Name: "script_reader_floor", Op: ">=", Bar: floorOfScripts, Value: a.MinHeat,
		Says:  []string{fmt.Sprintf("heat comes down to %.2f (short by %.2f)", a.MinHeat, floorOfScripts-a.MinHeat)},
		Calls: examples(a, "script_reader", Known, func(c call) bool { return c.min < floorOfScripts }),
	}
}

// examples are the first calls of an agent that are so.
func examples(a AgentReport, name string, h Hearing, is func(call) bool) []CallName {
	var out []CallName
	for _, c := range a.calls {
		if is(c) && len(out) < mostExamples {
			out = append(out, CallName{name, c.seed, h})
		}
	}
	return out
}
