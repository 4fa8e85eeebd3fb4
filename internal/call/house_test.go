package call

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vocabulary maps samples' values to words: a word is 260 ms of its own constant value, so that a fake recogniser can
// read it back out of the sound wherever the call placed it.
var vocabulary = strings.Fields("zero your parcel is in leeds and will come by six today hello please wait now")

const wordBase = 1000

func voiceOf(text string) []int16 {
	var pcm []int16
	for w := range strings.FieldsSeq(text) {
		value := int16(wordBase + slices.Index(vocabulary, w))
		for range 260 * perMS {
			pcm = append(pcm, value)
		}
		for range 40 * perMS {
			pcm = append(pcm, 900) // voice, no word
		}
	}
	return pcm
}

type ears struct {
	mu   sync.Mutex
	fail int
	hang bool
}

func (e *ears) Recognize(ctx context.Context, pcm []int16, _ practice.Priority) (practice.Recognition, error) {
	e.mu.Lock()
	fail, hang := e.fail > 0, e.hang
	if fail {
		e.fail--
	}
	e.mu.Unlock()
	select {
	case <-time.After(100 * time.Millisecond):
	case <-ctx.Done():
		return practice.Recognition{}, ctx.Err()
	}
	if hang {
		<-ctx.Done()
		return practice.Recognition{}, ctx.Err()
	}
	if fail {
		return practice.Recognition{}, errModel
	}
	var r practice.Recognition
	for i := 0; i < len(pcm); {
		j := i
		for j < len(pcm) && pcm[j] == pcm[i] {
			j++
		}
		if n := int(pcm[i]) - wordBase; n >= 0 && n < len(vocabulary) && j-i > 150*perMS {
			r.Words = append(r.Words, practice.Word{Text: vocabulary[n], StartMS: int64(i / perMS), EndMS: int64(j / perMS), Confidence: 0.9})
			r.Text = strings.TrimSpace(r.Text + " " + vocabulary[n])
		}
		i = j
	}
	if r.Text != "" {
		r.Text += "."
	}
	return r, nil
}

type gate struct{ closed *int }

func (g gate) Probability(frame []int16) (float64, error) {
	loud := 0
	for _, s := range frame {
		if s > 500 {
			loud++
		}
	}
	return float64(loud) / float64(len(frame)), nil
}

func (g gate) Close() error { *g.closed++; return nil }

type mouth struct{}

func (mouth) Synthesize(ctx context.Context, r practice.SpeechRequest, _ practice.Priority) (practice.Speech, error) {
	select {
	case <-time.After(60 * time.Millisecond):
	case <-ctx.Done():
		return practice.Speech{}, ctx.Err()
	}
	var s practice.Speech
	for i, w := range strings.Fields(r.Text) {
		s.Words = append(s.Words, practice.Word{Text: w, StartMS: int64(i) * 250, EndMS: int64(i)*250 + 240})
		for range 250 * 48 {
			s.PCM = append(s.PCM, 5000)
		}
	}
	s.PauseMS = 200
	return s, nil
}

type sure struct{}

func (sure) EndOfTurn(context.Context, []int16, practice.Priority) (float64, error) { return 0.9, nil }

// diary is a log in memory that can be out of order.
type diary struct {
	mu     sync.Mutex
	events []practice.Event
	down   bool
	final  error
	tries  int
}

func (d *diary) Append(_ context.Context, _ practice.CallID, _ int64, events []practice.Event) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tries++
	if d.final != nil {
		return d.final
	}
	if d.down {
		return fmt.Errorf("database: %w", practice.ErrUnavailable)
	}
	for _, e := range events {
		if int(e.Seq) == len(d.events)+1 {
			d.events = append(d.events, e)
		} else if int(e.Seq) > len(d.events) {
			return practice.ErrConflict
		}
	}
	return nil
}

func (d *diary) set(f func()) { d.mu.Lock(); defer d.mu.Unlock(); f() }

