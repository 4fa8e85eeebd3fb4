package call

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestRecordingHoldsWhatWasHeardThroughADuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 2*time.Second)
		hum := slices.Repeat([]int16{900}, 400*perMS)
		s.line.hears(hum, 3*time.Second)
		s.house.Close()
		low := int16(32767)
		for _, v := range s.tape.customer {
			if v > 0 {
				low = min(low, v)
			}
		}
		if low < 1050 || low > 1200 { // 13 dB under 5000
			t.Fatalf("the lowest level of her voice in the recording is %d", low)
		}
		if last := s.tape.customer[240]; last != 5000 {
			t.Fatalf("afterwards it is %d", last)
		}
	})
}

func TestManyShortCallsLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		for n := range 30 {
			s.line.hears(nil, 1500*time.Millisecond)
			s.line.ear.Control(practice.HangUp{})
			<-s.live.Done()
			synctest.Wait()
			if live := s.house.Figures().Calls; live != 0 {
				t.Fatalf("call %d is still in the house", n)
			}
			ticket := s.live.ticket
			ticket.ID, ticket.Recorder = practice.CallID(fmt.Sprintf("call-%d", n+2)), nil
			s.log.set(func() { s.log.events = nil })
			live, err := s.house.Admit(ticket)
			if err != nil {
				t.Fatal(err)
			}
			s.live, s.line = live, &wire{}
			s.join()
		}
		s.house.Close()
		if s.closed != 31 {
			t.Fatalf("%d of 31 detectors were closed", s.closed)
		}
	})
}

func TestMicrophoneFollowsDriftAndLeavesNoHoles(t *testing.T) {
	m := newMicrophone(nil, new(atomic.Int64))
	frame := make([]int16, 320)
	// The sender's clock is 0.2 % fast: after ten minutes it would be 1.2 s ahead.
	for i := range int64(30_000) {
		now := (i + 1) * 320 * 998 / 1000
		m.place(now, i*320, frame)
		if late := now - m.upTo; i > 2000 && (late > 60*perMS || late < -60*perMS) {
			t.Fatalf("after %d frames sound lies %d ms off", i, late/perMS)
		}
	}
	if m.lost != 0 {
		t.Fatalf("%d samples counted as lost", m.lost)
	}
}

func TestMicrophoneKeepsLateSoundInItsPlace(t *testing.T) {
	m := newMicrophone(nil, new(atomic.Int64))
	frame := make([]int16, 320)
	for i := range int64(100) {
		m.place((i+1)*320, i*320, frame)
	}
	// A second of stall, then a burst.
	for i := int64(100); i < 150; i++ {
		for j := range frame {
			frame[j] = int16(i)
		}
		m.place(150*320+1, i*320, frame)
	}
	pcm := m.slice(120*20, 121*20)
	if pcm[0] != 120 || pcm[319] != 120 || m.lost != 0 {
		t.Fatalf("frame 120 holds %d … %d, %d lost", pcm[0], pcm[319], m.lost)
	}
}
