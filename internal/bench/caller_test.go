package bench

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/bench/impair"
	"github.com/rapport-calls/rapport/internal/practice"
)

// talker is a line in virtual time whose far side opens the call with a second of sound, and answers every saying after
// a delay with sound and silence in turn.
type talker struct {
	e       ear
	delay   time.Duration
	bursts  []time.Duration
	deaf    bool // answers nothing after the opening
	began   time.Time
	rtp     uint32
	ended   time.Time
	cut     func() bool // nothing passes
	hungUp  bool
	answers int
}

func (k *talker) Write([]int16) error { return errors.New("packets only") }
func (k *talker) Close() error        { return nil }
func (k *talker) Leave()              {}
func (k *talker) Transport() string   { return "memory" }
func (k *talker) HangUp() error {
	k.hungUp = true
	k.e.Told(time.Now(), practice.CallOver{})
	return nil
}

// loudAt tells whether the far side speaks now.
func (k *talker) loudAt(now time.Time) bool {
	t := now.Sub(k.began)
	if k.ended.IsZero() || k.deaf {
		return t < time.Second
	}
	t = now.Sub(k.ended) - k.delay
	for i, b := range k.bursts {
		if t >= 0 && t < b {
			return i%2 == 0
		}
		t -= b
	}
	return false
}

// WritePacket gets one byte: 's' for speech, 'e' for its last packet, 'r' for room tone.
func (k *talker) WritePacket(packet []byte) error {
	now := time.Now()
	if k.began.IsZero() {
		k.began = now
		k.e.Told(now, practice.CallState{State: practice.StateLive})
	}
	if k.cut != nil && k.cut() {
		return nil
	}
	if packet[0] == 'e' {
		k.ended = now
		k.answers++
		k.e.Told(now, practice.TurnShown{Speaker: practice.Trainee, Text: "one two"})
	}
	pcm := make([]int16, audio.FrameOut)
	if k.loudAt(now) {
		for i := range pcm {
			pcm[i] = 8000
		}
	}
	k.e.Arrived(now, k.rtp, false)
	k.rtp += audio.FrameOut
	k.e.Sound(now, pcm)
	return nil
}

func errandOf(turns int) errand {
	s := &packed{name: "r", text: "one two three", last: 99}
	for i := range 110 {
		b := "s"
		if i == 99 {
			b = "e"
		} else if i > 99 {
			b = "r"
		}
		s.packets = append(s.packets, []byte(b))
	}
	return errand{sayings: []*packed{s}, room: [][]byte{[]byte("r")}, turns: turns}
}

func call(t *testing.T, k *talker, e errand) (*caller, error) {
	t.Helper()
	c := newCaller(e)
	k.e = c.newEar()
	c.line = k
	return c, c.talk(t.Context())
}

func TestACallerWaitsForTheFloorAndCountsFromTheLastSound(t *testing.T) {
	for name, x := range map[string]struct {
		bursts []time.Duration
		want   float64
	}{
		"a plain answer":  {[]time.Duration{3 * time.Second}, 440},
		"a filler before": {[]time.Duration{300 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second}, 1140},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, err := call(t, &talker{delay: 440 * time.Millisecond, bursts: x.bursts}, errandOf(3))
			if err != nil || len(c.done) != 3 {
				t.Fatalf("%s: %v, %d turns", name, err, len(c.done))
			}
			for _, s := range c.done {
				if !s.answered || s.talking || math.Abs(s.waitMS-x.want) > 25 || s.recognised != "one two" {
					t.Errorf("%s: %+v", name, s)
				}
			}
			if c.done[1].begun.Sub(c.done[0].ended) < 3*time.Second {
				t.Errorf("%s: the trainee did not wait for the end of the answer", name)
			}
			if c.player.Underruns != 0 {
				t.Errorf("%s: %d underruns of sound that came in time", name, c.player.Underruns)
			}
		})
	}
}

func TestACycleBeginsItsTurnsWhoeverSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := errandOf(4)
		e.cycle = 5 * time.Second
		c, err := call(t, &talker{delay: 500 * time.Millisecond, bursts: []time.Duration{8 * time.Second}}, e)
		if err != nil || len(c.done) != 4 {
			t.Fatalf("%v, %d turns", err, len(c.done))
		}
		for i, s := range c.done {
			if i > 0 && s.begun.Sub(c.done[i-1].begun) != 5*time.Second {
				t.Errorf("turn %d began %v after the one before it", i, s.begun.Sub(c.done[i-1].begun))
			}
			if i > 0 && !s.talking { // this far side yields to nobody
				t.Errorf("turn %d: the customer spoke on, so there is no wait to measure: %+v", i, s)
			}
		}
	})
}

