package studio

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// tone is a live voice that hums each word for 200 ms at a pitch of its own.
type tone struct{ asked []string }

func (v *tone) Synthesize(_ context.Context, r practice.SpeechRequest, _ practice.Priority) (practice.Speech, error) {
	v.asked = append(v.asked, r.Text)
	var s practice.Speech
	for i, w := range strings.Fields(r.Text) {
		at := int64(i * 200)
		s.Words = append(s.Words, practice.Word{Text: w, StartMS: at, EndMS: at + 200, Confidence: 1})
		for n := range 200 * practice.SampleRateOut / 1000 {
			s.PCM = append(s.PCM, int16(6000*math.Sin(2*math.Pi*float64(150+50*len(w))*float64(n)/practice.SampleRateOut)))
		}
	}
	s.PauseMS = 300
	return s, nil
}

const model = "test"

// rendering is a voice whose part is rendered but for the last so many sentences.
func rendering(t *testing.T, p Part, missing int) (*Voice, *tone, *Store) {
	t.Helper()
	store, err := OpenStore(filepath.Join(t.TempDir(), "studio"), 10<<20)
	if err != nil {
		t.Fatal(err)
	}
	live := &tone{}
	for _, l := range p.Lines[:len(p.Lines)-missing] {
		sp, err := live.Synthesize(context.Background(), l, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Put(Key(model, l), sp); err != nil {
			t.Fatal(err)
		}
	}
	live.asked = nil
	return NewVoice(store, live, model), live, store
}

func part() Part {
	return NewPart("hibari/warm-man", 1.05, []Line{
		{"[sighs] I ordered it two weeks ago, and it never came. Where is it?", 600},
		{"Where is it? [pause] Tell me.", 300},
		{"Mm-hm.", 200},
		{"—", 200},
	})
}

func TestAPartHoldsEachSentenceOnceWithoutMarks(t *testing.T) {
	var said []string
	for _, l := range part().Lines {
		said = append(said, l.Text)
	}
	if want := []string{"I ordered it two weeks ago, and it never came.", "Where is it?", "Tell me.", "Mm-hm."}; !slices.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
}

func TestNobodyIsCastUntilEverySentenceIsRendered(t *testing.T) {
	v, _, _ := rendering(t, part(), 1)
	if _, err := v.Cast("x", part()); !errors.Is(err, practice.ErrUnavailable) || !strings.Contains(err.Error(), "3 of 4") {
		t.Errorf("%v", err)
	}
	if _, err := v.Synthesize(context.Background(), practice.SpeechRequest{Text: "Tell me.", Speaker: Family + "x"}, 0); !errors.Is(err, practice.ErrInvalid) {
		t.Errorf("%v", err)
	}
}

func TestRenderedSentencesAreSpokenWithTheirMarksAndNothingElseIs(t *testing.T) {
	v, live, store := rendering(t, part(), 0)
	speaker, err := v.Cast("x", part())
	if err != nil || !v.Knows(speaker) {
		t.Fatal(speaker, err)
	}
	say := func(text string, heat int) (practice.Speech, error) {
		return v.Synthesize(context.Background(), practice.SpeechRequest{Text: text, Speaker: speaker, Heat: heat}, 0)
	}
	s, err := say("[breath] Where is it? [sighs]", 600)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	last := int64(0)
	for _, w := range s.Words {
		words = append(words, w.Text)
		if w.StartMS < last {
			t.Errorf("%+v after %d", w, last)
		}
		last = w.EndMS
	}
	if got := strings.Join(words, " "); got != "[breath] Where is it? [sighs]" {
		t.Errorf("words %q", got)
	}
	if !slices.Equal(live.asked, []string{"[breath]", "[sighs]"}) {
		t.Errorf("the live voice was asked for %q", live.asked)
	}
	// A sentence that follows another may be written with a small letter after a cut line.
	if _, err := say("where is it?", 600); err != nil {
		t.Error(err)
	}
	calm, err := say("Where is it?", 0)
	if err != nil {
		t.Fatal(err)
	}
	hot, err := say("Where is it?", 1000)
	if err != nil {
		t.Fatal(err)
	}
	if got := audio.DBFS(hot.PCM) - audio.DBFS(calm.PCM); math.Abs(got-1.7) > .1 {
		t.Errorf("furious is %.2f dB louder than calm", got)
	}
	plain, _ := (&tone{}).Synthesize(context.Background(), practice.SpeechRequest{Text: "Where is it?"}, 0)
	if len(plain.PCM) != len(hot.PCM) || math.Abs(audio.DBFS(plain.PCM)-audio.DBFS(calm.PCM)) > 2.5 {
		t.Errorf("%d samples at %.1f dBFS, rendered were %d at %.1f", len(hot.PCM), audio.DBFS(calm.PCM), len(plain.PCM), audio.DBFS(plain.PCM))
	}
	if _, err := say("So you'll ring me by four?", 600); !errors.Is(err, practice.ErrNotFound) {
		t.Errorf("a sentence that was not rendered: %v", err)
	}
	// A damaged one is no sound, and is rendered again next time.
	key := Key(model, part().Lines[1])
	file, err := os.ReadFile(store.path(key))
	if err != nil {
		t.Fatal(err)
	}
	file[len(file)-1] ^= 1
	if err := os.WriteFile(store.path(key), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := say("Where is it?", 600); !errors.Is(err, practice.ErrNotFound) || store.Has(key) {
		t.Errorf("a damaged sentence: %v", err)
	}
}

func TestTheFolderIsBoundedAndSwept(t *testing.T) {
	dir := t.TempDir()
	store, err := OpenStore(dir, 9000)
	if err != nil {
		t.Fatal(err)
	}
	live := &tone{}
	full := 0
	keep := map[string]bool{}
	for i := range 20 {
		r := practice.SpeechRequest{Text: strings.Repeat("word ", i+1)}
		sp, _ := live.Synthesize(context.Background(), r, 0)
		switch err := store.Put(Key(model, r), sp); {
		case errors.Is(err, ErrFull):
			full++
		case err != nil:
			t.Fatal(err)
		case i == 0:
			keep[Key(model, r)] = true
		}
	}
	if full == 0 {
		t.Error("there was room for everything")
	}
	again, err := OpenStore(dir, 9000)
	if err != nil || again.size != store.size || again.size > 9000 {
		t.Errorf("%d bytes, %d when opened again: %v", store.size, again.size, err)
	}
	if n, err := again.Sweep(keep); err != nil || n < 1 || !again.Has(Key(model, practice.SpeechRequest{Text: "word "})) {
		t.Errorf("swept %d: %v", n, err)
	}
	if n, err := again.Sweep(nil); err != nil || n != 1 || again.size != 0 {
		t.Errorf("swept %d, %d bytes left: %v", n, again.size, err)
	}
}

func TestTheKeyIsAllThatTheSoundDependsOn(t *testing.T) {
	base := practice.SpeechRequest{Text: "a", Speaker: "b", Pace: 1, Heat: 300, Seed: 1}
	keys := map[string]bool{Key(model, base): true}
	for _, change := range []func(*practice.SpeechRequest){
		func(r *practice.SpeechRequest) { r.Text = "c" }, func(r *practice.SpeechRequest) { r.Speaker = "c" },
		func(r *practice.SpeechRequest) { r.Pace = 1.1 }, func(r *practice.SpeechRequest) { r.Heat = 301 },
	} {
		r := base
		change(&r)
		keys[Key(model, r)] = true
	}
	keys[Key("other", base)] = true
	if len(keys) != 6 {
		t.Errorf("%d names for six sounds", len(keys))
	}
	base.Seed++
	if !keys[Key(model, base)] {
		t.Error("the seed of the call changes the name")
	}
}
