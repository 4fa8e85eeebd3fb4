package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// guard lets in only requests that a person at this machine made to this server, because single-user mode has no
// sign-in. The Host check stops pages of other sites that point their own name at the loopback address; the Origin
// check stops those that call it by its right name.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hostAllowed(r) {
			writeProblem(w, http.StatusForbidden,
				"This server answers only to its own machine: open it as http://localhost and its port, as printed when it started.")
			return
		}
		if !originAllowed(r) {
			writeProblem(w, http.StatusForbidden,
				"This request came from another site's page. Open Rapport itself in the browser and try again there.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// SameOrigin says whether a request passes both checks of single-user mode: it is to one of the loopback names of this
// server, and from no other site's page. Every request that reaches a handler of the server has passed them.
func SameOrigin(r *http.Request) bool { return hostAllowed(r) && originAllowed(r) }

// hostAllowed wants one of the loopback names and the port that the request came in on.
func hostAllowed(r *http.Request) bool {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil { // the port may be left out where it is HTTP's own
		host, port = strings.Trim(r.Host, "[]"), "80"
	}
	if host != "localhost" && host != "127.0.0.1" && host != "::1" {
		return false
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	_, want, err := net.SplitHostPort(local.String())
	return err == nil && port == want
}

// originAllowed wants the page that made the request to be one of ours. Clients that are no browsers send neither
// header. A page of another site may still link to ours: that is a plain navigation, and no call of the API.
func originAllowed(r *http.Request) bool {
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		u, err := url.Parse(origins[0])
		return err == nil && len(origins) == 1 && u.Scheme == "http" && u.Host == r.Host
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && !strings.HasPrefix(r.URL.Path, "/api/")
}

// secure sets the headers that keep a browser from doing more with our answers than we mean.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy(r.Host))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "microphone=(self), camera=(), geolocation=(), payment=(), usb=()")
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// contentPolicy allows our own files and nothing inline. The socket's address is named because some browsers do not
// count it as 'self'.
func contentPolicy(host string) string {
	socket := ""
	if !strings.ContainsAny(host, " ;,'\"\r\n\t") {
		socket = " ws://" + host
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self' blob:; " +
		"connect-src 'self'" + socket + "; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
