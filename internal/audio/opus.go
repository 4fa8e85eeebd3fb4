package audio

import (
	"fmt"
	"slices"

	"github.com/hraban/opus"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Opus at the rates and settings of a call.
const (
	SpeechBitrate    = 32000 // bit/s, one voice on the line
	RecordingBitrate = 64000 // bit/s, two voices in a file
	ExpectedLoss     = 10    // percent of packets that a speech encoder is ready to see lost, until told otherwise
	opusComplexity   = 5
	// MaxOpusPacket is the most bytes that an encoder here writes for one frame.
	MaxOpusPacket = 1275
	// MaxOpusSamples is the most samples of one channel that a packet may hold at 48 kHz: 120 ms.
	MaxOpusSamples = 5760
	// opusDelay is by how many samples at 48 kHz libopus's encoder lags behind its input (its look-ahead in these modes).
	opusDelay = 312
)

// OpusEncoder turns frames of 48 kHz PCM into Opus packets.
type OpusEncoder struct {
	enc      *opus.Encoder
	channels int
	buf      [MaxOpusPacket]byte
}

// NewSpeechEncoder makes the encoder for one voice on the line: mono, VOIP, 32 kb/s, complexity 5, in-band FEC.
func NewSpeechEncoder() (*OpusEncoder, error) {
	return newOpusEncoder(1, SpeechBitrate, true)
}

// NewRecordingEncoder makes the encoder for a call's file: stereo, 64 kb/s, without FEC, as files lose nothing.
func NewRecordingEncoder() (*OpusEncoder, error) {
	return newOpusEncoder(2, RecordingBitrate, false)
}

func newOpusEncoder(channels, bitrate int, fec bool) (*OpusEncoder, error) {
	app := opus.AppVoIP
	if channels == 2 {
		app = opus.AppAudio // keeps two voices apart better than the speech mode's stereo prediction
	}
	enc, err := opus.NewEncoder(practice.SampleRateOut, channels, app)
	if err != nil {
		return nil, fmt.Errorf("audio: opus encoder: %w", err)
	}
	loss := 0
	if fec {
		loss = ExpectedLoss
	}
	for _, set := range []func() error{
		func() error { return enc.SetBitrate(bitrate) },
		func() error { return enc.SetComplexity(opusComplexity) },
		func() error { return enc.SetInBandFEC(fec) },
		func() error { return enc.SetPacketLossPerc(loss) },
		func() error { return enc.SetDTX(false) },
	} {
		if err := set(); err != nil {
			return nil, fmt.Errorf("audio: opus encoder settings: %w", err)
		}
	}
	return &OpusEncoder{enc: enc, channels: channels}, nil
}

// ExpectLoss says how many packets in a hundred are lost on the way (0–100): the more, the more of each packet is spent on
// repeating the one before.
func (e *OpusEncoder) ExpectLoss(percent int) error {
	if err := e.enc.SetPacketLossPerc(min(max(percent, 0), 100)); err != nil {
		return fmt.Errorf("audio: opus encoder: %w", err)
	}
	return nil
}

// Encode turns one frame (960 samples a channel, interleaved) into a packet. The packet is valid until the next call.
func (e *OpusEncoder) Encode(frame []int16) ([]byte, error) {
	if len(frame) != FrameOut*e.channels {
		return nil, fmt.Errorf("audio: opus frame of %d samples, want %d: %w", len(frame), FrameOut*e.channels, practice.ErrInvalid)
	}
	n, err := e.enc.Encode(frame, e.buf[:])
	if err != nil {
		return nil, fmt.Errorf("audio: opus encode: %w", err)
	}
	return e.buf[:n], nil
}

// OpusDecoder turns Opus packets into PCM at its rate, which may be lower than the sender's.
type OpusDecoder struct {
	dec      *opus.Decoder
	rate     int
	channels int
}

// NewOpusDecoder makes a decoder for one stream; rate is 8000, 12000, 16000, 24000 or 48000 Hz, channels 1 or 2.
func NewOpusDecoder(rate, channels int) (*OpusDecoder, error) {
	dec, err := opus.NewDecoder(rate, channels)
	if err != nil {
		return nil, fmt.Errorf("audio: opus decoder for %d Hz and %d channels: %w", rate, channels, err)
	}
	return &OpusDecoder{dec: dec, rate: rate, channels: channels}, nil
}

// Decode writes a packet's sound to pcm (interleaved) and returns the number of samples a channel. It fails on bytes
// that are no Opus packet or that hold more than pcm can.
func (d *OpusDecoder) Decode(packet []byte, pcm []int16) (int, error) {
	n, err := OpusSamples(packet, d.rate)
	if err != nil {
		return 0, err
	}
	if n*d.channels > len(pcm) {
		return 0, fmt.Errorf("audio: opus packet of %d samples does not fit %d: %w", n*d.channels, len(pcm), practice.ErrInvalid)
	}
	n, err = d.dec.Decode(packet, pcm[:len(pcm):len(pcm)/d.channels*d.channels])
	if err != nil {
		return 0, fmt.Errorf("audio: opus decode: %w", err)
	}
	return n, nil
}

// DecodeFEC fills pcm with what the packet after a lost one carries of the lost one's sound, or else with a guess.
// len(pcm) must be exactly the lost duration, a multiple of 2.5 ms.
func (d *OpusDecoder) DecodeFEC(next []byte, pcm []int16) error {
	if _, err := OpusSamples(next, d.rate); err != nil {
		return err
	}
	if err := d.dec.DecodeFEC(next, slices.Clip(pcm)); err != nil {
		return fmt.Errorf("audio: opus forward error correction: %w", err)
	}
	return nil
}

// DecodePLC fills pcm with a guess at lost sound from what came before it. len(pcm) as for DecodeFEC.
func (d *OpusDecoder) DecodePLC(pcm []int16) error {
	if err := d.dec.DecodePLC(slices.Clip(pcm)); err != nil {
		return fmt.Errorf("audio: opus concealment: %w", err)
	}
	return nil
}

// OpusSamples is how many samples a channel a packet holds at a rate, read from its first bytes (RFC 6716, 3.1). It
// fails when they are no Opus header or claim more than 120 ms.
func OpusSamples(packet []byte, rate int) (int, error) {
	if len(packet) == 0 {
		return 0, fmt.Errorf("audio: empty opus packet: %w", practice.ErrInvalid)
	}
	toc := packet[0]
	var per48 int // samples of one frame at 48 kHz
	switch config := toc >> 3; {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		per48 = [4]int{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		per48 = [2]int{480, 960}[config&1]
	default: // CELT: 2.5, 5, 10, 20 ms
		per48 = [4]int{120, 240, 480, 960}[config&3]
	}
	frames := 1
	switch toc & 3 {
	case 1, 2:
		frames = 2
	case 3:
		if len(packet) < 2 {
			return 0, fmt.Errorf("audio: opus packet cut off: %w", practice.ErrInvalid)
		}
		frames = int(packet[1] & 63)
	}
	n := per48 * frames
	if n == 0 || n > MaxOpusSamples {
		return 0, fmt.Errorf("audio: opus packet of %d samples: %w", n, practice.ErrInvalid)
	}
	return n * rate / practice.SampleRateOut, nil
}
