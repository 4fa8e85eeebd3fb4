package flite

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openFlite(t *testing.T) *Voice {
	t.Helper()
	dir := filepath.Join(speechtest.Assets(t), "flite")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the plain voice is needed: run `rapport assets fetch flite`")
	}
	v, err := Open(context.Background(), speechtest.Pool(t), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func TestPlainVoiceSpeaksEveryWordOnceLevelledAndTimed(t *testing.T) {
	v := openFlite(t)
	for _, speaker := range []string{"hibari/lower-woman", "hibari/older-man", "hibari/young-man", "hibari/rough-man", ""} {
		const text = "[sighs] I ordered 4471 two weeks ago, and nobody can tell me 😀 where it is."
		s, err := v.Synthesize(context.Background(), practice.SpeechRequest{Text: text, Speaker: speaker, Heat: 300}, practice.PriorityReply)
		if err != nil {
			t.Fatal(err)
		}
		written := make([]string, len(s.Words))
		last := int64(0)
		for i, w := range s.Words {
			written[i] = w.Text
			if w.StartMS < last || w.EndMS < w.StartMS || w.EndMS > int64(len(s.PCM))*1000/practice.SampleRateOut {
				t.Errorf("%s: word %+v after %d ms", speaker, w, last)
			}
			last = w.EndMS
		}
		if got := strings.Join(written, " "); got != text {
			t.Errorf("%s: words %q", speaker, got)
		}
		if got := audio.LUFS(s.PCM, practice.SampleRateOut); math.Abs(got+19) > 1.5 {
			t.Errorf("%s: %.1f LUFS", speaker, got)
		}
		// "ago," and "and" stand on either side of a pause.
		const perMS = practice.SampleRateOut / 1000
		if gap := s.Words[7].StartMS - s.Words[6].EndMS; gap < 60 {
			t.Errorf("%s: only %d ms between two clauses", speaker, gap)
		} else if db := audio.DBFS(s.PCM[(s.Words[6].EndMS+30)*perMS : (s.Words[7].StartMS-20)*perMS]); db > -35 {
			t.Errorf("%s: the pause between two clauses is at %.0f dBFS", speaker, db)
		}
		if s.PauseMS != 300 {
			t.Errorf("%s: pause of %d ms", speaker, s.PauseMS)
		}
	}
}

func TestPlainVoiceFollowsHeatAndRefusesWhatItCannot(t *testing.T) {
	v := openFlite(t)
	say := func(r practice.SpeechRequest) (practice.Speech, error) {
		return v.Synthesize(context.Background(), r, practice.PriorityReply)
	}
	calm, err := say(practice.SpeechRequest{Text: "I have called you three times."})
	if err != nil {
		t.Fatal(err)
	}
	hot, err := say(practice.SpeechRequest{Text: "I have called you three times.", Heat: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(hot.PCM) >= len(calm.PCM) {
		t.Errorf("furious lasts %d samples, calm %d", len(hot.PCM), len(calm.PCM))
	}
	for _, text := range []string{"", "   ", "😀", "—", "-o x --help", "\x00\x01", "你好"} {
		if s, err := say(practice.SpeechRequest{Text: text}); err != nil || len(s.PCM) > 4*practice.SampleRateOut {
			t.Errorf("%q: %d samples, %v", text, len(s.PCM), err)
		}
	}
	if _, err := say(practice.SpeechRequest{Text: "Hello.", Speaker: "hibari/parrot"}); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("an unknown speaker: %v", err)
	}
	if _, err := say(practice.SpeechRequest{Text: strings.Repeat("too long ", 200)}); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("too long a text: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Synthesize(ctx, practice.SpeechRequest{Text: "Hello."}, practice.PriorityReply); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled request: %v", err)
	}
}

func TestMissingOrDamagedPlainVoiceSaysWhatToDo(t *testing.T) {
	pool := speechtest.Pool(t)
	dir := t.TempDir()
	for _, damaged := range []bool{false, true} {
		if damaged {
			if err := os.WriteFile(filepath.Join(dir, moduleFile), []byte("not a module"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if v, err := Open(context.Background(), pool, dir); !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "rapport assets") {
			t.Errorf("damaged %v: %v, %v", damaged, v, err)
		}
	}
}
