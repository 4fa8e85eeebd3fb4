package server_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
)

func TestCallFromLibraryToErasure(t *testing.T) {
	f := newFixture(t)
	j := f.newCall()
	if j.LineURL != "/api/calls/"+string(j.ID)+"/line" {
		t.Errorf("line at %s", j.LineURL)
	}
	at, err := f.store.Acknowledged(t.Context(), practice.LocalPerson, f.notice.Version)
	if err != nil || !at.Equal(f.clock.Now()) {
		t.Errorf("notice acknowledged at %v, %v", at, err)
	}
	if got := f.do(http.MethodDelete, "/api/calls/"+string(j.ID), ""); got.status != http.StatusConflict || !strings.Contains(got.body, "end it first") {
		t.Errorf("deleting a live call: %d %s", got.status, got.body)
	}
	f.end(j.ID, true)
	overall := 3.5
	f.must(f.store.SaveGrade(t.Context(), j.ID, "call_ended", practice.Grade{
		Schema: practice.GradeSchema, Scores: practice.Scores{Overall: &overall}, Flags: []string{},
	}, f.clock.Now()))

	var list server.CallList
	f.must(json.Unmarshal([]byte(f.do(http.MethodGet, "/api/calls", "").body), &list))
	if len(list.Calls) != 1 || list.Calls[0].PersonaName != "Maya Torres" || list.Calls[0].Overall == nil || *list.Calls[0].Overall != 3.5 ||
		list.Calls[0].Ending != practice.EndingPartedKindly || list.Calls[0].DurationMS != 6000 {
		t.Errorf("listed %+v", list.Calls)
	}
	got := f.do(http.MethodGet, "/api/calls/"+string(j.ID), "")
	var d struct {
		Call  server.CallSummary
		Turns []struct{ Text, Speaker string }
		Curve []struct{ Heat float64 }
		Sound server.SoundInfo
		Grade *practice.Grade
		Cut   bool
	}
	f.must(json.Unmarshal([]byte(got.body), &d))
	if got.status != http.StatusOK || len(d.Turns) != 2 || d.Curve[0].Heat != 6 || !d.Sound.Available || d.Grade == nil || d.Cut {
		t.Errorf("%d %s", got.status, got.body)
	}
	var peaks struct {
		RateHz  int `json:"rate_hz"`
		Trainee []float64
	}
	f.must(json.Unmarshal([]byte(f.do(http.MethodGet, "/api/calls/"+string(j.ID)+"/peaks.json", "").body), &peaks))
	if peaks.RateHz != 50 || len(peaks.Trainee) != 50 {
		t.Errorf("peaks %+v", peaks)
	}

	if got := f.do(http.MethodDelete, "/api/calls/"+string(j.ID), ""); got.status != http.StatusNoContent || got.body != "" {
		t.Errorf("delete: %d %s", got.status, got.body)
	}
	for _, path := range []string{"", "/sound.ogg", "/peaks.json", "/follow"} {
		if got := f.do(http.MethodGet, "/api/calls/"+string(j.ID)+path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s after deletion: %d", path, got.status)
		}
	}
}

func TestScenarioKeepsItsAnswersToItself(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/api/scenarios", "/api/scenarios/late-birthday-parcel"} {
		got := f.do(http.MethodGet, path, "")
		if got.status != http.StatusOK || !strings.Contains(got.body, "Maya Torres") || strings.Contains(got.body, "SECRET") {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := f.do(http.MethodGet, "/api/scenarios/late-birthday-parcel", ""); !strings.Contains(got.body, `"brief":["Her parcel is late.","She calls again."]`) {
		t.Errorf("brief: %s", got.body)
	}
	if got := f.do(http.MethodGet, "/api/scenarios", ""); strings.Contains(got.body, "bench-neutral") {
		t.Error("a hidden scenario is listed")
	}
	got := f.do(http.MethodGet, "/api/scenarios/late-birthday-parcel/portrait.svg", "")
	if got.body != "<svg/>" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("portrait: %s %v", got.body, got.header)
	}
}

