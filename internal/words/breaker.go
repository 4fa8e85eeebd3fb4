package words

import (
	"errors"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// How long a failing server is left alone: at first, at most, and when it refused the key, which no waiting mends.
const (
	restFirst = 10 * time.Second
	restMost  = 2 * time.Minute
	restKey   = 5 * time.Minute
)

// breaker stops asking a server that fails: the turn that finds out is the only one that waits. When the rest is over
// one small question, beside the calls, finds out whether it is well again.
type breaker struct {
	mu      sync.Mutex
	open    bool
	until   time.Time
	rest    time.Duration
	why     string
	probing bool
}

// ask tells whether the server may be asked; probe: whoever asks shall find out now, in the background, whether it is well.
func (b *breaker) ask(now time.Time) (ok, probe bool, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open {
		return true, false, ""
	}
	if !b.probing && !now.Before(b.until) {
		b.probing, probe = true, true
	}
	return false, probe, b.why
}

// failed takes note of a failure.
func (b *breaker) failed(err error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
	if b.open && now.Before(b.until) { // asked before it was known
		return
	}
	b.rest = min(max(2*b.rest, restFirst), restMost)
	rest := b.rest
	if m, ok := errors.AsType[*practice.ModelError](err); ok {
		switch {
		case m.RetryAfter > 0:
			rest = min(m.RetryAfter, restKey)
		case m.Fault == practice.FaultKey:
			rest = restKey
		}
	}
	b.open, b.until, b.why = true, now.Add(rest), plain(err)
}

// well takes note of an answer.
func (b *breaker) well() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open, b.probing, b.rest, b.why = false, false, 0, ""
}

// plain says a failure for people.
func plain(err error) string {
	if m, ok := errors.AsType[*practice.ModelError](err); ok {
		return m.Message
	}
	if errors.Is(err, errSlow) || errors.Is(err, errNoToken) {
		return "the model's server does not answer in time"
	}
	return "the model's server failed"
}
