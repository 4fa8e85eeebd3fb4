// Package gradecmd is what `rapport grade` does, between readers and writers, so that cmd only has to parse flags.
package gradecmd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/grading/intake"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Exit statuses, as docs/grading says.
const (
	ExitOK       = 0 // it ran, also when abstaining
	ExitMissed   = 1 // a check missed a bar
	ExitBadInput = 2
	ExitCannot   = 3 // could not measure
)

// Embed returns unit-length sentence vectors by text. Nil where there is no sentence model: words alone are used.
type Embed func(ctx context.Context, texts []string) (map[string][]float32, error)

// Single grades the one transcript in in. name is the file's name without its folder and ending, the id of a transcript
// that has none. format is json or text. On bad input nothing is written to stdout.
func Single(ctx context.Context, in io.Reader, name, format string, embed Embed, stdout, stderr io.Writer) int {
	if format != "json" && format != "text" {
		complain(stderr, "--format must be json or text for one transcript, not %q; jsonl goes with --batch", format)
		return ExitBadInput
	}
	data, err := io.ReadAll(io.LimitReader(in, intake.MaxBytes+1))
	if err != nil {
		complain(stderr, "the transcript could not be read: %v", err)
		return ExitBadInput
	}
	t, warnings, err := intake.Read(data, name)
	if err != nil {
		complain(stderr, "%s: %v", name, err)
		return ExitBadInput
	}
	for _, w := range warnings {
		complain(stderr, "%s: %s", name, w)
	}
	g := gradeOne(ctx, t, embed, stderr)
	var out []byte
	if format == "text" {
		out = []byte(Text(g))
	} else if out, err = encode(g, "  "); err != nil {
		complain(stderr, "%s: %v", name, err)
		return ExitCannot
	}
	if _, err := stdout.Write(out); err != nil {
		complain(stderr, "the grade could not be written: %v", err)
		return ExitCannot
	}
	return ExitOK
}

// gradeOne grades with sentence vectors where they can be had, and says so when they cannot.
func gradeOne(ctx context.Context, t practice.Transcript, embed Embed, stderr io.Writer) practice.Grade {
	var opt grading.Options
	if embed != nil {
		vectors, err := embed(ctx, grading.Texts(t))
		if err != nil {
			complain(stderr, "%s: graded by words alone, because the sentence model failed: %v", t.ID, err)
		} else {
			opt.Vectors = vectors
		}
	}
	return grading.Grade(t, opt)
}

// badLine is what stands for a line that is no transcript.
type badLine struct {
	Line  int      `json:"line"`
	ID    *string  `json:"id"`
	Error badField `json:"error"`
}

type badField struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Batch grades one transcript a line, in order, holding no more than one line at a time. Blank lines are skipped. A bad
// line gives an error object in its place; the rest is graded and the status is ExitBadInput at the end.
func Batch(ctx context.Context, in io.Reader, name, format string, embed Embed, stdout, stderr io.Writer) int {
	if format != "jsonl" {
		complain(stderr, "--format must be jsonl with --batch, not %q", format)
		return ExitBadInput
	}
	lines := lineReader{r: bufio.NewReaderSize(in, 1<<16)}
	out := bufio.NewWriterSize(stdout, 1<<16)
	status := ExitOK
	for n := 1; ; n++ {
		if ctx.Err() != nil {
			complain(stderr, "stopped after line %d", n-1)
			status = ExitCannot
			break
		}
		data, err := lines.next()
		if err == io.EOF && len(data) == 0 { //nolint:errorlint // bufio returns io.EOF itself
			break
		}
		var row any
		switch {
		case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLongLine):
			complain(stderr, "line %d could not be read: %v", n, err)
			_ = out.Flush() // the read error is what is reported
			return ExitCannot
		case errors.Is(err, errLongLine):
			row = badLine{Line: n, Error: badField{Message: fmt.Sprintf("the line has more than %d MiB; split it", intake.MaxBytes>>20)}}
		case len(bytes.TrimSpace(data)) == 0:
			continue
		default:
			t, warnings, bad := intake.Read(data, fmt.Sprintf("%s:%d", name, n))
			for _, w := range warnings {
				complain(stderr, "line %d: %s", n, w)
			}
			if bad != nil {
				row = lineError(n, data, bad)
			} else {
				row = gradeOne(ctx, t, embed, stderr)
			}
		}
		if bad, ok := row.(badLine); ok {
			status = ExitBadInput
			complain(stderr, "line %d: %s", n, strings.TrimPrefix(bad.Error.Field+": "+bad.Error.Message, ": "))
		}
		line, encodeErr := encode(row, "")
		if encodeErr == nil {
			_, encodeErr = out.Write(line)
		}
		if encodeErr != nil {
			complain(stderr, "line %d could not be written: %v", n, encodeErr)
			return ExitCannot
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if err := out.Flush(); err != nil {
		complain(stderr, "the grades could not be written: %v", err)
		return ExitCannot
	}
	return status
}

func lineError(n int, data []byte, err error) badLine {
	out := badLine{Line: n, Error: badField{Message: err.Error()}}
	if field, ok := errors.AsType[*intake.FieldError](err); ok {
		out.Error = badField{Field: field.Field, Message: field.Message}
	}
	var head struct {
		ID *string `json:"id"`
	}
	if json.Unmarshal(data, &head) == nil {
		out.ID = head.ID
	}
	return out
}

var errLongLine = errors.New("line too long")

// lineReader reads lines up to intake.MaxBytes and skips what is longer.
type lineReader struct{ r *bufio.Reader }

func (l lineReader) next() ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := l.r.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if len(line) > intake.MaxBytes {
			long, line = true, line[:1]
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if long && (err == nil || errors.Is(err, io.EOF)) {
			return line, errLongLine
		}
		return line, err
	}
}

// encode writes JSON with quotes as they were said: no HTML escapes.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("the grade could not be written as JSON: %w", err)
	}
	return b.Bytes(), nil
}

// complain writes a line to stderr; there is nowhere to report that this failed.
func complain(stderr io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(stderr, "rapport grade: "+format+"\n", args...)
}
