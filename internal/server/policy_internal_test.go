package server

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
)

type nothing struct{}

func (nothing) Inspect() practice.Inspection { return practice.Inspection{} }

// Every route asks the policy about an action, and the policy has a rule for it: allowed to whom it concerns, refused to
// others and to nobody.
func TestEveryRouteHasARowInThePolicy(t *testing.T) {
	s, err := New(Config{Log: slog.New(slog.DiscardHandler), Now: time.Now, Inspect: nothing{}, Pprof: true})
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range s.api.OpenAPI().Paths {
		for method, there := range map[string]bool{
			"GET": item.Get != nil, "POST": item.Post != nil, "PUT": item.Put != nil, "PATCH": item.Patch != nil, "DELETE": item.Delete != nil,
		} {
			if there && s.routes[method+" "+path] == "" {
				t.Errorf("%s %s asks nobody", method, path)
			}
		}
	}
	if len(s.routes) < 14 {
		t.Errorf("only %d routes", len(s.routes))
	}
	roles := map[string]account.Person{
		"trainee": {ID: "p", Roles: []account.Role{account.Trainee}},
		"coach":   {ID: "p", Roles: []account.Role{account.Coach}},
		"admin":   {ID: "p", Roles: []account.Role{account.Admin}},
		"no role": {ID: "p"},
		"nobody":  {Roles: []account.Role{account.Trainee, account.Coach, account.Admin}},
	}
	owners := map[string]practice.PersonID{"own": "p", "another's": "q", "nobody's": ""}
	allowed := map[account.Action]string{ // who may, on whose
		account.SeeLibrary:  "trainee coach admin / own another's nobody's",
		account.StartCall:   "trainee / own another's nobody's",
		account.ListCalls:   "trainee / own another's nobody's",
		account.SeeCall:     "trainee coach admin no role / own",
		account.JoinCall:    "trainee coach admin no role / own",
		account.EraseCall:   "trainee coach admin no role / own",
		account.ReadMetrics: "admin / own another's nobody's",
		account.Inspect:     "admin / own another's nobody's",
	}
	for route, action := range s.routes {
		want, ok := allowed[action]
		if !ok {
			t.Errorf("%s asks about %q, which this table does not know", route, action)
			continue
		}
		who, whose, _ := strings.Cut(want, " / ")
		for role, person := range roles {
			for ownership, owner := range owners {
				may := account.May(person, action, account.Resource{Owner: owner}) == nil
				if should := strings.Contains(who, role) && strings.Contains(whose, ownership); may != should {
					t.Errorf("%s by %s on %s: allowed %v, want %v", route, role, ownership, may, should)
				}
			}
		}
	}
}
