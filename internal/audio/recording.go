package audio

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Timing of a recording. Sound waits holdTicks for what is still under way through the jitter buffer, and a page is
// written every pageTicks, so that a killed process loses at most 0.8 s.
const (
	holdTicks = 15 // 300 ms
	pageTicks = 25 // 500 ms
	ringTicks = 64 // how far ahead of the oldest unwritten tick sound may be placed: 1.28 s
)

// RecordingTags go into the file's comments.
type RecordingTags struct {
	Title   string // of the scenario
	Persona string // who the customer is
	Serial  uint32 // of the Ogg stream; any number
}

// Recording writes a call as one stereo Ogg/Opus file (RFC 7845), trainee left and customer right, on the call clock:
// sample i of the file is sample i of the clock. What never arrives is silence. Beside it grows a peaks file (see
// ReadPeaks). Both are only appended to and are readable wherever they are cut.
//
// Sound is placed by Trainee and Customer, in any order, and written by Advance. It belongs to one goroutine.
type Recording struct {
	peaks    io.Writer
	pages    *pageWriter
	enc      *OpusEncoder
	trainee  ring // 16 kHz
	customer ring // 48 kHz
	up       *Resampler
	lead     int   // samples of the resampler's delay still to be dropped
	next     int64 // the next tick to be read from the rings
	written  int64 // ticks encoded; behind next by the resampler's delay
	queue    []int16
	in       [FrameIn]int16
	out      [FrameOut]int16
	frame    [2 * FrameOut]int16
	pairs    []byte
	right    []int16
	late     int64
	end      int64 // ticks that the file will show
	err      error
}

// NewRecording writes the headers of both files. It fails when a header cannot be written.
func NewRecording(sound, peaks io.Writer, tags RecordingTags) (*Recording, error) {
	enc, err := NewRecordingEncoder()
	if err != nil {
		return nil, err
	}
	up, err := NewResampler(practice.SampleRateIn, practice.SampleRateOut)
	if err != nil {
		return nil, err
	}
	r := &Recording{
		peaks: peaks, pages: newPageWriter(sound, tags.Serial), enc: enc, up: up, lead: up.Delay(),
		trainee: newRing(ringTicks * FrameIn), customer: newRing(ringTicks * FrameOut),
		end: math.MaxInt64, queue: make([]int16, 0, 4*FrameOut), right: make([]int16, 0, 4*FrameOut), pairs: make([]byte, 0, 4*pageTicks*peaksPair),
	}
	head := append([]byte("OpusHead\x01\x02"), 0, 0, 0, 0, 0, 0, 0, 0, 0)
	binary.LittleEndian.PutUint16(head[10:], opusDelay)
	binary.LittleEndian.PutUint32(head[12:], practice.SampleRateOut)
	for _, packet := range [][]byte{head, opusTags(tags)} { // each on a page of its own
		if err := r.pages.add(packet, 0); err != nil {
			return nil, err
		}
		if err := r.pages.flush(); err != nil {
			return nil, err
		}
	}
	if _, err := io.WriteString(peaks, peaksHeader); err != nil {
		return nil, fmt.Errorf("audio: write peaks: %w", err)
	}
	return r, nil
}

