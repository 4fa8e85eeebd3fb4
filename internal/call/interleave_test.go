package call

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/practice"
)

// oneTurnAtATime checks that a speaker's committed turns follow one another in number and time.
func (s *stage) oneTurnAtATime() {
	s.t.Helper()
	end := map[practice.Speaker]int64{}
	for i, turn := range s.record().Turns {
		if turn.Turn != i {
			s.t.Fatalf("turn %d stands at %d\n%s", turn.Turn, i, s.log())
		}
		if turn.Settled && turn.StartMS < end[turn.Speaker] {
			s.t.Fatalf("turn %d begins at %d ms, before its speaker's last ended at %d\n%s", i, turn.StartMS, end[turn.Speaker], s.log())
		}
		end[turn.Speaker] = max(end[turn.Speaker], turn.EndMS)
	}
}

// TestPropertyThingsInsideOneAnother lets everything begin and end inside everything else, the line's cuts inside holds
// inside mutes, models that hang and recover meanwhile, and then nobody does anything any more.
func TestPropertyThingsInsideOneAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStage(t)
		s.keepDropped, s.noReports = rapid.Bool().Draw(t, "stale answers"), rapid.Bool().Draw(t, "no reports")
		s.probability = rapid.Float64Range(0, 1).Draw(t, "probability")
		m := s.mind()
		m.mood, m.hums = rapid.SampledFrom([]int{100, 600, 950}).Draw(t, "mood"), []string{"Mm-hm.", "Right."}
		s.core.mind, s.core.heat, s.core.monologue.Above = m, m.mood, 700
		s.afterStep = func(s *stage) {
			if n := len(s.core.out); n > 300 {
				s.t.Fatalf("one step put out %d things", n)
			}
			if n := len(s.core.utt.closed); n > 100 {
				s.t.Fatalf("an utterance of %d segments", n)
			}
		}
		down, muted, held := false, false, false
		s.up()
		for range rapid.IntRange(1, 25).Draw(t, "things") {
			s.run(rapid.Int64Range(0, 1500).Draw(t, "after"))
			if s.finished != nil {
				break
			}
			switch rapid.IntRange(0, 17).Draw(t, "thing") {
			case 0, 1, 2:
				s.says(s.nowMS(), rapid.SampledFrom(speeches).Draw(t, "speech"))
			case 3:
				s.noise(s.nowMS(), rapid.Int64Range(20, 2500).Draw(t, "noise"))
			case 4:
				s.step(Say{Text: rapid.SampledFrom(speeches).Draw(t, "typed")})
			case 5, 6:
				if down = !down; down {
					s.step(LineIsDown{Reason: "test"})
				} else {
					transport := rapid.SampledFrom([]string{"webrtc", "websocket", "typing"}).Draw(t, "transport")
					s.step(LineIsUp{Transport: transport, Typing: transport == "typing"})
				}
			case 7:
				muted = !muted
				s.step(Mute{On: muted})
			case 8, 9:
				held = !held
				s.step(Hold{On: held})
			case 10:
				s.neverRecognize = !s.neverRecognize
			case 11:
				s.neverSynth = !s.neverSynth
			case 12:
				s.neverPerceive = !s.neverPerceive
			case 13:
				s.failRecognize, s.failSynth = rapid.IntRange(0, 4).Draw(t, "recognizer fails"), rapid.IntRange(0, 4).Draw(t, "voice fails")
			case 14: // the microphone is gone for a while
				s.loudMS = s.nowMS() + rapid.Int64Range(0, 12_000).Draw(t, "no sound")
			case 15: // a keyboard
				apart := rapid.Int64Range(64, 500).Draw(t, "apart")
				for i := range rapid.Int64Range(2, 30).Draw(t, "clicks") {
					s.noise(s.nowMS()+i*apart, 32)
				}
			case 16: // she comes out of a loudspeaker
				s.likeness = rapid.Float64Range(0, 1).Draw(t, "likeness")
			case 17:
				if rapid.IntRange(0, 9).Draw(t, "leaves") == 0 {
					s.step(HangUp{})
				}
			}
		}
		if s.finished == nil && down {
			s.up()
		}
		if s.finished == nil && held {
			s.step(Hold{On: false})
		}
		events := len(s.events)
		spoke := s.count(practice.KindReplyStarted)
		minute := int64(60_000)
		if s.core.typing {
			minute *= typingFactor
		}
		s.run(minute) // nobody does anything any more
		if s.finished == nil && s.count(practice.KindReplyStarted) == spoke && !s.core.customerSpeaks() {
			t.Fatalf("a minute of silence, and she says nothing\n%s", s.log())
		}
		if n := len(s.events) - events; n > 200 {
			t.Fatalf("%d events in a minute in which nobody did anything\n%s", n, s.log())
		}
		if s.finished == nil {
			s.step(HangUp{})
			s.run(5000)
		}
		if s.finished == nil {
			t.Fatalf("the call does not end\n%s", s.log())
		}
		s.audit()
		s.oneTurnAtATime()
		s.heardIsWhatWentOut()
		if r := s.record(); r.Ended == nil {
			t.Fatalf("no last event")
		}
	})
}

