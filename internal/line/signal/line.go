package signal

import (
	"context"
	"sync/atomic"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Sink is where a line puts what reaches it; a call provides it. Its methods are called from the line's goroutines,
// sometimes at once, and must not block.
type Sink interface {
	// Sound is 20 ms of the trainee's voice: 320 samples of 16 kHz mono, valid until it returns. atSample is their
	// position on the line's receive clock, which starts with the first sound and runs with our monotonic clock; gaps
	// are skipped positions. Calls come in order, from one goroutine.
	Sound(atSample int64, pcm []int16)
	// Heard says that the person has now heard everything up to and including our outgoing frame number tick.
	Heard(tick int64)
	// Control is everything else.
	Control(msg practice.LineInput)
}

// Line is one person's line as a call sees it. Its methods never block and may be called from any goroutine.
type Line interface {
	// Frame sends 20 ms of sound, 960 samples of 48 kHz mono, as frame number tick of the call clock. pcm is copied.
	// Before sound can pass it is dropped.
	Frame(tick int64, pcm []int16)
	// Send tells the person's side something.
	Send(msg practice.LineOutput)
	// Close ends the line once what was sent has been written. The sink hears nothing more.
	Close()
}

// Media carries the sound of one line.
type Media interface {
	// Receive takes Offer, Candidate and HeardRTP. A LineError as error is told to the client.
	Receive(ctx context.Context, m ClientMessage) error
	// Frame is Line.Frame.
	Frame(tick int64, pcm []int16)
	// Close ends it and waits for its goroutines.
	Close()
}

// Framed is media whose sound travels as binary messages on the line's own socket.
type Framed interface {
	Media
	// Take is given one binary message, valid until it returns, by the goroutine that reads the socket. A LineError as
	// error is told to the client, one a second at most.
	Take(message []byte) error
	// Next is the binary message to be written next, valid until the next call; false: none waits. It is called by the
	// goroutine that writes the socket, when Opening.Wake has asked for it and no other message waits. While the
	// network is slower than the sound it is not called: what waits is the media's to bound.
	Next() ([]byte, bool)
}

// Opening is what the sound of a line begins with.
type Opening struct {
	Codec string              // what the client wants its frames to be; empty where there is no choice
	Send  func(ServerMessage) // tells the client something; never blocks
	Wake  func()              // has Framed.Next called soon; never blocks
}

// OpenMedia begins the sound of one line. It puts received sound, heard positions, practice.LineUp and
// practice.LineDown into the sink.
type OpenMedia func(ctx context.Context, sink Sink, o Opening) (Media, error)

// typing is the media of a line without sound: everything said counts as heard at the pace of the call clock.
type typing struct {
	sink Sink
	tick atomic.Int64
	wake chan struct{}
	stop chan struct{}
	done chan struct{}
}

func openTyping(_ context.Context, sink Sink, _ Opening) (Media, error) {
	t := &typing{sink: sink, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go t.run()
	return t, nil
}

// run tells the sink from a goroutine of its own: a call that sends a frame must not be called back in the middle of it.
func (t *typing) run() {
	defer close(t.done)
	t.sink.Control(practice.LineUp{Transport: WantTyping})
	for {
		select {
		case <-t.stop:
			return
		case <-t.wake:
			t.sink.Heard(t.tick.Load())
		}
	}
}

func (t *typing) Receive(_ context.Context, m ClientMessage) error {
	return LineError{Code: CodeBadMessage, Message: "a typing line carries no sound: leave out " + m.clientType()}
}

func (t *typing) Frame(tick int64, _ []int16) {
	t.tick.Store(tick)
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *typing) Close() {
	close(t.stop)
	<-t.done
}
