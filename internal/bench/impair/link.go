package impair

import (
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	queueLimit = 300 * time.Millisecond // what a narrow link lets wait; more is dropped
	headers    = 28                     // bytes of IP and UDP, which fill a narrow link too
	dice       = 1 << 30
	// A sender of TCP that hears nothing asks again after this and the round trip, and then after twice as long each time.
	retransmit = 200 * time.Millisecond
)

// Link decides what happens to the packets of one direction. It is pure: time comes in as an argument.
type Link struct {
	p        Profile
	seed     uint64
	n        int // packets so far
	bad      bool
	free     time.Duration // when a narrow link has sent what waits
	cutFrom  time.Duration
	cutUntil time.Duration
	order    time.Duration // a stream's last delivery
}

// NewLink makes a link; links of one seed and profile treat the same packets the same way.
func NewLink(p Profile, seed uint64) *Link { return &Link{p: p, seed: seed} }

// Cut lets nothing pass from now on, for d.
func (l *Link) Cut(now, d time.Duration) { l.cutFrom, l.cutUntil = now, now+d }

func (l *Link) draw(purpose string) float64 {
	return float64(practice.Draw(l.seed, l.n, purpose, dice)) / dice
}

// lost is whether the next packet is: for itself, or by Gilbert's two states (Gilbert 1960), in one of which all is lost.
func (l *Link) lost() bool {
	x := l.draw("loss")
	if l.p.Burst <= 1 {
		return x < l.p.Loss
	}
	if l.bad {
		l.bad = x >= 1/l.p.Burst
	} else {
		l.bad = x < l.p.Loss/(l.p.Burst*(1-l.p.Loss))
	}
	return l.bad
}

// late is what the link adds to a packet's time, but for what waits before it.
func (l *Link) late() time.Duration {
	return l.p.Delay + time.Duration(l.draw("jitter")*float64(l.p.Jitter))
}

// Datagram tells when a packet of so many bytes arrives that is sent now; false: never.
func (l *Link) Datagram(now time.Duration, bytes int) (time.Duration, bool) {
	l.n++
	gone := l.lost() // also where it does not matter, so that a cut changes nothing else
	late := l.late()
	if gone || l.p.NoUDP || now >= l.cutFrom && now < l.cutUntil {
		return 0, false
	}
	sent := now
	if l.p.BitsPerS > 0 {
		if l.free-now > queueLimit {
			return 0, false
		}
		sent = l.sent(now, bytes)
	}
	return sent + late, true
}

func (l *Link) sent(now time.Duration, bytes int) time.Duration {
	l.free = max(l.free, now) + time.Duration(float64(bytes+headers)*8/l.p.BitsPerS*float64(time.Second))
	return l.free
}

// Stream tells when bytes of a TCP connection arrive that are sent now: nothing is lost and all stays in order, but
// what the network loses is sent again, and holds up what follows.
func (l *Link) Stream(now time.Duration, bytes int) time.Duration {
	l.n++
	at := now
	again := retransmit + 2*l.p.Delay
	for gone := l.lost(); gone || at >= l.cutFrom && at < l.cutUntil; gone = l.lost() {
		at += again
		again *= 2
		l.n++
	}
	if l.p.BitsPerS > 0 {
		at = l.sent(at, bytes)
	}
	l.order = max(l.order, at+l.late())
	return l.order
}
