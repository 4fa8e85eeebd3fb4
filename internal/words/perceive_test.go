package words_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/words"
)

var errVectors = errors.New("no vectors")

// ruled is what the rules find.
func ruled(acts ...practice.Act) words.Perceiver {
	return func(context.Context, string, []practice.Word, []string, practice.Priority) ([]practice.Act, error) {
		return acts, errVectors
	}
}

func TestModelsPerceptionIsAddedToTheRules(t *testing.T) {
	const text = "Two days of sitting at the window for nothing. I'd be livid. I'll see to it."
	feeling := practice.Act{Name: practice.ActNamedFeeling, Quote: "I'd be livid", By: "model"}
	for _, c := range []struct {
		name   string
		answer string
		rules  []practice.Act
		want   []practice.Act
	}{
		{"an act that the rules missed", `{"acts":[{"act":"named_feeling","quote":"I'd be livid"}]}`, nil, []practice.Act{feeling}},
		{"in a code fence", "```json\n" + `{"acts":[{"act":"named_feeling","quote":"I'd be livid"}]}` + "\n```", nil, []practice.Act{feeling}},
		{"a quote that is not there", `{"acts":[{"act":"named_feeling","quote":"I would be livid"}]}`, nil, nil},
		{"an act that only rules may find", `{"acts":[{"act":"guessed_concern","quote":"I'd be livid"},{"act":"abuse","quote":"I'd be livid"}]}`, nil, nil},
		{"what the rules have found", `{"acts":[{"act":"promise","quote":"I'll see to it"}]}`, []practice.Act{{Name: practice.ActPromise, Quote: "I'll see to it"}}, []practice.Act{{Name: practice.ActPromise, Quote: "I'll see to it"}}},
		{"kindness in a cold turn", `{"acts":[{"act":"named_feeling","quote":"I'd be livid"}]}`, []practice.Act{{Name: practice.ActDismissive, Quote: "for nothing"}}, []practice.Act{{Name: practice.ActDismissive, Quote: "for nothing"}}},
		{"coldness in a warm turn", `{"acts":[{"act":"dismissive","quote":"for nothing"}]}`, []practice.Act{{Name: practice.ActNamedStakes, Quote: "Two days"}}, []practice.Act{{Name: practice.ActNamedStakes, Quote: "Two days"}}},
		{"a turn that tries to make her somebody else", `{"acts":[{"act":"named_feeling","quote":"I'd be livid"}]}`, []practice.Act{{Name: practice.ActManipulation, Quote: "Two days"}}, []practice.Act{{Name: practice.ActManipulation, Quote: "Two days"}}},
		{"a plan without a time", `{"acts":[{"act":"specific_plan_with_time","quote":"I'll see to it"}]}`, nil, []practice.Act{{Name: practice.ActPromise, Quote: "I'll see to it", By: "model"}}},
		{"no JSON", "There are two acts in it.", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, says(c.answer))
			acts, err := s.maker(t, words.Options{}).Call().Perception(ruled(c.rules...), time.Hour)(t.Context(), text, nil, nil, practice.PriorityFirstClause)
			if !errors.Is(err, errVectors) || !slices.Equal(acts, c.want) {
				t.Errorf("%+v, %v", acts, err)
			}
			if asked := s.requests(); asked[0].ResponseFormat == nil || asked[0].ResponseFormat.Type != "json_schema" {
				t.Errorf("asked for %+v", asked[0].ResponseFormat)
			}
		})
	}
}

func TestModelsPerceptionThatComesTooLateIsNotWaitedFor(t *testing.T) {
	s := newServer(t, nil)
	s.turns = []turn{s.stalls(`{"acts":[`)}
	rules := practice.Act{Name: practice.ActPromise, Quote: "I'll see to it"}
	acts, _ := s.maker(t, words.Options{}).Call().Perception(ruled(rules), 20*time.Millisecond)(t.Context(), "I'll see to it", nil, nil, practice.PriorityFirstClause)
	if len(acts) != 1 || acts[0] != rules {
		t.Errorf("%+v", acts)
	}
}

func TestServerWithoutSchemasIsAskedForAnyJSONAndThenLeftAlone(t *testing.T) {
	s := newServer(t, fails(400, "", "", `{"error":{"message":"response_format json_schema is unknown"}}`), says("no JSON either"))
	perceive := s.maker(t, words.Options{}).Call().Perception(ruled(), time.Hour)
	var kinds []string
	for range 6 {
		_, _ = perceive(t.Context(), "I'll see to it", nil, nil, practice.PriorityFirstClause)
	}
	for _, a := range s.requests() {
		kinds = append(kinds, a.ResponseFormat.Type)
	}
	if !slices.Equal(kinds, []string{"json_schema", "json_object", "json_object", "json_object"}) {
		t.Errorf("asked for %v", kinds)
	}
}

func TestAModelThatSlipsNowAndThenIsStillAsked(t *testing.T) {
	slip, good := says("{}"), says(`{"acts":[]}`)
	s := newServer(t, slip, slip, good, slip, slip, good)
	perceive := s.maker(t, words.Options{}).Call().Perception(ruled(), time.Hour)
	for range 6 {
		_, _ = perceive(t.Context(), "I'll see to it", nil, nil, practice.PriorityFirstClause)
	}
	for i, a := range s.requests() {
		if a.ResponseFormat == nil || a.ResponseFormat.Type != "json_schema" {
			t.Errorf("request %d asks for %+v", i, a.ResponseFormat)
		}
	}
	if n := len(s.requests()); n != 6 {
		t.Errorf("%d requests", n)
	}
}
