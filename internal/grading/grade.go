package grading

import (
	"crypto/sha256"
	_ "embed" // weights are data
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Version is the offline grader's. It changes whenever a grade of an unchanged transcript may change.
const Version = "2"

//go:embed composite.json
var compositeJSON []byte

//go:embed models.json
var modelsJSON []byte

// Options are what a grade may use beyond the transcript.
type Options struct {
	Vectors map[string][]float32 // sentence vectors, of unit length, by text (see Texts); nil: words alone
}

// Composite says how acts and models become dimensions and scores.
type Composite struct {
	Version    string                        `json:"version"`
	Provenance string                        `json:"provenance"`
	Acts       map[string]map[string]float64 `json:"acts"` // act → dimension → credit, negative: fault
	Pool       []float64                     `json:"pool"` // what the best, second best … turn counts
	Gain       map[string]float64            `json:"gain"`
	Fault      map[string]float64            `json:"fault"`
	Models     map[string]map[string]float64 `json:"models"`      // dimension → model → part of the model's say
	LevelShare map[string]float64            `json:"level_share"` // how much the models say in a level
	RawShare   map[string]float64            `json:"raw_share"`   // … in the raw value, which is for ranking
	Scores     map[string]map[string]float64 `json:"scores"`
	Overall    map[string]float64            `json:"overall"`
	Split      struct {
		Trainee  float64 `json:"trainee"`
		Customer float64 `json:"customer"`
	} `json:"deescalate"`
	Caps []practice.Cap `json:"caps"`
}

// Grader is the offline grader with its lexicons and weights. It is read-only after New and safe for concurrent use.
type Grader struct {
	lex, markers *lexicon
	composite    Composite
	models       Models
	sha          string
}

// New makes a grader with the shipped lexicons and composite and the given models.
func New(models Models) (*Grader, error) {
	g := &Grader{models: models}
	var err error
	if g.lex, err = parseLexicon(lexiconText); err != nil {
		return nil, err
	}
	if g.markers, err = parseLexicon(markersText); err != nil {
		return nil, err
	}
	if err = json.Unmarshal(compositeJSON, &g.composite); err != nil {
		return nil, fmt.Errorf("composite weights: %w", err)
	}
	for name, m := range models.Models {
		if n := len(g.example(exchange{}).Dense); len(m.Lexical.Dense) != n || len(m.Lexical.Mean) != n || len(m.Lexical.Scale) != n {
			return nil, fmt.Errorf("model %s was fitted with other features; fit the models again", name)
		}
	}
	raw, err := json.Marshal(models)
	if err != nil {
		return nil, fmt.Errorf("models: %w", err)
	}
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(lexiconText), []byte(markersText), compositeJSON, rubricJSON, raw} {
		sum.Write(part)
	}
	g.sha = hex.EncodeToString(sum.Sum(nil))
	return g, nil
}

// Shipped returns the grader with the weights of this release.
func Shipped() (*Grader, error) { return shipped() }

//nolint:gochecknoglobals // read once and never changed: the weights are part of the program
var shipped = sync.OnceValues(func() (*Grader, error) {
	var m Models
	if err := json.Unmarshal(modelsJSON, &m); err != nil {
		return nil, fmt.Errorf("shipped models: %w", err)
	}
	return New(m)
})

// Grade grades a transcript with the shipped grader. It is a pure function: the same transcript and vectors give the
// same grade to the byte, on the command line and in the server.
func Grade(t practice.Transcript, opt Options) practice.Grade {
	g, err := Shipped()
	if err != nil { // the shipped data does not parse: a broken build, which the tests refuse
		return technicalFailure(t, err)
	}
	return g.Grade(t, opt)
}

func technicalFailure(t practice.Transcript, err error) practice.Grade {
	out := empty(t)
	out.Abstain = true
	out.Reasons = append(out.Reasons, practice.Reason{Code: "technical_failure", Message: "The grader could not start: " + err.Error()})
	out.Flags = append(out.Flags, "technical_failure")
	return out
}

func empty(t practice.Transcript) practice.Grade {
	language := t.Language
	if language == "" {
		language = "en"
	}
	out := practice.Grade{
		Schema: practice.GradeSchema, ID: t.ID, Language: language, Dimensions: map[string]practice.Dimension{},
		Flags: []string{}, FlagDetails: []practice.FlagDetail{}, Caps: []practice.Cap{}, Reasons: []practice.Reason{}, Evidence: []practice.Evidence{},
		Grader: practice.GraderInfo{Name: "offline", Version: Version, Samples: 1},
	}
	for _, d := range Dimensions() {
		out.Dimensions[d] = practice.Dimension{Status: "not_gradable"}
	}
	return out
}

