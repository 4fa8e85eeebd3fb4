package call

import (
	"sync/atomic"
	"testing"
	"time"
)

// slowDetector takes as long as it is let.
type slowDetector struct{ asked, done chan struct{} }

func (d slowDetector) Probability([]int16) (float64, error) {
	d.asked <- struct{}{}
	<-d.done
	return 0.9, nil
}
func (slowDetector) Close() error { return nil }

func TestTheOwnerDoesNotWaitForTheVoiceDetector(t *testing.T) {
	d := slowDetector{make(chan struct{}), make(chan struct{})}
	m := newMicrophone(d, new(atomic.Int64))
	placed, owner := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(placed)
		m.place(640, 0, make([]int16, 640))
	}()
	<-d.asked
	go func() {
		defer close(owner)
		m.since(0, make([]int16, 640))
		m.slice(0, 20)
		m.deafen(true)
		m.counts()
		m.newLine()
	}()
	select {
	case <-owner:
	case <-time.After(time.Minute):
		t.Error("the owner waits for the detector")
	}
	close(d.done)
	<-placed
	<-owner
	if w := <-m.out; w.voice.Probability != 0.9 || w.voice.ToMS != windowSize/perMS {
		t.Errorf("%+v", w.voice)
	}
}
