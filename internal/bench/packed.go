package bench

import (
	"fmt"
	"slices"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// packed is a recording as packets, encoded once for all calls that speak it.
type packed struct {
	name, text string
	packets    [][]byte // of 20 ms
	last       int      // the packet with the trainee's last sound
}

const (
	tailFrames = 10  // of room tone, encoded with the speech, so that nothing breaks off
	roomFrames = 250 // of room tone, over and over between sayings
)

// roomTone is a quiet room at about −70 dBFS; digital silence is something that no microphone sends.
func roomTone(frame []int16, n int) {
	for i := range frame {
		frame[i] = int16(practice.Draw(1, n*len(frame)+i, "room", 33) - 16) //nolint:gosec // −16…16
	}
}

// encode makes packets of sound, the last of them filled up with room tone, and more room tone behind.
func encode(pcm []int16, tail int) ([][]byte, error) {
	enc, err := audio.NewSpeechEncoder()
	if err != nil {
		return nil, err
	}
	var out [][]byte
	frame := make([]int16, audio.FrameOut)
	for at := 0; at < len(pcm)+tail*audio.FrameOut; at += audio.FrameOut {
		roomTone(frame, len(out))
		if at < len(pcm) {
			copy(frame, pcm[at:])
		}
		b, err := enc.Encode(frame)
		if err != nil {
			return nil, fmt.Errorf("encode the trainee's sound: %w", err)
		}
		out = append(out, slices.Clone(b))
	}
	return out, nil
}

// encodeSpeech makes packets of all recordings of at most maxS seconds (0: of all), and of a quiet room.
func encodeSpeech(speech []Recording, maxS float64) (sayings []*packed, room [][]byte, err error) {
	for _, r := range speech {
		if maxS > 0 && float64(len(r.PCM)) > maxS*practice.SampleRateOut {
			continue
		}
		s := &packed{name: r.Name, text: r.Text, last: max(0, r.endAt-1) / audio.FrameOut}
		if s.packets, err = encode(r.PCM, tailFrames); err != nil {
			return nil, nil, err
		}
		sayings = append(sayings, s)
	}
	if len(sayings) == 0 {
		return nil, nil, fmt.Errorf("no recording that ends a sentence is at most %g s long: give others with --speech: %w", maxS, practice.ErrInvalid)
	}
	room, err = encode(nil, roomFrames)
	return sayings, room, err
}
