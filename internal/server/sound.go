package server

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/audio"
)

// soundTimeout is how long one answer with sound may take to be fetched.
const soundTimeout = 10 * time.Minute

// sound answers with the recording or the ranges of it that were asked for.
func (s *Server) sound(ctx context.Context, in *idPath) (*huma.StreamResponse, error) {
	c, err := s.find(ctx, in.ID, account.SeeCall)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	sound, when, err := s.cfg.Sounds.Sound(ctx, c.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer sound.Close() //nolint:errcheck // only read
		r, w := humago.Unwrap(hc)
		// A connection that knows no deadlines has none to move.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(soundTimeout))
		w.Header().Set("Content-Type", "audio/ogg")
		w.Header().Set("Cache-Control", "private, no-cache") // seeking again may ask "changed since?"
		w.Header().Set("Content-Disposition", `inline; filename="call.ogg"`)
		http.ServeContent(w, r, "", when, io.ReadSeeker(sound))
	}}, nil
}

func (s *Server) peaks(ctx context.Context, in *idPath) (*body[audio.Peaks], error) {
	c, err := s.find(ctx, in.ID, account.SeeCall)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	p, err := s.cfg.Sounds.Peaks(ctx, c.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &body[audio.Peaks]{p}, nil
}
