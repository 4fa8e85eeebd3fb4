package webrtc

import "time"

// Bounds of what one line may send. A person's sound is 50 packets a second, 100 at the shortest frames; after a stall
// what waited comes at once.
const (
	packetsPerSecond = 200
	packetBurst      = 600
	floodEnds        = 1000 // packets left out, without a pause in between: this is no stall, the line is closed
)

// flood bounds the rate of one line's packets.
type flood struct {
	begun   bool
	tokens  float64
	filled  time.Duration
	dropped int // since there was last room for a burst
}

// take counts a packet at now (monotonic). ok: it may be used; over: there have been so many that the line has to end.
func (f *flood) take(now time.Duration) (ok, over bool) {
	if !f.begun {
		f.begun, f.tokens, f.filled = true, packetBurst, now
	}
	f.tokens = min(packetBurst, f.tokens+(now-f.filled).Seconds()*packetsPerSecond)
	f.filled = now
	if f.tokens >= packetBurst/2 {
		f.dropped = 0
	}
	if f.tokens < 1 {
		f.dropped++
		return false, f.dropped >= floodEnds
	}
	f.tokens--
	return true, false
}
