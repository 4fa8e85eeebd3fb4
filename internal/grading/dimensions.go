package grading

import (
	"math"
	"sort"

	"github.com/rapport-calls/rapport/internal/practice"
)

// The dimensions, in the order in which they are shown.
const (
	Acknowledge = "acknowledge"
	Discover    = "discover"
	Own         = "own"
	Resolve     = "resolve"
	Deescalate  = "deescalate"
	Listen      = "listen"
	Close       = "close"

	professionalism = "professionalism" // a score of its own, read like a dimension
)

// Dimensions lists them in that order.
func Dimensions() []string {
	return []string{Acknowledge, Discover, Own, Resolve, Deescalate, Listen, Close}
}

// values is what a call came to on each dimension, 0–1, before levels, caps and applicability.
type values map[string]float64

// call is a transcript as read, with what the models say of it.
type call struct {
	turns    []reading
	first    int // first trainee turn; scoring starts there
	trainee  []int
	units    map[string][]float64 // model name → estimate for each of trainee
	floor    practice.FloorMetrics
	timing   timing
	tense    map[int]float64 // customer turn → heat of its words, 0–1
	vectors  bool
	replying map[int]int // trainee turn → the customer turn that it answers, -1
}

// strength adds a turn's credit or fault for one dimension.
func (g *Grader) strength(r *reading, dimension string) (credit, fault float64) {
	best := map[string]int{}
	for _, a := range r.acts {
		w := g.composite.Acts[a.name][dimension] * a.weight
		best[a.name]++
		w /= float64(best[a.name]) // the same act twice in a turn says less the second time
		if w > 0 {
			credit += w
		} else {
			fault -= w
		}
	}
	return math.Min(credit, 1.7), fault
}

// pooled sums the strongest turns, each next one counting less, so that a longer call is no better by its length.
func (g *Grader) pooled(each []float64) float64 {
	sorted := append([]float64(nil), each...)
	sort.Sort(sort.Reverse(sort.Float64Slice(sorted)))
	sum := 0.0
	for i, w := range g.composite.Pool {
		if i < len(sorted) {
			sum += w * sorted[i]
		}
	}
	return sum
}

// upper is the mean of the best third: what the trainee can be credited with having shown.
func upper(each []float64) float64 {
	if len(each) == 0 {
		return 0
	}
	sorted := append([]float64(nil), each...)
	sort.Sort(sort.Reverse(sort.Float64Slice(sorted)))
	n := (len(sorted) + 2) / 3
	sum := 0.0
	for _, v := range sorted[:n] {
		sum += v
	}
	return sum / float64(n)
}

func mean(each []float64) float64 {
	if len(each) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range each {
		sum += v
	}
	return sum / float64(len(each))
}

// rule is a dimension's value by acts alone over the given trainee turns.
func (g *Grader) rule(c *call, dimension string, turns []int, base float64) float64 {
	credits, faults := make([]float64, 0, len(turns)), make([]float64, 0, len(turns))
	for _, i := range turns {
		credit, fault := g.strength(&c.turns[i], dimension)
		credits, faults = append(credits, credit), append(faults, fault)
	}
	good := 1 - math.Exp(-g.composite.Gain[dimension]*g.pooled(credits))
	bad := g.composite.Fault[dimension] * math.Min(g.pooled(faults), 3)
	return unit((base+(1-base)*good)*(1-math.Min(bad, 0.6)) - bad*0.6)
}

// mix adds the models' share to what the rules say. pool says how the models' estimates of the turns become one.
func (g *Grader) mix(c *call, dimension string, rule float64, share map[string]float64, pool func([]float64) float64) float64 {
	say, weight := 0.0, 0.0
	for _, model := range modelNames() {
		if w := g.composite.Models[dimension][model]; w > 0 && len(c.units[model]) > 0 {
			say, weight = say+w*pool(c.units[model]), weight+w
		}
	}
	if weight == 0 {
		return rule
	}
	return unit((1-share[dimension])*rule + share[dimension]*say/weight)
}

// modelNames lists the models in a fixed order: the last bit of a sum depends on it.
func modelNames() []string {
	return []string{"er", "ex", "politeness", "receptiveness", "total", "uptake"}
}

