package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Times of a stream of news. The heartbeat finds out who is gone; the client comes back by itself.
const (
	heartbeat    = 15 * time.Second
	newsTimeout  = 10 * time.Second
	followedAtMS = 2000 // advice to the browser: come back after this, in milliseconds
)

// follow streams where a call and its grade stand: at once, and after each change, until the grade is settled.
func (s *Server) follow(ctx context.Context, in *idPath) (*huma.StreamResponse, error) {
	c, err := s.find(ctx, in.ID, account.SeeCall)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		changed, stop := s.cfg.Store.Follow(c.ID)
		defer stop()
		n := &news{w: w, rc: http.NewResponseController(w)}
		_ = n.rc.SetReadDeadline(time.Time{}) // the request is read; its deadline would end the stream
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("X-Accel-Buffering", "no") // proxies pass it on at once
		w.WriteHeader(http.StatusOK)
		n.write(fmt.Sprintf("retry: %d\n\n", followedAtMS))
		s.tell(ctx, n, c.ID, changed)
	}}, nil
}

func (s *Server) tell(ctx context.Context, n *news, id practice.CallID, changed <-chan struct{}) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for n.err == nil {
		c, err := s.cfg.Store.Call(ctx, id)
		if err != nil { // erased, or the store does not answer: who follows asks again and is told so
			return
		}
		n.state("call", string(c.Status))
		n.state("grade", string(c.GradeStatus))
		if c.GradeStatus == practice.GradeDone || c.GradeStatus == practice.GradeNotGradable {
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			n.write(": still here\n\n")
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		}
	}
}

// news writes server-sent events, each state once until it changes.
type news struct {
	w    io.Writer
	rc   *http.ResponseController
	last map[string]string
	err  error
}

func (n *news) state(event, status string) {
	if n.last[event] == status {
		return
	}
	if n.last == nil {
		n.last = map[string]string{}
	}
	n.last[event] = status
	n.write(fmt.Sprintf("event: %s\ndata: {\"status\":%q}\n\n", event, status))
}

func (n *news) write(text string) {
	if n.err != nil {
		return
	}
	_ = n.rc.SetWriteDeadline(time.Now().Add(newsTimeout)) // a connection that knows no deadlines has none to move
	if _, n.err = io.WriteString(n.w, text); n.err == nil {
		n.err = n.rc.Flush()
	}
}
