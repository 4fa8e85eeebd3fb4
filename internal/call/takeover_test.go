package call

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestSecondLineIsRefusedUnlessItTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 7*time.Second)
		first := s.line
		second := &wire{}
		if _, err := s.live.Join(t.Context(), second, false); !errors.Is(err, practice.ErrConflict) {
			t.Fatalf("a second line: %v", err)
		}
		if shown, closed := first.told(); closed || slices.Contains(shown, practice.LineOutput(practice.TakenOver{})) {
			t.Fatal("a line that was refused took the call from the first")
		}
		s.line = second
		s.joinBy("websocket", true)
		s.line.hears(nil, time.Second)
		if shown, closed := first.told(); !closed || shown[len(shown)-1] != (practice.TakenOver{}) {
			t.Fatalf("the first line was told %v last, closed %v", shown[len(shown)-1], closed)
		}
		if shown, _ := s.line.told(); slices.Contains(shown, practice.LineOutput(practice.TakenOver{})) {
			t.Fatal("the new line was told that it was taken over")
		}
		s.house.Close()
	})
}

func TestLineThatIsDownIsReplacedWithoutAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 3*time.Second)
		s.line.ear.Control(practice.LineDown{Reason: "network"})
		time.Sleep(time.Second) //nolint:forbidigo // virtual time
		s.line = &wire{}
		s.join()
		s.line.hears(nil, time.Second)
		s.house.Close()
	})
}

// A call goes from WebRTC to another socket in its middle: one call, one clock, one recording, and the gap is known.
func TestCallGoesOnOverAnotherTransportAfterACut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 7*time.Second)
		s.line.hears(voiceOf("your parcel is in leeds"), 9*time.Second)
		s.line.ear.Control(practice.LineDown{Reason: "network"})
		time.Sleep(20 * time.Second) //nolint:forbidigo // virtual time
		s.line = &wire{}
		s.joinBy("websocket", false)
		s.line.hears(nil, 9*time.Second)
		s.line.hears(voiceOf("please wait now"), 9*time.Second)
		s.line.ear.Control(practice.HangUp{})
		<-s.live.Done()
		s.house.Close()
		var ups []string
		var at []int64
		for _, e := range s.log.events {
			d, err := practice.DecodeEvent(e)
			if err != nil {
				t.Fatal(err)
			}
			if up, ok := d.(practice.LineUp); ok {
				ups, at = append(ups, up.Transport), append(at, e.AtMS)
			}
		}
		if !slices.Equal(ups, []string{"webrtc", "websocket"}) || at[1] < 36_000 || at[1] > 36_100 {
			t.Fatalf("lines %v at %v ms", ups, at)
		}
		r := s.log.record(t)
		last := -1
		for i, turn := range r.Turns {
			if turn.Speaker == practice.Trainee {
				last = i
			}
		}
		if last < 0 || r.Turns[last].Text != "please wait now." || r.Turns[last].StartMS < 44_900 {
			t.Fatalf("turns %+v", r.Turns)
		}
		said := r.Turns[last].Words[0].StartMS
		if got := s.tape.trainee[(said+130)/20]; got != int16(wordBase+slices.Index(vocabulary, "please")) {
			t.Fatalf("the recording holds %d at %d ms, where the first word after the cut is", got, said+130)
		}
		cut := false
		for _, g := range r.Gaps {
			cut = cut || g.FromMS < 17_000 && g.ToMS > 35_900
		}
		if !cut {
			t.Fatalf("gaps %+v", r.Gaps)
		}
	})
}