// measure puts rules and models together, the models with the given share.
func (g *Grader) measure(c *call, share map[string]float64) values {
	return values{
		Acknowledge:     g.mix(c, Acknowledge, g.rule(c, Acknowledge, c.trainee, 0.03), share, upper),
		Own:             g.rule(c, Own, c.trainee, 0.05),
		Discover:        g.mix(c, Discover, g.rule(c, Discover, c.trainee, 0.03), share, upper),
		Resolve:         g.rule(c, Resolve, c.trainee, 0.03),
		Close:           g.rule(c, Close, c.turnsOf(Close), 0.05),
		Listen:          unit(g.mix(c, Listen, g.rule(c, Listen, c.trainee, 0.25), share, mean) - c.timing.penalty()),
		Deescalate:      g.deescalate(c, share),
		professionalism: g.mix(c, professionalism, g.rule(c, professionalism, c.trainee, 0.93), share, mean),
	}
}

// deescalate is at least 60 % what the trainee did at tense moments and at most 40 % how the customer's heard words changed.
func (g *Grader) deescalate(c *call, share map[string]float64) float64 {
	var at []float64
	for _, i := range c.trainee {
		heat := c.tense[c.replying[i]]
		if c.replying[i] < 0 || heat < tenseFrom && g.anyTense(c) {
			continue
		}
		credit, fault := g.strength(&c.turns[i], Deescalate)
		good := 1 - math.Exp(-g.composite.Gain[Deescalate]*credit)
		at = append(at, unit(0.15+0.85*good-g.composite.Fault[Deescalate]*math.Min(fault, 3)))
	}
	if len(at) == 0 { // a reply without context
		at = append(at, g.rule(c, Deescalate, c.trainee, 0.15))
	}
	// faults anywhere count: a calm moment is no licence to be rude
	worst := 0.0
	for _, i := range c.trainee {
		_, fault := g.strength(&c.turns[i], Deescalate)
		worst = math.Max(worst, fault)
	}
	did := unit((0.5*mean(at) + 0.5*upper(at)) * (1 - 0.25*math.Min(worst, 2)))
	did = g.mix(c, Deescalate, did, share, mean)
	change, known := c.cooling()
	if !known {
		return did
	}
	return unit(g.composite.Split.Trainee*did + g.composite.Split.Customer*change)
}

// tenseFrom is the heat of a customer turn's words from which it is a tense moment.
const tenseFrom = 0.3

func (g *Grader) anyTense(c *call) bool {
	for _, h := range c.tense {
		if h >= tenseFrom {
			return true
		}
	}
	return false
}

// heatOf is how tense a customer turn's heard words are, 0–1, from what they say and nothing else.
func heatOf(r *reading) float64 {
	hot, cool := 0.0, 0.0
	for _, h := range r.hits {
		switch h.category {
		case "heat":
			hot++
		case "cool":
			cool++
		}
	}
	for _, c := range r.text {
		if c == '!' {
			hot += 0.5
		}
	}
	return unit(1 - math.Exp(-0.45*hot) - 0.15*cool)
}

// cooling compares the heat of the customer's words before the trainee's first turn with that of the last third: 0.5 is unchanged.
func (c *call) cooling() (float64, bool) {
	var before, after []float64
	var positions []int
	for i := range c.turns {
		if _, ok := c.tense[i]; ok && len(c.turns[i].words) > 0 {
			positions = append(positions, i)
		}
	}
	for _, i := range positions {
		if i < c.first {
			before = append(before, c.tense[i])
		}
	}
	if len(before) == 0 && len(positions) > 0 {
		before = append(before, c.tense[positions[0]])
	}
	if len(positions) < 3 {
		return 0, false
	}
	for _, i := range positions[len(positions)-max(1, len(positions)/3):] {
		after = append(after, c.tense[i])
	}
	start, end := upper(before), mean(after)
	if start < 0.15 && end < 0.15 {
		return 0, false
	}
	return unit(0.5 + 0.9*(start-end)), true
}

func unit(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return math.Max(0, math.Min(1, x))
}
