// Package server is Rapport over HTTP: the JSON API with its OpenAPI description, the web app's files, recordings,
// live news of a call, and the probes. It reaches calls, storage and scenarios through ports.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Limits on what a client may send or hold, each against a way to exhaust the server.
const (
	maxHeaderBytes  = 32 << 10
	maxBodyBytes    = 64 << 10
	headerTimeout   = 5 * time.Second
	requestTimeout  = 30 * time.Second // whole request read, answer written; streams set their own
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 10 * time.Second
)

// Config is what a server works with. All but App, Line, Registry, Inspect and the limits must be set.
type Config struct {
	Version  string
	Setup    Setup                      // what works on this server and what does not
	Failing  func() []practice.Degraded // what does not work just now, besides Setup.Degraded; nil: nothing
	Notice   account.Notice             // what a trainee agrees to before a call
	Library  Library                    // scenarios
	Problems func() []ScenarioProblem   // scenarios that cannot be read as they are now; nil: none ever
	Calls    Calls                      // live calls
	Memories Memories                   // nil: follow-ups remember nothing
	Store    Store                      // kept calls
	Sounds   Sounds                     // kept sound
	Tokens   *Tokens                    // join tokens, which Line redeems
	Line     http.Handler               // signalling socket; the call's id is the path value "id". It redeems the token before anybody joins
	Inspect  Inspector                  // nil: /debug/calls is not there
	Pprof    bool                       // serve Go profiles under /debug/pprof/
	App      fs.FS                      // the built web app, index.html at its root; nil: the API alone
	Registry *prometheus.Registry
	Log      *slog.Logger
	Now      func() time.Time

	CallsPerMinute int // how many calls a person may start; 0: 60
	CallBurst      int // of these at once; 0: 20
}

// Server answers HTTP requests.
type Server struct {
	cfg      Config
	person   account.Person
	api      huma.API
	handler  http.Handler
	starts   *bucket
	draining atomic.Bool
	closing  chan struct{} // closed when Serve ends: streams end with it
	closed   atomic.Bool
	routes   map[string]account.Action // "METHOD /path" → what the policy is asked
}

// New builds a server. It fails when the web app's files cannot be read.
func New(cfg Config) (*Server, error) {
	if cfg.CallsPerMinute == 0 {
		cfg.CallsPerMinute = 60
	}
	if cfg.CallBurst == 0 {
		cfg.CallBurst = 20
	}
	if cfg.Registry == nil {
		cfg.Registry = prometheus.NewRegistry()
	}
	s := &Server{
		cfg:     cfg,
		person:  account.Local(),
		starts:  newBucket(cfg.CallBurst, time.Minute/time.Duration(cfg.CallsPerMinute), cfg.Now),
		closing: make(chan struct{}),
		routes:  map[string]account.Action{},
	}
	figures, err := newFigures(cfg.Registry)
	if err != nil {
		return nil, err
	}
	app, err := newApp(cfg.App)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	s.api = newAPI(mux, cfg.Version)
	s.registerRoutes()
	s.routes["GET /metrics"] = account.ReadMetrics
	s.routes["GET "+linePath] = account.JoinCall
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", s.metrics(promhttp.HandlerFor(cfg.Registry, promhttp.HandlerOpts{})))
	mux.HandleFunc("GET "+linePath, s.joinLine)
	s.registerDebug(mux)
	mux.HandleFunc("/debug/", unknownRoute)
	mux.HandleFunc("/api/", unknownRoute)
	mux.Handle("/", app)
	s.handler = secure(figures.count(mux, guard(http.MaxBytesHandler(mux, maxBodyBytes))))
	return s, nil
}

func newAPI(mux *http.ServeMux, version string) huma.API {
	c := huma.DefaultConfig("Rapport", version)
	c.Info.Description = "Practice calls: scenarios, calls, transcripts, grades and recordings of one Rapport server."
	c.DocsPath = ""     // the ready-made page loads scripts from elsewhere
	c.SchemasPath = ""  // all of it is in the one description
	c.CreateHooks = nil // no $schema keys in answers
	c.Transformers = []huma.Transformer{plainDetail}
	return humago.New(mux, c)
}

// Handler answers every request, with all checks. It is for a listener on the machine itself only; see Serve.
func (s *Server) Handler() http.Handler { return s.handler }

// OpenAPI is the API's description as JSON, for the web app's types. It is the same for every server of a version, and
// needs none.
func OpenAPI(version string) ([]byte, error) {
	s, err := New(Config{Version: version, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return append(b, '\n'), nil
}

// Drain refuses new calls from now on, and makes /readyz say so. Calls that go on are not touched.
func (s *Server) Drain() { s.draining.Store(true) }

// CheckAddress refuses to listen where other machines could reach a server that has no accounts yet.
func CheckAddress(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("--listen %q is not HOST:PORT, such as localhost:8080: %w", addr, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("--listen %s would let other machines in, and this release has no accounts to tell people apart: "+
		"listen on localhost. Through a tunnel with the same port at both ends (ssh -L 8080:localhost:8080) calls can be typed; "+
		"sound does not pass it", addr)
}

// Serve answers on a loopback listener until ctx ends, then stops taking requests, lets those at work finish for a
// short while and returns. It closes the listener. A listener that other machines can reach is refused.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if err := CheckAddress(l.Addr().String()); err != nil {
		return errors.Join(err, l.Close())
	}
	hs := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      requestTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() { done <- hs.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	s.Drain()
	s.endStreams()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := hs.Shutdown(stop)
	if err != nil {
		err = errors.Join(fmt.Errorf("some requests did not end in time: %w", err), hs.Close())
	}
	if serr := <-done; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return err
}

func (s *Server) endStreams() {
	if s.closed.CompareAndSwap(false, true) {
		close(s.closing)
	}
}
