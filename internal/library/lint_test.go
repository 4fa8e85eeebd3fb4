package library_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

// shipped is the folder of a shipped scenario, with texts replaced in turn: file, text, by.
func shipped(t *testing.T, changes ...string) fstest.MapFS {
	t.Helper()
	const slug = "late-birthday-parcel"
	out := fstest.MapFS{}
	for _, name := range []string{library.ScenarioFile, library.LinesFile, library.PortraitFile} {
		b, err := personas.FS.ReadFile(slug + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for i := 0; i+2 < len(changes); i += 3 {
			if changes[i] != name {
				continue
			}
			from, to, ranged := strings.Cut(changes[i+1], " …") // up to the end of what follows
			a := strings.Index(text, from)
			b := a + len(from)
			if ranged {
				b = strings.Index(text, to) + len(to)
			}
			if a < 0 || b < a {
				t.Fatalf("%s does not hold %q", name, changes[i+1])
			}
			text = text[:a] + changes[i+2] + text[b:]
		}
		out[slug+"/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func lint(t *testing.T, dir fstest.MapFS) []*library.Advice {
	t.Helper()
	out, err := library.Lint(dir, "late-birthday-parcel", library.LintOptions{Speakers: []string{"hibari/lower-woman"}, Exists: func(s practice.Slug) bool { return s == "late-birthday-parcel" }})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each rule finds what it is there for, at its line, and Maya as she is shipped has nothing to mend.
func TestLint(t *testing.T) {
	for _, a := range lint(t, shipped(t)) {
		t.Errorf("as shipped: %v", a)
	}
	sc, ln := library.ScenarioFile, library.LinesFile
	for name, c := range map[string]struct {
		changes []string
		rule    string
		says    string
	}{
		"a fact that no line tells":        {[]string{sc, "hidden_concern:\n", "  - {id: shelf, say_when: asked, topic: price, text: \"It was on the shelf.\"}\nhidden_concern:\n"}, "fact-unreachable", "no line tells \"shelf\""},
		"a fact without a topic":           {[]string{sc, "say_when: asked, topic: phone,", "say_when: asked,"}, "fact-unreachable", "nobody can ask"},
		"a fact told under another topic":  {[]string{sc, "say_when: asked, topic: phone,", "say_when: asked, topic: email,"}, "fact-unreachable", "asked about email"},
		"a need that nothing meets":        {[]string{sc, "met_by: [specific_plan_with_time]", "met_by: []"}, "need-unmet", "nothing meets \"plan\""},
		"a need met by what calms nobody":  {[]string{sc, "met_by: [specific_plan_with_time]", "met_by: [transfer]"}, "need-unmet", "calms this customer"},
		"a heat that cannot fall":          {[]string{sc, "caving_budget: 1.2", "caving_budget: 0.1"}, "heat-cannot-fall", "lowers heat by 1.2 at most"},
		"anger that nothing draws":         {[]string{sc, "  blame: 2.0\n", ""}, "heat-cannot-rise", "blame"},
		"a stage direction in round marks": {[]string{ln, "Hello, are you there?", "Hello (tired), are you there?"}, "stage-direction", "[sighs]"},
		"a stage direction in words":       {[]string{ln, "Hello, are you there?", "Sighs deeply. Are you there?"}, "stage-direction", "[sighs]"},
		"too few lines in a group":         {[]string{ln, "      - You asked me that a minute ago.\n      - We did that one already, just now.\n", ""}, "few-lines", "1 lines"},
		"no lines for a moment":            {[]string{ln, "topic: unheard", "topic: odd"}, "few-lines", "unheard"},
		"a topic mistyped in lines":        {[]string{ln, "topic: neighbours", "topic: neighborhoods"}, "topic-unknown", "no such topic"},
		"a topic without a line":           {[]string{sc, "  what-ordered:\n", "  shoe-size:\n    - what size\n  what-ordered:\n"}, "topic-without-line", "shoe-size"},
		"a card that allows too much":      {[]string{sc, "Goodwill up to £25", "Goodwill up to £250"}, "card-promises-forbidden", "goodwill_budget (25)"},
		"a card that allows the forbidden": {[]string{sc, "must_not: [promise_courier_time]", "must_not: [promise_courier_time, lend_van]", sc, "endings:", "forbidden:\n  lend_van: [lend|borrow .. van]\nendings:", sc, "Put one by in a store, in her name", "Lend her the van"}, "card-promises-forbidden", "lend_van"},
		"a card that keeps quiet":          {[]string{sc, "courier comes\", allowed: false", "courier comes\", allowed: true"}, "card-silent", "must_not"},
		"a letter missing":                 {[]string{sc, "  abandoned:\n …outcome:", "outcome:"}, "letter-missing", "abandoned"},
		"a phrase with a hyphen":           {[]string{sc, "- special occasion|day", "- follow-up occasion"}, "phrase-never-matches", "follow-up"},
		"a phrase with $ inside":           {[]string{sc, "- special occasion|day", "- special $ occasion"}, "phrase-never-matches", "only at its end"},
		"a voice that does not exist":      {[]string{sc, "hibari/lower-woman", "hibari/lower-womann"}, "voice-unknown", "did you mean \"hibari/lower-woman\"?"},
		"a skill that does not exist":      {[]string{sc, "skills: [acknowledge", "skills: [juggle"}, "skill-unknown", "juggle"},
		"a variant of nothing":             {[]string{sc, "industry: retail", "industry: retail\nvariant_of: late-parcel"}, "scenario-unknown", "late-parcel"},
		"the concern on the card":          {[]string{sc, "{label: Order, text: \"441 792, wooden train set\"}", "{label: Order, text: \"441 792, birthday present\"}"}, "leak", "hidden concern"},
		"a figure told unasked":            {[]string{ln, "Hello, are you there?", "Hello, it's 441 792, are you there?"}, "leak", "order-number"},
		"no outcome":                       {[]string{sc, "outcome:\n  stays: {heat_at_most: 5, trust_at_least: 3}\n  recommends: {heat_at_most: 2.5, trust_at_least: 5.5, needs: all}\n", ""}, "outcome-missing", "stays"},
		"an ending that cannot be written": {[]string{sc, "endings: [resolved, parted_kindly, escalated, hung_up, abandoned]", "endings: [resolved, parted_kindly, escalated, hung_up]", sc, "  abandoned:\n …outcome:", "outcome:"}, "ending-missing", "abandoned"},
	} {
		t.Run(name, func(t *testing.T) {
			found := lint(t, shipped(t, c.changes...))
			for _, a := range found {
				if a.Rule == c.rule && strings.Contains(a.String(), c.says) && a.Place.Line > 0 {
					return
				}
			}
			t.Errorf("want %s (%s), found %v", c.rule, c.says, found)
		})
	}
}
