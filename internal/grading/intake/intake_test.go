package intake_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/grading"
	"github.com/rapport-calls/rapport/internal/grading/intake"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestErrorsNameTheField(t *testing.T) {
	turn := `{"speaker":"customer","text":"hi"}`
	for _, c := range []struct {
		json  string
		field string
		says  string
	}{
		{`{"turns":[` + turn + `,{"speaker":"agent","text":"hi"}]}`, "turns[1].speaker", "customer or trainee"},
		{`{"turns":[` + turn + `,{"text":"hi"}]}`, "turns[1].speaker", "missing"},
		{`{"turns":[` + turn + `,{"speaker":"trainee"}]}`, "turns[1].text", "missing"},
		{`{"turns":[` + turn + `,{"speaker":"trainee","text":5}]}`, "turns[1].text", "the number 5"},
		{`{"turns":[{"index":1,"speaker":"customer","text":"hi"}]}`, "turns[0].index", "position 0"},
		{`{"turns":[{"index":0.5,"speaker":"customer","text":"hi"}]}`, "turns[0].index", "whole"},
		{`{"turns":[{"speaker":"customer","text":""}]}`, "turns[0].text", "empty"},
		{`{"turns":[{"speaker":"customer","text":"hi","start_ms":5,"end_ms":4}]}`, "turns[0].end_ms", "before"},
		{`{"turns":[{"speaker":"customer","text":"hi","start_ms":-1}]}`, "turns[0].start_ms", "milliseconds"},
		{`{"turns":[{"speaker":"customer","text":"hi","words":[{"text":"hi","start_ms":0,"end_ms":1,"confidence":2}]}]}`, "turns[0].words[0].confidence", "between 0 and 1"},
		{`{"turns":[{"speaker":"customer","text":"hi","words":[{"text":"hi"}]}]}`, "turns[0].words[0].start_ms", "missing"},
		{`{"turns":[{"speaker":"customer","text":"hi","words":{}}]}`, "turns[0].words", "a list"},
		{`{"turns":[7]}`, "turns[0]", "an object"},
		{`{"turns":[]}`, "turns", "empty"},
		{`{"turns":{}}`, "turns", "a list"},
		{`{}`, "turns", "missing"},
		{`[]`, "", "an object"},
		{`{"id":3,"turns":[` + turn + `]}`, "id", "text"},
		{`{"hints_used":"yes","turns":[` + turn + `]}`, "hints_used", "true or false"},
		{`{"policy":{"can_offer":"voucher"},"turns":[` + turn + `]}`, "policy.can_offer", "a list"},
		{`{"policy":{"can_offer":["a",2]},"turns":[` + turn + `]}`, "policy.can_offer[1]", "text"},
		{`{"policy":{"goodwill_budget":-1},"turns":[` + turn + `]}`, "policy.goodwill_budget", "negative"},
	} {
		_, _, err := intake.Read([]byte(c.json), "x")
		var field *intake.FieldError
		if !errors.As(err, &field) || field.Field != c.field || !strings.Contains(field.Message, c.says) {
			t.Errorf("%s: got %v, wanted %s … %s", c.json, err, c.field, c.says)
		}
		if !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("%s: not ErrInvalid", c.json)
		}
	}
}

func TestSyntaxErrorsNameTheLine(t *testing.T) {
	_, _, err := intake.Read([]byte("{\n \"turns\": [\n  {\"speaker\" \"x\"}\n ]\n}"), "x")
	var field *intake.FieldError
	if !errors.As(err, &field) || field.Line != 3 {
		t.Errorf("got %v", err)
	}
	if _, _, err := intake.Read([]byte(" \n"), "x"); err == nil || !strings.Contains(err.Error(), "no JSON") {
		t.Errorf("empty: %v", err)
	}
}

func TestOnlySpeakerAndTextAreNeeded(t *testing.T) {
	tr, warnings, err := intake.Read([]byte(`{"turns":[{"speaker":"customer","text":"hi","mood":3},{"speaker":"trainee","text":""}],"extra":1}`), "name")
	if err != nil || tr.ID != "name" || tr.Language != "en" || len(tr.Turns) != 2 || tr.Turns[1].Index != 1 || tr.Policy != nil {
		t.Errorf("%+v, %v", tr, err)
	}
	if strings.Join(warnings, "|") != `unknown key "extra" was ignored|unknown key "turns[0].mood" was ignored` {
		t.Errorf("warnings %q", warnings)
	}
}

func FuzzTranscriptJSON(f *testing.F) {
	for _, seed := range []string{
		`{"id":"c1","language":"en","turns":[{"index":0,"speaker":"customer","text":"Where is it?","start_ms":0,"end_ms":900,"words":[{"text":"Where","start_ms":0,"end_ms":200,"confidence":0.9}]},{"speaker":"trainee","text":"I'm so sorry we lost it. I'll call you by 3pm."}],"policy":{"can_offer":["voucher"],"goodwill_budget":25,"must_not":["promise_courier_time"]}}`,
		`{"turns":[{"speaker":"trainee","text":"\ud800 £80 \u0000"}]}`, `{"turns":[{"speaker":"customer","text":1e999}]}`, `{"turns":null}`, `[[[[`, `{"turns":[{"speaker":"trainee","text":"a","start_ms":1e308}]}`, "\xef\xbb\xbf{}", `null`, `"x"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tr, _, err := intake.Read(data, "fuzz")
		if err != nil {
			var field *intake.FieldError
			if !errors.As(err, &field) || field.Message == "" {
				t.Fatalf("%v names nothing", err)
			}
			return
		}
		g := grading.Grade(tr, grading.Options{})
		for _, e := range g.Evidence {
			if !strings.Contains(tr.Turns[e.Turn].Text, e.Quote) {
				t.Fatalf("quote %q is not in its turn", e.Quote)
			}
		}
	})
}
