package audio_test

import (
	"math"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
)

func TestLoudnessMatchesTheStandard(t *testing.T) {
	// A 997 Hz sine at 0 dBFS in one channel reads −3.01 LUFS (ITU-R BS.1770-4, Annex 1).
	for _, rate := range []int{16000, 24000, 48000} {
		if got := audio.LUFS(tone(rate, 5*rate, 997, 32767), rate); math.Abs(got+3.01) > 0.05 {
			t.Errorf("full-scale sine at %d Hz: %.2f LUFS", rate, got)
		}
		if got := audio.LUFS(tone(rate, 5*rate, 997, 3276.7), rate); math.Abs(got+23.01) > 0.05 {
			t.Errorf("sine 20 dB down at %d Hz: %.2f LUFS", rate, got)
		}
	}
}

func TestPausesDoNotMakeSpeechQuieter(t *testing.T) {
	loud := tone(16000, 3*16000, 997, 5000)
	withPause := append(append(append([]int16{}, loud...), make([]int16, 6*16000)...), loud...)
	a, b := audio.LUFS(loud, 16000), audio.LUFS(withPause, 16000)
	if math.Abs(a-b) > 0.4 {
		t.Errorf("%.2f LUFS, with a pause %.2f", a, b)
	}
}

func TestShortAndSilentClipsHaveALoudness(t *testing.T) {
	short := audio.LUFS(tone(48000, 9600, 997, 3276.7), 48000)
	if math.Abs(short+23.01) > 0.3 {
		t.Errorf("0.2 s: %.2f LUFS", short)
	}
	for name, pcm := range map[string][]int16{"silence": make([]int16, 48000), "nothing": nil} {
		if got := audio.LUFS(pcm, 48000); !math.IsInf(got, -1) {
			t.Errorf("%s: %.2f LUFS", name, got)
		}
	}
}

func TestLevelsAreOfFullScale(t *testing.T) {
	for _, c := range []struct {
		name       string
		pcm        []int16
		dbfs, peak float64
	}{
		{"full-scale sine", tone(48000, 48000, 1000, 32767), -3.01, 1},
		{"half", tone(48000, 48000, 1000, 16384), -9.03, 0.5},
		{"lowest value", []int16{math.MinInt16}, 0, 1},
		{"silence", make([]int16, 10), math.Inf(-1), 0},
	} {
		if got := audio.DBFS(c.pcm); math.Abs(got-c.dbfs) > 0.01 {
			t.Errorf("%s: %.2f dBFS", c.name, got)
		}
		if got := audio.Peak(c.pcm); math.Abs(got-c.peak) > 0.001 {
			t.Errorf("%s: peak %.3f", c.name, got)
		}
	}
}
