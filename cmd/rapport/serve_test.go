package main

import (
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type setup struct {
	Recognizer struct{ OK bool }
	Voice      struct {
		OK   bool
		Name string
	}
	Degraded  []struct{ What, Why, Mend string }
	CallModes []string `json:"call_modes"`
}

func getJSON(t *testing.T, url string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end or failed
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %s", url, res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
}

func TestServeStartsWithNothingInstalledAndStopsWhenTold(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	s := serve(t, home, "--listen", "localhost:0", "--data", "data")
	if !strings.HasPrefix(s.url, "http://localhost:") {
		t.Errorf("ready at %s; browsers allow the microphone on http://localhost only", s.url)
	}
	if got := rapport(t, home, "", "health", "--listen", strings.TrimPrefix(s.url, "http://")); got.code != exitOK {
		t.Errorf("health of a running server: exit status %d\n%s", got.code, got.err)
	}
	var have setup
	getJSON(t, s.url+"/api/setup", &have)
	if have.Voice.OK || have.Recognizer.OK || !slices.Equal(have.CallModes, []string{"typed"}) {
		t.Errorf("with nothing installed, the setup is %+v", have)
	}
	if len(have.Degraded) == 0 {
		t.Error("nothing is said to be missing")
	}
	for _, d := range have.Degraded {
		if d.Mend != "rapport assets pull" || d.What == "" || d.Why == "" {
			t.Errorf("it is not said what is missing, why, and what mends it: %+v", d)
		}
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("told to stop, it ends with %d", code)
	}
	if !strings.Contains(s.said.String(), "rapport assets pull") {
		t.Errorf("stderr does not say what mends it:\n%s", s.said)
	}
}

func TestServeNamesAPortThatIsTaken(t *testing.T) {
	t.Parallel()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only held
	got := rapport(t, t.TempDir(), "", "serve", "--listen", l.Addr().String(), "--data", "data")
	if got.code != exitBadInput || got.out != "" {
		t.Errorf("exit status %d, want %d; stdout %q", got.code, exitBadInput, got.out)
	}
	for _, words := range []string{l.Addr().String(), "in use", "--listen"} {
		if !strings.Contains(got.err, words) {
			t.Errorf("stderr does not say %q:\n%s", words, got.err)
		}
	}
}

func TestASecondServerLeavesTheFirstOnesDataAlone(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	first := serve(t, home, "--listen", "localhost:0", "--data", "data")
	for _, args := range [][]string{{"serve", "--listen", "localhost:0", "--data", "data"}, {"migrate", "--data", "data"}} {
		got := rapport(t, home, "", args...)
		if got.code != exitBadInput || got.out != "" {
			t.Errorf("%s: exit status %d, want %d; stdout %q", args[0], got.code, exitBadInput, got.out)
		}
		if !strings.Contains(got.err, filepath.Join(home, "data")) || !strings.Contains(got.err, "another") {
			t.Errorf("%s: stderr does not say that another server holds the folder:\n%s", args[0], got.err)
		}
	}
	var have setup
	getJSON(t, first.url+"/api/setup", &have)
	if code := first.stop(); code != exitOK {
		t.Errorf("the first server ends with %d", code)
	}
	serve(t, home, "--listen", "localhost:0", "--data", "data")
}

// damaged is a copy of the installed models in which one file is cut short.
func damaged(t *testing.T, file string) string {
	t.Helper()
	installed := os.Getenv("RAPPORT_ASSETS")
	if installed == "" {
		t.Skip("models are needed: run `rapport assets pull` and set RAPPORT_ASSETS to their folder")
	}
	dir := t.TempDir()
	err := filepath.WalkDir(installed, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(installed, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		switch {
		case d.IsDir() && (rel == "flite" || rel == "kokoro"): // nobody needs them, and one stands in for what is damaged
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(to, 0o750)
		case filepath.ToSlash(rel) != file:
			return os.Symlink(path, to)
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, whole[:len(whole)/2], 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestADamagedModelIsSaidAndCallsGoOnWithoutIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file  string
		voice bool
		modes []string
	}{
		{"hibari/hibari-timed.onnx", false, []string{"typed"}},
		{"silero/silero_vad.onnx", true, []string{"voice", "typed"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			dir := damaged(t, c.file)
			s := serve(t, t.TempDir(), "--listen", "localhost:0", "--data", "data", "--assets", dir)
			var have setup
			getJSON(t, s.url+"/api/setup", &have)
			if have.Voice.OK != c.voice || !slices.Equal(have.CallModes, c.modes) {
				t.Errorf("voice %v and modes %v, want %v and %v", have.Voice.OK, have.CallModes, c.voice, c.modes)
			}
			if len(have.Degraded) != 1 {
				t.Fatalf("one model is damaged, and this is said to be degraded: %+v", have.Degraded)
			}
			d := have.Degraded[0]
			if d.Mend != "rapport assets pull" || !strings.Contains(d.Why, filepath.Base(c.file)) {
				t.Errorf("neither the file nor the command that mends it is named: %+v", d)
			}
			if code := s.stop(); code != exitOK {
				t.Errorf("told to stop, it ends with %d", code)
			}
		})
	}
}

func TestWithoutTheGoodVoiceAPlainOneHoldsTheCall(t *testing.T) {
	t.Parallel()
	installed := os.Getenv("RAPPORT_ASSETS")
	if _, err := os.Stat(filepath.Join(installed, "flite")); installed == "" || err != nil {
		t.Skip("models are needed: run `rapport assets pull` and `rapport assets fetch flite`, and set RAPPORT_ASSETS to their folder")
	}
	if testing.Short() {
		t.Skip("a call in real time")
	}
	dir := t.TempDir()
	for _, sub := range []string{"flite", "minilm", "moonshine", "runtime", "silero", "smart-turn"} {
		if err := os.Symlink(filepath.Join(installed, sub), filepath.Join(dir, sub)); err != nil {
			t.Fatal(err)
		}
	}
	home := t.TempDir()
	s := serve(t, home, "--listen", "localhost:0", "--data", "data", "--assets", dir)
	var have setup
	getJSON(t, s.url+"/api/setup", &have)
	if !have.Voice.OK || have.Voice.Name != "flite" || !slices.Equal(have.CallModes, []string{"voice", "typed"}) {
		t.Errorf("voice %+v and modes %v", have.Voice, have.CallModes)
	}
	if len(have.Degraded) != 1 || !strings.Contains(have.Degraded[0].What, "Flite") || !strings.Contains(have.Degraded[0].Why, "hibari") {
		t.Errorf("it is not said that the plain voice speaks, and why: %+v", have.Degraded)
	}
	got := rapport(t, home, "", "bench", "call", "--turns", "1", "--url", s.url, "--json")
	var report struct {
		Metrics struct {
			Unanswered struct{ N, K int } `json:"unanswered_rate"`
		}
	}
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatalf("%v\n%s%s", err, got.out, got.err)
	}
	if u := report.Metrics.Unanswered; u.N != 1 || u.K != 0 {
		t.Errorf("a spoken turn was not answered aloud: %s", got.out)
	}
}

func TestVerifyFindsADamagedModel(t *testing.T) {
	t.Parallel()
	const file = "silero/silero_vad.onnx"
	got := rapport(t, t.TempDir(), "", "assets", "verify", "--assets", damaged(t, file))
	if got.code != exitMissedBar || !strings.Contains(got.err, file) || !strings.Contains(got.err, "rapport assets pull") {
		t.Errorf("exit status %d, want %d:\n%s", got.code, exitMissedBar, got.err)
	}
}
