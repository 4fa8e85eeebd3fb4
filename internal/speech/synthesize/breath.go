package synthesize

import (
	"errors"
	"math"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize/reader"
)

// Breaths and sighs are made as speech is: noise through the same filters, bent by the same manner, so that they belong
// to the speaker. Their spectrum is that of the model's own h.

// How loud they are beside the words, in decibels.
const (
	breathDB = -14
	sighDB   = -8
)

// Lengths in milliseconds. One that a clause begins with is short and has a silence behind it: it fills a wait and must
// not be taken for the first word.
const (
	leadingLeastMS, leadingMostMS = 280, 460
	breathLeastMS, breathMostMS   = 250, 450
	sighLeastMS, sighMostMS       = 500, 880
	restLeastMS, restMostMS       = 400, 800
	afterLeadingMS                = 260
	afterMarkMS                   = 120
	beforeMarkMS                  = 140
)

// breaths are the spectra of air through an open throat, as log magnitude by bin.
type breaths struct{ in, out [bins]float32 }

// Whispered sounds whose h has the wanted mouth: half open to draw breath, open to sigh.
const (
	breathIn  = "hə"
	breathOut = "hˈʌ"
)

// openBreaths takes the spectra from the model.
func (h *Hibari) openBreaths() error {
	var err error
	if h.breaths.in, err = h.aspiration(breathIn); err != nil {
		return err
	}
	h.breaths.out, err = h.aspiration(breathOut)
	return err
}

// aspiration is the spectrum of the h that a sound begins with, where it is loudest: the free part, before the vowel
// raises the harmonics.
func (h *Hibari) aspiration(phonemes string) ([bins]float32, error) {
	var out [bins]float32
	ids := []int64{0}
	for _, r := range phonemes {
		id, ok := h.vocab[r]
		if !ok {
			return out, errors.New("the voice's alphabet has no " + string(r))
		}
		ids = append(ids, id)
	}
	f, err := h.model.run(append(ids, 0), 1)
	if err != nil {
		return out, err
	}
	defer f.close()
	mean := func(spectrum []float32, t int) float64 {
		sum := 0.0
		for k := int(300 / binHz); k < int(5000/binHz); k++ {
			sum += float64(spectrum[k*f.n+t])
		}
		return sum
	}
	best := -1
	for t := 1; t < f.n-1; t++ {
		if mean(f.lr, t) > mean(f.lh, t) && (best < 0 || mean(f.lr, t) > mean(f.lr, best)) {
			best = t
		}
	}
	if best < 0 {
		return out, errors.New("the voice has no breath of its own")
	}
	for k := range out {
		row := f.lr[k*f.n : (k+1)*f.n]
		out[k] = (row[best-1] + row[best] + row[best+1]) / 3
	}
	v := &vocoder{}
	v.smooth(&out, 1)
	v.smooth(&out, 1)
	return out, nil
}

// Passages cuts a clause at its marks.
func Passages(text string) []Passage {
	if !strings.Contains(text, "[") {
		return []Passage{{Text: text}}
	}
	var out []Passage
	var words []string
	flush := func() {
		if len(words) > 0 {
			out = append(out, Passage{Text: strings.Join(words, " ")})
			words = nil
		}
	}
	for w := range strings.FieldsSeq(text) {
		if practice.IsMark(w) {
			flush()
			out = append(out, Passage{Text: w, Mark: true})
			continue
		}
		words = append(words, w)
	}
	flush()
	return out
}

// utterance is a clause as it grows.
type utterance struct {
	wave   []float32
	sounds []reader.Sound
	spans  []span
}

func (u *utterance) silence(ms int) { u.wave = append(u.wave, make([]float32, ms*modelRate/1000)...) }

