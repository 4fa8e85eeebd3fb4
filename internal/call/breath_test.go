package call

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// marked plays ten turns with a furious customer and returns what she said, as asked of the voice and as transcribed.
func marked(t *testing.T, even bool, seed uint64) (asked, transcribed []string) {
	t.Helper()
	lines := []string{opening}
	for range 10 {
		lines = append(lines, "That is what they told me last week, and I do not believe it.")
	}
	s := newStageWith(t, rote{lines: lines, mood: 900}, Config{
		Voice: true, Speaker: "test", Heat: 900, EvenMood: even,
		Started: practice.CallStarted{Endpoint: "auto", Mode: practice.ModeVoice, Words: "authored", Seed: seed},
	})
	opened(s)
	for i := range 10 {
		s.says(s.nowMS()+600, "I am sorry, shall I look that up now?")
		s.until(20_000, "she has answered", func() bool { return s.count(practice.KindReplyHeard) == i+2 })
		reply := s.core.mind.(rote).heard
		transcribed = append(transcribed, reply[len(reply)-1])
	}
	s.audit()
	return s.asked, transcribed
}

func TestFuriousCustomerBreathesBeforeSomeAnswersAndTheTranscriptDoesNotShowIt(t *testing.T) {
	marks := 0
	for seed := range uint64(6) {
		asked, transcribed := marked(t, false, seed)
		n := 0
		for _, text := range asked {
			if strings.Contains(text, practice.MarkBreath) {
				n++
			}
		}
		if n > 2 {
			t.Errorf("seed %d: %d of 10 answers begin with a breath", seed, n)
		}
		marks += n
		for _, text := range transcribed {
			if strings.Contains(text, "[") {
				t.Errorf("seed %d: the transcript shows %q", seed, text)
			}
		}
	}
	if marks == 0 {
		t.Error("she never breathes")
	}
	asked, _ := marked(t, true, 1)
	for _, text := range asked {
		if strings.Contains(text, "[") {
			t.Errorf("a customer for measuring begins with %q", text)
		}
	}
}
