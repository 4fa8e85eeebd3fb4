package audio_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/audio"
)

func tone(rate, n int, hz, amp float64) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(amp * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return out
}

func stream(tb testing.TB, r *audio.Resampler, pcm []int16, piece int) []int16 {
	tb.Helper()
	var out []int16
	for len(pcm) > 0 {
		n := min(piece, len(pcm))
		out = r.Resample(out, pcm[:n])
		pcm = pcm[n:]
	}
	return out
}

func newResampler(tb testing.TB, from, to int) *audio.Resampler {
	tb.Helper()
	r, err := audio.NewResampler(from, to)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestToneKeepsItsLevelThroughEveryRateOfACall(t *testing.T) {
	for _, c := range []struct{ from, to int }{{48000, 16000}, {16000, 48000}, {24000, 48000}, {22050, 16000}, {22050, 48000}, {44100, 48000}, {16000, 16000}} {
		for _, hz := range []float64{50, 440, 3000, 6500} {
			in := tone(c.from, c.from, hz, 10000)
			out := stream(t, newResampler(t, c.from, c.to), in, c.from/50)
			if d := math.Abs(float64(len(out) - c.to)); d > 1 {
				t.Errorf("%d to %d: %d samples for a second", c.from, c.to, len(out))
			}
			got, want := audio.DBFS(out[c.to/10:]), audio.DBFS(in[c.from/10:])
			if math.Abs(got-want) > 0.15 {
				t.Errorf("%d to %d at %.0f Hz: level %.2f dBFS, was %.2f", c.from, c.to, hz, got, want)
			}
		}
	}
}

func TestWhatTheLowerRateCannotHoldIsGoneNotFoldedBack(t *testing.T) {
	for _, hz := range []float64{8200, 9500, 12000, 15500, 20000, 23500} {
		out := stream(t, newResampler(t, 48000, 16000), tone(48000, 48000, hz, 30000), 960)
		if db := audio.DBFS(out[1600:]); db > -78 {
			t.Errorf("%.0f Hz leaves %.1f dBFS at 16 kHz", hz, db)
		}
	}
	out := stream(t, newResampler(t, 16000, 48000), tone(16000, 16000, 1000, 20000), 320)
	// images of 1 kHz stand at 15 and 17 kHz
	for _, hz := range []float64{15000, 17000} {
		if db := goertzel(out[4800:], 48000, hz); db > -75 {
			t.Errorf("image at %.0f Hz: %.1f dBFS", hz, db)
		}
	}
}

// goertzel is the level of one frequency in dBFS (sine peak).
func goertzel(pcm []int16, rate int, hz float64) float64 {
	var re, im float64
	for i, s := range pcm {
		a := 2 * math.Pi * hz * float64(i) / float64(rate)
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(pcm)))
		re += w * float64(s) * math.Cos(a)
		im += w * float64(s) * math.Sin(a)
	}
	return 20 * math.Log10(math.Hypot(re, im)*4/float64(len(pcm))/32768)
}

func TestPiecesOfAnySizeGiveTheSameSoundAsOnePiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rates := []int{8000, 16000, 22050, 24000, 44100, 48000}
		from, to := rapid.SampledFrom(rates).Draw(t, "from"), rapid.SampledFrom(rates).Draw(t, "to")
		pcm := rapid.SliceOfN(rapid.Int16(), 1, 3000).Draw(t, "pcm")
		a, err := audio.NewResampler(from, to)
		if err != nil {
			t.Fatal(err)
		}
		b, err := audio.NewResampler(from, to)
		if err != nil {
			t.Fatal(err)
		}
		want := a.Resample(nil, pcm)
		var got []int16
		for rest := pcm; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			got = b.Resample(got, rest[:n])
			rest = rest[n:]
		}
		if len(got) != len(want) {
			t.Fatalf("%d samples in pieces, %d at once", len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("sample %d is %d in pieces, %d at once", i, got[i], want[i])
			}
		}
	})
}

func TestClipKeepsItsPlaceInTime(t *testing.T) {
	for _, c := range []struct{ from, to int }{{24000, 48000}, {22050, 16000}, {48000, 16000}, {16000, 48000}} {
		in := make([]int16, c.from)
		for i := c.from / 2; i < c.from/2+c.from/100; i++ { // a 10 ms bump in the middle
			in[i] = int16(12000 * math.Sin(math.Pi*float64(i-c.from/2)/float64(c.from/100)))
		}
		out, err := audio.ResampleClip(in, c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if len(out) != c.to {
			t.Fatalf("%d to %d: %d samples", c.from, c.to, len(out))
		}
		if a, b := centre(in)/float64(c.from), centre(out)/float64(c.to); math.Abs(a-b) > 0.0001 {
			t.Errorf("%d to %d: bump moved from %.5f s to %.5f s", c.from, c.to, a, b)
		}
	}
}

func centre(pcm []int16) float64 {
	var m, w float64
	for i, s := range pcm {
		e := float64(s) * float64(s)
		m += e * float64(i)
		w += e
	}
	return m / w
}

func TestRatesThatAreNoneAreRefused(t *testing.T) {
	for _, c := range [][2]int{{0, 16000}, {16000, 0}, {-1, 16000}, {16000, 1 << 30}} {
		if _, err := audio.NewResampler(c[0], c[1]); err == nil {
			t.Errorf("%v is accepted", c)
		}
	}
}

func TestFramesPassWithoutAllocation(t *testing.T) {
	down, up := newResampler(t, 48000, 16000), newResampler(t, 16000, 48000)
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := audio.NewOpusDecoder(16000, 1)
	if err != nil {
		t.Fatal(err)
	}
	wide, narrow := tone(48000, audio.FrameOut, 440, 9000), tone(16000, audio.FrameIn, 440, 9000)
	buf, pcm := make([]int16, 0, 2*audio.FrameOut), make([]int16, audio.FrameIn)
	run := func() {
		buf = down.Resample(buf[:0], wide)
		buf = up.Resample(buf[:0], narrow)
		packet, err := enc.Encode(wide)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dec.Decode(packet, pcm); err != nil {
			t.Fatal(err)
		}
		if err := dec.DecodeFEC(packet, pcm); err != nil {
			t.Fatal(err)
		}
		if err := dec.DecodePLC(pcm); err != nil {
			t.Fatal(err)
		}
		_ = audio.DBFS(wide) + audio.Peak(wide)
	}
	run()
	if n := testing.AllocsPerRun(100, run); n != 0 {
		t.Errorf("%.1f allocations a frame", n)
	}
}
