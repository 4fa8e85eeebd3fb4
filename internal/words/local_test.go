package words_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/openai"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/words"
)

// local is the small real model of make llm-local. It speaks badly, and that is what it is for.
func local(t *testing.T) *openai.Client {
	t.Helper()
	address := os.Getenv("RAPPORT_TEST_LLM")
	if address == "" {
		t.Skip("no local model: run `make llm-local`")
	}
	c, err := openai.New(openai.Config{BaseURL: address, Model: "smollm2-135m"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestLocalModelStreamsStopsAndTellsItsUsage(t *testing.T) {
	c := local(t)
	pieces, text := 0, ""
	answer, err := c.Stream(t.Context(), practice.ChatRequest{
		Messages: []practice.ChatMessage{{Role: practice.ChatUser, Text: "Write a sentence about the sea."}}, MaxTokens: 40, Stop: []string{"e"},
	}, func(piece string) error {
		pieces++
		text += piece
		return nil
	})
	if err != nil || strings.Contains(text, "e") || pieces == 0 || answer.Usage == nil || answer.Usage.In == 0 || answer.Finish != "stop" {
		t.Errorf("%q in %d pieces, %+v: %v", text, pieces, answer, err)
	}
	pieces = 0
	if _, err = c.Stream(t.Context(), practice.ChatRequest{Messages: []practice.ChatMessage{{Role: practice.ChatUser, Text: "Count to ten."}}, MaxTokens: 30}, func(string) error {
		pieces++
		return nil
	}); err != nil || pieces < 5 {
		t.Errorf("%d pieces: %v", pieces, err)
	}
}

func TestLocalModelIsLeftInMidLine(t *testing.T) {
	c := local(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := c.Stream(ctx, practice.ChatRequest{Messages: []practice.ChatMessage{{Role: practice.ChatUser, Text: "Tell me a long story."}}, MaxTokens: 250}, func(string) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	if _, err := c.Stream(t.Context(), practice.ChatRequest{Messages: []practice.ChatMessage{{Role: practice.ChatUser, Text: "Say yes."}}, MaxTokens: 5}, func(string) error { return nil }); err != nil {
		t.Errorf("after a line that was left: %v", err)
	}
}

func TestLocalModelThatIsTooSlowIsReplacedByAuthoredWords(t *testing.T) {
	maker := words.NewMaker(local(t), words.Options{FirstToken: time.Millisecond})
	defer func() {
		if err := maker.Close(); err != nil {
			t.Error(err)
		}
	}()
	text, out := say(t, maker.Call(), vents(t).wording)
	if text != "" || out.Source != practice.SourceAuthored || out.Outage == "" {
		t.Errorf("%q, %+v", text, out)
	}
}

// Whatever it writes, nothing of it is said that breaks a rule, and something is always said.
func TestLocalModelsWordsAreTheCustomersOrAreNotSaid(t *testing.T) {
	maker := words.NewMaker(local(t), words.Options{FirstToken: time.Minute, Line: time.Minute, RetryWithin: time.Minute})
	defer func() {
		if err := maker.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := maker.Call()
	for _, m := range []maya{vents(t), talk(t, "Can you give me your order number?"), talk(t, "Hello, I'm Alex.", "What is this really about?")} {
		text, out := say(t, c, m.wording)
		t.Logf("%s: %q, %s %v", m.reply.Move, text, out.Source, out.Refused)
		if (text == "") != (out.Source == practice.SourceAuthored) {
			t.Errorf("%q, %+v", text, out)
		}
		if v, ok := m.wording.Check(text, false); text != "" && !ok {
			t.Errorf("%q was said although it %s", text, v)
		}
	}
	if s := c.Spent(); s.Lines+s.Authored != 3 || s.Usage.In == 0 {
		t.Errorf("%+v", s)
	}
}
