package call

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/practice"
)

// audit checks what must hold of a call at any moment.
func (s *stage) audit() {
	s.t.Helper()
	for i := 0; i <= secondTicks && s.core.second != nil && s.finished == nil; i++ {
		s.advance() // events wait for a second reading
	}
	r := s.record()
	for i, turn := range r.Turns {
		if turn.Turn != i {
			s.t.Fatalf("turn %d stands at %d\n%s", turn.Turn, i, s.log())
		}
		if i > 0 && turn.Speaker == practice.Trainee && r.Turns[i-1].Speaker == practice.Customer && !r.Turns[i-1].Settled {
			s.t.Fatalf("the trainee's turn %d began in the record before the customer's had ended\n%s", i, s.log())
		}
	}
	// Memory equals heard words.
	m, ok := s.core.mind.(rote)
	if !ok {
		s.t.Fatalf("not a rote mind")
	}
	var heard []string
	for _, turn := range r.Turns {
		if turn.Speaker == practice.Customer && turn.Settled {
			heard = append(heard, turn.Text)
		}
	}
	if strings.Join(heard, "|") != strings.Join(m.heard, "|") {
		s.t.Fatalf("the record says she was heard saying %q, she remembers %q\n%s", heard, m.heard, s.log())
	}
	last := 0
	for _, e := range s.events {
		d, err := practice.DecodeEvent(e)
		if err != nil {
			s.t.Fatalf("%v", err)
		}
		if started, ok := d.(practice.ReplyStarted); ok {
			if started.Generation <= last {
				s.t.Fatalf("generation %d after %d", started.Generation, last)
			}
			last = started.Generation
		}
	}
}

// heardIsWhatWentOut checks that every heard word went out at its time.
func (s *stage) heardIsWhatWentOut() {
	s.t.Helper()
	for _, turn := range s.record().Turns {
		if turn.Speaker != practice.Customer {
			continue
		}
		for _, w := range turn.Words {
			if i := (w.StartMS + w.EndMS) / 2 / practice.TickMS; i < int64(len(s.audible)) && s.audible[i] != w.Text && s.audible[i] != "" {
				s.t.Fatalf("%q was heard at %d ms, but %q went out\n%s", w.Text, w.StartMS, s.audible[i], s.log())
			}
		}
	}
}

var speeches = []string{
	"I am sorry.", "Let me see and", "mm-hm", "right", "Yeah.", "The number is four one two", "Your parcel is in Leeds, and it comes today.",
	"Wait, stop, please listen to me for a moment.", "so", "My parcel never came", "What happened then?", "um",
	"Bear with me a moment.", "I am looking at the depot now and",
}

