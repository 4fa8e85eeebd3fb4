package synthesize

import "strings"

// presets are the speakers. Pitch and formants say who it is, the rest how they talk.
func presets() []preset {
	speaker := func(name, says string, m manner) preset {
		m.loudLUFS = clauseLUFS
		return preset{Voice{family + name, says, family + person(name)}, m}
	}
	return []preset{
		speaker("woman", "woman, mid voice, American", manner{pitch: 1, formants: 1, melody: 1, pace: 1}),
		speaker("man", "man, mid voice", manner{pitch: .55, formants: .84, melody: 1, pace: 1}),
		speaker("tired-woman", "woman, tired and flat", manner{pitch: .95, formants: 1, melody: .6, pace: .9, tiltDB: -1.5, breathDB: 3}),
		speaker("angry-woman", "woman, tense and lively", manner{pitch: 1.04, formants: 1, melody: 1.15, pace: 1.08, tiltDB: .7}),
		speaker("angry-man", "man, tense and lively", manner{pitch: .57, formants: .84, melody: 1.15, pace: 1.08, tiltDB: .7}),

		speaker("lower-woman", "woman, lower and fuller voice", manner{pitch: .91, formants: .95, melody: 1, pace: 1, tiltDB: .4}),
		speaker("lower-woman-brisk", "the same woman, in a hurry", manner{pitch: .92, formants: .95, melody: 1, pace: 1.08, tiltDB: .6}),
		speaker("lower-woman-quiet", "the same woman, guarded and quieter", manner{pitch: .89, formants: .95, melody: .9, pace: .97, tiltDB: .3, breathDB: 1}),
		speaker("lower-woman-later", "the same woman, days later and a little more tired", manner{pitch: .89, formants: .95, melody: .88, pace: .95, tiltDB: .1, breathDB: 1}),

		speaker("younger-woman", "young woman, higher voice", manner{pitch: 1.08, formants: 1.09, melody: .97, pace: 1.05, tiltDB: .3}),
		speaker("bright-woman", "woman, bright and quick", manner{pitch: 1.01, formants: .99, melody: 1.12, pace: 1.06, tiltDB: .3, edgeDB: 2.5}),
		speaker("dry-woman", "woman, dry and level", manner{pitch: .97, formants: .97, melody: .68, pace: 1.06, edgeDB: 2, chestDB: -2}),
		speaker("full-woman", "woman, full and warm", manner{pitch: .805, formants: .92, melody: 1.1, pace: .95, tiltDB: -.1, chestDB: .5}),
		speaker("older-woman", "older woman, slower and softer", manner{pitch: .87, formants: 1.05, melody: 1.05, pace: .86, chestDB: -5, edgeDB: -1, tremble: .011}),
		speaker("breathy-woman", "woman, breathy and light", manner{pitch: 1, formants: 1.04, melody: .9, pace: .94, tiltDB: -1.5, breathDB: 3.5}),

		speaker("young-man", "young man, quick", manner{pitch: .7, formants: .92, melody: 1.1, pace: 1.07, tiltDB: .3}),
		speaker("older-man", "older man, slower and drier", manner{pitch: .65, formants: .87, melody: .85, pace: .88, breathDB: 1, tremble: .014}),
		speaker("warm-man", "man, warm and lively", manner{pitch: .59, formants: .84, melody: 1.1, pace: 1, tiltDB: -.5, chestDB: 1}),
		speaker("light-man", "man, light and careful", manner{pitch: .76, formants: .86, melody: .82, pace: .95, tiltDB: .6, edgeDB: 1}),
		speaker("deep-man", "man, deep and steady", manner{pitch: .45, formants: .81, melody: .95, pace: .97}),
		speaker("level-man", "young man, level and plain", manner{pitch: .57, formants: .9, melody: .65, pace: 1.03, tiltDB: .5, edgeDB: 2, chestDB: -1.5}),
		speaker("rough-man", "man, rough and pressed", manner{pitch: .52, formants: .83, melody: 1.08, pace: 1.03, tiltDB: .5, breathDB: 2, edgeDB: 2, rough: .008}),
	}
}

// person is the speaker whose mood a speaker is.
func person(name string) string {
	switch {
	case strings.HasPrefix(name, "lower-woman-"):
		return "lower-woman"
	case name == "tired-woman", name == "angry-woman":
		return "woman"
	case name == "angry-man":
		return "man"
	}
	return name
}