// Grade grades a transcript.
func (g *Grader) Grade(t practice.Transcript, opt Options) practice.Grade {
	out := empty(t)
	out.Grader.WeightsSHA256 = g.sha
	c := g.open(t, opt)
	out.Grader.Embeddings = c.vectors
	out.Floor = c.floor
	out.Reasons = append(out.Reasons, abstentions(t, c)...)
	out.Abstain = len(out.Reasons) > 0
	if len(c.trainee) == 0 {
		return g.finish(out, nil, nil, nil)
	}
	out.FlagDetails = append(out.FlagDetails, g.flags(c, t.Policy)...)
	v := g.measure(c, g.composite.LevelShare)
	applies := applicable(c)
	for _, d := range Dimensions() {
		out.Dimensions[d] = g.dimension(c, d, v[d], applies[d], out.Abstain, out.Reasons)
	}
	out.Evidence = g.evidence(c, t.Turns, out.Dimensions)
	return g.finish(out, v, g.measure(c, g.composite.RawShare), applies)
}

// open reads a transcript.
func (g *Grader) open(t practice.Transcript, opt Options) *call {
	c := &call{turns: readCall(g.lex, t.Turns), first: len(t.Turns), units: map[string][]float64{}, tense: map[int]float64{}, replying: map[int]int{}}
	c.floor, c.timing = measureFloor(t.Turns, c.turns)
	lastCustomer := -1
	for i := range c.turns {
		r := &c.turns[i]
		if r.speaker == practice.Customer {
			c.tense[i] = heatOf(r)
			lastCustomer = i
			continue
		}
		if len(r.words) == 0 {
			continue
		}
		c.first = min(c.first, i)
		c.trainee = append(c.trainee, i)
		c.replying[i] = lastCustomer
	}
	formulas := 0
	for _, i := range c.trainee {
		if c.turns[i].formula {
			formulas++
		}
		g.estimate(c, i, opt.Vectors, formulas > 1 && c.turns[i].formula)
	}
	return c
}

// unearned is what is left of a model's estimate where its words do not mean what they say: models count warm words, too.
const unearned = 0.3

// estimate asks each model for one trainee turn. worn says that it is not the call's first turn of stock words.
func (g *Grader) estimate(c *call, i int, vectors map[string][]float32, worn bool) {
	r := &c.turns[i]
	x := exchange{reply: r.words, questions: r.questions, replyText: r.text, replyVect: vectors[vectorKey(r.text)], vectors: vectors}
	plain := g.example(x)
	paired := plain
	if j := c.replying[i]; j >= 0 {
		b := &c.turns[j]
		x.before, x.beforeText, x.beforeVector = b.words, b.text, vectors[vectorKey(b.text)]
		paired = g.example(x)
	}
	for name, m := range g.models.Models {
		e := plain
		if m.Context {
			e = paired
		}
		form := m.pick(e)
		c.vectors = c.vectors || form == &m.Vectors
		u := form.Unit(e)
		warmth := name == "er" || name == "total"
		if r.salad || warmth && (worn || r.hostile) {
			u *= unearned
		}
		c.units[name] = append(c.units[name], u)
	}
}

// applicable says which dimensions' moments came.
func applicable(c *call) map[string]bool {
	heard, service := false, false
	for i := range c.turns {
		r := &c.turns[i]
		heard = heard || r.speaker == practice.Customer && len(r.words) >= 2
		service = service || r.has("service")
	}
	return map[string]bool{
		Acknowledge: heard, Discover: heard, Listen: heard,
		Own: heard && service, Resolve: heard && service,
		Deescalate: anyAtLeast(c.tense, tenseFrom),
		Close:      len(c.trainee) >= 3 && !hungUp(c),
	}
}

func anyAtLeast(m map[int]float64, bar float64) bool {
	for _, v := range m {
		if v >= bar {
			return true
		}
	}
	return false
}

// hungUp reports whether the customer ended the call in heat: then there was nothing left to close.
func hungUp(c *call) bool {
	last := len(c.turns) - 1
	if last < 0 || c.turns[last].speaker != practice.Customer || c.tense[last] < 0.5 {
		return false
	}
	text := " " + c.turns[last].sentenceText(c.turns[last].words[len(c.turns[last].words)-1].sentence)
	return strings.Contains(text, "hang") || strings.Contains(text, " bye") || strings.Contains(text, "done") || strings.Contains(text, "forget it")
}

