package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// PrintLoad writes what bench load found as a table for people.
func PrintLoad(w io.Writer, r Result) error {
	l := r.Load
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	p := func(format string, a ...any) { _, _ = fmt.Fprintf(t, format, a...) }
	p("calls\trefused\tturns\tp50 ms\tp95 ms\tunanswered\tWER points\tunderruns/min\tcores\tclients\tMB\tqueue p95 ms\t\n")
	opt := func(v *float64, format string) string {
		if v == nil {
			return "–"
		}
		return fmt.Sprintf(format, *v)
	}
	for _, s := range l.Steps {
		queue := "–"
		if q := s.QueueDelayMS; q.Recognize != nil && q.Synthesize != nil {
			queue = fmt.Sprintf("%.0f, %.0f", q.Recognize.P95, q.Synthesize.P95)
		}
		p("%d\t%d\t%d\t%.0f\t%.0f\t%d\t%+.1f\t%.2f\t%s\t%.2f\t%s\t%s\t\n", s.Calls, s.Refused, s.Turns, s.P50MS, s.P95MS, s.Unanswered, s.WERDelta, s.Underruns,
			opt(s.CPUServer, "%.2f"), s.CPUClient, opt(s.RSSMB, "%.0f"), queue)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range l.Steps {
		if len(s.Missed) > 0 {
			_, _ = fmt.Fprintf(w, "%d calls: %s\n", s.Calls, strings.Join(s.Missed, "; "))
		}
	}
	_, err := fmt.Fprintf(w, "%d calls at once held for %g s (limit: %s); a turn every %.1f s, trainees speak %.0f %% of the time.\n", l.Calls, l.SustainedS, l.Limit, l.CycleS, 100*l.TraineeShare)
	return err
}

// PrintNet writes what bench net found as a table for people.
func PrintNet(w io.Writer, r Result) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	p := func(format string, a ...any) { _, _ = fmt.Fprintf(t, format, a...) }
	p("network\tline\tlost\tcompleted\tstuck\tunanswered\tconnect ms\treconnect ms\tv2v p50\tv2v p95\tword errors\tpoints\t\n")
	mid := func(d *Dist) string {
		if d == nil {
			return "–"
		}
		return fmt.Sprintf("%.0f", d.P50)
	}
	for _, n := range r.Net {
		tail, words, points := "–", "–", "–"
		if n.VoiceToVoiceMS != nil {
			tail = fmt.Sprintf("%.0f", n.VoiceToVoiceMS.P95)
		}
		if n.WER != nil {
			words, points = fmt.Sprintf("%.1f %%", 100**n.WER), fmt.Sprintf("%+.1f", *n.WERDelta)
		}
		p("%s\t%s\t%.1f %%\t%d/%d\t%d\t%d/%d\t%s\t%s\t%s\t%s\t%s\t%s\t\n", n.Profile, n.Transport, 100*n.PacketsLost, n.Completed, n.Calls, n.Stuck, n.Unanswered, n.Turns,
			mid(n.ConnectMS), mid(n.ReconnectMS), mid(n.VoiceToVoiceMS), tail, words, points)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, n := range r.Net {
		for _, f := range n.Failures {
			_, _ = fmt.Fprintf(w, "%s: %s\n", n.Profile, f)
		}
	}
	return nil
}
