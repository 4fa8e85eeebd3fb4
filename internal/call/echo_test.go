package call

import (
	"math"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// murmur is a sound without a period, of frames of 48 kHz: each seed is another one.
func murmur(seed uint64, ticks int) []int16 {
	out := make([]int16, ticks*frameSamples)
	level := 0.0
	for i := range out {
		level += 0.02 * (float64(practice.Draw(seed, i, "murmur", 20_001)-10_000) - level)
		out[i] = int16(level * 4)
	}
	return out
}

func TestOwnSoundIsKnownHoweverQuietAndLateAndOtherSoundIsNot(t *testing.T) {
	var s sentSound
	hers := murmur(1, 150)
	for i := range 150 {
		s.put(int64(i), hers[i*frameSamples:(i+1)*frameSamples])
	}
	heardFrom := func(src []int16, fromMS, lagMS, ms int, gain float64) []int16 {
		out := make([]int16, ms*perMS)
		for i := range out {
			out[i] = int16(gain * float64(src[(fromMS-lagMS)*48+i*3]))
		}
		return out
	}
	for _, lag := range []int{60, 200, 450} {
		if got := likeness(heardFrom(hers, 1500, lag, 400, 0.1), s.around(1500, 1900)); got < 0.9 {
			t.Errorf("her own sound %d ms late has a likeness of %.2f", lag, got)
		}
	}
	if got := likeness(heardFrom(murmur(2, 150), 1500, 0, 400, 1), s.around(1500, 1900)); got > 0.5 {
		t.Errorf("another sound has a likeness of %.2f", got)
	}
	for name, got := range map[string]float64{
		"nothing":      likeness(nil, s.around(0, 0)),
		"silence":      likeness(make([]int16, 6400), s.around(1500, 1900)),
		"before sound": likeness(heardFrom(hers, 1500, 0, 400, 1), s.around(-900, -500)),
		"too long ago": likeness(heardFrom(hers, 1500, 0, 400, 1), new(sentSound).around(1500, 1900)),
	} {
		if got != 0 || math.IsNaN(got) {
			t.Errorf("%s has a likeness of %v", name, got)
		}
	}
}

func TestHalfAWordOfHersDoesNotInterruptHerWhateverItSoundsLike(t *testing.T) {
	s := newStage(t)
	s.likeness = 0.9
	s.says(2000, "you're in good") // of "arrived here in good time"
	s.up()
	s.run(9000)
	wantTranscript(t, s, "C "+opening)
	for i, db := range s.gain {
		if db < -15 {
			t.Fatalf("at %d ms she was at %v dB", i*20, db)
		}
	}
	if r := s.record(); len(r.Interludes) != 1 || r.Interludes[0].Kind != "echo" {
		t.Fatalf("interludes %+v", r.Interludes)
	}
}

func TestWhoSpeaksOnAfterAnEchoIsHeard(t *testing.T) {
	s := newStage(t)
	s.likeness = 0.9
	s.says(5900, "right now I see that it is in Leeds and it comes today.") // begins over her last word
	s.up()
	s.run(14_000)
	if got := s.transcript(); len(got) < 2 || got[1] != "T right now I see that it is in Leeds and it comes today." {
		t.Fatalf("%q\n%s", got, s.log())
	}
}
