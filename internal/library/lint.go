package library

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Advice is a weakness of a scenario that can be played: what a player would miss, with its place.
type Advice struct {
	Rule  string // which rule found it, such as fact-unreachable
	Place FileError
}

// String is file:line:column: message (rule).
func (a *Advice) String() string { return a.Place.Error() + " (" + a.Rule + ")" }

// LintOptions are what the rules need to know besides the folder.
type LintOptions struct {
	Speakers []string                 // the voices that there are; nil: not checked
	Exists   func(practice.Slug) bool // whether there is a scenario; nil: not checked
}

// Lint finds what strict reading lets pass and a call would suffer from. A scenario that cannot be read is the error of
// Load.
func Lint(fsys fs.FS, slug practice.Slug, opt LintOptions) ([]*Advice, error) {
	if !isSlug(string(slug)) {
		return nil, misnamed(string(slug))
	}
	f, err := read(fsys, slug)
	if err != nil {
		return nil, err
	}
	l := &linter{files: f, opt: opt, s: &f.entry.Scenario, groups: f.entry.Lines.Groups}
	if l.s.Pinned != nil {
		return nil, nil // for measuring only: nobody practises on it
	}
	l.facts()
	l.needs()
	l.heat()
	l.topics()
	l.variety()
	l.texts()
	l.cards()
	l.letters()
	l.phrases()
	l.voice()
	if _, err := fs.Stat(fsys, path.Join(string(slug), PortraitFile)); errors.Is(err, fs.ErrNotExist) {
		l.scenario("portrait-missing", "$.slug", "there is no "+PortraitFile+" beside this file")
	}
	slices.SortStableFunc(l.out, func(a, b *Advice) int {
		if a.Place.File != b.Place.File {
			return strings.Compare(b.Place.File, a.Place.File) // the scenario before its lines
		}
		return a.Place.Line - b.Place.Line
	})
	return l.out, nil
}

// Lint is the package's Lint over the folder that holds the scenario.
func (l *Library) Lint(slug practice.Slug, opt LintOptions) ([]*Advice, error) {
	for _, v := range slices.Backward(l.folders) {
		if _, err := fs.Stat(v, path.Join(string(slug), ScenarioFile)); err == nil {
			return Lint(v, slug, opt)
		}
	}
	return nil, fmt.Errorf("scenario %q: %w", slug, practice.ErrNotFound)
}

type linter struct {
	files
	opt    LintOptions
	s      *practice.Scenario
	groups []customer.LineGroup
	out    []*Advice
}

func (l *linter) scenario(rule, path, message string) {
	l.out = append(l.out, &Advice{rule, *l.files.scenario.place(path, message)})
}

func (l *linter) line(rule, path, message string) {
	l.out = append(l.out, &Advice{rule, *l.lines.place(path, message)})
}

// facts finds facts that nobody can reach, and lines that give one away.
func (l *linter) facts() {
	for i, f := range l.s.Facts {
		path := fmt.Sprintf("$.facts[%d].id", i)
		tells := 0
		asked := false
		for _, g := range l.groups {
			if !slices.Contains(g.Tells, f.ID) {
				continue
			}
			tells++
			asked = asked || g.Move == practice.MoveAnswer && g.Topic == f.Topic
		}
		onAsking := strings.Contains(f.SayWhen, "asked")
		switch {
		case tells == 0:
			l.scenario("fact-unreachable", path, fmt.Sprintf("no line tells %q; give a group of lines tells: [%s]", f.ID, f.ID))
		case onAsking && f.Topic == "":
			l.scenario("fact-unreachable", path, fmt.Sprintf("%q is told when asked and has no topic, so nobody can ask for it", f.ID))
		case onAsking && !asked:
			l.scenario("fact-unreachable", path, fmt.Sprintf("asked about %s, she has no line (move: answer, topic: %s) that tells %q", f.Topic, f.Topic, f.ID))
		}
		if at, ok := heatOf(f.SayWhen); ok && at > 10 {
			l.scenario("fact-unreachable", fmt.Sprintf("$.facts[%d].say_when", i), fmt.Sprintf("heat never reaches %g", at))
		}
		l.figures(f)
	}
}

var (
	heatCondition = regexp.MustCompile(`heat>=([0-9.]+)`)
	figure        = regexp.MustCompile(`\d[\d .,:]*\d`)
)

