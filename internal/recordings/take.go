package recordings

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// queued is how many pieces wait for the disk at most: about five seconds of a call.
const queued = 768

// spare is how many used buffers are kept for what comes next; in the steady state two or three go round.
const spare = 16

// syncTicks is how often the files are made safe against a power cut too: once a second.
const syncTicks = 1000 / practice.TickMS

// Take records one call. Trainee, Customer and Advance never wait for the disk: a goroutine of the take's own encodes
// and writes. They and Close belong to one goroutine.
type Take struct {
	id      practice.CallID
	archive *Archive
	in      chan piece
	free    chan []int16 // buffers that the writer is done with
	done    chan struct{}
	lost    atomic.Int64
	mu      sync.Mutex
	err     error // the writer's first
}

// piece is one instruction to the writer.
type piece struct {
	kind pieceKind
	at   int64   // sample, or tick
	pcm  []int16 // a buffer of the take's
}

type pieceKind int

const (
	pieceTrainee pieceKind = iota
	pieceCustomer
	pieceAdvance
	pieceClose
)

// Begin starts recording a call: stereo on the call clock, trainee left, customer right. It fails with
// practice.ErrUnavailable when the files cannot be made, with practice.ErrConflict when the call has a recording in the
// making already.
func (a *Archive) Begin(id practice.CallID, tags audio.RecordingTags) (*Take, error) {
	if err := a.check(id); err != nil {
		return nil, err
	}
	sound, err := a.create(id, soundExt)
	if err != nil {
		return nil, err
	}
	peaks, err := a.create(id, peaksExt)
	if err != nil {
		return nil, errors.Join(err, sound.Close(), os.Remove(sound.Name()))
	}
	rec, err := audio.NewRecording(sound, peaks, tags)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin a recording: %w", err), sound.Close(), peaks.Close(),
			os.Remove(sound.Name()), os.Remove(peaks.Name()))
	}
	t := &Take{id: id, archive: a, in: make(chan piece, queued), free: make(chan []int16, spare), done: make(chan struct{})}
	go t.write(rec, sound, peaks)
	return t, nil
}

func (a *Archive) create(id practice.CallID, ext string) (*os.File, error) {
	path := filepath.Join(a.live, string(id)+ext)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the live folder and a checked id
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("%w: call %q is being recorded already", practice.ErrConflict, string(id))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the sound of the call cannot be kept: give the data folder's disk free space and the server's user "+
			"write access to it, or practise without keeping sound (%w)", practice.ErrUnavailable, err)
	}
	return f, nil
}

// Trainee places 16 kHz sound whose first sample is number at of the call clock (16 000 a second). pcm is copied.
func (t *Take) Trainee(at int64, pcm []int16) { t.put(piece{pieceTrainee, at, t.copied(pcm)}) }

// Customer places 48 kHz sound whose first sample is number at of the call clock (48 000 a second). pcm is copied.
func (t *Take) Customer(at int64, pcm []int16) { t.put(piece{pieceCustomer, at, t.copied(pcm)}) }

// copied puts sound into a buffer that has been used before, when there is one: a call of minutes needs a handful.
func (t *Take) copied(pcm []int16) []int16 {
	var b []int16
	select {
	case b = <-t.free:
	default:
	}
	return append(b[:0], pcm...)
}

// release gives a buffer back.
func (t *Take) release(b []int16) {
	select {
	case t.free <- b:
	default: // more than are ever in use at once
	}
}

// Advance tells that the call clock stands at tick (20 ms each). It returns what the writer has met so far, such as a
// full disk; the recording then keeps what it has and takes no more.
func (t *Take) Advance(tick int64) error {
	t.put(piece{kind: pieceAdvance, at: tick})
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Lost is how many pieces of sound were dropped because the disk did not keep up.
func (t *Take) Lost() int64 { return t.lost.Load() }

// put hands a piece over, or drops it when the disk is seconds behind: the call must not wait.
func (t *Take) put(p piece) {
	select {
	case t.in <- p:
	default:
		if p.kind != pieceAdvance {
			t.release(p.pcm)
			t.lost.Add(1)
		}
	}
}

// Close writes what is left up to tick, moves the recording into the bucket and returns the first error met on the
// way. What could not be moved stays in the live folder, and the next start moves it. The take is of no use afterwards.
func (t *Take) Close(ctx context.Context, tick int64) error {
	t.in <- piece{kind: pieceClose, at: tick}
	<-t.done
	t.mu.Lock()
	err := t.err
	t.mu.Unlock()
	return errors.Join(err, t.archive.archive(ctx, t.id))
}

// Discard ends the recording and deletes what it holds.
func (t *Take) Discard(ctx context.Context, tick int64) error {
	return errors.Join(t.Close(ctx, tick), t.archive.Erase(ctx, t.id))
}

// write runs on the take's own goroutine until the closing piece.
func (t *Take) write(rec *audio.Recording, sound, peaks *os.File) {
	defer close(t.done)
	synced := int64(0)
	for p := range t.in {
		began := time.Now()
		switch p.kind {
		case pieceTrainee:
			rec.Trainee(p.at, p.pcm)
			t.release(p.pcm)
		case pieceCustomer:
			rec.Customer(p.at, p.pcm)
			t.release(p.pcm)
		case pieceAdvance:
			t.note(rec.Advance(p.at))
			if p.at-synced >= syncTicks {
				synced = p.at
				t.archive.busy.Add(int64(time.Since(began)))
				t.note(errors.Join(sound.Sync(), peaks.Sync())) // the disk's time, not the processor's
				continue
			}
		case pieceClose:
			t.note(rec.Close(p.at))
			t.note(errors.Join(sound.Sync(), peaks.Sync(), sound.Close(), peaks.Close()))
			return
		}
		t.archive.busy.Add(int64(time.Since(began)))
	}
}

// note keeps the first error.
func (t *Take) note(err error) {
	if err == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = fmt.Errorf("record call %s: %w", t.id, err)
	}
}
