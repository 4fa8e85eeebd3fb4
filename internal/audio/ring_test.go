package audio

import "testing"

func TestTheRecordersRingTakesWhatFallsIntoItsWindow(t *testing.T) {
	r := newRing(100)
	put := func(at int64, n int) int64 {
		pcm := make([]int16, n)
		for i := range pcm {
			pcm[i] = int16(at + int64(i) + 1)
		}
		return r.put(at, pcm)
	}
	out := make([]int16, 30)
	for at := int64(0); at < 1000; at += 30 {
		put(at, 20) // ten samples of silence between pieces
		if late := put(at-25, 25); at > 0 && late != 25 {
			t.Fatalf("at %d: %d of 25 late samples were left out", at, late)
		}
		if ahead := put(at+90, 20); ahead != 10 {
			t.Fatalf("at %d: %d of 20 samples were too far ahead", at, ahead)
		}
		for i := range int64(10) { // taken back, so that the pattern stays
			r.buf[(at+90+i)%100] = 0
		}
		r.take(out)
		for i, s := range out {
			want := int16(0)
			if i < 20 {
				want = int16(at + int64(i) + 1)
			}
			if s != want {
				t.Fatalf("at %d: sample %d is %d, want %d", at, i, s, want)
			}
		}
	}
}
