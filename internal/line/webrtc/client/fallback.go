package client

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

// awaitSound waits for the peer connection, and moves the sound to the socket when it is not up in time, as a page does.
func (k *Call) awaitSound(ctx context.Context, begun time.Time) error {
	if k.opt.FallbackAfter <= 0 {
		return k.Await(ctx, k.connected)
	}
	limit := time.NewTimer(k.opt.FallbackAfter - time.Since(begun))
	defer limit.Stop()
	select {
	case <-k.connected:
		return nil
	case <-k.Done():
		return k.Err()
	case <-ctx.Done():
		return fmt.Errorf("client: joining the call: %w", ctx.Err())
	case <-limit.C:
	}
	in, err := jitter.NewOrdered(practice.SampleRateOut, k.deliver(begun))
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	k.mu.Lock()
	k.framed, k.framedSince = in, begun
	k.mu.Unlock()
	if err := k.Send(signal.Switch{Want: signal.WantWebSocket, Codec: signal.CodecOpus}); err != nil {
		return err
	}
	if err := k.Await(ctx, k.switched); err != nil {
		return err
	}
	k.wg.Go(func() { _ = k.pc.GracefulClose() }) // nothing goes that way any more
	return nil
}

// takeFramed takes the customer's sound off the socket.
func (k *Call) takeFramed(message []byte, now time.Time) error {
	k.mu.Lock()
	in, since := k.framed, k.framedSince
	k.mu.Unlock()
	if in == nil {
		return fmt.Errorf("client: sound on a socket that was not switched: %w", practice.ErrInvalid)
	}
	h, sound, err := frame.Parse(message, frame.Opus, frame.DownBytes)
	if err != nil {
		return err
	}
	in.Push(h.Seq, h.Time, sound, now.Sub(since))
	return nil
}

// speakFramed sends the packet that is next over the socket.
func (k *Call) speakFramed(packet []byte) error {
	if len(packet) > frame.MaxBytes-frame.HeaderBytes {
		return fmt.Errorf("client: a packet of %d bytes: %w", len(packet), practice.ErrInvalid)
	}
	frame.Header{Codec: frame.Opus, Seq: k.packet.SequenceNumber, Time: k.packet.Timestamp}.Put(k.wire[:])
	n := copy(k.wire[frame.HeaderBytes:], packet)
	k.packet.SequenceNumber++
	k.packet.Timestamp += audio.FrameOut
	return k.SendSound(k.wire[:frame.HeaderBytes+n])
}

// Transport is what carries the sound: signal.WantWebRTC or, after a fallback, signal.WantWebSocket.
func (k *Call) Transport() string {
	select {
	case <-k.switched:
		return signal.WantWebSocket
	default:
		return signal.WantWebRTC
	}
}
