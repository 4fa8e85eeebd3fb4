package gradecmd

import (
	"fmt"
	"strings"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Text is a grade as a short report in plain words: the sentence first, the number after it.
func Text(g practice.Grade) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("Call %s", oneLine(g.ID))
	if g.Abstain {
		line("")
		line("This call is not graded.")
		for _, r := range g.Reasons {
			line("  %s", oneLine(r.Message))
		}
		flagsText(&b, g)
		return b.String()
	}
	line("")
	rubric, err := grading.ShippedRubric()
	if err != nil {
		line("The rubric could not be read: %v", err)
		return b.String()
	}
	for _, d := range rubric.Dimensions {
		got := g.Dimensions[d.Name]
		switch {
		case got.Status == "graded" && got.Level != nil && *got.Level >= 1 && *got.Level <= len(d.Anchors):
			line("%s: %s (level %d of 5; likely %.1f to %.1f)", d.Title, d.Anchors[*got.Level-1], *got.Level, *got.Low, *got.High)
			for _, e := range g.Evidence {
				if e.Dimension == d.Name {
					line("  %s turn %d%s: “%s”", e.Polarity, e.Turn, at(e.StartMS), oneLine(e.Quote))
				}
			}
		case got.Reason != nil:
			line("%s: not graded. %s", d.Title, *got.Reason)
		}
	}
	flagsText(&b, g)
	line("")
	line("Scores, 1 to 5: overall %s; empathy %s, active listening %s, de-escalation %s, professionalism %s, resolution %s.",
		score(g.Scores.Overall), score(g.Scores.Empathy), score(g.Scores.ActiveListening), score(g.Scores.Deescalation), score(g.Scores.Professionalism), score(g.Scores.Resolution))
	for _, c := range g.Caps {
		line("  %s is held at %.1f because of %s, until a coach has looked.", strings.ReplaceAll(c.Score, "_", " "), c.Max, strings.ReplaceAll(c.Flag, "_", " "))
	}
	line("About the words and timing of this call, not about you. Graded offline; docs/grading says how far to trust it.")
	return b.String()
}

func flagsText(b *strings.Builder, g practice.Grade) {
	for _, f := range g.FlagDetails {
		kind := "For a coach to look at"
		if f.AutoFail {
			kind = "A coach must look at this"
		}
		fmt.Fprintf(b, "%s: %s, turn %d: “%s”\n", kind, strings.ReplaceAll(f.Flag, "_", " "), f.Turn, oneLine(f.Quote))
	}
}

func score(s *float64) string {
	if s == nil {
		return "not graded"
	}
	return fmt.Sprintf("%.1f", *s)
}

func at(ms *int64) string {
	if ms == nil {
		return ""
	}
	return fmt.Sprintf(" at %d:%02d", *ms/60000, *ms/1000%60)
}

// oneLine keeps what a person or a recogniser wrote from breaking the report's lines or colouring a terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
