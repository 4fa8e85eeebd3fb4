package embed

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"sync"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Inner embeds texts, as MiniLM does.
type Inner interface {
	Embed(ctx context.Context, texts []string, p practice.Priority) (map[string][]float32, error)
}

// Kept embeds each text once and keeps its vector in a file, so that the next run with the same model need not. Its
// methods may be called from any goroutine, and several processes may share a file.
type Kept struct {
	inner Inner
	mu    sync.Mutex
	known map[[sha256.Size]byte][]float32
	file  *os.File
}

const (
	keptMagic = "rapport vectors 1\n"
	// MostKeptBytes is the size from which a file of vectors is begun anew.
	MostKeptBytes = 512 << 20
	recordBytes   = sha256.Size + 4*Size + 4
)

// Keep opens the file of vectors in a folder (made when it is not there) for a model, which is named by the SHA-256 of
// its files. What cannot be read of the file is left out and written again.
func Keep(inner Inner, dir, model string) (*Kept, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // vectors of test texts are no secret
		return nil, fmt.Errorf("folder of vectors: %w", err)
	}
	path := filepath.Join(dir, "vectors-"+model[:min(16, len(model))]+".bin")
	k := &Kept{inner: inner, known: map[[sha256.Size]byte][]float32{}}
	whole, err := k.read(path)
	if err != nil {
		return nil, err
	}
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if !whole {
		flags |= os.O_TRUNC
		clear(k.known)
	}
	if k.file, err = os.OpenFile(path, flags, 0o644); err != nil { //nolint:gosec // as above
		return nil, fmt.Errorf("file of vectors: %w", err)
	}
	if whole && len(k.known) > 0 {
		return k, nil
	}
	if _, err := k.file.WriteString(keptMagic); err != nil {
		return nil, errors.Join(fmt.Errorf("file of vectors: %w", err), k.file.Close())
	}
	return k, nil
}

// read takes the file in; false when it must be begun anew.
func (k *Kept) read(path string) (bool, error) {
	b, err := os.ReadFile(path) //nolint:gosec // named by this package
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("file of vectors: %w", err)
	}
	rest, ok := bytes.CutPrefix(b, []byte(keptMagic))
	if !ok || len(b) > MostKeptBytes {
		return false, nil
	}
	for ; len(rest) >= recordBytes; rest = rest[recordBytes:] {
		record := rest[:recordBytes]
		body, sum := record[:recordBytes-4], binary.LittleEndian.Uint32(record[recordBytes-4:])
		if crc32.ChecksumIEEE(body) != sum {
			return false, nil
		}
		v := make([]float32, Size)
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(body[sha256.Size+4*i:]))
		}
		k.known[[sha256.Size]byte(body[:sha256.Size])] = v
	}
	return len(rest) == 0, nil
}

// Embed implements Inner. A vector that cannot be kept is an error, so that nobody waits for a file that never fills.
func (k *Kept) Embed(ctx context.Context, texts []string, p practice.Priority) (map[string][]float32, error) {
	out := make(map[string][]float32, len(texts))
	var missing []string
	k.mu.Lock()
	for _, t := range texts {
		if v, ok := k.known[sha256.Sum256([]byte(t))]; ok {
			out[t] = v
		} else {
			missing = append(missing, t)
		}
	}
	k.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	got, err := k.inner.Embed(ctx, missing, p)
	if err != nil {
		return nil, err //nolint:wrapcheck // the model's own sentence
	}
	maps.Copy(out, got)
	return out, k.keep(got)
}

// keep appends vectors in one write, which other processes' writes do not cut.
func (k *Kept) keep(vectors map[string][]float32) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var b []byte
	for text, v := range vectors {
		key := sha256.Sum256([]byte(text))
		if _, ok := k.known[key]; ok || len(v) != Size {
			continue
		}
		k.known[key] = v
		at := len(b)
		b = append(b, key[:]...)
		for _, f := range v {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
		}
		b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b[at:]))
	}
	if len(b) == 0 {
		return nil
	}
	if _, err := k.file.Write(b); err != nil {
		return fmt.Errorf("keep vectors: %w", err)
	}
	return nil
}

// Close closes the file; the model stays its owner's to close.
func (k *Kept) Close() error {
	if err := k.file.Close(); err != nil {
		return fmt.Errorf("file of vectors: %w", err)
	}
	return nil
}

// ModelHash names a model by the bytes of its files.
func ModelHash(dir string) (string, error) {
	h := sha256.New()
	for _, name := range []string{modelFile, tokenizerFile} {
		f, err := os.Open(filepath.Join(dir, name)) //nolint:gosec // the assets folder is the operator's own choice
		if err != nil {
			return "", fmt.Errorf("%w: %w", practice.ErrUnavailable, err)
		}
		_, err = io.Copy(h, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return "", fmt.Errorf("reading the model: %w", err)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
