// Package outgoing is what every line that carries sound does with the frames of a call on their way out: a short queue
// that drops the oldest, the mapping of the call clock's ticks to times on the wire, and the way back, from a client's
// report of what it has played to the tick.
package outgoing

import (
	"sync"
	"sync/atomic"

	"github.com/rapport-calls/rapport/internal/audio"
)

// Size is how many frames may wait to be sent; then the oldest is dropped. What waits longer than this (160 ms) would
// come too late to be of use.
const Size = 8

// heardMemory is how far back, in frames, a report of what was heard may lie: a minute.
const heardMemory = 60 * 1000 / audio.FrameMS

// Frame is 20 ms of sound for a tick of the call clock.
type Frame struct {
	Tick int64
	PCM  [audio.FrameOut]int16 // 48 kHz mono
}

// Queue holds the frames that wait to be sent. Put is for the call, the rest for the line. It is safe for use by
// several goroutines and does not allocate.
type Queue struct {
	base uint32 // time of tick 0
	up   atomic.Bool

	mu       sync.Mutex
	queue    [Size]Frame
	first, n int
	any      bool
	last     int64 // newest tick sent
	reported int64 // newest tick reported as heard
}

// NewQueue makes a queue; base is the time of tick 0 on the wire, in 48 kHz samples.
func NewQueue(base uint32) *Queue { return &Queue{base: base, reported: -1} }

// SetUp says whether sound can pass. Before it can, frames are left out.
func (q *Queue) SetUp(up bool) { q.up.Store(up) }

// Put queues a copy of a frame. It never blocks; frames of another length than 960 samples are left out. dropped: there
// was no room, and the oldest made it.
func (q *Queue) Put(tick int64, pcm []int16) (queued, dropped bool) {
	if len(pcm) != audio.FrameOut || !q.up.Load() {
		return false, false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n == Size {
		q.first = (q.first + 1) % Size
		q.n--
		dropped = true
	}
	f := &q.queue[(q.first+q.n)%Size]
	f.Tick = tick
	copy(f.PCM[:], pcm)
	q.n++
	return true, dropped
}

// Take moves the oldest frame into f.
func (q *Queue) Take(f *Frame) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n == 0 {
		return false
	}
	*f = q.queue[q.first]
	q.first = (q.first + 1) % Size
	q.n--
	return true
}

// Time of a tick on the wire, in 48 kHz samples; it wraps as RTP time does.
func (q *Queue) Time(tick int64) uint32 {
	return q.base + uint32(uint64(tick)*audio.FrameOut) //nolint:gosec // wrapping is how RTP counts
}

// Sent notes that a tick's frame goes out, before it is written: a report of it can come at once.
func (q *Queue) Sent(tick int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last, q.any = tick, true
}

// Heard maps a client's report, a time on the wire, to a tick. It is false when the report says nothing new, or nothing
// that can be true: ahead of what was sent, or more than a minute behind it.
func (q *Queue) Heard(time uint32) (int64, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.any {
		return 0, false
	}
	behind := int32(q.Time(q.last) - time) //nolint:gosec // the nearest way round
	if behind < 0 {
		return 0, false
	}
	ticks := (int64(behind) + audio.FrameOut - 1) / audio.FrameOut
	tick := q.last - ticks
	if ticks > heardMemory || tick <= q.reported {
		return 0, false
	}
	q.reported = tick
	return tick, true
}
