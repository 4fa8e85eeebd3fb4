package impair

import (
	"container/heap"
	"sync"
	"time"
)

// wire carries packets of one direction: what its link does not lose is delivered when the link says.
type wire struct {
	mu      sync.Mutex
	link    *Link
	begun   time.Time
	waiting parcels
	n       int
	wake    chan struct{}
	sent    int64
	dropped int64
}

type parcel struct {
	at      time.Duration
	n       int // in order, where times are equal
	deliver func()
}

func newWire(l *Link) *wire { return &wire{link: l, begun: time.Now(), wake: make(chan struct{}, 1)} }

// datagram sends a packet; deliver is called by run, once or never.
func (w *wire) datagram(bytes int, deliver func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent++
	at, ok := w.link.Datagram(time.Since(w.begun), bytes)
	if !ok {
		w.dropped++
		return
	}
	w.put(at, deliver)
}

// stream sends a piece of a connection.
func (w *wire) stream(bytes int, deliver func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put(w.link.Stream(time.Since(w.begun), bytes), deliver)
}

func (w *wire) put(at time.Duration, deliver func()) {
	w.n++
	heap.Push(&w.waiting, parcel{at: at, n: w.n, deliver: deliver})
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *wire) cut(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.link.Cut(time.Since(w.begun), d)
}

// run delivers until stop is closed.
func (w *wire) run(stop <-chan struct{}) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		due, wait := w.take()
		for _, p := range due {
			p.deliver()
		}
		timer.Reset(wait)
		select {
		case <-stop:
			return
		case <-w.wake:
		case <-timer.C:
		}
	}
}

// take returns what is due, and how long to wait for more.
func (w *wire) take() (due []parcel, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Since(w.begun)
	for len(w.waiting) > 0 && w.waiting[0].at <= now {
		due = append(due, heap.Pop(&w.waiting).(parcel)) //nolint:forcetypeassert // nothing else is pushed
	}
	if len(w.waiting) == 0 {
		return due, time.Hour
	}
	return due, w.waiting[0].at - now
}

// parcels implements heap.Interface: the earliest first.
type parcels []parcel

func (p parcels) Len() int { return len(p) }

func (p parcels) Less(i, k int) bool {
	return p[i].at < p[k].at || p[i].at == p[k].at && p[i].n < p[k].n
}

func (p parcels) Swap(i, k int) { p[i], p[k] = p[k], p[i] }

// Push implements heap.Interface.
func (p *parcels) Push(x any) { *p = append(*p, x.(parcel)) } //nolint:forcetypeassert // nothing else is pushed

// Pop implements heap.Interface.
func (p *parcels) Pop() any {
	old := *p
	last := old[len(old)-1]
	old[len(old)-1] = parcel{}
	*p = old[:len(old)-1]
	return last
}
