package webrtc

import (
	"errors"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/line/signal"
)

func TestTCPCandidatesAreHeldBack(t *testing.T) {
	answer := "v=0\r\na=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host\r\na=candidate:2 1 tcp 1671430143 127.0.0.1 5000 typ host tcptype passive\r\na=candidate:2 2 tcp 1671430143 127.0.0.1 5000 typ host tcptype passive\r\na=end-of-candidates\r\n"
	rest, held := withoutTCP(answer)
	if strings.Contains(rest, "tcp") || !strings.Contains(rest, "udp") || strings.Contains(rest, "end-of-candidates") {
		t.Errorf("%q", rest)
	}
	if len(held) != 1 || held[0] != "candidate:2 1 tcp 1671430143 127.0.0.1 5000 typ host tcptype passive" {
		t.Errorf("%q", held)
	}
}

// FuzzOffer holds for any text: it is refused with a reason, or its rest has no candidates and passes again.
func FuzzOffer(f *testing.F) {
	head := "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
	f.Add(head + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n")
	f.Add(head)
	f.Add("m=audio")
	f.Fuzz(func(t *testing.T, offer string) {
		rest, err := checkOffer(offer)
		if err != nil {
			if e, ok := errors.AsType[signal.LineError](err); !ok || e.Message == "" || e.Fatal {
				t.Fatalf("%v", err)
			}
			return
		}
		if strings.Contains(rest, "\na=candidate:") {
			t.Fatalf("%q", rest)
		}
		if again, err := checkOffer(rest); err != nil || again != rest {
			t.Fatalf("%q became %q, %v", rest, again, err)
		}
	})
}