// mark appends what a mark sounds like. heat is 0 (calm) to 1000; rng draws its length and its noise.
func (h *Hibari) mark(u *utterance, v *vocoder, mark string, m manner, heat int, last bool, rng noise) {
	leading := len(u.wave) == 0
	u.sounds = append(u.sounds, reader.Sound{Written: mark})
	draw := func(least, most int) int { return least + int(rng.next()%uint64(most-least+1)) } //nolint:gosec // a small positive number
	if mark == practice.MarkPause {
		from := len(u.wave)
		u.silence(draw(restLeastMS, restMostMS))
		u.spans = append(u.spans, span{from, len(u.wave)})
		return
	}
	if leading {
		u.silence(leadMS)
	} else {
		u.silence(beforeMarkMS)
	}
	least, most := breathLeastMS, breathMostMS
	switch {
	case leading:
		least, most = leadingLeastMS, leadingMostMS
	case mark == practice.MarkSighs:
		least, most = sighLeastMS, sighMostMS
	}
	// Anger breathes shorter.
	ms := min(max(least, int(float64(draw(least, most))*(1.1-.25*float64(min(max(heat, 0), 1000))/1000))), most)
	wave, loud := []float32(nil), m.loudLUFS+breathDB
	if mark == practice.MarkSighs {
		wave, loud = v.speak(nil, sigh(&h.breaths.out, ms), breathBend(m), rng), m.loudLUFS+sighDB
	} else {
		wave = v.speak(nil, inhale(&h.breaths.in, ms), breathBend(m), rng)
	}
	level(wave, loud)
	fade(wave)
	from := len(u.wave)
	u.wave = append(u.wave, wave...)
	u.spans = append(u.spans, span{from, len(u.wave)})
	switch {
	case last:
		u.silence(tailMS)
	case leading:
		u.silence(afterLeadingMS)
	default:
		u.silence(afterMarkMS)
	}
}

// breathBend is a speaker's throat without a speaker's melody.
func breathBend(m manner) bend {
	b := newBend(m, nil)
	b.pace, b.breathes = 1, false
	return b
}

// air is frames of noise alone: at share x (0–1) of the way its spectrum is shape, gain(x) louder and tilted by
// tilt(x) decibels an octave around 1 kHz, its formants at warp(x) times theirs.
func air(shape *[bins]float32, ms int, gain, tilt, warp func(x float64) float64) *frames {
	n := max(3, int(math.Round(float64(ms)*modelRate/1000/hop)))
	f := &frames{n: n, f0: make([]float32, n)}
	silent := make([]float32, bins*n)
	for i := range silent {
		silent[i] = silentLog
	}
	f.lh, f.lr, f.ln = silent, silent, make([]float32, bins*n)
	f.theta, f.phi = make([]float32, bins*n), make([]float32, bins*n)
	for t := range n {
		x := float64(t) / float64(n-1)
		loud, slope, ratio := math.Log(max(gain(x), 1e-4)), tilt(x)/20*math.Ln10, warp(x)
		for k := range bins {
			at := min(float64(k)/ratio, bins-1)
			low := int(at)
			frac := float32(at - float64(low))
			value := shape[low] + frac*(shape[min(low+1, bins-1)]-shape[low])
			octaves := math.Log2(min(max(float64(k)*binHz, 200), 8000) / 1000)
			f.ln[k*n+t] = value + float32(loud+slope*octaves)
		}
	}
	return f
}

// inhale draws air in: it swells, grows brighter as the mouth closes on it, and stops short.
func inhale(shape *[bins]float32, ms int) *frames {
	return air(shape, ms,
		func(x float64) float64 { return math.Pow(math.Sin(math.Pi*math.Pow(x, 1.6)), 1.2) },
		func(x float64) float64 { return 1 + 1.5*x },
		func(x float64) float64 { return 1 + .08*x })
}

// sigh lets air out: at once, then less and less of it, darker and lower as the chest sinks.
func sigh(shape *[bins]float32, ms int) *frames {
	return air(shape, ms,
		func(x float64) float64 {
			opens := math.Sin(math.Pi / 2 * min(1, x/.16))
			return opens * opens * math.Pow(1-x, 1.3)
		},
		func(x float64) float64 { return -2.5 * x },
		func(x float64) float64 { return 1.04 - .14*x })
}
