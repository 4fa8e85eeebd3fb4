package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// PacketLine is a Line that takes 20 ms Opus packets, so that a client costs little. load and net need one.
type PacketLine interface {
	Line
	// WritePacket sends one packet and returns when it has been written.
	WritePacket(packet []byte) error
	// HangUp says that the call is to end; the server says when it has.
	HangUp() error
	// Leave goes without a word, as a page does whose network is gone.
	Leave()
	// Transport is what carries the sound: webrtc or websocket.
	Transport() string
}

// Player is an Ear that wants to know when frames came, to tell what a player would have made of them.
type Player interface {
	Arrived(at time.Time, rtp uint32, concealed bool)
}

const (
	loudDB     = -45 // a frame above it is the customer speaking; three in a row are an onset
	onsetRun   = 3
	quietFor   = 400 * time.Millisecond // silence after which the trainee may speak
	fillerMost = 500 * time.Millisecond
	fillerGap  = 250 * time.Millisecond
	stuckAfter = 30 * time.Second // nothing moved
	packetTime = audio.FrameMS * time.Millisecond
)

var errStuck = errors.New("nothing moved for 30 s")

// errand is what a caller has to do.
type errand struct {
	call    int
	sayings []*packed // over and over
	first   int       // of them
	room    [][]byte
	turns   int           // then it hangs up; 0: when it is told to stop
	cycle   time.Duration // a turn begins every so often, whoever speaks; 0: when the floor is free
	gap     func(turn int) time.Duration
	cut     func() time.Time // breaks the network and tells when it is whole again; nil: never
	cutTurn int              // in which turn
	cutIn   phase            // while speaking, or while the customer answers
	rejoin  func(ctx context.Context) error
}

// said is one turn of a caller.
type said struct {
	call       int
	recording  string
	reference  string
	recognised string
	begun      time.Time
	ended      time.Time // the trainee's last sound was written
	waitMS     float64   // voice to voice
	answered   bool
	talking    bool // the customer spoke as the trainee ended: no wait to measure
	void       bool // the network was cut in it
}

type phase int

const (
	opening phase = iota // until the customer has said why they call
	waiting              // for the floor or the next slot
	speaking
	listening // for an answer, and to its end
)

// caller is one call with a client that costs little: one goroutine that sends, and looks on at every packet.
type caller struct {
	errand

	mu      sync.Mutex
	line    PacketLine
	joined  int // lines so far; an older one's ear is deaf
	live    bool
	over    bool
	lost    error
	player  playout
	floor   practice.FloorHolder
	floorAt time.Time
	began   time.Time // 0 on the call's clock, as near as messages tell
	heardAt time.Time // last frame
	loudAt  time.Time // last loud frame
	run     int       // loud frames in a row
	runAt   time.Time // since when
	soundAt time.Time // first frame of the call
	onset   time.Time // of what follows the trainee's end
	quiet   time.Time // the end of its first stretch
	word    time.Time // the next onset
	endAt   time.Time // trainee's end; zero while speaking
	text    []string  // recognised in this turn

	phase   phase
	since   time.Time // of phase
	slot    time.Time
	stop    bool
	n       int // turns begun
	now     said
	done    []said
	whole   time.Time // the network is whole again then
	backMS  float64   // cut's end → sound
	waitFor bool      // for backMS
	pos     int
	tick    int
}

func newCaller(e errand) *caller { return &caller{errand: e, floor: practice.FloorFree} }

// finish lets the caller end its turn and no more.
func (c *caller) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop = true
}

