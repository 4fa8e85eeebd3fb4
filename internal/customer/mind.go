package customer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Mind is a customer in the middle of a call. It has value semantics: a copy is a snapshot, and every method returns a
// new mind and leaves its receiver as it was, so that work ahead of time can be thrown away.
type Mind struct {
	scenario *practice.Scenario // never written
	lines    *Lines             // never written
	answers  [][]phrase         // of each group of lines, the phrases that it answers; never written
	seed     uint64
	history  []string // the trainee's stock phrases from other calls; never written

	heat, trust int
	needs       []practice.NeedState // in the scenario's order
	told        []string             // facts that were heard, and concern
	telling     []string             // facts in the line being spoken
	answered    []string             // topics that she has answered
	used        []uint64             // bits of lines already taken
	spoken      []string             // what was heard of her, oldest first
	last        string               // the line being spoken
	credits     []credit             // soothing so far, for fading
	slots       slots
	tape        []practice.MindInput // all that it was told
	memory      *practice.Memory     // of the earlier call; never written
	recalled    slots                // what lines about the earlier call take up
	hearing     []sentence           // the turn being answered
	step        int                  // turns and silences so far: what chance is drawn with
	turns       int
	earned      int // steps towards the hidden concern
	silences    int
	holding     bool // on hold, and told so
	left        bool // on hold without a word, which has been counted
	held        bool // taken off hold since the trainee last spoke
	refusals    int  // of a supervisor
	supervisor  bool
	stalled     int // turns since anything got better
	closings    int
	vague       int
	odd         int
	tooMuch     int             // promises and offers past what can be kept
	doubtful    int             // … in the last turn
	asking      []string        // topics asked about in the turn being answered
	moves       []practice.Move // what she did so far, the latest last
	questions   []string        // of the trainee so far
	askedTwice  []string        // topics that she has had to answer again
	promises    []practice.Promise
	insults     int
	unclear     int
	apologies   int // generic ones that grated
	stock       int // stock phrases that grated
	partings    int // how far her own goodbye has come
	lastMove    practice.Move
	ending      practice.Ending
}

// credit is one soothing thing done before.
type credit struct {
	key   string
	quote string
}

// HeardTurn is a committed turn of the trainee as the mind takes it in.
type HeardTurn struct {
	Turn        int // position in the transcript
	Text        string
	Acts        []practice.Act
	Unsure      bool  // recognition too uncertain to move anything
	SilenceMS   int64 // silence of both before it
	DurationMS  int64 // how long the trainee spoke
	Interrupted bool  // it cut her off
	CutIn       bool  // she cuts in on it: it had gone on too long for her
}

// Reply is what the customer does next. Text is empty when she says nothing (a silence not yet long enough, or a call
// that is over). With an Ending the call ends once Text is heard.
type Reply struct {
	Move   practice.Move
	Text   string
	Ledger []practice.LedgerEntry
	Heat   int // hundredths
	Trust  int // hundredths
	Needs  map[string]practice.NeedState
	Told   []string // facts told with this line; concern for the hidden one
	Ending practice.Ending
	// Holding: she has granted an announced hold and waits.
	Holding bool
}

// NewMind is a customer about to call. Scenario and lines are kept by reference and must not be changed afterwards.
// phraseHistory holds the trainee's recorded stock phrases; they calm less from the start.
func NewMind(s practice.Scenario, lines Lines, seed uint64, phraseHistory []string) Mind {
	m := Mind{
		scenario: &s, lines: &lines, seed: seed, history: slices.Clone(phraseHistory),
		heat: hundredths(s.Opening.Heat), trust: hundredths(s.Opening.Trust),
		needs: make([]practice.NeedState, len(s.Needs)),
	}
	for i := range m.needs {
		m.needs[i] = practice.NeedUnmet
	}
	for _, g := range lines.Groups {
		m.answers = append(m.answers, compileAll(g.Heard))
	}
	if s.Pinned != nil {
		m.heat = hundredths(s.Pinned.Heat)
	}
	if s.FollowUpOf != "" {
		return m.Remembering(DefaultMemory(&s))
	}
	return m
}

func hundredths(f float64) int {
	if f < 0 {
		return -int(-f*100 + 0.5)
	}
	return int(f*100 + 0.5)
}

// clone makes every slice its own, so that writing to the copy leaves the original alone.
func (m Mind) clone() Mind {
	m.needs = slices.Clone(m.needs)
	m.told = slices.Clone(m.told)
	m.telling = slices.Clone(m.telling)
	m.answered = slices.Clone(m.answered)
	m.used = slices.Clone(m.used)
	m.spoken = slices.Clone(m.spoken)
	m.credits = slices.Clone(m.credits)
	m.moves = slices.Clone(m.moves)
	m.questions = slices.Clone(m.questions)
	m.askedTwice = slices.Clone(m.askedTwice)
	m.promises = slices.Clone(m.promises)
	m.hearing = nil
	return m
}

