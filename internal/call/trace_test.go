package call

import (
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestATurnsTraceSaysWhenEachStageRan(t *testing.T) {
	s := opened(newStage(t))
	begin := s.nowMS() + 1000
	end := s.says(begin, "I am sorry, shall I look that up now?")
	s.until(15_000, "the reply is heard", func() bool { return s.count(practice.KindReplyHeard) == 2 })
	if len(s.traces) != 1 {
		t.Fatalf("%d traces of one turn and an opening\n%s", len(s.traces), s.log())
	}
	tr := s.traces[0]
	var names []practice.Stage
	for _, span := range tr.Spans {
		names = append(names, span.Stage)
		if span.MS() < 0 || span.FromMS < float64(begin)-200 || span.ToMS > float64(s.nowMS()) {
			t.Errorf("%s from %v to %v", span.Stage, span.FromMS, span.ToMS)
		}
	}
	if !slices.Equal(names, practice.Stages()) {
		t.Errorf("stages %q", names)
	}
	hear, _ := tr.Span(practice.StageHear)
	heard, _ := tr.Span(practice.StageHeard)
	if hear.ToMS < float64(end)-100 || hear.ToMS > float64(end)+100 {
		t.Errorf("the voice ended at %v, not at %d", hear.ToMS, end)
	}
	if first := float64(s.firstAudible(end)); heard.FromMS != first {
		t.Errorf("the reply began at %v, not at %v", heard.FromMS, first)
	}
	if v := tr.VoiceToVoiceMS(); v <= 0 || v > 500 {
		t.Errorf("voice to voice %v", v)
	}
	if r, _ := tr.Span(practice.StageRecognize); r.MS() < 80 {
		t.Errorf("recognition took %v", r.MS())
	}
}

func TestAReplyThatIsCutIsTracedAsCut(t *testing.T) {
	s := opened(newStage(t))
	s.says(s.nowMS()+500, "I am sorry, shall I look that up now?")
	s.until(10_000, "she answers", func() bool { return s.core.customerSpeaks() })
	s.run(600)
	s.says(s.nowMS(), "Please wait a moment, I have found it in the system.")
	s.until(20_000, "the second reply is heard", func() bool { return len(s.traces) == 2 })
	if !s.traces[0].Interrupted || s.traces[1].Interrupted {
		t.Errorf("interrupted: %v, %v", s.traces[0].Interrupted, s.traces[1].Interrupted)
	}
}
