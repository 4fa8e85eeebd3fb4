package call

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Inspect tells of the calls that go on, the oldest first: what an administrator may see, and no word of them.
func (h *House) Inspect() []practice.LiveCall {
	h.mu.Lock()
	live := make([]*Live, 0, len(h.calls))
	for _, l := range h.calls {
		live = append(live, l)
	}
	h.mu.Unlock()
	out := make([]practice.LiveCall, 0, len(live))
	for _, l := range live {
		out = append(out, l.inspect())
	}
	slices.SortFunc(out, func(a, b practice.LiveCall) int {
		return cmp.Or(cmp.Compare(b.AgeMS, a.AgeMS), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// inspect is the owner's last note of the call, as of its latest full second.
func (l *Live) inspect() practice.LiveCall {
	l.mu.Lock()
	s := l.state
	l.mu.Unlock()
	s.ID = string(l.ticket.ID)[:min(8, len(l.ticket.ID))]
	s.Mode = l.ticket.Config.Started.Mode
	s.Commands = len(l.control)
	s.Unkept = l.scribe.left()
	if s.Holder == "" {
		s.Holder = practice.FloorFree
	}
	select {
	case <-l.clock: // begun, and its microphone made before that
		s.AgeMS = time.Since(l.started).Milliseconds()
		s.Windows = len(l.mic.out)
		s.MicDropped, s.LostMS, _ = l.mic.counts()
	default:
	}
	if w := l.ticket.Words; w != nil {
		spent := w.Spent()
		s.Words = &spent
	}
	if t := l.last.Load(); t != nil {
		for _, span := range t.Spans {
			s.Last = append(s.Last, practice.LiveStage{Stage: span.Stage, MS: span.MS()})
		}
	}
	return s
}

// showState notes what inspect tells. It allocates nothing.
func (o *owner) showState() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.state.Holder, o.state.Turns = o.core.holder, o.core.turn
	o.state.Asked, o.state.LateTicks = len(o.pending), o.counts.LateTicks
	o.state.Transport = o.transport
	o.state.Reconnects = max(0, o.lineUps-1)
}
