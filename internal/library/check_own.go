package library

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of a customer's letter, in words, and of how many there are for one ending.
const (
	letterLeast   = 40
	letterMost    = 110
	mostLetters   = 3
	mostThings    = 60
	thingsPattern = `^[a-z0-9']+\*?$`
)

var thingWord = regexp.MustCompile(thingsPattern)

// checkOwn checks what a scenario says of its own company, its trade and its time after the call.
func checkOwn(d *document, s practice.Scenario) {
	for path, slug := range map[string]practice.Slug{"$.variant_of": s.VariantOf, "$.follow_up_of": s.FollowUpOf} {
		switch {
		case slug == "":
		case !isSlug(string(slug)):
			d.problem(path, fmt.Sprintf("%q is no scenario's slug; write small letters, digits and hyphens", slug))
		case slug == s.Slug:
			d.problem(path, "this is the scenario itself; name the other one")
		}
	}
	for id, phrases := range s.Offers {
		checkOneOf(d, "$.offers."+id, id, s.PolicyCard.CanOffer, "policy_card.can_offer")
		checkPhrases(d, "$.offers."+id, phrases)
	}
	for id, phrases := range s.Forbidden {
		checkOneOf(d, "$.forbidden."+id, id, s.PolicyCard.MustNot, "policy_card.must_not")
		checkPhrases(d, "$.forbidden."+id, phrases)
	}
	for i, id := range s.PolicyCard.CanOffer {
		if !customer.HearsOffer(&s, id) {
			d.problem(fmt.Sprintf("$.policy_card.can_offer[%d]", i), fmt.Sprintf("nobody can hear the offer %q; say under offers how it sounds", id))
		}
		if slices.Contains(s.PolicyCard.MustNot, id) {
			d.problem(fmt.Sprintf("$.policy_card.can_offer[%d]", i), fmt.Sprintf("%q stands under must_not too; take it out of one of them", id))
		}
	}
	for i, id := range s.PolicyCard.MustNot {
		if !customer.HearsForbidden(&s, id) {
			d.problem(fmt.Sprintf("$.policy_card.must_not[%d]", i), fmt.Sprintf("nobody can hear the promise %q; say under forbidden how it sounds", id))
		}
	}
	for name, phrases := range s.Hears {
		path := "$.hears." + string(name)
		if !checkAct(d, path, name) {
			continue
		}
		if err := customer.CheckHears(name); err != nil {
			d.problem(path, strings.TrimSuffix(err.Error(), ": "+practice.ErrInvalid.Error()))
		}
		checkPhrases(d, path, phrases)
	}
	if len(s.Things) > mostThings {
		d.problem("$.things", fmt.Sprintf("%d things are more than the %d that there may be", len(s.Things), mostThings))
	}
	for i, t := range s.Things {
		if !thingWord.MatchString(t) {
			d.problem(fmt.Sprintf("$.things[%d]", i), fmt.Sprintf("%q is not one word in small letters, which may end in *", t))
		}
	}
	checkLetters(d, s)
	checkOutcome(d, s.Outcome)
}

func checkOneOf(d *document, path, id string, ids []string, where string) {
	if slices.Contains(ids, id) {
		return
	}
	message := fmt.Sprintf("%q does not stand under %s", id, where)
	if strings.HasPrefix(where, "the endings") {
		message = fmt.Sprintf("%q is not among %s", id, where)
	}
	if near := nearest(id, ids); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	} else {
		message += "; add it there or remove it here"
	}
	d.problem(path, message)
}

func checkLetters(d *document, s practice.Scenario) {
	for ending, letters := range s.Letter {
		path := "$.letter." + string(ending)
		if !slices.Contains(s.Endings, ending) {
			d.problem(path, fmt.Sprintf("%q is not among endings, so this letter is never read", ending))
		}
		if len(letters) == 0 || len(letters) > mostLetters {
			d.problem(path, fmt.Sprintf("write 1 to %d letters for an ending", mostLetters))
		}
		for i, text := range letters {
			at := fmt.Sprintf("%s[%d]", path, i)
			slots := slot.FindAllString(text, -1)
			for _, name := range slots {
				if !slices.Contains([]string{"{agent_name}", "{when}", "{promise}"}, name) {
					d.problem(at, name+" is no slot of a letter; there are {agent_name}, {promise} and {when}")
				}
			}
			if i == len(letters)-1 && len(slots) > 0 {
				d.problem(at, "the last letter must have no slot, since it is read when nothing else fits")
			}
			if n := len(practice.Tokens(slot.ReplaceAllString(text, "that"))); n < letterLeast || n > letterMost {
				d.problem(at, fmt.Sprintf("a letter of %d words; write %d to %d", n, letterLeast, letterMost))
			}
			if strings.ContainsAny(text, "*[]<>") {
				d.problem(at, "a letter is written and read: no marks and no stage directions")
			}
		}
	}
}

func checkOutcome(d *document, o *practice.Outcome) {
	if o == nil {
		return
	}
	for name, bar := range map[string]practice.OutcomeBar{"stays": o.Stays, "recommends": o.Recommends} {
		path := "$.outcome." + name
		d.bounded("outcome."+name+".heat_at_most", bar.HeatAtMost)
		d.bounded("outcome."+name+".trust_at_least", bar.TrustAtLeast)
		if !slices.Contains([]practice.NeedsMet{"", practice.NeedsAll, practice.NeedsAny, practice.NeedsNone}, bar.Needs) {
			d.problem(path+".needs", fmt.Sprintf("%q is none of all, any and none", bar.Needs))
		}
	}
	if o.Recommends.HeatAtMost > o.Stays.HeatAtMost || o.Recommends.TrustAtLeast < o.Stays.TrustAtLeast {
		d.problem("$.outcome.recommends", "a customer who recommends must be at least as calm and trusting as one who stays")
	}
	d.bounded("outcome.csat_bias", o.CSATBias)
}

// between records a number that lies outside its bounds.
func (d *document) between(path string, v, low, high float64) {
	if v < low || v > high || v != v {
		d.problem(path, fmt.Sprintf("%s is %g; it must lie between %g and %g", strings.TrimPrefix(path, "$."), v, low, high))
	}
}
