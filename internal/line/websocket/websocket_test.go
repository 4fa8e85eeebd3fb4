package websocket_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/line/linetest"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/websocket"
	"github.com/rapport-calls/rapport/internal/line/websocket/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func server(tb testing.TB) *websocket.Server {
	tb.Helper()
	s, err := websocket.NewServer(quiet())
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestLineKeepsItsContract(t *testing.T) {
	for _, codec := range []string{signal.CodecOpus, signal.CodecPCM16} {
		t.Run(codec, func(t *testing.T) {
			people, err := client.New(client.Config{Log: quiet()})
			if err != nil {
				t.Fatal(err)
			}
			s := server(t)
			linetest.Run(t, linetest.Kind{
				Want: signal.WantWebSocket, Open: s.Open,
				Dial: func(ctx context.Context, url, token string, frame func(uint32, []int16), told func(signal.ServerMessage)) (linetest.Caller, error) {
					c, err := people.Dial(ctx, client.Options{
						URL: url, Token: token, Codec: codec, Name: "test",
						OnFrame:   func(f client.Frame) { frame(f.RTP, f.PCM) },
						OnMessage: func(m signal.ServerMessage, _ time.Time) { told(m) },
					})
					if err != nil {
						return nil, err
					}
					return c, nil
				},
			})
			if got := s.Stats(); got.Lines != 0 || got.Frames < 140 || got.Sent < 140 || got.Bad != 0 || got.Missing != 0 || got.Busy <= 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}
