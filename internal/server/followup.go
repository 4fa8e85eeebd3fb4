package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Memories tells what the customer of a follow-up remembers.
type Memories interface {
	// Memory is what she remembers of the person's last call of the scenario that s follows; the scenario's own memory when
	// the person has held none.
	Memory(ctx context.Context, person practice.PersonID, s practice.Scenario) (practice.Memory, error)
}

// FollowUpCard says what a follow-up follows.
type FollowUpCard struct {
	Of    practice.Slug `json:"of" doc:"The scenario of the first call."`
	Title string        `json:"title" doc:"… and its title."`
	After string        `json:"after" doc:"How long after the first call it takes place, as ISO 8601: P3D."`
	Open  bool          `json:"open" doc:"The person has held the first call, and what was promised in it is remembered. Until then the scenario's own memory stands in."`
	// What is remembered, as the trainee may know it beforehand.
	HeldAt   *time.Time        `json:"held_at,omitempty" doc:"When the first call was held; left out until then."`
	By       string            `json:"by,omitempty" doc:"Whose promises the scenario's own memory holds; left out once the person's own are remembered."`
	Promises []FollowUpPromise `json:"promises" doc:"What was promised in the first call."`
}

// FollowUpPromise is a promise of the first call, and what came of it.
type FollowUpPromise struct {
	What string `json:"what"`
	Kept bool   `json:"kept"`
}

// followUp is the card of a follow-up; nil for any other scenario.
func (s *Server) followUp(ctx context.Context, sc practice.Scenario) (*FollowUpCard, practice.Memory, error) {
	if sc.FollowUpOf == "" {
		return nil, practice.Memory{}, nil
	}
	card := &FollowUpCard{Of: sc.FollowUpOf, Title: string(sc.FollowUpOf), Promises: []FollowUpPromise{}}
	if sc.FollowUp != nil {
		card.After = sc.FollowUp.After
	}
	if first, err := s.cfg.Library.Scenario(sc.FollowUpOf); err == nil {
		card.Title = first.Title
	}
	if s.cfg.Memories == nil {
		return card, practice.Memory{}, nil
	}
	m, err := s.cfg.Memories.Memory(ctx, s.person.ID, sc)
	if err != nil {
		return nil, m, err
	}
	for _, p := range m.Promises {
		card.Promises = append(card.Promises, FollowUpPromise{What: p.What, Kept: p.Kept})
	}
	if card.Open = m.Call != ""; !card.Open {
		card.By = m.AgentName
		return card, m, nil
	}
	first, err := s.cfg.Store.Call(ctx, m.Call)
	if err != nil && !errors.Is(err, practice.ErrNotFound) { // deleted a moment ago: its day is all that is missing
		return nil, m, err
	}
	if err == nil {
		card.HeldAt = &first.CreatedAt
	}
	return card, m, nil
}

// rememberedRows are what the company's system shows of the promises of the earlier call.
func rememberedRows(m practice.Memory) []practice.CardRow {
	who := "You"
	if m.Call == "" {
		who = m.AgentName
		if who == "" {
			who = "A colleague"
		}
	}
	var out []practice.CardRow
	for _, p := range m.Promises {
		logged := "nothing is logged that did it"
		if p.Kept {
			logged = "logged as done"
		}
		out = append(out, practice.CardRow{Label: "Last call", Text: fmt.Sprintf("%s said: “%s”. In the log: %s.", who, p.What, logged)})
	}
	if m.Call != "" && len(m.Promises) == 0 {
		out = append(out, practice.CardRow{Label: "Last call", Text: "You promised nothing that is logged."})
	}
	return out
}
