package client

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
)

type detour map[string]string

func (detour) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no way")
}

func (d detour) Steer(address string) (string, error) {
	to, ok := d[address]
	if !ok {
		return "", errors.New("no way")
	}
	return to, nil
}

func TestUDPCandidatesOfAnAnswerTakeTheRouteAndNothingElse(t *testing.T) {
	answer := strings.Join([]string{
		"v=0", "a=candidate:1 1 udp 2130706431 127.0.0.1 4000 typ host ufrag x",
		"a=candidate:2 1 UDP 2130706431 ::1 4000 typ host", "a=candidate:3 1 tcp 1 127.0.0.1 4000 typ host tcptype passive", "a=end-of-candidates", "",
	}, "\r\n")
	got, err := steer(answer, detour{"127.0.0.1:4000": "127.0.0.1:5000", "[::1]:4000": "[::1]:5001"})
	want := strings.Join([]string{
		"v=0", "a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host ufrag x",
		"a=candidate:2 1 UDP 2130706431 ::1 5001 typ host", "a=candidate:3 1 tcp 1 127.0.0.1 4000 typ host tcptype passive", "a=end-of-candidates", "",
	}, "\r\n")
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := steer(answer, detour{}); err == nil {
		t.Error("a route that knows no way was taken")
	}
	if _, err := steer(answer, detour{"127.0.0.1:4000": "nowhere"}); err == nil {
		t.Error("a route that leads to no address was taken")
	}
}
