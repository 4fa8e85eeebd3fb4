package assets

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// archives serves packages from memory in place of a registry and counts what was asked for.
type archives struct {
	bytes map[string][]byte // by package id
	fail  map[string]error
	asked []string
}

func (a *archives) Fetch(_ context.Context, p Package, dir string, progress func(int64)) error {
	a.asked = append(a.asked, p.ID)
	if err := a.fail[p.ID]; err != nil {
		return err
	}
	progress(p.Bytes)
	return os.WriteFile(filepath.Join(dir, p.Archive), a.bytes[p.ID], 0o600)
}

func tgz(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	tw := tar.NewWriter(gz)
	for n, s := range files {
		if err := tw.WriteHeader(&tar.Header{Name: n, Mode: 0o644, Size: int64(len(s))}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), gz.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for n, s := range files {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pin(from, to, content string) File {
	h := sha256.Sum256([]byte(content))
	return File{From: from, To: to, SHA256: hex.EncodeToString(h[:]), Bytes: int64(len(content))}
}

func pack(id string, job Job, archive string, b []byte, files ...File) Package {
	h := sha512.Sum512(b)
	return Package{ID: id, Registry: NPM, Name: id, Version: "1", Archive: archive, Integrity: "sha512-" + base64.StdEncoding.EncodeToString(h[:]), Bytes: int64(len(b)), Job: job, Files: files}
}

func shelf(t *testing.T) (Lock, *archives) {
	t.Helper()
	a := tgz(t, map[string]string{"package/a": "alpha", "package/other": "not wanted"})
	b := zipped(t, map[string]string{"b/in.zip": string(zipped(t, map[string]string{"deep": "beta"})), "b/flat": "flat"})
	c := tgz(t, map[string]string{"package/flat": "flat"})
	l := Lock{Schema: 1, Packages: []Package{
		pack("a", JobRuntime, "a.tgz", a, pin("package/a", "one/a", "alpha")),
		pack("b", JobListen, "b.whl", b, pin("b/in.zip!deep", "two/deep", "beta"), pin("b/flat", "two/flat", "flat")),
		pack("c", JobListen, "c.tgz", c, pin("package/flat", "two/flat", "flat")),
	}}
	l.Packages[2].Fallback = true
	return l, &archives{bytes: map[string][]byte{"a": a, "b": b, "c": c}, fail: map[string]error{}}
}

func TestPullInstallsWhatIsPinnedAndASecondPullFetchesNothing(t *testing.T) {
	l, reg := shelf(t)
	dir := t.TempDir()
	prepared := 0
	u := Puller{Dir: dir, Lock: l, Fetcher: reg, Prepare: []Preparer{{Folder: "one", Prepare: func(string) error { prepared++; return nil }}}}
	if err := u.Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "two", "deep")); err != nil || string(got) != "beta" {
		t.Fatalf("a file of a zip inside an archive: %q, %v", got, err)
	}
	if m := Missing(Verify(dir, l)); len(m) != 0 {
		t.Fatalf("after a pull %s is wrong: %v", m[0].File.To, m[0].Err)
	}
	if strings.Join(reg.asked, " ") != "a b" {
		t.Fatalf("fetched %v; the fall-back is for when it is needed", reg.asked)
	}
	if err := u.Pull(t.Context()); err != nil || len(reg.asked) != 2 || prepared != 2 {
		t.Fatalf("second pull: %v, fetched %v, prepared %d times", err, reg.asked, prepared)
	}
}

func TestPullGoesOnWithoutWhatCannotBeHad(t *testing.T) {
	l, reg := shelf(t)
	reg.fail["b"] = errors.New("no such package")
	dir := t.TempDir()
	err := Puller{Dir: dir, Lock: l, Fetcher: reg}.Pull(t.Context())
	if err == nil || !strings.Contains(err.Error(), "b@1") || strings.Contains(err.Error(), "a@1") {
		t.Fatalf("error should name what is missing and only that: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "two", "flat")); err != nil {
		t.Fatal("the fall-back should have brought two/flat")
	}
	if _, err := os.Stat(filepath.Join(dir, "one", "a")); err != nil {
		t.Fatal("one package's failure should not keep another from being installed")
	}
}

func TestPullAfterAnInterruptionKeepsFinishedArchives(t *testing.T) {
	l, reg := shelf(t)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	u := Puller{Dir: dir, Lock: l, Fetcher: reg, Progress: func(p Progress) {
		if p.Package.ID == "b" {
			cancel()
			reg.fail["b"] = context.Canceled
		}
	}}
	if err := u.Pull(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped pull should say so: %v", err)
	}
	reg.fail = map[string]error{}
	u.Progress = nil
	if err := u.Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	if strings.Join(reg.asked, " ") != "a b b" {
		t.Fatalf("fetched %v: a was finished and should not come again", reg.asked)
	}
}

func TestTamperedBytesAreRefused(t *testing.T) {
	l, reg := shelf(t)
	reg.bytes["a"] = tgz(t, map[string]string{"package/a": "evil!"})
	dir := t.TempDir()
	err := Puller{Dir: dir, Lock: l, Fetcher: reg}.Pull(t.Context())
	if !errors.Is(err, practice.ErrInvalid) {
		t.Fatalf("want a checksum error, got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "one", "a")); err == nil {
		t.Fatal("nothing of a wrong archive may be installed")
	}
}

func TestVerifyNamesTheCommandThatMends(t *testing.T) {
	l, reg := shelf(t)
	dir := t.TempDir()
	if err := (Puller{Dir: dir, Lock: l, Fetcher: reg}).Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(string) error{
		"corrupt":   func(n string) error { return os.WriteFile(n, []byte("alphb"), 0o600) },
		"truncated": func(n string) error { return os.Truncate(n, 2) },
		"missing":   os.Remove,
	} {
		if err := spoil(filepath.Join(dir, "one", "a")); err != nil {
			t.Fatal(err)
		}
		m := Missing(Verify(dir, l))
		if len(m) != 1 || !strings.Contains(m[0].Err.Error(), "rapport assets pull") {
			t.Errorf("%s: %v", name, m)
		}
	}
}

func TestBundleCarriesEverythingAndNothingElse(t *testing.T) {
	l, reg := shelf(t)
	from, to := t.TempDir(), t.TempDir()
	if err := (Puller{Dir: from, Lock: l, Fetcher: reg}).Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Bundle(from, l, &b); err != nil {
		t.Fatal(err)
	}
	if err := Unbundle(bytes.NewReader(b.Bytes()), to, l); err != nil {
		t.Fatal(err)
	}
	if m := Missing(Verify(to, l)); len(m) != 0 {
		t.Fatalf("unbundled %s is wrong: %v", m[0].File.To, m[0].Err)
	}
	bad := tgz(t, map[string]string{"../outside": "x"})
	if err := Unbundle(bytes.NewReader(bad), to, l); !errors.Is(err, practice.ErrInvalid) {
		t.Fatalf("a bundle that writes elsewhere: %v", err)
	}
	if err := Unbundle(bytes.NewReader(tgz(t, nil)), t.TempDir(), l); err == nil || !strings.Contains(err.Error(), "not whole") {
		t.Fatalf("a bundle that brings nothing: %v", err)
	}
	if err := Unbundle(bytes.NewReader(b.Bytes()[:b.Len()/2]), t.TempDir(), l); !errors.Is(err, practice.ErrInvalid) && (err == nil || !strings.Contains(err.Error(), "bundle")) {
		t.Fatalf("a bundle that was cut short: %v", err)
	}
	if err := Unbundle(strings.NewReader("not gzip"), to, l); err == nil {
		t.Fatal("a file that is no bundle should be refused")
	}
}

func TestTheLockIsWholeForEveryPlatform(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/arm64", "darwin/amd64"} {
		l, err := parseLock(lockJSON, platform)
		if err != nil {
			t.Fatal(err)
		}
		jobs := map[Job]bool{}
		for _, p := range l.Packages {
			jobs[p.Job] = true
			if p.Licence == "" || p.Purpose == "" || p.Integrity == "" || p.Bytes == 0 {
				t.Errorf("%s: licence, purpose, integrity and size belong in the lock", p.ID)
			}
		}
		for _, j := range []Job{JobRuntime, JobRecognise, JobListen, JobSpeak, JobEmbed} {
			if !jobs[j] {
				t.Errorf("%s: nothing does %s", platform, j)
			}
		}
	}
	if _, err := parseLock([]byte(`{"schema":1,"packages":[{"files":[{"to":"../x"}]}]}`), "linux/amd64"); err == nil {
		t.Error("a lock that writes outside its folder should be refused")
	}
}
