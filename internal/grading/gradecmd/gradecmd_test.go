package gradecmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/grading/gradecmd"
	"github.com/rapport-calls/rapport/internal/practice"
)

var update = flag.Bool("update", false, "write the golden files anew")

const call = `{"id":"c1","turns":[
{"speaker":"customer","text":"Where is my parcel? It was for my son's birthday yesterday, this is ridiculous.","start_ms":0,"end_ms":4000},
{"speaker":"trainee","text":"He woke up and there was nothing from you. That's our fault, not yours.","start_ms":4600,"end_ms":8600},
{"speaker":"customer","text":"So what now? I'm sick of calling.","start_ms":9000,"end_ms":11000},
{"speaker":"trainee","text":"I'll send it express tonight. What day would he like it by?","start_ms":11500,"end_ms":15000},
{"speaker":"customer","text":"Saturday. Thank you.","start_ms":15300,"end_ms":16500},
{"speaker":"trainee","text":"I'll ring you tomorrow at noon. Does that work for you?","start_ms":17000,"end_ms":20000}],
"policy":{"can_offer":["expedite"],"goodwill_budget":25,"must_not":["promise_courier_time"]}}`

func oneLineCall() string { return strings.ReplaceAll(call, "\n", "") }

func single(in, format string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = gradecmd.Single(context.Background(), strings.NewReader(in), "file", format, nil, &out, &errs)
	return status, out.String(), errs.String()
}

func TestGolden(t *testing.T) {
	for _, format := range []string{"json", "text"} {
		status, out, errs := single(call, format)
		if status != gradecmd.ExitOK || errs != "" {
			t.Fatalf("status %d: %s", status, errs)
		}
		file := "testdata/call." + format
		if *update {
			if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if out != string(want) {
			t.Errorf("%s changed; look at it, and run with -update if it is meant:\n%s", file, out)
		}
	}
}

func TestEveryKeyIsAlwaysPresent(t *testing.T) {
	for _, in := range []string{call, `{"turns":[{"speaker":"customer","text":"hi"}]}`} {
		_, out, _ := single(in, "json")
		var g map[string]any
		if err := json.Unmarshal([]byte(out), &g); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{
			"schema", "id", "language", "scores.empathy", "scores.active_listening", "scores.deescalation", "scores.professionalism", "scores.resolution", "scores.overall",
			"raw.empathy", "raw.overall", "dimensions.acknowledge.level", "dimensions.close.low", "dimensions.listen.high", "dimensions.deescalate.status", "dimensions.own.reason", "dimensions.discover", "dimensions.resolve",
			"flags", "flag_details", "caps", "abstain", "reasons", "evidence", "floor.talk_share", "floor.talk_overs", "floor.longest_monologue_ms", "floor.response_gap_p50_ms", "floor.dead_air_ms",
			"grader.name", "grader.version", "grader.weights_sha256", "grader.embeddings", "grader.samples",
		} {
			var at any = g
			for key := range strings.SplitSeq(path, ".") {
				m, ok := at.(map[string]any)
				if !ok {
					t.Fatalf("%s: no object above %s", path, key)
				}
				if at, ok = m[key]; !ok {
					t.Errorf("%s is missing", path)
				}
			}
		}
		for _, list := range []string{"flags", "flag_details", "caps", "reasons", "evidence"} {
			if _, ok := g[list].([]any); !ok {
				t.Errorf("%s is no list", list)
			}
		}
	}
}

func TestSingleWritesNothingOnBadInput(t *testing.T) {
	for in, says := range map[string]string{
		`{"turns":[{"speaker":"boss","text":"hi"}]}`: "turns[0].speaker",
		"{\n\n]":  "line 3",
		"":        "no JSON",
		`{"x":1}`: "turns: is missing",
	} {
		status, out, errs := single(in, "json")
		if status != gradecmd.ExitBadInput || out != "" || !strings.Contains(errs, says) {
			t.Errorf("%q: status %d, stdout %q, stderr %q", in, status, out, errs)
		}
	}
	if status, out, _ := single(call, "jsonl"); status != gradecmd.ExitBadInput || out != "" {
		t.Error("jsonl for one transcript")
	}
}

func TestAbstainingIsNoFailure(t *testing.T) {
	status, out, _ := single(`{"turns":[{"speaker":"customer","text":"hi"},{"speaker":"trainee","text":"hello"}]}`, "text")
	if status != gradecmd.ExitOK || !strings.Contains(out, "not graded") {
		t.Errorf("status %d: %s", status, out)
	}
}

func TestUnknownKeysWarn(t *testing.T) {
	if status, out, errs := single(`{"colour":1,"turns":[{"speaker":"customer","text":"hi"}]}`, "json"); status != gradecmd.ExitOK || out == "" || !strings.Contains(errs, `unknown key "colour"`) {
		t.Errorf("status %d, stderr %q", status, errs)
	}
}

func batch(in string, embed gradecmd.Embed) (status int, lines []string, stderr string) {
	var out, errs bytes.Buffer
	status = gradecmd.Batch(context.Background(), strings.NewReader(in), "calls", "jsonl", embed, &out, &errs)
	return status, strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"), errs.String()
}

func TestBatchKeepsOrderAndGradesTheRestOfBadLines(t *testing.T) {
	in := oneLineCall() + "\n" + `{"id":"bad","turns":[{"speaker":"customer","text":"hi"},{"speaker":"x","text":""}]}` + "\n\n" + "{nonsense\n" + strings.Replace(oneLineCall(), `"c1"`, `"c2"`, 1)
	status, lines, _ := batch(in, nil)
	if status != gradecmd.ExitBadInput || len(lines) != 4 {
		t.Fatalf("status %d, %d lines", status, len(lines))
	}
	for i, want := range []string{`"id":"c1"`, `{"line":2,"id":"bad","error":{"field":"turns[1].speaker","message":`, `{"line":4,"id":null,"error":{"field":"","message":"not JSON`, `"id":"c2"`} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %.120s, wanted %s", i+1, lines[i], want)
		}
	}
	again, second, _ := batch(in, nil)
	if again != status || strings.Join(lines, "\n") != strings.Join(second, "\n") {
		t.Error("a second run differs")
	}
}

