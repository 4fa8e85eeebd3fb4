package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/rapport-calls/rapport/internal/practice"
)

// turnQueue is how many turns may wait to be made into spans. Overflow: the newest is dropped and counted.
const turnQueue = 256

// closeWithin bounds how long Close waits for a collector.
const closeWithin = 5 * time.Second

// Traces turns finished turns into traces, on a goroutine of its own: whoever hands a turn over never waits.
type Traces struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	turns    chan turn
	stop     chan struct{}
	done     chan struct{}
	dropped  atomic.Int64
}

type turn struct {
	call  practice.CallID
	start time.Time
	turn  practice.TurnTrace
}

// CheckEndpoint says what is wrong with a collector's address; practice.ErrInvalid.
func CheckEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("the collector's address must be http://HOST:PORT or https://HOST:PORT: %w", practice.ErrInvalid)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" { // the exporter would leave them out without a word
		return fmt.Errorf("the collector's address must not hold a name, key or query: put keys into OTEL_EXPORTER_OTLP_HEADERS: %w", practice.ErrInvalid)
	}
	return nil
}

// Open sends traces by OTLP over HTTP to a collector's address, such as http://localhost:4318. Keys that the collector
// wants are taken from OTEL_EXPORTER_OTLP_HEADERS. A collector that is not there costs nothing but its traces.
func Open(ctx context.Context, endpoint, version string, log *slog.Logger) (*Traces, error) {
	if err := CheckEndpoint(endpoint); err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(strings.TrimSuffix(endpoint, "/")+"/v1/traces"))
	if err != nil {
		return nil, fmt.Errorf("open the trace exporter: %w", err)
	}
	return NewTraces(sdk.NewBatchSpanProcessor(quiet{exporter, log}), version), nil
}

// quiet logs that traces could not be sent, and not the collector's address, which may hold a key.
type quiet struct {
	sdk.SpanExporter
	log *slog.Logger
}

// ExportSpans implements sdk.SpanExporter.
func (q quiet) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := q.SpanExporter.ExportSpans(ctx, spans); err != nil {
		q.log.WarnContext(ctx, "traces could not be sent to the collector; check --otlp-endpoint", slog.Int("spans", len(spans)))
	}
	return nil
}

// NewTraces hands spans to a processor.
func NewTraces(p sdk.SpanProcessor, version string) *Traces {
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(p), sdk.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "rapport"), attribute.String("service.version", version))))
	t := &Traces{
		provider: provider, tracer: provider.Tracer("rapport/call"), turns: make(chan turn, turnQueue), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go t.run()
	return t
}

// Turn hands a finished turn over; its times count from start. It never waits. A nil Traces takes nothing.
func (t *Traces) Turn(call practice.CallID, start time.Time, tt practice.TurnTrace) {
	if t == nil {
		return
	}
	select {
	case t.turns <- turn{call, start, tt}:
	default:
		t.dropped.Add(1)
	}
}

// Dropped is how many turns were not traced because too many waited.
func (t *Traces) Dropped() int64 {
	if t == nil {
		return 0
	}
	return t.dropped.Load()
}

func (t *Traces) run() {
	defer close(t.done)
	for {
		select {
		case x := <-t.turns:
			t.record(x)
		case <-t.stop:
			for {
				select {
				case x := <-t.turns:
					t.record(x)
				default:
					return
				}
			}
		}
	}
}

// record makes a trace: the turn from its first word to the reply's last, and below it a span for each stage.
func (t *Traces) record(x turn) {
	if len(x.turn.Spans) == 0 {
		return
	}
	at := func(ms float64) time.Time { return x.start.Add(time.Duration(ms * float64(time.Millisecond))) }
	from, to := x.turn.Spans[0].FromMS, x.turn.Spans[0].ToMS
	for _, s := range x.turn.Spans {
		from, to = min(from, s.FromMS), max(to, s.ToMS)
	}
	attributes := []attribute.KeyValue{
		attribute.String("rapport.call", string(x.call)), attribute.Int("rapport.turn", x.turn.Turn),
		attribute.Bool("rapport.typed", x.turn.Typed), attribute.Bool("rapport.interrupted", x.turn.Interrupted),
	}
	if !x.turn.Typed {
		attributes = append(attributes, attribute.Float64("rapport.voice_to_voice_ms", x.turn.VoiceToVoiceMS()))
	}
	ctx, root := t.tracer.Start(context.Background(), "turn", trace.WithNewRoot(), trace.WithTimestamp(at(from)), trace.WithAttributes(attributes...))
	for _, s := range x.turn.Spans {
		_, span := t.tracer.Start(ctx, string(s.Stage), trace.WithTimestamp(at(s.FromMS)))
		span.End(trace.WithTimestamp(at(s.ToMS)))
	}
	root.End(trace.WithTimestamp(at(to)))
}

// Close sends what is left, for a few seconds at most.
func (t *Traces) Close() error {
	close(t.stop)
	<-t.done
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}
