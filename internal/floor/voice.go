package floor

// Bounds of the voice detector's probability. Between them a window counts as the one before it, so that the estimate
// of a voice trailing off does not flicker (Silero's own recommendation: a release bound 0.15 under the onset's).
const (
	VoiceOnset   = 0.50
	VoiceRelease = 0.35
)

// runGapMS is the longest gap inside one run of voice: stop consonants close the mouth for up to about 100 ms.
const runGapMS = 120

// Voice turns a voice detector's windows into runs of voice. The zero value has heard nothing.
type Voice struct {
	voiced   bool  // the last window was voice
	any      bool  // there has been a run
	upToMS   int64 // end of the last window
	onsetMS  int64 // start of the current or last run
	lastMS   int64 // end of its last voiced window
	voicedMS int64 // voice inside the run
}

// Window adds one window of the detector: p is the probability (0–1) of voice from fromMS to toMS. Windows that end
// before the last one ended are ignored. It reports whether the window is voiced.
func (v *Voice) Window(fromMS, toMS int64, p float64) bool {
	if toMS <= v.upToMS {
		return v.voiced
	}
	v.upToMS = toMS
	switch {
	case p >= VoiceOnset:
		v.voiced = true
	case p < VoiceRelease || p != p: // a detector that answers nonsense hears nothing
		v.voiced = false
	}
	if !v.voiced {
		return false
	}
	if !v.any || fromMS-v.lastMS > runGapMS {
		v.any, v.onsetMS, v.voicedMS = true, fromMS, 0
	}
	v.lastMS = toMS
	v.voicedMS += toMS - fromMS
	return true
}

// Missing says that no sound is known up to toMS: the time counts as silence, or a line that fell silent in the middle
// of a word would leave its speaker speaking for ever.
func (v *Voice) Missing(toMS int64) {
	if toMS > v.upToMS {
		v.upToMS, v.voiced = toMS, false
	}
}

// Forget ends the current run, so that the next voice begins a new one: after a mute, a lost line or a dropped cough.
func (v *Voice) Forget() { v.any, v.voiced, v.voicedMS = false, false, 0 }

// OnsetMS is when the current or last run of voice began.
func (v *Voice) OnsetMS() int64 { return v.onsetMS }

// LastMS is when voice was last heard.
func (v *Voice) LastMS() int64 { return v.lastMS }

// UpToMS is how far the detector has heard.
func (v *Voice) UpToMS() int64 { return v.upToMS }

// VoicedMS is how much voice the current or last run holds.
func (v *Voice) VoicedMS() int64 {
	if !v.any {
		return 0
	}
	return v.voicedMS
}

// QuietMS is the silence since voice was last heard, by the detector's own time and not the wall's: sound still on its
// way is not silence.
func (v *Voice) QuietMS() int64 {
	if !v.any {
		return v.upToMS
	}
	return v.upToMS - v.lastMS
}
