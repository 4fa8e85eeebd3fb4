package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

// atWork is a server with one call and no more room.
type atWork struct{}

func (atWork) Inspect() practice.Inspection {
	return practice.Inspection{
		Room:   practice.RoomState{Why: "the calls <b>wait</b>", RetryInS: 12, Live: 1},
		Queues: []practice.QueueState{{Class: "final segment", Waiting: 3}},
		Calls:  []practice.LiveCall{{ID: "0f8b1c2d", Transport: "webrtc", Last: []practice.LiveStage{{Stage: practice.StageRecognize, MS: 148}}}},
	}
}

func TestAnAdministratorSeesLiveCalls(t *testing.T) {
	f := newFixture(t)
	page := f.do(http.MethodGet, "/debug/calls", "")
	for _, want := range []string{"0f8b1c2d", "webrtc", "recognize 148", "come back in 12 s", "the calls &lt;b&gt;wait"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("%q is not on the page: %d %s", want, page.status, page.body)
		}
	}
	if strings.Contains(page.body, "style=") || strings.Contains(page.body, "<script") || strings.Contains(page.body, "<style") {
		t.Error("the page needs what the content policy forbids")
	}
	if css := f.do(http.MethodGet, "/debug/calls.css", ""); css.status != http.StatusOK || !strings.HasPrefix(css.header.Get("Content-Type"), "text/css") {
		t.Errorf("its style: %d %v", css.status, css.header)
	}
	var got practice.Inspection
	if err := json.Unmarshal([]byte(f.do(http.MethodGet, "/api/debug/calls", "").body), &got); err != nil || len(got.Calls) != 1 || got.Queues[0].Waiting != 3 {
		t.Errorf("as JSON: %+v, %v", got, err)
	}
	for _, path := range []string{"/debug/calls", "/api/debug/calls", "/debug/pprof/"} {
		if got := f.do(http.MethodGet, path, "", "Host: rapport.example"); got.status != http.StatusForbidden {
			t.Errorf("%s under another name: %d", path, got.status)
		}
		if got := f.do(http.MethodGet, path, "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"); got.status != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, got.status)
		}
	}
	if got := f.do(http.MethodGet, "/debug/pprof/", ""); got.status != http.StatusNotFound {
		t.Errorf("profiles without the flag: %d", got.status)
	}
}
