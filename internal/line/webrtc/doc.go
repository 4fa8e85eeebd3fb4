// Package webrtc carries a call's sound to and from a person by WebRTC (pion). A Server is made once a process: one
// UDP port for all calls, and one TCP port for networks that let no UDP through. Server.Open is a signal.OpenMedia;
// package signal's comment shows how the two are wired together.
//
// The server answers offers and never makes one. It is an ICE-lite agent: it sends nothing to any address that did not
// first prove, by a valid binding request, that it wants it, so candidates in offers are counted and otherwise ignored.
//
// Incoming packets pass a jitter buffer (package jitter), are decoded at 16 kHz by libopus itself (cheaper than
// decoding at 48 kHz and resampling, and without the resampler's delay) and reach the sink from the track's reading
// goroutine. Outgoing frames are queued by Frame and encoded and sent by the line's own goroutine, because a TCP
// candidate can block; the queue holds 8 frames (160 ms), then the oldest is dropped and counted. RTP time is a random
// base + tick × 960, RTP numbers have no gaps.
package webrtc
