package jitter_test

import (
	"bytes"
	"math"
	"sort"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/jitter"
)

type packet struct {
	seq     uint16
	ts      uint32
	payload []byte
	at      time.Duration // arrival
}

// speech encodes frames that are loud or silent by a pattern that does not repeat within a second, so that a frame at
// the wrong place shows.
func speech(tb testing.TB, frames int, seq uint16, ts uint32) []packet {
	tb.Helper()
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]packet, frames)
	pcm := make([]int16, audio.FrameOut)
	for i := range out {
		loud := (i/5*2654435761)>>7&1 == 1
		for k := range pcm {
			pcm[k] = 0
			if loud {
				pcm[k] = int16(9000 * math.Sin(2*math.Pi*220*float64(i*audio.FrameOut+k)/48000))
			}
		}
		b, err := enc.Encode(pcm)
		if err != nil {
			tb.Fatal(err)
		}
		out[i] = packet{seq: seq + uint16(i), ts: ts + uint32(i*audio.FrameOut), payload: bytes.Clone(b), at: time.Duration(i) * 20 * time.Millisecond}
	}
	return out
}

type heard struct {
	at        int64
	rtp       uint32
	level     float64
	concealed bool
	delay     time.Duration
}

// play sends packets by their arrival and returns the frames, with the buffer's counts.
func play(tb failer, packets []packet) ([]heard, jitter.Stats) {
	tb.Helper()
	var got []heard
	var now time.Duration
	b, err := jitter.New(16000, func(f jitter.Frame) {
		if len(f.PCM) != audio.FrameIn {
			tb.Fatalf("frame of %d samples", len(f.PCM))
		}
		got = append(got, heard{at: f.At, rtp: f.RTP, level: audio.RMS(f.PCM), concealed: f.Concealed, delay: now - f.Arrived})
	})
	if err != nil {
		tb.Fatal(err)
	}
	in := append([]packet(nil), packets...)
	sort.SliceStable(in, func(i, j int) bool { return in[i].at < in[j].at })
	for _, p := range in {
		for due, waiting := b.Due(); waiting && due < p.at; due, waiting = b.Due() {
			now = due
			b.Expire(now)
		}
		now = p.at
		b.Push(p.seq, p.ts, p.payload, now)
	}
	for due, waiting := b.Due(); waiting; due, waiting = b.Due() {
		now = due
		b.Expire(now)
	}
	for i := 1; i < len(got); i++ {
		if got[i].at < got[i-1].at+audio.FrameIn {
			tb.Fatalf("frame at %d after one at %d", got[i].at, got[i-1].at)
		}
	}
	return got, b.Stats()
}

func TestSoundInOrderPassesAtOnce(t *testing.T) {
	got, stats := play(t, speech(t, 500, 65500, math.MaxUint32-20000)) // both counters wrap
	if len(got) != 500 || stats.Lost+stats.Late+stats.Bad+stats.Skipped+stats.Restarts != 0 {
		t.Fatalf("%d frames, %+v", len(got), stats)
	}
	for i, f := range got {
		if f.at != int64(i*audio.FrameIn) || f.delay != 0 || f.concealed {
			t.Fatalf("frame %d: %+v", i, f)
		}
	}
}

