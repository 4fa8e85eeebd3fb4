package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapport-calls/rapport/internal/account"
)

// linePath is the signalling socket's address.
const linePath = "/api/calls/{id}/line"

// registerRoutes is the list of all there is in the API.
func (s *Server) registerRoutes() {
	const calls, scenarios = "/api/calls", "/api/scenarios"
	register(s, account.SeeLibrary, op("setup", http.MethodGet, "/api/setup", "What works on this server, and the notice."), s.setup)
	register(s, account.SeeLibrary, op("scenarios", http.MethodGet, scenarios, "The library."), s.scenarios)
	register(s, account.SeeLibrary, op("scenario", http.MethodGet, scenarios+"/{slug}", "What a trainee reads before the call."), s.scenario)
	register(s, account.SeeLibrary, stream(op("portrait", http.MethodGet, scenarios+"/{slug}/portrait.svg", "The customer's portrait."),
		"image/svg+xml"), s.portrait)

	create := op("create-call", http.MethodPost, calls, "Make a call that can be joined.")
	create.DefaultStatus = http.StatusCreated
	create.Errors = append(create.Errors, http.StatusConflict, http.StatusTooManyRequests)
	register(s, account.StartCall, create, s.createCall)
	register(s, account.ListCalls, op("calls", http.MethodGet, calls, "One's own calls, newest first."), s.calls)
	register(s, account.SeeCall, op("call", http.MethodGet, calls+"/{id}", "All that is kept of a call but its sound."), s.call)
	token := op("join-again", http.MethodPost, calls+"/{id}/token", "A new join token, for a page that was loaded again.")
	token.DefaultStatus = http.StatusCreated
	token.Errors = append(token.Errors, http.StatusConflict)
	register(s, account.JoinCall, token, s.newToken)
	erase := op("erase-call", http.MethodDelete, calls+"/{id}", "Delete a call with its sound and grades for good.")
	erase.DefaultStatus = http.StatusNoContent
	erase.Errors = append(erase.Errors, http.StatusConflict)
	register(s, account.EraseCall, erase, s.eraseCall)
	register(s, account.SeeCall, stream(op("sound", http.MethodGet, calls+"/{id}/sound.ogg",
		"The recording: stereo, trainee left, customer right. Answers range requests."), "audio/ogg"), s.sound)
	register(s, account.SeeCall, op("peaks", http.MethodGet, calls+"/{id}/peaks.json", "The recording's peaks, 50 a second."), s.peaks)
	register(s, account.SeeCall, stream(op("follow", http.MethodGet, calls+"/{id}/follow",
		"Server-sent events `call` and `grade`, each with {status}: where they stand, then each change, until the grade is settled."),
		"text/event-stream"), s.follow)
}

func op(id, method, path, summary string) huma.Operation {
	o := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, MaxBodyBytes: maxBodyBytes,
		Errors: []int{http.StatusForbidden, http.StatusServiceUnavailable},
	}
	if path != "/api/setup" && path != "/api/calls" && path != "/api/scenarios" {
		o.Errors = append(o.Errors, http.StatusNotFound)
	}
	return o
}

// stream describes an answer that is no JSON.
func stream(o huma.Operation, contentType string) huma.Operation {
	o.Responses = map[string]*huma.Response{"200": {
		Description: "OK",
		Content:     map[string]*huma.MediaType{contentType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	return o
}

// register adds a route with the action that the policy is asked about, before anything else is done. Routes on one
// call ask again with its owner.
func register[I, O any](s *Server, a account.Action, o huma.Operation, handle func(context.Context, *I) (*O, error)) {
	s.routes[o.Method+" "+o.Path] = a
	huma.Register(s.api, o, func(ctx context.Context, in *I) (*O, error) {
		switch a {
		case account.SeeCall, account.JoinCall, account.EraseCall: // find asks, with the call's owner
		default:
			if err := account.May(s.person, a, account.Resource{}); err != nil {
				return nil, s.problem(ctx, err)
			}
		}
		return handle(ctx, in)
	})
}
