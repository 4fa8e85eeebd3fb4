package soak

import (
	"context"
	"math"
	"strings"
	"sync"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// A word is a tone; so that what was heard where can be told from the sound itself.
const (
	wordMS  = 250 // from one word's start to the next
	toneMS  = 180
	loudRMS = 0.03
)

// tone writes a word's sound at 48 kHz; at counts samples since the word's start.
func tone(pcm []int16, at int) {
	const rate = practice.SampleRateOut
	for i := range pcm {
		pcm[i] = 0
		if n := at + i; n >= 0 && n < toneMS*rate/1000 {
			pcm[i] = int16(9000 * math.Sin(2*math.Pi*440*float64(n)/float64(rate)))
		}
	}
}

// onsets finds where tones begin in a stream of blocks.
type onsets struct {
	block, quiet int // samples
	at           int64
	silent       int
	found        []int64
	rest         []int16
}

func (o *onsets) add(pcm []int16) {
	o.rest = append(o.rest, pcm...)
	pcm = o.rest
	defer func() { o.rest = o.rest[:copy(o.rest, pcm)] }()
	for len(pcm) >= o.block {
		if audio.RMS(pcm[:o.block]) < loudRMS {
			o.silent += o.block
		} else {
			if o.silent >= o.quiet {
				o.found = append(o.found, o.at)
			}
			o.silent = 0
		}
		o.at += int64(o.block)
		pcm = pcm[o.block:]
	}
}

// ears hear a word in every tone.
type ears struct{}

func (ears) Recognize(_ context.Context, pcm []int16, _ practice.Priority) (practice.Recognition, error) {
	o := onsets{block: practice.SampleRateIn / 200, quiet: practice.SampleRateIn / 25, silent: practice.SampleRateIn}
	o.add(pcm)
	var r practice.Recognition
	for _, at := range o.found {
		ms := at * 1000 / practice.SampleRateIn
		r.Words = append(r.Words, practice.Word{Text: "word", StartMS: ms, EndMS: ms + toneMS, Confidence: 0.95})
	}
	if len(r.Words) > 0 {
		r.Text = strings.TrimSpace(strings.Repeat("word ", len(r.Words))) + "?"
	}
	return r, nil
}

// gate hears a voice in anything loud.
type gate struct{ closed func() }

func (gate) Probability(frame []int16) (float64, error) {
	if audio.RMS(frame) > loudRMS/2 {
		return 0.97, nil
	}
	return 0.02, nil
}

func (g gate) Close() error { g.closed(); return nil }

// sure finds every pause to be the end.
type sure struct{}

func (sure) EndOfTurn(context.Context, []int16, practice.Priority) (float64, error) { return 0.97, nil }

// mouth says a tone for every word.
type mouth struct{}

func (mouth) Synthesize(_ context.Context, r practice.SpeechRequest, _ practice.Priority) (practice.Speech, error) {
	var s practice.Speech
	word := make([]int16, wordMS*practice.SampleRateOut/1000)
	tone(word, 0)
	for i, w := range strings.Fields(r.Text) {
		from := int64(i) * wordMS
		s.Words = append(s.Words, practice.Word{Text: w, StartMS: from, EndMS: from + toneMS})
		s.PCM = append(s.PCM, word...)
	}
	return s, nil
}

// patient answers every turn with the same few words and never loses patience.
type patient struct{}

const patientSays = "Yes go on please."

func (p patient) Open() (call.Mind, customer.Reply) { return p.Hear(customer.HeardTurn{}) }
func (p patient) Hear(customer.HeardTurn) (call.Mind, customer.Reply) {
	return p, customer.Reply{Move: practice.MoveVent, Text: patientSays, Heat: 300, Trust: 500}
}
func (p patient) NextSilenceMS() int64                           { return 600_000 }
func (p patient) Silence(int64, int) (call.Mind, customer.Reply) { return p, customer.Reply{} }
func (p patient) Said(string, bool) call.Mind                    { return p }
func (p patient) OnHold(bool, int) (call.Mind, customer.Reply)   { return p, customer.Reply{} }
func (p patient) OffHold() call.Mind                             { return p }
func (p patient) Backchannels() []string                         { return nil }
func (p patient) Leave() practice.Ending                         { return practice.EndingAbandoned }

func (p patient) LineBack(string, customer.Reply) (call.Mind, customer.Reply) {
	return p, customer.Reply{}
}

// diary is a log in memory.
type diary struct {
	mu    sync.Mutex
	calls map[practice.CallID][]practice.Event
}

func (d *diary) Append(_ context.Context, id practice.CallID, _ int64, events []practice.Event) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range events {
		if int(e.Seq) == len(d.calls[id])+1 {
			d.calls[id] = append(d.calls[id], e)
		}
	}
	return nil
}

// take returns a call's events and forgets them.
func (d *diary) take(id practice.CallID) []practice.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	events := d.calls[id]
	delete(d.calls, id)
	return events
}
