package server

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
)

// listed is how many calls a list holds at most.
const listed = 200

func errDraining() error {
	return fmt.Errorf("%w: the server is being stopped and takes no new calls", practice.ErrUnavailable)
}

// NewCall asks for a call.
type NewCall struct {
	Scenario      string            `json:"scenario" pattern:"^[a-z0-9][a-z0-9-]*$" maxLength:"80"`
	NoticeVersion string            `json:"notice_version" minLength:"1" maxLength:"40" doc:"The version of the notice that the person agreed to."`
	KeepSound     bool              `json:"keep_sound"`
	Mode          practice.CallMode `json:"mode" enum:"voice,typed"`
	Patience      string            `json:"patience,omitempty" enum:"normal,longer,much-longer" doc:"How long the customer waits before she takes a pause for the end of a turn, and how soon she speaks into silence. Nobody but its owner learns of it: it stands in no call, report or grade. The server's setting when left out."`
	Seed          string            `json:"seed,omitempty" pattern:"^[0-9]{1,20}$" doc:"Unsigned 64 bits, to hold the same call again; drawn when left out."`
}

// Joinable is a call that can be joined.
type Joinable struct {
	ID      practice.CallID `json:"id"`
	Token   string          `json:"token" doc:"Good for one joining within a minute."`
	LineURL string          `json:"line_url" doc:"Path of the signalling socket."`
}

// CallSummary is what a list shows of a call.
type CallSummary struct {
	ID          practice.CallID      `json:"id"`
	Scenario    practice.Slug        `json:"scenario"`
	Title       string               `json:"title"`
	PersonaName string               `json:"persona_name"`
	CreatedAt   string               `json:"created_at" format:"date-time"`
	DurationMS  int64                `json:"duration_ms"`
	Status      practice.CallStatus  `json:"status" enum:"ready,live,ended,cut"`
	Ending      practice.Ending      `json:"ending" doc:"resolved, parted_kindly, escalated, hung_up, abandoned, or empty."`
	EndedBy     practice.EndedBy     `json:"ended_by" doc:"trainee, customer, server, or empty."`
	GradeStatus practice.GradeStatus `json:"grade_status" enum:"none,pending,graded,not_gradable,failed"`
	Mode        practice.CallMode    `json:"mode" enum:"voice,typed"`
	KeepSound   bool                 `json:"keep_sound"`
	Overall     *float64             `json:"overall" doc:"1.0 to 5.0; null without a grade."`
}

func (s *Server) summary(c practice.Call) CallSummary {
	out := CallSummary{
		ID: c.ID, Scenario: c.Scenario, Title: string(c.Scenario), CreatedAt: c.CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z"),
		DurationMS: c.DurationMS, Status: c.Status, Ending: c.Ending, EndedBy: c.EndedBy, GradeStatus: c.GradeStatus,
		Mode: c.Mode, KeepSound: c.KeepSound, Overall: c.Overall,
	}
	if sc, err := s.cfg.Library.Scenario(c.Scenario); err == nil { // a scenario may go; its calls stay
		out.Title, out.PersonaName = sc.Title, sc.Persona.Name
	}
	return out
}

type newCallInput struct{ Body NewCall }

func (s *Server) createCall(ctx context.Context, in *newCallInput) (*body[Joinable], error) {
	c, err := s.newCall(in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if err := s.cfg.Store.Acknowledge(ctx, s.person.ID, c.NoticeVersion, c.CreatedAt); err != nil {
		return nil, s.problem(ctx, err)
	}
	if err := s.cfg.Calls.Start(ctx, c); err != nil {
		return nil, s.problem(ctx, err)
	}
	return &body[Joinable]{s.joinable(c.ID)}, nil
}

// newCall checks a request against what holds now. Nothing is written before all of it is right.
func (s *Server) newCall(in NewCall) (practice.Call, error) {
	var c practice.Call
	if s.draining.Load() {
		return c, errDraining()
	}
	if in.NoticeVersion != s.cfg.Notice.Version {
		return c, fmt.Errorf("%w: the notice has changed since you agreed to it: read it again and agree, then start the call", practice.ErrConflict)
	}
	if !slices.Contains(s.cfg.Setup.CallModes, in.Mode) {
		return c, fmt.Errorf("%w: calls by %s do not work on this server right now: choose another way to hold the call", practice.ErrUnavailable, in.Mode)
	}
	sc, err := s.cfg.Library.Scenario(practice.Slug(in.Scenario))
	if err != nil {
		return c, err
	}
	seed, err := seedOf(in.Seed)
	if err != nil {
		return c, err
	}
	if err := s.cfg.Calls.Full(); err != nil {
		return c, err
	}
	if !s.starts.take() {
		return c, errRate
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return c, fmt.Errorf("name the call: %w", err)
	}
	return practice.Call{
		ID: practice.CallID(id.String()), Scenario: sc.Slug, Owner: s.person.ID, CreatedAt: s.cfg.Now(),
		Status: practice.CallReady, KeepSound: in.KeepSound, Mode: in.Mode, Seed: seed,
		NoticeVersion: in.NoticeVersion, GradeStatus: practice.GradeNone, Patience: in.Patience,
	}, nil
}

func seedOf(text string) (uint64, error) {
	if text == "" {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return 0, fmt.Errorf("draw a seed: %w", err)
		}
		return binary.LittleEndian.Uint64(b[:]), nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: seed %s is more than 64 bits hold: choose a smaller number", practice.ErrInvalid, text)
	}
	return seed, nil
}

