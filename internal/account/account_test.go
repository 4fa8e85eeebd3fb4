package account_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/account"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestPracticeCallIsItsOwnersOnly(t *testing.T) {
	owner := account.Person{ID: "anna", Roles: []account.Role{account.Trainee}}
	others := []account.Person{
		{ID: "ben", Roles: []account.Role{account.Trainee}},
		{ID: "cara", Roles: []account.Role{account.Coach}},
		{ID: "dan", Roles: []account.Role{account.Trainee, account.Coach, account.Admin}},
		{},
	}
	call := account.Resource{Owner: "anna"}
	for _, a := range []account.Action{account.SeeCall, account.JoinCall, account.EraseCall} {
		if err := account.May(owner, a, call); err != nil {
			t.Errorf("the owner, %s: %v", a, err)
		}
		for _, p := range others {
			if err := account.May(p, a, call); !errors.Is(err, practice.ErrForbidden) {
				t.Errorf("%q, %s: %v", p.ID, a, err)
			}
		}
	}
	if err := account.May(account.Person{}, account.SeeCall, account.Resource{}); err == nil {
		t.Error("nobody may see what belongs to nobody")
	}
}

func TestLocalPersonMayDoEverythingOfTheirOwn(t *testing.T) {
	for _, a := range []account.Action{
		account.SeeLibrary, account.StartCall, account.ListCalls, account.SeeCall, account.JoinCall, account.EraseCall, account.ReadMetrics, account.Inspect,
	} {
		if err := account.May(account.Local(), a, account.Resource{Owner: practice.LocalPerson}); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	if account.May(account.Local(), "something new", account.Resource{}) == nil {
		t.Error("an action without a rule is allowed")
	}
}

func TestNoticeNamesTheHostThatTextGoesTo(t *testing.T) {
	here, there := account.CurrentNotice(""), account.CurrentNotice("models.example")
	if here.Version == there.Version {
		t.Error("another text has the same version")
	}
	if here.Version != account.CurrentNotice("").Version {
		t.Error("the same text has another version")
	}
	if !strings.Contains(strings.Join(there.Paragraphs, " "), "models.example") {
		t.Error("the host is not named")
	}
}
