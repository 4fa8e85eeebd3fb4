package customer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// builtInOffers are the ids of offers that every customer understands; a scenario's own offers add to them.
func builtInOffers() []string {
	return []string{"refund_shipping", "reserve_in_store", "expedite", "voucher", "refund"}
}

// HearsOffer tells whether a customer can hear an offer of that id: it is built in, or the scenario says how it sounds.
func HearsOffer(s *practice.Scenario, id string) bool {
	return slices.Contains(builtInOffers(), id) || len(s.Offers[id]) > 0
}

// HearsForbidden tells whether a customer can hear a promise of that id being made.
func HearsForbidden(s *practice.Scenario, id string) bool {
	return id == whatCourierTime || len(s.Forbidden[id]) > 0
}

// CheckHears tells why a scenario may not say under hears how an act sounds; nil when it may.
func CheckHears(name practice.ActName) error {
	where := ""
	switch name {
	case practice.ActOpenQuestion, practice.ActClosedQuestion:
		where = "questions are heard by what they ask about: write the phrases under topics"
	case practice.ActNamedStakes:
		where = "write the phrases under stakes"
	case practice.ActGuessedConcern:
		where = "write the phrases under hidden_concern.guesses"
	case practice.ActOffer:
		where = "write the phrases under offers, with the id of what is offered"
	case practice.ActIntroducesSelf, practice.ActNameUsed, practice.ActMirroring:
		where = "it is heard from names and from the customer's own words, and needs no phrases"
	case practice.ActAskedAgain, practice.ActInterrupted, practice.ActMonologue, practice.ActUnannouncedHold, practice.ActLongSilence:
		where = "it shows in timing and not in words"
	default:
		return nil
	}
	return fmt.Errorf("%s cannot stand under hears: %s: %w", name, where, practice.ErrInvalid)
}

// ownWays are a scenario's own ways of doing things, compiled.
type ownWays struct {
	rules       []rule   // of hears
	offers      []rule   // What is the id
	forbidden   []rule   // What is the id
	commitments []phrase // of hears: what makes a promise or a plan
	things      []string // nil: the default
	courier     bool     // an hour of arrival is a promise that nobody can keep
}

// waysOf compiles a scenario's offers, forbidden promises, acts and things. Maps are read in the order of their keys,
// so that the same scenario always hears the same.
func waysOf(s *practice.Scenario, b *rulebook) ownWays {
	w := ownWays{courier: slices.Contains(s.PolicyCard.MustNot, whatCourierTime)}
	for _, id := range sortedKeys(s.Offers) {
		w.offers = append(w.offers, rule{act: practice.ActOffer, what: id, phrases: compileAll(s.Offers[id])})
	}
	for _, id := range sortedKeys(s.Forbidden) {
		w.forbidden = append(w.forbidden, rule{act: practice.ActPromise, what: id, statement: true, phrases: compileAll(s.Forbidden[id])})
	}
	for _, name := range sortedKeys(s.Hears) {
		phrases := compileAll(s.Hears[name])
		if name == practice.ActPromise || name == practice.ActSpecificPlan {
			w.commitments = append(w.commitments, phrases...)
			continue
		}
		r := rule{act: name, phrases: phrases}
		for _, known := range b.rules {
			if known.act == name && known.what == "" {
				r.negated, r.statement, r.asked = known.negated, known.statement, known.asked
				break
			}
		}
		w.rules = append(w.rules, r)
	}
	for _, t := range s.Things {
		w.things = append(w.things, strings.ToLower(t))
	}
	return w
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// hearOwn finds what only this scenario's company and trade say.
func (v *view) hearOwn(s sentence) {
	for _, r := range v.ear.own.rules {
		if i, j, ok := r.hears(s); ok && !v.hasWhat(v.n, r.act, "") {
			v.add(s, i, j, practice.Act{Name: r.act})
		}
	}
	for _, r := range v.ear.own.offers {
		if i, j, ok := r.hears(s); ok && !v.has(v.n, practice.ActOffer) {
			v.add(s, i, j, practice.Act{Name: practice.ActOffer})
		}
	}
	for _, r := range v.ear.own.forbidden {
		if i, j, ok := r.hears(s); ok {
			v.add(s, i, j, practice.Act{Name: practice.ActPromise, What: r.what, When: whenOf(v.in.Text, s, i)})
		}
	}
}

// promisedForbidden tells whether the sentence being heard promises what this scenario's policy forbids.
func (v *view) promisedForbidden() bool {
	return slices.ContainsFunc(v.ear.own.forbidden, func(r rule) bool { return v.hasWhat(v.n, practice.ActPromise, r.what) })
}

// ownOffer is the id of the scenario's own offers that a sentence makes, or "".
func (v *view) ownOffer(s sentence) string {
	for _, r := range v.ear.own.offers {
		if _, _, ok := r.hears(s); ok {
			return r.what
		}
	}
	return ""
}

// mayOffer tells whether a built-in offer means anything here: without a scenario always.
func (v *view) mayOffer(id string) bool {
	return v.ear.scenario == nil || id == "refund" || slices.Contains(v.ear.scenario.PolicyCard.CanOffer, id)
}

// thing says whether a word names what a scenario is about.
type thing int8

const (
	thingByDefault thing = iota // whatever the class @parcel holds
	thingYes
	thingNo
)

// markThings gives each word what it is in this scenario; no things leave the default.
func markThings(ss []sentence, things []string) {
	if len(things) == 0 {
		return
	}
	for _, s := range ss {
		for i := range s.words {
			s.words[i].thing = thingNo
			if isThing(s.words[i].lower, things) {
				s.words[i].thing = thingYes
			}
		}
	}
}

// isThing tells whether a word is one of the things, or stands for whatever is being talked about.
func isThing(w string, things []string) bool {
	if isOneOf(w, "it", "they", "one") {
		return true
	}
	return slices.ContainsFunc(things, func(t string) bool {
		stem, ok := strings.CutSuffix(t, "*")
		return w == t || ok && strings.HasPrefix(w, stem)
	})
}

// parcelAt matches the class @parcel.
func parcelAt(ws []word, i int) int {
	switch ws[i].thing {
	case thingYes:
		return 1
	case thingNo:
		return 0
	case thingByDefault:
	}
	if isOneOf(ws[i].lower, parcelWords()...) {
		return 1
	}
	return 0
}

// parcelWords are what the class @parcel means where a scenario does not say what its things are.
func parcelWords() []string {
	return []string{"it", "parcel", "parcels", "package", "order", "delivery", "train", "set", "box", "item", "present", "gift", "courier", "driver", "van", "they", "replacement", "one", "kettle", "shoes", "trains"}
}

// answerable is the topic of a question that she has lines for: the act's own, or else the asking word of its sentence,
// as ?when.
func (m *Mind) answerable(a practice.Act) string {
	if strings.HasPrefix(a.What, "?") || slices.ContainsFunc(m.lines.Groups, func(g LineGroup) bool { return g.Topic == a.What }) {
		return a.What
	}
	for _, s := range sentences(a.Quote) {
		return "?" + askingWord(s)
	}
	return a.What
}
