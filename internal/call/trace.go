package call

import "github.com/rapport-calls/rapport/internal/practice"

// Trace is a turn that is over: when each of its stages ran.
type Trace struct{ Turn practice.TurnTrace }

func (Trace) output() {}

// traceTurn notes the stages up to the moment at which the turn is taken.
func (c *Core) traceTurn(p *prepared) {
	u, r := &c.utt, p.reply
	now := float64(c.nowMS())
	r.trace = practice.TurnTrace{Turn: c.turn - 1, Typed: u.typed, Spans: make([]practice.StageSpan, 0, len(practice.Stages()))}
	r.trace.Add(practice.StageHear, float64(u.startMS), float64(max(u.lastMS, u.startMS)))
	if !u.typed {
		r.trace.Add(practice.StageEndpoint, float64(max(u.lastMS, u.startMS)), now)
		if u.open.id != 0 {
			asked := atTick(u.open.asked)
			r.trace.Add(practice.StageRecognize, asked, min(asked+u.open.tookMS, now))
		}
	}
	decided := atTick(p.askedTick)
	if p.text != "" {
		r.trace.Add(practice.StageDecide, decided, min(decided+p.tookMS, now))
		decided = min(decided+p.tookMS, now)
	}
	if len(r.clauses) == 0 {
		return
	}
	first := &r.clauses[0]
	asked := now
	if first.id != 0 {
		asked = min(max(atTick(first.asked), decided), now)
	}
	r.trace.Add(practice.StageWords, decided, max(asked, decided))
	if !first.silent {
		r.trace.Add(practice.StageSynthesize, asked, min(asked+first.tookMS, now))
	}
}

// traceReply notes the rest, and hands the trace out: the customer's turn is over.
func (c *Core) traceReply(r *reply, endMS int64) {
	if r.cause != causeTurn || len(r.trace.Spans) == 0 {
		return
	}
	r.trace.Interrupted = r.cut
	r.trace.Add(practice.StageSend, atTick(r.takenTick), float64(r.startMS))
	r.trace.Add(practice.StageHeard, float64(r.startMS), float64(max(endMS, r.startMS)))
	c.put(Trace{Turn: r.trace})
}

func atTick(tick int64) float64 { return float64(tick * practice.TickMS) }
