package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/headroom"
	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc"
	"github.com/rapport-calls/rapport/internal/line/websocket"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/recordings"
	"github.com/rapport-calls/rapport/internal/server"
	"github.com/rapport-calls/rapport/internal/store"
	"github.com/rapport-calls/rapport/internal/telemetry"
	"github.com/rapport-calls/rapport/web"
)

type serveCmd struct {
	Listen     string        `help:"Address of the pages and the API, HOST:PORT; port 0 picks a free one." default:"localhost:8080" placeholder:"HOST:PORT"`
	OTLP       string        `name:"otlp-endpoint" help:"Send one OpenTelemetry trace a turn (times, no words) to this collector, http://HOST:4318." env:"RAPPORT_OTLP_ENDPOINT,OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL"`
	Pprof      bool          `help:"Serve Go profiles under /debug/pprof/."`
	SafetyHelp string        `help:"What a trainee is shown whose words in a call were about themselves and who stops it: whom to turn to in your organisation and your country. An empty line begins a paragraph." default:"${safety_help}" placeholder:"TEXT"`
	Dev        bool          `help:"Work on scenarios: without --personas, those of the folder personas here are used, and changed ones are read again."`
	RenderIdle bool          `help:"Render studio voices while no call is up, once they were fetched (rapport assets fetch kokoro)." default:"true" negatable:""`
	Drain      time.Duration `help:"How long calls may go on after the server was told to stop." default:"5s"`
	Kept       `embed:""`
	Call       `embed:""`
}

// Run starts the server and returns when it was told to stop and all of it has ended.
func (c *serveCmd) Run(ctx context.Context, s *Settings, io *streams) (err error) {
	if err := server.CheckAddress(c.Listen); err != nil {
		return statusError{exitBadInput, err}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return statusError{exitBadInput, fmt.Errorf("cannot listen on %s: %w: stop what uses it or choose another port, such as --listen localhost:0", c.Listen, err)}
	}
	h, err := c.open(ctx, s, io)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, h.close()) }()
	say := func(format string, a ...any) { _, _ = fmt.Fprintf(io.err, format, a...) }
	h.describe(say, s.Assets, c.Data, c.Endpoint, c.OTLP)
	url := pageURL(l.Addr())
	say("Open %s in a browser on this machine. Ctrl-C stops the server.\n", url)
	if _, err := fmt.Fprintf(io.out, "ready %s\n", url); err != nil {
		return err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- h.server.Serve(serving, l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	say("Stopping: calls that go on have %s.\n", c.Drain)
	h.server.Drain()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Drain)
	defer cancel()
	err = h.house.Drain(drain)
	h.lines.Close()
	stop()
	return errors.Join(err, <-ended)
}

// pageURL says localhost for a loopback address, since browsers allow the microphone there without TLS.
func pageURL(a net.Addr) string {
	_, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return "http://" + a.String()
	}
	return "http://localhost:" + port
}

// running is a started server with everything behind it.
type running struct {
	models  *models
	speaker *speaker
	gate    *headroom.Gate
	archive *recordings.Archive
	house   *call.House
	idle    *idle
	lines   *signal.Handler
	server  *server.Server
	closers []func() error
}

func (r *running) onClose(f func() error) { r.closers = append(r.closers, f) }

