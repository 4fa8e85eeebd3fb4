package server

import (
	"bufio"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapport-calls/rapport/internal/account"
)

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n")) // whoever is gone needs no answer
}

// readyz says whether a call could start now.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if err := s.readyForCall(r); err != nil {
		s.writeError(w, r, err)
		return
	}
	s.healthz(w, r)
}

func (s *Server) readyForCall(r *http.Request) error {
	if s.draining.Load() {
		return errDraining()
	}
	if err := s.cfg.Calls.Full(); err != nil {
		return err
	}
	return s.cfg.Store.Ready(r.Context())
}

// metrics asks the policy before the server's figures are shown.
func (s *Server) metrics(figures http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := account.May(s.person, account.ReadMetrics, account.Resource{}); err != nil {
			s.writeError(w, r, err)
			return
		}
		figures.ServeHTTP(w, r)
	})
}

// figures count requests for /metrics.
type figures struct {
	requests *prometheus.HistogramVec
}

func newFigures(reg *prometheus.Registry) (*figures, error) {
	f := &figures{requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "rapport_http_request_seconds", Help: "Time to answer HTTP requests, by route and status.",
		Buckets: []float64{.005, .025, .1, .5, 2.5, 10},
	}, []string{"route", "status"})}
	if err := reg.Register(f.requests); err != nil {
		return nil, err
	}
	return f, nil
}

// count times every request under its route's pattern, never its address, which holds ids.
func (f *figures) count(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		_, pattern := mux.Handler(r)
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(sw, r)
		f.requests.WithLabelValues(pattern, strconv.Itoa(sw.status)).Observe(time.Since(start).Seconds())
	})
}

// statusWriter remembers the status. http.ResponseController reaches what is under it by Unwrap.
type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader notes the first status.
func (w *statusWriter) WriteHeader(status int) {
	if !w.wrote && status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Hijack hands the connection over; the WebSocket library asks for it in this old way.
func (w *statusWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status, w.wrote = http.StatusSwitchingProtocols, true
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap gives the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
