package call

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// The bugs that other voice agents shipped, each with its test here or beside the rule that it is about. In
// testdata/reverted stands how each fix is taken out again; scripts/reverted.sh does so and demands that the test fails.
//
//	echo of its own voice interrupts it             TestEchoOfHerOwnVoiceDoesNotInterruptHer
//	"mm-hm" stops it                                TestMmHmDoesNotStopTheCustomer
//	short words add up to a barge-in                TestShortWordsThatAreRecognisedLateDoNotAddUpToABargeIn, TestShortWordsDoNotAddUpToABargeIn
//	thresholds bypassed by late recogniser events   TestWordsThatComeLateDoNotShortenTheWait, TestLateWordsDoNotBypassTheWait
//	unspoken words enter the memory                 TestWordsThatWereNeverHeardAreNotRemembered
//	spoken words lost after a cut                   TestWordsHeardBeforeACutAreRemembered
//	speculation spoken twice                        TestSpeculationThrownAwayLeavesNoTrace, TestSpeculationIsNeverSpokenTwice, TestATurnIsAnsweredOnce
//	"speaking" state stuck while silent             TestSpeakingStateIsNotStuckWhenSoundStops
//	noise just before the reply swallows the turn   TestNoiseJustBeforeTheReplyDoesNotSwallowTheTurn
//	a lone "Yeah." waits seconds                    TestLoneYeahIsAnsweredAtOnceHoweverUnsureTheModel
//	the idle timer dies after a cough               TestCoughNeitherTakesTheFloorNorStopsTheIdleTimer
//	stale audio after barge-in                      TestNoStaleSoundAfterABargeIn
//	misaligned recordings                           TestHalfAnHourOfTheTraineesSoundStaysInItsPlace, TestLostSoundIsRecordedAsAGap
//	reconnect kills the call                        TestReconnectDoesNotKillTheCall
//	leak per call                                   TestManyShortCallsLeaveNothingBehind
//	a slow model blocks the audio loop              TestSlowModelHoldsUpNoFrame

