package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Setup is what works on this server.
type Setup struct {
	Version    string              `json:"version"`
	SingleUser bool                `json:"single_user" doc:"Only this machine can reach the server; nobody signs in."`
	Recognizer Part                `json:"recognizer"`
	Voice      Part                `json:"voice"`
	VAD        Part                `json:"vad" doc:"Finds voice in the trainee's sound."`
	Endpoint   Part                `json:"endpoint" doc:"Finds the end of the trainee's turns."`
	Words      Words               `json:"words"`
	Degraded   []practice.Degraded `json:"degraded" doc:"What does not work, why, and the command that mends it."`
	Notice     account.Notice      `json:"notice"`
	CallModes  []practice.CallMode `json:"call_modes" doc:"How a call can be held, the best first: voice, typed."`
	SafetyHelp []string            `json:"safety_help" doc:"Paragraphs that are shown to a trainee whose words were about themselves, and who stops the call."`
	Patience   string              `json:"patience" enum:"normal,longer,much-longer" doc:"How patient the customer is with somebody who has not chosen."`
	Lines      []string            `json:"lines" doc:"How sound can travel, the best first: webrtc, websocket."`
}

// Part is a piece of the server that may be missing.
type Part struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

// Words says where the customer's words come from.
type Words struct {
	Name string  `json:"name"`
	Host *string `json:"host" doc:"Where text goes to; null when it stays on this server."`
}

// ScenarioCard is what the library shows of a scenario: the story, not the answers.
type ScenarioCard struct {
	Slug       practice.Slug `json:"slug"`
	Title      string        `json:"title"`
	Industry   string        `json:"industry"`
	Difficulty int           `json:"difficulty" doc:"1 calm to 4 severe"`
	Minutes    int           `json:"minutes"`
	Skills     []string      `json:"skills"`
	Story      string        `json:"story"`
	Persona    PersonaCard   `json:"persona"`
	FollowUp   *FollowUpCard `json:"follow_up,omitempty" doc:"What it follows; left out of scenarios that are a first call."`
	VariantOf  practice.Slug `json:"variant_of,omitempty" doc:"The scenario whose problem this is with another temperament; left out of every other."`
}

// PersonaCard is what is shown of a customer before the call.
type PersonaCard struct {
	Name     string `json:"name"`
	Age      int    `json:"age"`
	Pronouns string `json:"pronouns"`
}

// ScenarioBrief is what a trainee reads before the call. What the customer knows, hides, needs and reacts to stays out.
type ScenarioBrief struct {
	ScenarioCard
	Goal       string                `json:"goal"`
	Brief      []string              `json:"brief" doc:"Paragraphs."`
	CRMCard    practice.CRMCard      `json:"crm_card"`
	PolicyText []practice.PolicyLine `json:"policy_text"`
	PolicyCard practice.PolicyCard   `json:"policy_card"`
}

func cardOf(s practice.Scenario) ScenarioCard {
	return ScenarioCard{
		Slug: s.Slug, Title: s.Title, Industry: s.Industry, Difficulty: s.Difficulty, Minutes: s.Minutes,
		Skills: filled(s.Skills), Story: s.Story,
		Persona: PersonaCard{Name: s.Persona.Name, Age: s.Persona.Age, Pronouns: s.Persona.Pronouns}, VariantOf: s.VariantOf,
	}
}

func briefOf(s practice.Scenario) ScenarioBrief {
	b := ScenarioBrief{
		ScenarioCard: cardOf(s), Goal: s.Goal, Brief: paragraphs(s.Story),
		CRMCard: s.CRMCard, PolicyText: filled(s.PolicyText), PolicyCard: s.PolicyCard,
	}
	b.CRMCard.Rows, b.CRMCard.LastContacts = filled(b.CRMCard.Rows), filled(b.CRMCard.LastContacts)
	b.PolicyCard.CanOffer, b.PolicyCard.MustNot = filled(b.PolicyCard.CanOffer), filled(b.PolicyCard.MustNot)
	return b
}

// paragraphs cuts a text at its empty lines.
func paragraphs(text string) []string {
	out := []string{}
	for _, p := range regexp.MustCompile(`\n\s*\n`).Split(text, -1) {
		if p = regexp.MustCompile(`\s+`).ReplaceAllString(p, " "); p != "" && p != " " {
			out = append(out, p)
		}
	}
	return out
}

// filled makes an empty list of none, because JSON tells them apart and pages should not have to.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type body[T any] struct{ Body T }

func (s *Server) setup(context.Context, *struct{}) (*body[Setup], error) {
	out := s.cfg.Setup
	out.Version, out.SingleUser, out.Notice = s.cfg.Version, true, s.cfg.Notice
	if s.cfg.Failing != nil {
		out.Degraded = append(slices.Clip(out.Degraded), s.cfg.Failing()...)
	}
	out.Degraded, out.CallModes, out.SafetyHelp = filled(out.Degraded), filled(out.CallModes), filled(out.SafetyHelp)
	return &body[Setup]{out}, nil
}

// ScenarioList is the library.
type ScenarioList struct {
	Scenarios []ScenarioCard    `json:"scenarios"`
	Problems  []ScenarioProblem `json:"problems" doc:"Scenarios of the server's own folder that cannot be read as they are now."`
}

// ScenarioProblem is a scenario whose files have become unreadable.
type ScenarioProblem struct {
	Slug     practice.Slug `json:"slug"`
	Kept     bool          `json:"kept" doc:"Its last good version stays in use; otherwise it is left out."`
	Messages []string      `json:"messages" doc:"What is wrong, each with file, line and column."`
}

func (s *Server) scenarios(ctx context.Context, _ *struct{}) (*body[ScenarioList], error) {
	out := ScenarioList{Scenarios: []ScenarioCard{}, Problems: []ScenarioProblem{}}
	if s.cfg.Problems != nil {
		out.Problems = filled(s.cfg.Problems())
	}
	for _, sc := range s.cfg.Library.Scenarios() {
		card := cardOf(sc)
		var err error
		if card.FollowUp, _, err = s.followUp(ctx, sc); err != nil {
			return nil, s.problem(ctx, err)
		}
		out.Scenarios = append(out.Scenarios, card)
	}
	return &body[ScenarioList]{out}, nil
}

// slugPath is a scenario's name in an address.
type slugPath struct {
	Slug string `path:"slug" pattern:"^[a-z0-9][a-z0-9-]*$" maxLength:"80" doc:"The scenario's name."`
}

func (s *Server) scenario(ctx context.Context, in *slugPath) (*body[ScenarioBrief], error) {
	sc, err := s.cfg.Library.Scenario(practice.Slug(in.Slug))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	out := briefOf(sc)
	card, memory, err := s.followUp(ctx, sc)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	out.FollowUp = card
	out.CRMCard.LastContacts = append(slices.Clip(out.CRMCard.LastContacts), rememberedRows(memory)...)
	return &body[ScenarioBrief]{out}, nil
}

func (s *Server) portrait(ctx context.Context, in *slugPath) (*huma.StreamResponse, error) {
	svg, err := s.cfg.Library.Portrait(practice.Slug(in.Slug))
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: this scenario has no portrait", practice.ErrNotFound)
	}
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "image/svg+xml")
		c.SetHeader("Cache-Control", "private, max-age=3600")
		// A drawing may bring its own styles and nothing else, however it is opened.
		c.SetHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
		c.SetStatus(http.StatusOK)
		_, _ = c.BodyWriter().Write(svg) // whoever is gone needs no answer
	}}, nil
}
