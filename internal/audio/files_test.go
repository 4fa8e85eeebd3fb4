package audio_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestWAVGivesBackWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := audio.Clip{Rate: rapid.SampledFrom([]int{16000, 48000}).Draw(t, "rate"), Channels: rapid.IntRange(1, 2).Draw(t, "channels")}
		c.PCM = rapid.SliceOfN(rapid.Int16(), 1, 500).Draw(t, "pcm")
		c.PCM = append(c.PCM, c.PCM...)
		var b bytes.Buffer
		if err := audio.WriteWAV(&b, c); err != nil {
			t.Fatal(err)
		}
		got, err := audio.ReadClip(&b)
		if err != nil {
			t.Fatal(err)
		}
		if got.Rate != c.Rate || got.Channels != c.Channels || !slices.Equal(got.PCM, c.PCM) {
			t.Fatalf("read back %d samples, %d Hz, %d channels", len(got.PCM), got.Rate, got.Channels)
		}
	})
}

func TestCutWAVGivesWhatIsThere(t *testing.T) {
	var b bytes.Buffer
	if err := audio.WriteWAV(&b, audio.Clip{PCM: tone(16000, 1000, 440, 1000), Rate: 16000, Channels: 1}); err != nil {
		t.Fatal(err)
	}
	got, err := audio.ReadWAV(bytes.NewReader(b.Bytes()[:44+501]))
	if err != nil || len(got.PCM) != 250 {
		t.Errorf("%d samples, %v", len(got.PCM), err)
	}
}

func TestStrangeFilesAreRefusedWithASentence(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty": nil, "text": []byte("hello, this is no sound at all, sorry"),
		"no data": []byte("RIFF\x00\x00\x00\x00WAVE"), "huge format": []byte("RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff"),
		"flac without frames": []byte("fLaC"),
	} {
		if _, err := audio.ReadClip(bytes.NewReader(b)); !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFLACGivesBackWhatWasWritten(t *testing.T) {
	want := tone(22050, 4096, 440, 12000)
	var b bytes.Buffer
	enc, err := flac.NewEncoder(&b, &meta.StreamInfo{BlockSizeMin: 4096, BlockSizeMax: 4096, SampleRate: 22050, NChannels: 1, BitsPerSample: 16, NSamples: 4096})
	if err != nil {
		t.Fatal(err)
	}
	samples := make([]int32, len(want))
	for i, s := range want {
		samples[i] = int32(s)
	}
	f := &frame.Frame{
		Header:    frame.Header{HasFixedBlockSize: true, BlockSize: 4096, SampleRate: 22050, Channels: frame.ChannelsMono, BitsPerSample: 16},
		Subframes: []*frame.Subframe{{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, Samples: samples, NSamples: 4096}},
	}
	if err := enc.WriteFrame(f); err != nil {
		t.Fatal(err)
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := audio.ReadClip(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rate != 22050 || got.Channels != 1 || !slices.Equal(got.PCM, want) {
		t.Errorf("read back %d samples, %d Hz", len(got.PCM), got.Rate)
	}
}

func TestMonoIsTheMeanOfTheChannels(t *testing.T) {
	got := audio.Clip{PCM: []int16{100, 300, -50, 50, 32767, 32767}, Rate: 48000, Channels: 2}.Mono()
	if !slices.Equal(got.PCM, []int16{200, 0, 32767}) || got.Channels != 1 {
		t.Errorf("%v", got)
	}
}

func TestPeaksFileMayBeCutAnywhere(t *testing.T) {
	_, peaks := record(t, 100, 100)
	for n := 8; n < len(peaks); n += 7 {
		p, err := audio.ReadPeaks(bytes.NewReader(peaks[:n]))
		if err != nil || len(p.Trainee) != (n-8)/4 || len(p.Customer) != len(p.Trainee) {
			t.Fatalf("cut at %d: %d peaks, %v", n, len(p.Trainee), err)
		}
	}
	if _, err := audio.ReadPeaks(bytes.NewReader([]byte("OggS"))); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("not a peaks file: %v", err)
	}
}

func TestRecordingIsWrittenToDiskAsItGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sound.ogg")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rec, err := audio.NewRecording(f, &bytes.Buffer{}, audio.RecordingTags{Title: "t", Persona: "p"})
	if err != nil {
		t.Fatal(err)
	}
	for tick := int64(1); tick <= 500; tick++ {
		if err := rec.Advance(tick); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := audio.OpenOgg(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if lost := tick*20 - r.Duration().Milliseconds(); lost > 1000 {
			t.Fatalf("a kill at %d ms would lose %d ms", tick*20, lost)
		}
		if !r.Cut() {
			t.Fatal("an unfinished file looks finished")
		}
	}
}
