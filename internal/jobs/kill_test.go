package jobs_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/rapport-calls/rapport/internal/jobs"
	"github.com/rapport-calls/rapport/internal/practice"
)

// victimFolder names, to the process that is going to be killed, its data folder.
const victimFolder = "RAPPORT_TEST_VICTIM_FOLDER"

// TestVictim is the process that TestKilledServerLosesNothingAndGradesOnce kills: one call goes on in it, the grade of
// another is being made.
func TestVictim(t *testing.T) {
	dir := os.Getenv(victimFolder)
	if dir == "" {
		t.Skip("runs only as the process that another test kills")
	}
	m := &marker{inside: make(chan struct{}), hold: make(chan struct{})}
	h := open(t, dir, jobs.Config{Grader: m})
	h.begin()
	h.must(h.store.CreateCall(t.Context(), practice.Call{ID: "live", Scenario: "s", Owner: practice.LocalPerson, CreatedAt: start()}))
	data, err := json.Marshal(practice.TraineeTurn{Turn: 0, Text: "Hello?"})
	h.must(err)
	h.must(h.store.Append(t.Context(), "live", h.store.Lease(), []practice.Event{{V: 1, CallID: "live", Seq: 1, Kind: practice.KindTraineeTurn, Data: data}}))
	h.endedCall("ended", "It never came.", "Oh no.")
	<-m.inside
	fmt.Println("now")
	<-t.Context().Done() // never in time
}

func TestKilledServerLosesNothingAndGradesOnce(t *testing.T) {
	dir := t.TempDir()
	victim := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$", "-test.v")
	victim.Env = append(os.Environ(), victimFolder+"="+dir)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	ready := false
	for !ready && lines.Scan() {
		ready = lines.Text() == "now"
	}
	if err := victim.Process.Kill(); err != nil || !ready {
		t.Fatalf("the victim was not ready: %v", err)
	}
	if err := victim.Wait(); err == nil {
		t.Fatal("the victim ended by itself")
	}

	m := &marker{}
	h := open(t, dir, jobs.Config{Grader: m}) // the folder is free at once
	cut, err := h.store.CutLive(t.Context(), start())
	h.must(err)
	if len(cut) != 1 || cut[0] != "live" {
		t.Errorf("cut %v", cut)
	}
	events, err := h.store.Events(t.Context(), "live")
	h.must(err)
	if len(events) != 2 || events[1].Kind != practice.KindCallEnded {
		t.Errorf("the live call's events: %+v", events)
	}
	h.begin()
	for _, id := range []practice.CallID{"ended", "live"} {
		h.await(id, practice.GradeDone)
		if n, err := h.store.GradeCount(t.Context(), id); err != nil || n != 1 {
			t.Errorf("call %s has %d grades, %v", id, n, err)
		}
	}
	h.stop()
	if m.calls() != 2 {
		t.Errorf("%d grades were made", m.calls())
	}
}
