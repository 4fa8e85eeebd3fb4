package bench

import (
	"fmt"
	"sort"

	"github.com/rapport-calls/rapport/internal/bench/sound"
	"github.com/rapport-calls/rapport/internal/bench/verdict"
	"github.com/rapport-calls/rapport/internal/practice"
)

// pauseLengths are those of a pause trial, in equal shares.
func pauseLengths() []int { return []int{300, 600, 900, 1200} }

// turnTrials are plain and unfinished turns, as bench call measures them.
func turnTrials(speech []Recording, n int, seed uint64) []trial {
	var out []trial
	for _, r := range shuffled(speech, n, seed, "trials") {
		t := trial{situation: plain, rec: r}
		if !r.Finished {
			t.situation = unfinished
		}
		out = append(out, t)
	}
	return out
}

// Part is a share of bench floor's situations.
type Part string

// The parts; an empty one is everything.
const (
	OnlyTurns    Part = "turns"    // plain, unfinished, paused and dictated turns
	OnlyOverlaps Part = "overlaps" // what falls into her replies, to the shortest turns
)

// plan draws a run: n trials a situation, all shuffled, one overlap for each reply as long as there are some.
func plan(o Options) ([]exchange, error) {
	n, seed := o.Trials, o.Seed
	var turns, overs []trial
	if o.Only != OnlyOverlaps {
		turns = turnTrials(o.Speech, n, seed)
		pauses, err := pauseTrials(o.Speech, n, seed)
		if err != nil {
			return nil, err
		}
		turns = append(turns, pauses...)
		for i, d := range shuffled(o.Script.Dictations, n, seed, "dictation") {
			turns = append(turns, dictationTrial(d, i, seed))
		}
	}
	ways := n
	if o.Only == OnlyOverlaps {
		ways = 4 * n // a reply for each
	}
	if o.Only != OnlyTurns {
		for i, set := range shuffled(o.Script.Phrases, ways, seed, "phrases") {
			turns = append(turns, phraseTrial(set, i, seed))
		}
		overs = overlapTrials(o.Script, n, seed)
	}
	shuffle(turns, seed, "turns")
	shuffle(overs, seed, "overlaps")
	if len(overs) > len(turns) {
		return nil, fmt.Errorf("%d sounds have no reply to fall into: %w", len(overs)-len(turns), practice.ErrInvalid)
	}
	out := make([]exchange, len(turns))
	for i := range out {
		out[i].turn = turns[i]
		out[i].turn.gapMS = practice.Draw(seed, i, "gap", 500)
		if i < len(overs) {
			overs[i].leadMS = 600 + practice.Draw(seed, i, "lead", 1901)
			out[i].over = &overs[i]
		}
	}
	return out, nil
}

// overlapTrials are what falls into her replies.
func overlapTrials(s Script, n int, seed uint64) []trial {
	var overs []trial
	for _, o := range []struct {
		situation situation
		clips     []Recording
	}{{bargeIn, s.BargeIns}, {backchannel, s.Backchannels}, {noise, s.Noises}} {
		for _, r := range shuffled(o.clips, n, seed, string(o.situation)) {
			overs = append(overs, trial{situation: o.situation, rec: r})
		}
	}
	for i := range n {
		db, delay := -25-practice.Draw(seed, i, "echo level", 11), 60+practice.Draw(seed, i, "echo delay", 61)
		overs = append(overs, trial{
			situation: echoed, echoDB: float64(db), echoMS: delay,
			rec: Recording{Name: fmt.Sprintf("echo %d dB, %d ms", db, delay), Source: synthetic},
		})
	}
	return overs
}

// pauseTrials put one pause into recordings that end a sentence and have none of their own, at a word boundary 30–80 % in.
func pauseTrials(speech []Recording, n int, seed uint64) ([]trial, error) {
	var usable []Recording
	for _, r := range speech {
		if r.Finished && r.ownPauseMS < ownPauseMS && len(r.midway()) > 0 {
			usable = append(usable, r)
		}
	}
	if len(usable) == 0 {
		return nil, fmt.Errorf("no recording ends a sentence and has a place for a pause 30–80 %% in: %w", practice.ErrInvalid)
	}
	var out []trial
	for i, r := range shuffled(usable, n, seed, "pauses") {
		places := r.midway()
		at := places[practice.Draw(seed, i, "pause at", len(places))]
		length := pauseLengths()[i%len(pauseLengths())]
		with := r
		with.PCM = sound.Pause(r.PCM, at, length)
		with.endAt = r.endAt + length*practice.SampleRateOut/1000
		with.Places = nil
		from := float64(at) * 1000 / practice.SampleRateOut
		out = append(out, trial{situation: paused, rec: with, pauseMS: length, pauses: []verdict.Span{{FromMS: from, ToMS: from + float64(length)}}})
	}
	return out, nil
}

// midway are the places for a pause 30–80 % into the speech.
func (r Recording) midway() []int {
	i := sort.SearchInts(r.Boundaries, r.startAt+(r.endAt-r.startAt)*3/10)
	j := sort.SearchInts(r.Boundaries, r.startAt+(r.endAt-r.startAt)*8/10)
	return r.Boundaries[i:j]
}

// dictationTrial parts the groups by 300–900 ms.
func dictationTrial(d dictated, i int, seed uint64) trial {
	gaps := make([]int, len(d.groups))
	for k := range gaps {
		gaps[k] = 300 + practice.Draw(seed, i*16+k, "dictation gap", 601)
	}
	t := trial{situation: dictation}
	var from []float64
	t.rec, from = spoken(d.name, d.groups, gaps)
	t.rec.Places = nil
	for k := 1; k < len(from); k++ {
		t.pauses = append(t.pauses, verdict.Span{FromMS: from[k] - float64(gaps[k-1]), ToMS: from[k]})
	}
	return t
}

// phraseTrial joins phrases with the short pauses of fluent speech.
func phraseTrial(set []Recording, i int, seed uint64) trial {
	gaps := make([]int, len(set))
	for k := range gaps {
		gaps[k] = 120 + practice.Draw(seed, i*16+k, "phrase gap", 121)
	}
	t := trial{situation: phrases}
	t.rec, _ = spoken("phrases: "+set[0].Text+" …", set, gaps)
	return t
}

// shuffled draws n of some things by seed, each used once before any is used again.
func shuffled[T any](in []T, n int, seed uint64, purpose string) []T {
	if len(in) == 0 {
		return nil
	}
	out := make([]T, 0, n)
	for round := 0; len(out) < n; round++ {
		order := append([]T(nil), in...)
		for i := len(order) - 1; i > 0; i-- {
			j := practice.Draw(seed, round*len(order)+i, purpose, i+1)
			order[i], order[j] = order[j], order[i]
		}
		out = append(out, order[:min(len(order), n-len(out))]...)
	}
	return out
}

func shuffle[T any](in []T, seed uint64, purpose string) {
	copy(in, shuffled(in, len(in), seed, purpose))
}

// share is the part of a plan that falls to one of several calls at once.
func share[T any](plan []T, c, calls int) []T {
	var out []T
	for i := c; i < len(plan); i += calls {
		out = append(out, plan[i])
	}
	return out
}
