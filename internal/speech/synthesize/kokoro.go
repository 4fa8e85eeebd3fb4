package synthesize

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Files of the studio voices' folder.
const (
	kokoroParts  = 4
	kokoroPart   = "part-%d.bin"
	kokoroFile   = "kokoro-timed.onnx" // derived: the parts joined, with the phonemes' lengths as one more output
	kokoroStyles = "voices"
)

const (
	kokoroLengths  = "/encoder/Clip_output_0" // the inner value that holds each phoneme's length in frames
	kokoroHop      = 600                      // samples of a frame at 24 kHz
	kokoroMaxIDs   = 400                      // trained on fewer than 510; the quality falls before
	styleSize      = 256
	styleRows      = 510 // one for each length of text
	kokoroPatience = time.Hour
)

// KokoroModel names the model in what depends on its exact sound, such as a cache.
const KokoroModel = "kokoro-82m-v1.0-int8"

// PrepareKokoro makes the derived file in dir, the studio voices' folder, once.
func PrepareKokoro(dir string) error {
	var model []byte
	for i := range kokoroParts {
		name := filepath.Join(dir, fmt.Sprintf(kokoroPart, i+1))
		if err := onnx.CheckFile(name); err != nil {
			return err
		}
		part, err := os.ReadFile(name) //nolint:gosec // the assets folder is the operator's own
		if err != nil {
			return fmt.Errorf("prepare the studio voices: %w", err)
		}
		model = append(model, part...)
	}
	timed, err := withOutput(model, kokoroLengths)
	if err != nil {
		return fmt.Errorf("prepare the studio voices: %w", err)
	}
	name := filepath.Join(dir, kokoroFile)
	if st, err := os.Stat(name); err == nil && st.Size() == int64(len(timed)) {
		return nil
	}
	return onnx.WriteWhole(name, timed)
}

// Kokoro speaks with the Kokoro model: a studio's sound at twice the time that it lasts or worse, so it is for rendering
// ahead. It reads with Hibari's reader, since both models were trained on the same phonemes, and stands on Hibari's files.
type Kokoro struct {
	pool   *onnx.Pool
	voice  *Hibari
	model  *onnx.Session
	styles map[string][]float32 // by Kokoro's name
}

// OpenKokoro loads the model from dir, where PrepareKokoro must have run. voice lends its reader and is not closed.
func OpenKokoro(rt *onnx.Runtime, pool *onnx.Pool, voice *Hibari, dir string) (*Kokoro, error) {
	k := &Kokoro{pool: pool, voice: voice, styles: map[string][]float32{}}
	for _, s := range studio() {
		if k.styles[s.style] != nil {
			continue
		}
		style, err := openStyle(filepath.Join(dir, kokoroStyles, s.style+".bin"))
		if err != nil {
			return nil, fmt.Errorf("open the studio voices: %w", err)
		}
		k.styles[s.style] = style
	}
	var err error
	k.model, err = rt.Session(filepath.Join(dir, kokoroFile), []string{"tokens", "style", "speed"}, []string{"audio", kokoroLengths}, onnx.Options{})
	if err != nil {
		return nil, fmt.Errorf("open the studio voices: %w", err)
	}
	return k, nil
}

func openStyle(path string) ([]float32, error) {
	if err := onnx.CheckFile(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path) //nolint:gosec // the assets folder is the operator's own
	if err != nil {
		return nil, onnx.Unusable(path, err)
	}
	defer f.Close() //nolint:errcheck // only read
	style := make([]float32, styleRows*styleSize)
	if err := binary.Read(io.LimitReader(f, int64(4*len(style))), binary.LittleEndian, style); err != nil {
		return nil, onnx.Unusable(path, err)
	}
	return style, nil
}

// Name is how the voice is called where it is chosen or recorded.
func (k *Kokoro) Name() string { return "kokoro" }

// Close frees the model.
func (k *Kokoro) Close() error { return k.model.Close() }

// studioSpeaker is Kokoro's speaker for one of ours.
type studioSpeaker struct {
	name  string // of ours
	style string // of Kokoro's
	pace  float64
}

// studio gives every customer a speaker of its own; a woman who calls again keeps hers.
func studio() []studioSpeaker {
	return []studioSpeaker{
		{"lower-woman", "af_sarah", 1},
		{"lower-woman-brisk", "af_sarah", 1.08},
		{"lower-woman-quiet", "af_sarah", .96},
		{"lower-woman-later", "af_sarah", .94},
		{"younger-woman", "af_jessica", 1},
		{"bright-woman", "af_bella", 1.04},
		{"dry-woman", "af_kore", 1.02},
		{"full-woman", "af_alloy", .98},
		{"older-woman", "af_aoede", .88},
		{"breathy-woman", "af_nicole", 1},
		{"young-man", "am_liam", 1.05},
		{"older-man", "am_eric", .88},
		{"warm-man", "am_puck", 1},
		{"light-man", "am_michael", .97},
		{"deep-man", "am_onyx", .98},
		{"level-man", "am_echo", 1},
		{"rough-man", "am_fenrir", 1.02},
	}
}

