// Command reverted proves that tests can fail: for each file of a folder it takes a fix out of the source again, and
// demands that the test named there then fails, of its own judgement and not because nothing compiles. The source itself
// is not touched: the go command is given the changed files as an overlay.
//
// A file names the bug and its test, and what to change, each text standing exactly once in its source file:
//
//	bug: the line in the list of bugs
//	test: TestName
//	file: path from the module's root
//	--- fixed
//	text
//	--- reverted
//	text
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// most is how long one test may take, its building included.
const most = "5m"

func main() {
	if len(os.Args) != 3 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: reverted PACKAGE FOLDER")
		os.Exit(2)
	}
	if err := prove(os.Stdout, os.Args[1], os.Args[2]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "reverted:", err)
		os.Exit(1)
	}
}

// patch is one fix taken out.
type patch struct {
	name, bug, test string
	edits           []edit
}

type edit struct{ file, fixed, reverted string }

func prove(out io.Writer, pkg, folder string) error {
	names, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(names) == 0 {
		return fmt.Errorf("no patches in %s: %w", folder, errors.Join(err, os.ErrNotExist))
	}
	var patches []patch
	tests := map[string]bool{}
	for _, name := range names {
		p, err := read(name)
		if err != nil {
			return err
		}
		patches = append(patches, p)
		tests[p.test] = true
	}
	var all []string
	for t := range tests {
		all = append(all, t)
	}
	if said, err := run(pkg, "", all...); err != nil {
		return fmt.Errorf("the tests do not pass as it is: %w\n%s", err, said)
	}
	for t := range tests {
		if said, _ := run(pkg, "", t); !strings.Contains(said, "--- PASS: "+t+" ") {
			return fmt.Errorf("there is no test %s in %s", t, pkg)
		}
	}
	var failed []error
	for _, p := range patches {
		began := time.Now()
		verdict := "fails without its fix"
		if err := p.prove(pkg); err != nil {
			verdict = err.Error()
			failed = append(failed, fmt.Errorf("%s: %w", p.name, err))
		}
		if _, err := fmt.Fprintf(out, "%-16s %-52s %-58s %s (%.0f s)\n", p.name, p.bug, p.test, verdict, time.Since(began).Seconds()); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}

// read reads a patch.
func read(name string) (patch, error) {
	b, err := os.ReadFile(name) //nolint:gosec // named on the command line
	if err != nil {
		return patch{}, err
	}
	p := patch{name: strings.TrimSuffix(filepath.Base(name), ".txt")}
	var into *string
	for line := range strings.Lines(string(b)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		last := len(p.edits) - 1
		switch {
		case strings.HasPrefix(line, "--- fixed") && last >= 0:
			into = &p.edits[last].fixed
		case strings.HasPrefix(line, "--- reverted") && last >= 0:
			into = &p.edits[last].reverted
		case key == "file":
			p.edits = append(p.edits, edit{file: value})
			into = nil
		case into != nil:
			*into += line
		case key == "bug":
			p.bug = value
		case key == "test":
			p.test = value
		default:
			return patch{}, fmt.Errorf("%s: line %q is not known", name, line)
		}
	}
	for i := range p.edits { // a text ends where its last line does
		e := &p.edits[i]
		e.fixed, e.reverted = strings.TrimSuffix(e.fixed, "\n"), strings.TrimSuffix(e.reverted, "\n")
	}
	if p.bug == "" || p.test == "" || len(p.edits) == 0 {
		return patch{}, fmt.Errorf("%s: it needs a bug, a test and a file", name)
	}
	return p, nil
}

// prove takes the fix out and demands that the test fails.
func (p patch) prove(pkg string) error {
	dir, err := os.MkdirTemp("", "reverted")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	sources := map[string]string{}
	for _, e := range p.edits {
		src, ok := sources[e.file]
		if !ok {
			b, err := os.ReadFile(e.file)
			if err != nil {
				return err
			}
			src = string(b)
		}
		if n := strings.Count(src, e.fixed); n != 1 || e.fixed == "" {
			return fmt.Errorf("the patch does not apply: its text stands %d times in %s", n, e.file)
		}
		sources[e.file] = strings.Replace(src, e.fixed, e.reverted, 1)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for file, src := range sources {
		there, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		here := filepath.Join(dir, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(here, []byte(src), 0o600); err != nil {
			return err
		}
		overlay.Replace[there] = here
	}
	b, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return err
	}
	switch said, err := run(pkg, path, p.test); {
	case err == nil:
		return errors.New("THE TEST STILL PASSES")
	case strings.Contains(said, "[build failed]") || strings.Contains(said, "[setup failed]"):
		return fmt.Errorf("the reverted source does not compile:\n%s", said)
	case strings.Contains(said, "panic: ") || !strings.Contains(said, "--- FAIL: "+p.test+" "):
		return fmt.Errorf("the test fails in another way than by its own judgement:\n%s", said)
	}
	return nil
}

// run runs tests and returns what was said.
func run(pkg, overlay string, tests ...string) (string, error) {
	args := []string{"test", "-vet=off", "-v", "-count=1", "-timeout", most, "-run", "^(" + strings.Join(tests, "|") + ")$"}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.Command("go", append(args, pkg)...) //nolint:gosec,noctx // the go command, bounded by its own timeout
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	return said.String(), err
}
