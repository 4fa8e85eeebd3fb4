package customer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// phrase is a compiled pattern over words. The language, also that of a scenario's topics, stakes and guesses:
//
//	word          this word; a contraction is written opened (do not, i am)
//	a|b|c         one of these
//	word?         may be missing
//	stem*         any word that begins so
//	@class        one of a named list of words, or a time (@time, @hour) or a number (@number)
//	..  ...       up to 3, up to 7 words of any kind
//	^             the sentence's start, after lead-ins such as "so" and "and"
//	$             the sentence's end; also beside words: today|$
type phrase struct {
	parts  []part
	text   string
	weight int // how much it says: the number of words that it asks for
}

type part struct {
	words    []string
	stems    []string
	classes  []class
	gap      int
	start    bool
	end      bool
	orEnd    bool // one of the alternatives is the sentence's end
	optional bool
}

// PhraseError says what is wrong with a phrase.
type PhraseError struct {
	Phrase string
	Reason string
}

// Error implements error.
func (e *PhraseError) Error() string { return fmt.Sprintf("phrase %q %s", e.Phrase, e.Reason) }

// CheckPhrase tells whether a scenario's phrase can be read; the error is a *PhraseError.
func CheckPhrase(text string) error {
	_, err := compile(text)
	return err
}

func compile(text string) (phrase, error) {
	p := phrase{text: text}
	solid := 0
	for f := range strings.FieldsSeq(strings.ToLower(text)) {
		var q part
		if s, ok := strings.CutSuffix(f, "?"); ok && s != "" {
			q.optional, f = true, s
		}
		switch f {
		case "..":
			q.gap = 3
		case "...":
			q.gap = 7
		case "^":
			q.start = true
		case "$":
			q.end = true
		default:
			for alt := range strings.SplitSeq(f, "|") {
				if alt == "" {
					return p, &PhraseError{text, "has an empty alternative"}
				}
				if alt == "$" {
					q.orEnd = true
					continue
				}
				if class, ok := strings.CutPrefix(alt, "@"); ok {
					c, ok := classOf(class)
					if !ok {
						return p, &PhraseError{text, "names the class " + alt + ", which there is not"}
					}
					q.classes = append(q.classes, c)
					continue
				}
				if a, _ := opening(alt); a != "" {
					return p, &PhraseError{text, "holds the contraction " + alt + "; write it opened"}
				}
				if s, ok := strings.CutSuffix(alt, "*"); ok {
					q.stems = append(q.stems, s)
				} else {
					q.words = append(q.words, alt)
				}
			}
			if !q.optional {
				solid++
			}
		}
		if q.gap == 0 && !q.start && !q.end && !q.optional {
			p.weight++
		}
		p.parts = append(p.parts, q)
	}
	if solid == 0 {
		return p, &PhraseError{text, "has no word that must be there"}
	}
	return p, nil
}

func (q part) accepts(w string) bool {
	if slices.Contains(q.words, w) {
		return true
	}
	if w == "'s" { // after a noun it may be "is" or "has": the fault's in the street
		return slices.Contains(q.words, "is") || slices.Contains(q.words, "has")
	}
	for _, x := range q.stems {
		if strings.HasPrefix(w, x) {
			return true
		}
	}
	return false
}

// find returns the first place where the phrase stands at or after word index from: [i, j).
func (p phrase) find(ws []word, from int) (i, j int, ok bool) {
	for i = from; i < len(ws); i++ {
		if j, ok = p.match(ws, i, 0); ok && j > i {
			return i, j, true
		}
	}
	return 0, 0, false
}

func (p phrase) match(ws []word, at, k int) (int, bool) {
	if k == len(p.parts) {
		return at, true
	}
	q := p.parts[k]
	switch {
	case q.start:
		for i := range at {
			if !isLeadIn(ws[i].lower) {
				return 0, false
			}
		}
		return p.match(ws, at, k+1)
	case q.end:
		if at != len(ws) {
			return 0, false
		}
		return p.match(ws, at, k+1)
	case q.gap > 0:
		for n := 0; n <= q.gap && at+n <= len(ws); n++ {
			if end, ok := p.match(ws, at+n, k+1); ok {
				return end, true
			}
		}
		return 0, false
	}
	if at < len(ws) {
		if q.accepts(ws[at].lower) {
			if end, ok := p.match(ws, at+1, k+1); ok {
				return end, true
			}
		}
		for _, class := range q.classes {
			if n := class.at(ws, at); n > 0 {
				if end, ok := p.match(ws, at+n, k+1); ok {
					return end, true
				}
			}
		}
	}
	if q.optional || q.orEnd && at == len(ws) {
		return p.match(ws, at, k+1)
	}
	return 0, false
}

// compileAll reads phrases and leaves out those that cannot be read.
func compileAll(texts []string) []phrase {
	out := make([]phrase, 0, len(texts))
	for _, t := range texts {
		if p, err := compile(t); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// anyPhrase finds the first of the phrases in a run of words.
func anyPhrase(phrases []phrase, ws []word) (i, j int, ok bool) {
	for _, p := range phrases {
		if i, j, ok = p.find(ws, 0); ok {
			return i, j, true
		}
	}
	return 0, 0, false
}

func holdsPhrase(phrases []phrase, ws []word) bool {
	_, _, ok := anyPhrase(phrases, ws)
	return ok
}

// quoteOf is the text's bytes under words [i, j).
func quoteOf(text string, ws []word, i, j int) string {
	return text[ws[i].start:ws[j-1].end]
}

// contentWords are the words that carry meaning, shortened to a crude stem so that "waited" meets "waiting".
func contentWords(text string) []string {
	var out []string
	for _, t := range practice.Tokens(text) {
		w := strings.TrimSuffix(t.Lower, "'s")
		if len(w) < 3 || isStopWord(w) {
			continue
		}
		out = append(out, stem(w))
	}
	return out
}

func stem(w string) string {
	for _, suffix := range []string{"ing", "ed", "ly", "es", "s", "e"} {
		if s, ok := strings.CutSuffix(w, suffix); ok && len(s) >= 3 {
			return s
		}
	}
	return w
}
