package impair

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

const (
	maxSources  = 64 // sockets from which a client may send through one path
	maxDatagram = 2048
	chunk       = 1400 // bytes of a connection that travel together
)

var (
	errClosed  = errors.New("the path is closed")
	errSources = errors.New("too many sockets send through this path")
)

// Path is one person's way to a server. It is a client.Route. It is safe for use by several goroutines.
type Path struct {
	p        Profile
	seed     uint64
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	up, down *wire // of UDP
	stop     chan struct{}
	wg       sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	ways    map[string]*net.UDPConn // by server address
	open    map[interface{ Close() error }]struct{}
	streams map[*stream]struct{}
	joined  uint64 // streams so far
	cutEnd  time.Time
}

// Stats counts UDP packets, both ways.
type Stats struct {
	Sent    int64
	Dropped int64
}

// NewPath makes a path. Paths of one seed and profile treat the same packets the same way.
func NewPath(p Profile, seed uint64) *Path {
	var d net.Dialer
	return newPath(p, seed, d.DialContext)
}

func newPath(p Profile, seed uint64, dial func(ctx context.Context, network, address string) (net.Conn, error)) *Path {
	w := &Path{
		p: p, seed: seed, dial: dial, up: newWire(NewLink(p, seed*4+1)), down: newWire(NewLink(p, seed*4+2)), stop: make(chan struct{}),
		ways: map[string]*net.UDPConn{}, open: map[interface{ Close() error }]struct{}{}, streams: map[*stream]struct{}{},
	}
	w.wg.Go(func() { w.up.run(w.stop) })
	w.wg.Go(func() { w.down.run(w.stop) })
	return w
}

// Profile is what the path does.
func (w *Path) Profile() Profile { return w.p }

// Stats returns the counts so far.
func (w *Path) Stats() Stats {
	var s Stats
	for _, x := range []*wire{w.up, w.down} {
		x.mu.Lock()
		s.Sent, s.Dropped = s.Sent+x.sent, s.Dropped+x.dropped
		x.mu.Unlock()
	}
	return s
}

// Cut lets nothing pass from now on for the profile's time, and returns when things will pass again.
func (w *Path) Cut() time.Time {
	w.up.cut(w.p.Cut)
	w.down.cut(w.p.Cut)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cutEnd = time.Now().Add(w.p.Cut)
	for s := range w.streams {
		if w.p.CutSockets {
			s.abandon()
			continue
		}
		s.up.cut(w.p.Cut)
		s.down.cut(w.p.Cut)
	}
	return w.cutEnd
}

// Close ends everything that goes through the path and waits for it.
func (w *Path) Close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.stop)
		for c := range w.open {
			_ = c.Close()
		}
		for s := range w.streams {
			s.close()
		}
	}
	w.mu.Unlock()
	w.wg.Wait()
}

// keep notes a socket that Close closes; false after Close.
func (w *Path) keep(c interface{ Close() error }, run func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.open[c] = struct{}{}
	w.wg.Go(run)
	return true
}

// Steer opens a UDP port on loopback behind which the network lies, and returns its address. Whatever is sent there goes
// to the server's address, from a socket of its own for each sender.
func (w *Path) Steer(address string) (string, error) {
	w.mu.Lock()
	way := w.ways[address]
	w.mu.Unlock()
	if way != nil {
		return way.LocalAddr().String(), nil
	}
	server, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return "", fmt.Errorf("impair: %w", err)
	}
	here := net.IPv6loopback
	if server.IP.To4() != nil {
		here = net.IPv4(127, 0, 0, 1)
	}
	way, err = net.ListenUDP("udp", &net.UDPAddr{IP: here})
	if err != nil {
		return "", fmt.Errorf("impair: %w", err)
	}
	if !w.keep(way, func() { w.serve(way, server) }) {
		return "", errors.Join(errClosed, way.Close())
	}
	w.mu.Lock()
	w.ways[address] = way
	w.mu.Unlock()
	return way.LocalAddr().String(), nil
}

// serve reads what clients send to a way.
func (w *Path) serve(way *net.UDPConn, server *net.UDPAddr) {
	sources := map[string]*net.UDPConn{}
	b := make([]byte, maxDatagram)
	for {
		n, from, err := way.ReadFromUDP(b)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // such as a port that has just been closed
		}
		to := sources[from.String()]
		if to == nil {
			if to, err = w.source(way, from, server, len(sources)); err != nil {
				continue // as a network does, without a word
			}
			sources[from.String()] = to
		}
		packet := append([]byte(nil), b[:n]...)
		w.up.datagram(n, func() { _, _ = to.Write(packet) })
	}
}

// source opens the socket that stands for one sender, and carries back what the server answers.
func (w *Path) source(way *net.UDPConn, from, server *net.UDPAddr, others int) (*net.UDPConn, error) {
	if others >= maxSources {
		return nil, errSources
	}
	c, err := net.DialUDP("udp", nil, server)
	if err != nil {
		return nil, err
	}
	back := func() {
		b := make([]byte, maxDatagram)
		for {
			n, err := c.Read(b)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			packet := append([]byte(nil), b[:n]...)
			w.down.datagram(n, func() { _, _ = way.WriteToUDP(packet, from) })
		}
	}
	if !w.keep(c, back) {
		return nil, errors.Join(errClosed, c.Close())
	}
	return c, nil
}
