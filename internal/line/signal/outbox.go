package signal

import (
	"sync"

	"github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/practice"
)

// outboxSize is how many messages may wait for a slow reader.
const outboxSize = 256

// outbox is what waits to be written to a socket. Captions that are not final make room for the rest; when there is
// no room for anything else the socket is of no use and is closed.
type outbox struct {
	mu      sync.Mutex
	queue   []ServerMessage
	open    bool // the welcome is in: what follows may be written
	closing bool // write what is there, then close
	code    int  // of the close frame
	full    bool
	wake    chan struct{} // holds one token when there is something to do
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1), code: 1000} }

// put queues a message. It never blocks. A fatal LineError is the last one.
func (o *outbox) put(m ServerMessage) {
	if p, ok := m.(LineError); ok && p.Fatal {
		o.finish(p, websocket.ClosePolicyViolation)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing || o.full {
		return
	}
	if c, ok := m.(practice.Caption); ok && !c.Final && len(o.queue) >= outboxSize/2 {
		return
	}
	if len(o.queue) >= outboxSize {
		o.full = true
	} else {
		o.queue = append(o.queue, m)
	}
	o.poke()
}

// start puts the welcome before everything that waits and lets writing begin.
func (o *outbox) start(welcome Welcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append([]ServerMessage{welcome}, o.queue...)
	o.open = true
	o.poke()
}

// finish lets what is queued be written, then the socket be closed with code. last, if not nil, is written last.
func (o *outbox) finish(last ServerMessage, code int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing {
		return
	}
	if last != nil && len(o.queue) < outboxSize {
		if !o.open { // nobody was welcomed: what a call already said is not for them
			o.queue = nil
		}
		o.queue = append(o.queue, last)
	}
	o.open, o.closing, o.code = true, true, code
	o.poke()
}

func (o *outbox) poke() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take empties the queue. done: nothing will follow, close with code; full: the reader was too slow.
func (o *outbox) take() (messages []ServerMessage, done bool, code int, full bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.open {
		return nil, false, 0, false
	}
	messages, o.queue = o.queue, nil
	return messages, o.closing, o.code, o.full
}
