package openai_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/openai"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const line = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Yes.\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

// asked is what a server saw of a request.
type asked struct {
	path, query string
	header      http.Header
	body        map[string]any
}

// serve answers each request in turn, the last answer again and again; it returns the client and what was asked.
func serve(t *testing.T, c openai.Config, answers ...http.HandlerFunc) (*openai.Client, *[]asked) {
	t.Helper()
	var seen []asked
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		a := asked{path: r.URL.Path, query: r.URL.RawQuery, header: r.Header.Clone()}
		_ = json.Unmarshal(raw, &a.body)
		seen = append(seen, a)
		answer := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		answer(w, r)
	}))
	c.BaseURL = s.URL + c.BaseURL
	client, err := openai.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(); s.Close() })
	return client, &seen
}

func good(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, line) }

func refuses(status int, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": message}})
	}
}

func ask(t *testing.T, c *openai.Client) (string, error) {
	t.Helper()
	text := ""
	_, err := c.Stream(t.Context(), practice.ChatRequest{Messages: []practice.ChatMessage{{Role: practice.ChatUser, Text: "Say yes."}}, MaxTokens: 5, Temperature: 0.8, Stop: []string{"\n"}},
		func(s string) error { text += s; return nil })
	return text, err
}

func TestAddressAndHeadersOfEachForm(t *testing.T) {
	for _, c := range []struct {
		name        string
		config      openai.Config
		path, query string
		header      string
		want        string
	}{
		{"the usual form", openai.Config{BaseURL: "/v1", Model: "m", Key: "k1"}, "/v1/chat/completions", "", "Authorization", "Bearer k1"},
		{"a slash at the end", openai.Config{BaseURL: "/v1/", Model: "m", Key: "k1"}, "/v1/chat/completions", "", "Authorization", "Bearer k1"},
		{"no key", openai.Config{BaseURL: "/v1", Model: "m"}, "/v1/chat/completions", "", "Authorization", ""},
		{"Azure", openai.Config{Model: "my.deployment", Key: "k2", Azure: true, APIVersion: "2024-10-21"}, "/openai/deployments/my.deployment/chat/completions", "api-version=2024-10-21", "Api-Key", "k2"},
		{"a further header", openai.Config{BaseURL: "/v1", Model: "m", Key: "k1", Headers: http.Header{"X-Team": {"support"}}}, "/v1/chat/completions", "", "X-Team", "support"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, seen := serve(t, c.config, good)
			if text, err := ask(t, client); err != nil || text != "Yes." {
				t.Fatalf("%q, %v", text, err)
			}
			if a := (*seen)[0]; a.path != c.path || a.query != c.query || a.header.Get(c.header) != c.want {
				t.Errorf("%s?%s, %s: %q", a.path, a.query, c.header, a.header.Get(c.header))
			}
		})
	}
}

func TestWhatAServerDoesNotTakeIsLeftOutFromThenOn(t *testing.T) {
	client, seen := serve(t, openai.Config{BaseURL: "/v1", Model: "m"},
		refuses(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
		refuses(400, "Unsupported value: 'temperature' does not support 0.8"), refuses(400, "'stop' is not supported"), good)
	for range 2 {
		if text, err := ask(t, client); err != nil || text != "Yes." {
			t.Fatalf("%q, %v", text, err)
		}
	}
	last := (*seen)[len(*seen)-1].body
	if len(*seen) != 5 || last["max_completion_tokens"] != 5.0 || last["max_tokens"] != nil || last["temperature"] != nil || last["stop"] != nil || client.Stops() {
		t.Errorf("%d requests, the last %v", len(*seen), last)
	}
}

func TestAddressesThatAreRefusedBeforeAnythingIsSent(t *testing.T) {
	for _, c := range []struct{ address, says string }{
		{"localhost:11434/v1", "https://HOST/v1"},
		{"ftp://host/v1", "https://HOST/v1"},
		{"https://name:sk-canary@host/v1", "holds a name, a key"},
		{"https://host/v1?key=sk-canary", "holds a name, a key"},
		{"http://169.254.169.254/v1", "link-local"},
		{"http://[fe80::1]/v1", "link-local"},
	} {
		_, err := openai.New(openai.Config{BaseURL: c.address, Model: "m"})
		if !errors.Is(err, practice.ErrInvalid) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", c.address, err)
		}
	}
	if _, err := openai.New(openai.Config{BaseURL: "http://169.254.169.254/v1", Model: "m", LinkLocal: true}); err != nil {
		t.Errorf("allowed, and still %v", err)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	client, seen := serve(t, openai.Config{BaseURL: "/v1", Model: "m", Key: "sk-canary"}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	if _, err := ask(t, client); err == nil || len(*seen) != 1 || strings.Contains(err.Error(), "canary") {
		t.Errorf("%d requests, %v", len(*seen), err)
	}
}
