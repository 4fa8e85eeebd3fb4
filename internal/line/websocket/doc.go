// Package websocket carries a call's sound as binary messages on the signalling socket itself: for networks that let
// nothing else through. Server.Open is a signal.OpenMedia whose media is signal.Framed; package signal's comment shows
// how it is wired. Package frame has the form of a message.
//
// Incoming frames come in order, with stalls and bursts. They are placed by their time as WebRTC's are (package jitter),
// so that a burst behind a stall lies where it was said. Outgoing frames wait in the same short queue as WebRTC's
// (package outgoing: 8 frames, then the oldest is dropped and counted) and are encoded when the socket can take them:
// messages go first, and while the network is slower than the sound, new sound takes the place of old.
//
// The line is up with the first frame and down when none has come for 5 s, as with WebRTC.
package websocket