func (r *running) close() error {
	var errs []error
	for _, f := range slices.Backward(r.closers) {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

// open builds the server from its parts. When a part fails, those before it are closed.
func (c *serveCmd) open(ctx context.Context, s *Settings, io *streams) (_ *running, err error) {
	r := &running{}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	kept, err := openStorage(ctx, c.Data, r, io)
	if err != nil {
		return nil, statusError{exitBadInput, err}
	}
	r.archive = kept.archive
	shelf, err := c.openShelf(s, io)
	if err != nil {
		return nil, err
	}
	r.models = openModels(s, io.log)
	r.onClose(r.models.Close)
	if r.speaker, err = s.LLM.openSpeaker(ctx, io.log); err != nil {
		return nil, err
	}
	r.onClose(r.speaker.close)
	ports := r.models.callPorts()
	ports.Log = kept.store
	registry := prometheus.NewRegistry()
	registry.MustRegister(goFigures(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	figures := newCallFigures(registry, r)
	if c.OTLP != "" {
		version, _ := buildVersion()
		if figures.traces, err = telemetry.Open(ctx, c.OTLP, version, io.log); err != nil {
			return nil, statusError{exitBadInput, fmt.Errorf("--otlp-endpoint: %w", err)}
		}
		r.onClose(figures.traces.Close)
	}
	ports.Watcher = figures
	gate := r.models.newGate(ctx, io.log)
	ports.Headroom = gate
	r.house = call.NewHouse(ports, call.Options{Limit: c.MaxCalls, Logger: io.log})
	r.onClose(func() error { r.house.Close(); return nil })
	r.gate = gate
	r.onClose(watch(ctx, gate, r.models.pool, r.house).close)
	alike := learn(ctx, r.models.embedder(), io.log)
	r.onClose(alike.close)
	if c.RenderIdle && studioInstalled(s) && r.models.studio != nil {
		r.idle = startIdle(ctx, func() bool { return len(r.house.Inspect()) > 0 }, renderChild(s), io.log)
		r.onClose(r.idle.close)
	}
	d := &desk{house: r.house, shelf: shelf, versions: &versions{shelf: shelf, store: kept.store}, store: kept.store, archive: kept.archive, models: r.models, alike: alike, speaker: r.speaker, idle: r.idle, opts: c.Call, log: io.log}

	sound, err := webrtc.Listen(ctx, webrtc.Config{Address: fmt.Sprintf("127.0.0.1:%d", c.UDPPort), Log: io.log})
	if err != nil {
		return nil, statusError{exitBadInput, err}
	}
	r.onClose(func() error { sound.Close(); return nil })
	figures.addSound(signal.WantWebRTC, overWebRTC(sound))
	framed, err := websocket.NewServer(io.log)
	if err != nil {
		return nil, err
	}
	figures.addSound(signal.WantWebSocket, overWebSocket(framed))
	tokens := server.NewTokens(time.Now)
	r.lines, err = signal.NewHandler(signal.Config{
		Join: d.join(tokens), Media: map[string]signal.OpenMedia{signal.WantWebRTC: sound.Open, signal.WantWebSocket: framed.Open}, Log: io.log,
		Origin: func(*http.Request) bool { return true }, // the server has checked Host and Origin of every request before
	})
	if err != nil {
		return nil, err
	}
	r.onClose(func() error { r.lines.Close(); return nil })
	r.server, err = c.server(kept, shelf, d, registry, tokens, r, io)
	if err != nil {
		return nil, err
	}
	runner, err := jobs.New(jobs.Config{DB: kept.db.Writer(), Store: kept.store, Embedder: jobEmbedder(r.models), Policies: d.versions, Log: io.log, Now: time.Now})
	if err != nil {
		return nil, err
	}
	if err := runner.Start(ctx); err != nil {
		return nil, err
	}
	r.onClose(func() error {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return runner.Stop(stop)
	})
	return r, nil
}

// openShelf opens the library of a server, which reads changed scenarios of one's own again.
func (c *serveCmd) openShelf(s *Settings, io *streams) (*shelf, error) {
	settings := *s
	if c.Dev && settings.Personas == "" {
		settings.Personas = "personas"
	}
	l, err := openLibrary(&settings)
	if err != nil {
		return nil, err
	}
	l.watch(func(text string) { _, _ = fmt.Fprint(io.err, text) })
	return l, nil
}

func (c *serveCmd) server(kept *storage, shelf *shelf, d *desk, registry *prometheus.Registry, tokens *server.Tokens, r *running, io *streams) (*server.Server, error) {
	version, _ := buildVersion()
	app, _, err := web.App()
	if err != nil {
		return nil, err
	}
	notice := account.CurrentNotice(r.speaker.host())
	return server.New(server.Config{
		Version: version, Setup: c.setup(version, notice, r), Failing: r.speaker.degraded, Notice: notice, Library: shelf, Problems: shelf.problems, Calls: d, Memories: d, Store: kept.store,
		Sounds: kept.archive, Line: r.lines, App: app, Registry: registry, Log: io.log, Now: time.Now, Tokens: tokens,
		Inspect: r, Pprof: c.Pprof,
	})
}

func (c *serveCmd) setup(version string, notice account.Notice, r *running) server.Setup {
	m := r.models
	n := m.names(c.Endpoint)
	s := server.Setup{
		Version: version, SingleUser: true, Notice: notice, Degraded: m.degraded,
		Recognizer: server.Part{Name: n.recognizer, OK: m.hears != nil}, Voice: server.Part{Name: n.voice, OK: m.speaks != nil},
		VAD: server.Part{Name: n.vad, OK: m.detects != nil}, Endpoint: server.Part{Name: n.endpoint, OK: m.ends != nil},
		Words: r.speaker.where(), CallModes: []practice.CallMode{practice.ModeTyped},
		Lines: []string{signal.WantWebRTC, signal.WantWebSocket}, SafetyHelp: helpParagraphs(c.SafetyHelp), Patience: cmp.Or(c.Patience, "normal"),
	}
	if m.voice() {
		s.CallModes = []practice.CallMode{practice.ModeVoice, practice.ModeTyped}
	}
	if s.Degraded == nil {
		s.Degraded = []practice.Degraded{}
	}
	return s
}

// hostOf leaves out what an address may hold besides its host: a name, a key.
func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Host
	}
	return "?"
}

// withoutSecrets is an address without what must not be printed: who signs in, and any query.
func withoutSecrets(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// describe says at the start what an administrator wants to know.
func (r *running) describe(say func(string, ...any), assets, data, endpoint, otlp string) {
	n := r.models.names(endpoint)
	say("Rapport keeps calls in %s and reads models from %s.\n", data, assets)
	say("Recogniser: %s. Voice: %s. %s\n", n.recognizer, n.voice, r.speaker.told())
	if otlp != "" {
		say("Times of each turn, without words, go to the collector at %s.\n", hostOf(otlp))
	}
	for _, d := range r.models.degraded {
		say("Degraded: %s To mend it: %s\n", d.What, d.Mend)
	}
}

// storage is the data folder, opened.
type storage struct {
	db      *store.Database
	store   *store.Store
	archive *recordings.Archive
}

// openStorage takes the data folder and settles what a killed server left: its calls are marked as cut, with their
// grades asked for, and their sound is kept.
func openStorage(ctx context.Context, data string, r *running, io *streams) (*storage, error) {
	node, err := os.Hostname()
	if err != nil {
		node = "local"
	}
	k := &storage{}
	if k.db, err = store.Open(ctx, data, node, time.Now()); err != nil {
		return nil, err
	}
	r.onClose(k.db.Close)
	queue, err := jobs.NewQueue(ctx, k.db.Writer(), io.log)
	if err != nil {
		return nil, err
	}
	k.store = store.New(k.db, store.Hooks{Ended: queue.CallEnded, Erased: queue.CallErased})
	var found recordings.Salvage
	if k.archive, found, err = recordings.Open(ctx, data); err != nil {
		return nil, err
	}
	if found.Left != nil {
		io.log.WarnContext(ctx, "some sound of calls that were cut waits in the data folder for the next start: make room on the disk", slog.Any("error", found.Left))
	}
	r.onClose(k.archive.Close)
	cut, err := k.store.CutLive(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	if len(cut) > 0 {
		_, _ = fmt.Fprintf(io.err, "%d calls were cut when the server last stopped; what was said until then is kept.\n", len(cut))
	}
	return k, nil
}