func TestBadRequestsAreAnsweredInSentences(t *testing.T) {
	f := newFixture(t)
	ended := f.newCall().ID
	f.end(ended, false)
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		says               string
	}{
		"broken JSON":       {http.MethodPost, "/api/calls", `{"scenario":`, 400, "unexpected end"},
		"wrong mode":        {http.MethodPost, "/api/calls", `{"scenario":"a","notice_version":"1","keep_sound":true,"mode":"sung"}`, 422, "mode"},
		"missing field":     {http.MethodPost, "/api/calls", `{"scenario":"a","keep_sound":true,"mode":"voice"}`, 422, "notice_version"},
		"unknown field":     {http.MethodPost, "/api/calls", strings.Replace(f.callBody(), "{", `{"admin":true,`, 1), 422, "admin"},
		"old notice":        {http.MethodPost, "/api/calls", strings.Replace(f.callBody(), f.notice.Version, "0", 1), 409, "read it again"},
		"endless patience":  {http.MethodPost, "/api/calls", strings.Replace(f.callBody(), "{", `{"patience":"endless",`, 1), 422, "patience"},
		"mode not here":     {http.MethodPost, "/api/calls", strings.Replace(f.callBody(), `"voice"`, `"typed"`, 1), 503, "another way"},
		"unknown scenario":  {http.MethodPost, "/api/calls", strings.Replace(f.callBody(), "late-birthday-parcel", "none", 1), 404, "choose another"},
		"seed too large":    {http.MethodPost, "/api/calls", strings.Replace(f.callBody(), `"7"`, `"99999999999999999999"`, 1), 422, "64 bits"},
		"large body":        {http.MethodPost, "/api/calls", `{"scenario":"` + strings.Repeat("a", 100<<10) + `"}`, 413, "large"},
		"id that is none":   {http.MethodGet, "/api/calls/..%2f..%2fetc", "", 422, "id"},
		"unknown call":      {http.MethodGet, "/api/calls/" + missingID, "", 404, "no call"},
		"unknown sound":     {http.MethodGet, "/api/calls/" + missingID + "/sound.ogg", "", 404, "no call"},
		"no sound was kept": {http.MethodGet, "/api/calls/" + string(ended) + "/sound.ogg", "", 404, "no kept sound"},
		"token after end":   {http.MethodPost, "/api/calls/" + string(ended) + "/token", "", 409, "ended"},
		"unknown route":     {http.MethodGet, "/api/secrets", "", 404, "openapi.json"},
		"unknown method":    {http.MethodPut, "/api/calls", "", 404, "openapi.json"},
		"write to a page":   {http.MethodPost, "/library", "", 405, "GET"},
	} {
		t.Run(name, func(t *testing.T) {
			got := f.do(c.method, c.path, c.body)
			var p struct{ Detail string }
			if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("no problem JSON: %v %s", err, got.body)
			}
			if got.status != c.status || !strings.Contains(p.Detail, c.says) || !strings.HasSuffix(p.Detail, ".") || strings.ToUpper(p.Detail[:1]) != p.Detail[:1] {
				t.Errorf("%d %q, want %d with %q", got.status, p.Detail, c.status, c.says)
			}
		})
	}
}

func TestPatienceIsBetweenATraineeAndTheCall(t *testing.T) {
	f := newFixture(t)
	plain := f.newCall().ID
	got := f.do(http.MethodPost, "/api/calls", strings.Replace(f.callBody(), "{", `{"patience":"much-longer",`, 1))
	if want := []string{"", "much-longer"}; got.status != http.StatusCreated || !slices.Equal(f.calls.asked, want) {
		t.Fatalf("%d, calls began with %q, want %q", got.status, f.calls.asked, want)
	}
	f.end(plain, false) // its first event says much-longer
	for _, path := range []string{"/api/calls", "/api/calls/" + string(plain)} {
		if got := f.do(http.MethodGet, path, ""); got.status != http.StatusOK || strings.Contains(got.body, "atience") || strings.Contains(got.body, "much-longer") {
			t.Errorf("%s tells how patient she was: %d %s", path, got.status, got.body)
		}
	}
}

func TestFullServerSendsCallersAwayForAWhile(t *testing.T) {
	f := newFixture(t)
	f.calls.room = 1
	f.newCall()
	for _, got := range []answer{f.do(http.MethodPost, "/api/calls", f.callBody()), f.do(http.MethodGet, "/readyz", "")} {
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "40" || !strings.Contains(got.body, "try again in about 40 seconds.") {
			t.Errorf("full: %d %v", got.status, got.header)
		}
	}
	if got := f.do(http.MethodGet, "/healthz", ""); got.status != http.StatusOK {
		t.Errorf("a full server is not healthy: %d", got.status)
	}
	f.calls.room = 8
	if got := f.do(http.MethodGet, "/readyz", ""); got.status != http.StatusOK {
		t.Errorf("ready with room: %d %s", got.status, got.body)
	}
	f.srv.Drain()
	for _, got := range []answer{f.do(http.MethodPost, "/api/calls", f.callBody()), f.do(http.MethodGet, "/readyz", "")} {
		if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "being stopped") {
			t.Errorf("draining: %d %s", got.status, got.body)
		}
	}
}

