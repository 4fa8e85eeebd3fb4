package webrtc

import (
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/audio"
)

// Bounds of the loss that the encoder is told to expect, in percent. A network that has lost nothing yet may lose the
// next packet; beyond the most, what is spent on repeating is missing from the sound itself.
const (
	leastLoss = audio.ExpectedLoss
	mostLoss  = 40
)

// loss follows how much of our sound a client says it has not got. The zero value expects the least.
type loss struct {
	smooth  float64      // percent; of the goroutine that reads the reports
	percent atomic.Int64 // what the encoder is to expect; 0: nothing has been reported
}

// report takes a receiver report's fraction (0–255 of 256) of packets lost since the one before. It rises at once and
// falls slowly, since losses come in spells.
func (l *loss) report(fraction uint8) {
	now := float64(fraction) * 100 / 256
	if now > l.smooth {
		l.smooth = now
	} else {
		l.smooth += (now - l.smooth) / 8
	}
	l.percent.Store(int64(min(max(l.smooth, leastLoss), mostLoss)))
}

// follow reads a sender's reports until it ends: unread they would stop the interceptors.
func (l *loss) follow(s *webrtc.RTPSender) {
	for {
		packets, _, err := s.ReadRTCP()
		if err != nil {
			return
		}
		for _, p := range packets {
			l.take(p)
		}
	}
}

func (l *loss) take(p rtcp.Packet) {
	var reports []rtcp.ReceptionReport
	switch p := p.(type) {
	case *rtcp.ReceiverReport:
		reports = p.Reports
	case *rtcp.SenderReport: // a client that sends too reports with its own sender's
		reports = p.Reports
	}
	for _, r := range reports { // one sender, so all are about it
		l.report(r.FractionLost)
	}
}
