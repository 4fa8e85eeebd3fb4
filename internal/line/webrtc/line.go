package webrtc

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc/peer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of one line.
const (
	maxOffers   = 20 // with one a network change, enough for any call
	gatherLimit = 5 * time.Second
	packetBytes = 1500
)

// line is one person's sound.
type line struct {
	srv  *Server
	sink signal.Sink
	send func(signal.ServerMessage)
	pc   *webrtc.PeerConnection
	out  *sender

	offers     int          // of the signalling goroutine
	generation atomic.Int64 // answers sent; candidates belong to one of them

	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
	stop   chan struct{}

	started   time.Time
	in        *jitter.Buffer
	rate      flood
	receiving atomic.Bool // one track at a time owns in
	counted   jitter.Stats
}

// Open begins a line's sound; it is a signal.OpenMedia. The client's offer follows.
func (s *Server) Open(_ context.Context, sink signal.Sink, o signal.Opening) (signal.Media, error) {
	pc, err := s.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, fmt.Errorf("webrtc: peer connection: %w", err)
	}
	l := &line{srv: s, sink: sink, send: o.Send, pc: pc, stop: make(chan struct{}), started: time.Now()}
	if err := l.prepare(); err != nil {
		_ = pc.Close()
		return nil, err
	}
	s.counts.lines.Add(1)
	return l, nil
}

func (l *line) prepare() error {
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		return fmt.Errorf("webrtc: random RTP time: %w", err)
	}
	track, err := webrtc.NewTrackLocalStaticRTP(peer.Codec(), "customer", "customer")
	if err != nil {
		return fmt.Errorf("webrtc: track: %w", err)
	}
	rtpSender, err := l.pc.AddTrack(track)
	if err != nil {
		return fmt.Errorf("webrtc: track: %w", err)
	}
	if l.in, err = jitter.New(practice.SampleRateIn, func(f jitter.Frame) { l.sink.Sound(f.At, f.PCM) }); err != nil {
		return fmt.Errorf("webrtc: jitter buffer: %w", err)
	}
	if l.out, err = newSender(track, binary.LittleEndian.Uint32(b[:]), &l.srv.counts); err != nil {
		return err
	}
	l.run(func() { l.out.loss.follow(rtpSender) })
	l.run(func() { l.out.run(l.stop) })
	l.pc.OnTrack(l.onTrack)
	l.pc.OnConnectionStateChange(l.onState)
	return nil
}

// run starts a goroutine that Close waits for; none after Close.
func (l *line) run(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.wg.Go(f)
	}
}

// drainRTCP reads reports and throws them away: unread they would stop the interceptors.
func drainRTCP[A any](read func([]byte) (int, A, error)) {
	b := make([]byte, packetBytes)
	for {
		if _, _, err := read(b); err != nil {
			return
		}
	}
}

func (l *line) onState(state webrtc.PeerConnectionState) {
	l.srv.log.Debug("line state", slog.String("state", state.String()))
	switch state {
	case webrtc.PeerConnectionStateConnected:
		l.out.queue.SetUp(true)
		l.sink.Control(practice.LineUp{Transport: signal.WantWebRTC})
	case webrtc.PeerConnectionStateDisconnected:
		l.sink.Control(practice.LineDown{Reason: "no sound passes: the network is slow or has changed"})
	case webrtc.PeerConnectionStateFailed:
		l.out.queue.SetUp(false)
		l.sink.Control(practice.LineDown{Reason: "the sound connection was lost"})
	default:
	}
}

// Receive implements signal.Media.
func (l *line) Receive(ctx context.Context, m signal.ClientMessage) error {
	switch m := m.(type) {
	case signal.Offer:
		return l.answer(ctx, m.SDP)
	case signal.HeardRTP:
		if tick, ok := l.out.queue.Heard(m.RTP); ok {
			l.sink.Heard(tick)
		}
	default: // candidates: see checkOffer
	}
	return nil
}

