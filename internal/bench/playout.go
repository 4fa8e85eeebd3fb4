package bench

import (
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// playoutLag is how far behind the first frame's arrival a player plays, as a browser's does that knows no jitter yet.
const playoutLag = 100 * time.Millisecond

// playoutCatch is how much a player that has fallen behind makes up on each frame.
const playoutCatch = audio.FrameMS * time.Millisecond / 50

// playout counts the times at which a player would have run out of the customer's sound.
type playout struct {
	begun     bool
	base      time.Time     // when media time 0 is played
	rtp       uint32        // of the last frame
	media     time.Duration // likewise
	guessing  bool
	Underruns int
}

// arrived notes a frame. One that comes after it was to be played is an underrun, and so is a stretch of lost sound.
func (p *playout) arrived(at time.Time, rtp uint32, concealed bool) {
	if !p.begun {
		p.begun, p.base, p.rtp = true, at.Add(playoutLag), rtp
		return
	}
	p.media += time.Duration(int32(rtp-p.rtp)) * time.Second / practice.SampleRateOut //nolint:gosec // wrapping is how RTP counts
	p.rtp = rtp
	if concealed && !p.guessing {
		p.Underruns++
	}
	p.guessing = concealed
	early := p.base.Add(p.media).Sub(at)
	switch {
	case early < 0: // it waits, and goes on with this frame
		p.base = p.base.Add(-early)
		p.Underruns++
	case early > playoutLag:
		p.base = p.base.Add(-min(playoutCatch, early-playoutLag))
	}
}
