package jitter

import (
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// How the receive clock follows the sender's.
const (
	driftBegin = 5 * time.Millisecond // correct when the sender's clock is off by more
	driftEnd   = 1 * time.Millisecond // until it is off by less
	driftEvery = 5                    // packets between two corrections of one sample: at most 625 parts in a million at 16 kHz
	offLimit   = 1 * time.Second      // off by more: the stream is placed anew
	offWindow  = 2 * time.Second      // late by more for this long: likewise
)

// clock maps the sender's RTP time to positions on the receive clock: samples since the first packet arrived, running
// with our monotonic time. The two clocks of two machines drift apart by up to 100 parts in a million (0.2 s in half
// an hour); single samples are put in or left out to follow, so that positions never jump. A network whose delay
// changes moves nothing (see audio.Drift).
type clock struct {
	rate    int64
	started bool
	start   time.Duration // arrival of the very first packet: position 0
	zeroTS  int64         // RTP time …
	zeroPos int64         // … and the position it was given
	shift   int64         // samples put in (left out) since

	first   time.Duration // transit of the anchoring packet, up to a constant
	drift   audio.Drift
	target  int64 // shift wanted
	turning bool
	since   int

	leastLate time.Duration // in this offWindow
	offUntil  time.Duration
}

// anchor gives ts the position of now, but at least floor.
func (c *clock) anchor(ts int64, now time.Duration, floor int64) {
	if !c.started {
		c.started, c.start = true, now
	}
	c.zeroTS, c.zeroPos = ts, max(floor, c.samples(now-c.start))
	c.shift, c.target, c.turning = 0, 0, false
	c.first, c.drift = now-rtpTime(ts), audio.Drift{}
	c.leastLate, c.offUntil = 0, now+offWindow
}

func (c *clock) samples(d time.Duration) int64 { return int64(d) * c.rate / int64(time.Second) }

// rtpTime is an RTP time as duration. Unwrapped RTP time stays far below the 2^63 / 10^9 / 48 000 that would overflow.
func rtpTime(ts int64) time.Duration {
	return time.Duration(ts/practice.SampleRateOut)*time.Second + time.Duration(ts%practice.SampleRateOut)*time.Second/practice.SampleRateOut
}

// position of an RTP time.
func (c *clock) position(ts int64) int64 {
	return c.zeroPos + (ts-c.zeroTS)*c.rate/practice.SampleRateOut + c.shift
}

// rtp is the RTP time of a position.
func (c *clock) rtp(pos int64) uint32 {
	return uint32(c.zeroTS + (pos-c.zeroPos-c.shift)*practice.SampleRateOut/c.rate) //nolint:gosec // RTP time wraps
}

// observe notes the arrival of the newest packet. True means that its time is so far from ours that the stream has
// to be placed anew.
func (c *clock) observe(ts int64, now time.Duration) bool {
	transit := now - rtpTime(ts)
	late := transit - c.first
	off := late - c.drift.Total() // an hour of drift is no jump
	if off < -offLimit {          // from the future
		return true
	}
	c.leastLate = min(c.leastLate, off)
	if now >= c.offUntil {
		lost := c.leastLate > offLimit
		c.leastLate, c.offUntil = off, now+offWindow // one late packet behind a long silence is no window
		if lost {
			return true
		}
	}
	if c.drift.Observe(late, now) {
		c.target = c.samples(c.drift.Total())
	}
	return false
}

// follow stretches a packet's n samples by one where the clocks have drifted apart. pcm has room for one more.
func (c *clock) follow(pcm []int16, n int) []int16 {
	off := c.target - c.shift
	size := max(off, -off)
	if !c.turning && size > c.samples(driftBegin) {
		c.turning = true
	}
	if size <= c.samples(driftEnd) {
		c.turning = false
	}
	if c.since++; !c.turning || c.since < driftEvery || n < 3 {
		return pcm[:n]
	}
	c.since = 0
	if off > 0 {
		stretch(pcm, n)
		c.shift++
		return pcm[:n+1]
	}
	squeeze(pcm, n)
	c.shift--
	return pcm[:n-1]
}

// stretch makes n+1 samples of n by linear interpolation, the ends staying as they are.
func stretch(pcm []int16, n int) {
	pcm[n] = pcm[n-1]
	for i := n - 1; i > 0; i-- { // sample i of n+1 lies between i-1 and i of n
		pcm[i] = int16((int64(pcm[i-1])*int64(i) + int64(pcm[i])*int64(n-i)) / int64(n)) //nolint:gosec // between two samples
	}
}

// squeeze makes n-1 samples of n, likewise.
func squeeze(pcm []int16, n int) {
	for i := 1; i < n-1; i++ { // sample i of n-1 lies between i and i+1 of n
		pcm[i] = int16((int64(pcm[i])*int64(n-2-i) + int64(pcm[i+1])*int64(i)) / int64(n-2)) //nolint:gosec // between two samples
	}
}
