package call

import (
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// held is what the page was told of holds.
func (s *stage) held() []practice.Held {
	var out []practice.Held
	for _, m := range s.shown {
		if h, ok := m.(practice.Held); ok {
			out = append(out, h)
		}
	}
	return out
}

func TestSpokenHoldIsGrantedAndNothingNagsUntilPatienceIsUsedUp(t *testing.T) {
	s := opened(newStage(t))
	end := s.says(s.nowMS()+500, "Please bear with me a moment.")
	s.until(5000, "she grants it", func() bool { return s.count(practice.KindReplyHeard) == 2 })
	free := s.nowMS()
	if h := s.held(); len(h) != 1 || !h[0].On || h[0].By != practice.HoldByWords || h[0].AtMS < end {
		t.Fatalf("the page was told %+v", h)
	}
	s.noise(free+3000, 300) // a cough, and keys
	s.noise(free+9000, 100)
	s.run(roteWaitsMS - 500)
	if got := s.spokenBetween(free+20, s.nowMS()); got != "" {
		t.Fatalf("she said %q into an announced hold", got)
	}
	s.until(3000, "she asks how long", func() bool { return s.count(practice.KindReplyStarted) == 3 })
	if got := s.transcript(); got[len(got)-1] != "C I am still here." {
		t.Fatalf("she said %q", got)
	}
	s.until(5000, "she has spoken", func() bool { return s.core.reply == nil })
	back := s.nowMS() + 500
	s.says(back, "Thank you for waiting, it is in Leeds.")
	s.until(6000, "she answers", func() bool { return s.count(practice.KindReplyStarted) == 4 })
	h := s.held()
	if len(h) != 2 || h[1].On || h[1].AtMS < back-50 || h[1].AtMS > back+50 {
		t.Fatalf("the page was told %+v, and the trainee was back at %d", h, back)
	}
	r := s.record()
	if len(r.Holds) != 1 || r.Holds[0].Open || !r.Holds[0].Announced || r.Holds[0].ToMS != h[1].AtMS {
		t.Fatalf("holds %+v", r.Holds)
	}
}

func TestHoldButtonAfterAnAnnouncementIsThatHold(t *testing.T) {
	for _, pressAfter := range []int64{40, 300, 1500} { // in the pause, before her words, and after them
		s := opened(newStage(t))
		end := s.says(s.nowMS()+500, "Please bear with me a moment.")
		s.run(end - s.nowMS() + pressAfter)
		s.step(Hold{On: true})
		pressed := s.nowMS()
		s.says(pressed+1000, "Sam, where do we keep the list of depots?") // not for her ears
		s.run(15_000)
		if m := s.mind(); len(m.turns) != 1 || len(m.holds) != 0 {
			t.Fatalf("pressed after %d: she heard %+v, and took it as %v\n%s", pressAfter, m.turns, m.holds, s.log())
		}
		s.step(Hold{On: false})
		h := s.held()
		if last := h[len(h)-1]; last.On || last.By != practice.HoldByButton {
			t.Fatalf("pressed after %d: %+v", pressAfter, h)
		}
		r := s.record()
		if len(r.Holds) != 1 || !r.Holds[0].Announced || r.Holds[0].By != practice.HoldByButton || r.Holds[0].Open {
			t.Fatalf("pressed after %d: holds %+v\n%s", pressAfter, r.Holds, s.log())
		}
		s.says(s.nowMS()+500, "Thank you for waiting.")
		s.until(5000, "she hears it", func() bool { return len(s.mind().turns) == 2 })
	}
}

func TestHoldButtonWithoutAWordCountsOnceAndDrawsAHello(t *testing.T) {
	s := opened(newStage(t))
	s.run(1000)
	s.step(Hold{On: true})
	pressed := s.nowMS()
	s.run(5500)
	if m := s.mind(); !slices.Equal(m.holds, []bool{false}) {
		t.Fatalf("she took it as %v", m.holds)
	}
	s.run(3500)
	if at := s.firstAudible(pressed); at-pressed < 6000 || at-pressed > 9000 {
		t.Fatalf("Hello? came %d ms after the button\n%s", at-pressed, s.log())
	}
	if m := s.mind(); len(m.holds) != 1 {
		t.Fatalf("it was counted %d times", len(m.holds))
	}
	if r := s.record(); len(r.Holds) != 1 || r.Holds[0].Announced || !r.Holds[0].Open {
		t.Fatalf("holds %+v", r.Holds)
	}
}

func TestHoldButtonPressedByMistakeCostsNothing(t *testing.T) {
	s := opened(newStage(t))
	s.run(500)
	s.step(Hold{On: true})
	s.run(900)
	s.step(Hold{On: false})
	s.run(3000)
	if m := s.mind(); len(m.holds) != 0 || m.offs != 1 {
		t.Fatalf("she took it as %v", m.holds)
	}
	if s.count(practice.KindHold) != 2 {
		t.Fatalf("no two edges\n%s", s.log())
	}
}

func TestHoldButtonOverHerWordsLetsHerFinish(t *testing.T) {
	s := newStage(t).up()
	s.run(2000)
	s.step(Hold{On: true})
	s.run(8000)
	if got := s.transcript(); got[0] != "C "+opening {
		t.Fatalf("%q", got)
	}
}

func TestTypedTurnEndsAHold(t *testing.T) {
	s := opened(newStage(t))
	s.step(Hold{On: true})
	s.run(1000)
	s.step(Say{Text: "I have found it."})
	s.until(5000, "she answers", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	if h := s.held(); len(h) != 2 || h[1].On || s.core.hold.button {
		t.Fatalf("%+v", h)
	}
}

func TestPageThatComesBackIsToldOfTheHold(t *testing.T) {
	s := opened(newStage(t))
	s.step(Hold{On: true})
	since := s.nowMS()
	s.step(LineIsDown{Reason: "test"})
	s.run(5000)
	s.up()
	h := s.held()
	if len(h) != 2 || !h[1].On || h[1].AtMS != since {
		t.Fatalf("%+v", h)
	}
	s.run(3000)
	if got := s.spokenBetween(since+200, s.nowMS()); strings.Contains(got, "You cut out") {
		t.Fatalf("on hold she said %q", got)
	}
}

func TestLineThatWasMissedIsAskedAfterAndTheClauseRepeated(t *testing.T) {
	s := newStage(t).up()
	s.run(2500)
	s.step(LineIsDown{Reason: "test"})
	s.run(8000)
	s.up()
	back := s.nowMS()
	s.run(12_000)
	got := s.transcript()
	if len(got) != 2 || !strings.HasPrefix(got[0], "C My parcel") || !strings.Contains(got[0], "[") || !strings.HasPrefix(got[1], "C Hello? You cut out. ") ||
		!strings.HasSuffix(got[1], "right now.") {
		t.Fatalf("%q\n%s", got, s.log())
	}
	if at := s.firstAudible(back); at-back < 600 || at-back > 1500 {
		t.Fatalf("she spoke %d ms after the line was back", at-back)
	}
	s.audit()
}

func TestShortCutOfTheLineIsNoEvent(t *testing.T) {
	s := newStage(t).up()
	s.run(2500)
	s.step(LineIsDown{Reason: "test"})
	s.run(2000)
	s.up()
	s.run(9000)
	wantTranscript(t, s, "C "+opening)
}

func TestTraineeWhoSpeaksFirstAfterALostLineIsNotAsked(t *testing.T) {
	s := opened(newStage(t))
	s.step(LineIsDown{Reason: "test"})
	s.run(8000)
	s.up()
	s.says(s.nowMS()+200, "Sorry, I am back now.")
	s.run(7000)
	wantTranscript(t, s, "C "+opening, "T Sorry, I am back now.", "C That is what they told me last week. I do not believe it any more.")
}

func TestSilentLineThatComesBackIsAskedAfter(t *testing.T) {
	s := opened(newStage(t))
	s.run(2000)
	s.step(LineIsDown{Reason: "test"})
	s.run(8000)
	s.up()
	s.run(5000)
	wantTranscript(t, s, "C "+opening, "C Hello? You cut out.")
}

func TestCoughAfterALostLineDoesNotSwallowTheQuestion(t *testing.T) {
	s := newStage(t).up()
	s.run(2500)
	s.step(LineIsDown{Reason: "test"})
	s.run(8000)
	s.up()
	s.noise(s.nowMS()+100, 300)
	s.run(9000)
	got := s.transcript()
	if last := got[len(got)-1]; !strings.HasPrefix(last, "C Hello? You cut out.") || !strings.HasSuffix(last, "right now.") {
		t.Fatalf("%q\n%s", got, s.log())
	}
	s.audit()
}

func TestHoldPressedWhileSheAsksAfterTheLineLeavesNothingStuck(t *testing.T) {
	s := opened(newStage(t))
	s.step(LineIsDown{Reason: "test"})
	s.run(5000)
	s.up()
	s.run(100)
	s.step(Hold{On: true})
	pressed := s.nowMS()
	s.until(9500, "she asks into the silence", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	if got := s.nowMS() - pressed; got < 6000 {
		t.Fatalf("after %d ms", got)
	}
}

func TestButtonPressedInMidSentenceOfASpokenHoldIsNotUndoneByThatSentence(t *testing.T) {
	s := opened(newStage(t))
	s.says(s.nowMS()+500, "Bear with me for a moment.")
	s.until(6000, "she waits", func() bool { return s.core.hold.on && s.core.reply == nil })
	s.says(s.nowMS()+500, "Sam could you look at this one.")
	s.run(1500)
	s.step(Hold{On: true})
	s.run(6000)
	if h := s.held(); !s.core.hold.button || !h[len(h)-1].On {
		t.Fatalf("the button is pressed, and the hold is over: %+v\n%s", h, s.log())
	}
}
