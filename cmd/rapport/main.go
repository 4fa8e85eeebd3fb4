// Command rapport is the whole of Rapport: the server on which people practise hard calls, and the tools around it.
// This package is the only place that wires adapters to engines.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Exit statuses, the same for every command.
const (
	exitOK         = 0
	exitMissedBar  = 1 // it ran, and a self-test missed a bar
	exitBadInput   = 2
	exitNoMeasure  = 3 // an asset or device is missing
	exitUnexpected = 1
)

// statusError ends the program with a status of its own.
type statusError struct {
	code int
	err  error // nil: everything has been said
}

func (e statusError) Error() string {
	if e.err == nil {
		return "exit status"
	}
	return e.err.Error()
}

func (e statusError) Unwrap() error { return e.err }

type cli struct {
	Settings

	ConfigFile kong.ConfigFlag `name:"config" help:"Read settings from this YAML file." placeholder:"FILE" type:"path"`

	Serve   serveCmd   `cmd:"" help:"Start the server and print the URL to open."`
	Config  configCmd  `cmd:"" help:"Print the effective configuration, without secrets."`
	Assets  assetsCmd  `cmd:"" help:"Fetch, check and carry the models."`
	Voices  voicesCmd  `cmd:"" help:"List the voices and let them speak."`
	Grade   gradeCmd   `cmd:"" help:"Grade transcripts, without a server."`
	Persona personaCmd `cmd:"" help:"Talk to the customers by text, and test them."`
	Model   modelCmd   `cmd:"" help:"Check the model that may find the customers' words."`
	Bench   benchCmd   `cmd:"" help:"Measure a server from outside."`
	Speech  speechCmd  `cmd:"" help:"Judge speech by measuring it."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to this release."`
	Health  healthCmd  `cmd:"" help:"Ask a running server whether it is well."`
	Version versionCmd `cmd:"" help:"Print the version."`

	OpenAPI openAPICmd `cmd:"" name:"openapi" hidden:"" help:"Print the API's description."`
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	dirs := defaultDirs()
	exited := -1
	k, err := kong.New(&c,
		kong.Name("rapport"),
		kong.Description("Practise hard customer calls by voice, privately, on your own machine."),
		kong.UsageOnError(),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.DefaultEnvars("RAPPORT"),
		kong.Configuration(readSettings, dirs.configFiles...),
		kong.Vars{"assets": dirs.assets, "data": dirs.data, "safety_help": safetyHelp},
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "rapport:", err)
		return exitBadInput // a settings file that cannot be read
	}
	kctx, err := k.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "rapport: %v\nSee `rapport --help`.\n", err)
		return exitBadInput
	}
	streams := &streams{in: stdin, out: stdout, err: stderr, log: newLogger(stderr, c.LogLevel)}
	return status(kctx.Run(&c.Settings, streams), stderr)
}

// status says an error once, in words, and turns it into the exit status that the commands' documentation promises.
func status(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	code := exitUnexpected
	var s statusError
	switch {
	case errors.As(err, &s):
		code = s.code
		if s.err == nil {
			return code
		}
	case errors.Is(err, practice.ErrInvalid):
		code = exitBadInput
	case errors.Is(err, practice.ErrUnavailable):
		code = exitNoMeasure
	}
	_, _ = fmt.Fprintln(stderr, "rapport:", err)
	return code
}

// streams are what a command reads and writes; only results go to out.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	log *slog.Logger
}

func newLogger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}

type directories struct {
	assets, data string
	configFiles  []string
}

// defaultDirs follows the XDG base directory specification, and falls back on the working folder where there is no home.
func defaultDirs() directories {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	share := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(share) {
		share = filepath.Join(home, ".local", "share")
	}
	d := directories{assets: filepath.Join(share, "rapport", "assets"), data: filepath.Join(share, "rapport", "data")}
	d.configFiles = []string{"/etc/rapport/rapport.yaml"}
	if conf, err := os.UserConfigDir(); err == nil {
		d.configFiles = append(d.configFiles, filepath.Join(conf, "rapport", "rapport.yaml"))
	}
	return d
}
