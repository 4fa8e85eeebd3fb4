package synthesize

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

func TestStudioVoiceSpeaksEveryWordInItsTime(t *testing.T) {
	dir := filepath.Join(speechtest.Assets(t), "kokoro")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the studio voices are needed: run `rapport assets fetch kokoro`")
	}
	if err := PrepareKokoro(dir); err != nil {
		t.Fatal(err)
	}
	rt, pool := speechtest.Runtime(t), speechtest.Pool(t)
	h, err := Open(rt, pool, filepath.Join(speechtest.Assets(t), "hibari"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	k, err := OpenKokoro(rt, pool, h, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	const text = "No, order 4471 never came."
	s, err := k.Synthesize(context.Background(), practice.SpeechRequest{Text: text, Speaker: "hibari/lower-woman", Heat: 300}, practice.PriorityBackground)
	if err != nil {
		t.Fatal(err)
	}
	written := make([]string, len(s.Words))
	last := int64(0)
	for i, w := range s.Words {
		written[i] = w.Text
		if w.StartMS < last || w.EndMS < w.StartMS+40 {
			t.Errorf("word %+v after %d ms", w, last)
		}
		last = w.EndMS
	}
	if got := strings.Join(written, " "); got != text {
		t.Errorf("words %q", got)
	}
	if end := int64(len(s.PCM)) * 1000 / practice.SampleRateOut; last > end || end-last > 400 {
		t.Errorf("the last word ends at %d of %d ms", last, end)
	}
	if got := audio.LUFS(s.PCM, practice.SampleRateOut); math.Abs(got+19) > 1.5 {
		t.Errorf("%.1f LUFS", got)
	}
	if _, err := k.Synthesize(context.Background(), practice.SpeechRequest{Text: "Hello.", Speaker: "hibari/parrot"}, practice.PriorityBackground); !errors.Is(err, practice.ErrNotFound) {
		t.Errorf("unknown speaker: %v", err)
	}
	if _, err := k.Synthesize(context.Background(), practice.SpeechRequest{Text: "—", Speaker: "hibari/lower-woman"}, practice.PriorityBackground); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("nothing to say: %v", err)
	}
}

func TestEveryCustomerHasAStudioVoiceOfItsOwn(t *testing.T) {
	whose := map[string]string{}
	for _, s := range studio() {
		m, err := mannerOf(s.name)
		if err != nil || m.pitch == 0 {
			t.Errorf("%s is no speaker: %v", s.name, err)
		}
		if other, ok := whose[s.style]; ok && other != person(s.name) {
			t.Errorf("%s and %s share a studio voice", other, s.name)
		}
		whose[s.style] = person(s.name)
	}
	if len(studio()) != 17 {
		t.Errorf("%d customers, not 17", len(studio()))
	}
}
