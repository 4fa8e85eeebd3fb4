// Package jitter turns the packets of one stream of sound, as a network delivers them, into 20 ms frames of sound on
// one clock: it puts packets back in order, waits for missing ones as long as this network has shown to be worth it (a
// network that keeps their order is not waited for), conceals what stays missing (in-band FEC, then libopus's own
// guess) and follows the drift between the sender's clock and ours. It is pure: time comes in as an argument, and
// frames go out through a function.
package jitter

import (
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// How long a missing packet is waited for, counted from the arrival of the first packet after it. Sound in order is
// never held back.
const (
	firstHold  = 60 * time.Millisecond
	minHold    = 40 * time.Millisecond
	maxHold    = 240 * time.Millisecond
	holdStep   = 20 * time.Millisecond
	calmPeriod = 5 * time.Second // without a packet that came too late: wait less
)

// Sizes, in packets, and in samples of RTP's 48 kHz clock.
const (
	slots       = 64
	maxPayload  = 1500
	farJump     = 1000 // a sequence number this far off is a new stream
	concealMost = 4800 // gaps up to 100 ms are concealed whole
	concealHead = 1920 // of longer ones 40 ms, so that sound fades instead of breaking off
	fecGrid     = 120  // libopus conceals multiples of 2.5 ms
)

// Frame is 20 ms of sound.
type Frame struct {
	At        int64         // position of its first sample on the receive clock, at the buffer's rate; gaps are skipped positions
	PCM       []int16       // mono, valid until the function that was given it returns
	RTP       uint32        // the sender's RTP time of its first sample
	Arrived   time.Duration // when the packet that completed it arrived, as told to Push
	Concealed bool          // all or part of it is a guess
}

// Stats counts packets and what became of them.
type Stats struct {
	Packets   int64 // taken in
	Lost      int64 // gaps given up on
	Concealed int64 // samples guessed
	Skipped   int64 // samples of the receive clock left out
	Late      int64 // packets that came after they were given up, or twice
	Bad       int64 // payloads that are no sound
	Restarts  int64 // times the stream was placed anew
	Hold      time.Duration
}

type slot struct {
	used    bool
	seq     int64
	ts      int64
	arrived time.Duration
	n       int
	data    [maxPayload]byte
}

// Buffer is one stream's buffer. It belongs to one goroutine. In steady state it does not allocate.
type Buffer struct {
	deliver func(Frame)
	dec     decoder
	clock   clock
	ordered bool // nothing that is missing can still come

	slots  [slots]slot
	held   int
	begun  bool
	next   int64 // sequence number to be decoded next, unwrapped
	expect int64 // RTP time of its first sample, unwrapped, when nothing is missing
	top    int64 // largest sequence number seen
	topTS  int64

	hold      time.Duration
	gaveUp    time.Duration
	calmSince time.Duration

	frame     int // samples in 20 ms
	fifo      []int16
	head      int64 // position of fifo[0]
	concealed int   // samples at the fifo's end that are guessed
	arrived   time.Duration
	pcm       []int16
	stats     Stats
}

// New makes a buffer for Opus packets that may be lost or overtake one another. It delivers mono sound at rate (16000,
// 24000 or 48000 Hz).
func New(rate int, deliver func(Frame)) (*Buffer, error) {
	dec, err := audio.NewOpusDecoder(rate, 1)
	if err != nil {
		return nil, err
	}
	return newBuffer(rate, opus{dec}, firstHold, deliver), nil
}

// NewOrdered is New for packets that come in order, such as over TCP: what is missing was never sent.
func NewOrdered(rate int, deliver func(Frame)) (*Buffer, error) {
	b, err := New(rate, deliver)
	if err != nil {
		return nil, err
	}
	b.ordered, b.hold = true, 0
	return b, nil
}

// NewOrderedPCM is NewOrdered for packets of 20 ms of PCM16, little endian, mono, at the same rate as is delivered.
func NewOrderedPCM(rate int, deliver func(Frame)) *Buffer {
	b := newBuffer(rate, pcm16(rate*audio.FrameMS/1000), 0, deliver)
	b.ordered = true
	return b
}

func newBuffer(rate int, dec decoder, hold time.Duration, deliver func(Frame)) *Buffer {
	frame := rate * audio.FrameMS / 1000
	return &Buffer{
		deliver: deliver, dec: dec, clock: clock{rate: int64(rate)}, hold: hold, frame: frame,
		fifo: make([]int16, 0, 8*frame), pcm: make([]int16, 6*frame+1),
	}
}

// Push takes in one packet. now is a monotonic time since any fixed point, and never goes back.
func (b *Buffer) Push(sequence uint16, timestamp uint32, payload []byte, now time.Duration) {
	defer b.Expire(now)
	b.stats.Packets++
	if len(payload) > maxPayload {
		b.stats.Bad++
		return
	}
	seq, ts := b.unwrap(sequence, timestamp)
	if b.begun && (seq-b.next > farJump || b.next-seq > farJump) {
		b.Restart()
	}
	if !b.begun {
		b.begun = true
		b.next, b.top, b.topTS = seq, seq, ts
		b.place(ts, now)
		b.calmSince = now
	}
	if seq < b.next {
		b.lateOne(now)
		return
	}
	for seq-b.next >= slots { // no room: what is missing stays missing
		b.giveUp(now)
		if b.held == 0 {
			b.next = seq
		}
	}
	s := b.slot(seq)
	if s.used {
		b.stats.Late++
		return
	}
	s.used, s.seq, s.ts, s.arrived, s.n = true, seq, ts, now, copy(s.data[:], payload)
	b.held++
	if seq >= b.top {
		back := b.ordered && ts < b.topTS // a sender that counts anew
		b.top, b.topTS = seq, ts
		if s.n > 0 && b.clock.observe(ts, now) || back {
			b.replace(ts, now)
		}
	}
	b.advance()
}

// Restart says that what is pushed next belongs to another stream of the same person: another track, another sender.
func (b *Buffer) Restart() {
	if b.begun {
		b.drop()
		b.begun = false
		b.stats.Restarts++
	}
}

// Due is when Expire next has something to do; false while nothing is waited for.
func (b *Buffer) Due() (time.Duration, bool) {
	if b.held == 0 {
		return 0, false
	}
	first := time.Duration(-1)
	for i := range b.slots {
		if s := &b.slots[i]; s.used && (first < 0 || s.arrived < first) {
			first = s.arrived
		}
	}
	return first + b.hold, true
}

// Expire gives up waiting for what has been missing too long by now.
func (b *Buffer) Expire(now time.Duration) {
	for {
		due, waiting := b.Due()
		if !waiting || now < due {
			break
		}
		b.giveUp(now)
	}
	if !b.ordered && now-b.calmSince > calmPeriod {
		b.calmSince = now
		b.hold = max(minHold, b.hold-holdStep/2)
	}
}

// Stats returns the counts so far.
func (b *Buffer) Stats() Stats {
	s := b.stats
	s.Hold = b.hold
	return s
}

// unwrap widens sequence number and time to the values nearest to the largest seen.
func (b *Buffer) unwrap(sequence uint16, timestamp uint32) (seq, ts int64) {
	if !b.begun && b.stats.Restarts == 0 {
		return int64(sequence), int64(timestamp)
	}
	return b.top + int64(int16(sequence-uint16(b.top))), b.topTS + int64(int32(timestamp-uint32(b.topTS))) //nolint:gosec // wrapping is how RTP counts
}

func (b *Buffer) slot(seq int64) *slot { return &b.slots[uint64(seq)%slots] } //nolint:gosec // also right below zero

// lateOne notes a packet that came too late (or twice): wait longer from now on.
func (b *Buffer) lateOne(now time.Duration) {
	b.stats.Late++
	b.calmSince = now
	if !b.ordered && now-b.gaveUp < maxHold {
		b.hold = min(maxHold, b.hold+holdStep+now-b.gaveUp)
	}
}

// advance decodes what is in order.
func (b *Buffer) advance() {
	for b.held > 0 {
		s := b.slot(b.next)
		if !s.used || s.seq != b.next {
			return
		}
		b.play(s, false)
	}
}

// giveUp declares missing what stands before the first held packet, conceals it and goes on.
func (b *Buffer) giveUp(now time.Duration) {
	if b.held == 0 {
		return
	}
	for {
		s := b.slot(b.next)
		if s.used && s.seq == b.next {
			b.play(s, true)
			b.advance()
			return
		}
		b.next++
		b.stats.Lost++
		b.gaveUp = now
	}
}

// play decodes a packet into the fifo, first filling the time between it and what came before.
func (b *Buffer) play(s *slot, afterLoss bool) {
	s.used = false
	b.held--
	b.next = s.seq + 1
	payload := s.data[:s.n]
	if s.n == 0 { // padding: a number and no sound
		return
	}
	n48, err := b.dec.Samples(payload)
	if err != nil {
		b.stats.Bad++
		return
	}
	gap := b.clock.position(s.ts) - b.tail()
	if s.ts > b.topTS || gap < -int64(b.frame/2) { // no order that a sender could mean
		b.stats.Bad++
		return
	}
	b.arrived = s.arrived
	if missing := s.ts - b.expect; afterLoss && missing > 0 {
		b.conceal(payload, missing)
	}
	if gap := b.clock.position(s.ts) - b.tail(); gap > 0 {
		b.skip(gap)
	}
	n, err := b.dec.Decode(payload, b.pcm[:6*b.frame])
	if err != nil {
		b.stats.Bad++
		return
	}
	b.expect = s.ts + int64(n48)
	b.append(b.clock.follow(b.pcm, n), false)
}

// conceal fills up to missing samples (48 kHz) before a packet.
func (b *Buffer) conceal(next []byte, missing int64) {
	fill := missing / fecGrid * fecGrid
	long := missing > concealMost
	if long {
		fill = concealHead
	}
	out := b.pcm[:fill*b.clock.rate/practice.SampleRateOut]
	if len(out) == 0 {
		return
	}
	var err error
	if long {
		err = b.dec.DecodePLC(out)
	} else {
		err = b.dec.DecodeFEC(next, out)
	}
	if err != nil {
		b.stats.Bad++
		return
	}
	b.stats.Concealed += int64(len(out))
	b.append(out, true)
}

func (b *Buffer) tail() int64 { return b.head + int64(len(b.fifo)) }

// append puts sound behind the fifo and delivers whole frames.
func (b *Buffer) append(pcm []int16, guessed bool) {
	b.fifo = append(b.fifo, pcm...)
	if guessed {
		b.concealed += len(pcm)
	}
	for len(b.fifo) >= b.frame {
		b.deliver(Frame{At: b.head, PCM: b.fifo[:b.frame], RTP: b.clock.rtp(b.head), Arrived: b.arrived, Concealed: b.concealed > 0})
		b.head += int64(b.frame)
		b.fifo = b.fifo[:copy(b.fifo, b.fifo[b.frame:])]
		b.concealed = max(0, min(b.concealed-b.frame, len(b.fifo)))
	}
}

// skip leaves out positions. A frame begun before them is completed with silence.
func (b *Buffer) skip(gap int64) {
	b.stats.Skipped += gap
	if part := len(b.fifo); part > 0 {
		fill := int(min(gap, int64(b.frame-part)))
		gap -= int64(fill)
		clear(b.pcm[:fill])
		b.append(b.pcm[:fill], false)
	}
	if len(b.fifo) == 0 {
		b.head += gap
	}
}

// place starts a stream at ts: where the receive clock stands by now, but never back.
func (b *Buffer) place(ts int64, now time.Duration) {
	if part := len(b.fifo); part > 0 {
		b.skip(int64(b.frame - part))
	}
	b.expect = ts
	b.clock.anchor(ts, now, b.tail())
}

// replace places the stream anew at a packet whose time has nothing to do with the clock any more. What is held from
// before is out of place and dropped.
func (b *Buffer) replace(ts int64, now time.Duration) {
	b.stats.Restarts++
	for i := range b.slots {
		if s := &b.slots[i]; s.used && s.seq != b.top {
			s.used = false
			b.held--
		}
	}
	b.next = b.top
	b.place(ts, now)
}

func (b *Buffer) drop() {
	for i := range b.slots {
		b.slots[i].used = false
	}
	b.held = 0
}
