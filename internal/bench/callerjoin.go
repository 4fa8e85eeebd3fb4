package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Times of joining and leaving.
const (
	joinWithin   = 30 * time.Second
	rejoinWithin = 45 * time.Second // so long a call waits for its line
	rejoinPause  = time.Second
	partWithin   = stuckAfter // a socket sends again late after a cut
)

// join dials a line for a caller.
func (c *caller) join(ctx context.Context, d Dialer, base string, made madeCall) error {
	wait, cancel := context.WithTimeout(ctx, joinWithin)
	defer cancel()
	l, err := d.Dial(wait, base, made.LineURL, made.Token, c.newEar())
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	line, ok := l.(PacketLine)
	if !ok {
		return errors.Join(fmt.Errorf("this line takes no packets: %w", practice.ErrInvalid), l.Close())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line = line
	return nil
}

// again joins the same call with a new token, as a page does that has lost its socket, until the call would have ended.
func (c *caller) again(ctx context.Context, d Dialer, base string, made madeCall) error {
	c.line.Leave()
	until := time.Now().Add(rejoinWithin)
	for {
		var fresh madeCall
		err := request(ctx, http.MethodPost, base, "/api/calls/"+made.ID+"/token", nil, &fresh)
		if err == nil {
			err = c.join(ctx, d, base, fresh)
		}
		if err == nil || ctx.Err() != nil || time.Now().After(until) {
			return err
		}
		if err := pause(ctx, rejoinPause); err != nil {
			return err
		}
	}
}

// part hangs up and tells whether the server said that the call is over.
func (c *caller) part(ctx context.Context) bool {
	defer c.line.Leave()
	if c.line.HangUp() != nil {
		return false
	}
	for until := time.Now().Add(partWithin); time.Now().Before(until); {
		c.mu.Lock()
		over := c.over
		c.mu.Unlock()
		if over || pause(ctx, packetTime) != nil {
			return over
		}
	}
	return false
}
