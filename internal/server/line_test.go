package server_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
)

// oneCall is a store that holds one live call.
type oneCall struct{ server.Store }

func (oneCall) Call(_ context.Context, id practice.CallID) (practice.Call, error) {
	return practice.Call{ID: id, Owner: practice.LocalPerson, Status: practice.CallLive}, nil
}

// The signalling socket takes the connection over through everything that stands before it, and then none of HTTP's
// time limits hold: a call may be silent on it for as long as it likes.
func TestSocketOutlivesTheLimitsOfRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		socket := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			h, ok := w.(http.Hijacker)
			if !ok {
				t.Error("the connection cannot be taken over")
				return
			}
			conn, rw, err := h.Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close() //nolint:errcheck // the test's other end closes first
			_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\n\r\n")
			_ = rw.Flush()
			line, err := rw.ReadString('\n')
			if err != nil {
				t.Errorf("after the silence: %v", err)
			}
			_, _ = io.WriteString(conn, line)
		})
		s, err := server.New(server.Config{
			Version: "test", Notice: account.CurrentNotice(""), Library: shelf{}, Calls: &quietCalls{room: 1}, Store: oneCall{}, Line: socket,
			Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: time.Now, Tokens: server.NewTokens(time.Now),
		})
		if err != nil {
			t.Fatal(err)
		}
		l := &pipes{addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, conns: make(chan net.Conn), closed: make(chan struct{})}
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, l) }()
		client, conn := net.Pipe()
		l.conns <- conn
		send := func(text string) {
			if _, err := io.WriteString(client, text); err != nil {
				t.Error(err)
			}
		}
		in := bufio.NewReader(client)
		send("GET /api/calls/" + missingID + "/line?token=x HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n")
		if status, err := in.ReadString('\n'); err != nil || status != "HTTP/1.1 101 Switching Protocols\r\n" {
			t.Fatalf("%q, %v", status, err)
		}
		_, _ = in.ReadString('\n')
		time.Sleep(time.Hour) //nolint:forbidigo // virtual time
		send("still here\n")
		if got, err := in.ReadString('\n'); err != nil || got != "still here\n" {
			t.Errorf("%q, %v", got, err)
		}
		_ = client.Close()
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

// A page that follows a call does so for as long as the call lasts, and is let go when the server stops.
func TestFollowerOutlivesTheLimitsOfRequestsAndNotTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		s, err := server.New(server.Config{
			Version: "test", Notice: account.CurrentNotice(""), Library: shelf{}, Calls: &quietCalls{room: 1}, Store: oneCall{},
			Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: time.Now, Tokens: server.NewTokens(time.Now),
		})
		if err != nil {
			t.Fatal(err)
		}
		l := &pipes{addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, conns: make(chan net.Conn), closed: make(chan struct{})}
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, l) }()
		client, conn := net.Pipe()
		l.conns <- conn
		go func() {
			_, _ = io.WriteString(client, "GET /api/calls/"+missingID+"/follow HTTP/1.1\r\nHost: localhost\r\n\r\n")
		}()
		beats := make(chan int, 1)
		go func() {
			n := 0
			for in := bufio.NewScanner(client); in.Scan(); {
				if in.Text() == ": still here" {
					n++
				}
			}
			beats <- n
		}()
		time.Sleep(time.Hour) //nolint:forbidigo // virtual time
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if n := <-beats; n < 200 {
			t.Errorf("%d heartbeats in an hour", n)
		}
		_ = client.Close()
	})
}

// Follow never tells of a change.
func (oneCall) Follow(practice.CallID) (changed <-chan struct{}, stop func()) { return nil, func() {} }
