package main

import (
	"context"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/bench"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
	socket "github.com/rapport-calls/rapport/internal/line/websocket/client"
	"github.com/rapport-calls/rapport/internal/practice"
)

var _ bench.PacketLine = benchLine{}

// How sound travels when bench joins a call.
const (
	lineWebRTC    = signal.WantWebRTC
	lineWebSocket = signal.WantWebSocket
)

// fallbackAfter is when a page gives up on WebRTC.
const fallbackAfter = 4 * time.Second

// dialers makes what joins calls by a kind of line; route, if not nil, is a way to the server that is not the straight one.
func dialers(line string, st *streams) (func(route client.Route) bench.Dialer, error) {
	if line == lineWebSocket {
		c, err := socket.New(socket.Config{Log: st.log})
		if err != nil {
			return nil, err
		}
		return func(route client.Route) bench.Dialer { return socketDialer{client: c, route: route} }, nil
	}
	c, err := client.New(client.Config{Log: st.log})
	if err != nil {
		return nil, err
	}
	return func(route client.Route) bench.Dialer { return dialer{client: c, route: route, fallback: fallbackAfter} }, nil
}

// dialer joins calls with the WebRTC line's client half.
type dialer struct {
	client *client.Client
	route  client.Route // nil: straight to the server

	fallback time.Duration // to the socket, when WebRTC is not up by then
}

// Dial implements bench.Dialer.
func (d dialer) Dial(ctx context.Context, base, lineURL, token string, ear bench.Ear) (bench.Line, error) {
	wait, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var k *client.Call
	ready := make(chan struct{})
	player, _ := ear.(bench.Player)
	opened, err := d.client.Dial(wait, client.Options{
		URL: strings.TrimRight(base, "/") + lineURL, Token: token, Want: signal.WantWebRTC, Origin: strings.TrimRight(base, "/"), Name: "bench", Route: d.route, FallbackAfter: d.fallback,
		OnFrame: func(f client.Frame) {
			<-ready
			if k == nil {
				return
			}
			if player != nil {
				player.Arrived(f.Arrived, f.RTP, f.Concealed)
			}
			applyGain(f.PCM, k.GainAt(f.Arrived))
			ear.Sound(f.Arrived, f.PCM)
		},
		OnMessage: func(m signal.ServerMessage, at time.Time) {
			if out, ok := m.(practice.LineOutput); ok {
				ear.Told(at, out)
			}
		},
	})
	k = opened
	close(ready)
	if err != nil {
		return nil, err
	}
	go func() {
		<-k.Done()
		ear.Lost(k.Err())
	}()
	return benchLine{k, k.Transport()}, nil
}

// socketDialer joins calls with the websocket line's client half.
type socketDialer struct {
	client *socket.Client
	route  client.Route // nil: straight to the server
}

// Dial implements bench.Dialer.
func (d socketDialer) Dial(ctx context.Context, base, lineURL, token string, ear bench.Ear) (bench.Line, error) {
	wait, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var k *socket.Call
	ready := make(chan struct{})
	player, _ := ear.(bench.Player)
	o := socket.Options{
		URL: strings.TrimRight(base, "/") + lineURL, Token: token, Origin: strings.TrimRight(base, "/"), Name: "bench",
		OnFrame: func(f socket.Frame) {
			<-ready
			if k == nil {
				return
			}
			if player != nil {
				player.Arrived(f.Arrived, f.RTP, f.Concealed)
			}
			applyGain(f.PCM, k.GainAt(f.Arrived))
			ear.Sound(f.Arrived, f.PCM)
		},
		OnMessage: func(m signal.ServerMessage, at time.Time) {
			if out, ok := m.(practice.LineOutput); ok {
				ear.Told(at, out)
			}
		},
	}
	if d.route != nil {
		o.DialContext = d.route.DialContext
	}
	opened, err := d.client.Dial(wait, o)
	k = opened
	close(ready)
	if err != nil {
		return nil, err
	}
	go func() {
		<-k.Done()
		ear.Lost(k.Err())
	}()
	return benchLine{k, lineWebSocket}, nil
}

func applyGain(pcm []int16, gain float64) {
	if gain == 1 {
		return
	}
	for i, v := range pcm {
		pcm[i] = int16(float64(v) * gain)
	}
}

// benchLine is a joined call as bench wants it.
type benchLine struct {
	call interface {
		Speak(pcm []int16) (time.Time, error)
		SpeakPacket(packet []byte) (time.Time, error)
		Send(m signal.ClientMessage) error
		Close()
	}
	transport string
}

// Write implements bench.Line.
func (b benchLine) Write(pcm []int16) error {
	_, err := b.call.Speak(pcm)
	return err
}

// WritePacket implements bench.PacketLine.
func (b benchLine) WritePacket(packet []byte) error {
	_, err := b.call.SpeakPacket(packet)
	return err
}

// HangUp implements bench.PacketLine.
func (b benchLine) HangUp() error { return b.call.Send(signal.HangUp{}) }

// Leave implements bench.PacketLine.
func (b benchLine) Leave() { b.call.Close() }

// Transport implements bench.PacketLine.
func (b benchLine) Transport() string { return b.transport }

// Close hangs up and waits for the line to be gone.
func (b benchLine) Close() error {
	_ = b.call.Send(signal.HangUp{}) // a line that is gone already has hung up
	b.call.Close()
	return nil
}
