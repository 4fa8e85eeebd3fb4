package call

import (
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Config is what a call's rules depend on. It does not change during the call.
type Config struct {
	Started  practice.CallStarted
	Speaker  string  // the customer's voice
	Pace     float64 // 1 is the voice's own
	Heat     int     // at the opening, hundredths
	Cuts     int     // heat from which she cuts in on long turns, hundredths; 0: never
	EvenMood bool    // floor rules do not follow heat: for measuring
	Model    bool    // her words may be a model's
	Rendered bool    // the voice has whole sentences, ready: no clause is spoken apart from its sentence
	Voice    bool    // there is a synthesiser; without one her words come as captions
	Patience float64 // the trainee's patience setting: multiplies waits; below 1 counts as 1
	Yields   int     // percent of the bounds after which she yields to a voice over hers; 0 is 100. For measuring
}

// Core is one call's rules and state: who speaks, what was said, what is being prepared. It has no goroutine, clock or
// I/O; Step is its only way in, and one goroutine owns it.
type Core struct {
	cfg       Config
	stop      floor.Stop
	over      floor.Interruption
	rest      floor.Silence
	monologue floor.Monologue
	listening floor.Listening
	breathing floor.Breathing
	out       []Output
	tick      int64
	id        int64 // last work handed out

	// The line.
	up        bool
	typing    bool // the line carries no sound
	wasUp     bool
	upTick    int64
	downTick  int64 // when it last went down
	backTick  int64 // when it last came up
	rejoining bool  // she has missed the line and will say so
	captions  bool
	muted     bool
	gainDB    float64

	// The floor.
	holder  practice.FloorHolder
	quietMS int64 // since when nobody has spoken
	askedMS int64 // when the customer last said "Hello?" in this silence
	hold    holdState
	safety  safety

	// The trainee.
	voice  floor.Voice
	pauses floor.Pauses
	windows
	utt     utterance
	overlap overlap

	// The customer.
	mind       Mind
	taped      int // inputs of the mind that are on record
	heat       int
	opened     bool
	said       []string              // every heard line
	script     []customer.ScriptLine // both speakers' heard lines
	generation int
	prep       *prepared
	reply      *reply
	replyEndMS int64 // end of her last turn
	heard      heardReports
	hums       hums
	answers    answers
	level      floor.Level
	echoes     int // times that she was heard over her own words, on this line

	// The record.
	turn       int   // turns in the transcript
	saidUpToMS int64 // end of the trainee's last turn
	ticking    bool
	second     *secondReading
	closing    *closing
	ended      bool
}

// Nominal times of the path to the trainee's ear, used while the line does not report what was heard, in ticks.
const nominalLatencyTicks = 6

// New returns a call that has not started: its first Step writes the start. mind is the customer before her opening.
func New(cfg Config, mind Mind) *Core {
	return &Core{
		cfg:       cfg,
		stop:      floor.Stop{Endpoint: floor.Endpoint(cfg.Started.Endpoint), Patience: cfg.Patience},
		over:      floor.Interruption{Percent: cfg.Yields},
		rest:      floor.Silence{Seed: cfg.Started.Seed},
		monologue: floor.Monologue{Above: cfg.Cuts, Patience: cfg.Patience},
		listening: floor.Listening{Seed: cfg.Started.Seed},
		breathing: floor.Breathing{Seed: cfg.Started.Seed},
		mind:      mind,
		heat:      cfg.Heat,
		holder:    practice.FloorFree,
		typing:    cfg.Started.Mode == practice.ModeTyped,
	}
}

// Ended tells whether the call is over. Step does nothing any more.
func (c *Core) Ended() bool { return c.ended }

// Step takes one input at a tick of the call clock and returns what is to be done, in order. The slice is valid until
// the next Step. Ticks never go back; an input that comes with an older tick counts as of the newest.
func (c *Core) Step(tick int64, in Input) []Output {
	c.out = c.out[:0]
	if c.ended {
		return nil
	}
	if c.id == 0 { // the first Step of all
		c.id = 1
		c.emit(c.cfg.Started)
	}
	c.tick = max(c.tick, tick)
	switch in := in.(type) {
	case Tick:
		c.ticking = true
		c.onTick()
		c.ticking = false
	case Voice:
		c.onVoice(in)
	case Words:
		c.onWords(in)
	case Compared:
		c.onCompared(in)
	case Estimate:
		c.onEstimate(in)
	case Perceived:
		c.onPerceived(in)
	case Synthesized:
		c.onSynthesized(in)
	case WordsFound:
		c.onWordsFound(in)
	case HeardUpTo:
		c.heard.report(in.Frame, c.tick)
	case LineIsUp:
		c.onLineUp(in)
	case LineIsDown:
		c.onLineDown(in)
	case Say:
		c.onSay(in.Text)
	case Mute:
		c.onMute(in.On)
	case Hold:
		c.onHold(in.On)
	case SafetyChosen:
		c.onSafetyChosen(in.GoOn)
	case Captions:
		c.captions = in.On
	case HangUp:
		c.close(closing{by: practice.EndedByTrainee, reason: "hung up"})
	case End:
		c.finish(Finish(in))
	case SoundLost:
		c.emit(practice.SoundGap(in))
	case Misfortune:
		c.emit(practice.Trouble(in))
	}
	return c.out
}

// onTick moves everything that time moves.
func (c *Core) onTick() {
	if c.closing != nil {
		c.keepClosing()
		return
	}
	c.missSound()
	c.keepReading()
	if c.safety.asking { // nothing else moves, and no time runs
		c.tellHolder()
		return
	}
	c.judgeOverlap()
	c.listen()
	if c.ended || c.safety.asking {
		return
	}
	c.keepHold()
	c.sayLineBack()
	if c.ended {
		return
	}
	c.speak()
	if c.ended {
		return
	}
	c.open()
	c.breakSilence()
	c.prepareHums()
	c.hum()
	c.tellHolder()
}

// nowMS is the call clock.
func (c *Core) nowMS() int64 { return c.tick * practice.TickMS }

func (c *Core) put(o Output)               { c.out = append(c.out, o) }
func (c *Core) show(m practice.LineOutput) { c.put(Show{Message: m}) }

// emit writes an event down, after the turn before it that may still be waiting for its second reading.
func (c *Core) emit(data practice.EventData) { c.emitAt(c.nowMS(), data) }

func (c *Core) emitAt(atMS int64, data practice.EventData) {
	e := Emit{AtMS: atMS, Data: data}
	if c.second != nil {
		c.second.held = append(c.second.held, e)
		return
	}
	c.put(e)
}

func (c *Core) persist() {
	if c.second == nil {
		c.put(Persist{})
	}
}

func (c *Core) nextID() int64 {
	c.id++
	return c.id
}

// drop forgets work that was asked for. Zero is no work.
func (c *Core) drop(id int64) {
	if id != 0 {
		c.put(Drop{ID: id})
	}
}

func (c *Core) setGain(db float64, rampMS int) {
	if c.gainDB == db {
		return
	}
	c.gainDB = db
	c.show(practice.Gain{DB: db, RampMS: rampMS})
}

// mood is the heat that floor rules follow.
func (c *Core) mood() int {
	if c.cfg.EvenMood {
		return floor.EvenHeat
	}
	return c.heat
}

// tellHolder says who holds the floor whenever that has changed.
func (c *Core) tellHolder() {
	holder := practice.FloorFree
	switch {
	case c.customerSpeaks():
		holder = practice.FloorCustomer
	case c.utt.active && !c.utt.typed:
		holder = practice.FloorTrainee
	}
	if holder == c.holder {
		return
	}
	c.holder = holder
	c.show(practice.FloorHeld{Holder: holder, AtMS: c.nowMS()})
}

// customerSpeaks tells whether her words are on their way to the trainee's ear.
func (c *Core) customerSpeaks() bool { return c.reply != nil && c.reply.started && !c.reply.cut }
