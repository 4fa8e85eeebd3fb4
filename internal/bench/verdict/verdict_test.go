package verdict

import (
	"math"
	"testing"
)

// scene builds a customer from pieces: how long, how loud, at which gain.
type piece struct {
	ms, db, gain float64
}

const (
	loud  = -20.0
	quiet = -80.0
)

func scene(pieces ...piece) Heard {
	var h Heard
	at := 0.0
	for _, p := range pieces {
		for end := at + p.ms; at < end; at += FrameMS {
			h = append(h, Frame{AtMS: at, DB: p.db, GainDB: p.gain})
		}
	}
	return h
}

func TestAnOnsetIsThreeLoudFramesInARow(t *testing.T) {
	h := scene(piece{ms: 100, db: quiet}, piece{ms: 40, db: loud}, piece{ms: 60, db: quiet}, piece{ms: 60, db: loud})
	if at, ok := h.Onset(0); !ok || at != 200 {
		t.Fatalf("a click of 40 ms is no onset: %v %v", at, ok)
	}
	if _, ok := h.Onset(210); ok {
		t.Fatal("the rest of a sound is too short to be another onset")
	}
}

func TestWhatCountsAsCuttingOff(t *testing.T) {
	// The trainee speaks from 0 to 1000, pauses until 1600, and ends at 3000.
	for name, c := range map[string]struct {
		h    Heard
		want CutOff
	}{
		"she waits for the end": {scene(piece{ms: 3400, db: quiet}, piece{ms: 2000, db: loud}), CutOff{}},
		"she begins in the pause, even if she stops at once": {
			scene(piece{ms: 1300, db: quiet}, piece{ms: 700, db: loud}, piece{ms: 4000, db: quiet}),
			CutOff{Off: true, OnsetMS: 1300},
		},
		"she begins after the pause, over the trainee": {
			scene(piece{ms: 1900, db: quiet}, piece{ms: 2000, db: loud}), CutOff{Off: true, OnsetMS: 1900},
		},
		"an mm-hm with silence behind it is none": {
			scene(piece{ms: 1300, db: quiet}, piece{ms: 400, db: loud}, piece{ms: 2400, db: quiet}), CutOff{Backchannel: true},
		},
		"short sounds close together are no backchannel": {
			scene(piece{ms: 1300, db: quiet}, piece{ms: 300, db: loud}, piece{ms: 300, db: quiet}, piece{ms: 300, db: loud}, piece{ms: 2000, db: quiet}),
			CutOff{Off: true, OnsetMS: 1300},
		},
		"a backchannel and then a cut": {
			scene(piece{ms: 1100, db: quiet}, piece{ms: 300, db: loud}, piece{ms: 800, db: quiet}, piece{ms: 1500, db: loud}),
			CutOff{Off: true, OnsetMS: 2200, Backchannel: true},
		},
		"speech before the pause says nothing about the pause": {
			scene(piece{ms: 400, db: quiet}, piece{ms: 300, db: loud}, piece{ms: 3000, db: quiet}), CutOff{Void: true},
		},
	} {
		if got := JudgeCutOff(c.h, 0, 1000, 3000); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestAFillerIsFollowedByTheWord(t *testing.T) {
	h := scene(piece{ms: 200, db: quiet}, piece{ms: 300, db: loud}, piece{ms: 400, db: quiet}, piece{ms: 2000, db: loud})
	if at, filler := Word(h, 200); !filler || at != 900 {
		t.Fatalf("%v %v", at, filler)
	}
	if at, filler := Word(scene(piece{ms: 200, db: quiet}, piece{ms: 600, db: loud}, piece{ms: 400, db: quiet}, piece{ms: 600, db: loud}), 200); filler || at != 200 {
		t.Fatal("a sound of 600 ms is speech")
	}
	if _, filler := Word(scene(piece{ms: 200, db: quiet}, piece{ms: 300, db: loud}, piece{ms: 2000, db: quiet}), 200); filler {
		t.Fatal("a short answer with nothing behind it is the answer")
	}
}

func TestWhatCountsAsYielding(t *testing.T) {
	// The trainee interrupts at 1000 and speaks until 4000.
	for name, c := range map[string]struct {
		h          Heard
		ok, void   bool
		duck, down float64 // −1: none
	}{
		"she ducks and falls silent": {scene(piece{ms: 1200, db: loud}, piece{200, loud - 13, -13}, piece{3000, quiet, -80}), true, false, 200, 400},
		"she ducks and talks on":     {scene(piece{ms: 1200, db: loud}, piece{3000, loud - 13, -13}), false, false, 200, -1},
		"she takes no notice":        {scene(piece{ms: 4200, db: loud}), false, false, -1, -1},
		"she stops after 2.2 s":      {scene(piece{ms: 3200, db: loud}, piece{2000, quiet, -80}), false, false, 2200, 2200},
		"she comes back before the trainee has ended": {
			scene(piece{ms: 1400, db: loud}, piece{800, quiet, -80}, piece{ms: 2000, db: loud}), false, false, 400, -1,
		},
		"she stops by sending silence":                  {scene(piece{ms: 1500, db: loud}, piece{ms: 3000, db: quiet}), true, false, 500, 500},
		"her own pause before the stop is not reaction": {scene(piece{ms: 1100, db: loud}, piece{ms: 300, db: quiet}, piece{3000, quiet, -80}), true, false, 400, 400},
		"she was not speaking":                          {scene(piece{ms: 5000, db: quiet}), false, true, -1, -1},
	} {
		got := JudgeYield(c.h, 1000, 4000)
		if got.OK != c.ok || got.Void != c.void || value(got.DuckMS) != c.duck || value(got.DownMS) != c.down {
			t.Errorf("%s: %+v duck %v down %v", name, got, value(got.DuckMS), value(got.DownMS))
		}
	}
}

func value(v *float64) float64 {
	if v == nil {
		return -1
	}
	return math.Round(*v)
}

func TestWhatCountsAsTalkingOn(t *testing.T) {
	// Somebody says "mm-hm" at 1000; her own full stop is at 1500–1950.
	own := []Span{{1500, 1950}}
	for name, c := range map[string]struct {
		h        Heard
		ended    bool
		ok, void bool
	}{
		"she talks on":                               {scene(piece{ms: 5000, db: loud}), false, true, false},
		"she ducks for 400 ms":                       {scene(piece{ms: 1200, db: loud}, piece{400, loud - 13, -13}, piece{ms: 3000, db: loud}), false, true, false},
		"she is too quiet for 380 ms":                {scene(piece{ms: 1000, db: loud}, piece{380, loud - 20, -20}, piece{ms: 3000, db: loud}), false, true, false},
		"she is too quiet for 500 ms":                {scene(piece{ms: 1000, db: loud}, piece{500, loud - 20, -20}, piece{ms: 3000, db: loud}), false, false, false},
		"her full stop is no gap":                    {scene(piece{ms: 1500, db: loud}, piece{ms: 460, db: quiet}, piece{ms: 3000, db: loud}), false, true, false},
		"a gap elsewhere is":                         {scene(piece{ms: 1040, db: loud}, piece{ms: 440, db: quiet}, piece{ms: 3000, db: loud}), false, false, false},
		"a full stop of 900 ms is a gap":             {scene(piece{ms: 1500, db: loud}, piece{ms: 900, db: quiet}, piece{ms: 3000, db: loud}), false, false, false},
		"she stops for good 1.3 s later":             {scene(piece{ms: 2300, db: loud}, piece{ms: 3000, db: quiet}), false, false, false},
		"her line came to its end says nothing":      {scene(piece{ms: 2300, db: loud}, piece{ms: 3000, db: quiet}), true, false, true},
		"she was silent when it began, says nothing": {scene(piece{ms: 5000, db: quiet}), false, false, true},
	} {
		got := JudgeTalkOn(c.h, 1000, own, c.ended)
		if got.OK != c.ok || got.Void != c.void {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestASoundFallsIntoSpeechAndNotIntoAPause(t *testing.T) {
	h := scene(piece{ms: 1000, db: loud}, piece{ms: 200, db: quiet}, piece{ms: 400, db: loud})
	for at, want := range map[float64]bool{500: true, 1100: false, 1180: false, 1300: true} {
		if Sounding(h, at) != want {
			t.Errorf("at %v: %v", at, !want)
		}
	}
}