// Heat is how angry she is, in hundredths (0–1000).
func (m Mind) Heat() int { return m.heat }

// Trust is how far she believes the trainee, in hundredths (0–1000).
func (m Mind) Trust() int { return m.trust }

// Ending is how the call ended for her; EndingNone while it goes on.
func (m Mind) Ending() practice.Ending { return m.ending }

// CustomerSaid is what was heard of her so far, oldest first: what perception compares with.
func (m Mind) CustomerSaid() []string { return slices.Clone(m.spoken) }

// Needs is the state of each need by its id.
func (m Mind) Needs() map[string]practice.NeedState {
	out := make(map[string]practice.NeedState, len(m.needs))
	for i, n := range m.scenario.Needs {
		out[n.ID] = m.needs[i]
	}
	return out
}

// Open is the customer's first line.
func (m Mind) Open() (Mind, Reply) {
	m = m.clone()
	m.record(practice.MindInput{Op: practice.OpOpen})
	m.step++
	r := m.speak(m.recall(), wish{move: practice.MoveVent, topic: "opening"}, m.fallback())
	return m, r
}

// Said takes in what the trainee heard of the line just spoken: only that is remembered. A fact told in a line that was
// cut off before its middle has not been told.
func (m Mind) Said(heard string, interrupted bool) Mind {
	m = m.clone()
	m.record(practice.MindInput{Op: practice.OpSaid, Text: heard, Interrupted: interrupted})
	if heard != "" {
		m.spoken = append(m.spoken, heard)
	}
	if interrupted && 2*len(heard) < len(m.last) {
		m.telling = nil
	}
	for _, f := range m.telling {
		if !slices.Contains(m.told, f) {
			m.told = append(m.told, f)
		}
	}
	m.telling, m.last = nil, ""
	return m
}

// Leave is the ending when the trainee hangs up now.
func (m Mind) Leave() practice.Ending {
	switch {
	case m.ending != practice.EndingNone:
		return m.ending
	case m.content():
		return practice.EndingResolved
	case m.closings > 0 && m.heat <= partsKindlyAt:
		return practice.EndingPartedKindly
	case m.closings > 0: // goodbye was said, and nothing settled: she will complain
		return practice.EndingEscalated
	default:
		return practice.EndingAbandoned
	}
}

// knows tells whether the trainee knows her hidden concern, or is just being told.
func (m *Mind) knows() bool {
	return slices.Contains(m.told, concern) || slices.Contains(m.telling, concern)
}

// concern is the id under which the hidden concern is told.
const concern = "concern"

// mayTell tells whether a fact may be told now: it has been told, its topic is being asked about, or she is hot enough.
func (m *Mind) mayTell(id string) bool {
	if id == concern {
		return m.earned >= earnedAt || m.knows()
	}
	if slices.Contains(m.told, id) || slices.Contains(m.telling, id) {
		return true
	}
	for _, f := range m.scenario.Facts {
		if f.ID == id {
			return m.sayWhen(f)
		}
	}
	return true
}

// sayWhen judges a fact's condition: asked, heat>=N, or either.
func (m *Mind) sayWhen(f practice.Fact) bool {
	for condition := range strings.SplitSeq(f.SayWhen, " or ") {
		if least, ok := strings.CutPrefix(condition, "heat>="); ok {
			if n, err := strconv.ParseFloat(least, 64); err == nil && m.heat >= hundredths(n) {
				return true
			}
			continue
		}
		if f.Topic == "" || slices.Contains(m.asking, f.Topic) {
			return true
		}
	}
	return false
}

// speak finds words for the first wish that has any, and makes the reply.
func (m *Mind) speak(ledger []practice.LedgerEntry, wishes ...wish) Reply {
	r := Reply{Ledger: ledger, Heat: m.heat, Trust: m.trust, Needs: m.Needs(), Ending: m.ending, Holding: m.holding}
	for _, w := range wishes {
		f, ok := m.find(w)
		if !ok {
			continue
		}
		m.take(f)
		r.Move, r.Text, r.Told = f.move, f.text, slices.Clone(f.tells)
		break
	}
	m.spoke(r)
	return r
}

// spoke remembers what she is about to say.
func (m *Mind) spoke(r Reply) {
	m.last, m.lastMove = r.Text, r.Move
	if r.Move != "" {
		m.moves = append(m.moves, r.Move)
	}
}

func (m *Mind) take(f found) {
	m.use(f.id)
	m.telling = append(m.telling, f.tells...)
}

// fallback is what she says when nothing better has words: whatever presses on, and at the very last a sigh.
func (m *Mind) fallback() wish { return wish{move: practice.MoveSigh} }
