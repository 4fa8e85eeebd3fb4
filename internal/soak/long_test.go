package soak

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
	"github.com/rapport-calls/rapport/internal/practice"
)

// How the long call goes: every cycle the trainee says a few words, and is answered.
const (
	cycle      = 6 * time.Second
	turnWords  = 3
	fastPPM    = 80 // the trainee's clock
	alignedMS  = 60 // at the end
	minuteMS   = 60_000
	senderTick = 20 * time.Millisecond
)

// delayAt is the network's delay so far into the call: of thirty minutes five each.
func delayAt(part float64) time.Duration {
	steps := [...]int{10, 60, 110, 30, 90, 45}
	return time.Duration(steps[min(max(int(part*float64(len(steps))), 0), len(steps)-1)]) * time.Millisecond
}

// offsets are differences in milliseconds, by when they were measured.
type offsets struct {
	atMS []float64
	off  []float64
}

func (o *offsets) add(at, off float64) { o.atMS, o.off = append(o.atMS, at), append(o.off, off) }

// match adds, for every mark that was to be at some time, how far off the nearest found one is.
func match(wanted, found []float64) (o offsets, missing int) {
	for _, w := range wanted {
		i, _ := slices.BinarySearch(found, w)
		best := math.Inf(1)
		for _, k := range []int{i - 1, i} {
			if k >= 0 && k < len(found) && math.Abs(found[k]-w) < math.Abs(best) {
				best = found[k] - w
			}
		}
		if math.Abs(best) > wordMS/2 {
			missing++
			continue
		}
		o.add(w, best)
	}
	return o, missing
}

// say tells the median by tenths of the call, and the worst and last minute's worst.
func (o offsets) say(what string) (text string, last float64) {
	if len(o.off) == 0 {
		return what + ": nothing to compare", math.Inf(1)
	}
	end := o.atMS[len(o.atMS)-1]
	worst := 0.0
	var tenths [10][]float64
	for i, off := range o.off {
		if math.Abs(off) > math.Abs(worst) {
			worst = off
		}
		if o.atMS[i] > end-minuteMS && math.Abs(off) > math.Abs(last) {
			last = off
		}
		k := min(int(o.atMS[i]/end*10), 9)
		tenths[k] = append(tenths[k], off)
	}
	text = fmt.Sprintf("%s: n %d, worst %.0f ms, worst of the last minute %.0f ms, medians by tenths", what, len(o.off), worst, last)
	for _, t := range tenths {
		if len(t) > 0 {
			slices.Sort(t)
			text += fmt.Sprintf(" %.0f", t[len(t)/2])
		}
	}
	return text, last
}

