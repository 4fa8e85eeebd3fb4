package practice

import "time"

// Call is what is listed of a call without folding its events.
type Call struct {
	ID            CallID
	Scenario      Slug
	Owner         PersonID
	CreatedAt     time.Time
	EndedAt       time.Time // zero while live
	Status        CallStatus
	Ending        Ending
	EndedBy       EndedBy
	KeepSound     bool
	Mode          CallMode
	Seed          uint64
	NoticeVersion string
	DurationMS    int64
	GradeStatus   GradeStatus
	// Patience is what the trainee asked for when the call was made: normal, longer, much-longer, or empty for the
	// server's setting. It goes into CallStarted and nowhere else: no list, report or grade holds it.
	Patience string
	Overall  *float64 // of the newest grade, 1.0–5.0; nil when there is none or it abstained
}

// CallStatus is where a call stands.
type CallStatus string

// A call's course. Cut: the server stopped in the middle of it.
const (
	CallReady CallStatus = "ready" // made, nobody joined yet
	CallLive  CallStatus = "live"
	CallEnd   CallStatus = "ended"
	CallCut   CallStatus = "cut"
)

// GradeStatus is where a call's grade stands.
type GradeStatus string

// A grade's course.
const (
	GradeNone        GradeStatus = "none"
	GradePending     GradeStatus = "pending"
	GradeDone        GradeStatus = "graded"
	GradeNotGradable GradeStatus = "not_gradable"
	GradeFailed      GradeStatus = "failed" // will be tried again
)
