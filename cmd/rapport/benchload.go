package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	neturl "net/url"
	"os"
	"slices"
	"time"

	"github.com/rapport-calls/rapport/internal/bench"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
)

type benchLoadCmd struct {
	Calls    int           `help:"Most calls at once to try; 0 goes on until a bar is missed or the server admits no more." default:"0"`
	Steps    []int         `help:"Numbers of calls to try, rising." placeholder:"N,…"`
	Sustain  time.Duration `help:"How long each number of calls is held; less than 120s is no measurement of load.calls." default:"120s"`
	Cycle    time.Duration `help:"From one trainee turn's begin to the next; 0 waits for a free floor." default:"10s"`
	MaxCalls int           `help:"The most calls that the server which bench starts admits; 0 leaves it to its own measuring." default:"0"`
	Seed     uint64        `help:"Seeds the calls." default:"1"`
	Endpoint string        `help:"What judges the end of a turn on the server that bench starts." enum:"auto,audio,words,pauses" default:"auto"`
	Speech   string        `help:"Folder of FLAC clips with a manifest.tsv; built-in recordings when not given." type:"existingdir" placeholder:"DIR"`
	URL      string        `name:"url" help:"Server to measure; one is started when not given." placeholder:"URL"`
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
		srv, err := startServer(ctx, s, c.Endpoint, st, "--max-calls", fmt.Sprint(c.MaxCalls))
		if err != nil {
			return statusError{exitNoMeasure, err}
		}
		defer func() { err = errors.Join(err, srv.stop()) }()
		url = srv.url
	}
	cl, err := client.New(client.Config{Log: st.log})
	if err != nil {
		return err
	}
	version, commit := buildVersion()
	o := bench.LoadOptions{
		Options: bench.Options{
			URL: url, Calls: steps[len(steps)-1], Seed: c.Seed, Speech: speech, Dial: dialer{client: cl}, Version: version, Commit: commit,
			Note: func(line string) { _, _ = fmt.Fprintln(st.err, line) },
		},
		Steps: steps, Sustain: c.Sustain, Cycle: c.Cycle, Remote: !onLoopback(url),
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