func TestFloodOfCallsIsSlowedDown(t *testing.T) {
	f := newFixture(t)
	for range 6 {
		f.newCall()
	}
	got := f.do(http.MethodPost, "/api/calls", f.callBody())
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("the seventh at once: %d %s", got.status, got.body)
	}
	f.clock.forward(time.Second)
	f.newCall()
}

func TestJoinTokenIsGoodForOneCallOnceForAMinute(t *testing.T) {
	f := newFixture(t)
	a, b := f.newCall(), f.newCall()
	join := func(call server.Joinable, token string) int {
		return f.do(http.MethodGet, call.LineURL+"?token="+token, "").status
	}
	if got := join(b, a.Token); got != http.StatusForbidden {
		t.Errorf("another call's token: %d", got)
	}
	if got := join(a, ""); got != http.StatusForbidden {
		t.Errorf("no token: %d", got)
	}
	if got := join(a, a.Token); got != http.StatusNoContent || <-f.joined != string(a.ID) {
		t.Errorf("its own token: %d", got)
	}
	if got := join(a, a.Token); got != http.StatusForbidden {
		t.Errorf("the same token again: %d", got)
	}
	var again server.Joinable
	f.must(json.Unmarshal([]byte(f.do(http.MethodPost, "/api/calls/"+string(a.ID)+"/token", "").body), &again))
	if again.Token == a.Token || join(a, again.Token) != http.StatusNoContent {
		t.Error("a page that was loaded again cannot join")
	}
	f.clock.forward(time.Minute)
	if got := join(b, b.Token); got != http.StatusForbidden {
		t.Errorf("a token after a minute: %d", got)
	}
	f.end(b.ID, false)
	if got := join(b, f.tokens.Issue(b.ID, practice.Trainee)); got != http.StatusConflict {
		t.Errorf("joining an ended call: %d", got)
	}
}

func TestSoundIsServedInRanges(t *testing.T) {
	f := newFixture(t)
	j := f.newCall()
	f.end(j.ID, true)
	path := "/api/calls/" + string(j.ID) + "/sound.ogg"
	whole := f.do(http.MethodGet, path, "")
	if whole.status != http.StatusOK || !strings.HasPrefix(whole.body, "OggS") || whole.header.Get("Content-Type") != "audio/ogg" {
		t.Fatalf("%d %v", whole.status, whole.header)
	}
	for header, want := range map[string]struct {
		status int
		body   string
	}{
		"bytes=100-199":        {http.StatusPartialContent, whole.body[100:200]},
		"bytes=-50":            {http.StatusPartialContent, whole.body[len(whole.body)-50:]},
		"bytes=40-":            {http.StatusPartialContent, whole.body[40:]},
		"bytes=99999999-":      {http.StatusRequestedRangeNotSatisfiable, ""},
		"bytes=9-1":            {http.StatusRequestedRangeNotSatisfiable, ""},
		"bytes=0-0,-9999999":   {http.StatusOK, whole.body}, // as long as the whole: the whole is cheaper
		"bytes=0-0, 10-10":     {http.StatusPartialContent, ""},
		"lines=1-2":            {http.StatusRequestedRangeNotSatisfiable, ""},
		"bytes=18446744073709": {http.StatusRequestedRangeNotSatisfiable, ""},
	} {
		got := f.do(http.MethodGet, path, "", "Range: "+header)
		if got.status != want.status || want.body != "" && got.body != want.body {
			t.Errorf("%s: %d, %d bytes; want %d, %d bytes", header, got.status, len(got.body), want.status, len(want.body))
		}
	}
}

