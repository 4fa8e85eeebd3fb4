package webrtc

import (
	"fmt"
	"strings"

	"github.com/pion/sdp/v3"

	"github.com/rapport-calls/rapport/internal/line/signal"
)

// What an offer may hold at most.
const (
	maxOfferBytes = 32 << 10
	maxOfferLines = 400
	maxCandidates = 64
)

// checkOffer refuses offers that a client of ours would not make, and returns the rest without candidates: an ICE-lite
// agent has no use for them, and an address that nobody looks at cannot be abused.
func checkOffer(offer string) (string, error) {
	refuse := func(format string, args ...any) error {
		return signal.LineError{Code: signal.CodeBadOffer, Message: fmt.Sprintf(format, args...)}
	}
	if len(offer) > maxOfferBytes {
		return "", refuse("an offer has at most %d bytes: this one has %d", maxOfferBytes, len(offer))
	}
	lines := strings.Split(strings.ReplaceAll(offer, "\r\n", "\n"), "\n")
	if len(lines) > maxOfferLines {
		return "", refuse("an offer has at most %d lines: this one has %d", maxOfferLines, len(lines))
	}
	kept := lines[:0]
	candidates := 0
	for _, l := range lines {
		if strings.HasPrefix(l, "a=candidate:") {
			candidates++
			continue
		}
		kept = append(kept, l)
	}
	if candidates > maxCandidates {
		return "", refuse("an offer has at most %d candidates: this one has %d", maxCandidates, candidates)
	}
	offer = strings.Join(kept, "\r\n")
	var d sdp.SessionDescription
	if err := d.UnmarshalString(offer); err != nil {
		return "", refuse("not a session description: %v", err)
	}
	if len(d.MediaDescriptions) != 1 || d.MediaDescriptions[0].MediaName.Media != "audio" {
		return "", refuse("an offer has exactly one media section, audio: this one has %d", len(d.MediaDescriptions))
	}
	return offer, nil
}

// withoutTCP takes the TCP candidates out of an answer and returns them, to be told later.
func withoutTCP(answer string) (rest string, held []string) {
	lines := strings.Split(answer, "\r\n")
	kept := lines[:0]
	for _, l := range lines {
		c, found := strings.CutPrefix(l, "a=candidate:")
		if f := strings.Fields(c); found && len(f) > 2 && strings.EqualFold(f[2], "tcp") {
			if f[1] == "1" { // RTCP travels with RTP
				held = append(held, "candidate:"+c)
			}
			continue
		}
		if l == "a=end-of-candidates" && len(held) > 0 {
			continue
		}
		kept = append(kept, l)
	}
	return strings.Join(kept, "\r\n"), held
}
