package listen

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tone speaks every clause as a tone of 200 Hz, its ends faded or not.
type tone struct {
	level float64 // of full scale
	click bool
}

func (v tone) Synthesize(_ context.Context, _ practice.SpeechRequest, _ practice.Priority) (practice.Speech, error) {
	pcm := make([]int16, practice.SampleRateOut/4)
	for i := range pcm {
		fade := math.Min(1, math.Min(float64(i), float64(len(pcm)-1-i))/500)
		if v.click {
			fade = 1
		}
		pcm[i] = int16(v.level * fade * math.MaxInt16 * math.Cos(2*math.Pi*200*float64(i)/practice.SampleRateOut))
	}
	return practice.Speech{PCM: pcm, PauseMS: 120}, nil
}

// script hears each line twice in turn, with some of them wrong.
type script struct {
	at    int
	wrong int
}

func (h *script) Recognize(context.Context, []int16, practice.Priority) (practice.Recognition, error) {
	all := lines()
	text := all[h.at/2%len(all)]
	if h.at/2%len(all) < h.wrong {
		text = "something else"
	}
	h.at++
	return practice.Recognition{Text: text}, nil
}

type verdict float64

func (v verdict) Overall(_ context.Context, files []string) ([]float64, error) {
	out := make([]float64, len(files))
	for i, f := range files {
		if _, err := os.Stat(f); err != nil {
			return nil, err
		}
		out[i] = float64(v)
	}
	return out, nil
}

func TestRunPassesGoodSoundAndNamesEachMissedBar(t *testing.T) {
	good := tone{level: 0.2} // with its pauses about −19 LUFS
	for name, tc := range map[string]struct {
		speaker Speaker
		wrong   int
		overall float64
		says    string
	}{
		"good":      {good, 0, 3.2, "ok"},
		"poor":      {good, 0, 3.0, "overall 3.00 < 3.1"},
		"unclear":   {good, 3, 3.2, "WER"},
		"quiet":     {tone{level: 0.02}, 0, 3.2, "LUFS outside"},
		"clicking":  {tone{level: 0.2, click: true}, 0, 3.2, "clicks"},
		"clipped":   {tone{level: 1}, 0, 3.2, "clipped samples"},
		"no number": {good, 0, math.NaN(), "overall NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := Run(context.Background(), Options{Speaker: tc.speaker, Hearer: &script{wrong: tc.wrong}, Judge: verdict(tc.overall), Voices: []Voice{{Speaker: "hibari/woman"}}, Out: t.TempDir()}, &out)
			if good := name == "good"; good != (err == nil) || (!good && !errors.Is(err, ErrBars)) {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(out.String(), tc.says) || strings.Count(out.String(), "hibari/woman") != 3 {
				t.Errorf("table without %q:\n%s", tc.says, out.String())
			}
		})
	}
}

func TestRunWithoutPartsIsRefused(t *testing.T) {
	if err := Run(context.Background(), Options{}, &bytes.Buffer{}); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("%v, want ErrInvalid", err)
	}
}

func TestMelodyFindsPitchAndSpread(t *testing.T) {
	const rate = practice.SampleRateIn
	pcm := make([]int16, 2*rate)
	phase := 0.0
	for i := range pcm {
		hz := 150.0
		if i >= rate {
			hz = 300
		}
		phase += hz / rate
		for h := 1; h <= 5; h++ {
			pcm[i] += int16(3000 / h * int(1000*math.Sin(2*math.Pi*float64(h)*phase)) / 1000)
		}
	}
	median, spread := melody(pcm)
	if (math.Abs(median-150) > 5 && math.Abs(median-300) > 10) || math.Abs(spread-12) > 0.7 {
		t.Errorf("median %.0f Hz, spread %.1f semitones, want 150 or 300 and 12", median, spread)
	}
	if hz, _ := melody(make([]int16, rate)); hz != 0 {
		t.Errorf("silence has a pitch of %.0f Hz", hz)
	}
}

func TestPythonJudgeSaysWhyItCannotScore(t *testing.T) {
	_, err := Python{Interpreter: "/nonexistent/python", Script: "score.py"}.Overall(context.Background(), []string{"a.wav"})
	if err == nil || !strings.Contains(err.Error(), "setup.sh") {
		t.Errorf("%v", err)
	}
}
