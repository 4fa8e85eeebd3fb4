package call

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// stage plays a call in virtual time: a script of what the trainee's microphone hears, models that answer after given
// delays with recorded results, and a customer who answers by rote. Everything the core puts out is kept and checked.
type stage struct {
	t    fataler
	core *Core
	tick int64

	// The script.
	sounds    []sound
	nextWinMS int64
	loudMS    int64 // microphone gone before this time
	power     float64
	clipped   int

	// The models.
	recognizeTicks, synthTicks, perceiveTicks, estimateTicks int64
	probability, likeness                                    float64
	failRecognize, failSynth                                 int
	neverRecognize, neverSynth, neverPerceive, neverEstimate bool
	noReports                                                bool
	mishearBelowMS                                           int64 // segments shorter than this are misheard
	forgotten                                                bool  // the sound is not to be kept
	acts                                                     []practice.Act
	perceives                                                func(Perceive) []practice.Act // instead of acts
	due                                                      []dueInput
	dropped                                                  map[int64]bool
	keepDropped                                              bool // answers to dropped work come all the same

	// What came out.
	events     []practice.Event
	shown      []practice.LineOutput
	playing    *playing
	audible    []string // per tick: the word that goes out, "" for silence
	gain       []float64
	gainDB     float64
	clauses    map[[2]int]clauseSound
	asked      []string // of the voice
	generation int
	finished   *Finish
	recognized []Recognize
	raised     []raised
	traces     []practice.TurnTrace
	afterStep  func(*stage)
	findWords  func(FindWords) // the model that finds her words
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

type raised struct{ tick, id int64 }

type sound struct {
	fromMS, toMS int64
	words        []practice.Word
}

type dueInput struct {
	tick int64
	id   int64
	in   Input
}

type clauseSound struct {
	samples int
	words   []practice.Word
}

type playing struct {
	key   [2]int
	at    int // sample
	total int
}

// rote is a customer who says given lines in order and remembers what was heard.
type rote struct {
	lines  []string
	ending practice.Ending // with the last line
	at     int
	heard  []string
	cuts   []bool
	hello  int
	turns  []customer.HeardTurn
	hums   []string
	holds  []bool // put on hold without speaking: announced or not
	offs   int
	waits  bool
	mood   int // her heat all along; 0: 600
}

func (r rote) copy() rote {
	r.heard = append([]string(nil), r.heard...)
	r.cuts = append([]bool(nil), r.cuts...)
	r.turns = append([]customer.HeardTurn(nil), r.turns...)
	r.holds = append([]bool(nil), r.holds...)
	return r
}

func (r rote) next() (rote, customer.Reply) {
	reply := customer.Reply{Move: practice.MoveVent, Text: "And then nothing happened at all.", Heat: 600, Trust: 400}
	if r.mood > 0 {
		reply.Heat = r.mood
	}
	if r.at < len(r.lines) {
		reply.Text = r.lines[r.at]
	}
	if r.at == len(r.lines)-1 && r.ending != practice.EndingNone {
		reply.Ending, reply.Move = r.ending, practice.MoveSayGoodbye
	}
	r.at++
	return r, reply
}

func (r rote) Open() (Mind, customer.Reply) { return r.copy().next2() }

func (r rote) next2() (Mind, customer.Reply) {
	m, reply := r.next()
	return m, reply
}

func (r rote) Hear(t customer.HeardTurn) (Mind, customer.Reply) {
	r = r.copy()
	r.turns = append(r.turns, t)
	r.hello = 0
	r.waits = strings.Contains(strings.ToLower(t.Text), "bear with me")
	m, reply := r.next()
	reply.Holding = r.waits
	switch {
	case r.waits:
		m.at, reply.Text, reply.Move = r.at, "Fine.", practice.MoveWaitGrudgingly
	case t.CutIn:
		reply.Text, reply.Move = "Hang on. "+reply.Text, practice.MoveInterrupt
	}
	return m, reply
}

func (r rote) NextSilenceMS() int64 {
	if r.waits {
		return roteWaitsMS + int64(r.hello)*7000
	}
	return 7000 + int64(r.hello)*7000
}

// roteWaitsMS is the patience of an announced hold.
const roteWaitsMS = 20_000

func (r rote) OnHold(announced bool, _ int) (Mind, customer.Reply) {
	r = r.copy()
	r.holds = append(r.holds, announced)
	return r, customer.Reply{Move: practice.MoveWaitGrudgingly, Heat: 700, Trust: 350}
}

func (r rote) OffHold() Mind {
	r = r.copy()
	r.waits = false
	r.hello = 0
	r.offs++
	return r
}

func (r rote) LineBack(rest string, unfinished customer.Reply) (Mind, customer.Reply) {
	r = r.copy()
	unfinished.Move, unfinished.Text = practice.MoveWaitGrudgingly, strings.TrimSpace("Hello? You cut out. "+rest)
	if unfinished.Heat == 0 {
		unfinished.Heat, unfinished.Trust = 600, 400
	}
	return r, unfinished
}

func (r rote) Backchannels() []string { return r.hums }

func (r rote) Silence(ms int64, _ int) (Mind, customer.Reply) {
	r = r.copy()
	if ms < r.NextSilenceMS() {
		return r, customer.Reply{}
	}
	r.hello++
	if r.waits {
		return r, customer.Reply{Move: practice.MoveWaitGrudgingly, Text: "I am still here.", Heat: 650, Trust: 400}
	}
	return r, customer.Reply{Move: practice.MoveWaitGrudgingly, Text: "Hello? Are you there?", Heat: 650, Trust: 400}
}

func (r rote) Said(heard string, interrupted bool) Mind {
	r = r.copy()
	r.heard = append(r.heard, heard)
	r.cuts = append(r.cuts, interrupted)
	return r
}

func (r rote) Leave() practice.Ending { return practice.EndingAbandoned }

const opening = "My parcel never came, and my son has no present today. I want to know where it is right now."

func newStage(t fataler) *stage {
	lines := []string{opening, "That is what they told me last week. I do not believe it any more.", "Fine, and when will that be?", "I see. Well, go on then."}
	return newStageWith(t, rote{lines: lines}, Config{Voice: true, Speaker: "test", Started: practice.CallStarted{Endpoint: "auto", Mode: practice.ModeVoice, Words: "authored", Seed: 7}})
}

func newStageWith(t fataler, m Mind, cfg Config) *stage {
	return &stage{
		t: t, core: New(cfg, m), recognizeTicks: 6, synthTicks: 3, perceiveTicks: 1, estimateTicks: 3, probability: 0.9,
		dropped: map[int64]bool{}, clauses: map[[2]int]clauseSound{},
	}
}

// up brings the line up.
func (s *stage) up() *stage {
	s.step(LineIsUp{Transport: "webrtc"})
	return s
}

// says puts spoken words into the script: 300 ms a word, voiced throughout. It returns when they end.
func (s *stage) says(atMS int64, text string) int64 {
	at := atMS
	var words []practice.Word
	for w := range strings.FieldsSeq(text) {
		words = append(words, practice.Word{Text: w, StartMS: at, EndMS: at + 260, Confidence: 0.9})
		at += 300
	}
	s.sounds = append(s.sounds, sound{fromMS: atMS, toMS: at, words: words})
	return at
}

// noise puts a sound without words into the script.
func (s *stage) noise(atMS, ms int64) {
	s.sounds = append(s.sounds, sound{fromMS: atMS, toMS: atMS + ms})
}

func (s *stage) nowMS() int64 { return s.tick * practice.TickMS }

func (s *stage) voiced(fromMS, toMS int64) bool {
	for _, x := range s.sounds {
		if x.fromMS < toMS-16 && x.toMS > fromMS+15 {
			return true
		}
	}
	return false
}

// run lets ms of the call pass.
func (s *stage) run(ms int64) {
	for end := s.nowMS() + ms; s.nowMS() < end && s.finished == nil; {
		s.advance()
	}
}

// until lets time pass until a condition holds, at most ms.
func (s *stage) until(ms int64, what string, ok func() bool) {
	s.t.Helper()
	for end := s.nowMS() + ms; s.nowMS() < end; s.advance() {
		if ok() {
			return
		}
		if s.finished != nil {
			break
		}
	}
	if !ok() {
		s.t.Fatalf("%s: not within %d ms\n%s", what, ms, s.log())
	}
}

func (s *stage) advance() {
	for s.nextWinMS+32 <= s.nowMS() {
		p := 0.02
		if s.voiced(s.nextWinMS, s.nextWinMS+32) {
			p = 0.97
		}
		if s.nextWinMS >= s.loudMS {
			s.step(Voice{FromMS: s.nextWinMS, ToMS: s.nextWinMS + 32, Probability: p, Power: s.power, AtFullScale: s.clipped})
		}
		s.nextWinMS += 32
	}
	for i := 0; i < len(s.due); i++ {
		if d := s.due[i]; d.tick <= s.tick {
			s.due = append(s.due[:i], s.due[i+1:]...)
			i--
			if !s.dropped[d.id] || s.keepDropped {
				s.step(d.in)
			}
		}
	}
	if !s.noReports && s.tick%12 == 0 && s.tick > 5 {
		s.step(HeardUpTo{Frame: s.tick - 5})
	}
	s.step(Tick{})
	word := ""
	if p := s.playing; p != nil {
		word = s.clauses[p.key].wordAt(p.at)
		p.at += frameSamples
		if p.at >= p.total {
			s.playing = nil
		}
	}
	s.audible = append(s.audible, word)
	s.gain = append(s.gain, s.gainDB)
	s.tick++
}

func (c clauseSound) wordAt(sample int) string {
	ms := int64(sample) * 1000 / practice.SampleRateOut
	for _, w := range c.words {
		if ms < w.EndMS {
			return w.Text
		}
	}
	return rest
}

// rest is the end of a clause after its last word.
const rest = "…"

func (s *stage) later(ticks, id int64, in Input) {
	s.due = append(s.due, dueInput{s.tick + ticks, id, in})
}

// step steps the core and carries out what it says, checking what must always hold.
func (s *stage) step(in Input) {
	s.t.Helper()
	for _, out := range s.core.Step(s.tick, in) {
		s.do(out)
	}
	if s.afterStep != nil {
		s.afterStep(s)
	}
}

var errModel = errors.New("the model failed")

func (s *stage) do(out Output) {
	s.t.Helper()
	if s.finished != nil {
		s.t.Fatalf("%T after the call's end", out)
	}
	switch out := out.(type) {
	case Recognize:
		s.recognized = append(s.recognized, out)
		if out.ToMS-out.FromMS > 10_000 {
			s.t.Fatalf("a segment of %d ms was sent to the recogniser", out.ToMS-out.FromMS)
		}
		if s.neverRecognize {
			return
		}
		in := Words{ID: out.ID, TookMS: 100}
		if s.failRecognize > 0 {
			s.failRecognize--
			in.Err = errModel
		} else {
			const remembered = ringSamples / perMS // what is older has left the microphone's memory
			in.Text, in.Words = s.wordsIn(max(out.FromMS, s.nowMS()-remembered), out.ToMS)
			if out.ToMS-out.FromMS < s.mishearBelowMS {
				in.Text = mishear(in.Text)
			}
		}
		s.later(s.recognizeTicks, out.ID, in)
	case FindWords:
		s.findWords(out)
	case Compare:
		s.later(1, out.ID, Compared{ID: out.ID, Likeness: s.likeness})
	case EstimateEnd:
		if !s.neverEstimate {
			s.later(s.estimateTicks, out.ID, Estimate{ID: out.ID, Probability: s.probability})
		}
	case Perceive:
		if !s.neverPerceive {
			acts := s.acts
			if s.perceives != nil {
				acts = s.perceives(out)
			}
			s.later(s.perceiveTicks, out.ID, Perceived{ID: out.ID, Acts: acts, TookMS: 20})
		}
	case Synthesize:
		s.asked = append(s.asked, out.Request.Text)
		s.speak(out)
	case Raise:
		s.raised = append(s.raised, raised{tick: s.tick, id: out.ID})
	case Drop:
		s.dropped[out.ID] = true
	case ForgetSound:
		s.forgotten = true
	case Play:
		if out.Generation != humGeneration {
			if out.Generation < s.generation {
				s.t.Fatalf("generation %d plays after %d", out.Generation, s.generation)
			}
			s.generation = out.Generation
		}
		c, ok := s.clauses[[2]int{out.Generation, out.Clause}]
		if !ok {
			s.t.Fatalf("clause %d of generation %d plays before its sound is there", out.Clause, out.Generation)
		}
		s.playing = &playing{key: [2]int{out.Generation, out.Clause}, at: out.FromSample, total: c.samples}
	case Quiet:
		s.playing = nil
	case Release:
		for k := range s.clauses {
			if k[0] == out.Generation {
				delete(s.clauses, k)
			}
		}
	case Emit:
		raw, err := json.Marshal(out.Data)
		if err != nil {
			s.t.Fatalf("event: %v", err)
		}
		s.events = append(s.events, practice.Event{V: 1, CallID: "c", Seq: int64(len(s.events) + 1), AtMS: out.AtMS, Kind: out.Data.EventKind(), Data: raw})
	case Show:
		s.shown = append(s.shown, out.Message)
		if g, ok := out.Message.(practice.Gain); ok {
			s.gainDB = g.DB
		}
	case Finish:
		s.finished = &out
	case Trace:
		s.traces = append(s.traces, out.Turn)
	case Persist:
	}
}

func (s *stage) speak(out Synthesize) {
	if s.neverSynth {
		return
	}
	in := Synthesized{ID: out.ID, TookMS: 60}
	if s.failSynth > 0 {
		s.failSynth--
		in.Err = errModel
		s.later(s.synthTicks, out.ID, in)
		return
	}
	at := int64(0)
	for w := range strings.FieldsSeq(out.Request.Text) {
		in.Words = append(in.Words, practice.Word{Text: w, StartMS: at, EndMS: at + 240})
		at += 250
	}
	in.Samples = int(at) * practice.SampleRateOut / 1000
	in.PauseMS = 200
	s.clauses[[2]int{out.Generation, out.Clause}] = clauseSound{in.Samples, in.Words}
	s.later(s.synthTicks, out.ID, in)
}

// wordsIn is what a perfect recogniser hears: the words that lie at least half inside, closed by a full stop.
func (s *stage) wordsIn(fromMS, toMS int64) (string, []practice.Word) {
	var words []practice.Word
	var text []string
	for _, x := range s.sounds {
		for _, w := range x.words {
			if mid := (w.StartMS + w.EndMS) / 2; mid >= fromMS && mid < toMS {
				words = append(words, w)
				text = append(text, w.Text)
			}
		}
	}
	return strings.Join(text, " "), words
}

// mishear is what a recogniser makes of the end of a sentence that it has not heard from the start.
func mishear(text string) string {
	words := strings.Fields(text)
	for i := max(0, len(words)-2); i < len(words); i++ {
		words[i] = "uh"
	}
	return strings.Join(words, " ")
}

// record folds what was emitted.
func (s *stage) record() practice.Record {
	s.t.Helper()
	r, err := practice.Fold(s.events)
	if err != nil {
		s.t.Fatalf("fold: %v", err)
	}
	return r
}

// transcript is the record as lines: "C text [unheard]" and "T text".
func (s *stage) transcript() []string {
	var out []string
	for _, t := range s.record().Turns {
		line := strings.ToUpper(string(t.Speaker[:1])) + " " + t.Text
		if !t.Settled {
			line += t.Unheard
		}
		if t.Unheard != "" && t.Settled {
			line += " [" + t.Unheard + "]"
		}
		out = append(out, line)
	}
	return out
}

// spokenBetween is what went out, word by word, between two times.
func (s *stage) spokenBetween(fromMS, toMS int64) string {
	var out []string
	last := ""
	for i := fromMS / 20; i < min(toMS/20, int64(len(s.audible))); i++ {
		if w := s.audible[i]; w != last && w != "" && w != rest {
			out = append(out, w)
		}
		last = s.audible[i]
	}
	return strings.Join(out, " ")
}

// firstAudible is when the customer is first heard from a time on; -1 when she is not.
func (s *stage) firstAudible(fromMS int64) int64 {
	for i := fromMS / 20; i < int64(len(s.audible)); i++ {
		if s.audible[i] != "" && s.gain[i] > -30 {
			return i * 20
		}
	}
	return -1
}

func (s *stage) count(kind practice.EventKind) int {
	n := 0
	for _, e := range s.events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func (s *stage) mind() rote {
	m, ok := s.core.mind.(rote)
	if !ok {
		s.t.Fatalf("not a rote mind")
	}
	return m
}

func (s *stage) log() string {
	var b strings.Builder
	for _, e := range s.events {
		fmt.Fprintf(&b, "%6d %-15s %s\n", e.AtMS, e.Kind, e.Data)
	}
	return b.String()
}

func wantTranscript(t *testing.T, s *stage, want ...string) {
	t.Helper()
	got := s.transcript()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("transcript\n%s\nwant\n%s\n\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), s.log())
	}
}
