package call

import (
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// opened runs until the customer's opening line has been heard.
func opened(s *stage) *stage {
	s.t.Helper()
	s.up()
	s.until(15_000, "the opening is heard", func() bool { return s.count(practice.KindReplyHeard) == 1 })
	return s
}

func TestCustomerOpensSoonAfterTheLineIsUp(t *testing.T) {
	s := newStage(t).up()
	s.run(3000)
	if at := s.firstAudible(0); at < 780 || at > 900 {
		t.Fatalf("opened at %d ms", at)
	}
}

func TestCustomerLetsATraineeWhoSpeaksFirstFinish(t *testing.T) {
	s := newStage(t)
	end := s.says(500, "Good morning, this is Sam speaking. How can I help you?")
	s.up()
	s.run(6000)
	if at := s.firstAudible(0); at < end {
		t.Fatalf("spoke at %d, before the trainee's end at %d\n%s", at, end, s.log())
	}
	if got := s.transcript()[0]; !strings.HasPrefix(got, "T Good morning") {
		t.Fatalf("first turn %q", got)
	}
}

func TestTurnIsAnsweredFast(t *testing.T) {
	s := opened(newStage(t))
	end := s.says(s.nowMS()+1000, "I am sorry, shall I look that up now?")
	s.run(6000)
	at := s.firstAudible(end)
	if at < 0 || at-end > 420 {
		t.Fatalf("answered %d ms after the trainee's end\n%s", at-end, s.log())
	}
	wantTranscript(t, s, "C "+opening, "T I am sorry, shall I look that up now?", "C That is what they told me last week. I do not believe it any more.")
}

func TestPauseInsideASentenceIsWaitedThrough(t *testing.T) {
	for _, pause := range []int64{300, 600, 900} {
		s := opened(newStage(t))
		s.probability = 0.1
		mid := s.says(s.nowMS()+500, "I will send it today because")
		end := s.says(mid+pause, "the depot has found it.")
		s.run(mid + pause - s.nowMS() + 400)
		s.probability = 0.95
		s.run(4000)
		if at := s.firstAudible(mid); at < end {
			t.Fatalf("pause %d: cut off at %d, the turn ended at %d", pause, at, end)
		}
		if got := s.transcript()[1]; got != "T I will send it today because the depot has found it." {
			t.Fatalf("pause %d: %q", pause, got)
		}
	}
}

func TestLoneYeahIsAnsweredAtOnce(t *testing.T) {
	s := opened(newStage(t))
	end := s.says(s.nowMS()+700, "Yeah.")
	s.run(3000)
	if at := s.firstAudible(end); at < 0 || at-end > 600 {
		t.Fatalf("answered %d ms after a lone yeah\n%s", at-end, s.log())
	}
}

func TestDictatedDigitsAreNotCutOff(t *testing.T) {
	s := opened(newStage(t))
	a := s.says(s.nowMS()+500, "The number is four one")
	b := s.says(a+900, "two two seven.")
	s.run(6000)
	if at := s.firstAudible(a); at < b {
		t.Fatalf("cut off at %d, dictation ended at %d", at, b)
	}
}

func TestMmHmDoesNotStopTheCustomer(t *testing.T) {
	s := newStage(t)
	s.says(2000, "mm-hm")
	s.up()
	s.run(9000)
	if got := s.spokenBetween(0, 9000); !strings.Contains(got, opening) {
		t.Fatalf("she said %q", got)
	}
	for i, db := range s.gain {
		if s.audible[i] != "" && db < -15 {
			t.Fatalf("at %d ms she was at %v dB", i*20, db)
		}
	}
	wantTranscript(t, s, "C "+opening)
	if n := s.count(practice.KindBargeIn); n != 1 {
		t.Fatalf("%d barge-in events\n%s", n, s.log())
	}
}

func TestSheIsBackUpSoonAfterAShortSound(t *testing.T) {
	const lasts = 460
	s := newStage(t)
	s.noise(2000, lasts)
	s.up()
	s.run(9000)
	down := 0
	for _, db := range s.gain {
		if db < 0 {
			down += practice.TickMS
		}
	}
	if most := lasts - floor.DuckAfterMS + floor.BackUpMS + 3*32; down == 0 || down > most { // known to within the detector's windows
		t.Fatalf("she was down for %d ms, at most %d are needed\n%s", down, most, s.log())
	}
}

func TestNoSoundThatDoesNotSilenceHerHoldsHerAtAWhisper(t *testing.T) {
	for _, lasts := range []int64{300, 460, 560} {
		s := newStage(t)
		s.noise(2000, lasts)
		s.up()
		s.run(9000)
		whisper, longest := 0, 0
		for _, db := range s.gain {
			if whisper += practice.TickMS; db > floor.EaseDB-1 {
				whisper = 0
			}
			longest = max(longest, whisper)
		}
		if most := floor.EaseAfterMS - floor.DuckAfterMS + 2*32; longest == 0 || longest > most {
			t.Errorf("a sound of %d ms: she was at a whisper for %d ms, at most %d\n%s", lasts, longest, most, s.log())
		}
	}
}

func TestShortWordsDoNotAddUpToABargeIn(t *testing.T) {
	s := newStage(t)
	for _, at := range []int64{1600, 2300, 3000, 3700, 4400} {
		s.says(at, "right")
	}
	s.up()
	s.run(10_000)
	if got := s.spokenBetween(0, 9000); !strings.Contains(got, opening) {
		t.Fatalf("she said %q\n%s", got, s.log())
	}
	wantTranscript(t, s, "C "+opening)
}

func TestBargeInDucksThenSilencesAndKeepsOnlyHeardWords(t *testing.T) {
	s := newStage(t)
	const onset = 2000
	s.says(onset, "Sorry can I just stop you there for a moment please?")
	s.up()
	s.run(9000)
	duck, silent := int64(-1), int64(-1)
	for i, db := range s.gain {
		if duck < 0 && db <= -12 {
			duck = int64(i)*20 - onset
		}
		if silent < 0 && db <= -30 {
			silent = int64(i)*20 - onset
		}
	}
	if duck < 0 || duck > 300 {
		t.Errorf("ducked after %d ms", duck)
	}
	if silent < 0 || silent > 700 {
		t.Errorf("silent after %d ms", silent)
	}
	r := s.record()
	first := r.Turns[0]
	if !first.Interrupted || first.Text == "" || first.Unheard == "" || first.Text+" "+first.Unheard != opening {
		t.Fatalf("heard %q, unheard %q", first.Text, first.Unheard)
	}
	if got := s.spokenBetween(0, onset+silent); got != first.Text && !strings.HasPrefix(got, first.Text) {
		t.Fatalf("went out %q, heard %q", got, first.Text)
	}
	if m := s.mind(); m.heard[0] != first.Text || !m.cuts[0] || !m.turns[0].Interrupted {
		t.Fatalf("memory %+v", m)
	}
	if r.Turns[1].Text != "Sorry can I just stop you there for a moment please?" || !r.Turns[1].Interrupted {
		t.Fatalf("turn %+v", r.Turns[1])
	}
}

func TestNoiseThatSilencedHerLetsHerGoOnFromTheCutWord(t *testing.T) {
	s := newStage(t)
	s.noise(2000, 1100)
	s.up()
	s.run(12_000)
	wantTranscript(t, s, "C "+opening)
	// Word by word everything went out, and only the cut word twice.
	got := strings.Fields(s.spokenBetween(0, 12_000))
	if extra := len(got) - len(strings.Fields(opening)); extra < 0 || extra > 1 {
		t.Fatalf("went out: %v", got)
	}
}

func TestEchoOfHerOwnVoiceDoesNotInterruptHer(t *testing.T) {
	s := newStage(t)
	s.up()
	s.run(1000)
	// From here on the microphone hears her with 200 ms delay.
	fields := strings.Fields(opening)
	at := int64(1050)
	var words []practice.Word
	for _, w := range fields {
		words = append(words, practice.Word{Text: w, StartMS: at, EndMS: at + 230, Confidence: 0.8})
		at += 250
	}
	s.sounds = append(s.sounds, sound{fromMS: 1050, toMS: at, words: words})
	s.run(12_000)
	wantTranscript(t, s, "C "+opening)
}

func TestNoiseJustBeforeTheReplyDoesNotSwallowTheTurn(t *testing.T) {
	for _, after := range []int64{100, 200, 260, 300, 340, 400} {
		s := opened(newStage(t))
		end := s.says(s.nowMS()+500, "I have found your order and it is here.")
		s.noise(end+after, 140)
		s.run(6000)
		got := s.transcript()
		if len(got) < 3 || got[1] != "T I have found your order and it is here." || !strings.HasPrefix(got[2], "C That is") {
			t.Fatalf("noise after %d ms: %q\n%s", after, got, s.log())
		}
	}
}

func TestCoughNeitherTakesTheFloorNorStopsTheIdleTimer(t *testing.T) {
	s := opened(newStage(t))
	free := s.nowMS()
	for i := range int64(6) {
		s.noise(free+1000*i+500, 250)
	}
	s.run(9500)
	if s.count(practice.KindTraineeTurn) != 0 {
		t.Fatalf("a cough became a turn\n%s", s.log())
	}
	at := s.firstAudible(free + 200)
	if at-free < 6000 || at-free > 9000 {
		t.Fatalf("Hello? came %d ms after the floor was free", at-free)
	}
}

func TestBargeInBeforeFirstFrameKeepsCustomerAudible(t *testing.T) {
	s := opened(newStage(t))
	s.synthTicks = 40 // a slow voice
	end := s.says(s.nowMS()+500, "One moment please.")
	more := s.says(end+700, "I have it here now.")
	s.run(9000)
	got := s.transcript()
	if len(got) != 3 || got[1] != "T One moment please. I have it here now." {
		t.Fatalf("%q\n%s", got, s.log())
	}
	if at := s.firstAudible(more); at < 0 || s.spokenBetween(more, more+9000) != "That is what they told me last week. I do not believe it any more." {
		t.Fatalf("after it she said %q", s.spokenBetween(more, more+9000))
	}
}

func TestSpeculationIsNeverSpokenTwice(t *testing.T) {
	s := opened(newStage(t))
	s.keepDropped = true // stale answers arrive all the same
	s.recognizeTicks, s.synthTicks = 3, 15
	s.probability = 0.3
	at := s.nowMS() + 500
	for range 6 {
		at = s.says(at, "I see your order here.") + 400
	}
	s.run(at - s.nowMS() + 6000)
	got := s.spokenBetween(7000, s.nowMS())
	if strings.Count(got, "That is what they told me") != 1 {
		t.Fatalf("went out %q\n%s", got, s.log())
	}
	if n := s.mind().at; n != 2 {
		t.Fatalf("the mind answered %d times for good", n)
	}
}

func TestLateWordsDoNotBypassTheWait(t *testing.T) {
	s := opened(newStage(t))
	s.recognizeTicks = 45 // 900 ms
	s.probability = 0.5
	s.neverEstimate = true
	a := s.says(s.nowMS()+500, "We shipped it on Monday")
	b := s.says(a+700, "and it was lost in Leeds.")
	s.run(b - s.nowMS() + 6000)
	if at := s.firstAudible(a); at < b {
		t.Fatalf("spoke at %d, inside the turn that ended at %d", at, b)
	}
	if got := s.transcript()[1]; got != "T We shipped it on Monday and it was lost in Leeds." {
		t.Fatalf("%q", got)
	}
}

func TestSpeakingStateIsNotStuckWhenSoundStops(t *testing.T) {
	s := opened(newStage(t))
	end := s.says(s.nowMS()+500, "I will call the depot now.")
	s.run(end - s.nowMS() + 60)
	s.loudMS = 1 << 40 // the microphone is gone in mid-voice
	s.run(4000)
	if s.count(practice.KindTraineeTurn) != 1 {
		t.Fatalf("the turn never ended\n%s", s.log())
	}
}

func TestNoStaleSoundAfterABargeIn(t *testing.T) {
	s := newStage(t)
	s.synthTicks = 30 // clauses still on their way when she is cut off
	s.keepDropped = true
	end := s.says(2600, "Please wait, let me say something about that now.")
	s.up()
	s.run(12_000)
	if got := s.spokenBetween(3600, end); got != "" {
		t.Fatalf("after the barge-in went out %q", got)
	}
	if got := s.spokenBetween(end, 12_000); got != "That is what they told me last week. I do not believe it any more." {
		t.Fatalf("then %q\n%s", got, s.log())
	}
}

func TestFailingRecogniserIsTriedAgainThenSheAsks(t *testing.T) {
	s := opened(newStage(t))
	s.failRecognize = 1
	s.says(s.nowMS()+500, "Your parcel is in Leeds.")
	s.run(5000)
	if got := s.transcript()[1]; got != "T Your parcel is in Leeds." {
		t.Fatalf("after one failure %q", got)
	}
	s.until(9000, "she has spoken", func() bool { return s.count(practice.KindReplyHeard) == 2 })
	s.failRecognize = 2
	s.says(s.nowMS()+500, "It comes tomorrow.")
	s.run(6000)
	m := s.mind()
	if last := m.turns[len(m.turns)-1]; last.Text != "" || !last.Unsure {
		t.Fatalf("the mind heard %+v\n%s", last, s.log())
	}
	if s.count(practice.KindReplyStarted) != 3 {
		t.Fatalf("she did not ask again\n%s", s.log())
	}
}

func TestHangingModelsDoNotStopTheCall(t *testing.T) {
	s := opened(newStage(t))
	s.neverRecognize, s.neverEstimate = true, true
	s.says(s.nowMS()+500, "Your parcel is in Leeds.")
	s.until(9000, "she answers", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	s.neverRecognize, s.neverPerceive = false, true
	s.until(9000, "she has spoken", func() bool { return s.count(practice.KindReplyHeard) == 2 })
	s.says(s.nowMS()+500, "It comes tomorrow.")
	s.until(9000, "she answers without perception", func() bool { return s.count(practice.KindReplyStarted) == 3 })
	s.neverPerceive, s.neverSynth = false, true
	s.until(20_000, "she has spoken", func() bool { return s.count(practice.KindReplyHeard) == 3 })
	s.says(s.nowMS()+500, "It comes tomorrow.")
	s.until(9000, "she answers without a voice", func() bool { return s.count(practice.KindReplyStarted) == 4 })
}

func TestFailingVoiceLetsTheWordsComeAsCaptions(t *testing.T) {
	s := newStage(t)
	s.failSynth = 1000
	s.up()
	s.until(15_000, "the opening is shown", func() bool { return s.count(practice.KindReplyHeard) == 1 })
	s.says(s.nowMS()+500, "I can see that here.")
	s.until(9000, "she answers", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	captions := 0
	for _, m := range s.shown {
		if c, ok := m.(practice.Caption); ok && c.Speaker == practice.Customer {
			captions++
		}
	}
	if captions == 0 {
		t.Fatal("no caption")
	}
	if got := s.transcript()[0]; got != "C "+opening {
		t.Fatalf("%q", got)
	}
}

func TestGoodbyeIsSpokenOutBeforeTheCallEnds(t *testing.T) {
	s := newStageWith(t, rote{lines: []string{opening, "Thank you, that is all I needed. Goodbye."}, ending: practice.EndingResolved}, newStage(t).core.cfg)
	opened(s)
	end := s.says(s.nowMS()+500, "It will be with you by six today.")
	s.says(end+900, "No wait wait I have one more thing to say to you.")
	s.until(12_000, "the call ends", func() bool { return s.finished != nil })
	if s.finished.Ending != practice.EndingResolved || s.finished.By != practice.EndedByCustomer {
		t.Fatalf("%+v", s.finished)
	}
	if got := s.spokenBetween(end, s.nowMS()); got != "Thank you, that is all I needed. Goodbye." {
		t.Fatalf("she said %q", got)
	}
	r := s.record()
	if r.Ended == nil || r.Ended.Ending != practice.EndingResolved || r.Cut {
		t.Fatalf("record %+v", r.Ended)
	}
}

func TestHangUpKeepsTheLastWords(t *testing.T) {
	s := opened(newStage(t))
	end := s.says(s.nowMS()+500, "Goodbye then.")
	s.run(end - s.nowMS() + 60)
	s.step(HangUp{})
	s.run(3000)
	if s.finished == nil || s.finished.By != practice.EndedByTrainee {
		t.Fatalf("%+v", s.finished)
	}
	wantTranscript(t, s, "C "+opening, "T Goodbye then.")
}

func TestTypedTurnsGoThroughTheSameMind(t *testing.T) {
	cfg := newStage(t).core.cfg
	cfg.Started.Mode = practice.ModeTyped
	s := newStageWith(t, rote{lines: []string{opening, "That is what they told me."}}, cfg)
	s.step(LineIsUp{Transport: "typing", Typing: true})
	s.until(15_000, "the opening is shown", func() bool { return s.count(practice.KindReplyHeard) == 1 })
	s.step(Say{Text: "I am sorry, where do you live?"})
	s.until(1000, "she answers", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	s.until(9000, "and is read", func() bool { return s.count(practice.KindReplyHeard) == 2 })
	wantTranscript(t, s, "C "+opening, "T I am sorry, where do you live?", "C That is what they told me.")
	if len(s.clauses) != 0 {
		t.Fatal("a typed call asked for sound")
	}
}

func TestLinesTypedIntoAGoodbyeDoNotGrowWithoutBound(t *testing.T) {
	cfg := newStage(t).core.cfg
	cfg.Started.Mode = practice.ModeTyped
	s := newStageWith(t, rote{lines: []string{opening, "Thank you, that is all I needed. Goodbye."}, ending: practice.EndingResolved}, cfg)
	s.step(LineIsUp{Transport: "typing", Typing: true})
	s.until(15_000, "the opening is shown", func() bool { return s.count(practice.KindReplyHeard) == 1 })
	s.step(Say{Text: "It comes today."})
	s.until(1000, "she says goodbye", func() bool { return s.count(practice.KindReplyStarted) == 2 })
	line := strings.Repeat("x", practice.MaxTypedText/3)
	for range 50 {
		s.step(Say{Text: line})
	}
	s.until(9000, "the call ends", func() bool { return s.finished != nil })
	turns := s.record().Turns
	if last := turns[len(turns)-1]; last.Text != line+" "+line || s.count(practice.KindTrouble) != 48 {
		t.Fatalf("the last turn has %d bytes, %d lines were left out", len(last.Text), s.count(practice.KindTrouble))
	}
}

func TestLineDownAndUpGoesOnWhereSheWas(t *testing.T) {
	s := newStage(t).up()
	s.run(2500)
	s.step(LineIsDown{Reason: "network"})
	s.run(3000)
	if s.spokenBetween(2600, 5000) != "" {
		t.Fatal("she spoke into a dead line")
	}
	s.up()
	s.run(9000)
	wantTranscript(t, s, "C "+opening)
}

func TestLongTurnIsReadInPieces(t *testing.T) {
	s := opened(newStage(t))
	words := strings.Repeat("word ", 70) // 21 s without a pause
	end := s.says(s.nowMS()+500, words+"done.")
	s.run(end - s.nowMS() + 5000)
	if got := len(strings.Fields(s.transcript()[1])); got != 72 {
		t.Fatalf("%d words of 72\n%v", got, s.recognized)
	}
}

func TestMutedTraineeIsNotHeard(t *testing.T) {
	s := opened(newStage(t))
	s.step(Mute{On: true})
	s.says(s.nowMS()+500, "This is for my colleague only.")
	s.run(4000)
	if s.count(practice.KindTraineeTurn) != 0 {
		t.Fatal("heard through mute")
	}
	s.step(Mute{On: false})
	s.says(s.nowMS()+500, "I am back.")
	s.run(3000)
	if got := s.transcript(); len(got) < 2 || got[1] != "T I am back." {
		t.Fatalf("%q", got)
	}
}

func TestClicksOneByOneNeverAddUpToABargeIn(t *testing.T) {
	s := newStage(t).up()
	s.until(4000, "she speaks", func() bool { return s.core.customerSpeaks() })
	for at := s.nowMS() + 100; at < s.nowMS()+6000; at += 192 { // typing on a keyboard: one window each
		s.noise(at/32*32, 32)
	}
	s.run(10_000)
	if got := s.transcript(); len(got) == 0 || got[0] != "C "+opening {
		t.Fatalf("%q\n%s", got, s.log())
	}
	for _, db := range s.gain {
		if db < 0 {
			t.Fatal("she came down for a keyboard")
		}
	}
}

func TestWordsTooShortToStopHerAreOnRecord(t *testing.T) {
	s := inMood(t, 900, false).up()
	s.until(4000, "she speaks", func() bool { return s.core.customerSpeaks() })
	s.says(s.says(s.nowMS()+600, "Wait.")+380, "Listen.")
	s.run(9000)
	var told []string
	for _, i := range s.record().Interludes {
		if i.Kind == kindTalkedOn {
			told = append(told, i.Text)
		}
	}
	if got := s.transcript(); got[0] != "C "+opening || strings.Join(told, " ") != "Wait. Listen." {
		t.Fatalf("%q, %q\n%s", got, told, s.log())
	}
}
