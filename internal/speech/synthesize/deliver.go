package synthesize

import "github.com/rapport-calls/rapport/internal/practice"

// What the other voices share with Hibari: who speaks in which mood, how a wave is finished, where marks and pauses are.

// WaveRate is the rate of waves before they are finished, in hertz.
const WaveRate = modelRate

// Delivery is how a clause is spoken, whatever the voice.
type Delivery struct {
	Pace     float64 // 1 is the voice's own
	LoudLUFS float64
}

// DeliveryOf reads a request's speaker, heat and pace. An unknown speaker is practice.ErrInvalid.
func DeliveryOf(r practice.SpeechRequest) (Delivery, error) {
	m, err := mannerOf(r.Speaker)
	if err != nil {
		return Delivery{}, err
	}
	m = m.heated(r.Heat).paced(r.Pace)
	return Delivery{Pace: m.pace, LoudLUFS: m.loudLUFS}, nil
}

// Passage is a stretch of a clause: words, or one mark.
type Passage struct {
	Text string
	Mark bool
}

// PauseAfter is the silence to leave after text, in milliseconds, by its closing punctuation.
func PauseAfter(text string) int64 { return pauseAfter(text) }

// Finish brings a wave at WaveRate to loud LUFS, cuts it to 30 ms before its first sound and 100 ms after its last, and
// gives it at 48 kHz. cutMS is how much was taken off its beginning; below 0, how much silence was put before it.
func Finish(wave []float32, loud float64) (pcm []int16, cutMS int64) {
	level(wave, loud)
	wave, offset := trim(wave)
	level(wave, loud)
	sound := newDoubler().double(wave)
	limit(sound)
	return quantise(sound), int64(offset) * 1000 / modelRate
}
