package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/rapport-calls/rapport/internal/assets"
	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/studio"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
)

type voicesCmd struct {
	List   voicesListCmd   `cmd:"" help:"List the speakers."`
	Say    voicesSayCmd    `cmd:"" help:"Speak a text into a WAV file."`
	Render voicesRenderCmd `cmd:"" help:"Render customers' sentences ahead with studio voices; stop and start it as you like."`
}

type voicesListCmd struct{}

// Run lists who can speak, with which families of voices, and what of them is here.
func (voicesListCmd) Run(s *Settings, st *streams) error {
	l, err := openLibrary(s)
	if err != nil {
		return err
	}
	has := func(string) bool { return false }
	if _, err := os.Stat(studioFolder(s)); err == nil {
		store, err := studio.OpenStore(studioFolder(s), studioMost)
		if err != nil {
			return err
		}
		has = store.Has
	}
	w := tabwriter.NewWriter(st.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "SPEAKER\tSOUNDS LIKE\tCUSTOMER\tSTUDIO VOICE")
	for _, v := range synthesize.Voices() {
		who, ahead := "", "none"
		if synthesize.HasStudio(v.Name) {
			ahead = "not rendered"
		}
		for _, sc := range l.shown {
			if sc.Persona.Voice.Speaker != v.Name {
				continue
			}
			p := studioPart(l.entries[sc.Slug])
			n := 0
			for _, key := range p.Keys(synthesize.KokoroModel) {
				if has(key) {
					n++
				}
			}
			who, ahead = string(sc.Slug), fmt.Sprintf("%d of %d sentences rendered", n, len(p.Lines))
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", v.Name, v.Says, who, ahead)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	here := func(ok bool, fetch string) string {
		if ok {
			return "here"
		}
		return "not here: rapport assets " + fetch
	}
	base, err := assets.ReadLock()
	if err != nil {
		return err
	}
	plain, err := assets.ReadSet(assets.SetFlite)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(st.out, `
hibari, the live voice: %s
kokoro, studio voices rendered ahead for calls whose words are all authored: %s
flite, a plain voice that stands in when hibari's files are missing or broken: %s
`, here(assets.Installed(s.Assets, base, assets.JobSpeak) == nil, "pull"), here(studioInstalled(s), "fetch kokoro"), here(assets.Installed(s.Assets, plain, assets.JobPlain) == nil, "fetch flite"))
	return err
}

type voicesSayCmd struct {
	Text    string  `arg:"" help:"What to say."`
	Out     string  `short:"o" help:"WAV file to write, 48 kHz mono." required:"" type:"path" placeholder:"FILE"`
	Speaker string  `help:"Who says it; see rapport voices list." default:"hibari/woman"`
	Heat    float64 `help:"How angry, 0 to 10." default:"3"`
	Pace    float64 `help:"How fast; 1 is the speaker's own pace." default:"1"`
	Seed    uint64  `help:"Makes the voice's noise repeatable." default:"1"`
}

// Run speaks clause by clause as a call does.
func (c *voicesSayCmd) Run(ctx context.Context, s *Settings, st *streams) (err error) {
	m := openModels(s, st.log)
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.speaks == nil {
		return fmt.Errorf("there is no voice: run `rapport assets pull`: %w", practice.ErrUnavailable)
	}
	var pcm []int16
	for _, clause := range practice.Clauses(c.Text) {
		sp, err := m.speaks.Synthesize(ctx, practice.SpeechRequest{Text: clause, Speaker: c.Speaker, Pace: c.Pace, Heat: int(c.Heat * 100), Seed: c.Seed}, practice.PriorityBackground)
		if err != nil {
			return err
		}
		pcm = append(pcm, sp.PCM...)
		pcm = append(pcm, make([]int16, sp.PauseMS*practice.SampleRateOut/1000)...)
	}
	f, err := os.CreateTemp(filepath.Dir(c.Out), ".rapport-say-*")
	if err != nil {
		return fmt.Errorf("write the sound: %w", err)
	}
	if err := errors.Join(audio.WriteWAV(f, audio.Clip{PCM: pcm, Rate: practice.SampleRateOut, Channels: 1}), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write the sound: %w", err), os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), c.Out)
}
