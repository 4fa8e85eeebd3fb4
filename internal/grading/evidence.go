package grading

import (
	"sort"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// quoteWords is about how long a quote may get on either side of what it shows.
const quoteWords = 12

// quote returns the bytes of a turn's text that show words[from:to], widened to their sentence where that is short.
func (r *reading) quote(from, to int) (start, end int) {
	if len(r.words) == 0 {
		return 0, 0
	}
	from = max(0, min(from, len(r.words)-1))
	to = max(from+1, min(to, len(r.words)))
	first, last := from, to
	for first > 0 && from-first < quoteWords && r.words[first-1].sentence == r.words[from].sentence {
		first--
	}
	for last < len(r.words) && last-to < quoteWords && r.words[last].sentence == r.words[to-1].sentence {
		last++
	}
	// an expanded contraction must not be parted: both words have the token's bytes
	return r.words[first].start, r.words[last-1].end
}

// locate gives a quote's times: those of its words where the turn has timed words that spell it, otherwise the turn's own.
func locate(t practice.TranscriptTurn, start, end int) (startMS, endMS *int64) {
	at := 0
	for _, w := range t.Words {
		text := strings.TrimSpace(w.Text)
		if text == "" {
			continue
		}
		i := strings.Index(t.Text[at:], text)
		if i < 0 {
			continue // the words are the recogniser's, the text may be written otherwise
		}
		from := at + i
		at = from + len(text)
		if at <= start {
			continue
		}
		if from >= end {
			break
		}
		if startMS == nil {
			s := w.StartMS
			startMS = &s
		}
		e := w.EndMS
		endMS = &e
	}
	if startMS == nil {
		return copyMS(t.StartMS), copyMS(t.EndMS)
	}
	return startMS, endMS
}

func copyMS(ms *int64) *int64 {
	if ms == nil {
		return nil
	}
	v := *ms
	return &v
}

// turnsOf are the trainee turns that a dimension is read from: Close, the last third and at least two; the others, all.
func (c *call) turnsOf(dimension string) []int {
	if dimension != Close {
		return c.trainee
	}
	return c.trainee[len(c.trainee)-min(len(c.trainee), max(2, (len(c.trainee)+2)/3)):]
}

// evidenceEach is the most quotes of one polarity a dimension gets: enough to show, few enough to read.
const evidenceEach = 3

// evidence picks, for each dimension, the quotes that counted most.
func (g *Grader) evidence(c *call, turns []practice.TranscriptTurn, graded map[string]practice.Dimension) []practice.Evidence {
	type candidate struct {
		act    act
		turn   int
		weight float64
	}
	out := []practice.Evidence{}
	for _, d := range Dimensions() {
		if graded[d].Status != "graded" {
			continue
		}
		for _, polarity := range []string{"+", "-"} {
			var all []candidate
			for _, i := range c.turnsOf(d) {
				for _, a := range c.turns[i].acts {
					w := g.composite.Acts[a.name][d] * a.weight
					if polarity == "-" {
						w = -w
					}
					if w >= 0.1 {
						all = append(all, candidate{a, i, w})
					}
				}
			}
			sort.SliceStable(all, func(x, y int) bool { return all[x].weight > all[y].weight })
			taken := map[[3]int]bool{}
			var picked []practice.Evidence
			for _, k := range all {
				r := &c.turns[k.turn]
				start, end := r.quote(k.act.from, k.act.to)
				key := [3]int{k.turn, start, end}
				if taken[key] || start >= end || len(picked) == evidenceEach {
					continue
				}
				taken[key] = true
				from, to := locate(turns[k.turn], start, end)
				picked = append(picked, practice.Evidence{Dimension: d, Turn: k.turn, Quote: r.text[start:end], Polarity: polarity, StartMS: from, EndMS: to})
			}
			sort.SliceStable(picked, func(x, y int) bool { return picked[x].Turn < picked[y].Turn })
			out = append(out, picked...)
		}
	}
	return out
}
