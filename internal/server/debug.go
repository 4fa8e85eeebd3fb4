package server

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/rapport-calls/rapport/internal/account"
)

//go:embed debug.html
var debugPage string

//go:embed debug.css
var debugStyle []byte

// registerDebug adds the pages for whoever runs the server. Each asks the policy first.
func (s *Server) registerDebug(mux *http.ServeMux) {
	add := func(path string, h http.HandlerFunc) {
		s.routes["GET "+path] = account.Inspect
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			if err := account.May(s.person, account.Inspect, account.Resource{}); err != nil {
				s.writeError(w, r, err)
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			h(w, r)
		})
	}
	if s.cfg.Inspect != nil {
		page := template.Must(template.New("debug").Funcs(template.FuncMap{
			"share": func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) },
			"ms":    func(v float64) string { return fmt.Sprintf("%.0f", v) },
			"two":   func(v float64) string { return fmt.Sprintf("%.2f", v) },
			"age":   func(ms int64) string { return (time.Duration(ms) * time.Millisecond).Round(time.Second).String() },
		}).Parse(debugPage))
		add("/debug/calls", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_ = page.Execute(w, s.cfg.Inspect.Inspect()) // whoever is gone needs no answer
		})
		add("/debug/calls.css", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/css; charset=utf-8")
			_, _ = w.Write(debugStyle) // whoever is gone needs no answer
		})
		add("/api/debug/calls", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(s.cfg.Inspect.Inspect()) // whoever is gone needs no answer
		})
	}
	if s.cfg.Pprof {
		add("/debug/pprof/", pprof.Index)
		add("/debug/pprof/profile", pprof.Profile)
		add("/debug/pprof/symbol", pprof.Symbol)
		add("/debug/pprof/trace", pprof.Trace)
	}
}
