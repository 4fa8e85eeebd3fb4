package server

import (
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// tokenLife is how long a join token may wait to be used.
const tokenLife = time.Minute

// Tokens let one person join one call once. A page that is loaded again within the call asks for a new one.
type Tokens struct {
	now    func() time.Time
	mu     sync.Mutex
	issued map[string]ticket
}

type ticket struct {
	call    practice.CallID
	speaker practice.Speaker
	until   time.Time
}

// NewTokens holds no token yet.
func NewTokens(now func() time.Time) *Tokens {
	return &Tokens{now: now, issued: map[string]ticket{}}
}

// Issue makes a token with which speaker can join the call within a minute.
func (t *Tokens) Issue(call practice.CallID, speaker practice.Speaker) string {
	token := rand.Text() // 128 bits
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for k, v := range t.issued {
		if !now.Before(v.until) {
			delete(t.issued, k)
		}
	}
	t.issued[token] = ticket{call: call, speaker: speaker, until: now.Add(tokenLife)}
	return token
}

// Redeem uses a token up. One that is unknown, used, too old, or for another call or speaker is practice.ErrForbidden;
// a wrong guess for another call leaves the token as it is.
func (t *Tokens) Redeem(token string, call practice.CallID, speaker practice.Speaker) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.issued[token]
	if !ok || k.call != call || k.speaker != speaker || !t.now().Before(k.until) {
		return fmt.Errorf("%w: the join token is not, or no longer, good for this call: load the call's page again", practice.ErrForbidden)
	}
	delete(t.issued, token)
	return nil
}

// bucket limits how often something happens: burst times at once, then once every refill.
type bucket struct {
	now    func() time.Time
	burst  int
	refill time.Duration
	mu     sync.Mutex
	left   int
	at     time.Time // left was counted then
}

func newBucket(burst int, refill time.Duration, now func() time.Time) *bucket {
	return &bucket{now: now, burst: burst, refill: refill, left: burst, at: now()}
}

// take says whether it may happen once more.
func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := int(b.now().Sub(b.at) / b.refill); n > 0 {
		b.left = min(b.burst, b.left+n)
		b.at = b.at.Add(time.Duration(n) * b.refill)
	}
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}
