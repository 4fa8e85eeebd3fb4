package call

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of what waits for the log.
const (
	queueMax     = 5000 // events; about 300 turns. Overflow: none is dropped, the call ends
	batchMax     = 200
	appendWithin = 10 * time.Second
	firstRetry   = 200 * time.Millisecond
	slowestRetry = 2 * time.Second
	afterEnd     = 2 * time.Minute // how long the last events are kept trying after the call
)

// scribe brings a call's events to the log from a goroutine of its own: a slow or absent log never holds up the call.
type scribe struct {
	log   Log
	id    practice.CallID
	lease int64

	mu      sync.Mutex
	queue   []practice.Event
	seq     int64
	retries int64
	broken  error // for good
	wake    chan struct{}
	ended   chan struct{}
	giveUp  chan struct{}
}

func newScribe(log Log, id practice.CallID, lease int64) *scribe {
	return &scribe{log: log, id: id, lease: lease, wake: make(chan struct{}, 1), ended: make(chan struct{}), giveUp: make(chan struct{})}
}

// note adds an event. It is written with the next flush. An event that cannot be written breaks the record.
func (s *scribe) note(data practice.EventData, atMS int64, wall time.Time) error {
	raw, err := fit(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.broken = fmt.Errorf("write event %s: %w", data.EventKind(), err)
		return s.broken
	}
	s.seq++
	s.queue = append(s.queue, practice.Event{
		V: 1, CallID: s.id, Seq: s.seq, AtMS: atMS, WallMS: wall.UnixMilli(), Lease: s.lease, Kind: data.EventKind(), Data: raw,
	})
	return nil
}

// fit encodes an event's data, shortened until it fits.
func fit(data practice.EventData) (json.RawMessage, error) {
	for {
		raw, err := json.Marshal(data)
		if err != nil || len(raw) <= practice.MaxEventData {
			return raw, err
		}
		shorter, ok := shorten(data)
		if !ok {
			return nil, fmt.Errorf("its data has %d bytes, at most %d fit: %w", len(raw), practice.MaxEventData, practice.ErrInvalid)
		}
		data = shorter
	}
}

// shorten takes a part of what a monologue made too long for one event: of a turn the last words' times, then the end of
// its longest text; of what a turn did the end of the longest quote. False when there is nothing that may be left out.
func shorten(data practice.EventData) (practice.EventData, bool) {
	switch d := data.(type) {
	case practice.TraineeTurn:
		if len(d.Words) > 0 {
			d.Words = d.Words[:len(d.Words)*3/4]
			return d, true
		}
		ok := cutLongest(&d.Text, &d.MindText)
		return d, ok
	case practice.ReplyHeard:
		if len(d.Words) > 0 {
			d.Words = d.Words[:len(d.Words)*3/4]
			return d, true
		}
		ok := cutLongest(&d.Text, &d.Unheard)
		return d, ok
	case practice.TurnPerceived:
		d.Acts = slices.Clone(d.Acts)
		quotes := make([]*string, len(d.Acts))
		for i := range d.Acts {
			quotes[i] = &d.Acts[i].Quote
		}
		ok := cutLongest(quotes...)
		return d, ok
	case practice.MindStepped:
		d.Ledger = slices.Clone(d.Ledger)
		quotes := make([]*string, len(d.Ledger))
		for i := range d.Ledger {
			quotes[i] = &d.Ledger[i].Quote
		}
		ok := cutLongest(quotes...)
		return d, ok
	default:
		return data, false
	}
}

// cutLongest takes the last quarter off the longest text, at the start of a character. False when all are empty.
func cutLongest(texts ...*string) bool {
	var longest *string
	for _, t := range texts {
		if longest == nil || len(*t) > len(*longest) {
			longest = t
		}
	}
	if longest == nil || *longest == "" {
		return false
	}
	n := len(*longest) * 3 / 4
	for n > 0 && !utf8.RuneStart((*longest)[n]) {
		n--
	}
	*longest = (*longest)[:n]
	return true
}

// flush asks for what is noted to be written now. It does not wait.
func (s *scribe) flush() {
	select {
	case s.wake <- struct{}{}:
	default: // asked already
	}
}

// lost tells whether the record can no longer be kept.
func (s *scribe) lost() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil && len(s.queue) > queueMax {
		return fmt.Errorf("%d events wait for the log: %w", len(s.queue), practice.ErrUnavailable)
	}
	return s.broken
}

// end says that no event follows.
func (s *scribe) end() { close(s.ended) }

// run writes batches until the last one is written, the log refuses for good, or trying on makes no sense. It returns
// how many events the log never took.
func (s *scribe) run(ctx context.Context) (unkept int, err error) {
	patience := make(chan struct{})
	defer close(patience)
	go func() { // begins to run out when the call has ended, also while a batch is being tried again
		select {
		case <-s.ended:
		case <-patience:
			return
		}
		timer := time.NewTimer(afterEnd)
		defer timer.Stop()
		select {
		case <-timer.C:
			close(s.giveUp)
		case <-patience:
		}
	}()
	for {
		over := false
		select {
		case <-s.wake:
		case <-s.ended:
			over = true
		}
		if err := s.write(ctx); err != nil || over {
			return s.left(), err
		}
	}
}

func (s *scribe) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

// write empties the queue. Failing batches are tried again, exactly as they were.
func (s *scribe) write(ctx context.Context) error {
	wait := firstRetry
	for {
		batch := s.next()
		if len(batch) == 0 {
			return nil
		}
		err := s.append(ctx, batch)
		if err == nil {
			s.written(len(batch))
			wait = firstRetry
			continue
		}
		if final(err) {
			s.mu.Lock()
			s.broken = err
			s.mu.Unlock()
			return err
		}
		s.mu.Lock()
		s.retries++
		s.mu.Unlock()
		select {
		case <-time.After(wait):
			wait = min(wait*2, slowestRetry)
		case <-s.giveUp:
			return fmt.Errorf("gave up after %s: %w", afterEnd, err)
		}
	}
}

func (s *scribe) append(ctx context.Context, batch []practice.Event) error {
	ctx, cancel := context.WithTimeout(ctx, appendWithin)
	defer cancel()
	return s.log.Append(ctx, s.id, s.lease, batch)
}

func final(err error) bool {
	return errors.Is(err, practice.ErrConflict) || errors.Is(err, practice.ErrEnded) || errors.Is(err, practice.ErrInvalid) || errors.Is(err, practice.ErrNotFound)
}

func (s *scribe) next() []practice.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue[:min(len(s.queue), batchMax):min(len(s.queue), batchMax)]
}

func (s *scribe) written(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append([]practice.Event(nil), s.queue[n:]...)
}

func (s *scribe) tried() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.retries
}
