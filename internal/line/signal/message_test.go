package signal_test

import (
	"testing"

	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestHoldAndAdviceTravelAsTheProtocolWritesThem(t *testing.T) {
	for want, m := range map[string]any{
		`{"type":"hold","on":true}`:                             signal.Hold{On: true},
		`{"type":"held","on":true,"by":"button","at_ms":31200}`: practice.Held{On: true, By: practice.HoldByButton, AtMS: 31_200},
		`{"type":"held","on":false,"by":"words","at_ms":31200}`: practice.Held{By: practice.HoldByWords, AtMS: 31_200},
		`{"type":"advice","code":"echo"}`:                       practice.Advice{Code: practice.AdviceEcho},
	} {
		b, err := signal.Encode(m)
		if err != nil || string(b) != want {
			t.Errorf("%#v is written as %s (%v), want %s", m, b, err, want)
		}
		if _, fromClient := m.(signal.ClientMessage); fromClient {
			back, err := signal.DecodeClient(b)
			if err != nil || back != m {
				t.Errorf("%s is read as %#v (%v)", b, back, err)
			}
			continue
		}
		back, err := signal.DecodeServer(b)
		if err != nil || back != m {
			t.Errorf("%s is read as %#v (%v)", b, back, err)
		}
	}
}
