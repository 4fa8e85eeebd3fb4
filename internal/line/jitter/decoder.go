package jitter

import (
	"fmt"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// decoder makes sound of a packet.
type decoder interface {
	// Samples is how long a packet is, in samples of 48 kHz. It fails when it is none.
	Samples(packet []byte) (int, error)
	// Decode writes a packet's sound to pcm and returns the number of samples.
	Decode(packet []byte, pcm []int16) (int, error)
	// DecodeFEC fills pcm with what the packet after a lost one knows of the lost one, or with a guess.
	DecodeFEC(next []byte, pcm []int16) error
	// DecodePLC fills pcm with a guess.
	DecodePLC(pcm []int16) error
}

type opus struct{ *audio.OpusDecoder }

func (opus) Samples(packet []byte) (int, error) {
	return audio.OpusSamples(packet, practice.SampleRateOut)
}

// pcm16 decodes packets of so many samples. Lost ones are silence.
type pcm16 int

func (d pcm16) Samples(packet []byte) (int, error) {
	if len(packet) != 2*int(d) {
		return 0, fmt.Errorf("jitter: PCM packet of %d bytes, want %d: %w", len(packet), 2*int(d), practice.ErrInvalid)
	}
	return audio.FrameOut, nil
}

func (d pcm16) Decode(packet []byte, pcm []int16) (int, error) {
	for i := range int(d) {
		pcm[i] = int16(uint16(packet[2*i]) | uint16(packet[2*i+1])<<8) //nolint:gosec // two's complement
	}
	return int(d), nil
}

func (pcm16) DecodeFEC(_ []byte, pcm []int16) error {
	clear(pcm)
	return nil
}

func (pcm16) DecodePLC(pcm []int16) error {
	clear(pcm)
	return nil
}