// TestEveryBugOfOthersHasATestAndARevert holds this file's table and testdata/reverted together.
func TestEveryBugOfOthersHasATestAndARevert(t *testing.T) {
	self, err := os.ReadFile("bugs_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(b)
	}
	patches, err := filepath.Glob("testdata/reverted/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	reverted := map[string]string{}
	for _, f := range patches {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitN(string(b), "\n", 3)
		reverted[strings.TrimPrefix(lines[0], "bug: ")] += strings.TrimPrefix(lines[1], "test: ") + " "
	}
	rows := regexp.MustCompile(`(?m)^//\t(.+?) {2,}(Test.+)$`).FindAllStringSubmatch(string(self), -1)
	if len(rows) != 16 {
		t.Fatalf("the table has %d rows", len(rows))
	}
	for _, r := range rows {
		if reverted[r[1]] == "" {
			t.Errorf("%s: no way to take its fix out", r[1])
		}
		for name := range strings.SplitSeq(r[2], ", ") {
			if !strings.Contains(tests.String(), "func "+name+"(t *testing.T)") {
				t.Errorf("%s: there is no %s", r[1], name)
			}
		}
		for name := range strings.FieldsSeq(reverted[r[1]]) {
			if !strings.Contains(r[2], name) {
				t.Errorf("%s: %s is not in the table", r[1], name)
			}
		}
	}
}

func TestWordsThatComeLateDoNotShortenTheWait(t *testing.T) {
	s := opened(newStage(t))
	s.recognizeTicks = 25 // half a second: they come inside the pause, later than most waits
	s.probability = 0.3
	mid := s.says(s.nowMS()+500, "I will send it today because")
	end := s.says(mid+1000, "the depot has found it.")
	s.run(end - s.nowMS() + 5000)
	if at := s.firstAudible(mid); at < end {
		t.Fatalf("cut off at %d, the turn ended at %d\n%s", at, end, s.log())
	}
	if got := s.transcript()[1]; got != "T I will send it today because the depot has found it." {
		t.Fatalf("%q", got)
	}
}

// interrupted is a stage on which the opening was cut by somebody who means it, and what went out of it.
func interrupted(t *testing.T) (s *stage, wentOut string) {
	t.Helper()
	const onset = 2400
	s = newStage(t)
	s.says(onset, "Sorry can I just stop you there for a moment please?")
	s.up()
	s.run(9000)
	silent := int64(-1)
	for i, db := range s.gain {
		if silent < 0 && db <= -30 {
			silent = int64(i) * 20
		}
	}
	if silent < 0 {
		t.Fatalf("she was not interrupted\n%s", s.log())
	}
	return s, s.spokenBetween(0, silent)
}

func TestWordsThatWereNeverHeardAreNotRemembered(t *testing.T) {
	s, wentOut := interrupted(t)
	if m := s.mind(); len(m.heard) == 0 || !strings.HasPrefix(wentOut, m.heard[0]) {
		t.Fatalf("she remembers %q, only %q went out", m.heard, wentOut)
	}
	if first := s.record().Turns[0]; !strings.HasPrefix(wentOut, first.Text) || first.Unheard == "" {
		t.Fatalf("the transcript has %q, unheard %q; only %q went out", first.Text, first.Unheard, wentOut)
	}
}

func TestWordsHeardBeforeACutAreRemembered(t *testing.T) {
	s, wentOut := interrupted(t)
	out, heard := len(strings.Fields(wentOut)), 0
	if m := s.mind(); len(m.heard) > 0 {
		heard = len(strings.Fields(m.heard[0]))
	}
	if out < 4 || heard < out-2 { // the word in the middle, and the one on its way to the ear
		t.Fatalf("%d words went out before the cut, she remembers %d\n%s", out, heard, s.log())
	}
	if first := s.record().Turns[0]; len(strings.Fields(first.Text)) != heard || !first.Interrupted {
		t.Fatalf("the transcript has %q, she remembers %d words", first.Text, heard)
	}
}

func TestShortWordsThatAreRecognisedLateDoNotAddUpToABargeIn(t *testing.T) {
	s := newStage(t)
	s.recognizeTicks = 60 // each sound is over long before its words are known: only its length can tell
	for _, at := range []int64{1600, 2300, 3000, 3700, 4400} {
		s.says(at, "right")
	}
	s.up()
	s.run(10_000)
	for i, db := range s.gain {
		if s.audible[i] != "" && db < -15 {
			t.Fatalf("at %d ms she was at %v dB\n%s", i*20, db, s.log())
		}
	}
	if got := s.spokenBetween(0, 9000); got != opening {
		t.Fatalf("she said %q\n%s", got, s.log())
	}
}

func TestSpeculationThrownAwayLeavesNoTrace(t *testing.T) {
	s := opened(newStage(t))
	s.keepDropped = true // stale answers arrive all the same
	s.recognizeTicks, s.synthTicks = 3, 15
	generation := s.core.generation
	at := s.nowMS() + 500
	for range 4 {
		at = s.says(at, "I see your order here.") + 340
	}
	s.run(at - s.nowMS() + 6000)
	if n := s.core.generation - generation; n < 3 {
		t.Fatalf("only %d replies were prepared: nothing was thrown away", n)
	}
	if got := s.spokenBetween(7000, s.nowMS()); strings.Count(got, "That is what they told me") != 1 || strings.Contains(got, "Fine") {
		t.Fatalf("went out %q\n%s", got, s.log())
	}
	if m := s.mind(); m.at != 2 || len(m.turns) != 1 {
		t.Fatalf("the mind answered %d times, and heard %d turns", m.at-1, len(m.turns))
	}
}

func TestATurnIsAnsweredOnce(t *testing.T) {
	s := opened(newStage(t))
	s.says(s.nowMS()+500, "I am sorry, shall I look that up now?")
	s.until(15_000, "she has answered", func() bool { return s.count(practice.KindReplyHeard) == 2 })
	s.run(4000)
	if n := s.mind().at; n != 2 || s.count(practice.KindTraineeTurn) != 1 {
		t.Fatalf("one turn, %d answers\n%s", n-1, s.log())
	}
}

func TestLoneYeahIsAnsweredAtOnceHoweverUnsureTheModel(t *testing.T) {
	for _, p := range []float64{0.5, 0.8, 0.95} {
		s := opened(newStage(t))
		s.probability = p
		end := s.says(s.nowMS()+700, "Yeah.")
		s.run(4000)
		if at := s.firstAudible(end); at < 0 || at-end > 950 {
			t.Fatalf("model at %v: answered %d ms after a lone yeah\n%s", p, at-end, s.log())
		}
	}
}

// clocked is a line that notes when its frames came.
type clocked struct {
	wire
	mu sync.Mutex
	at []time.Time
}

func (l *clocked) Frame(int64, []int16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = append(l.at, time.Now())
}

func TestSlowModelHoldsUpNoFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil)
		s.ears.hang = true
		line := &clocked{}
		ear, err := s.live.Join(t.Context(), line, false)
		if err != nil {
			t.Fatal(err)
		}
		s.line = &wire{ear: ear}
		ear.Control(practice.LineUp{Transport: "webrtc"})
		s.line.hears(nil, 7*time.Second)
		s.line.hears(voiceOf("your parcel is in leeds"), 14*time.Second)
		s.house.Close()
		for i := 1; i < len(line.at); i++ {
			if gap := line.at[i].Sub(line.at[i-1]); gap != tick {
				t.Fatalf("frame %d came %v after the one before", i, gap)
			}
		}
		if len(line.at) < 1000 {
			t.Fatalf("%d frames in 21 s", len(line.at))
		}
	})
}
