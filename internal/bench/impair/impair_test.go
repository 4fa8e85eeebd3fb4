package impair

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const frame = 20 * time.Millisecond

// fates sends n packets, one every 20 ms; −1 is lost, else how late it came.
func fates(p Profile, seed uint64, n int, cutAt int) []time.Duration {
	l := NewLink(p, seed)
	out := make([]time.Duration, n)
	for i := range out {
		now := time.Duration(i) * frame
		if i == cutAt {
			l.Cut(now, p.Cut)
		}
		at, ok := l.Datagram(now, 120)
		if out[i] = at - now; !ok {
			out[i] = -1
		}
	}
	return out
}

func TestPacketsAreLostAndLateAsTheProfileSays(t *testing.T) {
	const n = 40_000
	for _, p := range Profiles() {
		if p.NoUDP || p.BitsPerS > 0 {
			continue
		}
		var lost, runs float64
		var least, most time.Duration = math.MaxInt64, 0
		got := fates(p, 7, n, -1)
		for i, late := range got {
			if late < 0 {
				lost++
				if i == 0 || got[i-1] >= 0 {
					runs++
				}
				continue
			}
			least, most = min(least, late), max(most, late)
		}
		if math.Abs(lost/n-p.Loss) > 0.01 {
			t.Errorf("%s: %.3f of the packets were lost, want %.2f", p.Name, lost/n, p.Loss)
		}
		want := p.Burst
		if want <= 1 {
			want = 1 / (1 - p.Loss) // runs as chance makes them
		}
		if lost > 0 && math.Abs(lost/runs-want) > 0.3 {
			t.Errorf("%s: %.2f packets are lost in a row, want %.2f", p.Name, lost/runs, want)
		}
		if least < p.Delay || most > p.Delay+p.Jitter || most-least < p.Jitter*95/100 {
			t.Errorf("%s: late by %v to %v, want %v and up to %v more", p.Name, least, most, p.Delay, p.Jitter)
		}
	}
}

func TestTheSameSeedTreatsTheSamePacketsTheSameWay(t *testing.T) {
	p := Profile{Loss: 0.1, Jitter: 100 * time.Millisecond, Cut: 2 * time.Second}
	a, b, other, cut := fates(p, 1, 2000, -1), fates(p, 1, 2000, -1), fates(p, 2, 2000, -1), fates(p, 1, 2000, 500)
	same := 0
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("packet %d: %v and %v", i, a[i], b[i])
		}
		if a[i] == other[i] {
			same++
		}
		if in := i >= 500 && i < 600; in && cut[i] >= 0 || !in && cut[i] != a[i] {
			t.Fatalf("packet %d with a cut: %v, without %v", i, cut[i], a[i])
		}
	}
	if same > 200 {
		t.Errorf("another seed treats %d of 2000 packets the same way", same)
	}
}

func TestJitterLetsPacketsOvertakeEachOther(t *testing.T) {
	overtaken := 0
	got := fates(Profile{Jitter: 100 * time.Millisecond}, 3, 1000, -1)
	for i := 1; i < len(got); i++ {
		if got[i]+frame < got[i-1] {
			overtaken++
		}
	}
	if overtaken < 100 {
		t.Errorf("%d of 1000 packets were overtaken", overtaken)
	}
}

func TestANarrowLinkDelaysAndThenDrops(t *testing.T) {
	for bits, want := range map[float64]struct {
		late time.Duration
		lost bool
	}{64_000: {30 * time.Millisecond, false}, 30_000: {queueLimit + 100*time.Millisecond, true}} { // 148 bytes every 20 ms are 59 kbit/s
		var lost int
		var most time.Duration
		for _, late := range fates(Profile{BitsPerS: bits}, 1, 3000, -1) {
			if late < 0 {
				lost++
			}
			most = max(most, late)
		}
		if most > want.late || most == 0 || (lost > 0) != want.lost {
			t.Errorf("%.0f bit/s: late by up to %v, %d lost", bits, most, lost)
		}
	}
}

func TestAStreamLosesNothingKeepsItsOrderAndWaitsForWhatIsSentAgain(t *testing.T) {
	l := NewLink(Profile{Loss: 0.1, Jitter: 50 * time.Millisecond, Cut: 8 * time.Second}, 5)
	var last time.Duration
	held := 0
	for i := range 3000 {
		now := time.Duration(i) * frame
		if i == 1000 {
			l.Cut(now, 8*time.Second)
		}
		at := l.Stream(now, 100)
		if at < last {
			t.Fatalf("piece %d arrives before the one before it", i)
		}
		if i >= 1000 && i < 1400 && at < 28*time.Second {
			t.Fatalf("piece %d passed at %v, in the cut", i, at)
		}
		if at-now > 150*time.Millisecond {
			held++
		}
		last = at
	}
	if held < 300 || last > 75*time.Second {
		t.Errorf("%d pieces were held up, the last one came at %v", held, last)
	}
}

func TestAWireDeliversEachPacketAtItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Profile{Loss: 0.2, Delay: 30 * time.Millisecond, Jitter: 80 * time.Millisecond}
		w := newWire(NewLink(p, 9))
		stop, done := make(chan struct{}), make(chan struct{})
		go func() { defer close(done); w.run(stop) }()
		twin := NewLink(p, 9)
		begun := time.Now()
		delivered, expected := 0, 0
		for i := range 500 {
			at, ok := twin.Datagram(time.Since(begun), 100)
			if ok {
				expected++
			}
			w.datagram(100, func() {
				delivered++
				if now := time.Since(begun); !ok || now != at {
					t.Errorf("packet %d came at %v, want %v (%v)", i, now, at, ok)
				}
			})
			<-time.After(frame)
		}
		<-time.After(time.Second)
		close(stop)
		<-done
		if delivered != expected || w.dropped != int64(500-expected) || w.sent != 500 {
			t.Errorf("%d delivered, want %d; %d of %d dropped", delivered, expected, w.dropped, w.sent)
		}
	})
}

// piped makes streams whose far ends are in the test.
func piped(ends chan net.Conn) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		a, b := net.Pipe()
		ends <- b
		return a, nil
	}
}

func TestAStreamCarriesBothWaysAndIsHeldByACut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ends := make(chan net.Conn, 1)
		p := newPath(Profile{Delay: 50 * time.Millisecond, Cut: 8 * time.Second}, 1, piped(ends))
		defer p.Close()
		begun := time.Now()
		c, err := p.DialContext(t.Context(), "tcp", "server")
		if err != nil {
			t.Fatal(err)
		}
		far := <-ends
		if d := time.Since(begun); d != 100*time.Millisecond {
			t.Errorf("connecting took %v", d)
		}
		echo := make(chan struct{})
		go func() { defer close(echo); _, _ = io.Copy(far, far) }()
		for i, want := range []time.Duration{100 * time.Millisecond, 9300*time.Millisecond + 100*time.Millisecond} { // sent again after 0.3, 0.9, 2.1, 4.5, 9.3 s
			if i == 1 {
				p.Cut()
			}
			sent := time.Now()
			if _, err := c.Write([]byte("hello")); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 5)
			if _, err := io.ReadFull(c, b); err != nil || string(b) != "hello" {
				t.Fatalf("%q %v", b, err)
			}
			if d := time.Since(sent); d != want {
				t.Errorf("there and back took %v, want %v", d, want)
			}
		}
		_ = c.Close()
		<-echo // the end travels too
	})
}

func TestACutThatBreaksSocketsBreaksThemAndLetsNoNewOneThroughBeforeItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ends := make(chan net.Conn, 2)
		p := newPath(Profile{Cut: 20 * time.Second, CutSockets: true}, 1, piped(ends))
		defer p.Close()
		c, err := p.DialContext(t.Context(), "tcp", "server")
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		p.Cut()
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("the connection outlived its network")
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.DialContext(short, "tcp", "server"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if _, err := p.DialContext(t.Context(), "tcp", "server"); err != nil || time.Since(begun) != 20*time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

// echoing answers every packet with itself.
func echoing(t *testing.T) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, maxDatagram)
		for {
			n, from, err := c.ReadFromUDP(b)
			if err != nil {
				return
			}
			_, _ = c.WriteToUDP(b[:n], from)
		}
	}()
	t.Cleanup(func() { _ = c.Close(); <-done })
	return c
}

func TestUDPPassesBothWaysOrNotAtAll(t *testing.T) {
	server := echoing(t)
	for _, p := range []Profile{{}, {NoUDP: true}} {
		path := NewPath(p, 1)
		to, err := path.Steer(server.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		if again, err := path.Steer(server.LocalAddr().String()); err != nil || again != to {
			t.Errorf("a second way to the same address: %s, %v", again, err)
		}
		for range 2 { // two senders, each with its own socket
			c, err := new(net.Dialer).DialContext(t.Context(), "udp", to)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Write([]byte("ping")); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 10)
			patience := time.Minute
			if p.NoUDP {
				patience = 50 * time.Millisecond // nothing is ever to come
			}
			if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			n, err := c.Read(b)
			if p.NoUDP != (err != nil) || !p.NoUDP && string(b[:n]) != "ping" {
				t.Errorf("%+v: %q %v", p, b[:n], err)
			}
			_ = c.Close()
		}
		path.Close()
		if s := path.Stats(); p.NoUDP && s.Dropped != s.Sent || !p.NoUDP && s != (Stats{Sent: 4}) {
			t.Errorf("%+v: %+v", p, s)
		}
		if _, err := path.Steer("127.0.0.1:9"); err == nil {
			t.Error("a closed path opened a way")
		}
	}
}

func TestProfilesAreFoundByName(t *testing.T) {
	if got, unknown := Named([]string{"cut20", Clean}); len(got) != 2 || got[0].Cut != 20*time.Second || unknown != "" {
		t.Errorf("%v %q", got, unknown)
	}
	if _, unknown := Named([]string{Clean, "dialup"}); unknown != "dialup" {
		t.Errorf("unknown: %q", unknown)
	}
}

func TestAServerIsNotToldThatANetworkIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ends := make(chan net.Conn, 1)
		p := newPath(Profile{Cut: 20 * time.Second, CutSockets: true}, 1, piped(ends))
		if _, err := p.DialContext(t.Context(), "tcp", "server"); err != nil {
			t.Fatal(err)
		}
		far := <-ends
		p.Cut()
		if err := far.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := far.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the server's end: %v", err)
		}
		p.Close()
		if _, err := far.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			_ = far.Close()
		}
	})
}
