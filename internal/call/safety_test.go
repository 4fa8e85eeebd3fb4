package call

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

func wondered(s *stage) (on bool, times int) {
	for _, m := range s.shown {
		if a, ok := m.(practice.SafetyAsked); ok {
			on = a.On
			times++
		}
	}
	return on, times
}

// choices are what is on record of the question.
func choices(s *stage) string {
	var out []string
	for _, e := range s.events {
		if e.Kind == practice.KindSafety {
			out = append(out, string(e.Data))
		}
	}
	return strings.Join(out, " ")
}

// inDanger is a call whose trainee has just said words that may mean danger.
func inDanger(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.core.captions = true
	opened(s)
	s.says(s.nowMS()+300, "Sorry, I want to kill myself.")
	s.until(8000, "the question", func() bool { on, _ := wondered(s); return on })
	return s
}

// nowhere tells where the words stand; nowhere is "".
func nowhere(s *stage) string {
	for _, e := range s.events {
		if strings.Contains(string(e.Data), "kill") {
			return string(e.Kind)
		}
	}
	return ""
}

func TestTheCallStandsStillWhileItAsksWhetherWordsWereMeant(t *testing.T) {
	s := inDanger(t)
	events, before := len(s.events), s.tick
	s.says(s.nowMS()+500, "Hello, are you still there?")
	s.step(Say{Text: "Hello?"})
	s.step(Hold{On: true})
	s.run(120_000)
	if len(s.events) != events || s.finished != nil {
		t.Errorf("something happened meanwhile:\n%s", s.log())
	}
	if got := s.spokenBetween(before*practice.TickMS+200, s.nowMS()); strings.TrimSpace(strings.ReplaceAll(got, rest, "")) != "" {
		t.Errorf("she said %q", got)
	}
	if where := nowhere(s); where != "" {
		t.Errorf("the words stand in %s", where)
	}
	for _, m := range s.shown {
		if c, ok := m.(practice.Caption); ok && c.Final && strings.Contains(c.Text, "kill") {
			t.Errorf("the words stay on the screen: %+v", c)
		}
	}
}

func TestGoingOnTakesTheCallUpWhereItStood(t *testing.T) {
	s := inDanger(t)
	s.run(40_000)
	s.step(SafetyChosen{GoOn: true})
	if got := choices(s); got != `{"choice":"go_on"}` {
		t.Errorf("on record is %s", got)
	}
	turns := s.count(practice.KindTraineeTurn)
	s.run(3000)
	if s.mind().hello > 0 {
		t.Error("the silence of the question counted")
	}
	s.says(s.nowMS()+200, "Let me look at your order.")
	s.until(8000, "an answer", func() bool { return s.count(practice.KindTraineeTurn) == turns+1 })
	if on, _ := wondered(s); on || nowhere(s) != "" {
		t.Errorf("it asks still, or the words stand in %q", nowhere(s))
	}
	s.audit()
}

func TestStoppingEndsTheCallLikeAHangUp(t *testing.T) {
	s := inDanger(t)
	s.step(SafetyChosen{})
	if s.finished == nil || s.finished.By != practice.EndedByTrainee || s.finished.Reason != "hung up" {
		t.Fatalf("the call ended as %+v", s.finished)
	}
	if got := choices(s); got != `{"choice":"stop"}` {
		t.Errorf("on record is %s", got)
	}
	if r := s.record(); strings.Contains(strings.Join(s.transcript(), " "), "kill") || r.Unknown != 0 {
		t.Errorf("the record: %q", s.transcript())
	}
}

func TestAPageThatComesBackIsAskedAgain(t *testing.T) {
	s := inDanger(t)
	s.step(LineIsDown{Reason: "reloaded"})
	s.run(2000)
	s.step(LineIsUp{Transport: "webrtc"})
	if on, times := wondered(s); !on || times != 2 {
		t.Errorf("asked %d times, last on: %v", times, on)
	}
	s.step(HangUp{})
	s.run(3000)
	if s.finished == nil || nowhere(s) != "" {
		t.Errorf("hung up: %+v, words in %q", s.finished, nowhere(s))
	}
}

func TestAFigureOfSpeechIsPartOfTheCall(t *testing.T) {
	s := newStage(t)
	opened(s)
	s.says(s.nowMS()+300, "This queue is killing me, I am sorry.")
	s.until(8000, "an answer", func() bool { return s.count(practice.KindTraineeTurn) == 1 })
	if _, times := wondered(s); times > 0 {
		t.Error("it asked")
	}
}

func TestTypedWordsAreAskedAboutToo(t *testing.T) {
	s := newStage(t)
	opened(s)
	s.step(Say{Text: "I don't want to live anymore"})
	s.run(1500)
	if on, _ := wondered(s); !on || s.count(practice.KindTraineeTurn) > 0 {
		t.Errorf("asked: %v\n%s", on, s.log())
	}
}

func TestWordsOverHersAndTheLastWordsAreNotKeptEither(t *testing.T) {
	s := newStage(t)
	s.up()
	s.run(2500) // she is speaking
	s.says(s.nowMS()+100, "I want to die.")
	s.until(9000, "the question", func() bool { on, _ := wondered(s); return on })
	last := newStage(t)
	opened(last)
	end := last.says(last.nowMS()+100, "I want to die.")
	last.run(end - last.nowMS())
	last.step(HangUp{})
	last.run(4000)
	for _, s := range []*stage{s, last} {
		if !s.forgotten {
			t.Error("the sound is kept")
		}
		for _, e := range s.events {
			if strings.Contains(string(e.Data), "die") {
				t.Errorf("the words stand in %s", e.Kind)
			}
		}
	}
}

func TestWordsThatOnlyTheSecondReadingHearsAreAskedAboutToo(t *testing.T) {
	s := opened(newStage(t))
	s.mishearBelowMS = 4500
	s.probability = 0.2
	mid := s.says(s.nowMS()+500, "I have looked at your order and I cannot go on I want to kill")
	s.says(mid+240, "myself.")
	s.until(15_000, "the question", func() bool { on, _ := wondered(s); return on })
	if turn := s.record().Turns[1]; strings.Contains(turn.Text, "myself") || !s.forgotten {
		t.Errorf("the transcript says %q, sound forgotten: %v", turn.Text, s.forgotten)
	}
}
