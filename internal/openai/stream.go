package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	api "github.com/sashabaranov/go-openai"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Stream asks the model and hands its answer over piece by piece. An error of delta ends the request and is returned as
// it is; every failure of the server's is a *practice.ModelError. A context that ended is told as its own error.
func (c *Client) Stream(ctx context.Context, r practice.ChatRequest, delta func(text string) error) (practice.ChatAnswer, error) {
	for tries := 0; ; tries++ {
		a, begun, err := c.stream(ctx, r, delta)
		var m *practice.ModelError
		if err == nil || begun || tries >= 3 || !errors.As(err, &m) || m.Fault != practice.FaultRequest || !c.learn(m.Error()) {
			return a, err
		}
	}
}

// stream is one request. begun tells whether something was handed over.
func (c *Client) stream(ctx context.Context, r practice.ChatRequest, delta func(string) error) (out practice.ChatAnswer, begun bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ctx, seen := withNotes(ctx)
	s, err := c.api.CreateChatCompletionStream(ctx, c.request(r))
	if err != nil {
		return out, false, c.fault(ctx, err, seen)
	}
	defer func() { _ = s.Close() }() // an answer that has been read, or is not wanted any more
	chunks, ended := 0, false
	for {
		chunk, err := s.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, begun, c.fault(ctx, err, seen)
		}
		if u := chunk.Usage; u != nil && u.TotalTokens > 0 {
			out.Usage = &practice.ChatUsage{In: u.PromptTokens, Out: u.CompletionTokens}
			if d := u.PromptTokensDetails; d != nil {
				out.Usage.CachedIn = min(d.CachedTokens, u.PromptTokens)
			}
		}
		for _, choice := range chunk.Choices {
			if choice.Index != 0 {
				continue
			}
			chunks++
			if choice.FinishReason != "" {
				out.Finish, ended = string(choice.FinishReason), true
			}
			if choice.Delta.Content == "" {
				continue
			}
			begun = true
			if err := delta(choice.Delta.Content); err != nil {
				return out, begun, err
			}
		}
	}
	switch {
	case chunks == 0:
		return out, begun, &practice.ModelError{Fault: practice.FaultGarbage, Status: seen.status, Message: "the server's answer holds nothing of the chat format: check the model's address, which mostly ends in /v1"}
	case !ended && begun: // some servers never say how an answer ended; a cut connection looks the same
		out.Finish = "unknown"
	}
	return out, begun, nil
}

func (c *Client) request(r practice.ChatRequest) api.ChatCompletionRequest {
	q := c.known()
	out := api.ChatCompletionRequest{Model: c.model}
	for _, m := range r.Messages {
		out.Messages = append(out.Messages, api.ChatCompletionMessage{Role: string(m.Role), Content: m.Text})
	}
	if !q.noTemperature {
		out.Temperature = float32(r.Temperature)
	}
	if !q.noStop {
		out.Stop = r.Stop
	}
	if q.newMax {
		out.MaxCompletionTokens = r.MaxTokens
	} else {
		out.MaxTokens = r.MaxTokens //nolint:staticcheck // what most servers of the format know; those that do not say so, and are asked again
	}
	if !q.noUsage {
		out.StreamOptions = &api.StreamOptions{IncludeUsage: true}
	}
	switch r.Shape {
	case practice.ShapeJSON:
		out.ResponseFormat = &api.ChatCompletionResponseFormat{Type: api.ChatCompletionResponseFormatTypeJSONObject}
	case practice.ShapeSchema:
		out.ResponseFormat = &api.ChatCompletionResponseFormat{
			Type:       api.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &api.ChatCompletionResponseFormatJSONSchema{Name: "answer", Schema: json.RawMessage(r.Schema), Strict: true},
		}
	case practice.ShapeText:
	}
	return out
}

// fault tells what went wrong in words that say what to do. Bodies of errors are cut short: some servers repeat the
// request in them.
func (c *Client) fault(ctx context.Context, err error, seen *notes) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	m := &practice.ModelError{Status: seen.status, RetryAfter: seen.retryAfter, Err: short(err)}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var tooBig *http.MaxBytesError
	var apiErr *api.APIError
	switch {
	case errors.Is(err, errLinkLocal):
		m.Fault, m.Message = practice.FaultRequest, "the model's address is not allowed"
	case seen.status == http.StatusUnauthorized, seen.status == http.StatusForbidden:
		m.Err = nil // some servers repeat part of the key
		m.Fault, m.Message = practice.FaultKey, "the server at "+c.host+" refused the key: set RAPPORT_LLM_KEY, OPENAI_API_KEY or --llm-key-file"
	case seen.status == http.StatusTooManyRequests:
		m.Fault, m.Message = practice.FaultBusy, "the server at "+c.host+" takes no more requests for now"
	case seen.status >= 500:
		m.Fault, m.Message = practice.FaultServer, "the server at "+c.host+" failed"
	case seen.status == http.StatusNotFound:
		m.Fault, m.Message = practice.FaultRequest, "the server at "+c.host+" knows no such address or model: check --llm-base-url, which mostly ends in /v1, and --llm-model"
	case seen.status >= 300:
		m.Fault, m.Message = practice.FaultRequest, "the server at "+c.host+" does not take the request"
	case errors.As(err, &tooBig), errors.As(err, &syntax), errors.As(err, &kind), errors.Is(err, api.ErrTooManyEmptyStreamMessages):
		m.Fault, m.Message = practice.FaultGarbage, "the server's answer is not of the chat format: check the model's address, which mostly ends in /v1"
	case errors.As(err, &apiErr):
		m.Fault, m.Message = practice.FaultServer, "the server at "+c.host+" stopped in the middle of its answer"
	case errors.Is(err, io.ErrUnexpectedEOF), seen.status > 0:
		m.Fault, m.Message = practice.FaultUnreachable, "the connection to "+c.host+" broke in the middle of an answer"
	default:
		m.Fault, m.Message = practice.FaultUnreachable, "the server at "+c.host+" cannot be reached: is it running, and is the address right?"
		var t interface{ Timeout() bool }
		if errors.As(err, &t) && t.Timeout() {
			m.Fault, m.Message = practice.FaultTimeout, "the server at "+c.host+" did not answer in time"
		}
	}
	return m
}

// short is an error of at most so many letters.
func short(err error) error {
	const most = 200
	if s := []rune(err.Error()); len(s) > most {
		return errors.New(string(s[:most]) + "…")
	}
	return err
}
