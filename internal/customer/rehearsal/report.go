package rehearsal

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// TestSchema names the shape of Report.
const TestSchema = "rapport.persona-test/1"

// Report is the outcome of a persona test, to the key of docs/measures.
type Report struct {
	Schema     string          `json:"schema"`
	Words      string          `json:"words"`
	Perceiver  string          `json:"perceiver"`
	Seeds      int             `json:"seeds"`
	MindStepMS *Dist           `json:"mind_step_ms"`
	PerceiveMS *Dist           `json:"perceive_ms"`
	Personas   []PersonaReport `json:"personas"`
	Bars       []Bar           `json:"bars"`
	Model      *ModelReport    `json:"model_words,omitempty"` // nil without a model

	steps, perceived []float64
}

// PersonaReport is one scenario's part. HeldBack is Agents with wordings by somebody who has not read the rules; empty, and
// without bars, while nobody has written any.
// Misheard is Agents with one word in ten misheard: it counts in Leaks, RoleBreaks and Repeats, is printed for people
// and is no part of the key.
type PersonaReport struct {
	Slug        practice.Slug          `json:"slug"`
	Difficulty  int                    `json:"difficulty"`
	OpeningHeat float64                `json:"opening_heat"`
	Agents      map[string]AgentReport `json:"agents"`
	Misheard    map[string]AgentReport `json:"-"`
	HeldBack    map[string]AgentReport `json:"held_back"`
	Leaks       int                    `json:"leaks"`
	RoleBreaks  int                    `json:"role_breaks"`
	Repeats     int                    `json:"repeats"`
	OrderHolds  bool                   `json:"order_holds"`
	P99StepMS   *float64               `json:"p99_step_ms"`

	// For people: calls that broke a rule, and how, of each kind.
	leaks, roleBreaks, repeats []broken
}

// broken is a call in which a customer said what she must not.
type broken struct {
	call CallName
	says string
}

// count adds a call to what must never happen.
func (p *PersonaReport) count(call CallName, r run) {
	for _, k := range []struct {
		notes []string
		n     *int
		into  *[]broken
	}{{r.leaks, &p.Leaks, &p.leaks}, {r.roleBreaks, &p.RoleBreaks, &p.roleBreaks}, {r.repeats, &p.Repeats, &p.repeats}} {
		*k.n += len(k.notes)
		for _, says := range k.notes {
			*k.into = append(*k.into, broken{call, says})
		}
	}
}

// AgentReport sums one agent's calls up. Heat is 0–10.
type AgentReport struct {
	Runs        int                     `json:"runs"`
	Endings     map[practice.Ending]int `json:"endings"`
	FinalHeat   Span                    `json:"final_heat"`
	MinHeat     float64                 `json:"min_heat"`
	CalmRate    Rate                    `json:"calm_rate"`
	TurnsToCalm *Turns                  `json:"turns_to_calm"` // null when no call was calm
	CavingRate  Rate                    `json:"caving_rate"`
	dropped     float64                 // mean of opening − final heat, a hang-up counted as ten
	calls       []call
}

// call is how one call of an agent went.
type call struct {
	seed      uint64
	ending    practice.Ending
	heat, min float64
	caved     bool
}

// Dropped is the mean of opening − final heat, a hang-up counted as heat ten.
func (a AgentReport) Dropped() float64 { return a.dropped }

