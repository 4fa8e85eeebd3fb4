package words_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/openai"
	"github.com/rapport-calls/rapport/internal/words"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// turn is what the server does with one request.
type turn func(w http.ResponseWriter, r *http.Request, asked body)

// body is what matters of a request.
type body struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	} `json:"messages"`
	Stop           []string `json:"stop"`
	MaxTokens      int      `json:"max_tokens"`
	ResponseFormat *struct {
		Type string `json:"type"`
	} `json:"response_format"`
	raw string
}

// server is a server of the chat format in this process. Its turns are done in order; the last one stays.
type server struct {
	*httptest.Server
	release chan struct{} // closed at the end: who stalls goes on

	mu    sync.Mutex
	turns []turn
	asked []body
}

func newServer(t *testing.T, turns ...turn) *server {
	t.Helper()
	s := &server{turns: turns, release: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() { close(s.release); s.CloseClientConnections(); s.Close() })
	return s
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	b := body{raw: string(raw)}
	_ = json.Unmarshal(raw, &b)
	s.mu.Lock()
	s.asked = append(s.asked, b)
	do := s.turns[0]
	if len(s.turns) > 1 {
		s.turns = s.turns[1:]
	}
	s.mu.Unlock()
	do(w, r, b)
}

func (s *server) requests() []body {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]body(nil), s.asked...)
}

// maker asks this server as a real one is asked.
func (s *server) maker(t *testing.T, o words.Options) *words.Maker {
	t.Helper()
	c, err := openai.New(openai.Config{BaseURL: s.URL + "/v1", Model: "test", Key: "sk-canary"})
	if err != nil {
		t.Fatal(err)
	}
	m := words.NewMaker(c, o)
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func chunk(w http.ResponseWriter, data string) {
	_, _ = fmt.Fprintf(w, "data: %s\n\n", data)
	_ = http.NewResponseController(w).Flush()
}

func piece(text string) string {
	b, _ := json.Marshal(text)
	return `{"choices":[{"index":0,"delta":{"content":` + string(b) + `}}]}`
}

// says streams a text in pieces of a few letters, ends it, and tells the usage.
func says(text string) turn { return streams(text, "stop", true) }

func streams(text, finish string, usage bool) turn {
	return func(w http.ResponseWriter, _ *http.Request, _ body) {
		w.Header().Set("Content-Type", "text/event-stream")
		text := text
		for len(text) > 0 {
			n := min(5, len(text))
			for n < len(text) && text[n]&0xC0 == 0x80 { // not inside a letter
				n++
			}
			chunk(w, piece(text[:n]))
			text = text[n:]
		}
		chunk(w, `{"choices":[{"index":0,"delta":{},"finish_reason":"`+finish+`"}]}`)
		if usage {
			chunk(w, `{"choices":[],"usage":{"prompt_tokens":500,"completion_tokens":20,"total_tokens":520,"prompt_tokens_details":{"cached_tokens":400}}}`)
		}
		chunk(w, "[DONE]")
	}
}

// fails answers with a status and a body.
func fails(status int, header, value, text string) turn {
	return func(w http.ResponseWriter, _ *http.Request, _ body) {
		if header != "" {
			w.Header().Set(header, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// stalls streams a text and then says nothing until the client is gone.
func (s *server) stalls(text string) turn {
	return func(w http.ResponseWriter, r *http.Request, _ body) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		if text != "" {
			chunk(w, piece(text))
		}
		select {
		case <-r.Context().Done():
		case <-s.release:
		}
	}
}

// breaks streams a text and then cuts the connection.
func breaks(text string) turn {
	return func(w http.ResponseWriter, _ *http.Request, _ body) {
		w.Header().Set("Content-Type", "text/event-stream")
		if text != "" {
			chunk(w, piece(text))
		}
		c, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = c.Close()
		}
	}
}

// floods sends letters for as long as they are taken.
func floods(w http.ResponseWriter, r *http.Request, _ body) {
	w.Header().Set("Content-Type", "text/event-stream")
	for i := 0; i < 1_000_000 && r.Context().Err() == nil; i++ {
		if _, err := fmt.Fprintf(w, "data: %s\n\n", piece(strings.Repeat("and on and on ", 20))); err != nil {
			return
		}
	}
}

// clock is a time that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