// deed is one thing in the life of a whole call, goroutines and all.
type deed struct {
	what  string
	forMS int
}

// TestPropertyEveryGoroutineOfACallEnds lets whole calls go through anything, and be left, lost, drained or closed at any
// moment. A goroutine that stays behind is a deadlock that synctest reports.
func TestPropertyEveryGoroutineOfACallEnds(t *testing.T) {
	deeds := []string{
		"speaks", "speaks", "silent", "line lost", "new line", "takes over", "mutes", "holds", "types", "hearing hangs", "hearing fails", "log down", "log up",
		"hangs up", "drained", "closed",
	}
	rapid.Check(t, func(rt *rapid.T) {
		var script []deed
		for range rapid.IntRange(1, 8).Draw(rt, "deeds") {
			script = append(script, deed{rapid.SampledFrom(deeds).Draw(rt, "deed"), rapid.IntRange(0, 1500).Draw(rt, "ms")})
		}
		var err error
		synctest.Test(t, func(t *testing.T) { err = live(t, script) })
		if err != nil {
			rt.Fatalf("%v\n%v", err, script)
		}
	})
}

// live plays a script and returns what was wrong afterwards.
func live(t *testing.T, script []deed) error {
	t.Helper()
	s := newScene(t, nil)
	all := []*wire{s.line}
	join := func(takeOver bool) {
		line := &wire{}
		ear, err := s.live.Join(t.Context(), line, takeOver)
		if err != nil {
			return // refused: the call is over, or has a line
		}
		line.ear, s.line = ear, line
		all = append(all, line)
		ear.Control(practice.LineUp{Transport: "webrtc"})
	}
	s.join()
	on := false
	for _, d := range script {
		ear := s.line.ear
		switch d.what {
		case "speaks":
			s.line.hears(voiceOf("please wait now"), time.Duration(900+d.forMS)*time.Millisecond)
			continue
		case "line lost":
			ear.Control(practice.LineDown{Reason: "network"})
		case "new line":
			join(false)
		case "takes over":
			join(true)
		case "mutes":
			on = !on
			ear.Control(practice.Muted{On: on})
		case "holds":
			on = !on
			ear.Control(practice.HoldPressed{On: on})
		case "types":
			ear.Control(practice.TypedText{Text: "Where do you live?"})
		case "hearing hangs":
			s.ears.mu.Lock()
			s.ears.hang = !s.ears.hang
			s.ears.mu.Unlock()
		case "hearing fails":
			s.ears.mu.Lock()
			s.ears.fail = 3
			s.ears.mu.Unlock()
		case "log down":
			s.log.set(func() { s.log.down = true })
		case "log up":
			s.log.set(func() { s.log.down = false })
		case "hangs up":
			ear.Control(practice.HangUp{})
		case "drained":
			s.log.set(func() { s.log.down = false }) // what a log does not take within two minutes is lost, and said to be
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(d.forMS)*time.Millisecond)
			err := s.house.Drain(ctx)
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
		case "closed":
			s.log.set(func() { s.log.down = false })
			s.house.Close()
		}
		s.line.hears(nil, time.Duration(d.forMS)*time.Millisecond)
	}
	s.log.set(func() { s.log.down = false })
	s.line.ear.Control(practice.HangUp{})
	began := time.Now()
	select {
	case <-s.live.Done():
	case <-time.After(2 * time.Minute):
		s.house.Close()
		return errors.New("the call does not end")
	}
	if took := time.Since(began); took > time.Minute {
		return fmt.Errorf("the call took %v to end", took)
	}
	s.house.Close()
	r, err := practice.Fold(s.log.events)
	switch {
	case err != nil:
		return err
	case r.Ended == nil:
		return errors.New("no last event")
	case s.closed != 1 || !s.tape.closed:
		return fmt.Errorf("%d voice detectors closed, recording closed %v", s.closed, s.tape.closed)
	case slices.ContainsFunc(all, func(w *wire) bool { w.mu.Lock(); defer w.mu.Unlock(); return !w.closed }):
		return errors.New("a line was left open")
	}
	return nil
}
