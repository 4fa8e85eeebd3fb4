package webrtc

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/audio"
)

// queueFrames is how many frames may wait to be sent; then the oldest is dropped and counted. What waits longer than
// this would come too late to be of use.
const queueFrames = 8

// heardMemory is how far back, in frames, a report of what was heard may lie: a minute.
const heardMemory = 60 * 1000 / audio.FrameMS

// sender encodes and sends a line's frames.
type sender struct {
	track  *webrtc.TrackLocalStaticRTP
	enc    *audio.OpusEncoder
	counts *counts
	base   uint32      // RTP time of tick 0
	up     atomic.Bool // sound can pass
	wake   chan struct{}

	mu       sync.Mutex
	queue    [queueFrames]frame
	first, n int
	any      bool
	last     int64 // newest tick sent
	reported int64 // newest tick reported as heard
}

type frame struct {
	tick int64
	pcm  [audio.FrameOut]int16
}

func newSender(track *webrtc.TrackLocalStaticRTP, base uint32, counts *counts) (*sender, error) {
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		return nil, fmt.Errorf("webrtc: %w", err)
	}
	return &sender{track: track, enc: enc, counts: counts, base: base, wake: make(chan struct{}, 1), reported: -1}, nil
}

// put queues a copy of a frame. It never blocks; frames of another length, and those before sound can pass, are left out.
func (s *sender) put(tick int64, pcm []int16) {
	if len(pcm) != audio.FrameOut || !s.up.Load() {
		return
	}
	s.mu.Lock()
	if s.n == queueFrames {
		s.first = (s.first + 1) % queueFrames
		s.n--
		s.counts.dropped.Add(1)
	}
	f := &s.queue[(s.first+s.n)%queueFrames]
	f.tick = tick
	copy(f.pcm[:], pcm)
	s.n++
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take copies the oldest frame into f.
func (s *sender) take(f *frame) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == 0 {
		return false
	}
	*f = s.queue[s.first]
	s.first = (s.first + 1) % queueFrames
	s.n--
	return true
}

// rtpTime of a tick; it wraps as RTP time does.
func (s *sender) rtpTime(tick int64) uint32 {
	return s.base + uint32(uint64(tick)*audio.FrameOut) //nolint:gosec // wrapping is how RTP counts
}

// run sends until stop is closed.
func (s *sender) run(stop <-chan struct{}) {
	var f frame
	p := rtp.Packet{Header: rtp.Header{Version: 2, Marker: true}}
	for {
		select {
		case <-stop:
			return
		case <-s.wake:
		}
		for s.take(&f) {
			begun := time.Now()
			packet, err := s.enc.Encode(f.pcm[:])
			if err != nil { // cannot be with a whole frame; the next one may do
				s.counts.dropped.Add(1)
				continue
			}
			s.mu.Lock()
			s.last, s.any = f.tick, true
			s.mu.Unlock()
			p.Timestamp, p.Payload = s.rtpTime(f.tick), packet
			if err := s.track.WriteRTP(&p); err != nil {
				s.counts.dropped.Add(1)
			} else {
				s.counts.sent.Add(1)
			}
			p.SequenceNumber++
			p.Marker = false
			s.counts.busy.Add(int64(time.Since(begun)))
		}
	}
}

// heard maps a client's report to a tick. It is false when the report says nothing new, or nothing that can be true.
func (s *sender) heard(rtpTime uint32) (int64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.any {
		return 0, false
	}
	behind := int32(s.rtpTime(s.last) - rtpTime) //nolint:gosec // the nearest way round
	if behind < 0 {
		return 0, false
	}
	ticks := (int64(behind) + audio.FrameOut - 1) / audio.FrameOut
	tick := s.last - ticks
	if ticks > heardMemory || tick <= s.reported {
		return 0, false
	}
	s.reported = tick
	return tick, true
}
