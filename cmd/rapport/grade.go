package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapport-calls/rapport/internal/grading/gradecmd"
	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/practice"
)

func jobEmbedder(m *models) jobs.Embedder {
	if m.embeds == nil {
		return nil
	}
	return m.embeds
}

type gradeCmd struct {
	One   gradeOneCmd   `cmd:"" default:"withargs" hidden:"" name:"one" help:"Grade a transcript."`
	Check gradeCheckCmd `cmd:"" help:"Compare the grader with human labels."`
	Fit   gradeFitCmd   `cmd:"" hidden:"" help:"Fit the grader's small models again and print them."`
}

type gradeOneCmd struct {
	Transcript   string `help:"Transcript to grade, a JSON file or - for standard input." placeholder:"FILE"`
	Batch        string `help:"Transcripts to grade, one a line, or - for standard input." placeholder:"FILE"`
	Format       string `help:"json or text; jsonl with --batch." placeholder:"FORMAT"`
	NoEmbeddings bool   `help:"Grade by words alone, without the sentence model."`
}

// Run grades without a server and without a network.
func (c *gradeOneCmd) Run(ctx context.Context, s *Settings, st *streams) error {
	file, batch := c.Transcript, c.Batch != ""
	switch {
	case batch && c.Transcript != "":
		return statusError{gradecmd.ExitBadInput, fmt.Errorf("give --transcript or --batch, not both")}
	case batch:
		file = c.Batch
	case file == "":
		return statusError{gradecmd.ExitBadInput, fmt.Errorf("give a transcript with --transcript FILE, --transcript - or --batch FILE")}
	}
	format := c.Format
	if format == "" {
		format = "json"
		if batch {
			format = "jsonl"
		}
	}
	in, name := st.in, "stdin"
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // the file that the user named
		if err != nil {
			return statusError{gradecmd.ExitBadInput, fmt.Errorf("read the transcript: %w", err)}
		}
		defer f.Close() //nolint:errcheck // only read
		in, name = f, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	embed, done := gradingEmbedder(s, st, c.NoEmbeddings)
	defer done()
	grade := gradecmd.Single
	if batch {
		grade = gradecmd.Batch
	}
	return exitWith(grade(ctx, in, name, format, embed, st.out, st.err))
}

// gradingEmbedder opens the sentence model alone; without it grades go by words, and say so in grader.embeddings.
func gradingEmbedder(s *Settings, st *streams, off bool) (gradecmd.Embed, func()) {
	if off {
		return nil, func() {}
	}
	m := openSentences(s, st.log)
	closeAll := func() {
		if err := m.Close(); err != nil {
			st.log.Warn("close the sentence model: " + err.Error())
		}
	}
	if m.embeds == nil {
		return nil, closeAll
	}
	return func(ctx context.Context, texts []string) (map[string][]float32, error) {
		return m.embeds.Embed(ctx, texts, practice.PriorityBackground)
	}, closeAll
}

func exitWith(code int) error {
	if code == exitOK {
		return nil
	}
	return statusError{code, nil}
}

type gradeCheckCmd struct {
	Data         string `help:"Folder with the labelled files." env:"RAPPORT_GRADING_DATA" type:"path" placeholder:"DIR"`
	JSON         bool   `help:"Print JSON."`
	NoEmbeddings bool   `help:"Fit and grade by words alone."`
}

// Run prints rank correlations of the shipped output, cross-validated.
func (c *gradeCheckCmd) Run(ctx context.Context, s *Settings, st *streams) error {
	if c.Data == "" {
		return statusError{gradecmd.ExitBadInput, fmt.Errorf("give the folder of labelled files with --data DIR or RAPPORT_GRADING_DATA")}
	}
	embed, done := gradingEmbedder(s, st, c.NoEmbeddings)
	defer done()
	return exitWith(gradecmd.Check(ctx, os.DirFS(c.Data), nil, c.JSON, embed, st.out, st.err))
}

type gradeFitCmd struct {
	Data         string `help:"Folder with the labelled files." env:"RAPPORT_GRADING_DATA" type:"path" placeholder:"DIR"`
	NoEmbeddings bool   `help:"Fit by words alone."`
}

// Run prints the models that ship, fitted on all of the labelled files.
func (c *gradeFitCmd) Run(ctx context.Context, s *Settings, st *streams) error {
	if c.Data == "" {
		return statusError{gradecmd.ExitBadInput, errors.New("give the folder of labelled files with --data DIR or RAPPORT_GRADING_DATA")}
	}
	embed, done := gradingEmbedder(s, st, c.NoEmbeddings)
	defer done()
	return exitWith(gradecmd.Fit(ctx, os.DirFS(c.Data), embed, st.out, st.err))
}
