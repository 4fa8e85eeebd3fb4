package audio

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/mewkiz/flac"

	"github.com/rapport-calls/rapport/internal/practice"
)

// WriteWAV writes a clip as 16-bit PCM. It fails on a clip longer than WAV can hold (4 GiB) or on a write error.
func WriteWAV(w io.Writer, c Clip) error {
	size := int64(len(c.PCM)) * 2
	if size > math.MaxUint32-44 || c.Channels < 1 || c.Channels > 255 || c.Rate < 1 || c.Rate > maxRate {
		return fmt.Errorf("audio: cannot write %d samples, %d channels, %d Hz as WAV: %w", len(c.PCM), c.Channels, c.Rate, practice.ErrInvalid)
	}
	h := make([]byte, 0, 44)
	h = append(h, "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, uint32(36+size))
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, 1)
	h = binary.LittleEndian.AppendUint16(h, uint16(c.Channels))
	h = binary.LittleEndian.AppendUint32(h, uint32(c.Rate))
	h = binary.LittleEndian.AppendUint32(h, uint32(c.Rate*c.Channels*2)) //nolint:gosec // bounded above
	h = binary.LittleEndian.AppendUint16(h, uint16(c.Channels*2))
	h = binary.LittleEndian.AppendUint16(h, 16)
	h = append(h, "data"...)
	h = binary.LittleEndian.AppendUint32(h, uint32(size)) //nolint:gosec // bounded above
	bw := bufio.NewWriter(w)
	if _, err := bw.Write(h); err != nil {
		return fmt.Errorf("audio: write WAV: %w", err)
	}
	var b [2]byte
	for _, s := range c.PCM {
		binary.LittleEndian.PutUint16(b[:], uint16(s)) //nolint:gosec // two's complement is the format
		if _, err := bw.Write(b[:]); err != nil {
			return fmt.Errorf("audio: write WAV: %w", err)
		}
	}
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("audio: write WAV: %w", err)
	}
	return nil
}

type wavFormat struct {
	coding, channels, bits int
	rate                   int
}

// ReadWAV reads PCM of 8, 16, 24 or 32 bits or 32-bit floats. A file that was cut off, or whose writer never filled
// in its sizes, gives what is there. It fails with ErrInvalid on anything else.
func ReadWAV(r io.Reader) (Clip, error) {
	br := bufio.NewReader(r)
	var head [12]byte
	if _, err := io.ReadFull(br, head[:]); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return Clip{}, fmt.Errorf("audio: not a WAV file: %w", practice.ErrInvalid)
	}
	var f wavFormat
	for {
		var ch [8]byte
		if _, err := io.ReadFull(br, ch[:]); err != nil {
			return Clip{}, fmt.Errorf("audio: WAV file without sound: %w", practice.ErrInvalid)
		}
		size := int64(binary.LittleEndian.Uint32(ch[4:]))
		switch string(ch[:4]) {
		case "fmt ":
			if err := f.read(br, size); err != nil {
				return Clip{}, err
			}
		case "data":
			if f.channels == 0 {
				return Clip{}, fmt.Errorf("audio: WAV file whose sound comes before its format: %w", practice.ErrInvalid)
			}
			if size == 0 || size == math.MaxUint32 {
				size = math.MaxInt64 // a writer that was killed or wrote to a pipe
			}
			data, err := io.ReadAll(io.LimitReader(br, size))
			if err != nil {
				return Clip{}, fmt.Errorf("audio: read WAV: %w", err)
			}
			return f.clip(data), nil
		default:
			if _, err := io.CopyN(io.Discard, br, size+size&1); err != nil {
				return Clip{}, fmt.Errorf("audio: WAV file without sound: %w", practice.ErrInvalid)
			}
		}
	}
}

func (f *wavFormat) read(r io.Reader, size int64) error {
	if size < 16 || size > 1024 {
		return fmt.Errorf("audio: WAV format of %d bytes: %w", size, practice.ErrInvalid)
	}
	b := make([]byte, size+size&1)
	if _, err := io.ReadFull(r, b); err != nil {
		return fmt.Errorf("audio: WAV format cut off: %w", practice.ErrInvalid)
	}
	f.coding = int(binary.LittleEndian.Uint16(b))
	f.channels = int(binary.LittleEndian.Uint16(b[2:]))
	f.rate = int(binary.LittleEndian.Uint32(b[4:]))
	f.bits = int(binary.LittleEndian.Uint16(b[14:]))
	if f.coding == 0xfffe && size >= 26 { // extensible: the coding is in the sub-format
		f.coding = int(binary.LittleEndian.Uint16(b[24:]))
	}
	known := f.coding == 1 && (f.bits == 8 || f.bits == 16 || f.bits == 24 || f.bits == 32) || f.coding == 3 && f.bits == 32
	if !known || f.channels < 1 || f.channels > 16 || f.rate < 1 || f.rate > maxRate {
		return fmt.Errorf("audio: WAV with coding %d, %d bits, %d channels, %d Hz: use 16-bit PCM: %w", f.coding, f.bits, f.channels, f.rate, practice.ErrInvalid)
	}
	return nil
}

func (f *wavFormat) clip(data []byte) Clip {
	width := f.bits / 8
	n := len(data) / width / f.channels * f.channels
	pcm := make([]int16, n)
	for i := range pcm {
		b := data[i*width:]
		switch {
		case f.coding == 3:
			pcm[i] = clamp(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) * fullScale)
		case width == 1:
			pcm[i] = (int16(b[0]) - 128) << 8
		default: // the two most significant bytes stand last
			pcm[i] = int16(binary.LittleEndian.Uint16(b[width-2:])) //nolint:gosec // two's complement is the format
		}
	}
	return Clip{PCM: pcm, Rate: f.rate, Channels: f.channels}
}

// ReadFLAC reads a whole FLAC stream, reduced to 16 bits. It fails with ErrInvalid on anything that is not one.
func ReadFLAC(r io.Reader) (Clip, error) {
	st, err := flac.New(r)
	if err != nil {
		return Clip{}, fmt.Errorf("audio: not a FLAC file (%w): %w", err, practice.ErrInvalid)
	}
	c := Clip{Rate: int(st.Info.SampleRate), Channels: int(st.Info.NChannels)}
	shift := int(st.Info.BitsPerSample) - 16
	for {
		f, err := st.ParseNext()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return Clip{}, fmt.Errorf("audio: FLAC frame (%w): %w", err, practice.ErrInvalid)
		}
		if len(f.Subframes) != c.Channels {
			return Clip{}, fmt.Errorf("audio: FLAC frame with %d channels in a file of %d: %w", len(f.Subframes), c.Channels, practice.ErrInvalid)
		}
		for i := range f.Subframes[0].Samples {
			for _, s := range f.Subframes {
				v := int64(s.Samples[i])
				if shift > 0 {
					v >>= shift
				} else {
					v <<= -shift
				}
				c.PCM = append(c.PCM, clamp(float64(v)))
			}
		}
	}
}

// ReadClip reads WAV or FLAC, told apart by the first bytes.
func ReadClip(r io.Reader) (Clip, error) {
	br := bufio.NewReader(r)
	magic, err := br.Peek(4)
	if err != nil {
		return Clip{}, fmt.Errorf("audio: neither WAV nor FLAC: %w", practice.ErrInvalid)
	}
	if bytes.Equal(magic, []byte("fLaC")) || bytes.HasPrefix(magic, []byte("ID3")) {
		return ReadFLAC(br)
	}
	return ReadWAV(br)
}