func TestWordsThatComeLateBelongToTheTurnInWhichTheyWereSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(errandOf(0))
		e := c.newEar()
		start := time.Now()
		at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
		e.Told(at(130), practice.FloorHeld{Holder: practice.FloorFree, AtMS: 100})
		c.begin(at(5000))
		c.done = append(c.done, c.now)
		c.begin(at(15_000))
		e.Told(at(15_500), practice.TurnShown{Speaker: practice.Trainee, Text: "late", StartMS: 5050})
		e.Told(at(19_000), practice.TurnShown{Speaker: practice.Trainee, Text: "in time", StartMS: 15_040})
		if c.done[0].recognised != "late" || len(c.text) != 1 || c.text[0] != "in time" {
			t.Errorf("%q, %q", c.done[0].recognised, c.text)
		}
	})
}

func TestNoAnswerIsToldAndTheCallerGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := call(t, &talker{deaf: true}, errandOf(2))
		if err != nil || len(c.done) != 2 || c.done[0].answered || c.done[0].waitMS != 10000 {
			t.Fatalf("%v %+v", err, c.done)
		}
	})
}

func TestACutVoidsItsTurnAndTheTimeToTheNextSoundIsMeasured(t *testing.T) {
	for _, in := range []phase{speaking, listening} {
		synctest.Test(t, func(t *testing.T) {
			var until time.Time
			k := &talker{delay: 400 * time.Millisecond, bursts: []time.Duration{3 * time.Second}}
			k.cut = func() bool { return time.Now().Before(until.Add(700*time.Millisecond)) && !until.IsZero() }
			e := errandOf(3)
			e.cutTurn, e.cutIn = 1, in
			e.cut = func() time.Time { until = time.Now().Add(8 * time.Second); return until }
			c, err := call(t, k, e)
			if err != nil || len(c.done) != 3 || c.done[0].void || !c.done[1].void || c.done[2].void {
				t.Fatalf("%v %+v", err, c.done)
			}
			if math.Abs(c.backMS-700) > 25 {
				t.Errorf("sound after %v ms, want 700", c.backMS)
			}
		})
	}
}

func TestACallInWhichNothingMovesIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &talker{delay: 400 * time.Millisecond, bursts: []time.Duration{time.Hour}}
		if c, err := call(t, k, errandOf(2)); !errors.Is(err, errStuck) {
			t.Errorf("a customer who never ends: %v, %d turns", err, len(c.done))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var until time.Time
		k := &talker{delay: 400 * time.Millisecond, bursts: []time.Duration{time.Second}}
		k.cut = func() bool { return !until.IsZero() }
		e := errandOf(2)
		e.cut = func() time.Time { until = time.Now().Add(8 * time.Second); return until }
		e.cutIn = speaking
		if _, err := call(t, k, e); !errors.Is(err, errStuck) || time.Since(until) < stuckAfter {
			t.Errorf("sound that never comes back: %v", err)
		}
	})
}

func TestALineThatIsLostIsAnErrorUnlessItCanBeJoinedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := errandOf(2)
		c := newCaller(e)
		k := &talker{e: c.newEar(), delay: 400 * time.Millisecond, bursts: []time.Duration{time.Second}}
		c.line = k
		k.e.Lost(errors.New("gone"))
		if err := c.talk(t.Context()); err == nil || !strings.Contains(err.Error(), "gone") {
			t.Errorf("%v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		k := &talker{delay: 400 * time.Millisecond, bursts: []time.Duration{time.Second}}
		c := newCaller(errandOf(2))
		k.e = c.newEar()
		c.line = k
		first := k.e
		c.rejoin = func(_ context.Context) error {
			k.e = c.newEar()
			first.Lost(errors.New("an older line's end is no news"))
			return nil
		}
		first.Lost(errors.New("gone"))
		if err := c.talk(t.Context()); err != nil || len(c.done) != 2 {
			t.Errorf("%v, %d turns", err, len(c.done))
		}
	})
}

func TestAPlayerRunsOutOnceForEachGap(t *testing.T) {
	start := time.Unix(100, 0)
	for name, x := range map[string]struct {
		late      func(i int) time.Duration
		concealed func(i int) bool
		want      int
	}{
		"in time":         {func(int) time.Duration { return 0 }, nil, 0},
		"90 ms of jitter": {func(i int) time.Duration { return time.Duration(i%10) * 10 * time.Millisecond }, nil, 0},
		"one stall of half a second": {func(i int) time.Duration {
			return max(0, 500*time.Millisecond-time.Duration(max(0, i-50))*frameTime) * time.Duration(min(1, max(0, i-49)))
		}, nil, 1},
		"two lost stretches": {func(int) time.Duration { return 0 }, func(i int) bool { return i/3 == 20 || i/3 == 40 }, 2},
	} {
		var p playout
		for i := range 500 {
			p.arrived(start.Add(time.Duration(i)*frameTime+x.late(i)), uint32(i*audio.FrameOut)+math.MaxUint32-9600, x.concealed != nil && x.concealed(i))
		}
		if p.Underruns != x.want {
			t.Errorf("%s: %d underruns, want %d", name, p.Underruns, x.want)
		}
	}
}