// opusTags is the comment header (RFC 7845, 5.2). Titles are cut so that it stays on one page.
func opusTags(t RecordingTags) []byte {
	comments := []string{
		"TITLE=" + cut(t.Title, 500),
		"CHANNEL_LEFT=trainee",
		"CHANNEL_RIGHT=" + cut(t.Persona, 200) + ", a simulated customer: synthetic speech",
		"SYNTHETIC_SPEECH=right",
	}
	b := []byte("OpusTags")
	b = appendString(b, "Rapport")
	b = binary.LittleEndian.AppendUint32(b, uint32(len(comments))) //nolint:gosec // four
	for _, c := range comments {
		b = appendString(b, c)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // cut above
	return append(b, s...)
}

// cut shortens s to at most n bytes at the start of a character.
func cut(s string, n int) string {
	for i := range s {
		if i > n {
			return s[:n-3] + "…"
		}
		if i > n-3 && len(s) > n {
			return s[:i]
		}
	}
	return s
}

// Trainee places 16 kHz sound whose first sample is number at of the call clock (16 000 a second). What belongs to
// time already written is left out and counted (see Late).
func (r *Recording) Trainee(at int64, pcm []int16) { r.late += r.trainee.put(at, pcm) }

// Customer places 48 kHz sound whose first sample is number at of the call clock (48 000 a second), as Trainee does.
func (r *Recording) Customer(at int64, pcm []int16) { r.late += r.customer.put(at, pcm) }

// Late is how many samples came too late, or too far ahead, to be written.
func (r *Recording) Late() int64 { return r.late }

// Advance tells that the call clock stands at tick. It writes what is older than 300 ms. After an error it does
// nothing and returns the same error.
func (r *Recording) Advance(tick int64) error { return r.writeTo(tick - holdTicks) }

// Close writes everything up to tick and ends the file. The recording is of no use afterwards; the writers stay open.
func (r *Recording) Close(tick int64) error {
	tick = max(tick, r.next)
	r.end = tick
	if err := r.writeTo(tick); err != nil {
		return err
	}
	for r.written <= tick { // what is still in the resampler, and one frame more for what is in the encoder
		r.queueTick()
		if err := r.encode(); err != nil {
			return err
		}
	}
	r.pages.flags |= flagLast
	r.pages.granule = uint64(tick*FrameOut) + opusDelay //nolint:gosec // ticks are not negative
	return r.flush()
}

func (r *Recording) writeTo(tick int64) error {
	for r.err == nil && r.next < tick {
		r.queueTick()
		if err := r.encode(); err != nil {
			return err
		}
	}
	return r.err
}

// queueTick moves one tick of both voices into the queues, the trainee's freed of the resampler's delay.
func (r *Recording) queueTick() {
	r.trainee.take(r.in[:])
	r.customer.take(r.out[:])
	r.next++
	r.right = append(r.right, r.out[:]...)
	had := len(r.queue)
	r.queue = r.up.Resample(r.queue, r.in[:])
	if r.lead > 0 {
		n := min(r.lead, len(r.queue)-had)
		r.lead -= n
		r.queue = r.queue[:copy(r.queue, r.queue[n:])]
	}
}

// encode writes the frames that both queues have.
func (r *Recording) encode() error {
	for len(r.queue) >= FrameOut && len(r.right) >= FrameOut {
		left, right := r.queue[:FrameOut], r.right[:FrameOut]
		for i, s := range left {
			r.frame[2*i], r.frame[2*i+1] = s, right[i]
		}
		if r.written < r.end {
			r.pairs = binary.LittleEndian.AppendUint16(r.pairs, stored(Peak(left)))
			r.pairs = binary.LittleEndian.AppendUint16(r.pairs, stored(Peak(right)))
		}
		r.queue = r.queue[:copy(r.queue, r.queue[FrameOut:])]
		r.right = r.right[:copy(r.right, r.right[FrameOut:])]
		packet, err := r.enc.Encode(r.frame[:])
		if err != nil {
			r.err = err
			return err
		}
		r.written++
		if err := r.pages.add(packet, uint64(r.written*FrameOut)); err != nil { //nolint:gosec // not negative
			r.err = err
			return err
		}
		if r.written%pageTicks == 0 {
			if err := r.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Recording) flush() error {
	if err := r.pages.flush(); err != nil {
		r.err = err
		return err
	}
	if _, err := r.peaks.Write(r.pairs); err != nil {
		r.err = fmt.Errorf("audio: write peaks: %w", err)
		return r.err
	}
	r.pairs = r.pairs[:0]
	return nil
}

// ring holds the sound of a window that moves along a clock; what was not put there is silence.
type ring struct {
	buf  []int16
	from int64 // the window's first sample
}

func newRing(n int) ring { return ring{buf: make([]int16, n)} }

// put copies what falls into the window and returns how many samples did not.
func (r *ring) put(at int64, pcm []int16) (dropped int64) {
	size := int64(len(r.buf))
	from, to := max(at, r.from), min(at+int64(len(pcm)), r.from+size)
	if from >= to {
		return int64(len(pcm))
	}
	in := pcm[from-at : to-at]
	n := copy(r.buf[from%size:], in)
	copy(r.buf, in[n:])
	return int64(len(pcm) - len(in))
}

// take moves the window on by len(dst) samples, which are fewer than it holds, and copies them out.
func (r *ring) take(dst []int16) {
	k := r.from % int64(len(r.buf))
	n := copy(dst, r.buf[k:])
	copy(dst[n:], r.buf)
	clear(r.buf[k : k+int64(n)])
	clear(r.buf[:len(dst)-n])
	r.from += int64(len(dst))
}