// answer answers a first offer, or a later one that restarts ICE.
func (l *line) answer(ctx context.Context, offer string) error {
	if l.offers++; l.offers > maxOffers {
		return signal.LineError{Code: signal.CodeTooMany, Message: fmt.Sprintf("more than %d offers: start the call again", maxOffers), Fatal: true}
	}
	offer, err := checkOffer(offer)
	if err != nil {
		return err
	}
	refuse := func(step string, err error) error {
		l.srv.log.InfoContext(ctx, "offer refused", slog.String("step", step), slog.String("error", err.Error()))
		return signal.LineError{Code: signal.CodeBadOffer, Message: "this offer cannot be answered (" + step + "): " + err.Error()}
	}
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return refuse("offer", err)
	}
	answer, err := l.pc.CreateAnswer(nil)
	if err != nil {
		return refuse("answer", err)
	}
	gathered := webrtc.GatheringCompletePromise(l.pc)
	if err := l.pc.SetLocalDescription(answer); err != nil {
		return refuse("answer", err)
	}
	limit, cancel := context.WithTimeout(ctx, gatherLimit)
	defer cancel()
	select {
	case <-gathered:
	case <-limit.Done():
		return refuse("addresses", limit.Err())
	}
	sdp, tcp := withoutTCP(l.pc.LocalDescription().SDP)
	l.send(signal.Answer{SDP: sdp})
	generation := l.generation.Add(1)
	if len(tcp) > 0 {
		l.run(func() { l.offerTCP(tcp, generation) })
	}
	return nil
}

// offerTCP tells the TCP candidates when UDP has had its time.
func (l *line) offerTCP(candidates []string, generation int64) {
	wait := time.NewTimer(tcpDelay)
	defer wait.Stop()
	select {
	case <-l.stop:
		return
	case <-wait.C:
	}
	if l.generation.Load() != generation || l.pc.ConnectionState() == webrtc.PeerConnectionStateConnected {
		return
	}
	zero := uint16(0)
	for _, c := range candidates {
		l.send(signal.Candidate{Candidate: signal.CandidateInit{Candidate: c, SDPMLineIndex: &zero}})
	}
}

// onTrack reads the person's voice; pion gives it a goroutine.
func (l *line) onTrack(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	l.run(func() { drainRTCP(receiver.Read) })
	l.run(func() {
		if track.Kind() != webrtc.RTPCodecTypeAudio || !l.receiving.CompareAndSwap(false, true) {
			return // a second track at once is not of our protocol
		}
		defer l.receiving.Store(false)
		l.in.Restart()
		l.receive(track)
	})
}

// receive moves packets from a track into the jitter buffer until the track ends.
func (l *line) receive(track *webrtc.TrackRemote) {
	b := make([]byte, packetBytes)
	var (
		p       rtp.Packet
		timeout net.Error
	)
	waiting := false
	for {
		due, wait := l.in.Due()
		if wait || waiting { // wait for what is missing only so long
			deadline := time.Time{}
			if wait {
				deadline = l.started.Add(due)
			}
			if err := track.SetReadDeadline(deadline); err != nil {
				return
			}
			waiting = wait
		}
		n, _, err := track.Read(b)
		begun := time.Now()
		now := begun.Sub(l.started)
		switch {
		case errors.As(err, &timeout) && timeout.Timeout():
			l.in.Expire(now)
		case err != nil:
			return
		case !l.mayTake(now):
			continue
		case p.Unmarshal(b[:n]) == nil:
			l.in.Push(p.SequenceNumber, p.Timestamp, p.Payload, now)
		}
		l.count(time.Since(begun))
	}
}

// mayTake tells whether a packet is within the line's rate. A line on which more than that goes on coming is ended.
func (l *line) mayTake(now time.Duration) bool {
	ok, over := l.rate.take(now)
	if ok {
		return true
	}
	l.srv.counts.flooded.Add(1)
	if over {
		l.send(signal.LineError{Code: signal.CodeTooFast, Message: fmt.Sprintf("more than %d sound packets a second: send 20 ms in each", packetsPerSecond), Fatal: true})
	}
	return false
}

// count adds what happened since the last time to the server's counts.
func (l *line) count(busy time.Duration) {
	s, c := l.in.Stats(), &l.srv.counts
	c.packets.Add(s.Packets - l.counted.Packets)
	c.lost.Add(s.Lost - l.counted.Lost)
	c.concealed.Add(s.Concealed - l.counted.Concealed)
	c.late.Add(s.Late - l.counted.Late)
	c.busy.Add(int64(busy))
	l.counted = s
}

// Frame implements signal.Media.
func (l *line) Frame(tick int64, pcm []int16) { l.out.put(tick, pcm) }

// Close implements signal.Media.
func (l *line) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	close(l.stop)
	l.mu.Unlock()
	if err := l.pc.GracefulClose(); err != nil {
		l.srv.log.Debug("closing a line", slog.String("error", err.Error()))
	}
	l.wg.Wait()
	l.srv.counts.lines.Add(-1)
}
