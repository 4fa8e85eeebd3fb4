package recordings_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/recordings"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const id = practice.CallID("0123456789abcdef0123456789abcdef")

func open(t *testing.T, dir string) (*recordings.Archive, []practice.CallID) {
	t.Helper()
	a, found, err := recordings.Open(t.Context(), dir)
	if err != nil || found.Left != nil {
		t.Fatal(err, found.Left)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a, found.Calls
}

// speak plays seconds of a tone on one voice after the other's, and tells the clock.
func speak(t *testing.T, take *recordings.Take, ticks int64) {
	t.Helper()
	for tick := range ticks {
		if tick < ticks/2 {
			take.Trainee(tick*audio.FrameIn, tone(audio.FrameIn, 16000))
		} else {
			take.Customer(tick*audio.FrameOut, tone(audio.FrameOut, 48000))
		}
		if err := take.Advance(tick + 1); err != nil {
			t.Fatal(err)
		}
	}
}

func tone(n int, rate float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(12000 * math.Sin(2*math.Pi*400*float64(i)/rate)) // whole periods a frame
	}
	return pcm
}

func TestRecordingIsKeptOnTheCallClock(t *testing.T) {
	a, _ := open(t, t.TempDir())
	take, err := a.Begin(id, audio.RecordingTags{Title: "A parcel", Persona: "Maya"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Begin(id, audio.RecordingTags{}); !errors.Is(err, practice.ErrConflict) {
		t.Errorf("a second recording of the same call: %v", err)
	}
	if ok, err := a.HasSound(t.Context(), id); ok || err != nil {
		t.Errorf("sound while it is being recorded: %v, %v", ok, err)
	}
	speak(t, take, 100)
	if err := take.Close(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if take.Lost() != 0 { // all of it fits the queue, however slow the disk
		t.Errorf("%d pieces were lost", take.Lost())
	}
	sound, when, err := a.Sound(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer sound.Close() //nolint:errcheck // only read
	if when.IsZero() {
		t.Error("no time of writing")
	}
	ogg, err := audio.OpenOgg(sound)
	if err != nil {
		t.Fatal(err)
	}
	if ogg.Cut() || ogg.Len() != 100*audio.FrameOut || ogg.Channels() != 2 {
		t.Errorf("cut %v, %d samples, %d channels", ogg.Cut(), ogg.Len(), ogg.Channels())
	}
	peaks, err := a.Peaks(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(peaks.Trainee) != 100 || peaks.Trainee[20] < 0.2 || peaks.Trainee[80] > 0.05 || peaks.Customer[20] > 0.05 || peaks.Customer[80] < 0.2 {
		t.Errorf("%d peaks: trainee %v and %v, customer %v and %v", len(peaks.Trainee),
			peaks.Trainee[20], peaks.Trainee[80], peaks.Customer[20], peaks.Customer[80])
	}
}

// A call's clock paces a recording; whatever comes faster than the disk takes it is dropped and counted, never waited for,
// and the recording still ends, as long as the call was. What was dropped is encoded as silence.
func TestRecordingOfUnpacedSoundStillEnds(t *testing.T) {
	a, _ := open(t, t.TempDir())
	take, err := a.Begin(id, audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	const minute = 60 * audio.PeaksRate
	speak(t, take, minute)
	if err := take.Close(t.Context(), minute); err != nil {
		t.Fatal(err)
	}
	p, err := a.Peaks(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	heard := 0
	for i := range p.Trainee {
		if p.Trainee[i] > 0.1 || p.Customer[i] > 0.1 {
			heard++
		}
	}
	if len(p.Trainee) != minute || heard < 300 { // the queue alone holds more
		t.Errorf("%d of %d frames, %d with sound, %d dropped", len(p.Trainee), minute, heard, take.Lost())
	}
}

func TestSoundCanBeReadFromTheMiddle(t *testing.T) {
	a, _ := open(t, t.TempDir())
	take, err := a.Begin(id, audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	speak(t, take, 60)
	if err := take.Close(t.Context(), 60); err != nil {
		t.Fatal(err)
	}
	sound, _, err := a.Sound(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer sound.Close() //nolint:errcheck // only read
	all, err := io.ReadAll(sound)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sound.Seek(500, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(sound)
	if err != nil || !bytes.Equal(rest, all[500:]) {
		t.Errorf("%d bytes from byte 500 of %d, %v", len(rest), len(all), err)
	}
}

// A killed server leaves its live files as they were; copying them to another folder is the same sight.
func TestKilledServerLosesLessThanASecondOfSound(t *testing.T) {
	dir, killed := t.TempDir(), t.TempDir()
	a, _ := open(t, dir)
	take, err := a.Begin(id, audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	speak(t, take, 200)
	waitForBytes(t, filepath.Join(dir, "live", string(id)+".peaks"), 8+4*175)
	if err := os.CopyFS(filepath.Join(killed, "live"), os.DirFS(filepath.Join(dir, "live"))); err != nil {
		t.Fatal(err)
	}
	after, salvaged := open(t, killed)
	if len(salvaged) != 1 || salvaged[0] != id {
		t.Fatalf("salvaged %v", salvaged)
	}
	sound, _, err := after.Sound(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer sound.Close() //nolint:errcheck // only read
	ogg, err := audio.OpenOgg(sound)
	if err != nil {
		t.Fatal(err)
	}
	if !ogg.Cut() || ogg.Len() < 150*audio.FrameOut {
		t.Errorf("cut %v, %d of %d samples", ogg.Cut(), ogg.Len(), 200*audio.FrameOut)
	}
	if peaks, err := after.Peaks(t.Context(), id); err != nil || len(peaks.Customer) < 150 {
		t.Errorf("%d peaks, %v", len(peaks.Customer), err)
	}
	if err := take.Close(t.Context(), 200); err != nil {
		t.Fatal(err)
	}
}

// waitForBytes waits until the writer, which runs beside the test, has written that much.
func waitForBytes(t *testing.T, path string, n int64) {
	t.Helper()
	for t.Context().Err() == nil {
		if info, err := os.Stat(path); err == nil && info.Size() >= n {
			return
		}
	}
}

func TestErasureLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	a, _ := open(t, dir)
	take, err := a.Begin(id, audio.RecordingTags{})
	if err != nil {
		t.Fatal(err)
	}
	if err := take.Close(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing and says nothing
		if err := a.Erase(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := a.Sound(t.Context(), id); !errors.Is(err, practice.ErrNotFound) {
		t.Errorf("sound after erasure: %v", err)
	}
	if _, err := a.Peaks(t.Context(), id); !errors.Is(err, practice.ErrNotFound) {
		t.Errorf("peaks after erasure: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(files) != 0 {
		t.Errorf("left: %v, %v", files, err)
	}
}

// A trainee may delete a call the moment it has ended, while its sound is still on its way into the bucket.
func TestErasureDuringTheMoveLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	a, _ := open(t, dir)
	for range 20 {
		take, err := a.Begin(id, audio.RecordingTags{})
		if err != nil {
			t.Fatal(err)
		}
		speak(t, take, 40)
		closed := make(chan error, 1)
		go func() { closed <- take.Close(t.Context(), 40) }()
		for err == nil { // until the first of its files has moved
			_, err = os.Stat(filepath.Join(dir, "live", string(id)+".peaks"))
		}
		if err := errors.Join(a.Erase(t.Context(), id), <-closed); err != nil {
			t.Fatal(err)
		}
		if left, err := filepath.Glob(filepath.Join(dir, "*", string(id)+"*")); err != nil || len(left) != 0 {
			t.Fatalf("left: %v, %v", left, err)
		}
	}
}

func TestSoundThatCannotBeKeptSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	a, _ := open(t, dir)
	if err := os.Remove(filepath.Join(dir, "live")); err != nil {
		t.Fatal(err)
	}
	_, err := a.Begin(id, audio.RecordingTags{})
	if !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "without keeping sound") {
		t.Errorf("%v", err)
	}
}

func TestIDThatWouldEscapeTheFolderIsRefused(t *testing.T) {
	a, _ := open(t, t.TempDir())
	for _, bad := range []practice.CallID{"", "..", "../../etc/passwd", "a/b", `a\b`, "a\x00b", "a.ogg"} {
		if _, err := a.Begin(bad, audio.RecordingTags{}); !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("begin %q: %v", bad, err)
		}
		if _, _, err := a.Sound(t.Context(), bad); !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("sound %q: %v", bad, err)
		}
		if err := a.Erase(t.Context(), bad); !errors.Is(err, practice.ErrInvalid) {
			t.Errorf("erase %q: %v", bad, err)
		}
	}
}

func TestASoundThatCannotBeMovedKeepsNobodyFromTheRest(t *testing.T) {
	dir := t.TempDir()
	live, kept := filepath.Join(dir, "live"), filepath.Join(dir, "recordings")
	for _, d := range []string{live, filepath.Join(kept, "stuck.ogg")} { // a folder stands where the sound should go
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"stuck.ogg", "fine.ogg"} {
		if err := os.WriteFile(filepath.Join(live, name), []byte("sound"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(kept, "stuck.ogg", "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a, found, err := recordings.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // the test is over
	if found.Left == nil || len(found.Calls) != 1 || found.Calls[0] != "fine" {
		t.Fatalf("%+v", found)
	}
	if _, err := os.Stat(filepath.Join(live, "stuck.ogg")); err != nil {
		t.Fatalf("what could not be moved is gone: %v", err)
	}
}