func TestFollowerHearsOfTheCallAndItsGradeUntilItIsSettled(t *testing.T) {
	f := newFixture(t)
	j := f.newCall()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+"/api/calls/"+string(j.ID)+"/follow", nil)
	f.must(err)
	res, err := http.DefaultClient.Do(r)
	f.must(err)
	defer res.Body.Close() //nolint:errcheck // read to its end below
	lines := bufio.NewScanner(res.Body)
	next := func() string {
		t.Helper()
		var event string
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				event = name
			} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return event + " " + data
			}
		}
		return "end"
	}
	want := func(events ...string) {
		t.Helper()
		for _, w := range events {
			if got := next(); got != w {
				t.Fatalf("heard %q, want %q", got, w)
			}
		}
	}
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("content type %q", got)
	}
	want(`call {"status":"ready"}`, `grade {"status":"none"}`)
	f.end(j.ID, false)
	want(`call {"status":"ended"}`, `grade {"status":"pending"}`)
	f.must(f.store.SetGradeStatus(t.Context(), j.ID, practice.GradeFailed))
	want(`grade {"status":"failed"}`)
	f.must(f.store.SaveGrade(t.Context(), j.ID, "call_ended", practice.Grade{Abstain: true}, f.clock.Now()))
	want(`grade {"status":"not_gradable"}`, "end")

	if got := f.do(http.MethodGet, "/api/calls/"+string(j.ID)+"/follow", ""); !strings.Contains(got.body, "not_gradable") {
		t.Errorf("a settled call: %s", got.body)
	}
}

func TestWebAppIsServedWithItsPages(t *testing.T) {
	f := newFixture(t)
	for path, want := range map[string]struct {
		status      int
		body, cache string
	}{
		"/":                      {200, "<title>Rapport", "no-cache"},
		"/calls/1?t=83.2":        {200, "<title>Rapport", "no-cache"},
		"/assets/app-1a2b.js":    {200, "export", "immutable"},
		"/assets/old.js":         {404, "Load the page again", "no-store"},
		"/../../etc/passwd":      {200, "<title>Rapport", "no-cache"},
		"/..%2f..%2fserver.go":   {404, "no such file", "no-store"},
		"/assets/%2e%2e/secrets": {200, "<title>Rapport", "no-cache"},
	} {
		got := f.do(http.MethodGet, path, "", "Accept-Encoding: identity")
		if got.status == http.StatusTemporaryRedirect || got.status == http.StatusMovedPermanently || got.status == http.StatusPermanentRedirect {
			got = f.do(http.MethodGet, got.header.Get("Location"), "")
		}
		if got.status != want.status || !strings.Contains(got.body, want.body) || !strings.Contains(got.header.Get("Cache-Control"), want.cache) {
			t.Errorf("%s: %d %q %v", path, got.status, got.body, got.header)
		}
		if policy := got.header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self'") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	zipped := f.do(http.MethodGet, "/assets/app-1a2b.js", "", "Accept-Encoding: br, gzip")
	if zipped.header.Get("Content-Encoding") != "gzip" || len(zipped.body) > 500 {
		t.Errorf("%d bytes, %v", len(zipped.body), zipped.header)
	}
	if got := f.do(http.MethodGet, "/assets/app-1a2b.js", "", "Accept-Encoding: gzip", "If-None-Match: "+zipped.header.Get("Etag")); got.status != http.StatusNotModified {
		t.Errorf("asked again: %d", got.status)
	}
}

func TestMetricsNameRoutesAndNoIDs(t *testing.T) {
	f := newFixture(t)
	f.do(http.MethodGet, "/api/calls/"+missingID, "")
	got := f.do(http.MethodGet, "/metrics", "")
	if !strings.Contains(got.body, `route="GET /api/calls/{id}",status="404"`) || strings.Contains(got.body, missingID) {
		t.Errorf("%s", got.body)
	}
}

func TestSetupSaysWhatWorks(t *testing.T) {
	f := newFixture(t)
	got := f.do(http.MethodGet, "/api/setup", "")
	for _, want := range []string{`"single_user":true`, `"degraded":[]`, `"call_modes":["voice"]`, `"patience":"longer"`, `"host":null`, f.notice.Version} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %s in %s", want, got.body)
		}
	}
}

func TestDescriptionOfTheAPIIsWhatIsServed(t *testing.T) {
	f := newFixture(t)
	b, err := server.OpenAPI("test")
	f.must(err)
	var written, served any
	f.must(json.Unmarshal(b, &written))
	f.must(json.Unmarshal([]byte(f.do(http.MethodGet, "/openapi.json", "").body), &served))
	if !reflect.DeepEqual(written, served) {
		t.Errorf("written: %.300s", b)
	}
	if grade := regexp.MustCompile(`"grade": \{\s+"oneOf"`); !grade.Match(b) {
		t.Error("a grade is never null")
	}
}
