package grading_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/rapport-calls/rapport/internal/grading"
)

func TestProbe(t *testing.T) {
	f := os.Getenv("PROBE")
	if f == "" {
		f = "testdata/maya.txt"
	}
	for _, p := range plays(t, f) {
		g := grading.Grade(p.transcript, grading.Options{})
		s := func(x *float64) string {
			if x == nil {
				return " – "
			}
			return fmt.Sprintf("%.1f", *x)
		}
		fmt.Printf("%-18s E%s L%s D%s P%s R%s O%s |", p.name, s(g.Scores.Empathy), s(g.Scores.ActiveListening), s(g.Scores.Deescalation), s(g.Scores.Professionalism), s(g.Scores.Resolution), s(g.Scores.Overall))
		for _, d := range grading.Dimensions() {
			l := "-"
			if g.Dimensions[d].Level != nil {
				l = fmt.Sprint(*g.Dimensions[d].Level)
			}
			fmt.Printf(" %s%s", d[:3], l)
		}
		fmt.Println(" ", g.Flags, g.Reasons)
		if os.Getenv("V") != "" {
			for _, e := range g.Evidence {
				fmt.Printf("    %s %s t%d %q\n", e.Polarity, e.Dimension, e.Turn, e.Quote)
			}
			for _, e := range g.FlagDetails {
				fmt.Printf("    ! %s t%d %q\n", e.Flag, e.Turn, e.Quote)
			}
		}
	}
}
