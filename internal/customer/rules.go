package customer

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed rules.txt
var rulesText string

// rule is one section of rules.txt.
type rule struct {
	act       practice.ActName
	what      string
	negated   bool
	statement bool
	asked     bool
	phrases   []phrase
	not       []phrase
}

// rulebook is what every customer understands, whatever her scenario.
type rulebook struct {
	rules          []rule
	requests       []phrase
	frames         []phrase
	commitments    []phrase
	outcomes       []phrase
	others         []phrase
	arrivalsByHour []phrase
	guarantees     []phrase
	arrivalsByDay  []phrase
	keeps          []phrase
	violations     []violation
}

// ruleBook reads the embedded rules, which a test keeps readable.
//
//nolint:gochecknoglobals // a table read once from the embedded file and never written
var ruleBook = sync.OnceValue(func() *rulebook {
	rules, err := parseRules(rulesText)
	if err != nil {
		rules = nil
	}
	return &rulebook{
		rules: rules, requests: compileAll(requests()), frames: compileAll(frames()), commitments: compileAll(commitments()),
		outcomes: compileAll(outcomes()), others: compileAll(others()),
		arrivalsByHour: compileAll(arrivalsByHour()), guarantees: compileAll(guarantees()), arrivalsByDay: compileAll(arrivalsByDay()),
		keeps: compileAll(keeps()), violations: violations(),
	}
})

func parseRules(text string) ([]rule, error) {
	var out []rule
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if head, ok := strings.CutPrefix(line, "["); ok {
			fields := strings.Fields(strings.TrimSuffix(head, "]"))
			r := rule{act: practice.ActName(fields[0])}
			for _, f := range fields[1:] {
				switch {
				case f == "negated":
					r.negated = true
				case f == "statement":
					r.statement = true
				case f == "asked":
					r.asked = true
				case strings.HasPrefix(f, "what="):
					r.what = strings.TrimPrefix(f, "what=")
				default:
					return nil, fmt.Errorf("rules line %d: unknown flag %q", n+1, f)
				}
			}
			out = append(out, r)
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("rules line %d: a phrase before the first section", n+1)
		}
		r := &out[len(out)-1]
		not, isNot := strings.CutPrefix(line, "! ")
		if isNot {
			line = not
		}
		p, err := compile(line)
		if err != nil {
			return nil, fmt.Errorf("rules line %d: %w", n+1, err)
		}
		if isNot {
			r.not = append(r.not, p)
		} else {
			r.phrases = append(r.phrases, p)
		}
	}
	return out, nil
}

// hears returns where the rule stands in a sentence: [i, j).
func (r rule) hears(s sentence) (i, j int, ok bool) {
	if r.statement && s.question || r.asked && !s.question {
		return 0, 0, false
	}
	for _, p := range r.phrases {
		for from := 0; from < len(s.words); {
			a, b, found := p.find(s.words, from)
			if !found {
				break
			}
			if !r.excludes(s.words, a, b) && !allQuoted(s.words[a:b]) && (r.negated || !negated(s, a, b, p)) {
				return a, b, true
			}
			from = a + 1
		}
	}
	return 0, 0, false
}

func (r rule) excludes(ws []word, i, j int) bool {
	for _, p := range r.not {
		for from := 0; from < len(ws); {
			a, b, ok := p.find(ws, from)
			if !ok || a >= j {
				break
			}
			if b > i {
				return true
			}
			from = a + 1
		}
	}
	return false
}

func allQuoted(ws []word) bool {
	for _, w := range ws {
		if !w.quoted {
			return false
		}
	}
	return true
}

// negated tells whether a "not" stands just before words [i, j) in their clause, or among them without the phrase asking for it.
func negated(s sentence, i, j int, p phrase) bool {
	first := 0
	for _, c := range s.clauses {
		if c <= i {
			first = c
		}
	}
	for k := max(first, i-3); k < i; k++ {
		if isNegator(s.words[k].lower) && at(s.words, k+1) != "only" && at(s.words, k+1) != "just" {
			return true
		}
	}
	for k := i; k < j; k++ {
		if isOneOf(s.words[k].lower, "not", "never", "hardly") && !strings.Contains(p.text, "not") && !strings.Contains(p.text, "never") {
			return true
		}
	}
	return false
}

func isNegator(w string) bool {
	return isOneOf(w, "not", "never", "no", "hardly", "without", "nor", "neither", "cannot")
}
