package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-calls/rapport/internal/bench"
	"github.com/rapport-calls/rapport/internal/bench/impair"
)

type benchNetCmd struct {
	Turns    int      `help:"Turns on each network, over all calls." default:"24"`
	Calls    int      `help:"Calls at once." default:"4"`
	Profiles []string `help:"Networks to try; all when not given." placeholder:"NAME,…"`
	Line     string   `help:"How sound travels." enum:"webrtc,websocket" default:"webrtc"`
	Seed     uint64   `help:"Seeds the calls and the networks." default:"1"`
	Endpoint string   `help:"What judges the end of a turn on the server that bench starts." enum:"auto,audio,words,pauses" default:"auto"`
	Speech   string   `help:"Folder of FLAC clips with a manifest.tsv; built-in recordings when not given." type:"existingdir" placeholder:"DIR"`
	URL      string   `name:"url" help:"Server to measure, on this machine; one is started when not given." placeholder:"URL"`
	Out      string   `help:"Keep every turn in net-turns.jsonl in this folder." type:"existingdir" placeholder:"DIR"`
	JSON     bool     `help:"Print JSON."`
}

func (c *benchNetCmd) networks() ([]impair.Profile, error) {
	if c.Turns < 1 || c.Calls < 1 || c.Turns < c.Calls {
		return nil, errors.New("--calls must be at least 1, and --turns at least --calls")
	}
	if len(c.Profiles) == 0 {
		return impair.Profiles(), nil
	}
	found, unknown := impair.Named(c.Profiles)
	if unknown != "" {
		var names []string
		for _, p := range impair.Profiles() {
			names = append(names, p.Name)
		}
		return nil, fmt.Errorf("there is no network %q: --profiles takes %s", unknown, strings.Join(names, ", "))
	}
	return found, nil
}

// Run measures calls over bad networks. It exits with 0 whatever the figures.
func (c *benchNetCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	networks, err := c.networks()
	if err != nil {
		return statusError{exitBadInput, err}
	}
	flags := benchFlags{Speech: c.Speech}
	speech, err := flags.speech()
	if err != nil {
		return err
	}
	url := c.URL
	if url == "" {
		srv, err := startServer(ctx, s, c.Endpoint, st)
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
	res, err := bench.NetOptions{
		Options: bench.Options{
			URL: url, Turns: c.Turns, Calls: c.Calls, Line: c.Line, Seed: c.Seed, Speech: speech, Out: c.Out, Version: version, Commit: commit,
			Note: func(line string) { _, _ = fmt.Fprintln(st.err, line) },
		},
		Profiles: networks,
		Through:  func(p *impair.Path) bench.Dialer { return dial(p) },
	}.Measure(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(st.out).Encode(res)
	}
	return bench.PrintNet(st.out, res)
}
