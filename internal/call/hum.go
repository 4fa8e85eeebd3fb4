package call

import (
	"github.com/rapport-calls/rapport/internal/floor"
	"github.com/rapport-calls/rapport/internal/practice"
)

// humGeneration is the generation of the customer's backchannels, which are no reply. Their sound is kept all call long.
const humGeneration = 0

// hums are the customer's backchannels: made ahead at low priority, so that one costs nothing when its moment comes.
type hums struct {
	known  bool // which there are
	sounds []hum
	asked  int // so many of their sounds
	said   int
	lastMS int64 // end of the last
	freeMS int64 // she may speak from here on
}

type hum struct {
	text       string
	id         int64 // work; 0 when it is done
	fromSample int   // its sound without the silence before it
	lastsMS    int64 // 0: there is no sound that would do
}

// humLeadMS is kept of the silence before a hum: word times are not exact.
const humLeadMS = 40

// humsFromHeat is the heat below which they are made: she may soon be calm enough to say them.
const humsFromHeat = floor.CalmHeat + 100

// hums by mood and by voice: captions of an "mm-hm" would only be in the way.
func (c *Core) mayHum() bool { return c.cfg.Voice && !c.cfg.EvenMood && !c.typing && c.opened }

// prepareHums asks for their sound, one at a time, once she is nearly calm and nobody waits for anything else.
func (c *Core) prepareHums() {
	h := &c.hums
	if h.known && h.asked == len(h.sounds) || c.heat >= humsFromHeat || !c.mayHum() || c.reply != nil && !c.reply.sentAll {
		return
	}
	if !h.known {
		h.known = true
		for _, text := range c.mind.Backchannels() {
			h.sounds = append(h.sounds, hum{text: text})
		}
	}
	if h.asked == len(h.sounds) || h.asked > 0 && h.sounds[h.asked-1].id != 0 {
		return
	}
	next := &h.sounds[h.asked]
	next.id = c.nextID()
	c.put(Synthesize{ID: next.id, Generation: humGeneration, Clause: h.asked, Priority: practice.PrioritySpeculation, Request: practice.SpeechRequest{
		Text: next.text, Speaker: c.cfg.Speaker, Pace: c.cfg.Pace, Seed: c.cfg.Started.Seed,
	}})
	h.asked++
}

// onHumSound takes the sound of one. It tells whether it was one's.
func (c *Core) onHumSound(s Synthesized) bool {
	for i := range c.hums.sounds {
		h := &c.hums.sounds[i]
		if h.id == 0 || h.id != s.ID {
			continue
		}
		h.id = 0
		if s.Err != nil || len(s.Words) == 0 {
			return true
		}
		from, to := s.Words[0].StartMS, s.Words[len(s.Words)-1].EndMS
		if to > from && to-from <= floor.HumLongestMS {
			h.fromSample, h.lastsMS = int(max(0, from-humLeadMS))*practice.SampleRateOut/1000, to-from
		}
		return true
	}
	return false
}

// hum lets a calm customer say "mm-hm" at a pause in a long turn that will go on.
func (c *Core) hum() {
	u := &c.utt
	if !u.active || u.typed || u.overReply || !u.paused || !c.up || c.reply != nil || c.hold.on || !c.mayHum() || len(c.hums.sounds) == 0 {
		return
	}
	text, known, _ := u.text()
	if !c.listening.Due(floor.Listened{
		Heat: c.heat, SinceMS: c.nowMS() - max(u.startMS, c.hums.lastMS), QuietMS: c.voice.UpToMS() - u.lastMS, Text: text, HasWords: known && text != "",
		Probability: u.ends.Probability(), HasEstimate: u.ends.Known(), Turn: c.turn, Said: c.hums.said,
	}) {
		return
	}
	i := c.listening.Which(c.hums.said, len(c.hums.sounds))
	h := &c.hums.sounds[i]
	c.hums.said++
	if h.lastsMS == 0 {
		return
	}
	c.hums.lastMS = c.nowMS() + h.lastsMS + humLeadMS
	c.hums.freeMS = c.hums.lastMS + floor.HumSilenceMS
	c.setGain(floor.HumDB, 0)
	c.put(Play{Generation: humGeneration, Clause: i, FromSample: h.fromSample})
	c.emit(practice.Backchannel{Text: h.text, StartMS: c.nowMS(), EndMS: c.hums.lastMS})
}
