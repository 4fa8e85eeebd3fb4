package audio

import "time"

// Bounds of a Drift. Sound cards are off by up to 300 parts in a million, which is 3 ms in a window.
const (
	driftWindow = 10 * time.Second
	driftStep   = 5 * time.Millisecond // in one window: more is the network's doing
	driftSure   = 3                    // windows in a row that agree on a new delay
)

// Drift tells a sender's clock that runs a little fast or slow from a network whose delay changes. Both show in how
// late sound comes; but a clock creeps and a network jumps. What creeps must be followed, or half an hour of a call is
// 0.2 s off at its end; what jumps must not, or every change of the network would move the sound against the clock by
// which the other side is kept. The quickest piece of sound in ten seconds shows the delay without its jitter; when it
// has moved by a few milliseconds that is drift, when it has moved further and stays there for three windows that is
// the network, and when it does not stay it is noise. The zero value has heard nothing.
type Drift struct {
	begun bool
	until time.Duration // end of this window
	any   bool
	least time.Duration // in this window
	level time.Duration // delay that counts as unchanged
	total time.Duration

	far      int // windows away from the level, in a row
	farFirst time.Duration
	farLast  time.Duration
}

// Observe notes that sound arrived at now (monotonic, never going back) and was late by so much against the sender's
// own clock; only differences of late count. It tells whether a window has ended, so that Total may have changed.
func (d *Drift) Observe(late, now time.Duration) bool {
	if !d.any || late < d.least {
		d.any, d.least = true, late
	}
	if d.until == 0 {
		d.until = now + driftWindow
	}
	if now < d.until {
		return false
	}
	d.weigh(d.least)
	d.any, d.until = false, now+driftWindow
	return true
}

// weigh takes a window's least lateness.
func (d *Drift) weigh(least time.Duration) {
	switch off := least - d.level; {
	case !d.begun:
		d.begun, d.level = true, least
	case off.Abs() <= driftStep:
		d.level, d.total, d.far = least, d.total+off, 0
	case d.far > 0 && (least-d.farLast).Abs() <= driftStep:
		d.far++
		d.farLast = least
		if d.far >= driftSure { // the network's delay has changed; meanwhile the clock went on as it does in these windows
			d.total += (least - d.farFirst) * time.Duration(d.far) / time.Duration(d.far-1)
			d.level, d.far = least, 0
		}
	default:
		d.far, d.farFirst, d.farLast = 1, least, least
	}
}

// Total is how much slower the sender's clock has run than ours since the first window: sound belongs so much later
// than its own clock says. Negative: faster.
func (d *Drift) Total() time.Duration { return d.total }