// Span is a mean with its extremes.
type Span struct {
	Mean float64 `json:"mean"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
}

// Turns are percentiles of a count of turns.
type Turns struct {
	P50 int `json:"p50"`
	P95 int `json:"p95"`
}

// Rate is a share with its Wilson interval.
type Rate struct {
	N     int        `json:"n"`
	K     int        `json:"k"`
	Void  int        `json:"void"`
	Value float64    `json:"value"`
	CI95  [2]float64 `json:"ci95"`
}

// Dist is a distribution; intervals are of order statistics.
type Dist struct {
	N       int        `json:"n"`
	Min     float64    `json:"min"`
	P50     float64    `json:"p50"`
	P95     float64    `json:"p95"`
	Max     float64    `json:"max"`
	P50CI95 [2]float64 `json:"p50_ci95"`
	P95CI95 [2]float64 `json:"p95_ci95"`
}

// Bar is one thing that a persona must reach.
type Bar struct {
	Slug  practice.Slug `json:"slug"`
	Name  string        `json:"name"`
	Op    string        `json:"op"`
	Bar   float64       `json:"bar"`
	Value float64       `json:"value"`
	OK    bool          `json:"ok"`

	// Says tells people how a missed bar was missed; Calls are calls that show it.
	Says  []string   `json:"-"`
	Calls []CallName `json:"-"`
}

// Missed tells whether any bar was missed.
func (r Report) Missed() bool {
	return slices.ContainsFunc(r.Bars, func(b Bar) bool { return !b.OK })
}

func summarise(runs []run, sc practice.Scenario) AgentReport {
	out := AgentReport{Runs: len(runs), Endings: map[practice.Ending]int{}, MinHeat: 10, FinalHeat: Span{Min: 10}}
	for _, e := range []practice.Ending{practice.EndingResolved, practice.EndingPartedKindly, practice.EndingEscalated, practice.EndingHungUp, practice.EndingAbandoned} {
		out.Endings[e] = 0
	}
	calm, caved := 0, 0
	var turns []int
	for i, r := range runs {
		out.Endings[r.ending]++
		heat := float64(r.finalHeat) / 100
		out.FinalHeat.Mean += heat / float64(len(runs))
		out.FinalHeat.Min, out.FinalHeat.Max = min(out.FinalHeat.Min, heat), max(out.FinalHeat.Max, heat)
		out.MinHeat = min(out.MinHeat, float64(r.minHeat)/100)
		felt := heat
		if r.ending == practice.EndingHungUp {
			felt = 10
		}
		out.dropped += (sc.Opening.Heat - felt) / float64(len(runs))
		if r.finalHeat <= 300 {
			calm++
		}
		if r.turnsToCalm > 0 {
			turns = append(turns, r.turnsToCalm)
		}
		cave := heat <= sc.Opening.Heat-2 && r.needsMet == 0
		if cave {
			caved++
		}
		out.calls = append(out.calls, call{uint64(i) + 1, r.ending, heat, float64(r.minHeat) / 100, cave})
	}
	out.FinalHeat.Mean = math.Round(out.FinalHeat.Mean*100) / 100
	out.CalmRate, out.CavingRate = rateOf(calm, len(runs)), rateOf(caved, len(runs))
	if len(turns) > 0 {
		slices.Sort(turns)
		out.TurnsToCalm = &Turns{P50: turns[len(turns)/2], P95: turns[len(turns)*95/100]}
	}
	return out
}

// neighbours are agents whose calls must leave a customer less and less calm, in pairs.
func neighbours() [][2]string {
	return [][2]string{{"excellent", "average"}, {"plain_kind", "average"}, {"average", "script_reader"}, {"script_reader", "dismissive"}}
}

// leastApart is by how much heat two neighbours must differ; mostApart is by how much the two kind agents may.
const (
	leastApart = 0.5
	mostApart  = 1.0
)

// orderMissed says where better agents do not leave her calmer: excellent and plain_kind alike, then average, script
// reader and dismissive, each at least half a point of heat apart.
func orderMissed(agents map[string]AgentReport) []string {
	var out []string
	for _, n := range neighbours() {
		if gap := agents[n[0]].dropped - agents[n[1]].dropped; gap < leastApart {
			out = append(out, fmt.Sprintf("%s calms %.2f more than %s, and it must be %.1f (short by %.2f)", n[0], gap, n[1], leastApart, leastApart-gap))
		}
	}
	if apart := agents["excellent"].dropped - agents["plain_kind"].dropped; math.Abs(apart) > mostApart {
		out = append(out, fmt.Sprintf("excellent and plain_kind are %.2f apart, and it may be %.1f", math.Abs(apart), mostApart))
	}
	return out
}

// rateOf is k of n with the Wilson 95 % interval (Wilson 1927).
func rateOf(k, n int) Rate {
	if n == 0 {
		return Rate{}
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Rate{N: n, K: k, Value: p, CI95: [2]float64{max(0, centre-half), min(1, centre+half)}}
}

func distOf(values []float64) *Dist {
	if len(values) == 0 {
		return nil
	}
	v := slices.Clone(values)
	slices.Sort(v)
	interval := func(q float64) [2]float64 {
		n := float64(len(v))
		half := 1.959964 * math.Sqrt(n*q*(1-q))
		low, high := int(n*q-half), int(math.Ceil(n*q+half))
		return [2]float64{v[max(0, low)], v[min(len(v)-1, high)]}
	}
	return &Dist{N: len(v), Min: v[0], P50: quantile(v, 0.5), P95: quantile(v, 0.95), Max: v[len(v)-1], P50CI95: interval(0.5), P95CI95: interval(0.95)}
}

func quantile(sorted []float64, q float64) float64 {
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*q))]
}

// SlowestStepMS is the 99th percentile of a mind's step for the customer with the slowest, in milliseconds; null when
// nothing was timed.
func (r Report) SlowestStepMS() *float64 {
	var worst *float64
	for _, p := range r.Personas {
		if p.P99StepMS != nil && (worst == nil || *p.P99StepMS > *worst) {
			worst = p.P99StepMS
		}
	}
	return worst
}

func p99(values []float64) *float64 {
	if len(values) == 0 {
		return nil
	}
	v := slices.Clone(values)
	slices.Sort(v)
	x := quantile(v, 0.99)
	return &x
}
