package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asProgram makes this test binary be rapport, so that tests meet the program as a user does: a process with
// arguments, an exit status and three streams.
const asProgram = "TEST_BINARY_IS_RAPPORT"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// program is rapport in a folder of its own, with no setting from the machine that the tests run on.
func program(ctx context.Context, t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Dir = home
	cmd.Env = []string{asProgram + "=1", "HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + home}
	return cmd
}

type outcome struct {
	code     int
	out, err string
}

// rapport runs the program to its end.
func rapport(t *testing.T, home, stdin string, args ...string) outcome {
	t.Helper()
	cmd := program(t.Context(), t, home, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// served is a running server.
type served struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	rest chan string // what came on stdout after the ready line, once it has ended
	said *bytes.Buffer
}

// serve starts the program's server and waits until it can take calls.
func serve(t *testing.T, home string, args ...string) *served {
	t.Helper()
	// A context of its own: the test's is cancelled before cleanups run, and the server should be asked first.
	cmd := program(context.WithoutCancel(t.Context()), t, home, append([]string{"serve", "--drain", "1s"}, args...)...)
	s := &served{t: t, cmd: cmd, rest: make(chan string, 1), said: &bytes.Buffer{}}
	cmd.Stderr = s.said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the server was never ready: %v\n%s", err, s.said)
	}
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ok {
		t.Errorf("the first line on stdout is %q, not ready URL", line)
	}
	s.url = url
	go func() {
		b, _ := io.ReadAll(r) // the pipe ends with the process
		s.rest <- string(b)
	}()
	t.Cleanup(func() { s.stop() })
	return s
}

// stop asks the server to end and gives its exit status; what it said may be read then.
func (s *served) stop() int {
	if s.cmd.ProcessState == nil {
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Errorf("ask the server to stop: %v", err)
		}
		kill := time.AfterFunc(time.Minute, func() { _ = s.cmd.Process.Kill() })
		defer kill.Stop()
		if rest := <-s.rest; rest != "" {
			s.t.Errorf("stdout goes on after the ready line: %q", rest)
		}
		_ = s.cmd.Wait() // the exit status is what is looked at
	}
	return s.cmd.ProcessState.ExitCode()
}

// write makes a file in the folder and gives its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
