package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBenchFloorRefusesWhatItCannotDo(t *testing.T) {
	home := t.TempDir()
	for want, args := range map[string][]string{
		"--trials must be at least 1":      {"--trials", "0"},
		"to --merge only":                  {home},
		"cannot be had together":           {"--merge", home, "--curve"},
		"no folder that bench floor --out": {"--merge", home},
		"choose one of":                    {"--json", "--markdown"},
		"run `rapport assets pull`":        {},
	} {
		got := rapport(t, home, "", append([]string{"bench", "floor"}, args...)...)
		code := exitBadInput
		if len(args) == 0 {
			code = exitNoMeasure
		}
		if got.code != code || !strings.Contains(got.err, want) || got.out != "" {
			t.Errorf("%v: exit %d, %s", args, got.code, got.err)
		}
	}
}

// A minute of two calls at once: every situation once, then the same figures again from the folder.
func TestBenchFloorMeasuresRealCalls(t *testing.T) {
	installed := os.Getenv("RAPPORT_ASSETS")
	if installed == "" {
		t.Skip("models are needed: run `rapport assets pull` and set RAPPORT_ASSETS to their folder")
	}
	if testing.Short() {
		t.Skip("this takes minutes")
	}
	home := t.TempDir()
	out := filepath.Join(home, "run")
	got := rapport(t, home, "", "--assets", installed, "bench", "floor", "--trials", "1", "--calls", "2", "--out", out, "--json")
	if got.code != exitOK && got.code != exitNoMeasure { // on a busy machine a single trial may be void
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	type rate struct{ N, K, Void int }
	var r struct {
		Metrics map[string]json.RawMessage
		Partial bool
	}
	if err := json.Unmarshal([]byte(got.out), &r); err != nil {
		t.Fatalf("%v: %s", err, got.err)
	}
	for _, name := range []string{"yield_rate", "backchannel_talk_through", "noise_talk_through", "echo_talk_through", "cutoff_rate", "dictation_cutoff_rate"} {
		var x rate
		if err := json.Unmarshal(r.Metrics[name], &x); err != nil || x.N+x.Void != 1 {
			t.Errorf("%s: %s of one trial", name, r.Metrics[name])
		}
	}
	if r.Partial {
		t.Errorf("stopped early: %s", got.err)
	}
	again := rapport(t, home, "", "bench", "floor", "--merge", out, "--json")
	var merged struct{ Metrics map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(again.out), &merged); err != nil {
		t.Fatalf("%v: %s", err, again.err)
	}
	for name, v := range r.Metrics {
		if string(v) != string(merged.Metrics[name]) {
			t.Errorf("%s is %s, and %s from the folder", name, v, merged.Metrics[name])
		}
	}
	for _, f := range []string{"turns.jsonl", "run.json", "call-01.wav", "call-02.wav"} {
		if s, err := os.Stat(filepath.Join(out, f)); err != nil || s.Size() == 0 {
			t.Errorf("%s: %v", f, err)
		}
	}
}
