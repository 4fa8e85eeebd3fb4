package flite

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize/reader"
)

// segment is one sound, or a pause, and when it ends.
type segment struct {
	name  string
	endMS int64
}

// pauseName is Flite's sound for silence.
const pauseName = "pau"

// segments reads what Flite tells of its sounds: "pau:0.231 ay:0.489 …".
func segments(told string) []segment {
	var out []segment
	for field := range strings.FieldsSeq(told) {
		name, end, ok := strings.Cut(field, ":")
		seconds, err := strconv.ParseFloat(end, 64)
		if !ok || err != nil || seconds < 0 {
			continue
		}
		out = append(out, segment{name: name, endMS: int64(seconds * 1000)})
	}
	return out
}

// stretch is speech between two pauses.
type stretch struct{ fromMS, toMS int64 }

func stretches(sounds []segment) []stretch {
	var out []stretch
	last, open := int64(0), false
	for _, s := range sounds {
		switch {
		case s.name == pauseName:
			open = false
		case open:
			out[len(out)-1].toMS = s.endMS
		default:
			out = append(out, stretch{last, s.endMS})
			open = true
		}
		last = s.endMS
	}
	return out
}

// share gives each written word its time. Groups of words end at punctuation, where Flite pauses; when there are as many
// groups as stretches each has its own, otherwise all words share the whole.
func share(chunks []reader.Chunk, sounds []segment, offsetMS, lengthMS int64) []practice.Word {
	spans := stretches(sounds)
	groups := groupsOf(chunks)
	if len(spans) == 0 {
		spans = []stretch{{offsetMS, offsetMS + lengthMS}}
	}
	if len(spans) != len(groups) {
		spans = []stretch{{spans[0].fromMS, spans[len(spans)-1].toMS}}
		groups = [][2]int{{0, len(chunks)}}
	}
	words := make([]practice.Word, 0, len(chunks))
	last := int64(0)
	for g, span := range spans {
		part := chunks[groups[g][0]:groups[g][1]]
		total := int64(0)
		for _, c := range part {
			total += weight(c)
		}
		at := int64(0)
		for _, c := range part {
			from := span.fromMS + (span.toMS-span.fromMS)*at/max(1, total) - offsetMS
			at += weight(c)
			to := span.fromMS + (span.toMS-span.fromMS)*at/max(1, total) - offsetMS
			w := practice.Word{Text: c.Written, Confidence: 1}
			w.StartMS = min(max(from, last), lengthMS)
			w.EndMS = min(max(to, w.StartMS), lengthMS)
			last = w.EndMS
			words = append(words, w)
		}
	}
	return words
}

// groupsOf cuts words after punctuation; a group holds something that sounds.
func groupsOf(chunks []reader.Chunk) [][2]int {
	var out [][2]int
	from, sounds := 0, false
	for i, c := range chunks {
		sounds = sounds || weight(c) > 0
		marked := len(c.Said) > 0 && c.Said[len(c.Said)-1].Kind == reader.KindMark
		if marked && sounds {
			out = append(out, [2]int{from, i + 1})
			from, sounds = i+1, false
		}
	}
	if from < len(chunks) {
		if sounds || len(out) == 0 {
			out = append(out, [2]int{from, len(chunks)})
		} else {
			out[len(out)-1][1] = len(chunks)
		}
	}
	return out
}

// weight is how many letters of a word are said.
func weight(c reader.Chunk) int64 {
	n := int64(0)
	for _, s := range c.Said {
		switch s.Kind {
		case reader.KindMark:
		case reader.KindLetter:
			n += 3
		default:
			n += int64(utf8.RuneCountInString(s.Text)) + 1
		}
	}
	return n
}
