package fit

import (
	_ "embed" // the bars are data
	"encoding/json"
	"fmt"
	"math"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed bars.json
var barsJSON []byte

// Task is one model to fit: which file, which label, with which settings.
type Task struct {
	Model, File, Label string
	Context            bool
	Moments            bool    // the file's raters gave reasons, and the model reads its sentences one by one
	Yes                float64 // above 0: the label is a yes from this value on, measured by AUC
	Words, WithVectors Settings
}

// Tasks are the models of this release. The settings were chosen on the same folds that check reports, among fewer
// than ten each, so its figures are a little kind.
func Tasks() []Task {
	words := Settings{Dense: 1, Terms: 1, Lambda: 3, LeastTexts: 5, MostTerms: 1500}
	vectors := Settings{Dense: 1, Terms: 0.5, Vector: 2, Lambda: 5, LeastTexts: 5, MostTerms: 1500}
	paired := Settings{Dense: 1, Terms: 0.3, Vector: 0.5, Lambda: 3, LeastTexts: 5, MostTerms: 1500}
	uptake := Settings{Dense: 1, Terms: 0.3, Lambda: 2, LeastTexts: 5, MostTerms: 1500}
	moments := Settings{Dense: 0.5, Terms: 0.4, Moments: 6, Lambda: 8, LeastTexts: 5, MostTerms: 1500}
	momentVectors := Settings{Dense: 0.5, Terms: 0.4, Vector: 0.15, Moments: 7, Lambda: 8, LeastTexts: 5, MostTerms: 1500}
	return []Task{
		{Model: "er", File: "epitome", Label: "ER", Moments: true, Words: moments, WithVectors: momentVectors},
		{Model: "total", File: "epitome", Label: "total", Moments: true, Words: moments, WithVectors: momentVectors},
		{Model: "ex", File: "epitome", Label: "EX", Yes: 1, Moments: true, Words: moments, WithVectors: momentVectors},
		{Model: "uptake", File: "uptake", Label: "uptake", Context: true, Words: uptake, WithVectors: paired},
		{Model: "receptiveness", File: "receptiveness", Label: "receptive", Words: words, WithVectors: vectors},
		{Model: "politeness", File: "politeness", Label: "politeness", Words: words, WithVectors: vectors},
	}
}

// prepared is every reply's features for a task, computed once.
type prepared struct {
	items    []Item
	examples []grading.Example
	plain    []grading.Example // without vectors
	labels   []float64
	passages []passage // of a task that reads moments
}

// say adds what moments say to each reply's features.
func (p *prepared) say(h heard) {
	for i := range p.items {
		p.examples[i].Moments, p.plain[i].Moments = h.full[i], h.plain[i]
	}
}

// Fitter fits and checks the models over loaded files.
type Fitter struct {
	Files   Files
	Vectors map[string][]float32 // nil: models without sentence vectors only
	tasks   []Task
	ready   []prepared
	base    *grading.Grader
}

// NewFitter computes all features.
func NewFitter(files Files, vectors map[string][]float32, tasks []Task) (*Fitter, error) {
	base, err := grading.New(grading.Models{})
	if err != nil {
		return nil, err
	}
	f := &Fitter{Files: files, Vectors: vectors, tasks: tasks, base: base}
	for _, task := range tasks {
		p := prepared{items: files[task.File]}
		for _, item := range p.items {
			y, ok := item.Labels[task.Label]
			if !ok {
				return nil, fmt.Errorf("%s: %s has no label %s", task.File, item.Transcript.ID, task.Label)
			}
			if task.Yes > 0 { // a yes is a yes: how strong does not matter to the check and little to the grade
				y = math.Min(y, task.Yes)
			}
			last := len(item.Transcript.Turns) - 1
			e := base.ExampleOf(item.Transcript, last, task.Context, vectors)
			bare := e
			bare.Vector = nil
			p.examples, p.plain, p.labels = append(p.examples, e), append(p.plain, bare), append(p.labels, y)
		}
		if task.Moments {
			p.passages = passages(p.items)
		}
		f.ready = append(f.ready, p)
	}
	return f, nil
}

// Fit fits every model on the replies whose fold is not leave; -1 leaves none out.
func (f *Fitter) Fit(leave int) (grading.Models, error) {
	out := grading.Models{Version: grading.Version, Provenance: Provenance(), Features: grading.Fingerprint(), Models: map[string]grading.Model{}}
	spoken := map[string]heard{} // by file: all tasks of a file read the same moments
	for t, task := range f.tasks {
		p := &f.ready[t]
		if task.Moments {
			if _, ok := spoken[task.File]; !ok {
				spoken[task.File], out.Moments = momentsOf(p.passages, leave, f.Vectors)
			}
			p.say(spoken[task.File])
		}
		var plain, full []grading.Example
		var y []float64
		for i, item := range p.items {
			if Fold(item.Group) != leave {
				plain, full, y = append(plain, p.plain[i]), append(full, p.examples[i]), append(y, p.labels[i])
			}
		}
		m := grading.Model{Context: task.Context, Moments: task.Moments}
		var err error
		if m.Lexical, err = Ridge(plain, y, task.Words); err != nil {
			return out, fmt.Errorf("%s: %w", task.Model, err)
		}
		if f.Vectors != nil {
			if m.Vectors, err = Ridge(full, y, task.WithVectors); err != nil {
				return out, fmt.Errorf("%s with vectors: %w", task.Model, err)
			}
		}
		out.Models[task.Model] = m
	}
	return out, nil
}

// Provenance says on what the models are fitted.
func Provenance() []string {
	return []string{
		"er, ex, total: one half of EPITOME (behavioral-data/Empathy-Mental-Health, University of Washington; Sharma et al. 2020), used with attribution",
		"receptiveness: one half of the conversational receptiveness data of myeomans/politeness (Yeomans et al. 2020), MIT",
		"uptake: one half of ddemszky/conversational-uptake (Demszky et al. 2021), MIT",
		"politeness: one half of the Stanford Politeness Corpus (Danescu-Niculescu-Mizil et al. 2013), CC BY 4.0",
		"moments: sentences of EPITOME's replies, told apart by the passages that its raters marked as reasons",
		"Ridge regression over counts, structure, terms found in at least five texts, and sentence vectors; weights only, no text of the corpora is kept.",
	}
}

// Figure is one measured rank correlation or AUC with its bar.
type Figure struct {
	Name    string   `json:"name"` // component or raw.<score>, and the label
	File    string   `json:"file"`
	Measure string   `json:"measure"` // spearman or auc
	Value   float64  `json:"value"`
	N       int      `json:"n"`
	Bar     *float64 `json:"bar"`  // what this release must keep; null when none was given
	Goal    *float64 `json:"goal"` // where the grader has to get to
	OK      bool     `json:"ok"`
}

// Report is what a check found.
type Report struct {
	Schema  string   `json:"schema"`
	Folds   int      `json:"folds"`
	Vectors bool     `json:"embeddings"`
	Figures []Figure `json:"figures"`
	OK      bool     `json:"ok"`
}

// outputs are the scores that ship and the labels they are held against.
type output struct {
	name, file, label string
	yes               float64
	of                func(practice.Scores) *float64
}

func outputs() []output {
	empathy := func(s practice.Scores) *float64 { return s.Empathy }
	listening := func(s practice.Scores) *float64 { return s.ActiveListening }
	return []output{
		{"raw.empathy ER", "epitome", "ER", 0, empathy},
		{"raw.empathy total", "epitome", "total", 0, empathy},
		{"raw.active_listening EX", "epitome", "EX", 1, listening},
		{"raw.active_listening uptake", "uptake", "uptake", 0, listening},
		{"raw.deescalation receptiveness", "receptiveness", "receptive", 0, func(s practice.Scores) *float64 { return s.Deescalation }},
		{"raw.professionalism politeness", "politeness", "politeness", 0, func(s practice.Scores) *float64 { return s.Professionalism }},
	}
}

// Bar is what a figure must reach.
type Bar struct {
	Bar  float64 `json:"bar"`
	Goal float64 `json:"goal"`
}

// ReadBars reads bars by a figure's name; no data gives those of this release.
func ReadBars(data []byte) (map[string]Bar, error) {
	if len(data) == 0 {
		data = barsJSON
	}
	var bars map[string]Bar
	if err := json.Unmarshal(data, &bars); err != nil {
		return nil, fmt.Errorf("bars: %w; give an object such as {\"component ER\": {\"bar\": 0.5, \"goal\": 0.6}}", err)
	}
	return bars, nil
}

// Check cross-validates: for each fold, models fitted without it, and the scores of Grade with those models.
func (f *Fitter) Check(bars map[string]Bar) (Report, error) {
	component := make([][]float64, len(f.tasks))
	for t := range f.tasks {
		component[t] = make([]float64, len(f.ready[t].items))
	}
	shipped := map[string][]practice.Scores{}
	for name, items := range f.Files {
		shipped[name] = make([]practice.Scores, len(items))
	}
	for fold := range Folds {
		models, err := f.Fit(fold)
		if err != nil {
			return Report{}, err
		}
		g, err := grading.New(models)
		if err != nil {
			return Report{}, err
		}
		for t, task := range f.tasks {
			m := models.Models[task.Model]
			for i, item := range f.ready[t].items {
				if Fold(item.Group) != fold {
					continue
				}
				if f.Vectors != nil {
					component[t][i] = m.Vectors.Predict(f.ready[t].examples[i])
				} else {
					component[t][i] = m.Lexical.Predict(f.ready[t].plain[i])
				}
			}
		}
		for name, items := range f.Files {
			for i, item := range items {
				if Fold(item.Group) == fold {
					shipped[name][i] = g.Grade(item.Transcript, grading.Options{Vectors: f.Vectors}).Raw
				}
			}
		}
	}
	r := Report{Schema: "rapport.grade-check/1", Folds: Folds, Vectors: f.Vectors != nil, OK: true}
	for t, task := range f.tasks {
		r.add("component "+task.Label, task.File, component[t], f.ready[t].labels, task.Yes, bars)
	}
	for _, o := range outputs() {
		items := f.Files[o.file]
		x, y := make([]float64, len(items)), make([]float64, len(items))
		for i, item := range items {
			if v := o.of(shipped[o.file][i]); v != nil {
				x[i] = *v
			}
			y[i] = item.Labels[o.label]
		}
		r.add(o.name, o.file, x, y, o.yes, bars)
	}
	return r, nil
}

func (r *Report) add(name, file string, x, y []float64, yes float64, bars map[string]Bar) {
	fig := Figure{Name: name, File: file, Measure: "spearman", N: len(x), OK: true}
	if yes > 0 {
		is := make([]bool, len(y))
		for i := range y {
			is[i] = y[i] >= yes
		}
		fig.Measure, fig.Value = "auc", AUC(x, is)
	} else {
		fig.Value = Spearman(x, y)
	}
	fig.Value = math.Round(fig.Value*1e4) / 1e4
	if bar, ok := bars[name]; ok {
		fig.Bar, fig.Goal, fig.OK = &bar.Bar, &bar.Goal, fig.Value >= bar.Bar
	}
	r.OK = r.OK && fig.OK
	r.Figures = append(r.Figures, fig)
}