func (s *Server) joinable(id practice.CallID) Joinable {
	return Joinable{ID: id, Token: s.cfg.Tokens.Issue(id, practice.Trainee), LineURL: "/api/calls/" + string(id) + "/line"}
}

// idPath is a call's id in an address.
type idPath struct {
	ID string `path:"id" pattern:"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" doc:"The call's id."`
}

// find reads a call that the person may do something with. What they may not see is, to them, not there.
func (s *Server) find(ctx context.Context, id string, a account.Action) (practice.Call, error) {
	c, err := s.cfg.Store.Call(ctx, practice.CallID(id))
	if err != nil {
		return c, err
	}
	if err := account.May(s.person, a, account.Resource{Owner: c.Owner}); errors.Is(err, practice.ErrForbidden) {
		return practice.Call{}, fmt.Errorf("%w: there is no call %q", practice.ErrNotFound, id)
	} else if err != nil {
		return practice.Call{}, err
	}
	return c, nil
}

// CallList is a person's calls, newest first.
type CallList struct {
	Calls []CallSummary `json:"calls"`
}

func (s *Server) calls(ctx context.Context, _ *struct{}) (*body[CallList], error) {
	calls, err := s.cfg.Store.Calls(ctx, s.person.ID, listed)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	out := CallList{Calls: make([]CallSummary, 0, len(calls))}
	for _, c := range calls {
		out.Calls = append(out.Calls, s.summary(c))
	}
	return &body[CallList]{out}, nil
}

// newToken lets a page that was loaded again join its call.
func (s *Server) newToken(ctx context.Context, in *idPath) (*body[Joinable], error) {
	c, err := s.find(ctx, in.ID, account.JoinCall)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if c.Status != practice.CallReady && c.Status != practice.CallLive {
		return nil, s.problem(ctx, practice.ErrEnded)
	}
	return &body[Joinable]{s.joinable(c.ID)}, nil
}

func (s *Server) eraseCall(ctx context.Context, in *idPath) (*struct{}, error) {
	c, err := s.find(ctx, in.ID, account.EraseCall)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if c.Status == practice.CallReady || c.Status == practice.CallLive {
		return nil, s.problem(ctx, fmt.Errorf("%w: the call is still going on: end it first, then delete it", practice.ErrConflict))
	}
	// Sound first: should it fail, the call is still listed and can be deleted again.
	if err := s.cfg.Sounds.Erase(ctx, c.ID); err != nil {
		return nil, s.problem(ctx, err)
	}
	if err := s.cfg.Store.Erase(ctx, c.ID); err != nil {
		return nil, s.problem(ctx, err)
	}
	return nil, nil //nolint:nilnil // 204 has no body
}

// joinLine hands a request for a call that goes on, of its owner's, to the signalling socket. The socket redeems the join
// token, which may come in its first message.
func (s *Server) joinLine(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	c, err := s.find(r.Context(), id, account.JoinCall)
	if err == nil && c.Status != practice.CallReady && c.Status != practice.CallLive {
		err = practice.ErrEnded
	}
	if err == nil && s.cfg.Line == nil {
		err = fmt.Errorf("%w: this server has no line for calls", practice.ErrUnavailable)
	}
	if err != nil {
		s.writeError(w, r, err)
		return
	}
	s.cfg.Line.ServeHTTP(w, r)
}
