package main

import (
	"math"
	"runtime"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
)

var _ server.Inspector = (*running)(nil)

// Inspect implements server.Inspector.
func (r *running) Inspect() practice.Inspection {
	f, room := r.house.Figures(), r.house.Room()
	g := r.gate.Figures(f.Load)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	pool := r.models.pool.Stats()
	out := practice.Inspection{
		Room: practice.RoomState{
			Open: room.More > 0, Why: room.Why, RetryInS: int(math.Ceil(room.RetryIn.Seconds())), Live: f.Calls, More: room.More, Refused: f.Refused,
			Used: g.Used, Next: g.Next, CallCost: g.Cost, CallCPU: g.CostCPU, Measured: g.Sure, DelayP95MS: g.DelayMS, LateShare: g.Late,
		},
		Calls:   r.house.Inspect(),
		Process: practice.ProcessState{Goroutines: runtime.NumGoroutine(), HeapMB: float64(mem.HeapInuse) / (1 << 20), Workers: pool.Workers, Busy: pool.Busy},
	}
	names := [...]string{"final segment", "first clause", "rest of a reply", "speculation", "background"}
	for _, c := range pool.Classes {
		out.Queues = append(out.Queues, practice.QueueState{
			Class: names[c.Priority], Waiting: c.Waiting, Begun: c.Begun, Dropped: c.Dropped, Refused: c.Refused,
			P50MS: c.Delay.QuantileMS(0.5), P95MS: c.Delay.QuantileMS(0.95),
		})
	}
	return out
}