const frameTime = 20 * time.Millisecond

func TestWordErrorsAreComparedRecordingByRecording(t *testing.T) {
	say := func(name, reference, recognised string) said {
		return said{recording: name, reference: reference, recognised: recognised}
	}
	base := []said{say("easy", "a b c d e", "a b c d e"), say("hard", "f g h i j", "f g h i x")}
	turns := []said{say("hard", "f g h i j", "f g h i x"), say("hard", "f g h i j", "f g h x x"), say("new", "k l", "x x")}
	if got, ok := werDelta(turns, base); !ok || got != 10 {
		t.Errorf("%v points, want 10: one error more in the ten words that both heard", got)
	}
	voided := say("easy", "a b c d e", "")
	voided.void = true
	if got, ok := werDelta([]said{voided}, base); ok {
		t.Errorf("a turn in a cut was counted: %v", got)
	}
}

func TestTheServersFiguresAreReadFromItsMetrics(t *testing.T) {
	at := func(text string) serverFigures {
		f, err := parseFigures(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	a := at("# HELP x\nprocess_cpu_seconds_total 12.5\nprocess_resident_memory_bytes 1.048576e+08\nrapport_stage_wait_seconds_bucket{stage=\"recognize\",le=\"0.01\"} 5\nrapport_stage_wait_seconds_bucket{stage=\"recognize\",le=\"+Inf\"} 5\n")
	b := at("process_cpu_seconds_total 15\nrapport_stage_wait_seconds_bucket{stage=\"recognize\",le=\"0.01\"} 105\nrapport_stage_wait_seconds_bucket{stage=\"recognize\",le=\"0.02\"} 205\nrapport_stage_wait_seconds_bucket{stage=\"recognize\",le=\"+Inf\"} 205\nrapport_stage_wait_seconds_bucket{stage=\"decide\",le=\"+Inf\"} 9\n")
	if a.cpu != 12.5 || a.rss != 100<<20 || b.cpu != 15 {
		t.Errorf("%+v", a)
	}
	d := b.recognize.since(a.recognize, 1)
	if d == nil || d.N != 200 || math.Abs(d.P50-10) > 0.5 || d.P95 < 18 || d.Max > 20 {
		t.Errorf("%+v", d)
	}
	if b.synthesize.since(a.synthesize, 1) != nil {
		t.Error("nothing waited, and a distribution came of it")
	}
}

func TestAStepIsHeldAgainstEveryBar(t *testing.T) {
	good := LoadStep{Calls: 4, Turns: 40, P95MS: 1500, WERDelta: 1, Underruns: 0.99}
	if good.judge(); len(good.Missed) != 0 {
		t.Errorf("%v", good.Missed)
	}
	for _, s := range []LoadStep{
		{Turns: 0},
		{Turns: 40, P95MS: 1501},
		{Turns: 40, Unanswered: 1},
		{Turns: 40, WERDelta: 1.1},
		{Turns: 40, Underruns: 1},
		{Turns: 40, Ended: 1},
	} {
		if s.judge(); len(s.Missed) != 1 {
			t.Errorf("%+v", s)
		}
	}
	rss, more, cpu := 400.0, 430.0, 1.0
	l := Load{Steps: []LoadStep{{Calls: 1, RSSMB: &rss, CPUServer: &cpu, Missed: []string{}}, {Calls: 11, RSSMB: &more, CPUServer: &cpu, Missed: []string{}, P95MS: 900}, {Calls: 16, Missed: []string{"slow"}}}}
	if l.settle(false); l.Calls != 11 || l.P95MS != 900 || *l.MBPerCall != 3 || *l.RSSMB != 430 {
		t.Errorf("%+v", l)
	}
}

func TestANetworksFiguresLeaveOutTheTurnThatWasCut(t *testing.T) {
	turn := said{recording: "a", reference: "one two", recognised: "one two", answered: true, waitMS: 500}
	cut := said{recording: "a", reference: "one two", void: true}
	r := tellNet(impair.Profile{Name: "cut20", Cut: 20 * time.Second}, []netCall{
		{turns: []said{turn, cut, turn}, completed: true, backMS: 800, transport: "webrtc", stats: impair.Stats{Sent: 100, Dropped: 25}},
		{turns: []said{turn}, failure: errStuck, stuck: true, transport: "webrtc"},
	}, []said{turn}, 1)
	if r.Turns != 3 || r.Unanswered != 0 || r.Completed != 1 || r.Stuck != 1 || r.ReconnectMS.N != 1 || *r.WER != 0 || *r.WERDelta != 0 || r.PacketsLost != 0.25 || len(r.Failures) != 1 {
		t.Errorf("%+v", r)
	}
	for _, g := range r.targets() {
		if g.OK {
			t.Errorf("a stuck call met its target: %+v", g)
		}
	}
}
