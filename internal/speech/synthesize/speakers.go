package synthesize

// presets are the speakers: pitch, formants, melody, pace, tilt, breath. Formants and pitch say who it is; the rest says how they talk.
func presets() []preset {
	speaker := func(name, says string, pitch, formants, melody, pace, tiltDB, breathDB float64) preset {
		return preset{Voice{family + name, says}, manner{pitch, formants, melody, pace, tiltDB, breathDB, clauseLUFS}}
	}
	return []preset{
		speaker("woman", "woman, mid voice, American", 1, 1, 1, 1, 0, 0),
		speaker("man", "man, mid voice", .55, .84, 1, 1, 0, 0),
		speaker("tired-woman", "woman, tired and flat", .95, 1, .6, .9, -1.5, 4),
		speaker("angry-woman", "woman, tense and lively", 1.04, 1, 1.15, 1.08, .7, 0),
		speaker("angry-man", "man, tense and lively", .57, .84, 1.15, 1.08, .7, 0),

		speaker("lower-woman", "woman, lower and fuller voice", .91, .95, 1, 1, .4, 0),
		speaker("lower-woman-brisk", "the same woman, in a hurry", .93, .95, 1.05, 1.1, .6, 0),
		speaker("lower-woman-quiet", "the same woman, guarded and quieter", .89, .95, .8, .97, -.4, 1),
		speaker("lower-woman-later", "the same woman, days later and a little more tired", .88, .95, .85, .95, -.6, 2),

		speaker("younger-woman", "young woman, higher voice", 1.07, 1.08, 1, 1, .3, 0),
		speaker("bright-woman", "woman, bright and quick", 1.03, 1.03, 1.1, 1.05, .6, 0),
		speaker("dry-woman", "woman, dry and level", .97, .98, .7, 1.03, .2, 0),
		speaker("full-woman", "woman, full and warm", .86, .92, 1.1, .98, -.4, 0),
		speaker("older-woman", "older woman, slower and softer", .93, .97, .9, .88, -1, 3),
		speaker("breathy-woman", "woman, breathy and light", 1.05, 1.02, .9, .97, -.6, 5),

		speaker("young-man", "young man, quick", .66, .9, 1, 1.05, .2, 0),
		speaker("older-man", "older man, slower and drier", .62, .90, .8, .9, 0, 3),
		speaker("warm-man", "man, warm and lively", .58, .86, 1.1, 1, -.3, 0),
		speaker("light-man", "man, light and careful", .7, .88, .85, .97, .2, 1),
		speaker("deep-man", "man, deep and steady", .48, .8, .95, .96, .3, 0),
		speaker("level-man", "young man, level and plain", .6, .87, .75, 1.02, .3, 0),
		speaker("rough-man", "man, rough and pressed", .53, .83, 1.1, 1.04, .8, 2),
	}
}
