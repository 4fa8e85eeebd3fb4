package main

import (
	"errors"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
)

// A desk without a house can only refuse: whoever gets past the token makes this test panic.
func TestNobodyTakesACallOverWithoutAGoodToken(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	tokens := server.NewTokens(func() time.Time { return now })
	join := (&desk{}).join(tokens)
	good := tokens.Issue("mine", practice.Trainee)
	used := tokens.Issue("mine", practice.Trainee)
	if err := tokens.Redeem(used, "mine", practice.Trainee); err != nil {
		t.Fatal(err)
	}
	refused := func(name, token string, call practice.CallID) {
		t.Helper()
		for _, over := range []bool{false, true} {
			_, err := join(t.Context(), signal.JoinRequest{Call: call, Token: token, Want: signal.WantWebSocket, TakeOver: over}, nil)
			if !errors.Is(err, practice.ErrForbidden) {
				t.Errorf("%s, take over %v: %v", name, over, err)
			}
		}
	}
	refused("no token", "", "mine")
	refused("a guess", "AAAAAAAAAAAAAAAAAAAAAAAAAA", "mine")
	refused("a used token", used, "mine")
	refused("another call's", tokens.Issue("another", practice.Trainee), "mine")
	refused("a customer's", tokens.Issue("mine", practice.Customer), "mine")
	now = now.Add(time.Minute)
	refused("one that waited a minute", good, "mine")
}
