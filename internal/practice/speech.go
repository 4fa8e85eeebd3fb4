package practice

// Word is one spoken word. Times are milliseconds on the call clock, unless a doc comment says that they are
// relative to a clip's start.
type Word struct {
	Text       string  `json:"text"`
	StartMS    int64   `json:"start_ms"`
	EndMS      int64   `json:"end_ms"`
	Confidence float64 `json:"confidence"` // 0–1; 1 for words that we spoke or that were typed
}

// Recognition is what a recogniser heard in one segment of speech.
type Recognition struct {
	Text  string // as written by the recogniser, trimmed; empty when no speech was found
	Words []Word // times relative to the segment's start
}

// SpeechRequest asks a synthesiser for one clause.
type SpeechRequest struct {
	Text    string  // plain words; the synthesiser reads numbers, dates, money and codes as people say them
	Speaker string  // such as hibari/lower-woman
	Pace    float64 // 1 is the speaker's own pace; 0 means 1; useful range 0.7–1.4
	Heat    int     // hundredths, 0–1000: moves pace, loudness and pitch range
	Seed    uint64  // makes the voice's noise repeatable
}

// Speech is one clause of synthesised sound.
type Speech struct {
	PCM     []int16 // 48 kHz mono
	Words   []Word  // times relative to the first sample
	PauseMS int64   // silence to leave after it: by its closing punctuation
}

// SampleRateOut is the rate of all sound that goes to a person, in hertz.
const SampleRateOut = 48000

// SampleRateIn is the rate of all sound that models hear, in hertz.
const SampleRateIn = 16000

// TickMS is the call clock's step: 20 ms, one Opus frame.
const TickMS = 20
