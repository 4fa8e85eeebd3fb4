// Package architecture holds no code: its test keeps the arrows of docs/architecture.md, each with the sentence that
// says why. The linter's depguard guards the same fences while one types; this test also knows the whole graph.
package architecture

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/rapport-calls/rapport/"

// rule says what a room may not import.
type rule struct {
	name  string
	rooms *regexp.Regexp // package paths below the module that the rule is about
	// ours lists the packages of ours that the rooms may import; nil says nothing about ours.
	ours *regexp.Regexp
	// deny lists imports, ours or not, that the rooms may not have.
	deny *regexp.Regexp
	why  string
}

func rules() []rule {
	r := regexp.MustCompile
	return []rule{
		{name: "domain", rooms: r(`^internal/practice$`), ours: r(`^$`), deny: r(`\.`), why: "the domain imports nothing but the standard library, so that every room may import it"},
		{name: "pure-customer", rooms: r(`^internal/customer(/|$)`), ours: r(`^internal/(practice|customer)(/|$)`), deny: r(`^(math/rand(/v2)?|database/sql|net/http|os)$`), why: "the mind is pure: chance is draw(seed, turn, purpose) and time comes in as a number, or replays differ"},
		{name: "pure-floor", rooms: r(`^internal/floor(/|$)`), ours: r(`^internal/(practice|floor)(/|$)`), deny: r(`^(math/rand(/v2)?|database/sql|net/http|os)$`), why: "turn-taking is pure, so that virtual-time tests are the whole truth about it"},
		{name: "pure-grading", rooms: r(`^internal/grading(/|$)`), ours: r(`^internal/(practice|grading)(/|$)`), deny: r(`^(math/rand(/v2)?|database/sql|net/http)$`), why: "a grade that reads the mind is circular; only report sees both"},
		{name: "pure-headroom", rooms: r(`^internal/headroom$`), ours: r(`^internal/practice$`), deny: r(`^(math/rand(/v2)?|net/http|os|runtime)$`), why: "admission is a pure function of what was measured, so that it can be tested in virtual time"},
		{name: "words-room", rooms: r(`^internal/words$`), ours: r(`^internal/(practice|customer)(/|$)`), deny: r(`^(net/http|github.com/sashabaranov/)`), why: "who asks a model knows the customer and a port: which server it is stays in the adapter"},
		{name: "telemetry-adapter", rooms: r(`^internal/telemetry$`), ours: r(`^internal/practice$`), why: "what leaves for a collector is made of practice.TurnTrace, which holds no words"},
		{name: "line-adapters", rooms: r(`^internal/line/`), ours: r(`^internal/(practice|audio|line)(/|$)`), why: "an adapter knows practice and audio, never another adapter"},
		{name: "lines-apart", rooms: r(`^internal/line/(websocket|jitter|outgoing|gain)(/|$)`), deny: r(`^(github.com/pion/|` + module + `internal/line/webrtc)`), why: "a websocket line is for where nothing of WebRTC works; what both kinds of line need stands beside them"},
		{name: "line-tests", rooms: r(`^(cmd|internal)/`), deny: r(`^` + module + `internal/line/linetest$`), why: "the tests that lines are held to are imported by tests alone"},
		{name: "speech-adapters", rooms: r(`^internal/(speech|embed)(/|$)`), ours: r(`^internal/(practice|audio|onnx|speech|embed)(/|$)`), why: "an adapter knows practice, audio and onnx, never another adapter"},
		{name: "storage-adapters", rooms: r(`^internal/(store|recordings|openai)(/|$)`), ours: r(`^internal/(practice|audio|store|recordings|openai)(/|$)`), why: "an adapter knows practice and audio, never another adapter"},
		{name: "wired-in-cmd", rooms: r(`^internal/(server|call|words|jobs|cluster|report|library|account|assets|redact)(/|$)`), deny: r(`^` + module + `internal/(line|speech|embed|openai|store|recordings|onnx|telemetry)(/|$)`), why: "adapters are wired in cmd; the package that needs one declares a port"},
		{name: "bench-outside", rooms: r(`^internal/bench(/|$)`), ours: r(`^internal/(practice|audio|bench|line/[a-z]+/client)(/|$)`), why: "bench measures from outside: it knows the public protocol, its client half and sound, nothing of the engine"},
		{name: "pion-home", rooms: r(`^(cmd|internal/(practice|customer|floor|grading|call|report|library|account|redact|speech|embed|onnx|openai|store|recordings|assets|jobs|cluster|server|bench))(/|$)`), deny: r(`^github.com/(pion/|gorilla/websocket)`), why: "pion and the WebSocket library stay in internal/line and internal/audio, so that they can be changed in one place"},
		{name: "sql-home", rooms: r(`^(cmd|internal/(practice|customer|floor|grading|call|report|library|account|redact|speech|embed|onnx|openai|recordings|assets|cluster|bench|line|audio))(/|$)`), deny: r(`^(database/sql|modernc.org/sqlite)$`), why: "SQL lives in internal/store; jobs and server reach it by ports"},
	}
}

// refusal returns why a package of ours may not import path, or "".
func (r rule) refusal(pkg, path string) string {
	pkg = strings.TrimPrefix(pkg, module)
	if !r.rooms.MatchString(pkg) {
		return ""
	}
	if own, ok := strings.CutPrefix(path, module); ok && r.ours != nil && !r.ours.MatchString(own) {
		return r.why
	}
	if r.deny != nil && r.deny.MatchString(path) {
		return r.why
	}
	return ""
}

func TestImportsFollowTheArrows(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 10 {
		t.Fatalf("only %d packages were listed; this test saw nothing", len(lines))
	}
	for _, line := range lines {
		f := strings.Fields(line)
		for _, path := range f[1:] {
			for _, r := range rules() {
				if why := r.refusal(f[0], path); why != "" {
					t.Errorf("%s imports %s (%s): %s", strings.TrimPrefix(f[0], module), strings.TrimPrefix(path, module), r.name, why)
				}
			}
		}
	}
}

// Each rule has a file under testdata/refused named after it, whose first comment names the room that it pretends to
// be in; every import of it must be refused by that rule.
func TestEveryRuleRefusesItsExample(t *testing.T) {
	for _, r := range rules() {
		name := filepath.Join("testdata", "refused", r.name+".go")
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			t.Errorf("%s needs an example that it refuses: %v", r.name, err)
			continue
		}
		room := strings.TrimPrefix(f.Comments[0].List[0].Text, "// in ")
		if len(f.Imports) == 0 {
			t.Errorf("%s: the example imports nothing", r.name)
		}
		for _, im := range f.Imports {
			path := strings.Trim(im.Path.Value, `"`)
			if r.refusal(module+room, path) == "" {
				t.Errorf("%s lets %s import %s", r.name, room, path)
			}
		}
	}
}