func (d *diary) record(t *testing.T) practice.Record {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	r, err := practice.Fold(d.events)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tape is a recorder in memory.
type tape struct {
	mu       sync.Mutex
	trainee  map[int64]int16 // by 20 ms
	customer map[int64]int16
	ticks    int64
	closed   bool
}

func (r *tape) Trainee(at int64, pcm []int16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range pcm {
		if p := at + int64(i); p%320 == 160 {
			r.trainee[p/320] = s
		}
	}
}

func (r *tape) Customer(at int64, pcm []int16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.customer[at/960] = pcm[480]
}
func (r *tape) Advance(tick int64) error           { r.ticks = tick; return nil }
func (r *tape) Close(context.Context, int64) error { r.closed = true; return nil }

// wire is a line in memory.
type wire struct {
	mu     sync.Mutex
	frames []int64
	loud   []bool
	shown  []practice.LineOutput
	closed bool
	ear    *Ear
	sample int64
}

func (w *wire) Frame(tick int64, pcm []int16) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frames = append(w.frames, tick)
	w.loud = append(w.loud, pcm[0] != 0)
}

func (w *wire) Send(m practice.LineOutput) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shown = append(w.shown, m)
}

// told is what was sent so far, and whether the line was closed.
func (w *wire) told() (shown []practice.LineOutput, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.shown), w.closed
}

func (w *wire) Close() { w.mu.Lock(); defer w.mu.Unlock(); w.closed = true }

// hears feeds sound in real time, 20 ms at a time; nil is silence.
func (w *wire) hears(pcm []int16, total time.Duration) {
	var frame [320]int16
	for range int(total / tick) {
		time.Sleep(tick) //nolint:forbidigo // virtual time
		n := copy(frame[:], pcm)
		pcm = pcm[n:]
		clear(frame[n:])
		w.ear.Sound(w.sample, frame[:])
		w.sample += 320
		w.mu.Lock()
		last := int64(-1)
		if n := len(w.frames); n > 6 {
			last = w.frames[n-6]
		}
		w.mu.Unlock()
		if last >= 0 && w.sample%(320*12) == 0 {
			w.ear.Heard(last)
		}
	}
}

type scene struct {
	t      *testing.T
	house  *House
	live   *Live
	log    *diary
	tape   *tape
	line   *wire
	ears   *ears
	closed int
}

func newScene(t *testing.T, change func(*Ports, *Ticket)) *scene {
	t.Helper()
	s := &scene{t: t, log: &diary{}, tape: &tape{trainee: map[int64]int16{}, customer: map[int64]int16{}}, line: &wire{}, ears: &ears{}}
	ports := Ports{
		Recognizer: s.ears, EndOfTurn: sure{}, Synthesizer: mouth{}, Log: s.log,
		Detector: func() (VoiceDetector, error) { return gate{&s.closed}, nil },
	}
	ticket := Ticket{
		ID: "call-1", Lease: 1, Mind: rote{lines: []string{opening, "That is what they told me last week. I do not believe it any more.", "Fine."}},
		Config: Config{Voice: true, Started: practice.CallStarted{Endpoint: "auto", Mode: practice.ModeVoice, Words: "authored"}},
		Perceive: func(context.Context, string, []practice.Word, []string, practice.Priority) ([]practice.Act, error) {
			return nil, nil
		},
		Recorder: s.tape,
	}
	if change != nil {
		change(&ports, &ticket)
	}
	s.house = NewHouse(ports, Options{Limit: 1})
	live, err := s.house.Admit(ticket)
	if err != nil {
		t.Fatal(err)
	}
	s.live = live
	return s
}

func (s *scene) join() *scene { return s.joinBy("webrtc", false) }

// joinBy gives the call the scene's line.
func (s *scene) joinBy(transport string, takeOver bool) *scene {
	s.t.Helper()
	ear, err := s.live.Join(s.t.Context(), s.line, takeOver)
	if err != nil {
		s.t.Fatal(err)
	}
	s.line.ear = ear
	ear.Control(practice.LineUp{Transport: transport})
	return s
}

func TestCallFromLineUpToHangUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 7*time.Second)
		spoke := voiceOf("your parcel is in leeds and will come by six today")
		s.line.hears(spoke, 9*time.Second)
		s.line.ear.Control(practice.HangUp{})
		<-s.live.Done()
		s.house.Close()
		r := s.log.record(t)
		if len(r.Turns) != 3 || r.Turns[0].Text != opening || r.Turns[1].Text != "your parcel is in leeds and will come by six today." || r.Turns[2].Speaker != practice.Customer {
			t.Fatalf("turns %+v", r.Turns)
		}
		if r.Ended == nil || r.Ended.By != practice.EndedByTrainee || r.Cut {
			t.Fatalf("ended %+v", r.Ended)
		}
		w := r.Turns[1].Words
		if d := w[0].StartMS - 7000; d < -25 || d > 45 { // within a frame or two of when it was said
			t.Fatalf("the first word is at %d ms on the call clock, said at about 7000", w[0].StartMS)
		}
		for i, tick := range s.line.frames {
			if tick != int64(i) {
				t.Fatalf("frame %d has tick %d", i, tick)
			}
		}
		// Both channels of the recording lie where the transcript says.
		mid := (w[3].StartMS + w[3].EndMS) / 2 / 20
		if got := s.tape.trainee[mid]; got != int16(wordBase+slices.Index(vocabulary, "in")) && got != int16(wordBase+slices.Index(vocabulary, w[3].Text)) {
			t.Errorf("trainee channel holds %d where %q is", got, w[3].Text)
		}
		cw := r.Turns[0].Words[5]
		if got := s.tape.customer[(cw.StartMS+cw.EndMS)/2/20]; got != 5000 {
			t.Errorf("customer channel holds %d where %q is", got, cw.Text)
		}
		if !s.tape.closed || !s.line.closed || s.closed != 1 {
			t.Error("recording, line or detector left open")
		}
		if _, ok := s.line.shown[len(s.line.shown)-1].(practice.CallOver); !ok {
			t.Errorf("the last message is %T", s.line.shown[len(s.line.shown)-1])
		}
		var states []practice.LiveState
		for _, m := range s.line.shown {
			if st, ok := m.(practice.CallState); ok {
				states = append(states, st.State)
			}
		}
		if !slices.Equal(states, []practice.LiveState{practice.StateConnecting, practice.StateLive, practice.StateEnded}) {
			t.Errorf("the page was told the states %v", states)
		}
	})
}

func TestLogOutageOfHalfAMinuteLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 7*time.Second)
		s.log.set(func() { s.log.down = true })
		s.line.hears(voiceOf("your parcel is in leeds and will come by six today"), 15*time.Second)
		s.line.hears(voiceOf("please wait now"), 15*time.Second)
		if r := s.log.record(t); len(r.Turns) > 1 {
			t.Fatal("the log was not down")
		}
		s.log.set(func() { s.log.down = false })
		s.line.hears(nil, 3*time.Second)
		if r := s.log.record(t); len(r.Turns) < 4 {
			t.Fatalf("after the outage the log holds %d turns", len(r.Turns))
		}
		s.line.ear.Control(practice.HangUp{})
		<-s.live.Done()
		s.house.Close()
		if r := s.log.record(t); r.Ended == nil {
			t.Fatal("no end")
		}
	})
}

func TestLogThatRefusesForGoodEndsTheCallCleanly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 3*time.Second)
		s.log.set(func() { s.log.final = practice.ErrConflict })
		s.line.hears(nil, 10*time.Second)
		<-s.live.Done()
		s.house.Close()
		if !s.line.closed {
			t.Error("the line was left open")
		}
	})
}

func TestKilledCallLeavesAPrefixThatFolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 4*time.Second)
		at := time.Now()
		s.log.mu.Lock()
		kept := slices.Clone(s.log.events)
		s.log.mu.Unlock()
		if len(kept) < 4 {
			t.Fatalf("4 s into the call the log holds %d events", len(kept))
		}
		for n := range len(kept) + 1 {
			if _, err := practice.Fold(kept[:n]); err != nil {
				t.Fatalf("prefix of %d: %v", n, err)
			}
		}
		if last := time.UnixMilli(kept[len(kept)-1].WallMS); at.Sub(last) > 4*time.Second {
			t.Fatal("the log is far behind")
		}
		s.house.Close()
		<-s.live.Done()
		r := s.log.record(t)
		if !r.Cut || r.Ended == nil || r.Ended.By != practice.EndedByServer {
			t.Fatalf("%+v", r.Ended)
		}
	})
}

func TestCallNobodyJoinsIsOverAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil)
		began := time.Now()
		<-s.live.Done()
		if d := time.Since(began); d != time.Minute {
			t.Fatalf("after %v", d)
		}
		if r := s.log.record(t); r.Ended == nil || !r.HasStarted {
			t.Fatal("it left no record")
		}
		s.house.Close()
	})
}

