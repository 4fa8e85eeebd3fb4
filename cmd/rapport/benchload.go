package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	neturl "net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/bench"
)

type benchLoadCmd struct {
	Calls    int           `help:"Most calls at once to try; 0 goes on until a bar is missed or the server admits no more." default:"0"`
	Steps    []int         `help:"Numbers of calls to try, rising; all of them are, also beyond a missed bar." placeholder:"N,…"`
	Sustain  time.Duration `help:"How long each number of calls is held; less than 120s is no measurement of load.calls." default:"120s"`
	Cycle    time.Duration `help:"From one trainee turn's begin to the next; 0 waits for a free floor." default:"10s"`
	MaxCalls int           `help:"The most calls that the server which bench starts admits; 0 leaves it to its own measuring." default:"0"`
	Line     string        `help:"How sound travels." enum:"webrtc,websocket" default:"webrtc"`
	Seed     uint64        `help:"Seeds the calls." default:"1"`
	Endpoint string        `help:"What judges the end of a turn on the server that bench starts." enum:"auto,audio,words,pauses" default:"auto"`
	Speech   string        `help:"Folder of FLAC clips with a manifest.tsv; built-in recordings when not given." type:"existingdir" placeholder:"DIR"`
	URL      string        `name:"url" help:"Server to measure; one is started when not given." placeholder:"URL"`
	Profile  string        `help:"Keep a processor profile of the server that bench starts, a step, under this name and the number of calls." type:"path" placeholder:"FILE"`
	JSON     bool          `help:"Print JSON."`
}

// mostCalls bounds the search when nothing else does.
const mostCalls = 64

// steps are the numbers of calls to try.
func (c *benchLoadCmd) steps() ([]int, error) {
	steps := slices.Clone(c.Steps)
	if len(steps) == 0 {
		steps = []int{1}
		for n := 4; n <= mostCalls; n += 4 {
			steps = append(steps, n)
		}
	}
	if c.Calls > 0 {
		steps = slices.DeleteFunc(steps, func(n int) bool { return n >= c.Calls })
		steps = append(steps, c.Calls)
	}
	if steps[0] < 1 || !slices.IsSorted(steps) || c.Calls < 0 {
		return nil, errors.New("--steps must rise and begin with at least 1, and --calls be at least 1")
	}
	if c.Sustain < time.Second || c.Cycle < 0 || c.Cycle > time.Minute {
		return nil, errors.New("--sustain must be at least 1s, and --cycle 0 to 1m")
	}
	return steps, nil
}

// Run measures how many calls at once a server holds. It exits with 0 whatever the figures.
func (c *benchLoadCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	steps, err := c.steps()
	if err != nil {
		return statusError{exitBadInput, err}
	}
	speech, err := loadSingles(c.Speech)
	if err != nil {
		return err
	}
	url := c.URL
	if url == "" {
		more := []string{"--max-calls", fmt.Sprint(c.MaxCalls)}
		if c.Profile != "" {
			more = append(more, "--pprof")
		}
		srv, err := startServer(ctx, s, c.Endpoint, st, more...)
		if err != nil {
			return statusError{exitNoMeasure, err}
		}
		defer func() { err = errors.Join(err, srv.stop()) }()
		url = srv.url
	}
	dial, err := dialers(c.Line, st)
	if err != nil {
		return err
	}
	version, commit := buildVersion()
	o := bench.LoadOptions{
		Options: bench.Options{
			URL: url, Calls: steps[len(steps)-1], Seed: c.Seed, Speech: speech, Dial: dial(nil), Line: c.Line, Version: version, Commit: commit,
			Note: func(line string) { _, _ = fmt.Fprintln(st.err, line) },
		},
		Steps: steps, Sustain: c.Sustain, Cycle: c.Cycle, Remote: !onLoopback(url), All: len(c.Steps) > 0,
	}
	if c.Profile != "" && c.URL == "" {
		o.Held = func(ctx context.Context, calls int) error {
			return keepProfile(ctx, url, c.Sustain, fmt.Sprintf("%s.%d", c.Profile, calls))
		}
	}
	res, err := o.Measure(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(st.out).Encode(res)
	}
	return bench.PrintLoad(st.out, res)
}

// keepProfile writes what a server computes for a while into a file for `go tool pprof`.
func keepProfile(ctx context.Context, url string, d time.Duration, file string) (err error) {
	seconds := max(1, int(d.Seconds())-1)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", strings.TrimRight(url, "/"), seconds), nil)
	if err != nil {
		return fmt.Errorf("profile the server: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("profile the server: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // only read
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("profile the server: %s", res.Status)
	}
	f, err := os.Create(file) //nolint:gosec // the file that the user named
	if err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(f, res.Body)
	return err
}

// loadSingles reads clips one by one, so that turns are short.
func loadSingles(dir string) ([]bench.Recording, error) {
	if dir != "" {
		return bench.LoadClips(os.DirFS(dir))
	}
	fsys, err := bench.BuiltinSpeech()
	if err != nil {
		return nil, err
	}
	return bench.LoadClips(fsys)
}

func onLoopback(url string) bool {
	u, err := neturl.Parse(url)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