// heatOf is the heat that a fact's condition asks for.
func heatOf(sayWhen string) (float64, bool) {
	m := heatCondition.FindStringSubmatch(sayWhen)
	if m == nil {
		return 0, false
	}
	var v float64
	_, err := fmt.Sscanf(m[1], "%g", &v)
	return v, err == nil
}

// figures finds the figures of a fact that is told only when asked in lines that do not tell it.
func (l *linter) figures(f practice.Fact) {
	if f.SayWhen != "asked" {
		return
	}
	for _, number := range figure.FindAllString(f.Text, -1) {
		digits := digitsOf(number)
		if len(digits) < 4 {
			continue
		}
		for i, g := range l.groups {
			if slices.Contains(g.Tells, f.ID) || g.Move == practice.MoveCorrect || g.Topic == f.Topic {
				continue
			}
			for j, text := range g.Say {
				for _, said := range figure.FindAllString(text, -1) {
					if digitsOf(said) == digits {
						l.line("leak", fmt.Sprintf("$.lines[%d].say[%d]", i, j), fmt.Sprintf("gives away the fact %q, which is told only when asked; add tells: [%s] or take the figure out", f.ID, f.ID))
					}
				}
			}
		}
	}
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// needs finds needs that nothing meets and needs that no line presses for.
func (l *linter) needs() {
	for i, n := range l.s.Needs {
		path := fmt.Sprintf("$.needs[%d].id", i)
		can := slices.ContainsFunc(n.MetBy, func(a practice.ActName) bool {
			return l.s.Soothers[a] < 0 && (a != practice.ActNamedStakes || len(l.s.Stakes) > 0) && (a != practice.ActGuessedConcern || len(l.s.HiddenConcern.Guesses) > 0)
		})
		switch {
		case len(n.MetBy) == 0:
			l.scenario("need-unmet", path, fmt.Sprintf("nothing meets %q; name acts under met_by", n.ID))
		case !can:
			l.scenario("need-unmet", path, fmt.Sprintf("nothing under met_by of %q calms this customer; name an act that stands under soothers", n.ID))
		}
		if !slices.ContainsFunc(l.groups, func(g customer.LineGroup) bool {
			return g.Move == practice.MovePressUnmetNeed && g.Need == n.ID && g.Because == "" && len(g.Say) >= enough
		}) {
			l.scenario("few-lines", path, fmt.Sprintf("she has fewer than %d lines that press for %q (move: press_unmet_need, need: %s)", enough, n.ID, n.ID))
		}
	}
	if l.s.HiddenConcern.ID != "" && len(l.s.HiddenConcern.Words) == 0 {
		l.scenario("leak", "$.hidden_concern.id", "no words are listed that give the concern away, so that no line can be checked for them")
	}
	if len(l.s.HiddenConcern.RevealedBy) == 0 && len(l.s.HiddenConcern.AskedBy) == 0 {
		l.scenario("fact-unreachable", "$.hidden_concern.id", "nothing reveals the concern; name acts under revealed_by")
	}
}

// turnsOfACall is how many turns a call has in which heat can fall.
const turnsOfACall = 12

// heat finds a heat that cannot fall to where a customer is content, or that nothing raises.
func (l *linter) heat() {
	fall := l.s.Opening.Heat - contentAt
	if most := customer.MostSoothed(l.s, turnsOfACall); most < fall {
		l.scenario("heat-cannot-fall", "$.opening", fmt.Sprintf("in %d turns the best agent lowers heat by %.1f at most, and it takes %.1f to reach %g: raise soothers, temperament.recovery or caving_budget", turnsOfACall, most, fall, contentAt))
	}
	for _, a := range []practice.ActName{practice.ActDismissive, practice.ActBlame, practice.ActCalmDown, practice.ActAbuse} {
		if l.s.Triggers[a] <= 0 {
			l.scenario("heat-cannot-rise", "$.triggers", fmt.Sprintf("%s does not anger this customer; give it a weight under triggers", a))
		}
	}
	if l.s.Opening.Heat >= l.s.Temperament.HangsUpAt {
		l.scenario("heat-cannot-fall", "$.temperament.hangs_up_at", "she hangs up at a heat at which she calls")
	}
}

// contentAt is the heat below which a customer can be content.
const contentAt = 4.0
