package practice

// GradeSchema names the shape of Grade.
const GradeSchema = "rapport.grade/1"

// Grade is a graded transcript, to the key of docs/grading.md. Every key is always present in JSON.
type Grade struct {
	Schema      string               `json:"schema"`
	ID          string               `json:"id"`
	Language    string               `json:"language"`
	Scores      Scores               `json:"scores"` // 1.0–5.0, one decimal; null when abstaining or nothing under it applies
	Raw         Scores               `json:"raw"`    // 0–1
	Dimensions  map[string]Dimension `json:"dimensions"`
	Flags       []string             `json:"flags"`
	FlagDetails []FlagDetail         `json:"flag_details"`
	Caps        []Cap                `json:"caps"`
	Abstain     bool                 `json:"abstain"`
	Reasons     []Reason             `json:"reasons"`
	Evidence    []Evidence           `json:"evidence"`
	Floor       FloorMetrics         `json:"floor"`
	Grader      GraderInfo           `json:"grader"`
}

// Scores are the five reported scores and the overall one.
type Scores struct {
	Empathy         *float64 `json:"empathy"`
	ActiveListening *float64 `json:"active_listening"`
	Deescalation    *float64 `json:"deescalation"`
	Professionalism *float64 `json:"professionalism"`
	Resolution      *float64 `json:"resolution"`
	Overall         *float64 `json:"overall"`
}

// Dimension is one dimension's level.
type Dimension struct {
	Level  *int     `json:"level"` // 1–5
	Low    *float64 `json:"low"`
	High   *float64 `json:"high"`
	Status string   `json:"status"` // graded, not_applicable or not_gradable
	Reason *string  `json:"reason"`
}

// FlagDetail is one flag with the words that raised it.
type FlagDetail struct {
	Flag     string `json:"flag"`
	Turn     int    `json:"turn"`
	Quote    string `json:"quote"`
	AutoFail bool   `json:"auto_fail"`
	Coach    string `json:"coach"` // pending, confirmed or dismissed
}

// Cap is a limit that a flag put on a score.
type Cap struct {
	Score string  `json:"score"`
	Max   float64 `json:"max"`
	Flag  string  `json:"flag"`
}

// Reason says in plain words why something was not graded.
type Reason struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Evidence is a verbatim quote (a byte-exact substring of its turn's text) that counted.
type Evidence struct {
	Dimension string `json:"dimension"`
	Turn      int    `json:"turn"`
	Quote     string `json:"quote"`
	Polarity  string `json:"polarity"` // + or -
	StartMS   *int64 `json:"start_ms"`
	EndMS     *int64 `json:"end_ms"`
}

// FloorMetrics say how the floor was shared; null when the transcript has no times.
type FloorMetrics struct {
	TalkShare          *float64 `json:"talk_share"`
	TalkOvers          *int     `json:"talk_overs"`
	LongestMonologueMS *int64   `json:"longest_monologue_ms"`
	ResponseGapP50MS   *int64   `json:"response_gap_p50_ms"`
	DeadAirMS          *int64   `json:"dead_air_ms"`
}

// GraderInfo says which grader spoke.
type GraderInfo struct {
	Name          string `json:"name"`
	Version       string `json:"version"`
	WeightsSHA256 string `json:"weights_sha256"`
	Embeddings    bool   `json:"embeddings"`
	Samples       int    `json:"samples"`
}
