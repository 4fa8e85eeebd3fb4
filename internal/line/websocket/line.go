package websocket

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/outgoing"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Without sound for this long a line is down.
const (
	silentAfter = 5 * time.Second
	watchEvery  = 500 * time.Millisecond
)

var _ signal.Framed = (*line)(nil)

// line is one person's sound.
type line struct {
	srv     *Server
	sink    signal.Sink
	wake    func()
	codec   frame.Codec
	started time.Time

	heard atomic.Int64 // when the last frame came, since started
	up    atomic.Bool
	mu    sync.Mutex // over changes of up
	stop  chan struct{}
	done  chan struct{}
	close sync.Once

	// of the reading goroutine
	in      *jitter.Buffer
	counted jitter.Stats

	// of the writing goroutine
	queue *outgoing.Queue
	enc   *audio.OpusEncoder // or
	down  *audio.Resampler
	seq   uint16
	out   outgoing.Frame
	pcm   []int16
	wire  [frame.MaxBytes]byte
}

// Take implements signal.Framed.
func (l *line) Take(message []byte) error {
	begun := time.Now()
	c := &l.srv.counts
	c.frames.Add(1)
	h, sound, err := frame.Parse(message, l.codec, frame.UpBytes)
	if err == nil && l.codec == frame.Opus {
		_, err = audio.OpusSamples(sound, practice.SampleRateOut)
	}
	if err != nil {
		c.bad.Add(1)
		return signal.LineError{Code: signal.CodeBadSound, Message: err.Error()}
	}
	now := begun.Sub(l.started)
	l.heard.Store(int64(now))
	if !l.up.Load() {
		l.turn(true)
	}
	l.in.Push(h.Seq, h.Time, sound, now)
	s := l.in.Stats()
	c.missing.Add(s.Lost - l.counted.Lost)
	bad := s.Bad - l.counted.Bad
	l.counted = s
	c.busy.Add(int64(time.Since(begun)))
	if bad > 0 {
		c.bad.Add(bad)
		return signal.LineError{Code: signal.CodeBadSound, Message: "this frame cannot be decoded, or its time is not after the one before it"}
	}
	return nil
}

// turn tells the sink that the line is up, or down.
func (l *line) turn(up bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.up.Load() == up {
		return
	}
	l.up.Store(up)
	l.queue.SetUp(up)
	if up {
		l.sink.Control(practice.LineUp{Transport: signal.WantWebSocket})
	} else {
		l.sink.Control(practice.LineDown{Reason: "no sound passes: the network is slow or has changed"})
	}
}

// watch notices when no sound comes any more.
func (l *line) watch() {
	defer close(l.done)
	every := time.NewTicker(watchEvery)
	defer every.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-every.C:
		}
		if l.up.Load() && time.Since(l.started)-time.Duration(l.heard.Load()) > silentAfter {
			l.turn(false)
		}
	}
}

// Next implements signal.Framed.
func (l *line) Next() ([]byte, bool) {
	for l.queue.Take(&l.out) {
		begun := time.Now()
		n, ok := l.encode()
		if !ok { // cannot be with a whole frame; the next one may do
			l.srv.counts.dropped.Add(1)
			continue
		}
		frame.Header{Codec: l.codec, Seq: l.seq, Time: l.queue.Time(l.out.Tick)}.Put(l.wire[:])
		l.seq++
		l.queue.Sent(l.out.Tick)
		l.srv.counts.sent.Add(1)
		l.srv.counts.busy.Add(int64(time.Since(begun)))
		return l.wire[:frame.HeaderBytes+n], true
	}
	return nil, false
}

// encode writes the sound of l.out behind the header's place.
func (l *line) encode() (bytes int, ok bool) {
	if l.codec == frame.Opus {
		packet, err := l.enc.Encode(l.out.PCM[:])
		if err != nil {
			return 0, false
		}
		return copy(l.wire[frame.HeaderBytes:], packet), true
	}
	l.pcm = l.down.Resample(l.pcm[:0], l.out.PCM[:])
	frame.PutPCM(l.wire[frame.HeaderBytes:], l.pcm)
	return 2 * len(l.pcm), true
}

// Receive implements signal.Media.
func (l *line) Receive(_ context.Context, m signal.ClientMessage) error {
	if h, ok := m.(signal.HeardRTP); ok {
		if tick, ok := l.queue.Heard(h.RTP); ok {
			l.sink.Heard(tick)
		}
		return nil
	}
	return signal.LineError{Code: signal.CodeBadMessage, Message: "a websocket line negotiates nothing: leave out offers and candidates"}
}

// Frame implements signal.Media.
func (l *line) Frame(tick int64, pcm []int16) {
	queued, dropped := l.queue.Put(tick, pcm)
	if dropped {
		l.srv.counts.dropped.Add(1)
	}
	if queued {
		l.wake()
	}
}

// Close implements signal.Media.
func (l *line) Close() {
	l.close.Do(func() {
		close(l.stop)
		l.srv.counts.lines.Add(-1)
	})
	<-l.done
}
