package signal

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// guard stands before a call's sink: it lets LineUp and LineDown through in turns only, and nothing after the end.
type guard struct {
	sink   Sink
	closed *atomic.Bool // the call has closed its line, or the socket has ended

	mu sync.Mutex
	up bool

	sounding sync.Mutex // one piece of sound at a time, also while one way takes over from another
	started  time.Time  // when the line's receive clock was at 0
	end      int64      // of the last sound on it
}

func (g *guard) Control(m practice.LineInput) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tell(m)
}

func (g *guard) tell(m practice.LineInput) {
	switch m.(type) {
	case practice.LineUp:
		if g.up {
			return
		}
		g.up = true
	case practice.LineDown:
		if !g.up {
			return
		}
		g.up = false
	}
	if !g.closed.Load() {
		g.sink.Control(m)
	}
}

// settleFrames is how many frames after a switch may still move its sound to where it belongs: two seconds.
const settleFrames = 100

// way is the sink of one media of the line. After a switch the media before says nothing more.
type way struct {
	g        *guard
	over     atomic.Bool
	placed   bool  // of sounding
	base     int64 // from the media's receive clock to the line's
	least    int64 // … and no less than this
	settling int   // frames
}

// Sound implements Sink. The line's receive clock goes on over a switch, however the new media counts.
func (w *way) Sound(at int64, pcm []int16) {
	g := w.g
	g.sounding.Lock()
	defer g.sounding.Unlock()
	if w.over.Load() || g.closed.Load() {
		return
	}
	w.place(at)
	if at+w.base < g.end { // moved back over what was told already
		return
	}
	g.end = at + w.base + int64(len(pcm))
	g.sink.Sound(at+w.base, pcm)
}

// place finds the way's place on the line's clock. Behind a switch the first frames may have been held up on their way:
// those that come sooner show it. Nothing is placed before the end of the way before.
func (w *way) place(at int64) {
	g := w.g
	if g.started.IsZero() {
		w.placed, g.started = true, time.Now().Add(-duration(at))
		return
	}
	if w.placed && w.settling == 0 {
		return
	}
	base := int64(time.Since(g.started))*practice.SampleRateIn/int64(time.Second) - at
	if w.placed {
		base = min(base, w.base)
		w.settling--
	} else {
		w.placed, w.settling, w.least = true, settleFrames, g.end-at
	}
	w.base = max(base, w.least)
}

func duration(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / practice.SampleRateIn
}

// Heard implements Sink.
func (w *way) Heard(tick int64) {
	if !w.over.Load() && !w.g.closed.Load() {
		w.g.sink.Heard(tick)
	}
}

// Control implements Sink.
func (w *way) Control(m practice.LineInput) {
	w.g.mu.Lock()
	defer w.g.mu.Unlock()
	if !w.over.Load() {
		w.g.tell(m)
	}
}

// cut ends a way: sound that passes now is the last.
func (w *way) cut(reason string) {
	w.g.sounding.Lock()
	defer w.g.sounding.Unlock()
	w.g.mu.Lock()
	defer w.g.mu.Unlock()
	w.over.Store(true)
	w.g.tell(practice.LineDown{Reason: reason})
}
