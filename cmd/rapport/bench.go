package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/bench"
)

type benchCmd struct {
	Call   benchCallCmd   `cmd:"" help:"Measure plain and unfinished turns, stage by stage."`
	Floor  benchFloorCmd  `cmd:"" help:"Measure turn-taking: pauses, interruptions, backchannels, noise, echo and dictation too."`
	Load   benchLoadCmd   `cmd:"" help:"Measure how many calls at once a server holds."`
	Net    benchNetCmd    `cmd:"" help:"Measure calls over bad networks."`
	Places benchPlacesCmd `cmd:"" hidden:"" help:"Print where pauses may be put into recordings, as their boundaries.tsv."`
}

// benchFlags are those of every command that measures calls.
type benchFlags struct {
	Calls    int    `help:"Calls at once." default:"1"`
	Line     string `help:"How sound travels." enum:"webrtc,websocket" default:"webrtc"`
	Seed     uint64 `help:"Shuffles what is said and seeds the calls." default:"1"`
	Endpoint string `help:"What judges the end of a turn on the server that bench starts." enum:"auto,audio,words,pauses" default:"auto"`
	Speech   string `help:"Folder of FLAC clips with a manifest.tsv; built-in recordings when not given." type:"existingdir" placeholder:"DIR"`
	URL      string `name:"url" help:"Server to measure; one is started when not given." placeholder:"URL"`
	Out      string `help:"Keep a stereo WAV a call and turns.jsonl in this folder." type:"path" placeholder:"DIR"`
	JSON     bool   `help:"Print JSON."`
}

type benchCallCmd struct {
	Turns int `help:"Turns over all calls." default:"24"`
	benchFlags
}

// Run measures from outside and prints a table or JSON. It exits with 0 whatever the figures.
func (c *benchCallCmd) Run(ctx context.Context, s *Settings, st *streams) error {
	if c.Turns < 1 {
		return statusError{exitBadInput, errors.New("--turns must be at least 1")}
	}
	o, err := c.options(st)
	if err != nil {
		return err
	}
	if o.Speech, err = c.speech(); err != nil {
		return err
	}
	o.Turns = c.Turns
	return c.measured(ctx, s, st, o, bench.Call)
}

// options are what the flags say.
func (c *benchFlags) options(st *streams) (bench.Options, error) {
	if c.Calls < 1 {
		return bench.Options{}, statusError{exitBadInput, errors.New("--calls must be at least 1")}
	}
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o750); err != nil {
			return bench.Options{}, statusError{exitBadInput, fmt.Errorf("make the folder for the results: %w", err)}
		}
	}
	version, commit := buildVersion()
	return bench.Options{
		Calls: c.Calls, Line: c.Line, Seed: c.Seed, Out: c.Out, Version: version, Commit: commit,
		Note: func(line string) { _, _ = fmt.Fprintln(st.err, line) },
	}, nil
}

// measured runs a measurement on the server that the flags name and prints what it found.
func (c *benchFlags) measured(ctx context.Context, s *Settings, st *streams, o bench.Options, measure measurement) error {
	res, err := c.measure(ctx, s, st, o, measure)
	if res.Schema == "" {
		return err
	}
	return errors.Join(c.print(st, res), err)
}

type measurement func(context.Context, bench.Options) (bench.Result, error)

// measure runs a measurement on the server that the flags name, or on one started for it with further flags.
func (c *benchFlags) measure(ctx context.Context, s *Settings, st *streams, o bench.Options, measure measurement, more ...string) (res bench.Result, err error) {
	o.URL = c.URL
	if o.URL == "" {
		srv, err := startServer(ctx, s, c.Endpoint, st, more...)
		if err != nil {
			return res, statusError{exitNoMeasure, err}
		}
		defer func() { err = errors.Join(err, srv.stop()) }()
		o.URL = srv.url
	}
	if o.Dial == nil {
		dial, err := dialers(c.Line, st)
		if err != nil {
			return res, err
		}
		o.Dial = dial(nil)
	}
	return measure(ctx, o)
}

func (c *benchFlags) print(st *streams, res bench.Result) error {
	if c.JSON {
		return json.NewEncoder(st.out).Encode(res)
	}
	return bench.Print(st.out, res)
}

func (c *benchFlags) speech() ([]bench.Recording, error) {
	fsys, err := c.recordings()
	if err != nil {
		return nil, err
	}
	return bench.LoadSpeech(fsys)
}

func (c *benchFlags) recordings() (fs.FS, error) {
	if c.Speech != "" {
		return os.DirFS(c.Speech), nil
	}
	return bench.BuiltinSpeech()
}

// child is a server that bench started for itself.
type child struct {
	cmd  *exec.Cmd
	url  string
	data string
}

// startServer runs this program's serve on a free loopback port with a temporary data folder.
func startServer(ctx context.Context, s *Settings, endpoint string, st *streams, more ...string) (*child, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	data, err := os.MkdirTemp("", "rapport-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a data folder: %w", err)
	}
	args := append([]string{"serve", "--listen", "localhost:0", "--data", data, "--assets", s.Assets, "--endpoint", endpoint, "--log-level", "warn", "--drain", "1s"}, more...)
	cmd := exec.CommandContext(ctx, exe, args...) //nolint:gosec // ourselves
	cmd.Stderr = st.err
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server: %w", err), os.RemoveAll(data))
	}
	c := &child{cmd: cmd, data: data}
	for sc := bufio.NewScanner(out); sc.Scan(); {
		if url, ok := strings.CutPrefix(sc.Text(), "ready "); ok {
			c.url = url
			return c, nil
		}
	}
	return nil, errors.Join(errors.New("the server did not become ready"), c.stop())
}

func (c *child) stop() error {
	err := c.cmd.Process.Signal(os.Interrupt)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	werr := c.cmd.Wait()
	if _, ok := errors.AsType[*exec.ExitError](werr); ok { // it has said why on stderr
		werr = nil
	}
	return errors.Join(err, werr, os.RemoveAll(c.data))
}
