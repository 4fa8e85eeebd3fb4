package audio_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// record makes a recording of some ticks: the trainee hums 440 Hz in the first half of each second, the customer
// 1000 Hz in the second half; both files.
func record(tb testing.TB, ticks, closeAt int64) (sound, peaks []byte) {
	tb.Helper()
	var s, p bytes.Buffer
	rec, err := audio.NewRecording(&s, &p, audio.RecordingTags{Title: "A late parcel", Persona: "Maya", Serial: 7})
	if err != nil {
		tb.Fatal(err)
	}
	in, out := tone(16000, audio.FrameIn, 450, 8000), tone(48000, audio.FrameOut, 1000, 8000)
	for tick := range ticks {
		if tick%50 < 25 {
			rec.Trainee(tick*audio.FrameIn, in)
		} else {
			rec.Customer(tick*audio.FrameOut, out)
		}
		if err := rec.Advance(tick); err != nil {
			tb.Fatal(err)
		}
	}
	if err := rec.Close(closeAt); err != nil {
		tb.Fatal(err)
	}
	return s.Bytes(), p.Bytes()
}

func readAll(tb testing.TB, r *audio.OggReader) (left, right []int16) {
	tb.Helper()
	buf := make([]int16, 2000)
	for {
		n, err := r.Read(buf)
		for i := 0; i+1 < n; i += 2 {
			left, right = append(left, buf[i]), append(right, buf[i+1])
		}
		if errors.Is(err, io.EOF) {
			return left, right
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func open(tb testing.TB, b []byte) *audio.OggReader {
	tb.Helper()
	r, err := audio.OpenOgg(bytes.NewReader(b))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// onset is the first sample from which 1 ms is louder than −30 dBFS.
func onset(pcm []int16, from int) int {
	for i := from; i+48 <= len(pcm); i++ {
		if audio.DBFS(pcm[i:i+48]) > -30 {
			return i
		}
	}
	return -1
}

func TestEachVoiceIsOnItsChannelAtItsTime(t *testing.T) {
	sound, peaks := record(t, 150, 150)
	r := open(t, sound)
	if r.Len() != 150*960 || r.Cut() || r.Channels() != 2 {
		t.Fatalf("%d samples, cut %v, %d channels", r.Len(), r.Cut(), r.Channels())
	}
	left, right := readAll(t, r)
	if len(left) != 150*960 {
		t.Fatalf("%d samples read", len(left))
	}
	for second := range 3 {
		from := second * 48000
		if at := onset(left, max(0, from-480)); math.Abs(float64(at-from)) > 240 {
			t.Errorf("trainee of second %d starts at sample %d", second, at)
		}
		if at := onset(right, from); math.Abs(float64(at-from-24000)) > 240 {
			t.Errorf("customer of second %d starts at sample %d", second, at)
		}
		mid := from + 12000
		if d := audio.DBFS(left[mid:mid+4800]) - audio.DBFS(right[mid:mid+4800]); d < 25 {
			t.Errorf("trainee is only %.1f dB louder on the left", d)
		}
		mid = from + 36000
		if d := audio.DBFS(right[mid:mid+4800]) - audio.DBFS(left[mid:mid+4800]); d < 25 {
			t.Errorf("customer is only %.1f dB louder on the right", d)
		}
	}
	p, err := audio.ReadPeaks(bytes.NewReader(peaks))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Trainee) != 150 {
		t.Fatalf("%d peaks for 150 ticks", len(p.Trainee))
	}
	if math.Abs(p.Trainee[10]-0.244) > 0.02 || p.Customer[10] != 0 || math.Abs(p.Customer[40]-0.244) > 0.01 || p.Trainee[40] != 0 {
		t.Errorf("peaks %v %v %v %v", p.Trainee[10], p.Customer[10], p.Customer[40], p.Trainee[40])
	}
	if !slices.Contains(r.Tags(), "SYNTHETIC_SPEECH=right") || !slices.Contains(r.Tags(), "TITLE=A late parcel") {
		t.Errorf("tags %q", r.Tags())
	}
}

func TestSoundThatComesLateStillStandsAtItsTime(t *testing.T) {
	var s, p bytes.Buffer
	rec, err := audio.NewRecording(&s, &p, audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	in := tone(16000, audio.FrameIn, 450, 8000)
	for tick := range int64(100) {
		if late := tick - 12; late >= 40 && late < 60 { // 240 ms late, as from a deep jitter buffer
			rec.Trainee(late*audio.FrameIn, in)
		}
		if err := rec.Advance(tick); err != nil {
			t.Fatal(err)
		}
	}
	if err := rec.Close(100); err != nil {
		t.Fatal(err)
	}
	left, _ := readAll(t, open(t, s.Bytes()))
	if at := onset(left, 0); math.Abs(float64(at-40*960)) > 240 {
		t.Errorf("sound of tick 40 stands at sample %d", at)
	}
	if rec.Late() != 0 {
		t.Errorf("%d samples counted as late", rec.Late())
	}
	rec.Trainee(0, in)
	if rec.Late() != audio.FrameIn {
		t.Errorf("%d samples counted as late, want %d", rec.Late(), audio.FrameIn)
	}
}

func TestFileCutAnywhereIsReadableUpToItsLastPage(t *testing.T) {
	sound, _ := record(t, 200, 200)
	whole, _ := readAll(t, open(t, sound))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(300, len(sound)-1).Draw(t, "bytes")
		r, err := audio.OpenOgg(bytes.NewReader(sound[:n]))
		if err != nil {
			t.Fatal(err)
		}
		if !r.Cut() {
			t.Fatal("a cut file looks finished")
		}
		buf := make([]int16, 4096)
		total := 0
		for {
			k, err := r.Read(buf)
			for i := 0; i < k; i += 2 {
				if buf[i] != whole[(total+i)/2] {
					t.Fatalf("sample %d differs from the whole file's", (total+i)/2)
				}
			}
			total += k
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if int64(total/2) != r.Len() {
			t.Fatalf("%d samples read of %d", total/2, r.Len())
		}
	})
}

func TestDamagedPageIsSilenceOfItsLength(t *testing.T) {
	sound, _ := record(t, 200, 200)
	bad := bytes.Clone(sound)
	bad[len(bad)/2] ^= 0x55
	r := open(t, bad)
	left, _ := readAll(t, r)
	if len(left) != 200*960 {
		t.Errorf("%d samples, want %d", len(left), 200*960)
	}
	want, _ := readAll(t, open(t, sound))
	if d := math.Abs(audio.DBFS(left[:48000]) - audio.DBFS(want[:48000])); d > 0.5 {
		t.Errorf("first second changed by %.1f dB", d)
	}
	tail := len(want) - 10*960
	if d := math.Abs(audio.DBFS(left[tail-24000:tail]) - audio.DBFS(want[tail-24000:tail])); d > 1 {
		t.Errorf("end changed by %.1f dB", d)
	}
}

func TestSeekLandsOnTheSample(t *testing.T) {
	sound, _ := record(t, 300, 300)
	whole, wholeRight := readAll(t, open(t, sound))
	r := open(t, sound)
	for _, at := range []int64{0, 1, 47999, 48000, 120000, 287000, 288000, -5, 1 << 40} {
		if err := r.SeekTo(at); err != nil {
			t.Fatal(err)
		}
		from := min(max(at, 0), r.Len())
		left, right := readAll(t, r)
		if int64(len(left)) != r.Len()-from {
			t.Fatalf("from %d: %d samples, want %d", at, len(left), r.Len()-from)
		}
		var noise, sig float64
		for i := range min(len(left), 9600) {
			d := float64(left[i]) - float64(whole[int(from)+i])
			e := float64(right[i]) - float64(wholeRight[int(from)+i])
			noise += d*d + e*e
			sig += float64(whole[int(from)+i])*float64(whole[int(from)+i]) + float64(wholeRight[int(from)+i])*float64(wholeRight[int(from)+i])
		}
		if noise > sig*0.01 {
			t.Errorf("from %d: sound differs from the whole file's (%.1f dB)", at, 10*math.Log10(noise/sig))
		}
	}
}

func TestRecordingDoesNotAllocateInSteadyState(t *testing.T) {
	rec, err := audio.NewRecording(io.Discard, io.Discard, audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	in, out := tone(16000, audio.FrameIn, 450, 8000), tone(48000, audio.FrameOut, 1000, 8000)
	tick := int64(0)
	step := func() {
		rec.Trainee(tick*audio.FrameIn, in)
		rec.Customer(tick*audio.FrameOut, out)
		if err := rec.Advance(tick); err != nil {
			t.Fatal(err)
		}
		tick++
	}
	for range 200 {
		step()
	}
	if n := testing.AllocsPerRun(200, step); n != 0 {
		t.Errorf("%.2f allocations a tick", n)
	}
}

type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(b), nil
}

func TestFullDiskIsReportedOnceAndForAll(t *testing.T) {
	rec, err := audio.NewRecording(&full{left: 20000}, io.Discard, audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	out := tone(48000, audio.FrameOut, 1000, 8000)
	var first error
	for tick := range int64(1000) {
		rec.Customer(tick*audio.FrameOut, out)
		if err := rec.Advance(tick); err != nil && first == nil {
			first = err
		}
	}
	if first == nil || !errors.Is(rec.Advance(1001), first) {
		t.Errorf("first %v, then %v", first, rec.Advance(1001))
	}
}

func FuzzOggReader(f *testing.F) {
	sound, _ := record(f, 40, 40)
	f.Add(sound)
	f.Add(sound[:len(sound)/2])
	f.Add([]byte("OggS\x00\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := audio.OpenOgg(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, practice.ErrInvalid) {
				t.Fatalf("%v", err)
			}
			return
		}
		if r.Len() > 48000*600 {
			return // plausible, but too long to play here
		}
		buf := make([]int16, 9600)
		var total int64
		for {
			n, err := r.Read(buf)
			total += int64(n / r.Channels())
			if err != nil {
				break
			}
		}
		if total != r.Len() {
			t.Fatalf("%d samples of %d", total, r.Len())
		}
		if err := r.SeekTo(r.Len() / 2); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzOpusDecode(f *testing.F) {
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		f.Fatal(err)
	}
	packet, err := enc.Encode(tone(48000, audio.FrameOut, 440, 9000))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.Clone(packet))
	f.Add([]byte{})
	f.Add([]byte{3})
	f.Add([]byte{0xff, 0x3f, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		dec, err := audio.NewOpusDecoder(16000, 1)
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]int16, audio.MaxOpusSamples/3)
		n, err := dec.Decode(b, pcm)
		if err == nil && (n < 1 || n > len(pcm)) {
			t.Fatalf("%d samples", n)
		}
		_ = dec.DecodeFEC(b, pcm[:audio.FrameIn])
		if err := dec.DecodePLC(pcm[:audio.FrameIn]); err != nil {
			t.Fatalf("concealment after any packet: %v", err)
		}
	})
}
