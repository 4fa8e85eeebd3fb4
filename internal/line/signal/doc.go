// Package signal is the socket beside a call: it lets a person's page (or any other client) into a call, carries what
// is not sound in both directions as JSON text messages, and hands offers, candidates and binary messages to whatever
// carries the sound. Sound can be switched to the socket itself (package websocket) while the call goes on.
// docs/protocol.md describes it for writers of clients.
//
// Wiring (in cmd):
//
//	sound, err := webrtc.Listen(ctx, webrtc.Config{Address: "127.0.0.1:0", Log: log})
//	lines, err := signal.NewHandler(signal.Config{
//		Join:   func(ctx context.Context, r signal.JoinRequest, line signal.Line) (signal.Sink, error) { … },
//		Media:  map[string]signal.OpenMedia{"webrtc": sound.Open, "websocket": framed.Open},
//		Origin: origins.Allowed,
//		Log:    log,
//	})
//	mux.Handle("GET /api/calls/{id}/line", lines)
//
// Join checks the token, finds the call, gives it the line and returns the call's sink. Line has the methods of the
// port that call declares, so that no adapter stands between them. "typing" needs no Media: it is a line without sound.
//
// Order: Join, then the welcome message, then Sink.Control(practice.LineUp) once sound (or typing) can pass, then
// everything else; practice.LineDown when it cannot any more, and LineUp again when it can. What a call sends on its
// line before the welcome waits for it. After the socket's end nothing more reaches the sink.
//
// A socket has two goroutines, one that reads (the HTTP handler's own) and one that writes, and those of its media.
// Handler.Close ends them all and waits. Queues and what they do when full: outgoing messages: captions that are not
// final are dropped from half full on, anything else that finds no room closes the socket; sound: see packages
// outgoing and websocket; it is written when no message waits.
package signal
