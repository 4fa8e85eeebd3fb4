package webrtc

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/line/webrtc/peer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// socketBuffer is asked of the system for the one UDP socket of all calls; with the usual 200 kB calls crackle under load.
const socketBuffer = 8 << 20

// ICE's patience: silent this long is disconnected, and this much longer failed.
const (
	disconnectedAfter = 5 * time.Second
	failedAfter       = 20 * time.Second
	keepAlive         = 2 * time.Second
)

// tcpDelay is how long TCP candidates are held back, or browsers settle on TCP although UDP works.
const tcpDelay = 2 * time.Second

// Config is what a Server needs.
type Config struct {
	Address    string   // host:port for UDP; port 0 picks one
	TCPAddress string   // host:port for ICE over TCP; empty: none
	PublicIPs  []string // addresses under which the world sees this machine, told to clients instead of its own
	Log        *slog.Logger

	Conn net.PacketConn // in place of Address: an open socket, owned by the server from now on
	Net  transport.Net  // network to look for addresses in; nil: the machine's
}

// Server carries the sound of all calls of a process. It is safe for use by several goroutines.
type Server struct {
	api    *webrtc.API
	udp    ice.UDPMux
	tcp    ice.TCPMux
	addr   net.Addr
	log    *slog.Logger
	counts counts
}

// counts are a server's Stats while they grow.
type counts struct {
	lines, packets, lost, concealed, late, flooded, sent, dropped, busy atomic.Int64
}

// Stats counts what passed since the start.
type Stats struct {
	Lines     int64         // open now
	Packets   int64         // received
	Lost      int64         // given up on
	Concealed int64         // samples (16 kHz) guessed in their place
	Late      int64         // packets that came too late
	Flooded   int64         // packets left out because their line sent far more than sound needs
	Sent      int64         // frames sent
	Dropped   int64         // frames dropped because a line could not send as fast
	Busy      time.Duration // spent in decoding, resampling, encoding and sending, on all lines together
}

// Listen opens the ports. It fails with the reason when it cannot.
func Listen(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		return nil, fmt.Errorf("webrtc: Log must be set: %w", practice.ErrInvalid)
	}
	s := &Server{log: cfg.Log}
	conn := cfg.Conn
	if conn == nil {
		var lc net.ListenConfig
		var err error
		if conn, err = lc.ListenPacket(ctx, "udp", cfg.Address); err != nil {
			return nil, fmt.Errorf("webrtc: cannot listen for sound on UDP %s, choose another port: %w", cfg.Address, err)
		}
	}
	if b, ok := conn.(interface{ SetReadBuffer(bytes int) error }); ok {
		if err := b.SetReadBuffer(socketBuffer); err != nil {
			s.log.DebugContext(ctx, "UDP receive buffer stays as it is", slog.String("error", err.Error()))
		}
	}
	s.addr = conn.LocalAddr()
	loggers := peer.Loggers(cfg.Log)
	s.udp = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: conn, Logger: loggers.NewLogger("udp"), Net: cfg.Net})
	if cfg.TCPAddress != "" {
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", cfg.TCPAddress)
		if err != nil {
			_ = s.udp.Close()
			return nil, fmt.Errorf("webrtc: cannot listen for sound on TCP %s, choose another port: %w", cfg.TCPAddress, err)
		}
		s.tcp = webrtc.NewICETCPMux(loggers.NewLogger("tcp"), l, 8)
	}
	if err := s.build(cfg, loggers); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// build makes the API that all calls share.
func (s *Server) build(cfg Config, loggers logging.LoggerFactory) error {
	var se webrtc.SettingEngine
	se.LoggerFactory = loggers
	se.SetLite(true)
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	se.SetICETimeouts(disconnectedAfter, failedAfter, keepAlive)
	se.SetICEUDPMux(s.udp)
	networks := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if s.tcp != nil {
		se.SetICETCPMux(s.tcp)
		networks = append(networks, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	se.SetNetworkTypes(networks)
	if a, ok := s.addr.(*net.UDPAddr); ok {
		se.SetIncludeLoopbackCandidate(a.IP.IsLoopback())
	}
	if cfg.Net != nil {
		se.SetNet(cfg.Net)
	}
	if len(cfg.PublicIPs) > 0 {
		rule := webrtc.ICEAddressRewriteRule{External: cfg.PublicIPs, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace}
		if err := se.SetICEAddressRewriteRules(rule); err != nil {
			return fmt.Errorf("webrtc: public addresses %v: %w", cfg.PublicIPs, err)
		}
	}
	api, err := peer.NewAPI(se)
	if err != nil {
		return err
	}
	s.api = api
	return nil
}

// Addr is the UDP address listened on.
func (s *Server) Addr() net.Addr { return s.addr }

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	c := &s.counts
	return Stats{
		Lines: c.lines.Load(), Packets: c.packets.Load(), Lost: c.lost.Load(), Concealed: c.concealed.Load(), Late: c.late.Load(), Flooded: c.flooded.Load(),
		Sent: c.sent.Load(), Dropped: c.dropped.Load(), Busy: time.Duration(c.busy.Load()),
	}
}

// Close closes the ports. Lines must have ended before (signal.Handler.Close sees to it).
func (s *Server) Close() {
	if err := s.udp.Close(); err != nil {
		s.log.Debug("closing UDP", slog.String("error", err.Error()))
	}
	if s.tcp != nil {
		if err := s.tcp.Close(); err != nil {
			s.log.Debug("closing TCP", slog.String("error", err.Error()))
		}
	}
}
