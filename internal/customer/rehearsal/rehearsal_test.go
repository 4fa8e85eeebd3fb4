package rehearsal_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/customer/rehearsal"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/personas"
)

func TestMayaReachesEveryBar(t *testing.T) {
	e, err := library.New(personas.FS).Load("late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	r, err := rehearsal.Test(t.Context(), rehearsal.TestOptions{Subjects: []rehearsal.Subject{{Scenario: e.Scenario, Lines: e.Lines}}, Seeds: 8, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range r.Bars {
		if !b.OK {
			t.Errorf("%s: %g, want %s %g", b.Name, b.Value, b.Op, b.Bar)
		}
	}
	out, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", out)
}
