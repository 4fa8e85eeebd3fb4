package gradecmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"text/tabwriter"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/grading/fit"
)

// Check cross-validates models and shipped scores on the labelled files of dir. bars is JSON to hold them against, or
// nil for those of this release. asJSON writes the report to stdout and the table to stderr; otherwise the table goes to
// stdout. The status is ExitMissed when a bar was missed.
func Check(ctx context.Context, dir fs.FS, bars []byte, asJSON bool, embed Embed, stdout, stderr io.Writer) int {
	want, err := fit.ReadBars(bars)
	if err != nil {
		complain(stderr, "%v", err)
		return ExitBadInput
	}
	f, status := fitter(ctx, dir, embed, stderr)
	if status != ExitOK {
		return status
	}
	report, err := f.Check(want)
	if err != nil {
		complain(stderr, "%v", err)
		return ExitCannot
	}
	table := stdout
	if asJSON {
		table = stderr
		out, err := encode(report, "  ")
		if err == nil {
			_, err = stdout.Write(out)
		}
		if err != nil {
			complain(stderr, "the report could not be written: %v", err)
			return ExitCannot
		}
	}
	if err := writeTable(table, report); err != nil {
		complain(stderr, "the table could not be written: %v", err)
		return ExitCannot
	}
	if !report.OK {
		return ExitMissed
	}
	return ExitOK
}

func writeTable(w io.Writer, report fit.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	with := "words alone"
	if report.Vectors {
		with = "with sentence vectors"
	}
	_, _ = fmt.Fprintf(t, "%d-fold cross-validation grouped by conversation, %s\n", report.Folds, with) // a failure shows at Flush
	_, _ = fmt.Fprintln(t, "figure\tfile\tmeasure\tn\tvalue\tbar\tgoal\t")
	for _, f := range report.Figures {
		mark := ""
		if !f.OK {
			mark = "missed"
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%.3f\t%s\t%s\t%s\n", f.Name, f.File, f.Measure, f.N, f.Value, optional(f.Bar), optional(f.Goal), mark)
	}
	return t.Flush()
}

func optional(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f", *x)
}

// Fit fits the models on all of dir and writes them to out: the models.json that ships. A tool for developers.
func Fit(ctx context.Context, dir fs.FS, embed Embed, out, stderr io.Writer) int {
	f, status := fitter(ctx, dir, embed, stderr)
	if status != ExitOK {
		return status
	}
	models, err := f.Fit(-1)
	if err == nil {
		var data []byte
		if data, err = json.Marshal(models); err == nil {
			_, err = out.Write(append(data, '\n'))
		}
	}
	if err != nil {
		complain(stderr, "%v", err)
		return ExitCannot
	}
	return ExitOK
}

// fitBatch is how many texts are embedded between two looks at the context.
const fitBatch = 64

func fitter(ctx context.Context, dir fs.FS, embed Embed, stderr io.Writer) (*fit.Fitter, int) {
	files, err := fit.Load(dir)
	if err != nil {
		complain(stderr, "%v", err)
		return nil, ExitBadInput
	}
	var vectors map[string][]float32
	if embed != nil {
		vectors = map[string][]float32{}
		var texts []string
		for _, name := range fit.Names() {
			for _, item := range files[name] {
				texts = append(texts, grading.Texts(item.Transcript)...)
			}
		}
		for i := 0; i < len(texts); i += fitBatch {
			some, err := embed(ctx, texts[i:min(i+fitBatch, len(texts))])
			if err != nil {
				complain(stderr, "the sentence model failed: %v", err)
				return nil, ExitCannot
			}
			maps.Copy(vectors, some)
			if i/fitBatch%20 == 0 {
				complain(stderr, "sentence vectors: %d of %d texts", i, len(texts))
			}
		}
	}
	f, err := fit.NewFitter(files, vectors, fit.Tasks())
	if err != nil {
		complain(stderr, "%v", err)
		return nil, ExitCannot
	}
	return f, ExitOK
}
