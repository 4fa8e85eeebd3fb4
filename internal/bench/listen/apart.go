package listen

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// likeness is what tells speakers apart, all measured on the same lines at rest.
type likeness struct {
	voice         string
	pitch, spread float64 // hertz, semitones
	perMinute     float64 // words, pauses taken out
	timbre        timbre
	halves        float64 // distance between one half of its lines and the other: what the text alone does
}

// Steps of each measure that count as 1: about twice what listeners just tell apart between two strangers' voices.
const (
	pitchStep  = 2.0 // semitones
	timbreStep = 2.5 // decibels, root mean square over bands
	spreadStep = 2.0 // semitones
	paceStep   = 0.1 // of a ratio's logarithm
)

// leastApart is the bar: strangers nearer than this could be taken for one another.
const leastApart = 1.0

// apart is how far two voices are from each other in steps.
func (l likeness) apart(o likeness) float64 {
	d := []float64{
		12 * math.Log2(l.pitch/o.pitch) / pitchStep, l.timbre.apart(o.timbre) / timbreStep,
		(l.spread - o.spread) / spreadStep, math.Log(l.perMinute/o.perMinute) / paceStep / 2,
	}
	sum := 0.0
	for _, x := range d {
		sum += x * x
	}
	return math.Sqrt(sum)
}

// measureLikeness speaks the common lines with one voice.
func measureLikeness(ctx context.Context, opts Options, v Voice) (likeness, error) {
	whole := likeness{voice: v.Speaker}
	var all [2][]int16
	words, ms := [2]int{}, [2]int64{}
	for n, line := range lines() {
		for _, clause := range practice.Clauses(line) {
			s, err := opts.Speaker.Synthesize(ctx, practice.SpeechRequest{Text: clause, Speaker: v.Speaker, Pace: v.Pace, Heat: restHeat, Seed: uint64(n)}, practice.PriorityBackground)
			if err != nil {
				return whole, err
			}
			all[n%2] = append(all[n%2], s.PCM...)
			words[n%2] += len(strings.Fields(clause))
			ms[n%2] += int64(len(s.PCM)) * 1000 / practice.SampleRateOut
		}
	}
	var parts [2]likeness
	measured := func(pcm []int16, words int, ms int64) (likeness, error) {
		low, err := audio.ResampleClip(pcm, practice.SampleRateOut, practice.SampleRateIn)
		l := likeness{voice: v.Speaker, perMinute: float64(words) * 60000 / float64(max(1, ms)), timbre: timbreOf(low, practice.SampleRateIn)}
		l.pitch, l.spread = melody(low)
		return l, err
	}
	var err error
	for i := range parts {
		if parts[i], err = measured(all[i], words[i], ms[i]); err != nil {
			return whole, err
		}
	}
	if whole, err = measured(append(all[0], all[1]...), words[0]+words[1], ms[0]+ms[1]); err != nil {
		return whole, err
	}
	whole.halves = parts[0].apart(parts[1])
	return whole, nil
}

// strangers compares all voices and prints who could be taken for whom. It returns how many could.
func strangers(ctx context.Context, opts Options, stdout io.Writer) (int, error) {
	all := make([]likeness, len(opts.Voices))
	for i, v := range opts.Voices {
		var err error
		if all[i], err = measureLikeness(ctx, opts, v); err != nil {
			return 0, fmt.Errorf("compare %s: %w", v.Speaker, err)
		}
	}
	alike, err := compare(stdout, opts.Voices, all)
	if err != nil {
		return 0, fmt.Errorf("print the table: %w", err)
	}
	return alike, nil
}

// compare finds each voice's nearest stranger and prints who is how far from whom. It returns how many miss the bar.
func compare(stdout io.Writer, voices []Voice, all []likeness) (missed int, err error) {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nvoice\tpitch Hz\tspread st\twords/min\tcentre Hz\ttilt dB/oct\tnearest stranger\tapart\tpitch st\ttimbre dB\town halves\t") //nolint:errcheck // Flush tells
	for i, l := range all {
		nearest, best := -1, math.Inf(1)
		for j, o := range all {
			if i == j || voices[i].Who != "" && voices[i].Who == voices[j].Who {
				continue
			}
			if d := l.apart(o); d < best {
				nearest, best = j, d
			}
		}
		verdict, name, pitch, colour := "ok", "–", 0.0, 0.0
		if nearest >= 0 {
			o := all[nearest]
			name, pitch, colour = o.voice, 12*math.Log2(l.pitch/o.pitch), l.timbre.apart(o.timbre)
			if !(best >= leastApart) {
				verdict = fmt.Sprintf("apart %.2f < %.1f", best, leastApart)
				missed++
			}
		}
		fmt.Fprintf(w, "%s\t%.0f\t%.1f\t%.0f\t%.0f\t%.1f\t%s\t%.2f\t%+.1f\t%.1f\t%.2f\t%s\n", //nolint:errcheck // Flush tells
			l.voice, l.pitch, l.spread, l.perMinute, l.timbre.centroid, l.timbre.tilt, name, best, pitch, colour, l.halves, verdict)
	}
	if err := w.Flush(); err != nil {
		return missed, err
	}
	fmt.Fprintln(w, "\ndistances\t") //nolint:errcheck // Flush tells
	for i, l := range all {
		fmt.Fprintf(w, "%s", strings.TrimPrefix(l.voice, "hibari/")) //nolint:errcheck // Flush tells
		for j := range i {
			fmt.Fprintf(w, "\t%.1f", l.apart(all[j])) //nolint:errcheck // Flush tells
		}
		fmt.Fprintln(w) //nolint:errcheck // Flush tells
	}
	return missed, w.Flush()
}
