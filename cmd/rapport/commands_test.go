package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const goodCall = `{"id":"c1","turns":[
 {"speaker":"customer","text":"My parcel is late again and nobody can tell me why."},
 {"speaker":"trainee","text":"That is two days you stayed in for nothing. What is the parcel for?"},
 {"speaker":"customer","text":"It is for my son's birthday on Saturday."},
 {"speaker":"trainee","text":"Then Saturday is what counts. Our depot left it standing on Monday, and that is our mistake."},
 {"speaker":"customer","text":"All right. So what happens now?"},
 {"speaker":"trainee","text":"I will send a second one by express today, and ring you tomorrow at ten to tell you where it is."}]}`

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

// What is wrong must be said on stderr in words that name the place, with nothing on stdout, and the right status.
func TestBadInputIsSaidPlainlyAndGivesItsStatus(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	write(t, home, "a-file", "no folder")
	write(t, home, "speaker.json", `{"turns":[{"speaker":"customer","text":"Hello?"},{"speaker":"agent","text":"Hello."}]}`)
	write(t, home, "index.json", `{"turns":[{"index":4,"speaker":"trainee","text":"Hello."}]}`)
	write(t, home, "comma.json", "{\"turns\":[\n{\"speaker\":\"trainee\",\n\"text\":}]}")
	write(t, home, "none.json", `{"id":"x"}`)
	write(t, home, "good.json", oneLine(goodCall))
	write(t, home, "telepathy.yaml", "endpoint: telepathy\n")
	write(t, home, "misspelt.yaml", "workers: 1\nendpiont: pauses\n")
	write(t, home, "list.yaml", "endpoint: [pauses]\n")
	write(t, home, "open.yaml", "endpoint: \"pauses\n")
	for _, c := range []struct {
		name  string
		args  []string
		stdin string
		code  int
		says  []string
	}{
		{name: "unknown command", args: []string{"sing"}, code: exitBadInput, says: []string{"sing", "rapport --help"}},
		{name: "unknown flag", args: []string{"serve", "--loud"}, code: exitBadInput, says: []string{"unknown flag --loud", "rapport --help"}},
		{name: "unknown log level", args: []string{"config", "--log-level", "loud"}, code: exitBadInput, says: []string{"--log-level", "debug"}},
		{name: "unknown endpoint", args: []string{"serve", "--endpoint", "telepathy"}, code: exitBadInput, says: []string{"--endpoint", "pauses"}},
		{name: "unknown endpoint in a file", args: []string{"config", "--config", "telepathy.yaml"}, code: exitBadInput, says: []string{"endpoint", "pauses"}},
		{name: "misspelt setting", args: []string{"config", "--config", "misspelt.yaml"}, code: exitBadInput, says: []string{"misspelt.yaml:2:1", `"endpiont"`, "rapport config"}},
		{name: "a list for one value", args: []string{"config", "--config", "list.yaml"}, code: exitBadInput, says: []string{"list.yaml:1:", "endpoint takes one value"}},
		{name: "settings that are no YAML", args: []string{"config", "--config", "open.yaml"}, code: exitBadInput, says: []string{"open.yaml", "not YAML"}},
		{name: "open to others", args: []string{"serve", "--listen", "0.0.0.0:0"}, code: exitBadInput, says: []string{"0.0.0.0:0", "no accounts", "localhost"}},
		{name: "no address", args: []string{"serve", "--listen", "here"}, code: exitBadInput, says: []string{`"here"`, "HOST:PORT"}},
		{name: "data is a file", args: []string{"serve", "--listen", "localhost:0", "--data", "a-file"}, code: exitBadInput, says: []string{"a-file", "--data"}},
		{name: "data is in a file", args: []string{"serve", "--listen", "localhost:0", "--data", "a-file/data"}, code: exitBadInput, says: []string{"a-file", "--data"}},
		{name: "migrate in a file", args: []string{"migrate", "--data", "a-file"}, code: exitBadInput, says: []string{"a-file", "--data"}},
		{name: "no transcript", args: []string{"grade"}, code: exitBadInput, says: []string{"--transcript", "--batch"}},
		{name: "two transcripts", args: []string{"grade", "--transcript", "good.json", "--batch", "good.json"}, code: exitBadInput, says: []string{"not both"}},
		{name: "transcript gone", args: []string{"grade", "--transcript", "gone.json"}, code: exitBadInput, says: []string{"gone.json"}},
		{name: "unknown speaker", args: []string{"grade", "--transcript", "speaker.json"}, code: exitBadInput, says: []string{"turns[1].speaker", `"agent"`}},
		{name: "wrong index", args: []string{"grade", "--transcript", "index.json"}, code: exitBadInput, says: []string{"turns[0].index"}},
		{name: "no JSON", args: []string{"grade", "--transcript", "comma.json"}, code: exitBadInput, says: []string{"line 3"}},
		{name: "no turns", args: []string{"grade", "--transcript", "none.json"}, code: exitBadInput, says: []string{"turns"}},
		{name: "no JSON on stdin", args: []string{"grade", "--transcript", "-"}, stdin: "hello", code: exitBadInput, says: []string{"stdin", "line 1"}},
		{name: "format of one", args: []string{"grade", "--transcript", "good.json", "--format", "jsonl"}, code: exitBadInput, says: []string{"--format"}},
		{name: "no labelled data", args: []string{"grade", "check"}, code: exitBadInput, says: []string{"--data"}},
		{name: "no data to fit", args: []string{"grade", "fit"}, code: exitBadInput, says: []string{"--data"}},
		{name: "fit on nothing", args: []string{"grade", "fit", "--data", "."}, code: exitBadInput, says: []string{"rapport grade"}},
		{name: "unknown persona", args: []string{"persona", "chat", "nobody"}, code: exitBadInput, says: []string{`"nobody"`}},
		{name: "no model to check", args: []string{"model", "check"}, code: exitBadInput, says: []string{"--llm-base-url", "--llm-model"}},
		{name: "a model and no server", args: []string{"model", "check", "--llm-model", "m"}, code: exitBadInput, says: []string{"--llm-base-url"}},
		{name: "a key in the address", args: []string{"model", "check", "--llm-base-url", "http://u:canary@localhost:1/v1", "--llm-model", "m"}, code: exitBadInput, says: []string{"holds a name, a key"}},
		{name: "a header that is none", args: []string{"model", "check", "--llm-base-url", "http://localhost:1/v1", "--llm-model", "m", "--llm-header", "x"}, code: exitBadInput, says: []string{"Name: value"}},
		{name: "a key file that is gone", args: []string{"model", "check", "--llm-base-url", "http://localhost:1/v1", "--llm-model", "m", "--llm-key-file", "gone.txt"}, code: exitBadInput, says: []string{"gone.txt", "--llm-key-file"}},
		{name: "a model that is not there", args: []string{"model", "check", "--llm-base-url", "http://localhost:1/v1", "--llm-model", "m"}, code: exitNoMeasure, says: []string{"localhost:1 cannot be reached"}},
		{name: "a limit below zero", args: []string{"model", "check", "--llm-base-url", "http://localhost:1/v1", "--llm-model", "m", "--llm-call-tokens=-5"}, code: exitBadInput, says: []string{"below zero"}},
		{name: "a limit in money without prices", args: []string{"model", "check", "--llm-base-url", "http://localhost:1/v1", "--llm-model", "m", "--llm-call-money", "0.1"}, code: exitBadInput, says: []string{"--llm-price-in", "--llm-call-tokens"}},
		{name: "replay without calls", args: []string{"persona", "replay", "abc", "--data", "gone"}, code: exitBadInput, says: []string{"gone", "--data"}},
		{name: "chat without a model", args: []string{"persona", "chat", "late-birthday-parcel", "--no-model", "--model"}, code: exitBadInput, says: []string{"--llm-base-url"}},
		{name: "bench of nothing", args: []string{"bench", "call", "--turns", "0"}, code: exitBadInput, says: []string{"--turns"}},
		{name: "bench with no models", args: []string{"bench", "call", "--turns", "2", "--log-level", "error"}, code: exitNoMeasure, says: []string{"rapport assets pull"}},
		{name: "a voice with no models", args: []string{"voices", "say", "--out", "x.wav", "Hello."}, code: exitNoMeasure, says: []string{"rapport assets pull"}},
		{name: "models missing", args: []string{"assets", "verify"}, code: exitMissedBar, says: []string{"hibari", "rapport assets pull"}},
		{name: "bundle of nothing", args: []string{"assets", "bundle", "x.tar.gz"}, code: exitNoMeasure, says: []string{"rapport assets pull"}},
		{name: "bundle gone", args: []string{"assets", "pull", "--from", "gone.tar.gz"}, code: exitBadInput, says: []string{"gone.tar.gz"}},
		{name: "no server", args: []string{"health", "--listen", "localhost:1"}, code: exitUnexpected, says: []string{"no server answers at localhost:1"}},
		{name: "no pair of words", args: []string{"speech", "wer"}, stdin: "hello", code: exitBadInput, says: []string{"pair 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := rapport(t, home, c.stdin, c.args...)
			if got.code != c.code {
				t.Errorf("exit status %d, want %d", got.code, c.code)
			}
			if got.out != "" {
				t.Errorf("stdout has %q, want nothing", got.out)
			}
			for _, words := range c.says {
				if !strings.Contains(got.err, words) {
					t.Errorf("stderr does not say %q:\n%s", words, got.err)
				}
			}
			if strings.Contains(got.err, "panic") || strings.Contains(got.err, "goroutine ") {
				t.Errorf("stderr shows the inside of the program:\n%s", got.err)
			}
		})
	}
}

