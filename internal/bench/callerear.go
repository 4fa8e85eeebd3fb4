package bench

import (
	"fmt"
	"strings"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// ear hears one line for a caller.
type ear struct {
	c     *caller
	joint int
}

// newEar makes the ear of the next line; older ones hear nothing any more.
func (c *caller) newEar() ear {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.joined++
	c.lost = nil
	return ear{c, c.joined}
}

// Sound implements Ear.
func (e ear) Sound(at time.Time, pcm []int16) {
	db := audio.DBFS(pcm)
	c := e.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.joint != c.joined {
		return
	}
	c.heardAt = at
	if c.soundAt.IsZero() {
		c.soundAt = at
	}
	if c.waitFor && at.After(c.whole) {
		c.waitFor, c.backMS = false, ms(at.Sub(c.whole))
	}
	if db <= loudDB {
		c.run = 0
		if !c.onset.IsZero() && c.quiet.IsZero() && at.Sub(c.loudAt) >= fillerGap {
			c.quiet = c.loudAt.Add(packetTime)
		}
		return
	}
	c.loudAt = at
	if c.run++; c.run == 1 || !c.endAt.IsZero() && c.runAt.Before(c.endAt) {
		c.run, c.runAt = 1, at
	}
	if c.run != onsetRun || c.endAt.IsZero() || c.runAt.Before(c.endAt) {
		return
	}
	switch {
	case c.onset.IsZero():
		c.onset = c.runAt
	case !c.quiet.IsZero() && c.word.IsZero():
		c.word = c.runAt
	}
}

// Arrived implements Player.
func (e ear) Arrived(at time.Time, rtp uint32, concealed bool) {
	e.c.mu.Lock()
	defer e.c.mu.Unlock()
	if e.joint == e.c.joined {
		e.c.player.arrived(at, rtp, concealed)
	}
}

// Told implements Ear.
func (e ear) Told(at time.Time, msg practice.LineOutput) {
	c := e.c
	c.mu.Lock()
	defer c.mu.Unlock()
	switch m := msg.(type) {
	case practice.FloorHeld:
		c.floor, c.floorAt = m.Holder, at
		if began := at.Add(-time.Duration(m.AtMS) * time.Millisecond); c.began.IsZero() || began.Before(c.began) {
			c.began = began
		}
	case practice.TurnShown:
		if m.Speaker == practice.Trainee {
			c.recognised(m)
		}
	case practice.CallState:
		c.live = c.live || m.State == practice.StateLive
	case practice.CallOver:
		c.over = true
	}
}

// recognised gives a trainee's turn to the saying in which it began: under load its words may come when the next one is
// being said already.
func (c *caller) recognised(m practice.TurnShown) {
	start := c.began.Add(time.Duration(m.StartMS)*time.Millisecond + quietFor)
	if n := len(c.done); n > 0 && c.phase == speaking && !c.began.IsZero() && start.Before(c.now.begun) {
		t := &c.done[n-1]
		t.recognised = strings.TrimSpace(t.recognised + " " + m.Text)
		return
	}
	c.text = append(c.text, m.Text)
}

// Lost implements Ear.
func (e ear) Lost(err error) {
	e.c.mu.Lock()
	defer e.c.mu.Unlock()
	if e.joint == e.c.joined && e.c.lost == nil {
		e.c.lost = fmt.Errorf("the line was lost: %w", err)
	}
}
