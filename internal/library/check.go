package library

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

var sayWhen = regexp.MustCompile(`^(asked|heat>=\d+(\.\d+)?)( or (asked|heat>=\d+(\.\d+)?))?$`)

var slot = regexp.MustCompile(`\{[^}]*\}`)

// checkScenario finds what strict reading does not: values out of range, names that name nothing.
func checkScenario(d *document, s practice.Scenario) {
	required := func(path, value string) {
		if strings.TrimSpace(value) == "" {
			d.problem(path, strings.TrimPrefix(path, "$.")+" is missing or empty")
		}
	}
	between := d.between
	required("$.title", s.Title)
	required("$.industry", s.Industry)
	required("$.story", s.Story)
	required("$.goal", s.Goal)
	required("$.persona.name", s.Persona.Name)
	required("$.persona.voice.speaker", s.Persona.Voice.Speaker)
	required("$.situation", s.Situation)
	between("$.difficulty", float64(s.Difficulty), 1, 4)
	between("$.minutes", float64(s.Minutes), 1, 60)
	between("$.opening.heat", s.Opening.Heat, 0, 10)
	between("$.opening.trust", s.Opening.Trust, 0, 10)
	between("$.temperament.reactivity", s.Temperament.Reactivity, 0, 5)
	between("$.temperament.recovery", s.Temperament.Recovery, 0, 5)
	between("$.temperament.patience_s", s.Temperament.PatienceS, 1, 600)
	between("$.temperament.hangs_up_at", s.Temperament.HangsUpAt, 1, 10)
	between("$.temperament.caving_budget", s.Temperament.CavingBudget, 0.1, 10)
	between("$.persona.voice.pace", s.Persona.Voice.Pace, 0.5, 2)
	for name, v := range s.Triggers {
		path := "$.triggers." + string(name)
		checkAct(d, path, name)
		between(path, v, 0, 10)
	}
	for name, v := range s.Soothers {
		path := "$.soothers." + string(name)
		checkAct(d, path, name)
		between(path, v, -10, 0)
	}
	ids := map[string]bool{}
	for i, f := range s.Facts {
		path := fmt.Sprintf("$.facts[%d]", i)
		if f.ID == "" || ids[f.ID] {
			d.problem(path+".id", fmt.Sprintf("fact id %q is empty or used twice", f.ID))
		}
		ids[f.ID] = true
		if !sayWhen.MatchString(f.SayWhen) {
			d.problem(path+".say_when", fmt.Sprintf("%q is no condition; write asked, heat>=N, or both joined by \" or \"", f.SayWhen))
		}
		if _, ok := s.Topics[f.Topic]; f.Topic != "" && !ok {
			d.problem(path+".topic", fmt.Sprintf("there is no topic %q under topics", f.Topic))
		}
	}
	if len(s.Needs) == 0 && s.Pinned == nil {
		d.problem("$.slug", "a scenario needs at least one entry under needs")
	}
	for i, n := range s.Needs {
		for j, a := range n.MetBy {
			checkAct(d, fmt.Sprintf("$.needs[%d].met_by[%d]", i, j), a)
		}
	}
	for i, a := range s.HiddenConcern.RevealedBy {
		checkAct(d, fmt.Sprintf("$.hidden_concern.revealed_by[%d]", i), a)
	}
	for i, t := range s.HiddenConcern.AskedBy {
		if _, ok := s.Topics[t]; !ok {
			d.problem(fmt.Sprintf("$.hidden_concern.asked_by[%d]", i), fmt.Sprintf("there is no topic %q under topics", t))
		}
	}
	for topic, phrases := range s.Topics {
		checkPhrases(d, "$.topics."+topic, phrases)
	}
	checkPhrases(d, "$.stakes", s.Stakes)
	checkPhrases(d, "$.hidden_concern.guesses", s.HiddenConcern.Guesses)
	checkOwn(d, s)
}

func checkPhrases(d *document, path string, phrases []string) {
	for i, p := range phrases {
		if err := customer.CheckPhrase(p); err != nil {
			d.problem(fmt.Sprintf("%s[%d]", path, i), err.Error())
		}
	}
}