func TestABadScenarioIsPlacedToLineAndColumn(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	write(t, home, "personas/broken/scenario.yaml", "slug: broken\ntitle: A title\ndifficulty: [1\n")
	write(t, home, "personas/broken/lines.yaml", "lines: []\n")
	for _, args := range [][]string{
		{"persona", "chat", "late-birthday-parcel", "--personas", "personas"},
		{"serve", "--listen", "localhost:0", "--data", "data", "--personas", "personas"},
	} {
		got := rapport(t, home, "", args...)
		if got.code != exitBadInput || got.out != "" {
			t.Errorf("%s: exit status %d, want %d; stdout %q", args[0], got.code, exitBadInput, got.out)
		}
		if !strings.Contains(got.err, "broken/scenario.yaml:3:") {
			t.Errorf("%s: stderr does not place the mistake in broken/scenario.yaml:3:COLUMN:\n%s", args[0], got.err)
		}
	}
}

func TestGradeWritesOneGradeAndNothingElse(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	for _, c := range []struct {
		name, in string
		abstain  bool
	}{
		{"a whole call", goodCall, false},
		{"too little to grade", `{"id":"c1","turns":[{"speaker":"trainee","text":"Hello."}]}`, true},
		{"an unknown key", `{"id":"c1","mood":"blue","turns":[{"speaker":"trainee","text":"Hello."}]}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := rapport(t, home, c.in, "grade", "--transcript", "-")
			if got.code != exitOK {
				t.Fatalf("exit status %d, want 0:\n%s", got.code, got.err)
			}
			var g struct {
				Schema  string
				ID      string
				Abstain bool
				Reasons []struct{ Code, Message string }
			}
			if err := json.Unmarshal([]byte(got.out), &g); err != nil {
				t.Fatalf("stdout is not one JSON value: %v\n%s", err, got.out)
			}
			if g.Schema != "rapport.grade/1" || g.ID != "c1" || g.Abstain != c.abstain || c.abstain != (len(g.Reasons) > 0) {
				t.Errorf("graded as %+v", g)
			}
			if strings.Contains(c.in, "mood") != strings.Contains(got.err, `unknown key "mood"`) {
				t.Errorf("stderr warns of what is not there, or not of what is:\n%s", got.err)
			}
		})
	}
}

func TestABatchGradesWhatItCanAndNamesWhatItCannot(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	good := oneLine(goodCall)
	lines := []string{good, `{"id":"b","turns":[{"speaker":"customer","text":"Hi."},{"speaker":"trainee","text":"Hi."},{"speaker":"boss","text":"Hi."}]}`, "no json", good}
	batch := write(t, home, "calls.jsonl", strings.Join(lines, "\n")+"\n")
	got := rapport(t, home, "", "grade", "--batch", batch, "--format", "jsonl")
	if got.code != exitBadInput {
		t.Errorf("exit status %d, want %d", got.code, exitBadInput)
	}
	out := strings.Split(strings.TrimSpace(got.out), "\n")
	if len(out) != len(lines) {
		t.Fatalf("%d lines out for %d lines in:\n%s", len(out), len(lines), got.out)
	}
	type line struct {
		Schema string
		Line   int
		Error  *struct{ Field, Message string }
	}
	all := make([]line, len(out))
	for i, text := range out {
		if err := json.Unmarshal([]byte(text), &all[i]); err != nil {
			t.Fatalf("line %d is not JSON: %v\n%s", i+1, err, text)
		}
	}
	for _, i := range []int{0, 3} {
		if all[i].Schema != "rapport.grade/1" || all[i].Error != nil {
			t.Errorf("line %d is not graded: %s", i+1, out[i])
		}
	}
	if e := all[1]; e.Line != 2 || e.Error == nil || e.Error.Field != "turns[2].speaker" {
		t.Errorf("line 2 does not name turns[2].speaker: %s", out[1])
	}
	if e := all[2]; e.Line != 3 || e.Error == nil || e.Error.Message == "" {
		t.Errorf("line 3 does not say what is wrong: %s", out[2])
	}
	if out[0] != out[3] {
		t.Error("the same call is graded in two ways in one batch")
	}
}

// An upgrade may run migrate as another user than the server: what is left to serve's start would then fail there.
func TestMigrateMakesTheTablesOfCallsAndOfJobs(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	if got := rapport(t, home, "", "migrate", "--data", "data"); got.code != exitOK || got.out != "" {
		t.Fatalf("exit status %d: %s%s", got.code, got.out, got.err)
	}
	schema, err := os.ReadFile(filepath.Join(home, "data", "rapport.db")) // SQLite keeps it as text
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"CREATE TABLE calls", "CREATE TABLE river_job"} {
		if !bytes.Contains(schema, []byte(table)) {
			t.Errorf("no %s", table)
		}
	}
}

func TestSettingsComeFromFlagThenVariableThenFile(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	write(t, home, ".config/rapport/rapport.yaml", "endpoint: words\npatience: longer\nmax-calls: 3\nlog-level: warn\ndrain: 7s\n")
	got := rapport(t, home, "", "config")
	for _, line := range []string{"endpoint: words\n", "patience: longer\n", "max-calls: 3\n", "log-level: warn\n", "drain: 7s\n"} {
		if got.code != exitOK || !strings.Contains(got.out, line) {
			t.Errorf("the file in the configuration folder does not give %q (exit status %d):\n%s%s", line, got.code, got.out, got.err)
		}
	}
	cmd := program(t.Context(), t, home, "config", "--patience", "normal")
	cmd.Env = append(cmd.Env, "RAPPORT_ENDPOINT=audio", "RAPPORT_PATIENCE=much-longer")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "endpoint: audio\n") || !strings.Contains(string(out), "patience: normal\n") {
		t.Errorf("not flag before variable before file: %v\n%s", err, out)
	}
	help := rapport(t, home, "", "serve", "--help")
	for _, found := range regexp.MustCompile(`(?m)^\s+(?:-\w, |    )?--(?:\[no-\])?([a-z-]+)`).FindAllStringSubmatch(help.out, -1) {
		if name := found[1]; name != "help" && name != "config" && !strings.Contains("\n"+got.out, "\n"+name+":") {
			t.Errorf("config does not print --%s of serve", name)
		}
	}
	given := rapport(t, home, "", "config", "--endpoint", "pauses", "--workers", "1")
	back := rapport(t, t.TempDir(), "", "config", "--config", write(t, home, "printed.yaml", given.out))
	if back.code != exitOK || back.out != given.out {
		t.Errorf("what config prints cannot be given back to it:\n%s%s", back.out, back.err)
	}
}
