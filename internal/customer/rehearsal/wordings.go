package rehearsal

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed words
var wordsFS embed.FS

//go:embed heldback
var heldBackFS embed.FS

// sharedWords is the file of the wordings that fit every customer.
const sharedWords = "shared.txt"

// AgentNames lists the scripted agents, the best first.
func AgentNames() []string {
	return []string{"excellent", "plain_kind", "average", "script_reader", "dismissive", "abusive", "silent", "injector", "over_promiser"}
}

// wordings are what the agents say: agent, situation, lines.
type wordings map[string]map[string][]string

// parseWordings reads a file of wordings: sections [agent situation], a wording a line, # for comments. A line
// "unread: N" before the first section leaves out the first N−1 wordings of each section, which somebody has read.
func parseWordings(text string) (wordings, error) {
	out := wordings{}
	agent, situation, from := "", "", 0
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		unread, isUnread := strings.CutPrefix(line, "unread:")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case isUnread && agent == "":
			k, err := strconv.Atoi(strings.TrimSpace(unread))
			if err != nil || k < 1 {
				return nil, fmt.Errorf("line %d: write \"unread: N\" with the position of the first unread wording: %w", n+1, practice.ErrInvalid)
			}
			from = k - 1
		case strings.HasPrefix(line, "["):
			var ok bool
			agent, situation, ok = strings.Cut(strings.Trim(line, "[]"), " ")
			if !ok || !slices.Contains(AgentNames(), agent) || !slices.Contains(situationNames(), situation) {
				return nil, fmt.Errorf("line %d: a section must read [agent situation], with one of %s and one of %s: %w", n+1, strings.Join(AgentNames(), ", "), strings.Join(situationNames(), ", "), practice.ErrInvalid)
			}
			if out[agent] == nil {
				out[agent] = map[string][]string{}
			}
		case agent == "":
			return nil, fmt.Errorf("line %d: a wording before the first section: %w", n+1, practice.ErrInvalid)
		default:
			out[agent][situation] = append(out[agent][situation], line)
		}
	}
	for _, situations := range out {
		for situation, lines := range situations {
			situations[situation] = lines[min(from, len(lines)):]
		}
	}
	return out, nil
}

// over puts w's sections over another's: a section of w replaces the same one of under.
func (w wordings) over(under wordings) wordings {
	out := wordings{}
	for _, layer := range []wordings{under, w} {
		for agent, situations := range layer {
			if out[agent] == nil {
				out[agent] = map[string][]string{}
			}
			maps.Copy(out[agent], situations)
		}
	}
	return out
}

// named fills {name} in.
func (w wordings) named(name string) wordings {
	out := wordings{}
	for agent, situations := range w {
		out[agent] = map[string][]string{}
		for situation, lines := range situations {
			for _, l := range lines {
				out[agent][situation] = append(out[agent][situation], strings.ReplaceAll(l, "{name}", name))
			}
		}
	}
	return out
}

// speaks tells whether an agent has anything to say. The silent one needs nothing.
func (w wordings) speaks(agent string) bool { return agent == "silent" || len(w[agent]) > 0 }

// knownWordings are what the agents say to a scenario's customer: its own file (or the text given with the subject), over
// that of the scenario which it varies, over the shared one.
func knownWordings(s Subject) (wordings, error) {
	w, err := readWordings(wordsFS, "words", strings.TrimSuffix(sharedWords, ".txt"))
	if err != nil {
		return nil, err
	}
	own := wordings{}
	for _, slug := range []practice.Slug{s.Scenario.VariantOf, s.Scenario.Slug} {
		more, err := readWordings(wordsFS, "words", string(slug))
		if err != nil {
			return nil, err
		}
		own = more.over(own)
	}
	if s.Wordings != "" {
		more, err := parseWordings(s.Wordings)
		if err != nil {
			return nil, fmt.Errorf("wordings for %s: %w", s.Scenario.Slug, err)
		}
		own = more.over(own)
	}
	if len(own) == 0 {
		return nil, fmt.Errorf("nobody has written what the agents say to %s: write words/%s.txt beside the others, or %s in the scenario's folder: %w", s.Scenario.Slug, s.Scenario.Slug, WordingsFile, practice.ErrNotFound)
	}
	return own.over(w).named(firstName(s.Scenario.Persona.Name)), nil
}

// WordingsFile is where a scenario's folder may hold what the agents say to its customer.
const WordingsFile = "agents.txt"

// heldBackWordings are the unread wordings for a scenario; none when nobody has written any.
func heldBackWordings(s Subject) (wordings, error) {
	w, err := readWordings(heldBackFS, "heldback", string(s.Scenario.Slug))
	return w.named(firstName(s.Scenario.Persona.Name)), err
}

func readWordings(fsys fs.FS, dir, name string) (wordings, error) {
	file := path.Join(dir, name+".txt")
	b, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return wordings{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	w, err := parseWordings(string(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return w, nil
}

// situationNames are the moments for which an agent may have wordings.
func situationNames() []string {
	return []string{"opening", "ask", "concern", "feeling", "reason", "plan", "vague", "backup", "check", "closing", "any"}
}