func (g *Grader) dimension(c *call, name string, value float64, applies, abstain bool, reasons []practice.Reason) practice.Dimension {
	switch {
	case abstain:
		reason := reasons[0].Code
		return practice.Dimension{Status: "not_gradable", Reason: &reason}
	case !applies:
		reason := notApplicable(name)
		return practice.Dimension{Status: "not_applicable", Reason: &reason}
	}
	x := 1 + 4*value
	level := int(math.Floor(x + 0.5))
	half := 0.45 + 1.1/math.Sqrt(float64(len(c.trainee)+1))
	low, high := oneDecimal(math.Max(1, x-half)), oneDecimal(math.Min(5, x+half))
	return practice.Dimension{Level: &level, Low: &low, High: &high, Status: "graded"}
}

func notApplicable(name string) string {
	switch name {
	case Deescalate:
		return "The caller's words were never tense."
	case Own, Resolve:
		return "The caller brought nothing to own or to resolve."
	case Close:
		return "The call never came to a close."
	default:
		return "The caller said nothing to answer."
	}
}

// finish adds scores, raw values, caps and flags.
func (g *Grader) finish(out practice.Grade, v, ranking values, applies map[string]bool) practice.Grade {
	seen := map[string]bool{}
	for _, d := range out.FlagDetails {
		if !seen[d.Flag] {
			seen[d.Flag] = true
			out.Flags = append(out.Flags, d.Flag)
		}
		if d.AutoFail || !autoFail(d.Flag) {
			seen["sure "+d.Flag] = true
		}
	}
	for _, r := range out.Reasons {
		if !seen[r.Code] {
			seen[r.Code] = true
			out.Flags = append(out.Flags, r.Code)
		}
	}
	if v == nil {
		return out
	}
	raw, score := map[string]float64{}, map[string]float64{}
	for _, name := range scoreNames() {
		raw[name] = g.roll(name, ranking, func(d string) bool { return applies[d] || name != "empathy" })
		if name == professionalism || g.anyApplies(name, applies) {
			score[name] = g.roll(name, v, func(d string) bool { return applies[d] })
		}
	}
	raw["overall"], score["overall"] = g.overall(raw, nil), g.overall(score, score)
	for _, limit := range g.composite.Caps {
		if seen["sure "+limit.Flag] {
			out.Caps = append(out.Caps, limit)
			raw[limit.Score] = math.Min(raw[limit.Score], (limit.Max-1)/4)
			if s, ok := score[limit.Score]; ok {
				score[limit.Score] = math.Min(s, (limit.Max-1)/4)
			}
		}
	}
	out.Raw = scoresOf(raw, func(x float64) float64 { return math.Round(x*1e6) / 1e6 })
	if !out.Abstain {
		out.Scores = scoresOf(score, func(x float64) float64 { return oneDecimal(1 + 4*x) })
	}
	return out
}

func scoreNames() []string {
	return []string{"empathy", "active_listening", "deescalation", professionalism, "resolution"}
}

func (g *Grader) anyApplies(score string, applies map[string]bool) bool {
	for d := range g.composite.Scores[score] {
		if applies[d] {
			return true
		}
	}
	return false
}

// roll averages a score's dimensions by weight, leaving out what does not apply.
func (g *Grader) roll(score string, v values, use func(string) bool) float64 {
	if score == professionalism {
		return v[professionalism]
	}
	sum, weight := 0.0, 0.0
	for _, d := range Dimensions() {
		if w := g.composite.Scores[score][d]; w > 0 && use(d) {
			sum, weight = sum+w*v[d], weight+w
		}
	}
	if weight == 0 { // nothing applies: the raw value is still computed from all of it
		for _, d := range Dimensions() {
			w := g.composite.Scores[score][d]
			sum, weight = sum+w*v[d], weight+w
		}
	}
	return sum / weight
}

func (g *Grader) overall(of, only map[string]float64) float64 {
	sum, weight := 0.0, 0.0
	for _, name := range scoreNames() {
		if _, ok := only[name]; only != nil && !ok {
			continue
		}
		w := g.composite.Overall[name]
		sum, weight = sum+w*of[name], weight+w
	}
	return sum / math.Max(weight, 1e-9)
}

func scoresOf(m map[string]float64, shape func(float64) float64) practice.Scores {
	get := func(name string) *float64 {
		v, ok := m[name]
		if !ok {
			return nil
		}
		v = shape(v)
		return &v
	}
	return practice.Scores{Empathy: get("empathy"), ActiveListening: get("active_listening"), Deescalation: get("deescalation"), Professionalism: get(professionalism), Resolution: get("resolution"), Overall: get("overall")}
}

func oneDecimal(x float64) float64 { return math.Round(10*x) / 10 }
