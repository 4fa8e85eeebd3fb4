// Package verdict judges trials: what the customer did, from the levels at which she was heard and nothing else. All
// times are milliseconds on the client's clock, from the call's first sent frame.
package verdict

import "math"

// OnsetDB is the level, in dBFS, above which three frames in a row are the customer speaking.
const OnsetDB = -45.0

// FrameMS is the length of a frame.
const FrameMS = 20.0

// Frame is 20 ms of the customer.
type Frame struct {
	AtMS   float64 // when it was heard
	DB     float64 // dBFS, after the gain that the server asked for
	GainDB float64 // that gain; 0 as sent
}

// Span is a stretch of time.
type Span struct{ FromMS, ToMS float64 }

// LengthMS is how long it is.
func (s Span) LengthMS() float64 { return s.ToMS - s.FromMS }

// overlap is how much of s lies inside o.
func (s Span) overlap(o Span) float64 {
	return max(0, min(s.ToMS, o.ToMS)-max(s.FromMS, o.FromMS))
}

// Heard is the customer of one call, frame by frame in order of arrival.
type Heard []Frame

// Onset is the first of three consecutive loud frames at or after a time.
func (h Heard) Onset(after float64) (float64, bool) {
	run := 0
	for i, f := range h {
		if f.AtMS < after || f.DB <= OnsetDB {
			run = 0
			continue
		}
		if run++; run == 3 {
			return h[i-2].AtMS, true
		}
	}
	return 0, false
}

// LoudBefore tells whether she was heard in the 100 ms before a time.
func (h Heard) LoudBefore(at float64) bool {
	for _, f := range h.between(at-100, at) {
		if f.DB > OnsetDB {
			return true
		}
	}
	return false
}

// between returns the frames that arrived in [from, to).
func (h Heard) between(from, to float64) Heard {
	i := 0
	for i < len(h) && h[i].AtMS < from {
		i++
	}
	j := i
	for j < len(h) && h[j].AtMS < to {
		j++
	}
	return h[i:j]
}

// level is the mean energy, in dBFS, of the frames in [from, to) that are speech; ok is false when there are none.
func (h Heard) level(from, to float64) (db float64, ok bool) {
	sum, n := 0.0, 0
	for _, f := range h.between(from, to) {
		if f.DB > OnsetDB {
			sum += math.Pow(10, f.DB/10)
			n++
		}
	}
	if n == 0 {
		return math.Inf(-1), false
	}
	return 10 * math.Log10(sum/float64(n)), true
}

// stretches are the runs of frames in [from, to) that satisfy a condition.
func (h Heard) stretches(from, to float64, cond func(Frame) bool) []Span {
	var out []Span
	open := false
	for _, f := range h.between(from, to) {
		switch {
		case !cond(f):
			open = false
		case open:
			out[len(out)-1].ToMS = f.AtMS + FrameMS
		default:
			open = true
			out = append(out, Span{f.AtMS, f.AtMS + FrameMS})
		}
	}
	return out
}

// Sounds are the stretches that begin with an onset in [from, to); silences shorter than joinMS do not part them. The
// last may go on beyond to.
func (h Heard) Sounds(from, to, joinMS float64) []Span {
	var out []Span
	for at := from; ; {
		onset, ok := h.Onset(at)
		if !ok || onset >= to {
			return out
		}
		s := Span{onset, onset}
		for _, f := range h.between(onset, math.Inf(1)) {
			if f.DB > OnsetDB {
				s.ToMS = f.AtMS + FrameMS
			} else if f.AtMS+FrameMS-s.ToMS >= joinMS {
				break
			}
		}
		out = append(out, s)
		at = s.ToMS
	}
}