func TestPropertyNoScriptLeavesTheCallStuck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStage(t)
		if rapid.Bool().Draw(t, "angry") {
			m := s.mind()
			m.mood = 900
			s.core.mind, s.core.heat, s.core.monologue.Above = m, 900, 300
		} else {
			m := s.mind()
			m.mood, m.hums = 100, []string{"Mm-hm.", "Right."}
			s.core.mind, s.core.heat = m, 100
		}
		s.recognizeTicks = rapid.Int64Range(1, 60).Draw(t, "recognize")
		s.synthTicks = rapid.Int64Range(0, 60).Draw(t, "synthesize")
		s.perceiveTicks = rapid.Int64Range(0, 20).Draw(t, "perceive")
		s.estimateTicks = rapid.Int64Range(0, 30).Draw(t, "estimate")
		s.probability = rapid.Float64Range(0, 1).Draw(t, "probability")
		s.failRecognize = rapid.IntRange(0, 3).Draw(t, "recognizer fails")
		s.failSynth = rapid.IntRange(0, 3).Draw(t, "voice fails")
		s.neverRecognize = rapid.Float64Range(0, 1).Draw(t, "recognizer hangs") > 0.95
		s.neverSynth = rapid.Float64Range(0, 1).Draw(t, "voice hangs") > 0.95
		s.neverPerceive = rapid.Float64Range(0, 1).Draw(t, "perception hangs") > 0.95
		s.neverEstimate = rapid.Bool().Draw(t, "no estimate")
		s.keepDropped = rapid.Bool().Draw(t, "stale answers")
		s.noReports = rapid.Bool().Draw(t, "no reports")
		s.up()
		for range rapid.IntRange(1, 12).Draw(t, "things") {
			s.run(rapid.Int64Range(0, 3000).Draw(t, "after"))
			switch rapid.IntRange(0, 12).Draw(t, "thing") {
			case 0, 1, 2, 3:
				s.says(s.nowMS(), rapid.SampledFrom(speeches).Draw(t, "speech"))
			case 4, 5:
				s.noise(s.nowMS(), rapid.Int64Range(20, 1500).Draw(t, "noise"))
			case 6:
				s.step(Say{Text: rapid.SampledFrom(speeches).Draw(t, "typed")})
			case 7:
				s.step(LineIsDown{Reason: "test"})
				s.run(rapid.Int64Range(0, 6000).Draw(t, "down"))
				s.up()
			case 8:
				s.step(Mute{On: true})
				s.run(rapid.Int64Range(0, 1500).Draw(t, "muted"))
				s.step(Mute{On: false})
			case 9:
				s.step(Captions{On: rapid.Bool().Draw(t, "captions")})
			case 10:
				s.step(Hold{On: true})
				s.run(rapid.Int64Range(0, 9000).Draw(t, "held"))
				if rapid.Bool().Draw(t, "taken off") {
					s.step(Hold{On: false})
				}
			case 11, 12:
				for range rapid.IntRange(2, 12).Draw(t, "sentences") { // a long turn
					end := s.says(s.nowMS(), rapid.SampledFrom(speeches).Draw(t, "speech"))
					s.run(end - s.nowMS() + rapid.Int64Range(20, 700).Draw(t, "breath"))
				}
			}
			if s.finished != nil {
				break
			}
			s.audit()
		}
		// Silence. Whatever happened, somebody may speak again and is answered.
		s.sounds = nil
		s.neverRecognize, s.neverSynth, s.neverPerceive, s.failRecognize, s.failSynth = false, false, false, 0, 0
		s.recognizeTicks, s.synthTicks = 6, 3
		if s.finished == nil {
			s.until(60_000, "the floor becomes free", func() bool {
				return s.finished != nil || s.core.holder == practice.FloorFree && s.core.idle() && s.core.prep == nil
			})
		}
		if s.finished == nil {
			s.step(Hold{On: false})
			turns := len(s.record().Turns)
			s.says(s.nowMS()+200, "Are you still there?")
			s.until(20_000, "a turn is answered", func() bool { return len(s.record().Turns) >= turns+2 })
			s.until(40_000, "and heard", func() bool { return s.core.reply == nil })
		}
		if s.finished == nil {
			s.step(HangUp{})
			s.run(5000)
		}
		if s.finished == nil {
			t.Fatalf("the call does not end")
		}
		s.audit()
		s.heardIsWhatWentOut()
		for n := range len(s.events) + 1 {
			if _, err := practice.Fold(s.events[:n]); err != nil {
				t.Fatalf("prefix of %d: %v", n, err)
			}
		}
		if r := s.record(); r.Ended == nil {
			t.Fatalf("no last event")
		}
	})
}

// TestPropertyStepTakesAnything feeds Step inputs that no sane caller would send, in any order.
func TestPropertyStepTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStage(t)
		id := rapid.Int64Range(0, 40)
		odd := rapid.SampledFrom([]float64{-1, 0, 0.4, 0.6, 1, 7, math.NaN(), math.Inf(1)})
		at := rapid.Int64Range(-100, 20_000)
		text := rapid.SampledFrom(append([]string{"", " ", "\x00", "🙂"}, speeches...))
		for range rapid.IntRange(1, 200).Draw(t, "inputs") {
			var in Input
			switch rapid.IntRange(0, 17).Draw(t, "kind") {
			case 0:
				in = Voice{FromMS: at.Draw(t, "from"), ToMS: at.Draw(t, "to"), Probability: odd.Draw(t, "p")}
			case 1:
				in = Words{ID: id.Draw(t, "id"), Text: text.Draw(t, "text")}
			case 2:
				in = Estimate{ID: id.Draw(t, "id"), Probability: odd.Draw(t, "p")}
			case 3:
				in = Perceived{ID: id.Draw(t, "id")}
			case 4:
				in = HeardUpTo{Frame: at.Draw(t, "frame")}
			case 5:
				in = LineIsUp{Transport: "webrtc"}
			case 6:
				in = LineIsDown{}
			case 7:
				in = Say{Text: text.Draw(t, "say")}
			case 8:
				in = Mute{On: rapid.Bool().Draw(t, "on")}
			case 9:
				in = SoundLost{FromMS: at.Draw(t, "from"), ToMS: at.Draw(t, "to")}
			case 10:
				in = Misfortune{Where: "x", Message: "y"}
			case 11:
				in = Synthesized{ID: id.Draw(t, "id"), Err: errModel}
			case 12:
				in = Synthesized{ID: id.Draw(t, "id"), Samples: 0}
			case 13:
				in = Captions{On: true}
			case 14:
				in = Hold{On: rapid.Bool().Draw(t, "on")}
			default:
				s.run(rapid.Int64Range(20, 2000).Draw(t, "time"))
				continue
			}
			if s.finished != nil {
				break
			}
			s.step(in)
		}
		s.audit()
		if s.finished == nil {
			s.step(End{By: practice.EndedByServer})
		}
		if s.finished == nil {
			t.Fatalf("an end is not taken")
		}
		s.audit()
	})
}
