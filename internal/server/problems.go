package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapport-calls/rapport/internal/practice"
)

// errRate is a person starting calls faster than the limit.
var errRate = errors.New("too many calls in a short time")

// busyRetry is when to ask again after a call was refused for want of room: about a turn's length.
const busyRetry = 10 * time.Second

// errorRow is one line of the table from domain errors to HTTP.
type errorRow struct {
	is      error
	status  int
	advice  string // put after what happened, where that does not say what to do
	retryIn time.Duration
}

// errorTable is the one place where errors become statuses. The first match counts.
func errorTable() []errorRow {
	return []errorRow{
		{is: practice.ErrBusy, status: http.StatusServiceUnavailable, advice: "Try again in a moment.", retryIn: busyRetry},
		{is: errRate, status: http.StatusTooManyRequests, advice: "Wait a little, then start the next one.", retryIn: busyRetry},
		{is: practice.ErrNotFound, status: http.StatusNotFound, advice: "It may have been deleted: go back and choose another."},
		{is: practice.ErrForbidden, status: http.StatusForbidden},
		{is: practice.ErrEnded, status: http.StatusConflict, advice: "Open it to read and hear it."},
		{is: practice.ErrConflict, status: http.StatusConflict},
		{is: practice.ErrInvalid, status: http.StatusUnprocessableEntity},
		{is: practice.ErrUnavailable, status: http.StatusServiceUnavailable, retryIn: busyRetry},
		{is: context.DeadlineExceeded, status: http.StatusServiceUnavailable, advice: "The server took too long; try again.", retryIn: busyRetry},
	}
}

// problem turns an error into the answer for it. What is in no row is a 500 that is logged in full and told in general.
func (s *Server) problem(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil { // nobody waits for the answer
		return &huma.ErrorModel{Status: 499, Title: "Client Closed Request", Detail: "The request was given up."}
	}
	for _, row := range errorTable() {
		if !errors.Is(err, row.is) {
			continue
		}
		if row.status >= http.StatusInternalServerError && !errors.Is(err, practice.ErrBusy) {
			s.cfg.Log.WarnContext(ctx, "a request could not be served", slog.Any("error", err))
		}
		if busy, ok := errors.AsType[*practice.BusyError](err); ok { // it knows itself when to try again, and says so
			row.retryIn, row.advice = max(busy.RetryIn, time.Second), ""
		}
		p := newProblem(row.status, sentence(err.Error(), row.advice))
		if row.retryIn > 0 {
			return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {strconv.Itoa(int(math.Ceil(row.retryIn.Seconds())))}})
		}
		return p
	}
	s.cfg.Log.ErrorContext(ctx, "a request failed", slog.Any("error", err))
	return newProblem(http.StatusInternalServerError,
		"Something went wrong on the server; nothing you recorded was lost. Try again, and look at the server's log if it stays.")
}

func newProblem(status int, detail string) *huma.ErrorModel {
	return &huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}
}

// sentence writes an error as people write: a capital, a full stop, then the advice.
func sentence(text, advice string) string {
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	if advice != "" {
		text += " " + advice
	}
	return text
}

// writeProblem answers outside the API's own machinery, in the same form.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(newProblem(status, detail)) // whoever is gone needs no answer
}

// writeError is writeProblem for an error of the table.
func (s *Server) writeError(w http.ResponseWriter, r *http.Request, err error) {
	err = s.problem(r.Context(), err)
	if h, ok := errors.AsType[huma.HeadersError](err); ok {
		maps.Copy(w.Header(), h.GetHeaders())
	}
	if p, ok := errors.AsType[*huma.ErrorModel](err); ok {
		writeProblem(w, p.Status, p.Detail)
		return
	}
	writeProblem(w, http.StatusInternalServerError, err.Error())
}

// plainDetail makes the API's own findings on a request's form into one sentence that names the field.
func plainDetail(_ huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	if p.Status == http.StatusRequestEntityTooLarge {
		p.Detail = "The request is too large: send less than 64 KiB."
	}
	if len(p.Errors) == 0 {
		p.Detail = sentence(p.Detail, "")
		return p, nil
	}
	found := make([]string, 0, len(p.Errors))
	for _, e := range p.Errors {
		where := strings.TrimPrefix(strings.TrimPrefix(e.Location, "body."), "path.")
		if where == "" || where == "body" {
			where = "request"
		}
		found = append(found, where+": "+e.Message)
	}
	p.Detail = "The request is not right: " + strings.Join(found, "; ") + ". Mend this and send it again."
	for _, e := range p.Errors {
		e.Value = nil // do not send back what was sent
	}
	return p, nil
}

func unknownRoute(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, http.StatusNotFound, "There is nothing at "+r.Method+" on this address. /openapi.json lists what there is.")
}
