package client

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Route is a way to the server that is not the straight one, such as through a proxy that loses packets.
type Route interface {
	// DialContext opens the connection of the signalling socket; address is the server's, host:port.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
	// Steer returns where UDP packets are sent that are meant for an address (host:port) of the server.
	Steer(address string) (string, error)
}

// steer rewrites the UDP candidates of an answer.
func steer(sdp string, r Route) (string, error) {
	lines := strings.Split(sdp, "\r\n")
	for i, l := range lines {
		c, ok := strings.CutPrefix(l, "a=candidate:")
		f := strings.Fields(c) // foundation component protocol priority address port …
		if !ok || len(f) < 6 || !strings.EqualFold(f[2], "udp") {
			continue
		}
		to, err := r.Steer(net.JoinHostPort(f[4], f[5]))
		if err != nil {
			return "", fmt.Errorf("client: way to %s: %w", f[4], err)
		}
		host, port, err := net.SplitHostPort(to)
		if err != nil {
			return "", fmt.Errorf("client: way to %s: %w", f[4], err)
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return "", fmt.Errorf("client: way to %s: %w", f[4], err)
		}
		f[4], f[5] = host, port
		lines[i] = "a=candidate:" + strings.Join(f, " ")
	}
	return strings.Join(lines, "\r\n"), nil
}
