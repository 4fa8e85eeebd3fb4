package practice

// Inspection is what an administrator may see of a server at work: figures, and no word of any call.
type Inspection struct {
	Room    RoomState    `json:"room"`
	Queues  []QueueState `json:"queues"`
	Calls   []LiveCall   `json:"calls"`
	Process ProcessState `json:"process"`
}

// RoomState is whether another call fits.
type RoomState struct {
	Open       bool    `json:"open"`
	Why        string  `json:"why"`      // it is not
	RetryInS   int     `json:"retry_in"` // seconds; 0 while open
	Live       int     `json:"live"`
	More       int     `json:"more"`
	Refused    int64   `json:"refused"`
	Used       float64 `json:"used"` // share of the machine
	Next       float64 `json:"next"` // … with one more call
	CallCost   float64 `json:"call_workers"`
	CallCPU    float64 `json:"call_cores"`
	Measured   float64 `json:"measured"`     // share of the cost that is measured
	DelayP95MS float64 `json:"delay_p95_ms"` // of urgent work, last 25 s
	LateShare  float64 `json:"late_share"`
}

// QueueState is one class of the inference pool.
type QueueState struct {
	Class   string  `json:"class"`
	Waiting int     `json:"waiting"`
	Begun   uint64  `json:"begun"`
	Dropped uint64  `json:"dropped"`
	Refused uint64  `json:"refused"`
	P50MS   float64 `json:"p50_ms"` // of waits since the start
	P95MS   float64 `json:"p95_ms"`
}

// ProcessState is what the process uses.
type ProcessState struct {
	Goroutines int     `json:"goroutines"`
	HeapMB     float64 `json:"heap_mb"`
	Workers    int     `json:"workers"`
	Busy       int     `json:"busy"`
}

// LiveCall is a call that goes on.
type LiveCall struct {
	ID         string      `json:"id"` // the first eight characters: enough to find it in the log, too little to open it
	Mode       CallMode    `json:"mode"`
	AgeMS      int64       `json:"age_ms"`
	Transport  string      `json:"transport"` // empty while no line is up
	Holder     FloorHolder `json:"holder"`
	Turns      int         `json:"turns"`
	Asked      int         `json:"asked"` // pieces of work that models have been asked for
	Windows    int         `json:"windows"`
	Commands   int         `json:"commands"`
	Unkept     int         `json:"unkept"` // events that wait for the disk
	LateTicks  int64       `json:"late_ticks"`
	MicDropped int64       `json:"mic_dropped"`
	LostMS     int64       `json:"lost_ms"`
	Reconnects int         `json:"reconnects"`
	Words      *WordsSpent `json:"words,omitempty"` // nil when no model finds her words
	Last       []LiveStage `json:"last"`            // of the last turn that is over
}

// LiveStage is how long one stage of a turn ran.
type LiveStage struct {
	Stage Stage   `json:"stage"`
	MS    float64 `json:"ms"`
}