func TestLostLineEndsTheCallAfterThreeQuartersOfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 3*time.Second)
		s.line.ear.Control(practice.LineDown{Reason: "network"})
		began := time.Now()
		<-s.live.Done()
		if d := time.Since(began); d < 45*time.Second || d > 46*time.Second {
			t.Fatalf("after %v", d)
		}
		s.house.Close()
	})
}

func TestReconnectDoesNotKillTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 3*time.Second)
		first := s.line
		s.line.ear.Control(practice.LineDown{Reason: "network"})
		time.Sleep(5 * time.Second) //nolint:forbidigo // virtual time
		s.line = &wire{}
		s.join()
		first.ear.Control(practice.LineDown{Reason: "the old line's last word"})
		s.line.hears(nil, 8*time.Second)
		if !first.closed {
			t.Error("the first line was left open")
		}
		s.line.hears(voiceOf("your parcel is in leeds"), 6*time.Second)
		s.line.ear.Control(practice.HangUp{})
		<-s.live.Done()
		s.house.Close()
		r := s.log.record(t)
		if len(r.Turns) < 4 || r.Turns[0].Text+" "+r.Turns[0].Unheard != opening || !strings.HasPrefix(r.Turns[1].Text, "Hello?") ||
			!strings.HasSuffix(r.Turns[1].Text, r.Turns[0].Unheard) || r.Turns[2].Text != "your parcel is in leeds." {
			t.Fatalf("turns %+v", r.Turns)
		}
	})
}

func TestLineThatWasTakenOverIsNotHeardAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 7*time.Second)
		first := s.line
		s.line = &wire{}
		s.joinBy("webrtc", true)
		spoken := voiceOf("please wait now")
		var frame [320]int16
		for range 200 { // both lines bring sound; the old one's clock is another
			n := copy(frame[:], spoken)
			spoken = spoken[n:]
			clear(frame[n:])
			time.Sleep(tick) //nolint:forbidigo // virtual time
			first.ear.Sound(first.sample, frame[:])
			first.sample += 320
			clear(frame[:])
			s.line.ear.Sound(s.line.sample, frame[:])
			s.line.sample += 320
		}
		first.ear.Control(practice.HangUp{})
		s.line.hears(voiceOf("your parcel is in leeds"), 6*time.Second)
		s.house.Close()
		r := s.log.record(t)
		if len(r.Turns) < 2 || r.Turns[1].Text != "your parcel is in leeds." {
			t.Fatalf("turns %+v", r.Turns)
		}
		if len(r.Gaps) != 0 {
			t.Fatalf("gaps %+v", r.Gaps)
		}
	})
}

func TestFullHouseRefusesAndDrainEndsCleanly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 3*time.Second)
		_, err := s.house.Admit(Ticket{ID: "call-2", Mind: rote{}, Perceive: s.live.ticket.Perceive})
		if !errors.Is(err, practice.ErrBusy) {
			t.Fatalf("a second call in a house of one: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := s.house.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		r := s.log.record(t)
		if r.Ended == nil || r.Ended.By != practice.EndedByServer || !r.Cut {
			t.Fatalf("%+v", r.Ended)
		}
		if _, err := s.live.Join(t.Context(), &wire{}, false); !errors.Is(err, practice.ErrEnded) {
			t.Fatalf("join after the end: %v", err)
		}
	})
}

func TestSlowModelDoesNotHoldUpTheSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.ears.hang = true
		s.line.hears(nil, 7*time.Second)
		s.line.hears(voiceOf("your parcel is in leeds"), 12*time.Second)
		s.line.mu.Lock()
		n := len(s.line.frames)
		s.line.mu.Unlock()
		if n < 940 {
			t.Fatalf("%d frames in 19 s", n)
		}
		s.house.Close()
	})
}

func TestLostSoundIsRecordedAsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil).join()
		s.line.hears(nil, 7*time.Second)
		time.Sleep(600 * time.Millisecond) //nolint:forbidigo // virtual time
		s.line.sample += 320 * 30
		s.line.hears(voiceOf("your parcel is in leeds"), 6*time.Second)
		s.house.Close()
		r := s.log.record(t)
		if len(r.Gaps) != 1 || r.Gaps[0].ToMS-r.Gaps[0].FromMS != 600 {
			t.Fatalf("gaps %+v", r.Gaps)
		}
		if got := r.Turns[1].Words[0].StartMS; got < 7575 || got > 7645 {
			t.Fatalf("after the gap the first word is at %d", got)
		}
	})
}

