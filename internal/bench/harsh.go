package bench

// Load is what `rapport bench load` found: how many calls at once a machine holds.
type Load struct {
	Asked        int        `json:"asked"`   // most calls that were asked for
	Calls        int        `json:"calls"`   // most simultaneous calls that were sustained as docs/bench demands; 0: not even one
	Refused      int        `json:"refused"` // calls that the server did not admit, over all steps
	Limit        string     `json:"limit"`   // p95 (a bar of quality was missed), admission, or asked
	SustainedS   float64    `json:"sustained_s"`
	Turns        int        `json:"turns"` // this and all below: of the step with Calls calls, or of the first one
	Unanswered   int        `json:"unanswered"`
	P50MS        float64    `json:"p50_ms"`
	P95MS        float64    `json:"p95_ms"`
	WERDelta     float64    `json:"wer_delta_points"` // against the step of one call
	Underruns    float64    `json:"underruns_per_min"`
	CPUTotal     *float64   `json:"cpu_core_total"`    // cores that server and clients used together
	CPUClient    float64    `json:"cpu_core_client"`   // of which the clients
	CPUPerCall   *float64   `json:"cpu_core_per_call"` // the server's share, a call
	MBPerCall    *float64   `json:"mb_per_call"`       // resident memory above the first step's, a further call
	RSSMB        *float64   `json:"rss_mb"`
	QueueDelayMS QueueDelay `json:"queue_delay_ms"`
	CycleS       float64    `json:"cycle_s"`       // from one trainee turn's begin to the next one's, mean
	TraineeShare float64    `json:"trainee_share"` // of the time in which the trainees spoke
	Steps        []LoadStep `json:"steps"`
}

// QueueDelay is how long work waited for a worker of the inference pool.
type QueueDelay struct {
	Recognize  *Dist `json:"recognize"`
	Synthesize *Dist `json:"synthesize"`
}

// LoadStep is one number of calls, tried.
type LoadStep struct {
	Calls        int        `json:"calls"` // that were let in
	Refused      int        `json:"refused"`
	Turns        int        `json:"turns"`
	Unanswered   int        `json:"unanswered"`
	Ended        int        `json:"ended"` // calls whose line was lost, or that the server ended
	P50MS        float64    `json:"p50_ms"`
	P95MS        float64    `json:"p95_ms"`
	WER          *WER       `json:"wer"`
	WERDelta     float64    `json:"wer_delta_points"`
	Underruns    float64    `json:"underruns_per_min"`
	CPUServer    *float64   `json:"cpu_core_server"`
	CPUClient    float64    `json:"cpu_core_client"`
	RSSMB        *float64   `json:"rss_mb"`
	QueueDelayMS QueueDelay `json:"queue_delay_ms"`
	CycleS       float64    `json:"cycle_s"`
	TraineeShare float64    `json:"trainee_share"`
	Missed       []string   `json:"missed"` // bars that this step missed, in words
}

// NetResult is what `rapport bench net` found under one profile.
type NetResult struct {
	Profile        string   `json:"profile"`
	Loss           float64  `json:"loss"`       // share of packets, each way
	LossBurst      float64  `json:"loss_burst"` // mean packets lost in a row; 1: each for itself
	JitterMS       float64  `json:"jitter_ms"`  // packets are late by 0 to this, and overtake each other
	DelayMS        float64  `json:"delay_ms"`   // one way
	CutS           float64  `json:"cut_s"`
	CutSockets     bool     `json:"cut_sockets"` // the signalling socket breaks in the cut too
	UDP            bool     `json:"udp"`         // false: no UDP packet passes
	KbitPerS       float64  `json:"kbit_per_s"`  // each way; 0: not limited
	Calls          int      `json:"calls"`
	Completed      int      `json:"completed"`
	Stuck          int      `json:"stuck"` // nothing moved for 30 s though the network let things pass
	Turns          int      `json:"turns"`
	Unanswered     int      `json:"unanswered"`
	Transport      string   `json:"transport"` // that the calls ended on
	ConnectMS      *Dist    `json:"connect_ms"`
	ReconnectMS    *Dist    `json:"reconnect_ms"` // end of the cut → sound again; null without a cut
	VoiceToVoiceMS *Dist    `json:"voice_to_voice_ms"`
	WER            *float64 `json:"wer"`
	WERBaseline    *float64 `json:"wer_baseline"` // of the profile clean in the same run
	WERDelta       *float64 `json:"wer_delta_points"`
	PacketsLost    float64  `json:"packets_lost"` // share that the proxy really dropped, both ways
	Failures       []string `json:"failures"`     // what calls that were not completed said
}
