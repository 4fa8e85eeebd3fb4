// Package studio keeps sentences that were rendered ahead with a voice too slow for a call, and speaks them in one.
package studio

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

// ErrFull says that no more may be kept.
var ErrFull = errors.New("the folder of rendered voices is full")

// Store is a folder of rendered sentences, each under the hash of all that its sound depends on. A file under its name is
// whole. Any number of goroutines and processes may use one folder.
type Store struct {
	dir  string
	most int64 // bytes
	mu   sync.Mutex
	size int64 // bytes, as far as this process knows
}

// OpenStore makes the folder if need be. Nothing is kept beyond most bytes.
func OpenStore(dir string, most int64) (*Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of rendered voices: %w", err)
	}
	s := &Store{dir: dir, most: most}
	err := s.each(func(_ string, bytes int64) error { s.size += bytes; return nil })
	return s, err
}

// Key is the name of a sentence as the given model says it. r's Seed does not count.
func Key(model string, r practice.SpeechRequest) string {
	h := sha256.New()
	fmt.Fprintf(h, "1\x00%s\x00%s\x00%.3f\x00%d\x00%s", model, r.Speaker, r.Pace, r.Heat, r.Text) //nolint:errcheck // a hash takes everything
	return hex.EncodeToString(h.Sum(nil))
}

func (s *Store) path(key string) string { return filepath.Join(s.dir, key[:2], key[2:]+ending) }

const ending = ".opus-line"

// Has tells whether a sentence is there.
func (s *Store) Has(key string) bool {
	st, err := os.Stat(s.path(key))
	return err == nil && st.Mode().IsRegular()
}

// head is a file's first line; packets follow, each behind its length in two bytes.
type head struct {
	Samples int             `json:"samples"`
	PauseMS int64           `json:"pause_ms"`
	Words   []practice.Word `json:"words"`
	SHA256  string          `json:"sha256"` // of the packets
}

// frame is how many samples a packet holds, delay how many the encoder lags behind.
const frame, delay = practice.SampleRateOut * practice.TickMS / 1000, 312

// Put keeps a sentence. Full is ErrFull.
func (s *Store) Put(key string, sp practice.Speech) error {
	packets, err := encode(sp.PCM)
	if err != nil {
		return fmt.Errorf("keep a rendered sentence: %w", err)
	}
	sum := sha256.Sum256(packets)
	first, err := json.Marshal(head{Samples: len(sp.PCM), PauseMS: sp.PauseMS, Words: sp.Words, SHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return fmt.Errorf("keep a rendered sentence: %w", err)
	}
	file := append(append(first, '\n'), packets...)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size+int64(len(file)) > s.most {
		return fmt.Errorf("%w: %d MB", ErrFull, s.most>>20)
	}
	name := s.path(key)
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return fmt.Errorf("keep a rendered sentence: %w", err)
	}
	if err := onnx.WriteWhole(name, file); err != nil {
		return fmt.Errorf("keep a rendered sentence: %w", err)
	}
	s.size += int64(len(file))
	return nil
}

// Get gives a sentence back. One that is missing or damaged is practice.ErrNotFound.
func (s *Store) Get(key string) (practice.Speech, error) {
	file, err := os.ReadFile(s.path(key))
	if err != nil {
		return practice.Speech{}, fmt.Errorf("a rendered sentence is missing: %w", practice.ErrNotFound)
	}
	sp, err := decode(file)
	if err != nil {
		return practice.Speech{}, fmt.Errorf("a rendered sentence is damaged, it is thrown away: %w", errors.Join(practice.ErrNotFound, err, os.Remove(s.path(key))))
	}
	return sp, nil
}

// Sweep throws away what keep does not name. It returns how many sentences went.
func (s *Store) Sweep(keep map[string]bool) (int, error) {
	n := 0
	err := s.each(func(path string, bytes int64) error {
		rel, err := filepath.Rel(s.dir, path)
		if err != nil || keep[strings.TrimSuffix(strings.ReplaceAll(filepath.ToSlash(rel), "/", ""), ending)] {
			return err
		}
		n++
		s.mu.Lock()
		s.size -= bytes
		s.mu.Unlock()
		return os.Remove(path)
	})
	return n, err
}

func (s *Store) each(do func(path string, bytes int64) error) error {
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ending) {
			return err
		}
		st, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return do(path, st.Size())
	})
	if err != nil {
		return fmt.Errorf("look through the rendered voices: %w", err)
	}
	return nil
}

func encode(pcm []int16) ([]byte, error) {
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		return nil, err
	}
	if err := enc.ExpectLoss(0); err != nil {
		return nil, err
	}
	padded := make([]int16, (len(pcm)+delay+frame-1)/frame*frame)
	copy(padded, pcm)
	var out []byte
	for at := 0; at < len(padded); at += frame {
		packet, err := enc.Encode(padded[at : at+frame])
		if err != nil {
			return nil, err
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(packet))) //nolint:gosec // at most audio.MaxOpusPacket
		out = append(out, packet...)
	}
	return out, nil
}

func decode(file []byte) (practice.Speech, error) {
	r := bufio.NewReader(bytes.NewReader(file))
	first, err := r.ReadBytes('\n')
	if err != nil {
		return practice.Speech{}, err
	}
	var h head
	if err := json.Unmarshal(first, &h); err != nil {
		return practice.Speech{}, err
	}
	packets := file[len(first):]
	if sum := sha256.Sum256(packets); hex.EncodeToString(sum[:]) != h.SHA256 {
		return practice.Speech{}, errors.New("its checksum differs")
	}
	dec, err := audio.NewOpusDecoder(practice.SampleRateOut, 1)
	if err != nil {
		return practice.Speech{}, err
	}
	var pcm []int16
	buf := make([]int16, audio.MaxOpusSamples)
	for len(packets) > 0 {
		if len(packets) < 2 || len(packets) < 2+int(binary.BigEndian.Uint16(packets)) {
			return practice.Speech{}, io.ErrUnexpectedEOF
		}
		size := int(binary.BigEndian.Uint16(packets))
		n, err := dec.Decode(packets[2:2+size], buf)
		if err != nil {
			return practice.Speech{}, err
		}
		pcm = append(pcm, buf[:n]...)
		packets = packets[2+size:]
	}
	if h.Samples < 0 || len(pcm) < h.Samples+delay {
		return practice.Speech{}, io.ErrUnexpectedEOF
	}
	return practice.Speech{PCM: pcm[delay : delay+h.Samples], Words: h.Words, PauseMS: h.PauseMS}, nil
}
