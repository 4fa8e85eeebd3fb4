package webrtc_test

import (
	"context"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/line/linetest"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/webrtc/client"
)

func TestLineKeepsItsContract(t *testing.T) {
	people, err := client.New(client.Config{Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	s := loopback(t)
	linetest.Run(t, linetest.Kind{
		Want: signal.WantWebRTC, Open: s.Open,
		Dial: func(ctx context.Context, url, token string, frame func(uint32, []int16), told func(signal.ServerMessage)) (linetest.Caller, error) {
			c, err := people.Dial(ctx, client.Options{
				URL: url, Token: token, Name: "test",
				OnFrame:   func(f client.Frame) { frame(f.RTP, f.PCM) },
				OnMessage: func(m signal.ServerMessage, _ time.Time) { told(m) },
			})
			if err != nil {
				return nil, err
			}
			return c, nil
		},
	})
	if got := s.Stats(); got.Lines != 0 {
		t.Errorf("%+v", got)
	}
}
