package library

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

var amount = regexp.MustCompile(`[£$€] ?(\d+(?:[.,]\d+)?)`)

// cards finds cards that promise what policy forbids, and cards that tell what the trainee should find out.
func (l *linter) cards() {
	for i, p := range l.s.PolicyText {
		path := fmt.Sprintf("$.policy_text[%d].text", i)
		for _, id := range sortedKeys(l.s.Forbidden) {
			if p.Allowed && customer.HoldsPhrase(l.s.Forbidden[id], p.Text, l.s.Things) {
				l.scenario("card-promises-forbidden", path, fmt.Sprintf("the card allows what must_not forbids (%s)", id))
			}
		}
		if p.Allowed && l.goodwill(p.Text) > l.s.PolicyCard.GoodwillBudget {
			l.scenario("card-promises-forbidden", path, fmt.Sprintf("the card allows more goodwill than goodwill_budget (%g)", l.s.PolicyCard.GoodwillBudget))
		}
	}
	forbids := slices.ContainsFunc(l.s.PolicyText, func(p practice.PolicyLine) bool { return !p.Allowed })
	if len(l.s.PolicyCard.MustNot) > 0 && !forbids {
		l.scenario("card-silent", "$.policy_text", "must_not forbids something that the card does not tell the trainee (allowed: false)")
	}
	if len(l.s.PolicyText) < len(l.s.PolicyCard.CanOffer) {
		l.scenario("card-silent", "$.policy_text", fmt.Sprintf("%d lines of the card for %d things that can be offered", len(l.s.PolicyText), len(l.s.PolicyCard.CanOffer)))
	}
	l.shown("$.title", l.s.Title)
	l.shown("$.story", l.s.Story)
	l.shown("$.goal", l.s.Goal)
	l.shown("$.situation", l.s.Situation)
	for i, text := range l.s.Brief {
		l.shown(fmt.Sprintf("$.brief[%d]", i), text)
	}
	for i, r := range l.s.CRMCard.Rows {
		l.shown(fmt.Sprintf("$.crm_card.rows[%d].text", i), r.Label+" "+r.Text)
	}
	for i, r := range l.s.CRMCard.LastContacts {
		l.shown(fmt.Sprintf("$.crm_card.last_contacts[%d].text", i), r.Label+" "+r.Text)
	}
	if len(l.s.Brief) == 0 {
		l.scenario("card-silent", "$.story", "there is no brief: the trainee reads nothing before the call")
	}
}

// goodwill is the largest amount in a line of the card that speaks of goodwill.
func (l *linter) goodwill(text string) float64 {
	lower := strings.ToLower(text)
	if !strings.Contains(lower, "goodwill") && !strings.Contains(lower, "voucher") {
		return 0
	}
	most := 0.0
	for _, m := range amount.FindAllStringSubmatch(text, -1) {
		if v, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64); err == nil {
			most = max(most, v)
		}
	}
	return most
}

// shown finds words of the hidden concern in what the trainee reads before the call.
func (l *linter) shown(path, text string) {
	for _, v := range customer.CheckWords(text, l.s, false, nil) {
		if v == customer.ViolationLeak {
			l.scenario("leak", path, "the trainee reads a word that gives the hidden concern away")
		}
	}
}

// letters finds endings without a letter and a call without an outcome.
func (l *linter) letters() {
	for _, e := range endings() {
		switch {
		case !slices.Contains(l.s.Endings, e):
			l.scenario("ending-missing", "$.endings", fmt.Sprintf("a call may end %s, which does not stand under endings", e))
		case len(l.s.Letter[e]) == 0:
			l.scenario("letter-missing", "$.letter", fmt.Sprintf("there is no letter for the ending %s", e))
		}
	}
	if l.s.Outcome == nil {
		l.scenario("outcome-missing", "$.endings", "outcome does not say when the customer stays and recommends")
	}
}

// skills are what a scenario may say that it trains: the dimensions of a grade.
func skills() []string {
	return []string{"acknowledge", "discover", "own", "resolve", "deescalate", "listen", "close"}
}

// voice finds a voice, a skill or another scenario that there is not.
func (l *linter) voice() {
	if v := l.s.Persona.Voice.Speaker; l.opt.Speakers != nil && !slices.Contains(l.opt.Speakers, v) {
		message := fmt.Sprintf("there is no voice %q", v)
		if near := nearest(v, l.opt.Speakers); near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		} else {
			message += "; rapport voices list shows them"
		}
		l.scenario("voice-unknown", "$.persona.voice.speaker", message)
	}
	for i, skill := range l.s.Skills {
		if !slices.Contains(skills(), skill) {
			l.scenario("skill-unknown", fmt.Sprintf("$.skills[%d]", i), fmt.Sprintf("%q is no skill; there are %s", skill, strings.Join(skills(), ", ")))
		}
	}
	for path, slug := range map[string]practice.Slug{"$.variant_of": l.s.VariantOf, "$.follow_up_of": l.s.FollowUpOf} {
		if slug != "" && l.opt.Exists != nil && !l.opt.Exists(slug) {
			l.scenario("scenario-unknown", path, fmt.Sprintf("there is no scenario %q", slug))
		}
	}
}
