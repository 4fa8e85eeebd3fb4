package audio_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
)

// sendFor lets sound of a clock that is off by ppm (above zero: fast) arrive for a time, behind a delay that may change.
func sendFor(d *audio.Drift, total time.Duration, ppm float64, delay func(at time.Duration) time.Duration) {
	dice := rand.New(rand.NewPCG(1, 2))
	for at := time.Duration(0); at < total; at += 20 * time.Millisecond {
		own := time.Duration(float64(at) * (1 + ppm/1e6)) // by the sender's clock
		now := at + delay(at) + time.Duration(dice.Float64()*float64(60*time.Millisecond))
		d.Observe(now-own, now)
	}
}

func TestDriftOfAClockIsToldFromChangesOfTheNetwork(t *testing.T) {
	const call = 30 * time.Minute
	for name, c := range map[string]struct {
		ppm   float64
		delay func(time.Duration) time.Duration
	}{
		"a fast clock":   {80, func(time.Duration) time.Duration { return 0 }},
		"a slow clock":   {-80, func(time.Duration) time.Duration { return 0 }},
		"a bad slow one": {-300, func(time.Duration) time.Duration { return 0 }},
		"a slow network": {0, func(at time.Duration) time.Duration { return when(at > call/3, 120*time.Millisecond) }},
		"both":           {80, func(at time.Duration) time.Duration { return when(at > call/3 && at < call/2, 90*time.Millisecond) }},
		"comes and goes": {-80, func(at time.Duration) time.Duration {
			return time.Duration(int(at.Minutes())%3) * 40 * time.Millisecond
		}},
		"short congestion": {0, func(at time.Duration) time.Duration {
			return when(at%(4*time.Minute) < 25*time.Second, 200*time.Millisecond)
		}},
	} {
		var d audio.Drift
		sendFor(&d, call, c.ppm, c.delay)
		want := -time.Duration(float64(call) * c.ppm / 1e6)
		if off := (d.Total() - want).Abs(); off > 25*time.Millisecond {
			t.Errorf("%s: %v of drift found, there were %v", name, d.Total(), want)
		}
	}
}

func when(ok bool, d time.Duration) time.Duration {
	if ok {
		return d
	}
	return 0
}
