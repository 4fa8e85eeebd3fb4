package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
)

// routes lists every address with its methods: those of the description, and those that are beside it.
func (f *fixture) routes() [][2]string {
	f.t.Helper()
	b, err := server.OpenAPI("test")
	f.must(err)
	var doc struct {
		Paths map[string]map[string]any
	}
	f.must(json.Unmarshal(b, &doc))
	out := [][2]string{{"GET", "/"}, {"GET", "/healthz"}, {"GET", "/readyz"}, {"GET", "/metrics"}, {"GET", "/openapi.json"}, {"GET", "/api/calls/{id}/line"}}
	for path, methods := range doc.Paths {
		for m := range methods {
			out = append(out, [2]string{strings.ToUpper(m), path})
		}
	}
	if len(out) < 17 {
		f.t.Fatalf("only %d routes were found", len(out))
	}
	for i := range out {
		out[i][1] = strings.NewReplacer("{id}", missingID, "{slug}", "late-birthday-parcel").Replace(out[i][1])
	}
	return out
}

func TestNoRouteAnswersAnotherSite(t *testing.T) {
	f := newFixture(t)
	port := f.url[strings.LastIndex(f.url, ":")+1:]
	for _, route := range f.routes() {
		for name, header := range map[string]string{
			"foreign host":                 "Host: rapport.example",
			"foreign host, our port":       "Host: rapport.example:" + port,
			"our name with a suffix":       "Host: localhost.example:" + port,
			"another port":                 "Host: localhost:1",
			"no port":                      "Host: localhost",
			"foreign origin":               "Origin: https://rapport.example",
			"origin on another port":       "Origin: http://localhost:1",
			"origin by another name of us": "Origin: http://127.0.0.1:" + port,
			"origin of a file":             "Origin: null",
			"empty origin":                 "Origin: ",
			"https origin":                 "Origin: https://localhost:" + port,
		} {
			got := f.do(route[0], route[1], "", header)
			if got.status != http.StatusForbidden || !strings.Contains(got.body, "Open") && !strings.Contains(got.body, "open") {
				t.Errorf("%s %s with %s: %d %s", route[0], route[1], name, got.status, got.body)
			}
		}
		if route[0] != http.MethodGet || strings.HasPrefix(route[1], "/api/") {
			if got := f.do(route[0], route[1], "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"); got.status != http.StatusForbidden {
				t.Errorf("%s %s from another site: %d", route[0], route[1], got.status)
			}
		}
	}
}

// Whoever has a call's id has nothing by it: a call of somebody else is answered like one that is not there, on every route.
func TestSomebodyElsesCallIsNotThere(t *testing.T) {
	f := newFixture(t)
	theirs := practice.Call{
		ID: "11111111-1111-4111-8111-111111111111", Scenario: "late-birthday-parcel", Owner: "somebody-else", CreatedAt: f.clock.Now(), Mode: practice.ModeVoice,
	}
	f.must(f.store.CreateCall(t.Context(), theirs))
	live, ended := theirs.ID, practice.CallID("22222222-2222-4222-8222-222222222222")
	theirs.ID = ended
	f.must(f.store.CreateCall(t.Context(), theirs))
	f.end(ended, true)
	tried := 0
	for _, route := range f.routes() {
		if !strings.Contains(route[1], missingID) {
			continue
		}
		for _, id := range []practice.CallID{live, ended} {
			tried++
			got := f.do(route[0], strings.Replace(route[1], missingID, string(id), 1), "")
			missing := f.do(route[0], route[1], "")
			if got.status != http.StatusNotFound || strings.ReplaceAll(got.body, string(id), missingID) != missing.body {
				t.Errorf("%s %s: %d %s; a call that is not there: %d %s", route[0], route[1], got.status, got.body, missing.status, missing.body)
			}
		}
	}
	if tried < 12 {
		t.Errorf("only %d requests were tried", tried)
	}
	if list := f.do(http.MethodGet, "/api/calls", "").body; strings.Contains(list, string(live)) || strings.Contains(list, string(ended)) {
		t.Errorf("listed: %s", list)
	}
	if ok, err := f.sounds.HasSound(t.Context(), ended); !ok || err != nil {
		t.Errorf("their sound is gone: %v", err)
	}
}