func checkAct(d *document, path string, name practice.ActName) bool {
	names := practice.ActNames()
	if slices.Contains(names, name) {
		return true
	}
	var keys []string
	for _, n := range names {
		keys = append(keys, string(n))
	}
	message := fmt.Sprintf("%q is no act", name)
	if near := nearest(string(name), keys); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	} else {
		message += "; docs/customers.md lists them"
	}
	d.problem(path, message)
	return false
}

// checkLines finds lines that could never be said, or that say what must not be said.
func checkLines(d *document, e Entry) {
	facts := map[string]bool{"concern": true}
	for _, f := range e.Scenario.Facts {
		facts[f.ID] = true
	}
	needs := map[string]bool{}
	for _, n := range e.Scenario.Needs {
		needs[n.ID] = true
	}
	for i, text := range e.Lines.Backchannels {
		path := fmt.Sprintf("$.backchannels[%d]", i)
		if n := len(strings.Fields(text)); n == 0 || n > 2 {
			d.problem(path, "a backchannel is one word or two")
		}
		checkText(d, path, text, e.Scenario, false)
	}
	total := 0
	seen := map[string]string{}
	for i, g := range e.Lines.Groups {
		path := fmt.Sprintf("$.lines[%d]", i)
		total += len(g.Say) * max(1, len(g.Then))
		if !slices.Contains(practice.Moves(), g.Move) {
			d.problem(path+".move", fmt.Sprintf("%q is no move; docs/customers.md lists them", g.Move))
		}
		for j, b := range g.Heat {
			if b != customer.BandCalm && b != customer.BandTense && b != customer.BandHot {
				d.problem(fmt.Sprintf("%s.heat[%d]", path, j), fmt.Sprintf("%q is no band of heat; write calm, tense or hot", b))
			}
		}
		if g.Because != "" {
			checkAct(d, path+".because", g.Because)
		}
		if !slices.Contains([]customer.Remembered{"", customer.RememberedKept, customer.RememberedBroken, customer.RememberedUnknown}, g.Remembers) {
			d.problem(path+".remembers", fmt.Sprintf("%q is none of kept, broken and unknown", g.Remembers))
		} else if g.Remembers != "" && e.Scenario.FollowUpOf == "" {
			d.problem(path+".remembers", "only a follow-up call remembers; write follow_up_of in "+ScenarioFile)
		}
		if g.Need != "" && !needs[g.Need] {
			d.problem(path+".need", fmt.Sprintf("there is no need %q in %s", g.Need, ScenarioFile))
		}
		for j, t := range g.Tells {
			if !facts[t] {
				d.problem(fmt.Sprintf("%s.tells[%d]", path, j), fmt.Sprintf("there is no fact %q in %s", t, ScenarioFile))
			}
		}
		if len(g.Say) == 0 {
			d.problem(path+".move", "the group says nothing; give it lines under say")
		}
		checkPhrases(d, path+".heard", g.Heard)
		told := g.Known || slices.Contains(g.Tells, "concern")
		for j, text := range g.Say {
			at := fmt.Sprintf("%s.say[%d]", path, j)
			checkText(d, at, text, e.Scenario, told)
			if first, ok := seen[text]; ok && len(g.Then) == 0 {
				d.problem(at, "this line stands already at "+first+"; a customer never says the same thing twice in a call")
			}
			seen[text] = at
		}
		for j, text := range g.Then {
			checkText(d, fmt.Sprintf("%s.then[%d]", path, j), text, e.Scenario, told)
		}
	}
	if total > customer.MaxLines {
		d.problem("$.lines", fmt.Sprintf("%d lines are more than the %d that a scenario may have", total, customer.MaxLines))
	}
}

func checkText(d *document, path, text string, s practice.Scenario, told bool) {
	for _, name := range slot.FindAllString(text, -1) {
		if !slices.Contains([]string{"{agent_name}", "{when}", "{promise}", "{their_words}"}, name) {
			d.problem(path, fmt.Sprintf("%s is no slot; there are {agent_name}, {when}, {promise} and {their_words}", name))
		}
	}
	plain := slot.ReplaceAllString(text, "that")
	for _, v := range customer.CheckWords(plain, &s, told, nil) {
		d.problem(path, fmt.Sprintf("this line %s", v))
	}
}
