package grading

import (
	"bufio"
	_ "embed" // the lexicon is data
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed lexicon.txt
var lexiconText string

// gapWords is the most words that "..." in a pattern stands for.
const gapWords = 4

// A pattern is a tree of nodes; at each node the matcher keeps every place where the words so far may end.
type nodeKind int

const (
	nodeWord   nodeKind = iota // one literal word
	nodePrefix                 // any word that begins so
	nodeAny                    // any one word
	nodeGap                    // none to gapWords words
	nodeSet                    // a word of a class
	nodeChoice                 // one of several sequences
	nodeStart                  // a sentence begins here
	nodeEnd                    // a sentence ends here
)

type node struct {
	kind    nodeKind
	text    string
	set     *class
	choices [][]node
}

type class struct {
	words    map[string]bool
	prefixes []string
}

func (c *class) has(w string) bool {
	if c.words[w] {
		return true
	}
	for _, p := range c.prefixes {
		if strings.HasPrefix(w, p) {
			return true
		}
	}
	return false
}

// lexicon is a compiled set of patterns by category.
type lexicon struct {
	classes    map[string]*class
	categories []string
	patterns   []pattern
	byWord     map[string][]int
	byPrefix   map[string][]prefixed // by the prefix's first two bytes
	anywhere   []int
}

type pattern struct {
	category int
	seq      []node
}

type prefixed struct {
	prefix  string
	pattern int
}

// hit is one place where a category was found: words[from:to].
type hit struct {
	category string
	from, to int
}

// parseLexicon compiles the text format described at the head of lexicon.txt.
func parseLexicon(text string) (*lexicon, error) {
	lex := &lexicon{classes: map[string]*class{}, byWord: map[string][]int{}, byPrefix: map[string][]prefixed{}}
	var group string
	scanner := bufio.NewScanner(strings.NewReader(text))
	for line := 1; scanner.Scan(); line++ {
		row := strings.TrimSpace(scanner.Text())
		switch {
		case row == "" || strings.HasPrefix(row, "#"):
		case strings.HasPrefix(row, "[") && strings.HasSuffix(row, "]"):
			group = row[1 : len(row)-1]
			if !strings.HasPrefix(group, "@") {
				lex.categories = append(lex.categories, group)
			}
		case strings.HasPrefix(group, "@"):
			lex.addClass(group[1:], row)
		default:
			seq, rest, err := lex.parseSeq(row, 0)
			if err == nil && strings.TrimSpace(rest) != "" {
				err = fmt.Errorf("unexpected %q", rest)
			}
			if err != nil {
				return nil, fmt.Errorf("lexicon line %d: %w", line, err)
			}
			lex.addPattern(seq)
		}
	}
	return lex, scanner.Err()
}

func (lex *lexicon) addClass(name, row string) {
	c := lex.classes[name]
	if c == nil {
		c = &class{words: map[string]bool{}}
		lex.classes[name] = c
	}
	for field := range strings.FieldsSeq(row) {
		if prefix, ok := strings.CutSuffix(field, "*"); ok {
			c.prefixes = append(c.prefixes, prefix)
		} else {
			c.words[field] = true
		}
	}
}

// parseSeq reads elements up to the end, a bar or a closing bracket of an enclosing group.
func (lex *lexicon) parseSeq(s string, depth int) ([]node, string, error) {
	var seq []node
	for {
		s = strings.TrimLeft(s, " ")
		if s == "" || (depth > 0 && (s[0] == '|' || s[0] == ')')) {
			return seq, s, nil
		}
		elems, rest, err := lex.parseElem(s, depth)
		if err != nil {
			return nil, "", err
		}
		if strings.HasPrefix(rest, "?") {
			elems, rest = []node{{kind: nodeChoice, choices: [][]node{elems, nil}}}, rest[1:]
		}
		seq, s = append(seq, elems...), rest
	}
}

func (lex *lexicon) parseElem(s string, depth int) ([]node, string, error) {
	if s[0] == '(' {
		choice := node{kind: nodeChoice}
		rest := s[1:]
		for {
			seq, after, err := lex.parseSeq(rest, depth+1)
			if err != nil {
				return nil, "", err
			}
			if after == "" {
				return nil, "", fmt.Errorf("bracket of %q is not closed", s)
			}
			choice.choices = append(choice.choices, seq)
			rest = after[1:]
			if after[0] == ')' {
				return []node{choice}, strings.TrimPrefix(rest, "*"), nil
			}
		}
	}
	end := strings.IndexAny(s, " ()|?")
	if end < 0 {
		end = len(s)
	}
	if end == 0 {
		return nil, "", fmt.Errorf("unexpected %q", s)
	}
	atom, rest := s[:end], s[end:]
	switch {
	case atom == "...":
		return []node{{kind: nodeGap}}, rest, nil
	case atom == "^":
		return []node{{kind: nodeStart}}, rest, nil
	case atom == "$":
		return []node{{kind: nodeEnd}}, rest, nil
	case atom == "_":
		return []node{{kind: nodeAny}}, rest, nil
	case atom[0] == '@':
		c := lex.classes[atom[1:]]
		if c == nil {
			return nil, "", fmt.Errorf("no class %s above this line", atom)
		}
		return []node{{kind: nodeSet, set: c}}, rest, nil
	}
	literal, isPrefix := strings.CutSuffix(atom, "*")
	var seq []node
	for _, token := range practice.Tokens(literal) {
		for _, w := range expand(token.Lower) {
			seq = append(seq, node{kind: nodeWord, text: w})
		}
	}
	if len(seq) == 0 {
		return nil, "", fmt.Errorf("%q has no word", atom)
	}
	if isPrefix {
		seq[len(seq)-1].kind = nodePrefix
	}
	return seq, rest, nil
}

func (lex *lexicon) addPattern(seq []node) {
	id := len(lex.patterns)
	lex.patterns = append(lex.patterns, pattern{category: len(lex.categories) - 1, seq: seq})
	first := opening{words: map[string]bool{}, prefixes: map[string]bool{}}
	if first.of(seq) || first.any {
		lex.anywhere = append(lex.anywhere, id)
		return
	}
	for w := range first.words {
		lex.byWord[w] = append(lex.byWord[w], id)
	}
	for p := range first.prefixes {
		lex.byPrefix[head(p)] = append(lex.byPrefix[head(p)], prefixed{p, id})
	}
}

// head is the first two bytes of a word, by which prefixes are looked up; all prefixes have at least two.
func head(w string) string { return w[:min(2, len(w))] }

// opening collects the words with which a pattern can begin, so that most patterns are never tried at most words.
type opening struct {
	words, prefixes map[string]bool
	any             bool
}

// of reports whether the sequence may be empty.
func (o *opening) of(seq []node) bool {
	for _, n := range seq {
		empty := false
		switch n.kind {
		case nodeWord:
			o.words[n.text] = true
		case nodePrefix:
			o.prefixes[n.text] = true
		case nodeStart, nodeEnd:
			empty = true
		case nodeAny:
			o.any = true
		case nodeGap:
			o.any, empty = true, true
		case nodeSet:
			for w := range n.set.words {
				o.words[w] = true
			}
			for _, p := range n.set.prefixes {
				o.prefixes[p] = true
			}
		case nodeChoice:
			for _, choice := range n.choices {
				empty = o.of(choice) || empty
			}
		}
		if !empty {
			return false
		}
	}
	return true
}

// find returns every category's hits, leftmost and longest, not overlapping within a category, in the text's order.
func (lex *lexicon) find(words []word) []hit {
	var out []hit
	free := make([]int, len(lex.categories)) // first word not yet taken, by category
	best := make([]int, len(lex.categories))
	for i := range words {
		limit := i
		for limit < len(words) && words[limit].sentence == words[i].sentence {
			limit++
		}
		try := func(id int) {
			p := &lex.patterns[id]
			if i < free[p.category] {
				return
			}
			if end := longest(p.seq, words, i, limit); end > i && end > best[p.category] {
				best[p.category] = end
			}
		}
		for _, id := range lex.byWord[words[i].w] {
			try(id)
		}
		for _, p := range lex.byPrefix[head(words[i].w)] {
			if strings.HasPrefix(words[i].w, p.prefix) {
				try(p.pattern)
			}
		}
		for _, id := range lex.anywhere {
			try(id)
		}
		for c := range lex.categories { // in a fixed order, whatever the maps gave
			if best[c] == 0 {
				continue
			}
			out = append(out, hit{lex.categories[c], i, best[c]})
			free[c], best[c] = best[c], 0
		}
	}
	return out
}

// longest returns the furthest end of a match of seq from i within limit, or -1.
func longest(seq []node, words []word, i, limit int) int {
	best := -1
	for _, end := range ends(seq, words, []int{i}, limit) {
		best = max(best, end)
	}
	return best
}

// ends follows a sequence from all the places at once; the places stay sorted out of duplicates.
func ends(seq []node, words []word, at []int, limit int) []int {
	for _, n := range seq {
		var next []int
		add := func(p int) {
			if slices.Contains(next, p) {
				return
			}
			next = append(next, p)
		}
		for _, p := range at {
			switch n.kind {
			case nodeWord:
				if p < limit && words[p].w == n.text {
					add(p + 1)
				}
			case nodePrefix:
				if p < limit && strings.HasPrefix(words[p].w, n.text) {
					add(p + 1)
				}
			case nodeAny:
				if p < limit {
					add(p + 1)
				}
			case nodeStart:
				if p == 0 || p < len(words) && words[p-1].sentence != words[p].sentence {
					add(p)
				}
			case nodeEnd:
				if p == limit {
					add(p)
				}
			case nodeGap:
				for k := p; k <= min(p+gapWords, limit); k++ {
					add(k)
				}
			case nodeSet:
				if p < limit && n.set.has(words[p].w) {
					add(p + 1)
				}
			case nodeChoice:
				for _, choice := range n.choices {
					for _, end := range ends(choice, words, []int{p}, limit) {
						add(end)
					}
				}
			}
		}
		if len(next) == 0 {
			return nil
		}
		at = next
	}
	return at
}
