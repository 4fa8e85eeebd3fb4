package customer

import (
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// fewestFirst is how many words there are before any of them is handed out.
const fewestFirst = 4

// Draft turns a model's streamed answer into clauses that may be said, each checked together with those before it.
// Clauses that it has handed out were all right by themselves; a later one that is not ends the line.
type Draft struct {
	w      Wording
	raw    strings.Builder
	out    []string
	done   bool
	why    Violation // what was wrong with what is not handed out
	closed bool      // what was handed out ends a sentence
}

// NewDraft begins a line.
func (w Wording) NewDraft() *Draft { return &Draft{w: w} }

// Add takes the next piece of the answer and returns the clauses that may now be said. done says that no more of the
// answer is wanted.
func (d *Draft) Add(piece string) (clauses []string, done bool) {
	if d.done {
		return nil, true
	}
	d.raw.WriteString(piece)
	text, whole := d.line(false)
	if len(wordsOf(text)) > 2*mostModel { // one breath of a model that does not stop
		d.done, d.why = true, ViolationLength
		return nil, true
	}
	if d.w.Whole() {
		if whole || spokenSentences(text) > mostSpoken {
			return d.end(text, true), true
		}
		return nil, false
	}
	return d.take(text, whole), d.done
}

// End takes the end of the answer. cut says that it may have ended in the middle.
func (d *Draft) End(cut bool) []string {
	if d.done {
		return nil
	}
	text, whole := d.line(true)
	return d.end(text, whole || !cut)
}

// Refused says what was wrong with what was not handed out; empty when nothing was.
func (d *Draft) Refused() Violation { return d.why }

// Said are the clauses handed out so far.
func (d *Draft) Said() []string { return d.out }

// Open tells whether what was handed out stops in the middle of a sentence.
func (d *Draft) Open() bool { return len(d.out) > 0 && !d.closed }

// line is her line in what has come: without thoughts, her name, quotation marks and what follows the line. whole says
// that it has ended.
func (d *Draft) line(all bool) (text string, whole bool) {
	text = strings.TrimLeft(d.raw.String(), " \t\r\n")
	if rest, ok := strings.CutPrefix(text, "<think>"); ok {
		_, after, over := strings.Cut(rest, "</think>")
		if !over {
			return "", false
		}
		text = strings.TrimLeft(after, " \t\r\n")
	}
	if !all && strings.HasPrefix("<think>", text) { // perhaps the beginning of thoughts
		return "", false
	}
	upper := strings.ToUpper(text)
	if strings.HasPrefix(upper, d.w.label) {
		head, after, ok := strings.Cut(text, ":")
		switch {
		case ok && len(head) < len(d.w.label)+60 && !strings.Contains(head, "\n"):
			text = strings.TrimLeft(after, " \t\r\n")
		case !all && len(text) < len(d.w.label)+2:
			return "", false
		}
	}
	text, _, whole = strings.Cut(text, "\n")
	for _, mark := range []string{"AGENT:", d.w.label + ":"} {
		if before, _, found := strings.Cut(text, mark); found && before != "" {
			text, whole = before, true
		}
	}
	if rest, ok := strings.CutPrefix(text, `"`); ok {
		text, _, _ = strings.Cut(rest, `"`)
		whole = whole || strings.Contains(rest, `"`)
	}
	return strings.TrimSpace(strings.NewReplacer("’", "'", "‘", "'", "“", "", "”", "").Replace(text)), whole
}

// take hands out what is complete: all clauses but the last, which may still grow.
func (d *Draft) take(text string, whole bool) []string {
	pieces := practice.Clauses(text)
	if whole {
		return d.end(text, true)
	}
	var now []string
	for i := len(d.out); i+1 < len(pieces); i++ {
		if !d.may(pieces[:i+1], false) {
			d.done = true
			return now
		}
		if len(wordsOf(strings.Join(pieces[:i+1], " "))) < fewestFirst { // "Sure!" may be the beginning of anything
			continue
		}
		for _, p := range pieces[len(d.out) : i+1] {
			now = append(now, d.hand(p))
		}
		if d.full() {
			d.done = true
			return now
		}
	}
	return now
}

// end hands out the rest. Without complete, what may have been cut off is not said.
func (d *Draft) end(text string, complete bool) []string {
	d.done = true
	pieces := practice.Clauses(text)
	if n := len(pieces); n > 0 && !complete && !endsLine(pieces[n-1]) {
		pieces = pieces[:n-1]
	}
	if len(pieces) <= len(d.out) {
		if len(d.out) == 0 {
			d.why = ViolationEmpty
		}
		return nil
	}
	for len(pieces) > 1 && spokenSentences(strings.Join(pieces, " ")) > mostSpoken {
		pieces = pieces[:len(pieces)-1]
	}
	if d.w.Whole() || len(d.out) == 0 {
		if !d.may(pieces, true) {
			return nil
		}
	}
	var now []string
	for i := len(d.out); i < len(pieces); i++ {
		if !d.may(pieces[:i+1], i+1 == len(pieces)) {
			return now
		}
		now = append(now, d.hand(pieces[i]))
	}
	return now
}

func (d *Draft) may(pieces []string, all bool) bool {
	why, ok := d.w.Check(strings.Join(pieces, " "), all)
	if !ok {
		d.why = why
	}
	return ok
}

func (d *Draft) hand(clause string) string {
	if len(d.out) == 0 && d.w.sounds != "" {
		clause = d.w.sounds + " " + clause
	}
	d.out = append(d.out, clause)
	d.closed = endsLine(clause)
	return clause
}

// full tells whether as much has been handed out as she says in one turn.
func (d *Draft) full() bool {
	return d.closed && spokenSentences(strings.Join(d.out, " ")) >= mostSpoken
}

// endsLine tells whether a clause ends a sentence.
func endsLine(clause string) bool {
	clause = strings.TrimRight(clause, ` "'”’)`)
	return strings.HasSuffix(clause, ".") || strings.HasSuffix(clause, "?") || strings.HasSuffix(clause, "!") || strings.HasSuffix(clause, "…")
}

// Tail is TrailOff after a clause that ends no sentence, and empty after one that does.
func (w Wording) Tail(clause string, n int) string {
	if endsLine(clause) {
		return ""
	}
	return w.TrailOff(n)
}

// TrailOff ends a sentence that was begun and whose rest may not be said or does not come, as people do who lose the
// thread. n chooses among the ways; one that she has used is not used again.
func (w Wording) TrailOff(n int) string {
	ways := []string{"well, you know what I mean.", "anyway. You see what I'm saying.", "oh, you get the idea."}
	for i := range ways {
		way := ways[(n+i)%len(ways)]
		if !slicesContainsText(w.said, way) {
			return way
		}
	}
	return ""
}

func slicesContainsText(lines []string, part string) bool {
	for _, l := range lines {
		if strings.Contains(l, part) {
			return true
		}
	}
	return false
}
