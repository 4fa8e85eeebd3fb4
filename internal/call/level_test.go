package call

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// advice lists what the trainee was told of the device.
func (s *stage) advice() []practice.AdviceCode {
	var told []practice.AdviceCode
	for _, m := range s.shown {
		if a, ok := m.(practice.Advice); ok {
			told = append(told, a.Code)
		}
	}
	return told
}

func TestMicrophoneThatIsSetWrongIsToldOnceAndSoonEnoughToMendIt(t *testing.T) {
	for _, c := range []struct {
		name    string
		power   float64
		clipped int
		by      map[int][]practice.AdviceCode // turns → told until then
	}{
		{"far too low", 1e-5, 0, map[int][]practice.AdviceCode{2: nil, 3: {practice.AdviceQuiet}, 5: {practice.AdviceQuiet}}},
		{"overdriven", 0.1, 40, map[int][]practice.AdviceCode{1: nil, 2: {practice.AdviceClipping}, 5: {practice.AdviceClipping}}},
		{"as usual", 1e-3, 0, map[int][]practice.AdviceCode{5: nil}},
	} {
		s := opened(newStage(t))
		s.power, s.clipped = c.power, c.clipped
		for turn := 1; turn <= 5; turn++ {
			s.says(s.nowMS()+500, "I will look into it right now.")
			s.until(6000, "she answers", func() bool { return len(s.mind().turns) == turn })
			if want, asked := c.by[turn]; asked && !slices.Equal(s.advice(), want) {
				t.Errorf("%s: after %d turns the trainee was told %v, want %v", c.name, turn, s.advice(), want)
			}
			s.until(9000, "she has ended", func() bool { return s.core.reply == nil })
		}
	}
}

func TestSoundsOverHerWordsSayNothingOfTheMicrophone(t *testing.T) {
	s := newStage(t).up()
	s.power = 0.1
	for turn := 1; turn <= 3; turn++ {
		s.until(4000, "she speaks", func() bool { return s.core.customerSpeaks() })
		s.clipped = 40 // a hum goes right into the microphone
		for i := range int64(2) {
			s.says(s.nowMS()+500+i*1000, "mm-hm")
		}
		s.run(2600)
		s.until(9000, "she has ended", func() bool { return s.core.reply == nil })
		s.clipped = 0
		s.says(s.nowMS()+500, "I will look into it right now.")
		s.until(6000, "she answers", func() bool { return len(s.mind().turns) == turn })
	}
	if told := s.advice(); len(told) > 0 {
		t.Fatalf("told %v\n%s", told, s.log())
	}
}

func TestDetectorWindowsCarryHowLoudTheyWere(t *testing.T) {
	m := newMicrophone(evenDetector{}, new(atomic.Int64))
	pcm := make([]int16, 640)
	for i := range pcm {
		pcm[i] = 32767
	}
	m.place(640, 0, pcm)
	if w := <-m.out; w.voice.Power < 0.99 || w.voice.AtFullScale != windowSize {
		t.Fatalf("%+v", w.voice)
	}
}

func TestLoudnessOfAWindow(t *testing.T) {
	for _, c := range []struct {
		pcm     []int16
		power   float64
		clipped int
	}{{nil, 0, 0}, {[]int16{0, 0}, 0, 0}, {[]int16{-32768, -32768}, 1, 2}, {[]int16{16384, -16384}, 0.25, 0}, {[]int16{32767, 0, 0, 0}, 0.25, 1}} {
		power, clipped := loudness(c.pcm)
		if power < c.power-1e-3 || power > c.power+1e-3 || clipped != c.clipped {
			t.Errorf("%v: %v with %d clipped", c.pcm, power, clipped)
		}
	}
}
