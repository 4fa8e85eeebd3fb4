package library

import (
	"fmt"
	"maps"
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
	for path, missing := range map[string]bool{"$.persona": s.Persona == practice.Persona{}, "$.opening": s.Opening == practice.Opening{}, "$.temperament": s.Temperament == practice.Temperament{}} {
		if missing {
			d.problem(path, strings.TrimPrefix(path, "$.")+" is missing; docs/customers.md shows what belongs in it")
		}
	}
	required("$.title", s.Title)
	required("$.industry", s.Industry)
	required("$.story", s.Story)
	required("$.goal", s.Goal)
	if (s.Persona != practice.Persona{}) {
		required("$.persona.name", s.Persona.Name)
		required("$.persona.voice.speaker", s.Persona.Voice.Speaker)
		d.bounded("persona.voice.pace", s.Persona.Voice.Pace)
	}
	required("$.situation", s.Situation)
	d.bounded("difficulty", float64(s.Difficulty))
	d.bounded("minutes", float64(s.Minutes))
	d.bounded("opening.heat", s.Opening.Heat)
	d.bounded("opening.trust", s.Opening.Trust)
	if (s.Temperament != practice.Temperament{}) {
		d.bounded("temperament.reactivity", s.Temperament.Reactivity)
		d.bounded("temperament.recovery", s.Temperament.Recovery)
		d.bounded("temperament.patience_s", s.Temperament.PatienceS)
		d.bounded("temperament.hangs_up_at", s.Temperament.HangsUpAt)
		d.bounded("temperament.caving_budget", s.Temperament.CavingBudget)
	}
	for name, v := range s.Triggers {
		path := "$.triggers." + string(name)
		checkAct(d, path, name)
		d.between(path, v, bounds()["triggers.*"].low, bounds()["triggers.*"].high)
	}
	for name, v := range s.Soothers {
		path := "$.soothers." + string(name)
		checkAct(d, path, name)
		d.between(path, v, bounds()["soothers.*"].low, bounds()["soothers.*"].high)
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
			d.problem(path+".topic", fmt.Sprintf("there is no topic %q under topics%s", f.Topic, meant(f.Topic, sortedKeys(s.Topics))))
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
			d.problem(fmt.Sprintf("$.hidden_concern.asked_by[%d]", i), fmt.Sprintf("there is no topic %q under topics%s", t, meant(t, sortedKeys(s.Topics))))
		}
	}
	for topic, phrases := range s.Topics {
		checkPhrases(d, "$.topics."+topic, phrases)
	}
	checkPhrases(d, "$.stakes", s.Stakes)
	checkPhrases(d, "$.hidden_concern.guesses", s.HiddenConcern.Guesses)
	for i, e := range s.Endings {
		checkOneOf(d, fmt.Sprintf("$.endings[%d]", i), string(e), names(endings()), "the endings that there are: resolved, parted_kindly, escalated, hung_up, abandoned")
	}
	checkOwn(d, s)
}

// endings lists how a call may end for a customer.
func endings() []practice.Ending {
	return []practice.Ending{practice.EndingResolved, practice.EndingPartedKindly, practice.EndingEscalated, practice.EndingHungUp, practice.EndingAbandoned}
}

// names turns words of a kind into text.
func names[T ~string](list []T) []string {
	out := make([]string, 0, len(list))
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
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
	d.problem(path, fmt.Sprintf("%q is no act%s", name, meant(string(name), keys)))
	return false
}

// meant is the end of a sentence about a name that names nothing.
func meant(name string, there []string) string {
	if near := nearest(name, there); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	if len(there) <= 12 && len(there) > 0 {
		return "; there are " + strings.Join(there, ", ")
	}
	return "; docs/customers.md lists them"
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
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
			d.problem(path+".move", fmt.Sprintf("%q is no move%s", g.Move, meant(string(g.Move), names(practice.Moves()))))
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
			d.problem(path+".need", fmt.Sprintf("there is no need %q in %s%s", g.Need, ScenarioFile, meant(g.Need, sortedKeys(needs))))
		}
		for j, t := range g.Tells {
			if !facts[t] {
				d.problem(fmt.Sprintf("%s.tells[%d]", path, j), fmt.Sprintf("there is no fact %q in %s%s", t, ScenarioFile, meant(t, sortedKeys(facts))))
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
				d.problem(at, fmt.Sprintf("this line stands already in line %d; a customer never says the same thing twice in a call", d.place(first, "").Line))
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

// instead says what to do about a line that may not be said.
func instead(v customer.Violation, text string, s practice.Scenario) string {
	switch v {
	case customer.ViolationLeak:
		for _, t := range practice.Tokens(text) {
			if slices.Contains(s.HiddenConcern.Words, t.Lower) {
				return fmt.Sprintf(": “%s” gives the hidden concern away; add tells: [concern] or known: true, or write it without", t.Text)
			}
		}
	case customer.ViolationStage:
		return "; only " + strings.Join(customer.Marks(), ", ") + " may stand in brackets, before or between sentences"
	case customer.ViolationLength:
		return fmt.Sprintf(": %d words; %d words and four sentences are the most", len(practice.Tokens(text)), customer.MostWords)
	case customer.ViolationSlot:
		return "; a brace is not closed"
	default:
	}
	return ""
}

func checkText(d *document, path, text string, s practice.Scenario, told bool) {
	for _, name := range slot.FindAllString(text, -1) {
		if !slices.Contains([]string{"{agent_name}", "{when}", "{promise}", "{their_words}"}, name) {
			d.problem(path, fmt.Sprintf("%s is no slot; there are {agent_name}, {when}, {promise} and {their_words}", name))
		}
	}
	plain := slot.ReplaceAllString(text, "that")
	for _, v := range customer.CheckWords(plain, &s, told, nil) {
		d.problem(path, fmt.Sprintf("this line %s%s", v, instead(v, plain, s)))
	}
}
