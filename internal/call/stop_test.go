package call

import (
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestWordsAfterAGapTooShortForAPauseAreNotLost(t *testing.T) {
	for gap := int64(30); gap <= 200; gap += 10 {
		s := opened(newStage(t))
		mid := s.says(s.nowMS()+500, "I have found your")
		end := s.says(mid+gap, "order, shall I send it?")
		s.run(end - s.nowMS() + 3000)
		if got := s.transcript()[1]; got != "T I have found your order, shall I send it?" {
			t.Fatalf("gap of %d ms: %q\n%s", gap, got, s.log())
		}
	}
}

func TestThinkingAloudIsWaitedThrough(t *testing.T) {
	s := opened(newStage(t))
	s.probability = 0.6
	a := s.says(s.nowMS()+500, "Um... let me see, um...")
	b := s.says(a+1900, "I have your order here now, so um")
	c := s.says(b+1800, "shall I send it again?")
	s.run(a - s.nowMS() + 3000)
	s.run(b - s.nowMS() + 1800)
	s.probability = 0.97
	s.run(c - s.nowMS() + 3000)
	if at := s.firstAudible(a - 400); at < c {
		t.Fatalf("cut off at %d, the turn ended at %d\n%s", at, c, s.log())
	}
	if got := s.transcript()[1]; !strings.HasSuffix(got, "shall I send it again?") || !strings.HasPrefix(got, "T Um...") {
		t.Fatalf("%q", got)
	}
}

func TestSpelledCodesAreNotCutOff(t *testing.T) {
	s := opened(newStage(t))
	a := s.says(s.nowMS()+500, "The code is B as in bravo,")
	b := s.says(a+1100, "4, T,")
	c := s.says(b+1200, "double u")
	d := s.says(c+1200, "2 2 7.")
	s.run(d - s.nowMS() + 4000)
	if at := s.firstAudible(a); at < d {
		t.Fatalf("cut off at %d, dictation ended at %d\n%s", at, d, s.log())
	}
	if got := s.transcript()[1]; got != "T The code is B as in bravo, 4, T, double u 2 2 7." {
		t.Fatalf("%q", got)
	}
}

func TestNoTurnOutlastsTheLongestWait(t *testing.T) {
	for _, text := range []string{"And because if the", "four one two", "If you", "Um..."} {
		s := opened(newStage(t))
		s.probability = 0
		end := s.says(s.nowMS()+500, text)
		s.run(6000)
		if at := s.firstAudible(end); at < 0 || at-end > 2500+200 {
			t.Fatalf("%q: answered after %d ms\n%s", text, at-end, s.log())
		}
	}
}

func TestLongPatienceWaitsLongerEverywhere(t *testing.T) {
	answered := func(patience float64) int64 {
		cfg := newStage(t).core.cfg
		cfg.Patience = patience
		s := newStageWith(t, rote{lines: []string{opening, "And when will that be?"}}, cfg)
		opened(s)
		s.probability = 0.85
		end := s.says(s.nowMS()+500, "I will send it today.")
		s.run(9000)
		return s.firstAudible(end) - end
	}
	normal, longer, much := answered(1), answered(PatienceFactor("longer")), answered(PatienceFactor("much-longer"))
	if normal < 0 || longer < normal*14/10 || much < normal*2 {
		t.Fatalf("answered after %d, %d and %d ms", normal, longer, much)
	}
}

func TestTheModelIsAskedAgainWhileThePauseGrows(t *testing.T) {
	s := opened(newStage(t))
	s.probability = 0.3
	end := s.says(s.nowMS()+500, "I will send it today.")
	s.run(end - s.nowMS() + 100)
	s.until(2000, "the first answer has come", func() bool { return s.core.utt.ends.Known() })
	s.probability = 0.99
	s.run(4000)
	at := s.firstAudible(end)
	if at < 0 || at-end > 1500 {
		t.Fatalf("a model that was wrong at first cost %d ms\n%s", at-end, s.log())
	}
	if s.count(practice.KindTraineeTurn) != 1 {
		t.Fatal("no turn")
	}
}

func TestHangingUpInTheMiddleOfAnInterruptionKeepsItsWords(t *testing.T) {
	for _, voiced := range []int64{400, 600, 900} {
		s := newStage(t)
		s.up()
		s.says(2000, "No sorry I must go now goodbye")
		s.run(2000 + voiced)
		s.step(HangUp{})
		s.run(4000)
		if s.finished == nil {
			t.Fatal("the call did not end")
		}
		got := s.transcript()
		if last := got[len(got)-1]; !strings.HasPrefix(last, "T No") {
			t.Fatalf("hung up %d ms into it: %q\n%s", voiced, got, s.log())
		}
		s.audit()
	}
}

func TestHummingAtTheEndIsNoLastWord(t *testing.T) {
	s := newStage(t)
	s.up()
	s.says(2000, "mm-hm")
	s.run(2400)
	s.step(HangUp{})
	s.run(4000)
	for _, line := range s.transcript() {
		if strings.HasPrefix(line, "T") {
			t.Fatalf("a hum became a turn: %q", line)
		}
	}
}

func TestGapsBetweenWordsMakeNobodyElseWait(t *testing.T) {
	s := opened(newStage(t))
	s.recognizeTicks = 12
	before := len(s.recognized)
	end := s.says(s.nowMS()+500, "I am looking")
	end = s.says(end+120, "for it in the list.") // the detector sees 96 or 128 ms of it
	s.until(6000, "she answers", func() bool { return len(s.mind().turns) == 1 })
	asked := s.recognized[before:]
	if len(asked) < 2 {
		t.Fatalf("nothing was asked in the gap: %+v", asked)
	}
	gap, last := asked[0], asked[len(asked)-1]
	if gap.Priority != practice.PrioritySpeculation || !s.dropped[gap.ID] {
		t.Errorf("in the gap it asked %+v", gap)
	}
	at := int64(-1)
	for _, r := range s.raised {
		switch r.id {
		case gap.ID:
			t.Error("the gap's words were made urgent")
		case last.ID:
			at = r.tick * practice.TickMS
		}
	}
	if last.Priority != practice.PrioritySpeculation {
		t.Errorf("at the end it asked %+v", last)
	}
	if at < end+floor.SurePauseMS-32 || at > end+floor.SurePauseMS+64 {
		t.Errorf("the words of the last pause, from %d on, became urgent at %d", end, at)
	}
}

func TestWordsThatNobodyReadsAgainBecomeUrgent(t *testing.T) {
	s := opened(newStage(t))
	s.recognizeTicks = 40
	before := len(s.recognized)
	end := s.says(s.nowMS()+500, "I am looking for it in the list that I have here")
	s.says(end+140, "and then I call you back.")
	s.until(8000, "she answers", func() bool { return len(s.mind().turns) == 1 })
	kept := s.recognized[before]
	if s.dropped[kept.ID] || !slices.ContainsFunc(s.raised, func(r raised) bool { return r.id == kept.ID }) {
		t.Errorf("the segment that was kept stayed a guess: raised %+v, dropped %v", s.raised, s.dropped[kept.ID])
	}
}

func TestHangingUpMakesTheLastWordsUrgent(t *testing.T) {
	s := opened(newStage(t))
	s.recognizeTicks = 40
	end := s.says(s.nowMS()+500, "I will call you back.")
	s.run(end + 140 - s.nowMS())
	last := s.recognized[len(s.recognized)-1]
	s.step(HangUp{})
	if last.Priority != practice.PrioritySpeculation || !slices.Contains(s.raised, raised{tick: s.tick, id: last.ID}) {
		t.Errorf("asked %+v, raised %+v", last, s.raised)
	}
}
