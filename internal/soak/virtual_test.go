package soak

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/practice"
)

// tape is a recorder that remembers only where tones began.
type tape struct {
	left, right         onsets
	leftUpTo, rightUpTo int64
	silence             [audio.FrameOut]int16
}

func newTape() *tape {
	return &tape{left: onsets{block: 80, quiet: 640}, right: onsets{block: 240, quiet: 1920}}
}

func (r *tape) Trainee(at int64, pcm []int16) { r.leftUpTo = r.put(&r.left, r.leftUpTo, at, pcm) }

func (r *tape) Customer(at int64, pcm []int16) { r.rightUpTo = r.put(&r.right, r.rightUpTo, at, pcm) }

// put places sound as a recording does: what did not come is silence, what comes twice is left out.
func (r *tape) put(o *onsets, upTo, at int64, pcm []int16) int64 {
	for at > upTo {
		n := min(at-upTo, int64(len(r.silence)))
		o.add(r.silence[:n])
		upTo += n
	}
	o.add(pcm)
	return at + int64(len(pcm))
}

func (r *tape) Advance(int64) error                { return nil }
func (r *tape) Close(context.Context, int64) error { return nil }

// wire is a line in memory: what it is told is dropped.
type wire struct{}

func (wire) Frame(int64, []int16)     {}
func (wire) Send(practice.LineOutput) {}
func (wire) Close()                   {}

// TestLongCallStaysAlignedInVirtualTime holds the long call with real Opus, jitter buffer, microphone and rules, in
// virtual time: a fast clock, a network that changes, loses 3 % and delays each packet by up to 60 ms more.
func TestLongCallStaysAlignedInVirtualTime(t *testing.T) {
	length := time.Duration(*soakVirtual * float64(time.Minute))
	loud, quiet := encoded(t)
	synctest.Test(t, func(t *testing.T) {
		log := &diary{calls: map[practice.CallID][]practice.Event{}}
		house := call.NewHouse(call.Ports{
			Recognizer: ears{}, EndOfTurn: sure{}, Synthesizer: mouth{}, Log: log,
			Detector: func() (call.VoiceDetector, error) { return gate{func() {}}, nil },
		}, call.Options{})
		tape := newTape()
		live, err := house.Admit(ticket("virtual", tape))
		if err != nil {
			t.Fatal(err)
		}
		ear, err := live.Join(t.Context(), wire{}, false)
		if err != nil {
			t.Fatal(err)
		}
		ear.Control(practice.LineUp{Transport: "webrtc"})
		synctest.Wait()
		sent := send(t, ear, length, loud, quiet)
		house.Close()
		record, err := practice.Fold(log.take("virtual"))
		if err != nil {
			t.Fatal(err)
		}
		var words, hers, left, right []float64
		for _, turn := range record.Turns {
			for _, w := range turn.Words {
				if turn.Speaker == practice.Trainee {
					words = append(words, float64(w.StartMS))
				} else {
					hers = append(hers, float64(w.StartMS))
				}
			}
		}
		for _, at := range tape.left.found {
			left = append(left, float64(at)/16)
		}
		for _, at := range tape.right.found {
			right = append(right, float64(at)/48)
		}
		for _, c := range []struct {
			what          string
			wanted, found []float64
		}{
			{"trainee's marks in the recording", sent, left},
			{"trainee's words in the transcript", sent, words},
			{"customer's words in the recording", hers, right},
		} {
			o, missing := match(c.wanted, c.found)
			text, last := o.say(c.what)
			t.Logf("%s; %d of %d missing", text, missing, len(c.wanted))
			if missing*20 > len(c.wanted) || len(c.wanted) < int(length/cycle) || math.Abs(last) > alignedMS {
				t.Errorf("%s: %d of %d missing, %.0f ms off at the end", c.what, missing, len(c.wanted), last)
			}
		}
	})
}

// encoded is a word as Opus frames, and a frame of silence.
func encoded(t *testing.T) (loud [][]byte, quiet []byte) {
	t.Helper()
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		t.Fatal(err)
	}
	frame := make([]int16, audio.FrameOut)
	for i := range 12 {
		clear(frame)
		if i >= 2 {
			tone(frame, (i-2)*audio.FrameOut)
		}
		b, err := enc.Encode(frame)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case i == 1:
			quiet = bytes.Clone(b)
		case i >= 2:
			loud = append(loud, bytes.Clone(b))
		}
	}
	return loud, quiet
}

// send lets the trainee talk for a time and returns when the words were said, in milliseconds since the start.
func send(t *testing.T, ear *call.Ear, length time.Duration, loud [][]byte, quiet []byte) (said []float64) {
	t.Helper()
	type packet struct {
		n       int
		payload []byte
		at      time.Duration
	}
	dice := rand.New(rand.NewPCG(5, 6))
	var packets []packet
	for i := 0; ; i++ {
		due := time.Duration(float64(i) * float64(senderTick) / (1 + fastPPM/1e6))
		if due > length {
			break
		}
		payload := quiet
		inCycle := (i*20 + 3000) % int(cycle/time.Millisecond)
		if word, k := inCycle/400, inCycle%400/20; word < turnWords && k < len(loud) && i*20 >= 3000 {
			payload = loud[k]
			if k == 0 {
				said = append(said, float64(due)/float64(time.Millisecond)-20)
			}
		}
		if i > 0 && dice.Float64() < 0.03 {
			continue
		}
		delay := delayAt(float64(due)/float64(length)) + time.Duration(dice.Float64()*float64(60*time.Millisecond))
		packets = append(packets, packet{i, payload, due + delay})
	}
	slices.SortStableFunc(packets, func(a, b packet) int { return int(a.at - b.at) })
	begun := time.Now()
	b, err := jitter.New(practice.SampleRateIn, func(f jitter.Frame) { ear.Sound(f.At, f.PCM) })
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		for due, waiting := b.Due(); waiting && due < p.at; due, waiting = b.Due() {
			time.Sleep(due - time.Since(begun)) //nolint:forbidigo // virtual time
			b.Expire(due)
		}
		time.Sleep(p.at - time.Since(begun)) //nolint:forbidigo // virtual time
		b.Push(uint16(p.n), uint32(p.n*audio.FrameOut), p.payload, p.at)
	}
	return said
}
