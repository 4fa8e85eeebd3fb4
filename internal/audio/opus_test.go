package audio_test

import (
	"bytes"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
)

// spoken is a public-domain recording as 48 kHz frames.
func spoken(t *testing.T) [][]int16 {
	t.Helper()
	f, err := os.Open("../bench/testdata/speech/LJ001-0001.flac")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	clip, err := audio.ReadFLAC(f)
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := audio.ResampleClip(clip.Mono().PCM, clip.Rate, 48000)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(slices.Chunk(pcm[:len(pcm)/audio.FrameOut*audio.FrameOut], audio.FrameOut))
}

// lostFrames loses every tenth frame of a voice, one at a time, and returns how far what stands in for it is from the
// frame itself (error energy over its own, in dB; lower is better), and its level against the frame's, in dB.
func lostFrames(t *testing.T, expect int, standIn func(d *audio.OpusDecoder, next []byte, pcm []int16) error) (errorDB, levelDB []float64) {
	t.Helper()
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		t.Fatal(err)
	}
	if err := enc.ExpectLoss(expect); err != nil {
		t.Fatal(err)
	}
	var packets [][]byte
	for _, f := range spoken(t) {
		b, err := enc.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, bytes.Clone(b))
	}
	decoder := func() *audio.OpusDecoder {
		d, err := audio.NewOpusDecoder(16000, 1)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	whole, lossy := decoder(), decoder()
	want, got := make([]int16, audio.FrameIn), make([]int16, audio.FrameIn)
	for i, p := range packets {
		if _, err := whole.Decode(p, want); err != nil {
			t.Fatal(err)
		}
		if i%10 != 5 || i+1 == len(packets) {
			if _, err := lossy.Decode(p, got); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := standIn(lossy, packets[i+1], got); err != nil {
			t.Fatal(err)
		}
		if audio.DBFS(want) < -40 {
			continue // nothing to miss
		}
		var wrong, all float64
		for k := range want {
			d := float64(want[k]) - float64(got[k])
			wrong += d * d
			all += float64(want[k]) * float64(want[k])
		}
		errorDB = append(errorDB, 10*math.Log10(wrong/all))
		levelDB = append(levelDB, audio.DBFS(got)-audio.DBFS(want))
	}
	if len(errorDB) < 20 {
		t.Fatalf("only %d voiced frames were lost", len(errorDB))
	}
	slices.Sort(errorDB)
	slices.Sort(levelDB)
	return errorDB, levelDB
}

func fec(d *audio.OpusDecoder, next []byte, pcm []int16) error { return d.DecodeFEC(next, pcm) }

func plc(d *audio.OpusDecoder, _ []byte, pcm []int16) error { return d.DecodePLC(pcm) }

func TestLostPacketIsRestoredFromTheNextOne(t *testing.T) {
	middle := func(x []float64) float64 { return x[len(x)/2] }
	for _, expect := range []int{audio.ExpectedLoss, 25} {
		restored, level := lostFrames(t, expect, fec)
		guessed, guessedLevel := lostFrames(t, expect, plc)
		t.Logf("expecting %d %%: %d frames, error %.1f dB and level %.1f dB from the next packet, %.1f and %.1f guessed; lowest tenth of levels %.1f and %.1f",
			expect, len(restored), middle(restored), middle(level), middle(guessed), middle(guessedLevel), level[len(level)/10], guessedLevel[len(level)/10])
		if middle(restored) > middle(guessed)-3 {
			t.Errorf("expecting %d %%: error of %.1f dB, a guess has %.1f", expect, middle(restored), middle(guessed))
		}
		if math.Abs(middle(level)) > 2 {
			t.Errorf("expecting %d %%: %.1f dB louder than what was lost", expect, middle(level))
		}
	}
	nothing, _ := lostFrames(t, 0, fec) // without redundancy in the packets there is only the guess
	guessed, _ := lostFrames(t, 0, plc)
	if math.Abs(middle(nothing)-middle(guessed)) > 0.5 {
		t.Errorf("error of %.1f dB where no redundancy is sent, a guess has %.1f", middle(nothing), middle(guessed))
	}
}
