package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/report"
)

// CallDetail is all that is kept of a call but its sound.
type CallDetail struct {
	Call CallSummary `json:"call"`
	report.Debrief
	Sound       SoundInfo            `json:"sound"`
	Grade       MaybeGrade           `json:"grade"`
	GradeStatus practice.GradeStatus `json:"grade_status" enum:"none,pending,graded,not_gradable,failed"`
}

// SoundInfo says whether the call can be played back.
type SoundInfo struct {
	Available  bool  `json:"available"`
	DurationMS int64 `json:"duration_ms"`
}

// MaybeGrade is a grade, or null.
type MaybeGrade struct{ *practice.Grade }

// MarshalJSON writes the grade itself, or null.
func (m MaybeGrade) MarshalJSON() ([]byte, error) { return json.Marshal(m.Grade) }

// Schema says so in the API's description.
func (MaybeGrade) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[practice.Grade](), true, ""), {Type: "null"}}}
}

func (s *Server) call(ctx context.Context, in *idPath) (*body[CallDetail], error) {
	c, err := s.find(ctx, in.ID, account.SeeCall)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	d, err := s.detail(ctx, c)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &body[CallDetail]{d}, nil
}

func (s *Server) detail(ctx context.Context, c practice.Call) (CallDetail, error) {
	out := CallDetail{Call: s.summary(c), GradeStatus: c.GradeStatus, Sound: SoundInfo{DurationMS: c.DurationMS}}
	events, err := s.cfg.Store.Events(ctx, c.ID)
	if err != nil {
		return out, err
	}
	record, err := practice.Fold(events)
	if err != nil {
		return out, fmt.Errorf("read call %s: %w", c.ID, err)
	}
	out.Debrief = report.Build(record)
	if out.Sound.Available, err = s.cfg.Sounds.HasSound(ctx, c.ID); err != nil {
		return out, err
	}
	g, err := s.cfg.Store.Grade(ctx, c.ID)
	if errors.Is(err, practice.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Grade = MaybeGrade{&g}
	return out, nil
}
