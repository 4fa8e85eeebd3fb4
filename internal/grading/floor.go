package grading

import (
	"math"
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Bars of the floor figures, in milliseconds.
const (
	talkOverMS    = 400    // an overlap shorter than this is a backchannel or a breath
	togetherMS    = 250    // who begins within this of the other began with them, for people need that long to hear it
	deadFromMS    = 3000   // a gap counts as dead air from here on
	longSilenceMS = 8000   // an unannounced gap that gets a flag
	monologueMS   = 45_000 // talking this long without letting the customer in
	monologueWord = 150    // the same without times
)

// timing is what the floor figures say beyond themselves.
type timing struct {
	timed      bool
	overlaps   []int // trainee turns that cut the customer off
	silences   []int // trainee turns after an unannounced long silence
	monologues int
	deadMS     int64
	trainees   int
}

// penalty is what timing takes from Listen. Response gaps below dead air cost nothing: they hold the server's own
// latency, and thinking is allowed.
func (t timing) penalty() float64 {
	turns := float64(max(t.trainees, 1))
	p := 0.5 * math.Min(1, float64(len(t.overlaps))/math.Max(3, turns/2))
	p += 0.2 * math.Min(1, float64(t.monologues)/2)
	p += 0.3 * math.Min(1, float64(t.deadMS)/30_000)
	return p
}

// measureFloor reads who spoke when. All figures are nil when no turn has times.
func measureFloor(turns []practice.TranscriptTurn, read []reading) (practice.FloorMetrics, timing) {
	var f practice.FloorMetrics
	var tm timing
	var talk, all, longest, run, runStart, dead int64
	var gaps []int64
	var lastEnd, customerStart, customerEnd int64 = -1, -1, -1
	announced := false
	for i, t := range turns {
		if t.Speaker == practice.Trainee {
			tm.trainees++
			if len(read[i].words) > monologueWord && (t.StartMS == nil || t.EndMS == nil) {
				tm.monologues++
			}
		}
		if t.StartMS == nil || t.EndMS == nil {
			continue
		}
		tm.timed = true
		start, end := *t.StartMS, *t.EndMS
		all += end - start
		if t.Speaker == practice.Customer {
			run = 0
			customerStart, customerEnd = start, end
			lastEnd = max(lastEnd, end)
			continue
		}
		talk += end - start
		if run == 0 {
			runStart = start
		}
		run = max(1, end-runStart)
		longest = max(longest, run)
		if run > monologueMS {
			tm.monologues++
		}
		if customerEnd >= 0 && start-customerStart > togetherMS && customerEnd-start > talkOverMS && end > customerEnd && len(read[i].words) >= 3 {
			tm.overlaps = append(tm.overlaps, i)
		}
		if lastEnd >= 0 {
			gap := start - lastEnd
			if customerEnd == lastEnd {
				gaps = append(gaps, max(0, gap))
			}
			if gap > deadFromMS && !announced {
				dead += gap - deadFromMS
				if gap >= longSilenceMS {
					tm.silences = append(tm.silences, i)
				}
			}
		}
		announced = read[i].announced
		lastEnd = max(lastEnd, end)
	}
	if !tm.timed {
		return f, tm
	}
	tm.deadMS = dead
	overs := len(tm.overlaps)
	f.TalkOvers, f.LongestMonologueMS, f.DeadAirMS = &overs, &longest, &dead
	if all > 0 {
		share := math.Round(1000*float64(talk)/float64(all)) / 1000
		f.TalkShare = &share
	}
	if len(gaps) > 0 {
		slices.Sort(gaps)
		middle := gaps[(len(gaps)-1)/2]
		f.ResponseGapP50MS = &middle
	}
	return f, tm
}
