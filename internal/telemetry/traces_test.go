package telemetry

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// aTurn is a turn with all stages.
func aTurn(n int) practice.TurnTrace {
	t := practice.TurnTrace{Turn: n}
	for i, s := range practice.Stages() {
		t.Add(s, float64(1000*n+100*i), float64(1000*n+100*i+150))
	}
	return t
}

func TestATurnIsOneTraceWithASpanForEachStage(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	tr := NewTraces(spans, "test")
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for n := range 2 {
		tr.Turn("c-1", start, aTurn(n))
	}
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	traces := map[string][]sdk.ReadOnlySpan{}
	for _, s := range spans.Ended() {
		id := s.SpanContext().TraceID().String()
		traces[id] = append(traces[id], s)
	}
	if len(traces) != 2 {
		t.Fatalf("%d traces of 2 turns", len(traces))
	}
	for _, all := range traces {
		root := all[len(all)-1]
		if root.Name() != "turn" || root.Parent().IsValid() {
			t.Fatalf("the last span to end is %s, its parent %v", root.Name(), root.Parent())
		}
		stages := all[:len(all)-1]
		slices.SortStableFunc(stages, func(a, b sdk.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
		var names []practice.Stage
		for _, s := range stages {
			names = append(names, practice.Stage(s.Name()))
			if s.Parent().SpanID() != root.SpanContext().SpanID() {
				t.Errorf("%s is not the turn's child", s.Name())
			}
			if s.EndTime().Sub(s.StartTime()) != 150*time.Millisecond || s.StartTime().Before(root.StartTime()) || s.EndTime().After(root.EndTime()) {
				t.Errorf("%s from %v to %v, the turn from %v to %v", s.Name(), s.StartTime(), s.EndTime(), root.StartTime(), root.EndTime())
			}
		}
		if !slices.Equal(names, practice.Stages()) {
			t.Errorf("stages %q", names)
		}
	}
}

func TestACollectorGetsTimesAndNoKeys(t *testing.T) {
	const canary = "canary-7731"
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key="+canary)
	bodies := make(chan string, 8)
	keys := make(chan string, 8)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		keys <- r.Header.Get("x-key")
		bodies <- r.URL.Path + "\n" + string(b)
	}))
	defer collector.Close()
	tr, err := Open(context.Background(), collector.URL, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	tr.Turn("c-1", time.Now(), aTurn(1))
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if key := <-keys; key != canary {
		t.Errorf("the collector's key came as %q", key)
	}
	body := <-bodies
	if !strings.HasPrefix(body, "/v1/traces\n") || !strings.Contains(body, "synthesize") || !strings.Contains(body, "rapport.voice_to_voice_ms") {
		t.Errorf("the collector got %q", body)
	}
	if strings.Contains(body, canary) {
		t.Error("the key is in the trace")
	}
}

func TestACollectorThatIsGoneIsLoggedWithoutItsAddress(t *testing.T) {
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	defer collector.Close()
	var said strings.Builder
	tr, err := Open(context.Background(), collector.URL+"/canary-7731", "test", slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	tr.Turn("c-1", time.Now(), aTurn(1))
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "--otlp-endpoint") || strings.Contains(said.String(), "canary") {
		t.Errorf("the log says %q", said.String())
	}
}

func TestNobodyWaitsForTraces(t *testing.T) {
	block := make(chan struct{})
	tr := NewTraces(stuck{block}, "test")
	for n := range turnQueue + 10 {
		tr.Turn("c-1", time.Now(), aTurn(n))
	}
	if tr.Dropped() == 0 {
		t.Error("nothing was dropped")
	}
	close(block)
	if err := tr.Close(); err != nil {
		t.Error(err)
	}
	var none *Traces
	none.Turn("c-1", time.Now(), aTurn(1))
}

// stuck is a processor that waits.
type stuck struct{ until chan struct{} }

func (s stuck) OnStart(context.Context, sdk.ReadWriteSpan) { <-s.until }
func (stuck) OnEnd(sdk.ReadOnlySpan)                       {}
func (stuck) Shutdown(context.Context) error               { return nil }
func (stuck) ForceFlush(context.Context) error             { return nil }

func TestABadAddressIsRefused(t *testing.T) {
	for _, bad := range []string{"", "localhost:4318", "ftp://localhost", "http://", "://", "http://u:canary@localhost:4318", "http://localhost:4318?key=canary", "http://localhost#canary"} {
		if _, err := Open(context.Background(), bad, "test", nil); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
