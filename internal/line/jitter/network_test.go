package jitter_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/audio"
)

// mostWait is the longest that sound may be held back for what is missing before it.
const mostWait = 240 * time.Millisecond

// TestPropertyNoNetworkHoldsSoundBackForLong lets every packet be lost, late, doubled, overtaken or junk, with stalls and
// bursts between. play demands that positions only grow.
func TestPropertyNoNetworkHoldsSoundBackForLong(t *testing.T) {
	clean := speech(t, 400, 65_400, 1<<32-100_000)
	rapid.Check(t, func(t *rapid.T) {
		loss := rapid.IntRange(0, 60).Draw(t, "loss percent")
		spread := rapid.IntRange(0, 400).Draw(t, "jitter ms")
		dice := rapid.SliceOfN(rapid.IntRange(0, 1<<20), len(clean), len(clean)).Draw(t, "dice")
		stalls := rapid.SliceOfN(rapid.IntRange(0, len(clean)-1), 0, 3).Draw(t, "stalls")
		var in []packet
		last := 0
		for i, p := range clean {
			d := dice[i]
			if i > 0 && d%100 < loss {
				continue
			}
			last = i
			p.at += time.Duration(d/100%(spread+1)) * time.Millisecond
			for _, s := range stalls { // what falls into a stall of half a second comes at its end
				if i >= s && i < s+25 {
					p.at = max(p.at, clean[s].at+500*time.Millisecond)
				}
			}
			in = append(in, p)
			switch d / 1000 % 40 {
			case 0:
				in = append(in, p)
			case 1:
				q := p
				q.at += 700 * time.Millisecond // replayed
				in = append(in, q)
			case 2:
				in[len(in)-1].payload = p.payload[:1+len(p.payload)/3]
			case 3:
				in[len(in)-1].payload = []byte{255, 255, 255}
			}
		}
		got, stats := play(t, in)
		for i, f := range got {
			if f.delay > mostWait {
				t.Fatalf("frame %d was held back for %v", i, f.delay)
			}
			if f.at < 0 || f.at > int64(last+60)*audio.FrameIn {
				t.Fatalf("frame %d stands at %d ms, the last packet at %d", i, f.at/16, last*20)
			}
		}
		if stats.Hold > mostWait {
			t.Fatalf("waits %v", stats.Hold)
		}
	})
}

func TestSoundAfterALongSleepComesBackInItsPlace(t *testing.T) {
	all := speech(t, 1500, 0, 0)
	for _, slept := range []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute} {
		for name, clockRan := range map[string]bool{"its clock ran on": true, "its clock slept too": false} {
			var in []packet
			for i, p := range all {
				if i >= 500 {
					p.at += slept
					if clockRan {
						p.ts += uint32(slept / time.Millisecond * 48)
					}
					if i < 560 { // what waited comes at once
						p.at = all[560].at + slept
					}
				}
				in = append(in, p)
			}
			got, _ := play(t, in)
			end := got[len(got)-1]
			want := int64((all[1499].at + slept) * 16000 / time.Second)
			if off := (end.at - want) / 16; off < -1300 || off > 50 {
				t.Errorf("%v, %s: the last frame stands %d ms off", slept, name, off)
			}
			if len(got) < 1300 {
				t.Errorf("%v, %s: %d frames of 1500", slept, name, len(got))
			}
			if wait := end.delay; wait > mostWait {
				t.Errorf("%v, %s: sound is held back for %v", slept, name, wait)
			}
		}
	}
}
