package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
)

func TestAFollowUpShowsWhatWasPromisedAndWhatIsLogged(t *testing.T) {
	f := newFixture(t)
	var list server.ScenarioList
	f.get("/api/scenarios", &list)
	if c := list.Scenarios[1].FollowUp; c == nil || c.Of != "late-birthday-parcel" || c.Title != "A parcel that missed the day" || c.After != "P3D" || c.Open {
		t.Errorf("before the first call the library shows %+v", c)
	}
	if list.Scenarios[0].FollowUp != nil {
		t.Errorf("a first call follows %+v", list.Scenarios[0].FollowUp)
	}
	held := practice.Call{ID: "earlier", Scenario: "late-birthday-parcel", Owner: account.Local().ID, CreatedAt: f.clock.Now(), Mode: practice.ModeTyped}
	f.must(f.store.CreateCall(t.Context(), held))
	f.past.memory = practice.Memory{Call: "earlier", Promises: []practice.RememberedPromise{{What: "I'll ring you by four", When: "by four"}, {What: "I'll send a second one today", Kept: true}}}
	var brief server.ScenarioBrief
	f.get("/api/scenarios/later", &brief)
	if u := brief.FollowUp; u == nil || !u.Open || u.HeldAt == nil || !u.HeldAt.Equal(held.CreatedAt) || u.By != "" || len(u.Promises) != 2 || u.Promises[0].Kept || !u.Promises[1].Kept {
		t.Errorf("after the first call the brief shows %+v", brief.FollowUp)
	}
	var rows []string
	for _, r := range brief.CRMCard.LastContacts {
		rows = append(rows, r.Text)
	}
	card := strings.Join(rows, "\n")
	if !strings.Contains(card, "You said: “I'll ring you by four”. In the log: nothing is logged") || !strings.Contains(card, "“I'll send a second one today”. In the log: logged as done") {
		t.Errorf("the card says\n%s", card)
	}
	f.past.memory = practice.Memory{AgentName: "Alex", Promises: []practice.RememberedPromise{{What: "I'll ring you"}}}
	brief = server.ScenarioBrief{}
	f.get("/api/scenarios/later", &brief)
	if last := brief.CRMCard.LastContacts; len(last) == 0 || !strings.HasPrefix(last[len(last)-1].Text, "Alex said:") || brief.FollowUp.Open || brief.FollowUp.By != "Alex" {
		t.Errorf("without a call of one's own the card says %+v", last)
	}
}

// get reads an answer.
func (f *fixture) get(path string, into any) {
	f.t.Helper()
	got := f.do(http.MethodGet, path, "")
	if got.status != http.StatusOK {
		f.t.Fatalf("%s answers %d: %s", path, got.status, got.body)
	}
	f.must(json.Unmarshal([]byte(got.body), into))
}
