package library

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// enough is how many lines a group must have, so that a customer need not say the same thing twice.
const enough = 3

// topics finds topics that she cannot answer and lines under topics that there are not.
func (l *linter) topics() {
	answered := map[string]bool{}
	for i, g := range l.groups {
		if g.Move == practice.MoveAnswer || g.Move == practice.MoveTellFact {
			answered[g.Topic] = true
		}
		if g.Topic == "" {
			continue
		}
		_, known := l.s.Topics[g.Topic]
		moments := slices.Concat(customer.MomentTopics(), customer.AskingTopics())
		if !known && !slices.Contains(moments, g.Topic) {
			message := fmt.Sprintf("nobody asks about %q: there is no such topic and no such moment", g.Topic)
			ids := slices.Clone(moments)
			for id := range l.s.Topics {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			if near := nearest(g.Topic, ids); near != "" {
				message += fmt.Sprintf("; did you mean %q?", near)
			}
			l.line("topic-unknown", fmt.Sprintf("$.lines[%d].topic", i), message)
		}
	}
	shared := SharedTopics()
	for id := range l.s.Topics {
		if !answered[id] && !slices.Contains(shared, id) {
			l.scenario("topic-without-line", "$.topics."+id, fmt.Sprintf("asked about %s, she has no line (move: answer, topic: %s)", id, id))
		}
	}
}

// variety finds moments for which there are too few lines.
func (l *linter) variety() {
	for i, g := range l.groups {
		if n := len(g.Say) * max(1, len(g.Then)); n < enough {
			l.line("few-lines", fmt.Sprintf("$.lines[%d].move", i), fmt.Sprintf("%d lines; write at least %d", n, enough))
		}
	}
	count := func(w customer.Wanted, band customer.Band) int {
		n := 0
		for _, g := range l.groups {
			if g.Move != w.Move || g.Topic != w.Topic || band != "" && len(g.Heat) > 0 && !slices.Contains(g.Heat, band) {
				continue
			}
			n += len(g.Say) * max(1, len(g.Then))
		}
		return n
	}
	for _, w := range customer.WantedLines() {
		name := string(w.Move)
		if w.Topic != "" {
			name += ", topic " + w.Topic
		}
		if len(w.Bands) == 0 {
			if n := count(w, ""); n < enough {
				l.line("few-lines", "$.lines", fmt.Sprintf("%d lines for %s; every call may want it: write at least %d", n, name, enough))
			}
			continue
		}
		for _, band := range w.Bands {
			if n := count(w, band); n < enough {
				l.line("few-lines", "$.lines", fmt.Sprintf("%d lines for %s when %s; write at least %d", n, name, band, enough))
			}
		}
	}
	if l.s.HiddenConcern.ID != "" {
		n := 0
		for _, g := range l.groups {
			if g.Move == practice.MoveRevealConcern && slices.Contains(g.Tells, "concern") {
				n += len(g.Say)
			}
		}
		if n < enough {
			l.line("few-lines", "$.lines", fmt.Sprintf("%d lines tell the concern (move: reveal_concern, tells: [concern]); write at least %d", n, enough))
		}
	}
}

var stageWords = regexp.MustCompile(`(?i)\b(sighs|laughs|pauses|groans|cries|sobs|sniffs|coughs|clears (his|her|their) throat|in a (low|small|quiet|loud|shaking) voice)\b`)

// texts finds words in lines that a voice would read out and no person would say.
func (l *linter) texts() {
	for i, g := range l.groups {
		for _, part := range []struct {
			name string
			all  []string
		}{{"say", g.Say}, {"then", g.Then}} {
			for j, text := range part.all {
				path := fmt.Sprintf("$.lines[%d].%s[%d]", i, part.name, j)
				words, _ := customer.SplitMarks(slot.ReplaceAllString(text, "that"))
				switch {
				case strings.ContainsAny(words, "()") || stageWords.MatchString(words) && !strings.Contains(words, "my "):
					l.line("stage-direction", path, "holds a stage direction; sounds are "+strings.Join(customer.Marks(), ", "))
				case strings.ContainsAny(words, "#/\\_=|~^`"):
					l.line("stage-direction", path, "holds a character that cannot be spoken")
				case strings.Contains(words, "  ") || strings.TrimSpace(words) == "":
					l.line("stage-direction", path, "is empty or holds two spaces in a row")
				}
			}
		}
	}
}

// phrases finds phrases that never match.
func (l *linter) phrases() {
	check := func(path string, phrases []string) {
		for i, p := range phrases {
			if why := customer.NeverMatches(p); why != "" {
				l.scenario("phrase-never-matches", fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf("%q: %s", p, why))
			}
		}
	}
	shared := sharedTopics()
	for id, phrases := range l.s.Topics {
		check("$.topics."+id, phrases[:len(phrases)-len(shared[id])]) // its own stand first
	}
	check("$.stakes", l.s.Stakes)
	check("$.hidden_concern.guesses", l.s.HiddenConcern.Guesses)
	for id, phrases := range l.s.Offers {
		check("$.offers."+id, phrases)
	}
	for id, phrases := range l.s.Forbidden {
		check("$.forbidden."+id, phrases)
	}
	for name, phrases := range l.s.Hears {
		check("$.hears."+string(name), phrases)
	}
	for i, g := range l.groups {
		for j, p := range g.Heard {
			if why := customer.NeverMatches(p); why != "" {
				l.line("phrase-never-matches", fmt.Sprintf("$.lines[%d].heard[%d]", i, j), fmt.Sprintf("%q: %s", p, why))
			}
		}
	}
}
