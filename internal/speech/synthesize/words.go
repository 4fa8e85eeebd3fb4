package synthesize

import (
	"math"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize/reader"
)

// Silences after a clause, in milliseconds, by the mark that closes it.
const (
	commaMS    = 120
	colonMS    = 180
	dashMS     = 200
	stopMS     = 300
	questionMS = 320
	trailMS    = 350
)

// pauseAfter is the silence to leave after text.
func pauseAfter(text string) int64 {
	if strings.HasSuffix(text, practice.MarkPause) {
		return 0 // the pause is part of the sound
	}
	text = strings.TrimRight(strings.TrimSpace(text), "\"”'’)]*_")
	switch {
	case strings.HasSuffix(text, "...") || strings.HasSuffix(text, "…"):
		return trailMS
	case strings.HasSuffix(text, "?"):
		return questionMS
	case strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!"):
		return stopMS
	case strings.HasSuffix(text, "—") || strings.HasSuffix(text, "–") || strings.HasSuffix(text, "-"):
		return dashMS
	case strings.HasSuffix(text, ";") || strings.HasSuffix(text, ":"):
		return colonMS
	case text == "":
		return 0
	}
	return commaMS
}

// span is a stretch of samples at the model's rate.
type span struct{ from, to int }

// piece is as much text as the model is given at once: the phoneme ids of each written word.
type piece struct {
	ids      [][]int64
	sounding []int // of each word's ids, those before its closing punctuation
}

// flat joins the words' ids with spaces and puts a 0 at both ends. first is where each word's ids begin.
func (p piece) flat(space int64) (ids []int64, first []int) {
	ids = append(ids, 0)
	first = make([]int, len(p.ids))
	for i, w := range p.ids {
		if len(w) > 0 && len(ids) > 1 {
			ids = append(ids, space)
		}
		first[i] = len(ids)
		ids = append(ids, w...)
	}
	return append(ids, 0), first
}

// pieces turns sounds into ids and cuts where the model's limit asks for it, after punctuation if there is some.
func (h *Hibari) pieces(sounds []reader.Sound) []piece {
	var out []piece
	var now piece
	size, pause := 0, 0 // pause: words of now up to the last punctuation
	for _, s := range sounds {
		ids, sounding := h.idsOf(s.Phonemes)
		if size+len(ids)+1 > maxIDs && len(now.ids) > 0 {
			if pause == 0 {
				pause = len(now.ids)
			}
			out = append(out, piece{now.ids[:pause:pause], now.sounding[:pause:pause]})
			now = piece{now.ids[pause:], now.sounding[pause:]}
			size, pause = 0, 0
			for _, w := range now.ids {
				size += len(w) + 1
			}
		}
		now.ids = append(now.ids, ids)
		now.sounding = append(now.sounding, sounding)
		size += len(ids) + 1
		if sounding < len(ids) {
			pause = len(now.ids)
		}
	}
	if len(now.ids) > 0 {
		out = append(out, now)
	}
	return out
}

// idsOf gives a word's phoneme ids and how many of them come before its closing punctuation. A single word longer than
// the model's limit is cut off.
func (h *Hibari) idsOf(phonemes string) (ids []int64, sounding int) {
	for _, r := range phonemes {
		id, ok := h.vocab[r]
		if !ok || len(ids) == maxIDs-2 {
			continue
		}
		ids = append(ids, id)
		if !strings.ContainsRune(",.;:!?—…\"“”() ", r) {
			sounding = len(ids)
		}
	}
	if sounding == 0 {
		return nil, 0
	}
	return ids, sounding
}

// startsOf gives the sample at which each phoneme begins, and the end, when the frames are gone through at pace.
func startsOf(lengths []float32, pace float64) []int {
	starts := make([]int, len(lengths)+1)
	frames := 0.0
	for i, l := range lengths {
		frames += 2 * math.Round(float64(l))
		starts[i+1] = int(frames / pace * hop)
	}
	return starts
}

// timed gives each written word its time in milliseconds; spans must be in order. Words without sound stand where the
// one before them ended. Times never go back, and none lies in the silence at the end.
func timed(sounds []reader.Sound, spans []span, samples int) []practice.Word {
	out := make([]practice.Word, len(sounds))
	end := max(0, int64(samples)*1000/modelRate-tailMS)
	last := int64(0)
	for i, s := range sounds {
		w := practice.Word{Text: s.Written, StartMS: last, EndMS: last, Confidence: 1}
		if t := spans[i]; t.to > t.from {
			w.StartMS = min(max(int64(t.from)*1000/modelRate, last), end)
			w.EndMS = min(max(int64(t.to)*1000/modelRate, w.StartMS), end)
		}
		last = w.EndMS
		out[i] = w
	}
	return out
}