func TestBatchOfGoodLinesIsWell(t *testing.T) {
	if status, lines, errs := batch(oneLineCall()+"\r\n"+oneLineCall(), nil); status != gradecmd.ExitOK || len(lines) != 2 || errs != "" {
		t.Errorf("status %d, %d lines, %s", status, len(lines), errs)
	}
	if status, _, _ := batch("", nil); status != gradecmd.ExitOK {
		t.Errorf("nothing to grade: status %d", status)
	}
}

// repeat gives the same line n times without holding them.
type repeat struct {
	line string
	n    int
	rest string
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.n == 0 {
			return 0, io.EOF
		}
		r.n--
		r.rest = r.line
	}
	k := copy(p, r.rest)
	r.rest = r.rest[k:]
	return k, nil
}

func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// highest notes the largest heap seen while lines are written.
type highest struct{ lines, mb int }

func (h *highest) Write(p []byte) (int, error) {
	if h.lines++; h.lines%20 == 0 {
		h.mb = max(h.mb, int(heapMB()))
	}
	return len(p), nil
}

func TestBatchStreamsWithFlatMemory(t *testing.T) {
	before := heapMB()
	var h highest
	if status := gradecmd.Batch(context.Background(), &repeat{line: oneLineCall() + "\n", n: 400}, "calls", "jsonl", nil, &h, io.Discard); status != gradecmd.ExitOK {
		t.Fatalf("status %d", status)
	}
	if grown := float64(h.mb) - before; grown > 30 {
		t.Errorf("the heap grew by %.0f MB over 400 calls", grown)
	}
}

func TestFailingEmbeddingsLeaveTheLexicalGrade(t *testing.T) {
	broken := func(context.Context, []string) (map[string][]float32, error) { return nil, errors.New("no model") }
	status, lines, errs := batch(oneLineCall(), broken)
	_, plain, _ := batch(oneLineCall(), nil)
	if status != gradecmd.ExitOK || lines[0] != plain[0] || !strings.Contains(errs, "words alone") {
		t.Errorf("status %d, stderr %q", status, errs)
	}
}

func TestEmbeddingsAreUsedAndSaid(t *testing.T) {
	flat := func(_ context.Context, texts []string) (map[string][]float32, error) {
		out := map[string][]float32{}
		for i, text := range texts {
			v := make([]float32, 384)
			v[i%384] = 1
			out[text] = v
		}
		return out, nil
	}
	_, lines, _ := batch(oneLineCall(), flat)
	var g practice.Grade
	if err := json.Unmarshal([]byte(lines[0]), &g); err != nil || !g.Grader.Embeddings {
		t.Errorf("embeddings %v, %v", g.Grader.Embeddings, err)
	}
}

func TestThousandsOfTurns(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"turns":[`)
	for i := range 3000 {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"speaker":%q,"text":"I'm sorry the parcel is late, what happened on day %d?"}`, []string{"customer", "trainee"}[i%2], i)
	}
	b.WriteString(`]}`)
	if status, out, _ := single(b.String(), "json"); status != gradecmd.ExitOK || out == "" {
		t.Errorf("status %d", status)
	}
}

func TestCheckSaysWhereTheDataIsMissing(t *testing.T) {
	var out, errs bytes.Buffer
	if status := gradecmd.Check(context.Background(), os.DirFS(t.TempDir()), nil, true, nil, &out, &errs); status != gradecmd.ExitBadInput || out.Len() > 0 || !strings.Contains(errs.String(), "epitome.jsonl") {
		t.Errorf("status %d, stderr %s", status, errs.String())
	}
}
