package recognize

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// path finds for each token the sound frame at which it begins, by dynamic time warping: the monotonic path through
// the attention matrix that gathers the most. starts has one more element than tokens: the number of frames.
// Method: Whisper's word timestamps (OpenAI, MIT), applied to Moonshine.
func path(attention [][]float32) (starts []int) {
	n := len(attention)
	if n == 0 {
		return nil
	}
	frames := len(attention[0])
	gain := make([]float64, 2*frames) // two rows are enough: this token's and the one's before
	moved := make([]bool, n*frames)   // the best path to (token, frame) came from the token before
	for i, row := range attention {
		var top float32
		for _, v := range row {
			top = max(top, v)
		}
		scale := 1 / math.Max(float64(top), 1e-9)
		now, before := gain[(i%2)*frames:][:frames], gain[((i+1)%2)*frames:][:frames]
		for j, v := range row {
			g := float64(v) * scale
			stay, move := math.Inf(-1), math.Inf(-1)
			if j > 0 {
				stay = now[j-1]
				if i > 0 {
					move = before[j-1]
				}
			} else if i == 0 {
				stay = 0
			}
			if move > stay {
				moved[i*frames+j] = true
				stay = move
			}
			now[j] = stay + g
		}
	}
	starts = make([]int, n+1)
	starts[n] = frames
	i := n - 1
	for j := frames - 1; j > 0 && i > 0; j-- {
		if moved[i*frames+j] {
			starts[i] = j
			i--
		}
	}
	return starts
}

// lookahead is by how many frames attention moves to a word before the word begins.
const lookahead = 1

// words joins tokens to words, with the time and the confidence of each.
func (m *Moonshine) words(d decoded, pcm []int16) []practice.Word {
	starts := path(d.attention)
	if starts == nil {
		return nil
	}
	frameMS := float64(len(pcm)+tailSamples) * 1000 / practice.SampleRateIn / float64(len(d.attention[0]))
	at := func(frame int) int64 {
		if frame > 0 {
			frame += lookahead
		}
		return int64(math.Round(float64(frame) * frameMS))
	}
	var out []practice.Word
	var text []byte
	var logp float64
	var tokens int
	from := 0
	flush := func(next int) {
		if w := strings.TrimSpace(strings.ToValidUTF8(string(text), "")); w != "" {
			out = append(out, practice.Word{
				Text: w, StartMS: at(starts[from]), EndMS: at(starts[next]), Confidence: math.Exp(logp / float64(tokens)),
			})
		}
		text, logp, tokens, from = text[:0], 0, 0, next
	}
	for i, t := range d.tokens {
		piece, begins := m.piece(t)
		if begins && tokens > 0 {
			flush(i)
		}
		text = append(text, piece...)
		logp += d.logp[i]
		tokens++
	}
	flush(len(d.tokens))
	return out
}

// piece is what a token adds to the text, and whether it begins a word.
func (m *Moonshine) piece(token int) (text []byte, begins bool) {
	if token >= len(m.vocab) {
		return nil, false // a marker of the model's own
	}
	p := m.vocab[token]
	if len(p) == len("<0x00>") && strings.HasPrefix(p, "<0x") {
		if v, err := strconv.ParseUint(p[3:5], 16, 8); err == nil {
			return []byte{byte(v)}, v == ' '
		}
	}
	if strings.HasPrefix(p, "<") && strings.HasSuffix(p, ">") && utf8.RuneCountInString(p) > 1 {
		return nil, false // <unk>, <s>
	}
	return []byte(strings.ReplaceAll(p, "▁", " ")), strings.HasPrefix(p, "▁")
}
