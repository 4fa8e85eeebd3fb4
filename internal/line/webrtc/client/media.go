package client

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc/peer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// prepare makes the peer connection.
func (k *Call) prepare(api *webrtc.API) error {
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		return fmt.Errorf("client: random RTP time: %w", err)
	}
	k.packet.Version, k.packet.Marker = 2, true
	k.packet.SequenceNumber, k.packet.Timestamp = binary.LittleEndian.Uint16(b[:]), binary.LittleEndian.Uint32(b[2:])
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return fmt.Errorf("client: peer connection: %w", err)
	}
	k.pc = pc
	if k.enc, err = audio.NewSpeechEncoder(); err != nil {
		return fmt.Errorf("client: %w", err)
	}
	if k.track, err = webrtc.NewTrackLocalStaticRTP(peer.Codec(), "trainee", "trainee"); err != nil {
		return fmt.Errorf("client: track: %w", err)
	}
	sender, err := pc.AddTrack(k.track)
	if err != nil {
		return fmt.Errorf("client: track: %w", err)
	}
	k.wg.Go(func() {
		b := make([]byte, packetBytes)
		for {
			if _, _, err := sender.Read(b); err != nil {
				return
			}
		}
	})
	pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		k.mu.Lock()
		defer k.mu.Unlock()
		if !k.closed {
			k.wg.Go(func() { k.receive(t) })
		}
	})
	var once sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(k.connected) })
		}
	})
	return nil
}

// negotiate makes an offer and takes its answer.
func (k *Call) negotiate(ctx context.Context, options *webrtc.OfferOptions) error {
	offer, err := k.pc.CreateOffer(options)
	if err != nil {
		return fmt.Errorf("client: offer: %w", err)
	}
	if err := k.pc.SetLocalDescription(offer); err != nil {
		return fmt.Errorf("client: offer: %w", err)
	}
	if err := k.Send(signal.Offer{SDP: offer.SDP}); err != nil { // candidates do not matter to an ICE-lite server
		return err
	}
	select {
	case sdp := <-k.answers:
		if k.opt.Route != nil {
			if sdp, err = steer(sdp, k.opt.Route); err != nil {
				return err
			}
		}
		if err := k.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}); err != nil {
			return fmt.Errorf("client: answer: %w", err)
		}
		return nil
	case <-k.Done():
		return k.Err()
	case <-ctx.Done():
		return fmt.Errorf("client: waiting for the answer: %w", ctx.Err())
	}
}

// Restart restarts ICE, as a page does when its network has changed, and returns once the answer is in.
func (k *Call) Restart(ctx context.Context) error {
	return k.negotiate(ctx, &webrtc.OfferOptions{ICERestart: true})
}

// Speak encodes and sends 20 ms of the trainee's voice (960 samples of 48 kHz mono) and returns when its packet was
// written. The caller keeps the pace.
func (k *Call) Speak(frame []int16) (time.Time, error) {
	packet, err := k.enc.Encode(frame)
	if err != nil {
		return time.Time{}, fmt.Errorf("client: %w", err)
	}
	return k.SpeakPacket(packet)
}

// SpeakPacket sends 20 ms that are encoded already, as Speak does.
func (k *Call) SpeakPacket(packet []byte) (time.Time, error) {
	if k.Transport() == signal.WantWebSocket {
		return time.Now(), k.speakFramed(packet)
	}
	k.packet.Payload = packet
	err := k.track.WriteRTP(&k.packet)
	k.packet.SequenceNumber++
	k.packet.Timestamp += audio.FrameOut
	k.packet.Marker = false
	if err != nil {
		return time.Time{}, fmt.Errorf("client: send sound: %w", err)
	}
	return time.Now(), nil
}

// Skip lets frames × 20 ms of RTP time pass without sound, as a sender does that pauses.
func (k *Call) Skip(frames int) {
	k.packet.Timestamp += uint32(frames) * audio.FrameOut //nolint:gosec // wrapping is how RTP counts
	k.packet.Marker = true
}

// deliver hands out the frames of a buffer whose time began at started.
func (k *Call) deliver(started time.Time) func(jitter.Frame) {
	return func(f jitter.Frame) {
		k.mu.Lock()
		k.last, k.any = f.RTP, true
		k.mu.Unlock()
		if k.opt.OnFrame != nil {
			k.opt.OnFrame(Frame{PCM: f.PCM, RTP: f.RTP, Arrived: started.Add(f.Arrived), Concealed: f.Concealed})
		}
	}
}

// receive decodes the customer's sound until its track ends.
func (k *Call) receive(track *webrtc.TrackRemote) {
	started := time.Now()
	in, err := jitter.New(practice.SampleRateOut, k.deliver(started))
	if err != nil {
		k.log.Error("no sound", slog.String("error", err.Error()))
		return
	}
	b := make([]byte, packetBytes)
	var (
		p       rtp.Packet
		timeout net.Error
	)
	for {
		deadline := time.Time{}
		if due, wait := in.Due(); wait {
			deadline = started.Add(due)
		}
		if err := track.SetReadDeadline(deadline); err != nil {
			return
		}
		n, _, err := track.Read(b)
		now := time.Since(started)
		switch {
		case errors.As(err, &timeout) && timeout.Timeout():
			in.Expire(now)
		case err != nil:
			return
		case p.Unmarshal(b[:n]) == nil:
			in.Push(p.SequenceNumber, p.Timestamp, p.Payload, now)
		}
	}
}

// playing is the RTP time of the sound received last.
func (k *Call) playing(time.Time) (uint32, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.last, k.any
}