func TestCrossSitePostMakesNoCall(t *testing.T) {
	f := newFixture(t)
	for _, h := range [][]string{
		{"Origin: https://rapport.example"},
		{"Sec-Fetch-Site: cross-site"},
		{"Sec-Fetch-Site: same-site"},
		{"Origin: https://rapport.example", "Content-Type: text/plain"},
	} {
		if got := f.do(http.MethodPost, "/api/calls", f.callBody(), h...); got.status != http.StatusForbidden {
			t.Errorf("%v: %d", h, got.status)
		}
	}
	if f.calls.n != 0 {
		t.Errorf("%d calls were made", f.calls.n)
	}
}

func TestOwnPagesAndLinksFromElsewhereGetIn(t *testing.T) {
	f := newFixture(t)
	port := f.url[strings.LastIndex(f.url, ":")+1:]
	for name, h := range map[string][]string{
		"own page":           {"Origin: " + f.url, "Sec-Fetch-Site: same-origin"},
		"IPv4 address":       {"Host: 127.0.0.1:" + port, "Origin: http://127.0.0.1:" + port},
		"IPv6 address":       {"Host: [::1]:" + port, "Origin: http://[::1]:" + port},
		"typed in":           {"Sec-Fetch-Site: none"},
		"a link from a mail": {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"},
		"no browser":         {},
	} {
		if got := f.do(http.MethodGet, "/", "", h...); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestAnswersCarryTheHeadersThatHoldABrowserBack(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/", "/api/setup", "/api/none", "/assets/none.js"} {
		h := f.do(http.MethodGet, path, "").header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "ws://localhost:") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", path, policy)
		}
	}
	if h := f.do(http.MethodGet, "/", "", "Host: evil';script-src *"); strings.Contains(h.header.Get("Content-Security-Policy"), "evil") {
		t.Errorf("a host writes the policy: %s", h.header.Get("Content-Security-Policy"))
	}
}

func TestOnlyLoopbackIsListenedOn(t *testing.T) {
	for addr, ok := range map[string]bool{
		"localhost:8080": true, "127.0.0.1:0": true, "[::1]:8080": true, "127.8.9.1:1": true,
		"0.0.0.0:8080": false, ":8080": false, "[::]:8080": false, "192.168.1.5:80": false, "example.org:80": false, "8080": false,
	} {
		if err := server.CheckAddress(addr); (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "localhost:8080") {
			t.Errorf("%s: %v", addr, err)
		}
	}
	f := newFixture(t)
	l := &pipes{addr: &net.TCPAddr{IP: net.IPv4zero, Port: 80}, conns: make(chan net.Conn), closed: make(chan struct{})}
	if err := f.srv.Serve(t.Context(), l); err == nil || !strings.Contains(err.Error(), "no accounts") {
		t.Errorf("serving everybody: %v", err)
	}
}

// pipes is a listener in memory, so that slow clients cost virtual time.
type pipes struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return local{c, p.addr}, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// local is a connection that came in on the listener's address.
type local struct {
	net.Conn
	addr net.Addr
}

func (l local) LocalAddr() net.Addr { return l.addr }

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return p.addr }

// bare is a server without storage behind it, for what happens before a request is whole.
func bare(t *testing.T) *server.Server {
	t.Helper()
	s, err := server.New(server.Config{
		Version: "test", Notice: account.CurrentNotice(""), Library: shelf{}, Calls: &quietCalls{room: 1},
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: time.Now, Tokens: server.NewTokens(time.Now),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSlowAndIdleClientsAreCutOff(t *testing.T) {
	for name, c := range map[string]struct {
		sends  string
		within time.Duration
	}{
		"half a header":      {"GET / HTTP/1.1\r\nHost: loc", 6 * time.Second},
		"nothing at all":     {"", 6 * time.Second},
		"half a body":        {"POST /api/calls HTTP/1.1\r\nHost: localhost:80\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{", 31 * time.Second},
		"one request, quiet": {"GET /healthz HTTP/1.1\r\nHost: localhost:80\r\n\r\n", 2*time.Minute + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				l := &pipes{addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, conns: make(chan net.Conn), closed: make(chan struct{})}
				served := make(chan error, 1)
				go func() { served <- bare(t).Serve(ctx, l) }()
				client, conn := net.Pipe()
				l.conns <- conn
				start := time.Now()
				go func() { _, _ = io.WriteString(client, c.sends) }()
				_, err := io.Copy(io.Discard, client)
				if took := time.Since(start); err != nil || took > c.within {
					t.Errorf("cut off after %v, %v; want within %v", took, err, c.within)
				}
				_ = client.Close()
				stop()
				if err := <-served; err != nil && !errors.Is(err, http.ErrServerClosed) {
					t.Error(err)
				}
			})
		})
	}
}