// talk runs the call until its turns are done, it is stuck, or the line is lost for good. It does not hang up.
func (c *caller) talk(ctx context.Context) error {
	start := time.Now()
	c.mu.Lock()
	c.since, c.slot = start, start
	c.mu.Unlock()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := 1; ; n++ {
		done, err := c.step(time.Now())
		if done || err != nil {
			return err
		}
		if err := c.write(ctx); err != nil {
			return err
		}
		timer.Reset(time.Until(start.Add(time.Duration(n) * packetTime)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// write sends the next packet, or joins again when the line is gone.
func (c *caller) write(ctx context.Context) error {
	c.mu.Lock()
	line, lost := c.line, c.lost
	c.mu.Unlock()
	if lost != nil {
		if c.rejoin == nil {
			return lost
		}
		if err := c.rejoin(ctx); err != nil {
			return fmt.Errorf("%w; joining again: %w", lost, err)
		}
		return nil
	}
	packet, last := c.packet()
	if err := line.WritePacket(packet); err != nil && c.rejoin == nil {
		return fmt.Errorf("send sound: %w", err)
	}
	if last {
		c.ended(time.Now())
	}
	return nil
}

// packet is what is sent next; last says that the trainee has ended with it.
func (c *caller) packet() (b []byte, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tick++
	if c.phase == speaking || c.pos > 0 {
		s := c.saying()
		b, last = s.packets[c.pos], c.pos == s.last
		if c.pos++; c.pos == len(s.packets) {
			c.pos = 0
		}
		return b, last
	}
	return c.room[c.tick%len(c.room)], false
}

func (c *caller) saying() *packed { return c.sayings[(c.first+c.n-1)%len(c.sayings)] }

// ended notes that the trainee's last sound went out.
func (c *caller) ended(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.ended, c.endAt = at, at
	c.now.talking = !c.loudAt.IsZero() && at.Sub(c.loudAt) <= 100*time.Millisecond
	c.run, c.onset, c.quiet, c.word = 0, time.Time{}, time.Time{}, time.Time{}
	c.become(listening, at)
}

func (c *caller) become(p phase, at time.Time) { c.phase, c.since = p, at }

// step looks on. done: there is no more to do.
func (c *caller) step(now time.Time) (done bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return false, errOver
	}
	if c.waitFor && now.After(c.whole.Add(stuckAfter)) {
		return false, fmt.Errorf("%w after the network came back", errStuck)
	}
	if c.waitFor || now.Before(c.whole) {
		c.since = now
		return false, nil
	}
	if c.phase != speaking && now.Sub(c.since) > stuckAfter+c.cycle {
		return false, fmt.Errorf("%w: no free floor after %d turns", errStuck, len(c.done))
	}
	switch c.phase {
	case opening:
		if c.live && c.free(now) && !c.loudAt.IsZero() {
			c.slot = now
			c.become(waiting, now)
		}
	case waiting:
		if c.stop || c.turns > 0 && c.n >= c.turns {
			return true, nil
		}
		if c.mayBegin(now) {
			c.begin(now)
		}
	case speaking:
		c.mayCut(now, c.now.begun.Add(time.Second))
	case listening:
		c.listen(now)
	}
	return false, nil
}

func (c *caller) mayBegin(now time.Time) bool {
	if c.cycle > 0 {
		return !now.Before(c.slot)
	}
	return c.free(now) && (c.gap == nil || now.Sub(c.since) >= c.gap(c.n))
}

// free tells whether the trainee may speak: sound comes, the server says that the customer does not hold the floor, and
// nothing was heard for a while.
func (c *caller) free(now time.Time) bool {
	return c.floor != practice.FloorCustomer && now.Sub(c.floorAt) >= quietFor && now.Sub(c.loudAt) >= quietFor && now.Sub(c.heardAt) < quietFor/2
}

func (c *caller) begin(now time.Time) {
	c.n++
	s := c.saying()
	c.now = said{call: c.call, recording: s.name, reference: s.text, begun: now}
	c.text, c.endAt, c.pos = nil, time.Time{}, 0
	if c.cycle > 0 {
		for c.slot = c.slot.Add(c.cycle); !c.slot.After(now); c.slot = c.slot.Add(c.cycle) { //nolint:revive // slots that passed are left out
		}
	}
	c.become(speaking, now)
}

// mayCut breaks the network once, in the turn and the phase that the errand says, from a time on.
func (c *caller) mayCut(now, from time.Time) {
	if c.cut == nil || c.n-1 != c.cutTurn || c.phase != c.cutIn || now.Before(from) {
		return
	}
	c.whole = c.cut()
	c.cut, c.waitFor, c.now.void = nil, true, true
}

// listen waits for the answer, and for its end.
func (c *caller) listen(now time.Time) {
	answered := !c.onset.IsZero() || c.now.talking
	if !c.onset.IsZero() {
		c.mayCut(now, c.onset.Add(time.Second))
	}
	waited := now.Sub(c.endAt)
	if c.whole.After(c.endAt) { // what was said in a cut cannot be answered before its end
		waited = now.Sub(c.whole)
	}
	switch {
	case !answered && waited < noAnswerAfter:
		return
	case answered && c.cycle == 0 && (!c.free(now) || now.Sub(c.onset) <= time.Second):
		return
	case answered && c.cycle > 0 && now.Before(c.slot) && !c.stop:
		return
	case answered && waited < time.Second:
		return
	}
	t := &c.now
	t.answered, t.waitMS = answered, ms(noAnswerAfter)
	if !c.onset.IsZero() {
		t.waitMS = ms(c.onset.Sub(c.endAt))
		if !c.word.IsZero() && c.quiet.Sub(c.onset) <= fillerMost { // a filler does not stop the clock
			t.waitMS = ms(c.word.Sub(c.endAt))
		}
	}
	t.recognised = strings.Join(c.text, " ")
	c.done = append(c.done, *t)
	c.become(waiting, now)
}
