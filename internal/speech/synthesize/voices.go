package synthesize

import (
	"fmt"
	"math"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// manner is how a speaker in a mood differs from the model's own voice.
type manner struct {
	pitch    float64 // ratio
	formants float64 // ratio; below 1 a longer throat
	melody   float64 // pitch range, ratio
	pace     float64 // ratio; above 1 faster
	tiltDB   float64 // decibels an octave around 1 kHz; above 0 brighter, tenser
	breathDB float64 // breath under the voice: 0 is none, 6 as loud as the model's own free sound
	edgeDB   float64 // decibels around 2.8 kHz: above 0 pressed and clear, below dull
	chestDB  float64 // decibels around 220 Hz
	tremble  float64 // of the pitch, five times a second, ratio
	rough    float64 // unevenness from one beat of the voice to the next, ratio
	loudLUFS float64 // loudness of a clause
}

// Voice is a speaker that a persona can have.
type Voice struct {
	Name string // such as hibari/lower-woman
	Says string // what it sounds like, for people who choose
	Of   string // the name of the speaker whose voice it is: one person's moods share it
}

// preset is a speaker with its manner.
type preset struct {
	Voice
	manner manner
}

// DefaultVoice speaks for a persona that names none.
const DefaultVoice = family + "woman"

const family = "hibari/"

// clauseLUFS is the loudness of a clause at neutral heat.
const clauseLUFS = -19

// Voices lists the speakers.
func Voices() []Voice {
	all := presets()
	out := make([]Voice, len(all))
	for i, p := range all {
		out[i] = p.Voice
	}
	return out
}

// mannerOf finds a speaker by name, with or without "hibari/" in front; an empty name is DefaultVoice.
func mannerOf(speaker string) (manner, error) {
	if speaker == "" {
		speaker = DefaultVoice
	}
	var names []string
	for _, p := range presets() {
		if p.Name == speaker || strings.TrimPrefix(p.Name, family) == speaker {
			return p.manner, nil
		}
		names = append(names, p.Name)
	}
	return manner{}, fmt.Errorf("no voice is called %q; choose one of %s: %w", speaker, strings.Join(names, ", "), practice.ErrInvalid)
}

// neutralHeat is the heat, in hundredths, at which a speaker talks in the manner of the preset.
const neutralHeat = 300

// heated moves a speaker's manner with heat (0 calm to 1000 furious): pace, melody, tilt, pitch and loudness rise
// together and smoothly, while formants, which say who speaks, stay.
func (m manner) heated(heat int) manner {
	h := float64(min(max(heat, 0), 1000) - neutralHeat)
	if h >= 0 {
		h /= 1000 - neutralHeat
		m.pitch *= 1 + .04*h
		m.melody *= 1 + .15*h
		m.pace *= 1 + .1*h
		m.tiltDB += .4 * h
		m.loudLUFS += 1 * h
		return m
	}
	h /= -neutralHeat
	m.pitch *= 1 - .01*h
	m.melody *= 1 - .05*h
	m.pace *= 1 - .05*h
	m.tiltDB -= .2 * h
	m.loudLUFS -= .7 * h
	return m
}

// paced applies a request's own pace, held within what stays clear.
func (m manner) paced(pace float64) manner {
	if pace == 0 || math.IsNaN(pace) {
		pace = 1
	}
	m.pace = math.Min(math.Max(m.pace*math.Min(math.Max(pace, .5), 2), .5), 2)
	return m
}
