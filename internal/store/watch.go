package store

import (
	"sync"

	"github.com/rapport-calls/rapport/internal/practice"
)

// watchers wakes who follows a call after each committed change of it.
type watchers struct {
	mu     sync.Mutex
	byCall map[practice.CallID]map[chan struct{}]struct{}
}

// Follow returns a channel that gets a value after changes of the call (several may come as one) until stop is called.
// Who follows reads the call again; the channel says only that it is worth it.
func (s *Store) Follow(id practice.CallID) (changed <-chan struct{}, stop func()) {
	w := &s.watch
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byCall[id] == nil {
		w.byCall[id] = map[chan struct{}]struct{}{}
	}
	w.byCall[id][ch] = struct{}{}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.byCall[id], ch)
		if len(w.byCall[id]) == 0 {
			delete(w.byCall, id)
		}
	}
}

func (w *watchers) changed(id practice.CallID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.byCall[id] {
		select {
		case ch <- struct{}{}:
		default: // one is waiting to be read, and says the same
		}
	}
}
