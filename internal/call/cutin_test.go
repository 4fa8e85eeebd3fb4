package call

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// inMood is a customer of one heat all call long, who cuts in from 7 on and has hums.
func inMood(t fataler, heat int, even bool) *stage {
	lines := []string{opening, "That is what they told me last week. I do not believe it any more.", "Fine, and when will that be?"}
	m := rote{lines: lines, mood: heat, hums: []string{"Mm-hm.", "Right.", "Yeah."}}
	s := newStageWith(t, m, Config{
		Voice: true, Speaker: "test", Heat: heat, Cuts: 700, EvenMood: even,
		Started: practice.CallStarted{Endpoint: "auto", Mode: practice.ModeVoice, Words: "authored", Seed: 7},
	})
	s.probability = 0.1
	return s
}

// talks is a turn of many sentences with a breath after each. It returns when it ends.
func (s *stage) talks(atMS int64, sentences int, breathMS int64) int64 {
	for range sentences {
		atMS = s.says(atMS, "the depot has looked at all of it and then") + breathMS
	}
	return atMS - breathMS
}

func TestAngryCustomerCutsInOnAMonologueAtABreath(t *testing.T) {
	for _, c := range []struct {
		heat     int
		from, to int64
	}{{700, 20_000, 24_500}, {1000, 12_000, 16_500}} {
		s := opened(inMood(t, c.heat, false))
		began := s.nowMS() + 500
		s.talks(began, 20, 600)
		s.until(40_000, "she cuts in", func() bool { return s.count(practice.KindReplyStarted) == 2 })
		if after := s.nowMS() - began; after < c.from || after > c.to {
			t.Errorf("heat %d: she cut in after %d ms", c.heat, after)
		}
		m := s.mind()
		if last := m.turns[len(m.turns)-1]; !last.CutIn || !strings.HasPrefix(last.Text, "the depot has looked") {
			t.Errorf("heat %d: the mind heard %+v", c.heat, last)
		}
		r := s.record()
		if r.Turns[2].Move != practice.MoveInterrupt {
			t.Errorf("heat %d: move %q", c.heat, r.Turns[2].Move)
		}
		s.audit()
	}
}