func TestImpairedSoundStandsAtItsTime(t *testing.T) {
	clean := speech(t, 300, 1000, 5000)
	want := map[uint32]float64{}
	ref, _ := play(t, clean)
	for _, f := range ref {
		want[f.rtp] = f.level
	}
	rapid.Check(t, func(t *rapid.T) {
		loss := rapid.IntRange(0, 20).Draw(t, "loss percent")
		spread := rapid.IntRange(0, 200).Draw(t, "jitter ms")
		dice := rapid.SliceOfN(rapid.IntRange(0, 1<<16-1), len(clean), len(clean)).Draw(t, "dice")
		var in []packet
		var arrived []int64
		for i, p := range clean {
			if i > 0 && dice[i]%100 < loss {
				continue
			}
			if i > 0 {
				p.at += time.Duration(dice[i]/100*spread/656) * time.Millisecond
			}
			in = append(in, p)
			arrived = append(arrived, int64(i))
			if dice[i]%97 == 0 {
				in = append(in, p) // twice
			}
		}
		got, stats := play(t, in)
		wrong, sound := 0, 0
		for i, f := range got {
			if f.at != int64(f.rtp-5000)/3 {
				t.Fatalf("frame of RTP time %d is at %d", f.rtp, f.at)
			}
			if !f.concealed && i > 3 && !got[i-1].concealed && !got[i-2].concealed && !got[i-3].concealed {
				sound++
				if math.Abs(f.level-want[f.rtp]) > 0.08 {
					wrong++
				}
			}
		}
		if wrong*20 > sound {
			t.Errorf("%d of %d frames do not sound as they should", wrong, sound)
		}
		if end := arrived[len(arrived)-1]; got[len(got)-1].at < (end-13)*audio.FrameIn {
			t.Errorf("stuck: last frame at %d, last packet was number %d", got[len(got)-1].at/audio.FrameIn, end)
		}
		if stats.Bad != 0 || stats.Restarts != 0 {
			t.Errorf("%+v", stats)
		}
	})
}

// failer is what tests of both kinds can do.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func TestOneLostPacketIsConcealedInItsPlace(t *testing.T) {
	in := speech(t, 100, 0, 0)
	in = append(in[:50:50], in[51:]...)
	got, stats := play(t, in)
	if len(got) != 100 || stats.Lost != 1 || stats.Concealed != audio.FrameIn || !got[50].concealed || got[51].concealed {
		t.Errorf("%d frames, %+v", len(got), stats)
	}
}

func TestWordThatBeginsInALostPacketIsHeardFromTheNextOne(t *testing.T) {
	all := speech(t, 200, 0, 0)
	want, _ := play(t, all)
	onsets, restored := 0, 0
	for i := 10; i < 190; i++ {
		if want[i].level < 0.05 || want[i-1].level > 0.001 {
			continue
		}
		onsets++
		got, _ := play(t, append(append([]packet(nil), all[:i]...), all[i+1:]...))
		if !got[i].concealed {
			t.Fatalf("frame %d: %+v", i, got[i])
		}
		if got[i].level > want[i].level/2 {
			restored++
		}
	}
	if onsets < 5 || restored*2 < onsets {
		t.Errorf("%d of %d onsets restored", restored, onsets)
	}
}

func TestPauseOfTheSenderIsASkippedStretch(t *testing.T) {
	a := speech(t, 200, 0, 0)
	in := append([]packet(nil), a[:50]...)
	for i, p := range a[100:] { // numbers go on, time has passed
		p.seq = uint16(50 + i)
		in = append(in, p)
	}
	got, stats := play(t, in)
	if len(got) != 150 || got[49].at != 49*audio.FrameIn || got[50].at != 100*audio.FrameIn || stats.Concealed != 0 {
		t.Errorf("%d frames, then %+v, %+v", len(got), got[50], stats)
	}
}

func TestWaitingFollowsTheNetwork(t *testing.T) {
	in := speech(t, 1500, 0, 0)
	for i := range in[:500] {
		if i%10 == 5 {
			in[i].at += 150 * time.Millisecond
		}
	}
	_, rough := play(t, in[:500])
	_, calm := play(t, in)
	if rough.Hold < 100*time.Millisecond {
		t.Errorf("waits %v on a network that is 150 ms late", rough.Hold)
	}
	if calm.Hold >= rough.Hold {
		t.Errorf("waits %v after 20 s of calm, %v before", calm.Hold, rough.Hold)
	}
	if rough.Late > 10 {
		t.Errorf("%d of 50 packets given up though only late", rough.Late)
	}
}

