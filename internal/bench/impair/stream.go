package impair

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// stream is one TCP connection through the network.
type stream struct {
	near, far net.Conn // the client's end is the other end of near; far leads to the server
	up, down  *wire
	stop      chan struct{}
	once      sync.Once
	gone      atomic.Bool // the client's end is no more, and the server does not know
}

func (s *stream) close() {
	s.once.Do(func() {
		close(s.stop)
		_ = s.near.Close()
		_ = s.far.Close()
	})
}

// abandon breaks the client's end and leaves the server's as it is, as a network does that is gone.
func (s *stream) abandon() {
	s.gone.Store(true)
	_ = s.near.Close()
}

// DialContext connects to a server's address through the network. In a cut it waits for its end.
func (w *Path) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	wait := max(0, time.Until(w.cutEnd)) + 2*w.p.Delay
	w.joined++
	seed := w.seed + w.joined<<32
	w.mu.Unlock()
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-w.stop:
			return nil, errClosed
		case <-ctx.Done():
			return nil, fmt.Errorf("impair: %w", ctx.Err())
		}
	}
	far, err := w.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	here, near := net.Pipe()
	s := &stream{near: near, far: far, up: newWire(NewLink(w.p, seed*4+3)), down: newWire(NewLink(w.p, seed*4)), stop: make(chan struct{})}
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		s.close()
		return nil, errClosed
	}
	w.streams[s] = struct{}{}
	w.wg.Go(func() { s.up.run(s.stop) })
	w.wg.Go(func() { s.down.run(s.stop) })
	w.wg.Go(func() { w.pump(s, s.near, s.far, s.up) })
	w.wg.Go(func() { w.pump(s, s.far, s.near, s.down) })
	w.mu.Unlock()
	return here, nil
}

// pump reads from one end and lets the wire write to the other, until either has ended. An end travels too.
func (w *Path) pump(s *stream, from, to net.Conn, by *wire) {
	b := make([]byte, chunk)
	for {
		n, err := from.Read(b)
		if n > 0 {
			piece := append([]byte(nil), b[:n]...)
			by.stream(n, func() {
				if _, err := to.Write(piece); err != nil && !s.gone.Load() {
					s.close()
				}
			})
		}
		if err != nil {
			if !s.gone.Load() {
				by.stream(0, s.close)
			}
			<-s.stop
			w.mu.Lock()
			delete(w.streams, s)
			w.mu.Unlock()
			return
		}
	}
}