func TestTraineeIsHeardOnALineThatHasBecomeSlower(t *testing.T) {
	for _, delay := range []time.Duration{200 * time.Millisecond, 600 * time.Millisecond, 1500 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, nil).join()
			s.line.hears(nil, 7*time.Second)
			time.Sleep(delay) //nolint:forbidigo // virtual time; from here on all sound is so late
			s.line.hears(nil, 3*time.Second)
			said := time.Since(s.live.started).Milliseconds()
			s.line.hears(voiceOf("your parcel is in leeds"), 6*time.Second)
			s.house.Close()
			r := s.log.record(t)
			if len(r.Turns) < 3 || r.Turns[1].Text != "your parcel is in leeds." {
				t.Fatalf("%v slower: turns %+v", delay, r.Turns)
			}
			start := r.Turns[1].Words[0].StartMS
			if d := start - said; d < -45 || d > 45 {
				t.Fatalf("%v slower: said at %d ms, placed at %d", delay, said, start)
			}
			if got := s.tape.trainee[(start+130)/20]; got != int16(wordBase+slices.Index(vocabulary, "your")) {
				t.Fatalf("%v slower: the recording holds %d where the first word is", delay, got)
			}
		})
	}
}

func TestTypedCallNeedsNoSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, func(p *Ports, k *Ticket) {
			*p = Ports{Log: p.Log} // no model at all
			k.Recorder = nil
			k.Config.Started.Mode = practice.ModeTyped
		})
		ear, err := s.live.Join(t.Context(), s.line, false)
		if err != nil {
			t.Fatal(err)
		}
		ear.Control(practice.LineUp{Transport: "typing"})
		time.Sleep(8 * time.Second) //nolint:forbidigo // virtual time
		ear.Control(practice.TypedText{Text: "Where do you live?"})
		time.Sleep(8 * time.Second) //nolint:forbidigo // virtual time
		ear.Control(practice.HangUp{})
		<-s.live.Done()
		s.house.Close()
		r := s.log.record(t)
		if len(r.Turns) != 3 || !r.Turns[1].Typed || r.Turns[2].Text == "" || len(r.Troubles) != 0 {
			t.Fatalf("%+v, troubles %+v", r.Turns, r.Troubles)
		}
	})
}

func TestSpokenCallThatCannotBeHeardIsRefusedOrHeldByTyping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, func(p *Ports, _ *Ticket) {
			p.Detector = func() (VoiceDetector, error) { return nil, errModel }
		}).join()
		s.line.hears(nil, 7*time.Second)
		s.line.ear.Control(practice.TypedText{Text: "Where do you live?"})
		s.line.hears(voiceOf("please wait now"), 9*time.Second)
		s.house.Close()
		r := s.log.record(t)
		if len(r.Turns) != 3 || !r.Turns[1].Typed || len(r.Troubles) != 1 {
			t.Fatalf("%+v, troubles %+v", r.Turns, r.Troubles)
		}
		for _, missing := range []Ports{{Log: s.log, Recognizer: s.ears}, {Log: s.log, Detector: s.house.ports.Detector}} {
			house := NewHouse(missing, Options{})
			if _, err := house.Admit(Ticket{ID: "call-2", Mind: rote{}, Perceive: s.live.ticket.Perceive}); !errors.Is(err, practice.ErrUnavailable) {
				t.Fatalf("without ears: %v", err)
			}
			house.Close()
		}
	})
}

func TestLineThatJoinsACallJustEndedIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, nil)
		late := newLive(s.live.ticket, s.house.ports, s.house.opts)
		late.control <- command{end: &End{By: practice.EndedByServer}}
		ear, err := late.Join(t.Context(), s.line, false) // before anybody could read either
		if ear == nil || err != nil {
			t.Fatal(err)
		}
		late.run(t.Context())
		if n := len(s.line.shown); !s.line.closed || n == 0 {
			t.Fatalf("the line was left open, told %d things", n)
		}
		s.house.Close()
	})
}