// HasStudio tells whether a speaker has a studio voice.
func HasStudio(speaker string) bool {
	_, err := studioOf(speaker)
	return err == nil
}

func studioOf(speaker string) (studioSpeaker, error) {
	name := strings.TrimPrefix(speaker, family)
	for _, s := range studio() {
		if s.name == name {
			return s, nil
		}
	}
	return studioSpeaker{}, fmt.Errorf("%s has no studio voice: %w", speaker, practice.ErrNotFound)
}

// Synthesize speaks a sentence without marks as Hibari does, at the heat's pace and loudness but with a melody of its own.
func (k *Kokoro) Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error) {
	if n := utf8.RuneCountInString(r.Text); n > MaxText {
		return practice.Speech{}, fmt.Errorf("text of %d characters is too long to render at once; give at most %d: %w", n, MaxText, practice.ErrInvalid)
	}
	s, err := studioOf(r.Speaker)
	if err != nil {
		return practice.Speech{}, err
	}
	neutral := manner{pace: 1, melody: 1, pitch: 1, formants: 1, loudLUFS: clauseLUFS}
	m := neutral.heated(r.Heat).paced(r.Pace)
	var out practice.Speech
	err = k.pool.Do(ctx, p, time.Now().Add(kokoroPatience), func() error {
		var err error
		out, err = k.speak(r.Text, k.styles[s.style], m.pace*s.pace, m.loudLUFS)
		return err
	})
	if err != nil {
		return practice.Speech{}, fmt.Errorf("render: %w", err)
	}
	return out, nil
}

func (k *Kokoro) speak(text string, style []float32, pace, loud float64) (practice.Speech, error) {
	sounds, err := k.voice.reader.Read(text, k.voice.guesser.guess)
	if err != nil {
		return practice.Speech{}, err
	}
	var ids []int64
	from := make([]int, len(sounds)) // each word's first and, after its last sound, next id, the one at the start counted
	to := make([]int, len(sounds))
	for i, s := range sounds {
		word, sounding := k.voice.idsOf(s.Phonemes)
		if len(ids)+len(word)+1 > kokoroMaxIDs {
			return practice.Speech{}, fmt.Errorf("the sentence %.40q is too long to render: %w", text, practice.ErrInvalid)
		}
		if len(word) > 0 && len(ids) > 0 {
			ids = append(ids, k.voice.vocab[' '])
		}
		from[i], to[i] = len(ids)+1, len(ids)+1+sounding
		ids = append(ids, word...)
	}
	if len(ids) == 0 {
		return practice.Speech{}, fmt.Errorf("nothing of %.40q can be said: %w", text, practice.ErrInvalid)
	}
	wave, lengths, err := k.run(ids, style, pace)
	if err != nil {
		return practice.Speech{}, err
	}
	starts := make([]int, len(lengths)+1)
	for i, l := range lengths {
		starts[i+1] = starts[i] + int(math.Round(float64(l)))*kokoroHop
	}
	level(wave, loud)
	wave, offset := trim(wave)
	level(wave, loud)
	spans := make([]span, len(sounds))
	for i := range sounds {
		if to[i] > from[i] {
			spans[i] = span{starts[from[i]] - offset, starts[to[i]] - offset}
		}
	}
	sound := k.voice.doubler.double(wave)
	limit(sound)
	return practice.Speech{PCM: quantise(sound), Words: timed(sounds, spans, len(wave)), PauseMS: pauseAfter(text)}, nil
}

// run gives the wave at 24 kHz and the length of each id in frames, the two at the ends with them.
func (k *Kokoro) run(ids []int64, style []float32, pace float64) ([]float32, []float32, error) {
	row := min(len(ids), styleRows-1)
	tokens, err := onnx.NewTensor(append(append([]int64{0}, ids...), 0), 1, int64(len(ids)+2))
	if err != nil {
		return nil, nil, err
	}
	defer tokens.Close()
	how, err := onnx.NewTensor(style[row*styleSize:(row+1)*styleSize], 1, styleSize)
	if err != nil {
		return nil, nil, err
	}
	defer how.Close()
	speed, err := onnx.NewTensor([]float32{float32(pace)}, 1)
	if err != nil {
		return nil, nil, err
	}
	defer speed.Close()
	out := make([]onnx.Value, 2)
	if err := k.model.Run([]onnx.Value{tokens, how, speed}, out); err != nil {
		return nil, nil, err
	}
	defer onnx.CloseAll(out...)
	wave, err := onnx.Data[float32](out[0])
	if err != nil {
		return nil, nil, err
	}
	lengths, err := onnx.Data[float32](out[1])
	if err != nil {
		return nil, nil, err
	}
	if len(lengths) != len(ids)+2 {
		return nil, nil, errors.New("the studio model put out lengths for another text")
	}
	return append([]float32(nil), wave...), append([]float32(nil), lengths...), nil
}