func TestPositionsFollowOurClockWhenTheSendersRunsOff(t *testing.T) {
	for _, ppm := range []float64{-300, 300} {
		in := speech(t, 6000, 0, 0) // two minutes: 36 ms
		for i := range in {
			in[i].at = time.Duration(float64(in[i].at) * (1 + ppm/1e6))
		}
		got, stats := play(t, in)
		last := got[len(got)-1]
		want := int64(in[len(in)-1].at) * 16000 / int64(time.Second)
		if d := (last.at - want) * 1000 / 16000; d > 15 || d < -15 {
			t.Errorf("%v ppm: off by %d ms after two minutes", ppm, d)
		}
		if stats.Skipped != 0 || stats.Restarts != 0 || stats.Lost != 0 {
			t.Errorf("%v ppm: %+v", ppm, stats)
		}
	}
}

func TestStreamWhoseTimeJumpsIsPlacedByOurClock(t *testing.T) {
	for name, jump := range map[string]uint32{"far ahead": 48000 * 3600, "back": math.MaxUint32 - 48000*3600} {
		in := speech(t, 400, 0, 0)
		for i := 200; i < 400; i++ {
			in[i].ts += jump
		}
		got, stats := play(t, in)
		last := got[len(got)-1]
		if d := last.at - 399*audio.FrameIn; d > 16000 || d < -16000 {
			t.Errorf("time jumps %s: last frame at %d ms, want about %d", name, last.at/16, 399*20)
		}
		if stats.Restarts == 0 {
			t.Errorf("time jumps %s: %+v", name, stats)
		}
	}
}

func TestDelayedBurstAfterAStallKeepsItsTime(t *testing.T) {
	in := speech(t, 400, 0, 0)
	for i := 100; i < 250; i++ {
		in[i].at = 250 * 20 * time.Millisecond
	}
	got, _ := play(t, in)
	if len(got) != 400 {
		t.Fatalf("%d frames", len(got))
	}
	if last := got[399].at; last != 399*audio.FrameIn {
		t.Errorf("last frame at %d ms", last/16)
	}
}

func TestFramesPassWithoutAllocation(t *testing.T) {
	in := speech(t, 2000, 0, 0)
	b, err := jitter.New(16000, func(jitter.Frame) {})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	step := func() {
		if i%10 != 7 {
			b.Push(in[i].seq, in[i].ts, in[i].payload, in[i].at)
		}
		b.Due()
		i++
	}
	for range 100 {
		step()
	}
	if n := testing.AllocsPerRun(1000, step); n != 0 {
		t.Errorf("%.2f allocations a packet", n)
	}
}

// FuzzPush feeds what a hostile sender could: every packet is 4 bytes of header, a time step, a length and a payload.
func FuzzPush(f *testing.F) {
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		f.Fatal(err)
	}
	p, err := enc.Encode(make([]int16, audio.FrameOut))
	if err != nil {
		f.Fatal(err)
	}
	var seed []byte
	for i := range 30 {
		seed = append(append(seed, 0, byte(i*7%31), byte(i), 0, 20, byte(len(p))), p...)
	}
	f.Add(seed)
	f.Add([]byte{255, 255, 255, 255, 255, 3, 0xff, 0x3f, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var now time.Duration
		last := int64(-audio.FrameIn)
		buf, err := jitter.New(16000, func(fr jitter.Frame) {
			if fr.At < last+audio.FrameIn {
				t.Fatalf("frame at %d after one at %d", fr.At, last)
			}
			if ahead := fr.At - int64(now)*16000/int64(time.Second); ahead > 2*16000 {
				t.Fatalf("frame stands %d ms in the future", ahead/16)
			}
			last = fr.At
		})
		if err != nil {
			t.Fatal(err)
		}
		for len(b) >= 6 {
			n := min(int(b[5]), len(b)-6)
			now += time.Duration(b[4]) * time.Millisecond
			buf.Push(uint16(b[0])<<8|uint16(b[1]), (uint32(b[2])<<24|uint32(b[3])<<8)*3, b[6:6+n], now)
			if due, ok := buf.Due(); ok && due < now {
				t.Fatalf("overdue by %v", now-due)
			}
			b = b[6+n:]
		}
	})
}
