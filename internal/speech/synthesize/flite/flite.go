// Package flite is the plain voice that speaks when the good one's files are missing: Flite (Carnegie Mellon, a small
// classic synthesiser), compiled to WebAssembly and run by wazero, so that nothing native has to be installed.
package flite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/speech/synthesize"
	"github.com/rapport-calls/rapport/internal/speech/synthesize/reader"
)

const (
	moduleFile = "flite.wasm"
	patience   = 300 * time.Millisecond // when a clause should be ready
	soundFile  = "said.wav"
)

// Voice speaks with Flite. Any number of goroutines may use it; the work runs in the inference pool, each piece in a
// machine of its own that has nothing but one empty folder.
type Voice struct {
	pool    *onnx.Pool
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// Open loads the voice from dir, its assets folder. Missing or damaged files give an error that wraps
// practice.ErrUnavailable.
func Open(ctx context.Context, pool *onnx.Pool, dir string) (*Voice, error) {
	path := filepath.Join(dir, moduleFile)
	if err := onnx.CheckFile(path); err != nil {
		return nil, fmt.Errorf("open the plain voice: %w", err)
	}
	code, err := os.ReadFile(path) //nolint:gosec // the assets folder is the operator's own
	if err != nil {
		return nil, fmt.Errorf("open the plain voice: %w", onnx.Unusable(path, err))
	}
	v := &Voice{pool: pool, runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(true).WithMemoryLimitPages(mostPages))}
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, v.runtime); err == nil {
		v.module, err = v.runtime.CompileModule(ctx, code)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the plain voice: %w", onnx.Unusable(path, err)), v.runtime.Close(ctx))
	}
	return v, nil
}

// mostPages bounds the memory of one machine: 128 MB in pages of 64 KB.
const mostPages = 2048

// Name is how the voice is called where it is chosen or recorded.
func (v *Voice) Name() string { return "flite" }

// Close frees the machine.
func (v *Voice) Close() error { return v.runtime.Close(context.Background()) }

// Synthesize speaks one clause as synthesize.Hibari does, with the nearest of Flite's four speakers. It has no breath:
// sighs and breaths are short silences. Word times are estimated: Flite tells when each sound of a stretch between two
// pauses ends, and the words of the stretch share it by their letters.
func (v *Voice) Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error) {
	if n := utf8.RuneCountInString(r.Text); n > synthesize.MaxText {
		return practice.Speech{}, fmt.Errorf("text of %d characters is too long to speak at once; give at most %d, clause by clause: %w",
			n, synthesize.MaxText, practice.ErrInvalid)
	}
	d, err := synthesize.DeliveryOf(r)
	if err != nil {
		return practice.Speech{}, err
	}
	var out practice.Speech
	err = v.pool.Do(ctx, p, time.Now().Add(patience), func() error {
		var err error
		out, err = v.speak(ctx, r, d)
		return err
	})
	if err != nil {
		return practice.Speech{}, fmt.Errorf("speak: %w", err)
	}
	return out, nil
}

// markMS is the silence that stands for a sigh or a breath, and for a pause.
const markMS, pauseMS = 250, 500

func (v *Voice) speak(ctx context.Context, r practice.SpeechRequest, d synthesize.Delivery) (practice.Speech, error) {
	out := practice.Speech{PauseMS: synthesize.PauseAfter(r.Text)}
	for _, part := range synthesize.Passages(r.Text) {
		at := int64(len(out.PCM)) * 1000 / practice.SampleRateOut
		if part.Mark {
			ms := int64(markMS)
			if part.Text == practice.MarkPause {
				ms = pauseMS
			}
			out.PCM = append(out.PCM, make([]int16, ms*practice.SampleRateOut/1000)...)
			out.Words = append(out.Words, practice.Word{Text: part.Text, StartMS: at, EndMS: at + ms, Confidence: 1})
			continue
		}
		pcm, words, err := v.words(ctx, part.Text, r.Speaker, d)
		if err != nil {
			return out, err
		}
		for i := range words {
			words[i].StartMS += at
			words[i].EndMS += at
		}
		out.PCM = append(out.PCM, pcm...)
		out.Words = append(out.Words, words...)
	}
	return out, nil
}

// words speaks text without marks.
func (v *Voice) words(ctx context.Context, text, speaker string, d synthesize.Delivery) ([]int16, []practice.Word, error) {
	chunks := reader.Say(text)
	said := sayable(chunks)
	if said == "" {
		words := make([]practice.Word, len(chunks))
		for i, c := range chunks {
			words[i] = practice.Word{Text: c.Written, Confidence: 1}
		}
		return nil, words, nil
	}
	wave, sounds, err := v.run(ctx, said, voiceOf(speaker), d.Pace)
	if err != nil {
		return nil, nil, err
	}
	pcm, offsetMS := synthesize.Finish(wave, d.LoudLUFS)
	return pcm, share(chunks, sounds, offsetMS, int64(len(pcm))*1000/practice.SampleRateOut), nil
}

// sayable is what Flite is given to read: numbers, dates and codes as words, so that both voices read them alike.
func sayable(chunks []reader.Chunk) string {
	var b strings.Builder
	letters := false
	for _, c := range chunks {
		for _, s := range c.Said {
			if s.Kind != reader.KindMark && b.Len() > 0 {
				b.WriteByte(' ')
			}
			letters = letters || s.Kind != reader.KindMark
			b.WriteString(strings.ReplaceAll(s.Text, "\x00", ""))
		}
	}
	if !letters {
		return ""
	}
	return b.String()
}

// voiceOf is Flite's speaker that is least unlike one of ours.
func voiceOf(speaker string) string {
	name := speaker[strings.LastIndexByte(speaker, '/')+1:]
	switch {
	case name == "" || strings.HasSuffix(name, "woman") || strings.Contains(name, "woman-"):
		return "slt"
	case name == "older-man", name == "light-man", name == "warm-man":
		return "awb"
	case name == "young-man", name == "level-man":
		return "kal16"
	}
	return "rms"
}

// run lets Flite read text: its wave at 24 kHz, and when each of its sounds ends.
func (v *Voice) run(ctx context.Context, text, speaker string, pace float64) ([]float32, []segment, error) {
	dir, err := os.MkdirTemp("", "rapport-flite-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a folder for the plain voice: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // temporary
	var told bytes.Buffer
	config := wazero.NewModuleConfig().WithName("").WithStdout(&told).
		WithArgs("flite", "-voice", speaker, "-psdur", "-s", "duration_stretch="+strconv.FormatFloat(1/pace, 'f', 3, 64), "-t", text, "-o", "/"+soundFile).
		WithFSConfig(wazero.NewFSConfig().WithDirMount(dir, "/"))
	machine, err := v.runtime.InstantiateModule(ctx, v.module, config)
	if machine != nil {
		defer machine.Close(ctx) //nolint:errcheck // it has ended
	}
	if err != nil {
		return nil, nil, fmt.Errorf("flite: %w", err)
	}
	f, err := os.Open(filepath.Join(dir, soundFile)) //nolint:gosec // our own temporary folder
	if err != nil {
		return nil, nil, fmt.Errorf("flite said nothing: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	clip, err := audio.ReadWAV(f)
	if err != nil {
		return nil, nil, fmt.Errorf("read flite's sound: %w", err)
	}
	pcm, err := audio.ResampleClip(clip.PCM, clip.Rate, synthesize.WaveRate)
	if err != nil {
		return nil, nil, err
	}
	wave := make([]float32, len(pcm))
	for i, s := range pcm {
		wave[i] = float32(s) / 32768
	}
	return wave, segments(told.String()), nil
}