func TestAngryCustomerCutsInOverWordsWhenABreathIsTooShort(t *testing.T) {
	s := opened(inMood(t, 1000, false))
	began := s.nowMS() + 500
	s.talks(began, 20, 200) // less than the recogniser takes
	s.until(30_000, "she cuts in", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	if after := s.nowMS() - began; after < 12_000 || after > 18_000 {
		t.Fatalf("she cut in after %d ms", after)
	}
	said := s.record().Turns[1]
	if got := strings.Count(said.Text, "the depot has looked at all of it and then"); got < 3 {
		t.Fatalf("the turn until then was %q", said.Text)
	}
	started := s.nowMS()
	s.run(1500)
	if s.core.reply == nil || s.core.reply.cut {
		t.Fatalf("she gave up at once\n%s", s.log())
	}
	s.until(20_000, "who talks on gets the floor back", func() bool {
		r := s.record().Turns[2]
		return r.Settled && r.Interrupted || s.core.reply != nil && s.core.reply.cut
	})
	if took := s.nowMS() - started; took > 3500 {
		t.Fatalf("she talked over the trainee for %d ms", took)
	}
	s.run(60_000)
	words := 0
	for _, turn := range s.record().Turns {
		if turn.Speaker == practice.Trainee {
			words += len(strings.Fields(turn.Text))
		}
	}
	if words < 20*10-6 {
		t.Fatalf("%d of %d words are in the transcript\n%s", words, 200, s.log())
	}
	s.audit()
}

func TestTraineeWhoYieldsToHerLeavesNoTurnBehind(t *testing.T) {
	s := opened(inMood(t, 1000, false))
	began := s.nowMS() + 500
	end := s.talks(began, 4, 200)
	s.until(end-s.nowMS()+200, "she has not cut in yet", func() bool { return s.nowMS() >= began+12_000 || s.nowMS() >= end })
	for s.count(practice.KindReplyStarted) < 2 && s.nowMS() < began+20_000 { // the trainee goes on in short sentences until she cuts in
		end = s.says(max(end+200, s.nowMS()), "and there is one thing more")
		for s.nowMS() < end+180 && s.count(practice.KindReplyStarted) < 2 {
			s.advance()
		}
	}
	s.until(12_000, "she has spoken", func() bool { return s.core.reply == nil && s.count(practice.KindReplyHeard) == 2 })
	s.run(3000)
	r := s.record()
	if r.Turns[2].Interrupted || !strings.HasPrefix(r.Turns[2].Text, "Hang on.") || len(r.Turns) != 3 {
		t.Fatalf("%q\n%s", s.transcript(), s.log())
	}
	s.audit()
}

func TestNobodyCutsInWhenCalmOrMeasuredOrOnHold(t *testing.T) {
	for name, s := range map[string]*stage{"calm": inMood(t, 500, false), "measured": inMood(t, 1000, true)} {
		s = opened(s)
		end := s.talks(s.nowMS()+500, 12, 600)
		s.run(end - s.nowMS())
		if n := s.count(practice.KindReplyStarted); n != 1 {
			t.Errorf("%s: she spoke %d times\n%s", name, n, s.log())
		}
	}
}

func TestPatienceMakesHerListenLonger(t *testing.T) {
	s := inMood(t, 1000, false)
	s.core.monologue.Patience = 2.5
	opened(s)
	began := s.nowMS() + 500
	s.talks(began, 20, 600)
	s.run(28_000)
	if n := s.count(practice.KindReplyStarted); n != 1 {
		t.Fatalf("she spoke %d times", n)
	}
}

func TestCalmCustomerHumsDuringALongTurn(t *testing.T) {
	s := opened(inMood(t, 200, false))
	began := s.nowMS() + 500
	end := s.talks(began, 12, 600)
	s.run(end - s.nowMS() + 200)
	r := s.record()
	if n := len(r.Asides); n < 3 || n > 6 {
		t.Fatalf("%d hums in %d ms\n%s", n, end-began, s.log())
	}
	for i, a := range r.Asides {
		if a.EndMS-a.StartMS > 500 || i > 0 && a.StartMS-r.Asides[i-1].EndMS < 6000 {
			t.Errorf("hums %+v", r.Asides)
		}
		if got := s.spokenBetween(a.StartMS, a.EndMS); got != a.Text {
			t.Errorf("%q went out as %q", a.Text, got)
		}
		if got := s.spokenBetween(a.EndMS, a.EndMS+600); got != "" {
			t.Errorf("after it went out %q", got)
		}
		if db := s.gain[a.StartMS/20]; db > -3 {
			t.Errorf("it was said at %v dB", db)
		}
		if s.voiced(a.StartMS, a.StartMS+40) {
			t.Errorf("it came over the trainee's words")
		}
	}
	if len(r.Turns) != 1 {
		t.Fatalf("%q", s.transcript())
	}
	s.probability = 0.97
	s.until(6000, "the turn is answered", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	s.until(9000, "and heard", func() bool { return s.core.reply == nil })
	if got := s.transcript(); len(got) != 3 || strings.Contains(got[1], "Mm-hm") || strings.Contains(strings.Join(s.mind().heard, " "), "Mm-hm") {
		t.Fatalf("%q, she remembers %q", got, s.mind().heard)
	}
	s.audit()
}

func TestNobodyHumsAtALikelyEndNorWhenAngryNorWhenMeasured(t *testing.T) {
	likely := inMood(t, 200, false)
	likely.probability = 0.6
	for name, s := range map[string]*stage{"likely end": likely, "tense": inMood(t, 600, false), "measured": inMood(t, 200, true)} {
		s = opened(s)
		end := s.talks(s.nowMS()+500, 8, 600)
		s.run(end - s.nowMS() + 200)
		if n := s.count(practice.KindBackchannel); n != 0 {
			t.Errorf("%s: %d hums", name, n)
		}
	}
}

func TestHumsWaitUntilSheIsNearlyCalm(t *testing.T) {
	s := opened(inMood(t, 800, false))
	s.run(2000)
	for k := range s.clauses {
		if k[0] == humGeneration {
			t.Fatal("an angry customer's hums were made")
		}
	}
}

func TestSupportiveBackchannelsAreCounted(t *testing.T) {
	s := newStage(t)
	s.says(2000, "mm-hm")
	s.says(4000, "I see.")
	s.up()
	s.run(9000)
	if r := s.record(); r.Supportive() != 2 {
		t.Fatalf("%d of %+v", r.Supportive(), r.Interludes)
	}
}

func TestEchoHeardTwiceIsToldToTheTrainee(t *testing.T) {
	s := newStage(t)
	for _, at := range []int64{1800, 4200} { // a word of hers, 200 ms late
		i := min(int(at-1000)/250, 20)
		word := strings.Fields(opening)[i-1]
		s.sounds = append(s.sounds, sound{fromMS: at, toMS: at + 250, words: []practice.Word{{Text: word, StartMS: at, EndMS: at + 230, Confidence: 0.8}}})
	}
	s.up()
	s.run(9000)
	n := 0
	for _, m := range s.shown {
		if a, ok := m.(practice.Advice); ok && a.Code == practice.AdviceEcho {
			n++
		}
	}
	if n != 1 {
		t.Fatalf("told %d times\n%s", n, s.log())
	}
}

func TestNobodyCutsInOnANumberBeingReadOut(t *testing.T) {
	for _, pause := range []int64{150, 400} {
		s := opened(inMood(t, 1000, false))
		at := s.nowMS() + 500
		s.says(at, strings.Repeat("and then we looked at the list again ", 7)+"the reference number is four one two")
		end := s.says(s.sounds[len(s.sounds)-1].toMS+pause, "nine seven six five")
		s.run(end - s.nowMS())
		if m := s.mind(); len(m.turns) != 0 {
			t.Fatalf("after %d ms she took the floor from a number: %+v\n%s", pause, m.turns, s.log())
		}
		s.until(4000, "she answers", func() bool { return len(s.mind().turns) == 1 })
	}
}

func TestTraineeWhoFallsSilentAsSheCutsInLeavesNoTurnBehind(t *testing.T) {
	talk := func() *stage {
		s := opened(inMood(t, 1000, false))
		s.talks(s.nowMS()+500, 20, 200)
		return s
	}
	s := talk()
	s.until(30_000, "she cuts in", s.core.customerSpeaks)
	cutInMS := s.nowMS()
	for before := int64(0); before < 100; before += 10 {
		s := talk()
		for i := range s.sounds {
			s.sounds[i].toMS = min(s.sounds[i].toMS, cutInMS-before)
		}
		s.run(cutInMS + 20_000 - s.nowMS())
		if m := s.mind(); len(m.turns) != 1 || s.core.utt.active {
			t.Errorf("silent %d ms before she cut in: she heard %d turns, the last %q\n%s", before, len(m.turns), m.turns[len(m.turns)-1].Text, s.log())
		}
	}
}
