// Package frame is the form of a binary message: 20 ms of sound behind eight bytes, big endian: the version (1), the
// codec, a sequence number (16 bits) and a time in samples of 48 kHz (32 bits), both of which wrap as RTP's do.
package frame

import (
	"encoding/binary"
	"fmt"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Version is the first byte of every message.
const Version = 1

// HeaderBytes stand before the sound.
const HeaderBytes = 8

// Codec is what the sound is.
type Codec byte

// The codecs. PCM16 is little endian and mono, 16 kHz to the server and 24 kHz from it.
const (
	Opus  Codec = 1
	PCM16 Codec = 2
)

// Rates of PCM16, in hertz, and what 20 ms of it are in bytes.
const (
	UpRate    = practice.SampleRateIn
	DownRate  = 24000
	UpBytes   = 2 * UpRate * audio.FrameMS / 1000
	DownBytes = 2 * DownRate * audio.FrameMS / 1000
)

// MaxBytes is the longest message.
const MaxBytes = HeaderBytes + audio.MaxOpusPacket

// Header is what stands before the sound.
type Header struct {
	Codec Codec
	Seq   uint16
	Time  uint32 // of the first sample, in 48 kHz samples
}

// Put writes the header into the first HeaderBytes of b.
func (h Header) Put(b []byte) {
	b[0], b[1] = Version, byte(h.Codec)
	binary.BigEndian.PutUint16(b[2:], h.Seq)
	binary.BigEndian.PutUint32(b[4:], h.Time)
}

// Parse reads a message of a codec whose PCM frames have pcmBytes. sound is part of message. It fails with
// practice.ErrInvalid and a sentence for who wrote the sender.
func Parse(message []byte, codec Codec, pcmBytes int) (h Header, sound []byte, err error) {
	if len(message) < HeaderBytes {
		return Header{}, nil, fmt.Errorf("a frame of sound begins with %d bytes of header: this message has %d: %w", HeaderBytes, len(message), practice.ErrInvalid)
	}
	if message[0] != Version {
		return Header{}, nil, fmt.Errorf("version %d of the frame header is not known: send %d in byte 0: %w", message[0], Version, practice.ErrInvalid)
	}
	if Codec(message[1]) != codec {
		return Header{}, nil, fmt.Errorf("codec %d is not what this line was opened with: send %d in byte 1, or switch: %w", message[1], codec, practice.ErrInvalid)
	}
	h = Header{Codec: codec, Seq: binary.BigEndian.Uint16(message[2:]), Time: binary.BigEndian.Uint32(message[4:])}
	sound = message[HeaderBytes:]
	switch {
	case codec == PCM16 && len(sound) != pcmBytes:
		return h, nil, fmt.Errorf("20 ms of PCM16 are %d bytes here: this frame has %d: %w", pcmBytes, len(sound), practice.ErrInvalid)
	case codec == Opus && (len(sound) == 0 || len(sound) > audio.MaxOpusPacket):
		return h, nil, fmt.Errorf("an Opus packet has 1 to %d bytes: this one has %d: %w", audio.MaxOpusPacket, len(sound), practice.ErrInvalid)
	}
	return h, sound, nil
}

// PutPCM writes samples as PCM16, little endian, to b.
func PutPCM(b []byte, pcm []int16) {
	for i, v := range pcm {
		binary.LittleEndian.PutUint16(b[2*i:], uint16(v)) //nolint:gosec // two's complement
	}
}