// TestHalfAnHourOfOneCallStaysAligned holds one call in real time, over a network whose delay changes, with a trainee
// whose clock is fast, and compares when marks were sent and arrived with where the recording and the transcript have them.
func TestHalfAnHourOfOneCallStaysAligned(t *testing.T) {
	if *soakMinutes <= 0 {
		t.Skip("takes its time; make soak runs it")
	}
	length := time.Duration(*soakMinutes * float64(time.Minute))
	begun := time.Now()
	delay := func(ms float64) time.Duration { return delayAt(ms * float64(time.Millisecond) / float64(length)) }
	p := newProcess(t, func(c net.PacketConn) net.PacketConn {
		return newSlow(c, func() time.Duration { return delay(float64(time.Since(begun)) / float64(time.Millisecond)) })
	})
	wall := func(at time.Time) float64 {
		return float64(begun.UnixMilli()) + float64(at.Sub(begun))/float64(time.Millisecond)
	}

	const id = practice.CallID("half-an-hour")
	var mu sync.Mutex
	arrived := onsets{block: audio.FrameOut / 4, quiet: audio.FrameOut * 2}
	var arrivals []float64 // wall
	live, k, err := p.dial(t.Context(), id, func(f client.Frame) {
		mu.Lock()
		defer mu.Unlock()
		had := len(arrived.found)
		from := arrived.at
		arrived.add(f.PCM)
		for _, at := range arrived.found[had:] {
			arrivals = append(arrivals, wall(f.Arrived)+float64(at-from)*1000/practice.SampleRateOut)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	var sent []float64 // wall: when the word's first sample was spoken
	pace := time.NewTimer(0)
	defer pace.Stop()
	frame := make([]int16, audio.FrameOut)
	talking := time.Now()
	for i := 0; ; i++ {
		due := talking.Add(time.Duration(float64(i) * float64(senderTick) / (1 + fastPPM/1e6)))
		if due.Sub(talking) > length {
			break
		}
		pace.Reset(time.Until(due))
		select {
		case <-pace.C:
		case <-live.Done():
			t.Fatalf("the call ended after %v", due.Sub(talking))
		}
		inCycle := (i*20 + 3000) % int(cycle/time.Millisecond) // first words 3 s after the line is up
		clear(frame)
		if word := inCycle / 400; word < turnWords && i*20 >= 3000 {
			tone(frame, (inCycle-word*400)*48)
			if inCycle%400 == 0 {
				sent = append(sent, wall(due)-20)
			}
		}
		if _, err := k.Speak(frame); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Send(signal.HangUp{}); err != nil {
		t.Fatal(err)
	}
	<-live.Done()
	k.Close()

	events := p.log.take(id)
	record, err := practice.Fold(events)
	if err != nil || record.Ended == nil {
		t.Fatalf("the record: %v, ended %v", err, record.Ended)
	}
	start := 0.0 // of the call clock, wall
	for _, e := range events {
		if e.Kind == practice.KindLineUp {
			start = float64(e.WallMS - e.AtMS)
			break
		}
	}
	var words, hers []float64
	for _, turn := range record.Turns {
		for _, w := range turn.Words {
			if turn.Speaker == practice.Trainee {
				words = append(words, float64(w.StartMS))
			} else {
				hers = append(hers, float64(w.StartMS))
			}
		}
	}
	left, right := p.marks(id)
	onClock := func(at []float64) []float64 {
		var out []float64
		for _, w := range at {
			out = append(out, w-start)
		}
		return out
	}
	mu.Lock()
	defer mu.Unlock()
	var undelayed []float64
	for _, at := range arrivals {
		undelayed = append(undelayed, at-float64(delay(at-wall(begun))/time.Millisecond))
	}
	for _, c := range []struct {
		what          string
		wanted, found []float64
	}{
		{"trainee's marks in the recording", onClock(sent), left},
		{"trainee's words in the transcript", onClock(sent), words},
		{"customer's words in the recording", hers, right},
		{"customer's words at the trainee's ear, the network's delay taken off", hers, onClock(undelayed)},
	} {
		o, missing := match(c.wanted, c.found)
		text, last := o.say(c.what)
		t.Logf("%s; %d of %d missing", text, missing, len(c.wanted))
		if missing*50 > len(c.wanted) || len(c.wanted) == 0 {
			t.Errorf("%s: %d of %d missing", c.what, missing, len(c.wanted))
		}
		if math.Abs(last) > alignedMS {
			t.Errorf("%s: %.0f ms off in the last minute, at most %d may be", c.what, last, alignedMS)
		}
	}
}

// marks finds where tones begin in a kept recording, in milliseconds, trainee left and customer right.
func (p *process) marks(id practice.CallID) (left, right []float64) {
	p.t.Helper()
	sound, _, err := p.archive.Sound(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	defer sound.Close() //nolint:errcheck // only read
	ogg, err := audio.OpenOgg(sound)
	if err != nil {
		p.t.Fatal(err)
	}
	var found [2]onsets
	for i := range found {
		found[i] = onsets{block: 240, quiet: 1920}
	}
	pcm, one := make([]int16, 2*audio.FrameOut), make([]int16, audio.FrameOut)
	for {
		n, err := ogg.Read(pcm)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			p.t.Fatal(err)
		}
		for c := range found {
			for i := range n / 2 {
				one[i] = pcm[2*i+c]
			}
			found[c].add(one[:n/2])
		}
	}
	for _, at := range found[0].found {
		left = append(left, float64(at)/48)
	}
	for _, at := range found[1].found {
		right = append(right, float64(at)/48)
	}
	return left, right
}
