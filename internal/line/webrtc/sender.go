package webrtc

import (
	"fmt"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/outgoing"
)

// sender encodes and sends a line's frames.
type sender struct {
	track  *webrtc.TrackLocalStaticRTP
	enc    *audio.OpusEncoder
	counts *counts
	queue  *outgoing.Queue
	loss   loss
	wake   chan struct{}
}

func newSender(track *webrtc.TrackLocalStaticRTP, base uint32, counts *counts) (*sender, error) {
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		return nil, fmt.Errorf("webrtc: %w", err)
	}
	return &sender{track: track, enc: enc, counts: counts, queue: outgoing.NewQueue(base), wake: make(chan struct{}, 1)}, nil
}

// put queues a copy of a frame. It never blocks; frames of another length, and those before sound can pass, are left out.
func (s *sender) put(tick int64, pcm []int16) {
	queued, dropped := s.queue.Put(tick, pcm)
	if dropped {
		s.counts.dropped.Add(1)
	}
	if !queued {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run sends until stop is closed.
func (s *sender) run(stop <-chan struct{}) {
	var f outgoing.Frame
	expected := int64(0)
	p := rtp.Packet{Header: rtp.Header{Version: 2, Marker: true}}
	for {
		select {
		case <-stop:
			return
		case <-s.wake:
		}
		for s.queue.Take(&f) {
			begun := time.Now()
			if percent := s.loss.percent.Load(); percent != expected {
				expected = percent
				_ = s.enc.ExpectLoss(int(percent)) // what it expected before does as well
			}
			packet, err := s.enc.Encode(f.PCM[:])
			if err != nil { // cannot be with a whole frame; the next one may do
				s.counts.dropped.Add(1)
				continue
			}
			s.queue.Sent(f.Tick)
			p.Timestamp, p.Payload = s.queue.Time(f.Tick), packet
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
