package practice

// TurnTrace is when each stage of one turn ran, from the trainee's first word to the customer's last. It holds times and
// no words.
type TurnTrace struct {
	Turn        int // the trainee's, in the transcript
	Typed       bool
	Interrupted bool // the customer was cut off
	Spans       []StageSpan
}

// StageSpan is one stage of a turn on the call clock, in milliseconds. Stages overlap: a reply is made while the pause is
// still being waited out.
type StageSpan struct {
	Stage        Stage
	FromMS, ToMS float64
}

// MS is how long the stage took.
func (s StageSpan) MS() float64 { return s.ToMS - s.FromMS }

// Add notes a stage.
func (t *TurnTrace) Add(stage Stage, fromMS, toMS float64) {
	t.Spans = append(t.Spans, StageSpan{Stage: stage, FromMS: fromMS, ToMS: max(toMS, fromMS)})
}

// Span finds a stage; ok is false where it did not run.
func (t TurnTrace) Span(stage Stage) (s StageSpan, ok bool) {
	for _, s := range t.Spans {
		if s.Stage == stage {
			return s, true
		}
	}
	return s, false
}

// VoiceToVoiceMS is the time from the trainee's last voice to the customer's first sound.
func (t TurnTrace) VoiceToVoiceMS() float64 {
	hear, _ := t.Span(StageHear)
	heard, _ := t.Span(StageHeard)
	return heard.FromMS - hear.ToMS
}
