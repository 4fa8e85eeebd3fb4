package floor

import (
	"math"
	"testing"
)

// heard feeds a turn of n windows at a level in dB of full scale, each with so many samples at full scale.
func heard(l *Level, n int, db float64, full int) (quiet, clipping bool) {
	for range n {
		l.Window(math.Pow(10, db/10), full)
	}
	return l.Turn()
}

func TestAMicrophoneThatHardlyHearsIsToldOnceAndNotForOneMurmur(t *testing.T) {
	var l Level
	for i, turn := range []struct {
		n    int
		db   float64
		want bool
	}{{60, -50, false}, {60, -50, false}, {60, -30, false}, {60, -50, false}, {10, -50, false}, {60, -48, false}, {60, -50, true}, {60, -50, false}} {
		if quiet, clipping := heard(&l, turn.n, turn.db, 0); quiet != turn.want || clipping {
			t.Errorf("turn %d: quiet %v, clipping %v", i, quiet, clipping)
		}
	}
}

func TestAnOverdrivenMicrophoneIsToldOnce(t *testing.T) {
	var l Level
	for i, turn := range []struct {
		full int
		want bool
	}{{1, false}, {8, false}, {3, false}, {8, true}, {8, false}} {
		if quiet, clipping := heard(&l, 60, -12, turn.full); clipping != turn.want || quiet {
			t.Errorf("turn %d: quiet %v, clipping %v", i, quiet, clipping)
		}
	}
}

func TestSoundsThatAreNoTurnSayNothingOfTheMicrophone(t *testing.T) {
	var l Level
	for range 6 {
		for range 60 {
			l.Window(1e-6, 9)
		}
		l.Forget()
		for range 60 {
			l.Window(0, 0) // not known
			l.Window(math.NaN(), 0)
		}
		if quiet, clipping := l.Turn(); quiet || clipping {
			t.Fatalf("quiet %v, clipping %v", quiet, clipping)
		}
	}
}
